/**
 * Speed, traffic and memory of build-image beside buildah, in one interleaved run: a model of 500 MB on a base image, built and pushed to a
 * registry on this machine, then again after a change of code. Every run starts cold: an empty store, a repository that does not exist.
 *
 * `npm run bench:image -- --rounds N`; needs the bundles (npm run build). buildah and Debian's docker-registry are used where they are
 * installed; without docker-registry, the project's own registry stands in.
 */
import { formatBytes, formatDuration } from '@mlops-actions/action-kit';
import { buildLayer, composeImage, parseReference, pushImage, RegistryClient } from '@mlops-actions/oci';
import { startRegistry } from '@mlops-actions/oci/registry';
import { digestModel } from '@mlops-actions/model-files';
import { spawn, spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { median, row } from './figures.ts';

const SHARDS = 4;
const SHARD_BYTES = 125_000_000;
const root = path.resolve(import.meta.dirname, '../..');

/** Runs the comparison and prints it. */
export async function benchImage(rounds = 1): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-image-'));
  const closers: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    const registry = await anyRegistry(folder, closers);
    const setting = await prepare(folder, registry.address);
    const hasBuildah = spawnSync('buildah', ['--version'], { stdio: 'ignore' }).status === 0;
    const runs: Run[] = [];
    for (let round = 1; round <= rounds; round++)
      runs.push(await oneRound(setting, registry.address, round, hasBuildah));
    const meter = await startMeter(registry.address, closers);
    const traffic = await measureTraffic(setting, meter);
    print(registry.name, runs, traffic);
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

/** A build that was watched. */
interface Watched {
  /** Milliseconds on the wall. */
  time: number;
  /** Milliseconds of processors, of the program and all that it started. */
  cpu: number;
  /** Largest resident size in bytes, where the system tells. */
  memory: number;
}

type Cost = Pick<Watched, 'time' | 'cpu'>;

/** What one round measured. */
interface Run {
  full: Watched;
  hashed: Watched;
  known: Watched;
  buildah?: { full: Cost; codeOnly: Cost };
}

/** Bytes on the wire, all of HTTP included. */
interface Traffic {
  up: number;
  down: number;
}

interface Setting {
  folder: string;
  model: string;
  modelDigest: string;
  /** The server's code, and the Dockerfile that buildah makes the same image with. */
  context: string;
}

async function prepare(folder: string, registry: string): Promise<Setting> {
  const context = path.join(folder, 'context');
  const model = path.join(context, 'model');
  await mkdir(model, { recursive: true });
  for (let shard = 1; shard <= SHARDS; shard++) {
    // Weights do not compress, and neither does noise.
    await writeFile(
      path.join(model, `model-${shard}-of-${SHARDS}.safetensors`),
      randomFillSync(Buffer.alloc(SHARD_BYTES)),
    );
  }
  // A base of realistic size, compressed as bases are: Node itself.
  const runtime = await buildLayer(
    [{ path: '/usr/local/bin/node', from: { file: process.execPath }, executable: true }],
    {
      kind: 'base',
      compression: 'gzip',
    },
  );
  const base = composeImage(undefined, { layers: [runtime], entrypoint: ['/usr/local/bin/node', '/app/server.mjs'] });
  await pushImage(new RegistryClient(), base, parseReference(`${registry}/platform/base`), ['1']);
  return { folder, context, model, modelDigest: (await digestModel(model)).digest };
}

async function oneRound(setting: Setting, registry: string, round: number, hasBuildah: boolean): Promise<Run> {
  const own = `${registry}/own/round-${round}`;
  const store = path.join(setting.folder, 'buildah');
  await writeCode(setting, 1);
  const full = await build(setting, registry, `${own}:1`);
  const other = (version: number): Promise<Cost> | undefined =>
    hasBuildah ? buildah(setting, store, registry, `${registry}/buildah/round-${round}:${version}`) : undefined;
  const otherFull = await other(1);
  await writeCode(setting, 2);
  const hashed = await build(setting, registry, `${own}:2`, { previous: `${own}:1` });
  const otherCode = await other(2);
  await writeCode(setting, 3);
  const known = await build(setting, registry, `${own}:3`, { previous: `${own}:2`, digest: setting.modelDigest });
  const compared = otherFull && otherCode && { buildah: { full: otherFull, codeOnly: otherCode } };
  return { full, hashed, known, ...compared };
}

async function writeCode({ context }: Setting, version: number): Promise<void> {
  await writeFile(path.join(context, 'server.mjs'), `console.log(${version});\n`);
}

/** Runs the action's bundle as a runner does. */
async function build(
  setting: Setting,
  registry: string,
  tag: string,
  known: { previous?: string; digest?: string } = {},
): Promise<Watched> {
  const inputs: Record<string, string> = {
    'MODEL-PATH': setting.model,
    'BASE-IMAGE': `${registry}/platform/base:1`,
    FILES: `${path.join(setting.context, 'server.mjs')} => /app/server.mjs`,
    TAGS: tag,
    'EVIDENCE-DIR': path.join(setting.folder, 'evidence'),
    'PREVIOUS-IMAGE': known.previous ?? '',
    'EXPECTED-MODEL-DIGEST': known.digest ?? '',
  };
  const env = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name}`, value]));
  return watch(process.execPath, [path.join(root, 'dist', 'build-image.js')], setting.folder, env);
}

/** The same image by buildah, from an empty store and with a fixed time. */
async function buildah({ context, folder }: Setting, store: string, registry: string, tag: string): Promise<Cost> {
  const dockerfile = path.join(folder, 'Dockerfile');
  const lines = [`FROM ${registry}/platform/base:1`, 'COPY model /opt/ml/model', 'COPY server.mjs /app/server.mjs'];
  await writeFile(dockerfile, `${lines.join('\n')}\n`);
  const global = ['--root', store, '--runroot', `${store}-run`, '--storage-driver', 'vfs'];
  const options = ['--tls-verify=false', '--quiet'];
  const cost: Cost = { time: 0, cpu: 0 };
  for (const args of [
    [
      'build',
      ...options,
      '--isolation',
      'chroot',
      '--timestamp',
      '0',
      '--layers',
      '--file',
      dockerfile,
      '--tag',
      tag,
      context,
    ],
    ['push', ...options, tag],
  ]) {
    const { time, cpu } = await watch('buildah', [...global, ...args], folder, {});
    cost.time += time;
    cost.cpu += cpu;
  }
  await rm(store, { recursive: true, force: true });
  await rm(`${store}-run`, { recursive: true, force: true });
  return cost;
}

/** Runs a program to its end; one that fails ends the comparison, with its words. */
async function watch(program: string, args: string[], cwd: string, env: Record<string, string>): Promise<Watched> {
  const startedAt = performance.now();
  const cpuBefore = await childrenCpu();
  const child = spawn(program, args, {
    cwd,
    env: { PATH: process.env['PATH'], HOME: cwd, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  let memory = 0;
  const look = async (): Promise<void> => {
    // The high-water mark is the kernel's: looking often is needed only to be there before the end.
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    memory = Math.max(memory, 1024 * Number(/^VmHWM:\s*(\d+)/m.exec(status)?.[1] ?? 0));
  };
  const watcher = setInterval(() => void look(), 20);
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  clearInterval(watcher);
  const time = performance.now() - startedAt;
  if (code !== 0) throw new Error(`${program} ${args[0]} ended with code ${code}:\n${output.slice(-2000)}`);
  return { time, memory, cpu: (await childrenCpu()) - cpuBefore };
}

/** Milliseconds of processors that ended children have used (proc(5): cutime and cstime, in hundredths of a second); 0 where the system does not tell. */
async function childrenCpu(): Promise<number> {
  const stat = await readFile('/proc/self/stat', 'utf8').catch(() => '');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(13, 15);
  return 10 * (Number(user ?? 0) + Number(system ?? 0));
}

/** The same builds once more through a counting proxy, which would have cost the timed ones. */
async function measureTraffic(setting: Setting, meter: Meter): Promise<Record<keyof Omit<Run, 'buildah'>, Traffic>> {
  const own = `${meter.address}/traffic/model`;
  const counted = async (version: number, known?: { previous: string; digest?: string }): Promise<Traffic> => {
    await writeCode(setting, version);
    const before = { ...meter.bytes };
    await build(setting, meter.address, `${own}:${version}`, known);
    return { up: meter.bytes.up - before.up, down: meter.bytes.down - before.down };
  };
  const previous = `${own}:1`;
  return {
    full: await counted(1),
    hashed: await counted(2, { previous }),
    known: await counted(3, { previous, digest: setting.modelDigest }),
  };
}

interface Meter {
  address: string;
  bytes: Traffic;
}

async function startMeter(registry: string, closers: (() => unknown)[]): Promise<Meter> {
  const bytes: Traffic = { up: 0, down: 0 };
  const target = new URL(`http://${registry}`);
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    client.on('data', (chunk: Buffer) => (bytes.up += chunk.length)).on('error', () => upstream.destroy());
    upstream.on('data', (chunk: Buffer) => (bytes.down += chunk.length)).on('error', () => client.destroy());
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, bytes };
}

