import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RunContext } from '@mlops-actions/action-kit';
import { startEmulator, type Emulator, type EmulatorOptions } from '@mlops-actions/vertex-emulator';
import { connectVertex, type Place, type Vertex } from '../../src/index.ts';
import { pushServer, type Behaviour } from './images.ts';

export const place: Place = { project: 'acme-qa', region: 'europe-west4' };

export const context: RunContext = {
  repository: 'acme/credit-risk',
  commit: '0123456789abcdef0123456789abcdef01234567',
  ref: 'refs/heads/main',
  runId: '4711',
  runAttempt: '1',
  runUrl: '',
  workflow: '',
  actor: 'somebody',
};

/** An emulator, a client of it, and a folder, all of one test's own. */
export interface World {
  emulator: Emulator;
  vertex: Vertex;
  folder: string;
  /** Pushes a tiny server; its reference by digest. */
  image(behaviour?: Behaviour): Promise<string>;
  /** Writes a probe set: instances of numbers, with predictions that add `bias` to their sum. */
  probes(bias?: number): Promise<string>;
  close(): Promise<void>;
}

/** Starts a world. `VERTEX_AI_EMULATOR_HOST` names its emulator until it is closed. */
export async function startWorld(options: EmulatorOptions = {}): Promise<World> {
  const folder = await mkdtemp(path.join(tmpdir(), 'vertex-'));
  const emulator = await startEmulator({ operationDelay: 5, startTimeout: 5_000, seed: 'test', ...options });
  process.env['VERTEX_AI_EMULATOR_HOST'] = emulator.address;
  const vertex = await connectVertex(place);
  return {
    emulator,
    vertex,
    folder,
    image: (behaviour = {}) => pushServer(emulator.registryAddress, behaviour),
    async probes(bias = 0) {
      const file = path.join(folder, `probes-${bias}.jsonl`);
      const lines = [[1, 2], [0.5], [3, 4, 5]].map((instance) =>
        JSON.stringify({ instance, prediction: instance.reduce((sum, n) => sum + n, bias) }),
      );
      await writeFile(file, lines.join('\n'));
      return file;
    },
    async close() {
      delete process.env['VERTEX_AI_EMULATOR_HOST'];
      await vertex.close();
      await emulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Methods that were called since a number of the call log, in order. */
export const methodsSince = (emulator: Emulator, number: number): string[] =>
  emulator
    .calls()
    .filter((call) => call.number > number)
    .map((call) => call.method.replace(/^.*\./, ''));

/** The number of the last call. */
export const lastCall = (emulator: Emulator): number => emulator.calls().at(-1)?.number ?? 0;
