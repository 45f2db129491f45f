/**
 * Rehearses the release and the rollback of examples/credit-risk on this machine: the workflow files that teams call, the bundles that
 * GitHub runs, real gRPC to the Vertex AI emulator, the model's own container. Ends with a table, a report, and exit code 0 if all came
 * as it must.
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { formatDuration } from '@mlops-actions/action-kit';
import { createProgress, rehearse, writeReport, type RunResult } from '@mlops-actions/rehearsal';
import { buildBaseImage } from '../examples/credit-risk/serving/base-image.ts';
import { startEmulatorProcess, type EmulatorProcess } from './start/emulator.ts';
import { scenario, type Act, type Expectation } from './start/scenario.ts';
import { renderTable, shareText, versionTable } from './start/table.ts';
import { readWorld, type World } from './start/world.ts';

const root = path.resolve(import.meta.dirname, '..');
const example = path.join(root, 'examples/credit-risk');
const outDir = path.join(root, '.rehearsal');

/** What became of an act. */
interface Played {
  act: Act;
  result: RunResult;
  expectations: Expectation[];
  world: World;
}

const startedAt = performance.now();
const heading = (text: string): void => console.log(`\n${text}`);

await rm(outDir, { recursive: true, force: true });
console.log('Rehearsing the releases of examples/credit-risk against the Vertex AI emulator.');
const emulator = await startEmulatorProcess(root);
const played: Played[] = [];
try {
  const baseImage = await buildBaseImage({ push: `${emulator.registry}/serving-runtime/onnx-node:24` });
  console.log(`The emulator answers at ${emulator.address}; the base image is ${baseImage}.`);
  for (const act of scenario(baseImage, emulator.registry)) {
    heading(`${played.length + 1}. ${act.title}`);
    played.push(await play(act, emulator));
  }
} finally {
  await emulator.stop();
}
await conclude();

async function play(act: Act, { address, admin }: EmulatorProcess): Promise<Played> {
  const before = await readWorld(admin);
  const progress = createProgress();
  let result: RunResult;
  try {
    result = await rehearse({
      workflow: path.join(example, '.github/workflows', act.workflow),
      repository: example,
      slug: 'acme-bank/credit-risk',
      map: { 'acme-bank/mlops-actions': root },
      inputs: act.inputs,
      vars: {
        WORKLOAD_IDENTITY_PROVIDER: 'projects/123456789/locations/global/workloadIdentityPools/github/providers/mlops',
        RELEASE_SERVICE_ACCOUNT: 'release@acme-bank-ml-qa.iam.gserviceaccount.com',
      },
      env: { VERTEX_AI_EMULATOR_HOST: address },
      outDir: path.join(outDir, `${played.length + 1}`),
      onEvent: progress.onEvent.bind(progress),
    });
  } finally {
    progress.close();
  }
  const world = await readWorld(admin);
  const expectations = [
    ...act.expect(result, before, world),
    { what: 'the emulator saw no invariant violated', met: world.violations.length === 0 },
  ];
  for (const { what, met } of expectations) console.log(`   ${met ? 'as expected' : 'NOT AS EXPECTED'}: ${what}`);
  return { act, result, expectations, world };
}

async function conclude(): Promise<void> {
  const acts = {
    header: ['', 'what was run', 'workflow', 'traffic after it', 'as expected', 'time'],
    rows: played.map(({ act, result, expectations, world }, index) => [
      `${index + 1}`,
      act.title,
      result.conclusion,
      shareText(world.traffic),
      expectations.every(({ met }) => met) ? 'yes' : 'NO',
      formatDuration(result.durationMs),
    ]),
  };
  const versions = versionTable(played.at(-1)!.world);
  heading('What happened');
  console.log(renderTable(acts));
  heading('What stands now, read back from the emulator');
  console.log(renderTable(versions));

  const report = path.join(outDir, 'report.html');
  await writeReport(report, {
    title: 'Rehearsal of credit-risk',
    intro:
      'The workflow files that teams call, run on one machine against the Vertex AI emulator: two releases, two candidates that are stopped, and a rollback.',
    tables: [
      { title: 'What happened', ...acts },
      { title: 'What stands at the end, read back from the emulator', ...versions },
    ],
    runs: played.map(({ act, result }, index) => ({ title: `${index + 1}. ${act.title}`, result })),
  });
  const failed = played.flatMap(({ expectations }) => expectations).filter(({ met }) => !met);
  heading(`Report: ${path.relative(process.cwd(), report)}`);
  console.log(
    failed.length === 0
      ? `All came as it must, in ${formatDuration(performance.now() - startedAt)}.`
      : `${failed.length} things did not come as they must: ${failed.map(({ what }) => what).join('; ')}.`,
  );
  process.exitCode = failed.length === 0 ? 0 : 1;
}
