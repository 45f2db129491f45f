/**
 * What the review of a model costs: a PyTorch checkpoint and a safetensors file of 2 GB beside sha256sum of the same file, and a thousand small
 * scikit-learn pickles, in interleaved rounds. `npm run bench:review -- --rounds N --gigabytes N`.
 */
import { spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { crc32 } from 'node:zlib';
import { formatBytes, formatDuration } from '@mlops-actions/action-kit';
import { op, pickle } from '../../packages/model-files/test/helpers/assembler.ts';
import { median, row } from './figures.ts';

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, gigabytes: { type: 'string', default: '2' } },
});
const CHUNK = 64 * 1024 * 1024;
const chunks = Math.ceil((Number(options.gigabytes) * 1e9) / CHUNK);
const PICKLES = 1000;
const SMALL_PICKLE = path.resolve(import.meta.dirname, '../../examples/credit-risk/formats/scorecard.joblib');

/** What one process needed. */
interface Need {
  /** Milliseconds. */
  wall: number;
  /** Milliseconds of all cores together. */
  cpu: number;
  /** Largest resident size in bytes. */
  memory: number;
}

const folder = await mkdtemp(path.join(tmpdir(), 'bench-review-'));
try {
  const weights = randomFillSync(Buffer.alloc(CHUNK));
  const checkpoint = path.join(folder, 'checkpoint.pt');
  const tensors = path.join(folder, 'model.safetensors');
  const small = path.join(folder, 'small');
  await writeCheckpoint(checkpoint, weights);
  await writeSafetensors(tensors, weights);
  await mkdir(small);
  for (let index = 0; index < PICKLES; index++) await copyFile(SMALL_PICKLE, path.join(small, `${index}.joblib`));

  for (const [name, file] of [
    ['PyTorch checkpoint', checkpoint],
    ['safetensors', tensors],
  ] as const) {
    const ours: Need[] = [];
    const theirs: Need[] = [];
    for (let round = 0; round < Number(options.rounds); round++) {
      theirs.push(measure('sha256sum', [file]));
      ours.push(review(file));
    }
    const ratio = median(ours.map(({ wall }) => wall)) / median(theirs.map(({ wall }) => wall));
    const memory = Math.max(...ours.map((need) => need.memory));
    console.log(`${name} of ${formatBytes(chunks * CHUNK)}`);
    const seconds = (needs: Need[]): string => formatDuration(median(needs.map(({ wall }) => wall)));
    row(
      'review against sha256sum',
      `${ratio.toFixed(2)} times (${seconds(ours)} / ${seconds(theirs)})`,
      '1.15',
      ratio <= 1.15,
    );
    row('peak memory', formatBytes(memory), '200 MB', memory < 200e6);
  }
  const each = Array.from({ length: Number(options.rounds) }, () => review(small).wall / PICKLES);
  const perPickle = median(each);
  console.log(`${PICKLES} pickles of scikit-learn`);
  row('review of one', `${perPickle.toFixed(2)} ms`, '1 ms', perPickle < 1);
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Reviews a model in a process of its own; its start is not counted. */
function review(model: string): Need {
  const { stdout, status, stderr } = spawnSync(
    process.execPath,
    [path.join(import.meta.dirname, 'review-one.ts'), model],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Need;
}

/** A foreign command, from its start to its end. */
function measure(command: string, args: string[]): Need {
  const startedAt = performance.now();
  const { status, error } = spawnSync(command, args);
  if (status !== 0) throw error ?? new Error(`${command} ended with exit code ${status}.`);
  return { wall: performance.now() - startedAt, cpu: NaN, memory: NaN };
}

async function writeSafetensors(file: string, weights: Buffer): Promise<void> {
  const header: Record<string, object> = {};
  for (let index = 0; index < chunks; index++) {
    header[`layer.${index}`] = {
      dtype: 'F32',
      shape: [CHUNK / 4],
      data_offsets: [index * CHUNK, (index + 1) * CHUNK],
    };
  }
  const text = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.length));
  const handle = await open(file, 'w');
  await handle.write(Buffer.concat([size, text]));
  for (let index = 0; index < chunks; index++) await handle.write(weights);
  await handle.close();
}

/** A checkpoint as torch.save writes it: a ZIP of stored entries, the pickle of a state dict and a storage a tensor. */
async function writeCheckpoint(file: string, weights: Buffer): Promise<void> {
  const handle = await open(file, 'w');
  const central: Buffer[] = [];
  let offset = 0;
  offset += await writeEntry(handle, central, offset, 'model/data.pkl', stateDict());
  for (let index = 0; index < chunks; index++) {
    offset += await writeEntry(handle, central, offset, `model/data/${index}`, weights);
  }
  offset += await writeEntry(handle, central, offset, 'model/version', Buffer.from('3\n'));
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(central.length, 8);
  end.writeUInt16LE(central.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  await handle.write(Buffer.concat([directory, end]));
  await handle.close();
}

async function writeEntry(
  handle: FileHandle,
  central: Buffer[],
  offset: number,
  name: string,
  content: Buffer,
): Promise<number> {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt32LE(crc32(content), 10);
  fields.writeUInt32LE(content.length, 14);
  fields.writeUInt32LE(content.length, 18);
  fields.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, Buffer.from(name)]);
  await handle.write(local);
  await handle.write(content);
  const place = Buffer.alloc(14);
  place.writeUInt32LE(offset, 10);
  central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, place, Buffer.from(name)]));
  return local.length + content.length;
}

/** `{"layer.N": tensor}`, each of a storage of its own. */
function stateDict(): Buffer {
  const items = Array.from({ length: chunks }, (_, index) =>
    Buffer.concat([
      op.text(`layer.${index}`),
      op.global('torch._utils', '_rebuild_tensor_v2'),
      op.mark,
      ...[op.mark, op.text('storage'), op.global('torch', 'FloatStorage'), op.text(String(index)), op.text('cpu')],
      ...[op.int(String(CHUNK / 4)), op.tuple, op.binpersid],
      ...[op.int('0'), op.mark, op.int(String(CHUNK / 4)), op.tuple, op.mark, op.int('1'), op.tuple],
      ...[op.int('00'), op.global('collections', 'OrderedDict'), op.emptyTuple, op.reduce],
      op.tuple,
      op.reduce,
    ]),
  );
  return pickle(2, op.emptyDict, op.mark, ...items, op.setitems);
}
