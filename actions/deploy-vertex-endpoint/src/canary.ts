import { setTimeout as sleep } from 'node:timers/promises';
import { formatDuration, log, messageOf, UserError, type Verdict } from '@mlops-actions/action-kit';
import {
  append,
  endpointName,
  judge,
  latestOf,
  ledgerDigest,
  moveTraffic,
  probe,
  sameSplit,
  shareOf,
  shortVersion,
  TrafficConflict,
  withoutModel,
  withShare,
  type EndpointState,
  type LedgerEntry,
  type LedgerVerdict,
  type ModelVersionId,
  type Predict,
  type ProbeCase,
  type ProbeResult,
  type TrafficSplit,
  type Vertex,
} from '@mlops-actions/vertex';
import { analyse } from './analysis.ts';
import type { Deployment } from './deployment.ts';
import type { LatencyComparison } from './latency.ts';
import type { Plan } from './plan.ts';
import { judgeStep, LatencyJudge } from './verdict.ts';

/** The model that is to get the traffic. */
export interface Candidate extends ModelVersionId {
  deployedModelId: string;
  /** Digest of what it serves. */
  digest: string | undefined;
}

/** The probe set and the way through the endpoint. */
export interface Probing {
  cases: readonly ProbeCase[];
  predict: Predict;
}

/** What one traffic step did and what was seen. */
export interface StepRecord {
  /** Percentage of the candidate. */
  share: number;
  before: TrafficSplit;
  after: TrafficSplit;
  probes: ProbeResult[];
  /** Of the last probe; `undefined` where latency does not decide, or nobody else ever answered. */
  latency: LatencyComparison | undefined;
  verdict: Verdict;
  reason: string;
  /** Milliseconds. */
  duration: number;
}

/** How the whole went. */
export interface CanaryResult {
  deployedModelId: string;
  /** The endpoint afterwards. */
  endpoint: EndpointState;
  steps: StepRecord[];
  verdict: Verdict;
  reason: string;
}

/**
 * Moves traffic to the candidate step by step. Each move is one guarded update that carries the ledger; a step that is not good, or an
 * error, returns all traffic to where it was in one more.
 */
export async function runCanary(
  vertex: Vertex,
  start: EndpointState,
  candidate: Candidate,
  plan: Plan,
  wanted: Deployment,
  probing: Probing | undefined,
): Promise<CanaryResult> {
  const { deployedModelId: id } = candidate;
  const steps: StepRecord[] = [];
  let endpoint = start;
  const move = async (split: TrafficSplit, entries: readonly LedgerEntry[]): Promise<void> => {
    endpoint = await moveTraffic(vertex, endpoint, split, entries);
    log.info(`Traffic: ${showSplit(endpoint.split)}`);
  };
  const takeBack = (verdict: LedgerVerdict): Promise<void> => move(plan.base, concluded(endpoint, id, verdict));

  try {
    const baseline = await probeBaseline(endpoint, plan, wanted, probing);
    const latencies = new LatencyJudge(id, plan.previous !== undefined, wanted.probe?.maxLatencyIncrease);
    if (baseline !== undefined) latencies.learn(baseline);
    const baselineClean = baseline === undefined || baseline.errors.length === 0;
    for (const { share, bake } of plan.steps) {
      const step = await log.group(`Traffic step: ${share} %`, async (): Promise<StepRecord> => {
        const startedAt = Date.now();
        const before = endpoint.split;
        const split = stepSplit(before, id, share, plan.base);
        const tried = latestOf(endpoint.ledger.entries, id)?.verdict === 'trial';
        if (!tried || !sameSplit(before, split)) await move(split, onTrial(endpoint, candidate));
        const probes: ProbeResult[] = [];
        let verdict: Verdict = 'pass';
        let reason = 'not probed';
        let latency: LatencyComparison | undefined;
        for (const pause of bake > 0 ? [0, bake] : [0]) {
          if (pause > 0) log.info(`Baking for ${formatDuration(pause)}`);
          await sleep(pause);
          if (probing === undefined || wanted.probe === undefined) continue;
          const result = await probe(probing.predict, probing.cases, {
            ...wanted.probe,
            watch: id,
            share,
            compare: true,
            answersOfOthers: latencies.decides && share < 100 ? wanted.probe.answers : 0,
          });
          probes.push(result);
          ({ verdict, reason } = judgeStep(result, { id, share, baselineClean }));
          if (verdict !== 'pass') break;
          ({ verdict, reason, latency } = latencies.judge(result, reason));
          if (verdict !== 'pass') break;
        }
        for (const analysis of wanted.analyses) {
          if (verdict !== 'pass') break;
          const judgement = await analyse(analysis, {
            endpoint: endpointName(wanted.place, wanted.endpointId),
            deployedModelId: id,
            modelVersion: shortVersion(candidate),
            previousDeployedModelId: plan.previous ?? null,
            share,
            from: new Date(startedAt).toISOString(),
            to: new Date().toISOString(),
          });
          verdict = judgement.verdict;
          reason = verdict === 'pass' ? `${reason}; ${judgement.reason}` : judgement.reason;
        }
        log.info(`${share} %: ${verdict}, ${reason}`);
        return { share, before, after: split, probes, latency, verdict, reason, duration: Date.now() - startedAt };
      });
      steps.push(step);
      if (step.verdict !== 'pass') {
        await takeBack(step.verdict === 'fail' ? 'failed' : 'inconclusive');
        return { deployedModelId: id, endpoint, steps, verdict: step.verdict, reason: step.reason };
      }
    }
    await move(endpoint.split, concluded(endpoint, id, 'passed'));
    return { deployedModelId: id, endpoint, steps, verdict: 'pass', reason: steps.at(-1)?.reason ?? 'nothing to move' };
  } catch (error) {
    // After a conflict nobody knows whose traffic it is; before any move there is nothing to take back.
    if (
      !(error instanceof TrafficConflict) &&
      !sameSplit(endpoint.split, plan.base) &&
      shareOf(endpoint.split, id) > 0
    ) {
      await returnAfter(error, () => takeBack('inconclusive'));
    }
    throw error;
  }
}

