import { count, log } from '@mlops-actions/action-kit';
import { unpackImage, type Image } from '@mlops-actions/oci';
import {
  predict,
  ServingError,
  startContainer,
  vertexEnvironment,
  waitUntilHealthy,
  type ServingContainer,
} from '@mlops-actions/serving';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { overBudget, type Budgets, type Percentile } from './budgets.ts';
import { compare, readGolden, type Difference, type GoldenRow } from './golden.ts';
import type { Plan } from './inputs.ts';
import { measureLatency, peakMemory, sendMalformed, type MalformedAnswer } from './measure.ts';

/** What the started image showed. */
export interface ProbeResult {
  passed: boolean;
  /** One sentence. */
  finding: string;
  /** Milliseconds from the start to the first healthy answer. */
  healthyAfter?: number;
  /** Golden rows that were compared; none without a golden file. */
  rows: number;
  tolerance: number;
  largestDifference?: number;
  mismatches: (Difference & { line: number })[];
  /** Milliseconds of a request for one prediction. */
  latency?: Record<Percentile, number>;
  /** Largest resident memory in bytes. */
  peakMemory?: number;
  /** Budgets of model.yaml that were not kept. */
  overBudget: string[];
  /** How requests that nobody should send were answered. */
  malformed: MalformedAnswer[];
  /** The end of the server's log, where the probe failed. */
  logTail?: string;
}

/** Rows that are sent in one request. */
const BATCH = 50;
/** Mismatches that are reported. */
const SHOWN = 20;

/** Unpacks an image, starts it as Vertex AI would, waits for its health route, compares its answers with the golden file and examines how it serves. */
export async function probeImage(
  image: Image,
  plan: Pick<Plan, 'healthRoute' | 'predictRoute'>,
  settings: NonNullable<Plan['probe']>,
): Promise<ProbeResult> {
  const golden = settings.goldenPath === undefined ? [] : await readGolden(settings.goldenPath);
  const folder = await mkdtemp(path.join(tmpdir(), 'build-image-probe-'));
  const result: ProbeResult = {
    passed: false,
    finding: '',
    rows: 0,
    tolerance: settings.tolerance,
    mismatches: [],
    overBudget: [],
    malformed: [],
  };
  let container: ServingContainer | undefined;
  try {
    const rootfs = path.join(folder, 'rootfs');
    const config = await unpackImage(image, rootfs);
    const started = performance.now();
    container = await startContainer({ rootfs, config, env: vertexEnvironment(plan) });
    await waitUntilHealthy(container, { healthRoute: plan.healthRoute, timeout: settings.timeout });
    result.healthyAfter = Math.round(performance.now() - started);
    await compareAnswers(container, plan.predictRoute, golden, result);
    if (result.passed) await examine(container, plan, golden, settings.budgets, result);
  } catch (error) {
    if (!(error instanceof ServingError)) throw error;
    result.passed = false;
    result.finding = error.explanation;
    result.logTail = error.logTail;
  } finally {
    await container?.stop();
    await rm(folder, { recursive: true, force: true });
  }
  if (result.passed) return result;
  result.logTail ||= container?.logTail() ?? '';
  for (const line of result.logTail.split('\n')) if (line !== '') log.info(`| ${line}`);
  return result;
}

/** How a server that answers rightly does so: how fast, with how much memory, and whether it survives bad requests. */
async function examine(
  container: ServingContainer,
  plan: Pick<Plan, 'healthRoute' | 'predictRoute'>,
  golden: readonly GoldenRow[],
  budgets: Budgets,
  result: ProbeResult,
): Promise<void> {
  const latency = await measureLatency(container, plan.predictRoute, golden);
  if (latency !== undefined) result.latency = latency;
  result.malformed = await sendMalformed(container, plan);
  const memory = await peakMemory(container);
  if (memory !== undefined) result.peakMemory = memory;
  result.overBudget = overBudget(budgets, {
    healthyAfter: result.healthyAfter!,
    ...(latency !== undefined && { latency }),
    ...(memory !== undefined && { memory }),
  });
  if (result.overBudget.length === 0) return;
  result.passed = false;
  result.finding = `The image serves, but not within the budgets of model.yaml: ${result.overBudget.join('; ')}.`;
}

async function compareAnswers(
  container: ServingContainer,
  predictRoute: string,
  golden: readonly GoldenRow[],
  result: ProbeResult,
): Promise<void> {
  let largest = 0;
  let failed = 0;
  for (let start = 0; start < golden.length; start += BATCH) {
    const batch = golden.slice(start, start + BATCH);
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
        : `The image answers ${failed} of ${golden.length} golden rows otherwise than expected.`;
  }
}
