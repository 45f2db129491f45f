/**
 * What the deployer itself costs, with an emulator whose operations take no time: the calls and the seconds of a canary and of a warm rollback, the search
 * for one version among 10,000, and how long after a rollback was started the restored model answers under load. `npm run bench:deploy`.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { formatDuration } from '@mlops-actions/action-kit';
import { connectVertex, endpointName, findVersion, toValue } from '@mlops-actions/vertex';
import { startEmulator, type State } from '@mlops-actions/vertex-emulator';
import { ID, prepare, run, scenarios, type Scenario } from '../../test/e2e/releases.ts';
import { row } from './figures.ts';

// The actions' log would bury the figures.
const write = process.stdout.write.bind(process.stdout);
const silently = async <T>(body: () => Promise<T>): Promise<T> => {
  process.stdout.write = () => true;
  try {
    return await body();
  } finally {
    process.stdout.write = write;
  }
};

for (const name of ['canary', 'warm rollback'] as const) await overhead(name, scenarios[name]!);
await lookup(10_000);
await rollbackUnderLoad();

/** Calls and time of a run, the probes' predictions apart: how many of those there are is the user's choice. */
async function overhead(name: string, scenario: Scenario): Promise<void> {
  const world = await silently(() => prepare(scenario, { operationDelay: 0 }));
  try {
    const before = world.emulator.calls().length;
    const startedAt = performance.now();
    const { verdict } = await silently(() => run(world, scenario));
    const seconds = (performance.now() - startedAt) / 1000;
    if (verdict !== 'pass') throw new Error(`The ${name} ended with ${verdict}.`);
    const calls = world.emulator.calls().slice(before);
    const predictions = calls.filter(({ method }) => method.startsWith('PredictionService')).length;
    const updates = calls.filter(({ method }) => method.endsWith('.UpdateEndpoint')).length;
    row(
      name,
      `${calls.length - predictions} calls (${updates} traffic updates) and ${predictions} predictions, ${seconds.toFixed(2)} s`,
    );
  } finally {
    await world.close();
  }
}

/** Finds one version of a model that has many. */
async function lookup(versions: number): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-deploy-'));
  const place = { project: 'acme-qa', region: 'europe-west4' };
  try {
    const stateFile = path.join(folder, 'state.json');
    const options = { operationDelay: 0, containers: false, stateFile } as const;
    const upload = (image: string): object => ({
      displayName: ID,
      labels: { 'image-digest': image.slice(0, 63) },
      containerSpec: {
        imageUri: `europe-west4-docker.pkg.dev/a/b/c@sha256:${image}`,
        ports: [{ containerPort: 8080 }],
      },
    });
    const first = await startEmulator(options);
    const maker = await connectVertex(place, { emulator: first.address });
    const parent = `projects/${place.project}/locations/${place.region}`;
    await maker.models.uploadModel({ parent, modelId: ID, model: upload(digestOf(1)) });
    while (first.state().models[Object.keys(first.state().models)[0] ?? ''] === undefined)
      await maker.models.getProjectId();
    await maker.close();
    await first.close();

    // The other versions are written into the state: to upload them one by one would take minutes.
    const state = JSON.parse(await readFile(stateFile, 'utf8')) as Record<'models', Record<string, Mutable>>;
    const [model] = Object.values(state.models);
    const [version] = model!.versions;
    for (let id = 2; id <= versions; id++) {
      const text = JSON.stringify({ ...version!, id: String(id), aliases: [] }).replaceAll(digestOf(1), digestOf(id));
      model!.versions.push(JSON.parse(text.replaceAll(digestOf(1).slice(0, 63), digestOf(id).slice(0, 63))) as Version);
    }
    model!.lastVersion = versions;
    await writeFile(stateFile, JSON.stringify(state));

    const emulator = await startEmulator(options);
    const vertex = await connectVertex(place, { emulator: emulator.address });
    try {
      const wanted = `europe-west4-docker.pkg.dev/a/b/c@sha256:${digestOf(versions - 1)}`;
      const before = emulator.calls().length;
      const startedAt = performance.now();
      const container = { imageUri: wanted, predictRoute: '', healthRoute: '', port: 8080 };
      const found = await findVersion(vertex, ID, { container, artifactUri: undefined, modelDigest: undefined });
      const time = formatDuration(performance.now() - startedAt);
      const calls = emulator.calls().length - before;
      if (found?.versionId !== String(versions - 1))
        throw new Error(`Version ${found?.versionId ?? 'none'} was found.`);
      row(`one version of ${versions}`, `${calls} call, ${time}`, '1 call', calls === 1);
    } finally {
      await vertex.close();
      await emulator.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Version = State['models'][string]['versions'][number];
interface Mutable {
  versions: Version[];
  lastVersion: number;
}

/** Digests that differ in their first digits, which is what a label holds. */
function digestOf(version: number): string {
  return version.toString(16).padStart(8, '0').repeat(8);
}

/** From the start of a rollback to the first answer of the restored model that a client gets who asks all the time. */
async function rollbackUnderLoad(): Promise<void> {
  const scenario = scenarios['warm rollback']!;
  const world = await silently(() => prepare(scenario, { operationDelay: 0 }));
  const { vertex } = world;
  let over = false;
  let restoredAt = 0;
  let failures = 0;
  const client = async (): Promise<void> => {
    while (!over) {
      try {
        const request = { endpoint: endpointName(vertex, ID), instances: [toValue([1, 2])] };
        const [{ modelVersionId: version }] = await vertex.predictions.predict(request);
        if (version === '1' && restoredAt === 0) restoredAt = performance.now();
      } catch {
        failures++;
      }
    }
  };
  const clients = Array.from({ length: 4 }, client);
  try {
    const startedAt = performance.now();
    await silently(() => run(world, scenario));
    const time = restoredAt - startedAt;
    row(
      'rollback under load',
      `first good answer after ${formatDuration(time)}, ${failures} failed`,
      'none fails',
      failures === 0,
    );
  } finally {
    over = true;
    await Promise.all(clients);
    await world.close();
  }
}
