import { count, log } from '@mlops-actions/action-kit';
import type { Image } from '@mlops-actions/oci';
import { predict, ServingError, waitUntilHealthy, type MemoryUse, type ServingContainer } from '@mlops-actions/serving';
import { overBudget, type Percentile } from './budgets.ts';
import { batches, compare, readGolden, type Difference, type GoldenRow } from './golden.ts';
import type { Plan } from './inputs.ts';
import { checkListening, measureLatency, sendMalformed, serverErrors, type MalformedAnswer } from './measure.ts';
import { formatRuntime } from './probe-report.ts';
import { chooseRuntime, platformWarnings, type RuntimeFacts, type StartedImage } from './runtime.ts';

/** What the started image showed. */
export interface ProbeResult {
  passed: boolean;
  /** One sentence. */
  finding: string;
  /** What it was started by. */
  runtime: RuntimeFacts;
  /** Milliseconds from the start to the first healthy answer. */
  healthyAfter?: number;
  /** Golden rows that were compared; none without a golden file. */
  rows: number;
  tolerance: number;
  largestDifference?: number;
  mismatches: (Difference & { line: number })[];
  /** Milliseconds of a request for one prediction. */
  latency?: Record<Percentile, number>;
  /** Largest use of memory in bytes. */
  peakMemory?: number;
  /** What that number counts. */
  memorySource?: MemoryUse['source'];
  /** Budgets of model.yaml that were not kept. */
  overBudget: string[];
  /** How requests that nobody should send were answered. */
  malformed: MalformedAnswer[];
  /** What will do harm on Vertex AI and fails no probe, a sentence each. */
  warnings: string[];
  /** The end of the server's log, where the probe failed. */
  logTail?: string;
}

type Routes = Pick<Plan, 'healthRoute' | 'predictRoute'>;
type Settings = NonNullable<Plan['probe']>;

/** Mismatches that are reported. */
const SHOWN = 20;
/** Milliseconds that a server has to end after SIGTERM. */
const STOP_TIMEOUT = 10_000;

/** Starts an image as Vertex AI would, waits for its health route, compares its answers with the golden file and examines how it serves and ends. */
export async function probeImage(
  image: Image,
  plan: Routes & Pick<Plan, 'port'>,
  settings: Settings,
  stopTimeout = STOP_TIMEOUT,
): Promise<ProbeResult> {
  const golden = settings.goldenPath === undefined ? [] : await readGolden(settings.goldenPath);
  const runtime = await chooseRuntime(settings.runtime, image);
  log.info(`The image is started by ${formatRuntime(runtime.facts)}`);
  const result: ProbeResult = {
    passed: false,
    finding: '',
    runtime: runtime.facts,
    rows: 0,
    tolerance: settings.tolerance,
    mismatches: [],
    overBudget: [],
    malformed: [],
    warnings: platformWarnings(runtime.facts, image),
  };
  let started: StartedImage | undefined;
  try {
    started = await runtime.start(image, plan, settings.budgets.memory);
    await serve(started.container, plan, settings, golden, result);
    await end(started.container, stopTimeout, result);
  } catch (error) {
    if (!(error instanceof ServingError)) throw error;
    result.passed = false;
    result.finding = error.explanation;
    result.logTail = error.logTail;
  } finally {
    try {
      await started?.container.stop(stopTimeout);
    } finally {
      await started?.remove();
    }
  }
  for (const warning of result.warnings) log.warning(warning, { title: 'Probe of the image' });
  if (result.passed) return result;
  result.logTail ||= started?.container.logTail() ?? '';
  for (const line of result.logTail.split('\n')) if (line !== '') log.info(`| ${line}`);
  return result;
}

async function serve(
  container: ServingContainer,
  routes: Routes,
  settings: Settings,
  golden: readonly GoldenRow[],
  result: ProbeResult,
): Promise<void> {
  await waitUntilHealthy(container, { healthRoute: routes.healthRoute, timeout: settings.timeout });
  result.healthyAfter = Math.round(performance.now() - container.startedAt);
  await checkListening(container);
  await compareAnswers(container, routes.predictRoute, golden, result);
  if (result.passed) await examine(container, routes, golden, settings, result);
}

/** How a server that answers rightly does so: how fast, with how much memory, and whether it survives bad requests. */
async function examine(
  container: ServingContainer,
  routes: Routes,
  golden: readonly GoldenRow[],
  { budgets }: Settings,
  result: ProbeResult,
): Promise<void> {
  const latency = await measureLatency(container, routes.predictRoute, golden);
  if (latency !== undefined) result.latency = latency;
  result.malformed = await sendMalformed(container, routes);
  result.warnings.push(...serverErrors(result.malformed));
  const memory = await container.memory();
  if (memory !== undefined) {
    result.peakMemory = memory.peak;
    result.memorySource = memory.source;
  }
  result.overBudget = overBudget(budgets, {
    healthyAfter: result.healthyAfter!,
    ...(latency !== undefined && { latency }),
    ...(memory !== undefined && { memory: memory.peak, outOfMemoryKills: memory.outOfMemoryKills }),
  });
  if (result.overBudget.length === 0) return;
  result.passed = false;
  result.finding = `The image serves, but not within the budgets of model.yaml: ${result.overBudget.join('; ')}.`;
}

/** A replica ends whenever a model is undeployed or scaled in, and with it every request that its server does not finish. */
async function end(container: ServingContainer, timeout: number, result: ProbeResult): Promise<void> {
  await container.stop(timeout);
  const { exit } = container;
  if (exit === undefined || !('signal' in exit) || exit.signal !== 'SIGKILL') return;
  result.warnings.push(
    `The server did not end within ${timeout / 1000} s of SIGTERM and had to be killed, so requests under way are lost when a replica ends. ` +
      'It must handle SIGTERM; a shell script must exec the server.',
  );
}

async function compareAnswers(
  container: ServingContainer,
  predictRoute: string,
  golden: readonly GoldenRow[],
  result: ProbeResult,
): Promise<void> {
  let largest = 0;
  let failed = 0;
  for (const batch of batches(golden)) {
    const { predictions } = await predict(container, { predictRoute, instances: batch.map((row) => row.instance) });
    batch.forEach((row, index) => {
      const differences = compare(row.prediction, predictions[index]!, result.tolerance, (difference) => {
        largest = Math.max(largest, difference);
      });
      if (differences.length > 0) failed++;
      for (const difference of differences) {
        if (result.mismatches.length < SHOWN) result.mismatches.push({ line: row.line, ...difference });
      }
    });
    result.rows += batch.length;
  }
  result.passed = failed === 0;
  if (golden.length === 0)
    result.finding = 'The image starts and answers its health route; no golden file says what it must predict.';
  else {
    result.largestDifference = largest;
    result.finding =
      failed === 0
        ? `The image starts, is healthy and answers ${count(golden.length, 'golden row')} as expected, within ${result.tolerance}.`
        : `The image answers ${failed} of ${golden.length} golden rows otherwise than expected${
            largest > result.tolerance
              ? `; numbers differ by up to ${Number(largest.toPrecision(2))}, where ${result.tolerance} is allowed`
              : ''
          }.`;
  }
}
