import { Cursor } from '../cursor.ts';
import type { Scope } from '../scope.ts';
import { readBytes, SliceSource, type ByteSource } from '../source.ts';
import { EmbeddedData } from './embedded.ts';
import { collectPickleFacts } from './facts.ts';
import { ArrayReader } from './joblib.ts';
import { PickleJudge, type PickleContext } from './judge.ts';
import { HeldMemory } from './held.ts';
import type { PickleEnd } from './listener.ts';
import { PickleMachine } from './machine.ts';
import { isKind, type Value } from './values.ts';

/** What a file that holds pickles turned out to be. */
export type PickleFormat = 'pickle' | 'joblib' | 'pytorch-legacy';

/** Number that the legacy format of `torch.save` begins with. */
const TORCH_MAGIC = 0x1950a86a20f9469cfc6cn;

/** Far more than any writer puts into a file. */
const MAX_PICKLES = 10_000;

/** Reviews a file of one or several pickles, and what its loader reads between and behind them. */
export async function scanPickles(source: ByteSource, scope: Scope): Promise<PickleFormat> {
  const cursor = new Cursor(source);
  const first = await scanPickle(cursor, scope, {});
  if (first.end.how === 'stop' && first.end.value === TORCH_MAGIC) {
    await scanTorchLegacy(cursor, scope);
    return 'pytorch-legacy';
  }
  let { end, arrays } = first;
  let pickles = 1;
  while (end.how === 'stop' && cursor.remaining > 0) {
    const start = cursor.position;
    if (!startsPickle(source, start) || pickles >= MAX_PICKLES) {
      scope.report('MV110', `${cursor.remaining} bytes follow the pickle and were not recognised as one`, {
        offset: start,
      });
      break;
    }
    const next = await scanPickle(cursor, scope, {});
    end = next.end;
    arrays += next.arrays;
    pickles++;
  }
  if (pickles > 1) scope.report('MV113', `${pickles} pickles follow each other`);
  return arrays > 0 ? 'joblib' : 'pickle';
}

/** Binary protocols announce themselves; of the others, every opcode that can begin a pickle is a try. */
function startsPickle(source: ByteSource, position: number): boolean {
  const [first] = readBytes(source, position, 1);
  return first === 0x80 || (first !== undefined && '(c]})lIFLSUVTKMJNGX'.includes(String.fromCharCode(first)));
}

/** What the review of one pickle found out. */
interface Reviewed {
  end: PickleEnd;
  /** Arrays of joblib between its opcodes. */
  arrays: number;
}

/** Reviews one pickle from the cursor on, and leaves the cursor behind it. */
export async function scanPickle(cursor: Cursor, scope: Scope, context: PickleContext): Promise<Reviewed> {
  const held = new HeldMemory();
  const embedded = new EmbeddedData(cursor.source, scope);
  const runNested = (): PickleEnd => {
    const judge = new PickleJudge(scope, {}, embedded);
    const end = new PickleMachine(cursor, judge, held).run();
    judge.finish();
    addImports(scope, judge);
    return end;
  };
  const arrays = new ArrayReader(cursor, scope, runNested);
  const judge = new PickleJudge(scope, context, embedded, arrays);
  const end = new PickleMachine(cursor, judge, held).run();
  judge.finish();
  arrays.reviewPlainReading();
  addImports(scope, judge);
  if (end.how === 'limit') {
    scope.report('MV904', `The pickle was reviewed up to byte ${end.offset} only: ${end.reason}`, {
      offset: end.offset,
    });
  } else if (end.how === 'broken') {
    scope.report('MV108', `The pickle breaks at byte ${end.offset}: ${end.reason}`, { offset: end.offset });
  } else collectPickleFacts(end.value, cursor.source, scope.facts);
  for (const span of judge.nested) {
    await scope.inspect(new SliceSource(cursor.source, span.offset, span.length), `bytes at ${span.offset}`);
  }
  await embedded.review();
  return { end, arrays: arrays.count };
}

function addImports(scope: Scope, judge: PickleJudge): void {
  scope.facts.imports = [...new Set([...(scope.facts.imports ?? []), ...judge.imports])].slice(0, 1000);
}

/** `torch.save` before PyTorch 1.6: magic number, protocol, platform, object, storage keys, storages. */
async function scanTorchLegacy(cursor: Cursor, scope: Scope): Promise<void> {
  const sizes = new Map<string, number>();
  const context: PickleContext = {
    onStorage: ({ key, type, count }) => void sizes.set(key, count * (elementSize(type) ?? 0)),
  };
  let last: Value = null;
  for (let part = 0; part < 4; part++) {
    const { end } = await scanPickle(cursor, scope, context);
    if (end.how !== 'stop') return;
    last = end.value;
  }
  if (!isKind(last, 'list') || last.truncated || !last.items.every((key) => typeof key === 'string')) {
    scope.report('MV111', 'The list of storages cannot be followed', { offset: cursor.position });
    return;
  }
  for (const key of last.items) {
    const bytes = sizes.get(key);
    if (bytes === undefined || bytes + 8 > cursor.remaining) {
      scope.report('MV111', `Storage ${key} does not fit what the tensors say`, {
        offset: cursor.position,
        symbol: key,
      });
      return;
    }
    cursor.skip(8 + bytes);
  }
  if (cursor.remaining > 0) {
    scope.report('MV110', `${cursor.remaining} bytes follow the last storage`, { offset: cursor.position });
  }
}

const ELEMENT_SIZES: Record<string, number> = {
  Double: 8,
  Float: 4,
  Half: 2,
  BFloat16: 2,
  Long: 8,
  Int: 4,
  Short: 2,
  Char: 1,
  Byte: 1,
  Bool: 1,
  Untyped: 1,
  ComplexDouble: 16,
  ComplexFloat: 8,
  QInt8: 1,
  QUInt8: 1,
  QInt32: 4,
};

/** Bytes of an element of a storage class such as `FloatStorage`. */
export function elementSize(storageType: string): number | undefined {
  const name = storageType.replace(/Storage$/, '');
  return Object.hasOwn(ELEMENT_SIZES, name) ? ELEMENT_SIZES[name] : undefined;
}
