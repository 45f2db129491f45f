/**
 * Rehearses the releases of examples/credit-risk, their monitoring and the way back on this machine: the workflow files that teams call, the
 * bundles that GitHub runs, real gRPC to the Vertex AI emulator, the model's own container, a server that stands for GitHub's API. Ends with
 * a table, a report, and exit code 0 if all came as it must.
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { formatDuration } from '@mlops-actions/action-kit';
import { startGitHubEmulator, type GitHubEmulator } from '@mlops-actions/github-emulator';
import { createProgress, rehearse, writeReport, type RehearsalOptions, type RunResult } from '@mlops-actions/rehearsal';
import { startSigstoreEmulator } from '@mlops-actions/sigstore-emulator';
import { buildBaseImage } from '../examples/credit-risk/serving/base-image.ts';
import { startEmulatorProcess, type EmulatorProcess } from './start/emulator.ts';
import { scenario, type Act, type Expectation } from './start/scenario.ts';
import { incidentTable, renderTable, shareText, versionTable } from './start/table.ts';
import { readWorld, type World } from './start/world.ts';

const root = path.resolve(import.meta.dirname, '..');
const example = path.join(root, 'examples/credit-risk');
const outDir = path.join(root, '.rehearsal');
const repository = 'acme-bank/credit-risk';

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
const github = await startGitHubEmulator({ repositories: [repository] });
const sigstore = await startSigstoreEmulator();
const played: Played[] = [];
try {
  const baseImage = await buildBaseImage({ push: `${emulator.registry}/serving-runtime/onnx-node:24` });
  console.log(`The emulator answers at ${emulator.address}; the base image is ${baseImage}.`);
  for (const act of scenario(baseImage, emulator.registry)) {
    heading(`${played.length + 1}. ${act.title}`);
    played.push(await play(act, emulator, github));
  }
} finally {
  await emulator.stop();
  await github.close();
  await sigstore.close();
}
await conclude();

async function play(act: Act, { address, admin }: EmulatorProcess, github: GitHubEmulator): Promise<Played> {
  const before = await readWorld(admin, github, repository);
  const progress = createProgress();
  let result: RunResult;
  try {
    result = await rehearse({
      workflow: path.join(example, '.github/workflows', act.workflow),
      repository: example,
      slug: repository,
      // Whatever branch this clone is on: a monitor believes the state that the default branch left, and no other.
      ref: 'refs/heads/main',
      github,
      sigstore,
      map: { 'acme-bank/mlops-actions': root },
      ...startOf(act, played.at(-1)?.result),
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
  const world = await readWorld(admin, github, repository);
  const expectations = [
    ...act.expect(result, before, world),
    { what: 'the emulator saw no invariant violated', met: world.violations.length === 0 },
  ];
  for (const { what, met } of expectations) console.log(`   ${met ? 'as expected' : 'NOT AS EXPECTED'}: ${what}`);
  return { act, result, expectations, world };
}

/** What starts an act: a form that somebody fills in, or what the act before dispatched. */
function startOf({ start }: Act, before: RunResult | undefined): Pick<RehearsalOptions, 'inputs' | 'event'> {
  if ('inputs' in start) return { inputs: start.inputs };
  const event = before?.dispatched.find(
    (asked) => asked.event === 'repository_dispatch' && asked.eventType === start.dispatch,
  );
  if (event?.event !== 'repository_dispatch') throw new Error(`Nothing dispatched '${start.dispatch}'.`);
  const payload = { action: event.eventType, client_payload: event.clientPayload };
  return { event: { name: 'repository_dispatch', payload } } as Pick<RehearsalOptions, 'event'>;
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
  const { world: end } = played.at(-1)!;
  const versions = versionTable(end);
  const incidents = incidentTable(end);
  heading('What happened');
  console.log(renderTable(acts));
  heading('What stands now, read back from the emulator');
  console.log(renderTable(versions));
  heading('Incidents');
  console.log(renderTable(incidents));

  const report = path.join(outDir, 'report.html');
  await writeReport(report, {
    title: 'Rehearsal of credit-risk',
    intro:
      'The workflow files that teams call, run on one machine against emulators of Vertex AI and GitHub: two releases, two candidates that are stopped, a quiet month, and one in which the monitor has the release taken back.',
    tables: [
      { title: 'What happened', ...acts },
      { title: 'What stands at the end, read back from the emulator', ...versions },
      { title: 'Incidents', ...incidents },
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
