/**
 * Prints the speed and size that docs/explanation/performance.md speaks of, as ratios within one run, each beside its target.
 * Runs are interleaved and the median is taken, so that a busy machine slows all of them alike.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { formatBytes, formatDuration } from '@mlops-actions/action-kit';
import { median, row } from './bench/figures.ts';
import { startEmulatorProcess } from './start/emulator.ts';

const ROUNDS = 15;
const root = path.resolve(import.meta.dirname, '..');
const folder = await mkdtemp(path.join(tmpdir(), 'bench-'));

try {
  await coldStarts();
  await firstReplies();
  archiveSize();
  rehearsalTime();
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** From process start to the end of an action that finds its first input wrong: loading, reading inputs, answering. */
async function coldStarts(): Promise<void> {
  const local = ['validate-model', 'evaluate-gate', 'build-image'];
  const commands: Record<string, string[]> = {
    'node -e 0': ['-e', '0'],
    ...Object.fromEntries(local.map((name) => [name, [path.join(root, 'dist', `${name}.js`)]])),
  };
  const env = environment({ MANIFEST: 'nowhere.yaml' });
  const times = new Map(Object.keys(commands).map((name) => [name, [] as number[]]));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, args] of Object.entries(commands)) {
      const startedAt = performance.now();
      spawnSync(process.execPath, args, { cwd: folder, env, stdio: 'ignore' });
      // The first round fills the file cache.
      if (round > 0) times.get(name)!.push(performance.now() - startedAt);
    }
  }
  const bare = median(times.get('node -e 0')!);
  console.log(`Cold start, median of ${ROUNDS} interleaved runs (bare node -e 0: ${formatDuration(bare)})`);
  for (const name of local) {
    const time = median(times.get(name)!);
    row(
      name,
      `${formatDuration(time)}, ${(time / bare).toFixed(2)} times bare Node`,
      'at most 3 times',
      time <= 3 * bare,
    );
  }
}

/** From process start to the arrival of the first call at the emulator. */
async function firstReplies(): Promise<void> {
  const emulator = await startEmulatorProcess(root);
  const place = { 'PROJECT-ID': 'bench-project', REGION: 'europe-west4' };
  const actions: Record<string, Record<string, string>> = {
    'register-version': {
      ...place,
      'MODEL-ID': 'bench',
      IMAGE: `${emulator.registry}/bench@sha256:${'0'.repeat(64)}`,
      'DRY-RUN': 'true',
    },
    'deploy-vertex-endpoint': {
      ...place,
      'ENDPOINT-ID': 'bench',
      'MODEL-VERSION': 'bench@1',
      'ALLOW-UNPROBED': 'true',
    },
    rollback: { ...place, 'ENDPOINT-ID': 'bench', REASON: 'bench' },
  };
  try {
    console.log(`\nFirst emulator reply, median of ${ROUNDS} runs`);
    const times = new Map(Object.keys(actions).map((name) => [name, [] as number[]]));
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [name, inputs] of Object.entries(actions)) {
        const known = (await calls(emulator.admin)).length;
        const startedAt = Date.now();
        await finished(path.join(root, 'dist', `${name}.js`), {
          ...environment(inputs),
          VERTEX_AI_EMULATOR_HOST: emulator.address,
        });
        const first = (await calls(emulator.admin))[known];
        if (first === undefined) throw new Error(`${name} made no call: its inputs are wrong.`);
        if (round > 0) times.get(name)!.push(Date.parse(first.time) + (first.duration ?? 0) - startedAt);
      }
    }
    for (const [name, measured] of times) {
      const time = median(measured);
      row(name, formatDuration(time), 'under 1 s', time < 1000);
    }
  } finally {
    await emulator.stop();
  }
}

/** What a runner downloads for `uses: owner/mlops-actions/...@ref`: the commit's archive, without what .gitattributes leaves out. */
function archiveSize(): void {
  const archive = spawnSync('git', ['archive', '--format=tar', 'HEAD'], { cwd: root, maxBuffer: 1 << 30 });
  if (archive.status !== 0) throw new Error(`git archive failed: ${archive.stderr.toString()}`);
  const size = gzipSync(archive.stdout).length;
  console.log('\nRelease archive');
  row('compressed', formatBytes(size), 'at most 4 MB', size <= 4_000_000);
}

function rehearsalTime(): void {
  const startedAt = performance.now();
  const { status } = spawnSync(process.execPath, ['scripts/start.ts'], { cwd: root, stdio: 'ignore' });
  console.log('\nRehearsal of the example (npm start, dependencies installed)');
  row('eight workflows', formatDuration(performance.now() - startedAt), 'all as expected', status === 0);
}

function environment(inputs: Record<string, string>): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: folder,
    ...Object.fromEntries(
      Object.entries({ 'EVIDENCE-DIR': folder, ...inputs }).map(([name, value]) => [`INPUT_${name}`, value]),
    ),
  };
}

async function finished(script: string, env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(process.execPath, [script], { cwd: folder, env, stdio: 'ignore' });
  await new Promise((resolve) => child.once('exit', resolve));
}

async function calls(admin: string): Promise<{ time: string; duration?: number }[]> {
  return (await (await fetch(`${admin}/calls`)).json()) as { time: string; duration?: number }[];
}
