import type { Verdict } from '@mlops-actions/action-kit';
import type { ProbeResult } from '@mlops-actions/vertex';
import { compareLatencies, type LatencyComparison } from './latency.ts';

/** What a probe says about the candidate. */
export function judgeStep(
  { errors, mismatches, arms, enough, requests }: ProbeResult,
  { id, share, baselineClean }: { id: string; share: number; baselineClean: boolean },
): { verdict: Verdict; reason: string } {
  const answers = arms.find((arm) => arm.deployedModelId === id)?.answers ?? 0;
  const [mismatch] = mismatches;
  if (mismatch) return { verdict: 'fail', reason: `probe line ${mismatch.line}: ${mismatch.problem}` };
  const [error] = errors;
  if (error) {
    const attributable = share === 100 || baselineClean;
    return attributable
      ? { verdict: 'fail', reason: `probe line ${error.line} got no answer: ${error.problem}` }
      : {
          verdict: 'inconclusive',
          reason: `probe line ${error.line} got no answer, as before this release (${error.problem}); 'traffic-steps: 100' replaces a model that fails`,
        };
  }
  if (!enough) {
    return {
      verdict: 'inconclusive',
      reason: `only ${answers} of ${requests} requests were answered by the new model, or too few by the others`,
    };
  }
  return { verdict: 'pass', reason: `${answers} of ${requests} answers by the new model, all good` };
}

/**
 * Compares the candidate's latencies with those of the others at the same step; at 100 %, where there are none, with all that the others gave before.
 */
export class LatencyJudge {
  readonly #id: string;
  readonly #othersServed: boolean;
  readonly #limit: number | undefined;
  readonly #others: number[] = [];

  constructor(id: string, othersServed: boolean, limit: number | undefined) {
    this.#id = id;
    this.#othersServed = othersServed;
    this.#limit = limit;
  }

  get decides(): boolean {
    return this.#limit !== undefined;
  }

  /** Remembers what the others needed, and gives it, sorted. */
  learn({ arms }: ProbeResult): number[] {
    const others = arms.filter((arm) => arm.deployedModelId !== this.#id).flatMap((arm) => arm.latencies);
    this.#others.push(...others);
    return others.sort((a, b) => a - b);
  }

  /** The verdict on a probe that is good otherwise, for `reason`. */
  judge(
    result: ProbeResult,
    reason: string,
  ): { verdict: Verdict; reason: string; latency: LatencyComparison | undefined } {
    const now = this.learn(result);
    if (this.#limit === undefined || !this.#othersServed) return { verdict: 'pass', reason, latency: undefined };
    const others = now.length > 0 ? now : this.#others.sort((a, b) => a - b);
    if (others.length === 0) {
      const why = 'no latency of the previous model is known, since an earlier run was interrupted';
      return { verdict: 'inconclusive', reason: why, latency: undefined };
    }
    const fresh = result.arms.find((arm) => arm.deployedModelId === this.#id)?.latencies ?? [];
    const latency = compareLatencies(fresh, others, this.#limit);
    const { ratio, interval, verdict } = latency;
    const seen = `its median latency is ${ratio.toFixed(2)} times that of the others${
      interval === undefined ? '' : ` (95 % interval ${interval.map((bound) => bound.toFixed(2)).join(' to ')})`
    }`;
    const allowed = `${(1 + this.#limit).toFixed(2)} is allowed`;
    return { verdict, reason: verdict === 'pass' ? `${reason}; ${seen}` : `${seen}, ${allowed}`, latency };
  }
}