async function anyRegistry(folder: string, closers: (() => unknown)[]): Promise<{ name: string; address: string }> {
  if (spawnSync('docker-registry', ['--version'], { stdio: 'ignore' }).status !== 0) {
    const own = await startRegistry({ directory: path.join(folder, 'registry') });
    closers.push(() => own.close());
    return { name: "the project's own registry", address: own.address };
  }
  const address = `127.0.0.1:${await freePort()}`;
  const settings = {
    version: 0.1,
    storage: { filesystem: { rootdirectory: path.join(folder, 'registry') } },
    http: { addr: address },
  };
  const file = path.join(folder, 'registry.yml');
  await writeFile(file, JSON.stringify(settings));
  const child = spawn('docker-registry', ['serve', file], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('close', resolve));
  closers.push(async () => {
    child.kill();
    await ended;
  });
  for (let tries = 0; !(await answers(address)); tries++) {
    if (tries === 100) throw new Error('docker-registry does not answer.');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { name: "Debian's docker-registry", address };
}

const answers = (address: string): Promise<boolean> =>
  fetch(`http://${address}/v2/`).then(
    (response) => response.ok,
    () => false,
  );

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function print(registry: string, runs: readonly Run[], traffic: Record<keyof Omit<Run, 'buildah'>, Traffic>): void {
  const model = SHARDS * SHARD_BYTES;
  console.log(`Model image: ${formatBytes(model)} in ${SHARDS} files, pushed to ${registry}; median of ${runs.length}`);
  const parts = [
    { key: 'full', name: 'build and push', other: 'full', factor: 7, sent: model + 65_536 },
    { key: 'hashed', name: 'code changed, hashed', other: 'codeOnly', factor: 25, sent: 65_536 },
    { key: 'known', name: 'code changed, known', other: 'codeOnly', factor: 100, sent: 65_536 },
  ] as const;
  for (const { key, name, other, factor, sent } of parts) {
    const time = median(runs.map((run) => run[key].time));
    const cpu = median(runs.map((run) => run[key].cpu));
    const compared = runs.flatMap((run) => (run.buildah === undefined ? [] : [run.buildah[other]]));
    if (compared.length === 0) row(name, formatDuration(time), 'buildah is not installed', true);
    else {
      const theirs = median(compared.map((cost) => cost.time));
      const theirCpu = median(compared.map((cost) => cost.cpu));
      const text = (own: number, others: number): string =>
        `${formatDuration(own)}, buildah ${formatDuration(others)}: ${(others / own).toFixed(1)} times`;
      row(name, text(time, theirs), `at least ${factor} times`, theirs / time >= factor);
      if (cpu > 0) console.log(`  ${'of processors'.padEnd(24)} ${text(cpu, theirCpu)}`);
    }
    const { up, down } = traffic[key];
    const sizes = `${formatBytes(up)} sent, ${formatBytes(down)} received`;
    row('', sizes, `new layers and 64 KiB, nothing of the base`, up <= sent + SHARDS * 4096 && down <= 65_536);
  }
  const memory = Math.max(...runs.flatMap((run) => [run.full.memory, run.hashed.memory, run.known.memory]));
  if (memory > 0) row('peak memory', formatBytes(memory), 'under 256 MB', memory < 256_000_000);
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { rounds: { type: 'string', default: '1' } } });
  await benchImage(Number(values.rounds));
}