/** Takes traffic back on an error; if that fails too, both are told. */
async function returnAfter(error: unknown, takeBack: () => Promise<void>): Promise<void> {
  log.warning(`All traffic is returned, because of an error: ${messageOf(error)}`);
  try {
    await takeBack();
  } catch (second) {
    throw new UserError(
      `After an error (${messageOf(error)}) the traffic could not be returned: ${messageOf(second)}`,
      {
        fix: 'Look at the endpoint now, and roll back by hand if need be; running again goes on from where it stands.',
        cause: error,
      },
    );
  }
}

/** The split of a step; if nobody but the candidate has traffic, the others are those that served before. */
function stepSplit(split: TrafficSplit, id: string, share: number, base: TrafficSplit): TrafficSplit {
  const others = withoutModel(split, id);
  return withShare(Object.keys(others).length > 0 ? others : base, id, share);
}

/** What the endpoint answers before the candidate gets traffic: only if it fails nowhere do later errors point to the candidate. */
async function probeBaseline(
  endpoint: EndpointState,
  plan: Plan,
  wanted: Deployment,
  probing: Probing | undefined,
): Promise<ProbeResult | undefined> {
  const { previous } = plan;
  if (probing === undefined || wanted.probe === undefined || previous === undefined || plan.share > 0) return undefined;
  const share = shareOf(endpoint.split, previous);
  if (share === 0) return undefined;
  const result = await probe(probing.predict, probing.cases, {
    ...wanted.probe,
    watch: previous,
    share,
    answers: wanted.probe.maxLatencyIncrease === undefined ? 1 : wanted.probe.answers,
    compare: false,
  });
  const [error] = result.errors;
  if (error) {
    log.warning(
      `The endpoint fails before anything is changed (${error.problem}): errors cannot be told apart while both models serve.`,
    );
  }
  return result;
}

/** The ledger with the candidate on trial. Models that serve without being in it are adopted: a rollback can go back to them. */
function onTrial({ split, deployed, ledger }: EndpointState, candidate: Candidate): readonly LedgerEntry[] {
  const since = Math.floor(Date.now() / 1000);
  let entries = ledger.entries;
  for (const model of deployed) {
    const { id } = model;
    if (id === candidate.deployedModelId || shareOf(split, id) === 0 || latestOf(entries, id) !== undefined) continue;
    const { modelId, versionId } = model;
    entries = append(entries, {
      modelId,
      versionId,
      deployedModelId: id,
      since,
      digest: undefined,
      verdict: 'adopted',
    });
  }
  if (latestOf(entries, candidate.deployedModelId)?.verdict === 'trial') return entries;
  return append(entries, { ...candidate, digest: ledgerDigest(candidate.digest), since, verdict: 'trial' });
}

/** The ledger with the candidate's trial ended. */
function concluded({ ledger }: EndpointState, id: string, verdict: LedgerVerdict): readonly LedgerEntry[] {
  const entry = latestOf(ledger.entries, id);
  return entry === undefined ? ledger.entries : judge(ledger.entries, entry.sequence, verdict);
}

/** A split as one line. */
export function showSplit(split: TrafficSplit): string {
  const parts = Object.entries(split).map(([id, percent]) => `${id} ${percent} %`);
  return parts.length === 0 ? 'nobody' : parts.join(', ');
}
