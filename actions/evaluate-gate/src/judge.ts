import { worstVerdict, type Verdict } from '@mlops-actions/action-kit';
import { holm, holmLevels, levelShowing, normalQuantile, type Estimate, type Metric } from '@mlops-actions/statistics';
import type { PolicyCheck, Requirement } from './checks.ts';
import type { Evidence } from './evidence.ts';
import { measure, type Measurement } from './measure.ts';
import type { Policy } from './policy.ts';
import { questionOf, type Question } from './question.ts';
import type { CurrentWaiver } from './waivers.ts';

/** What came of one check or, where it has slices, of one slice. */
export interface CheckResult {
  name: string;
  metric: string;
  /** The metric and, where there are slices, of which or between which. */
  title: string;
  /** The slice that was judged, and whether it is the worst of its check. */
  slice: { column: string; label: string; worst: boolean } | undefined;
  better: Metric['better'];
  requirement: Requirement;
  blocking: boolean;
  /** Who answers for it if it is not met. */
  waiver: CurrentWaiver | undefined;
  verdict: Verdict;
  /** What the rows show. The verdict is another only where they show nothing and a waiver has expired. */
  shown: Verdict;
  /** Metric of the candidate, and of the champion if there is one. */
  candidate: number;
  champion: number | undefined;
  /** What is judged: the candidate's metric itself for a bound, otherwise the candidate's minus the champion's. */
  judged: {
    value: number;
    /** The bounds that decide. Infinite (null in JSON) where the rows cannot tell. */
    low: number;
    high: number;
    /** Confidence of these bounds: the policy's, raised by Holm's procedure for the number of blocking checks. */
    confidence: number;
    /** The value that {@link low} or {@link high} must clear. */
    limit: number;
    /** One-sided p-value of the verdict that lies nearer, adjusted by Holm for blocking checks. */
    pValue: number;
    method: string;
    rows: number;
  };
  /** A named test of "no difference", two-sided and not adjusted. */
  test: { name: string; pValue: number } | undefined;
  /** The smallest true shortfall from the judged value's limit that these rows would reveal four times out of five. */
  detectable: number | undefined;
  /** Rows that would decide, were the truth what was measured; for inconclusive checks, unless they are out of reach. */
  rowsNeeded: number | undefined;
  /** Why it is inconclusive, if not for the width of the interval. */
  reason: string | undefined;
}

/** Whether a check has a say in the verdict: it blocks, and nobody has waived it. */
export const isDeciding = ({ blocking, waiver }: Pick<CheckResult, 'blocking' | 'waiver'>): boolean =>
  blocking && waiver?.expired !== false;

/** Checks that could not be put, for want of a champion. */
export interface SkippedCheck {
  name: string;
  metric: string;
  requirement: Requirement;
  blocking: boolean;
}

export interface Judgement {
  verdict: Verdict;
  checks: CheckResult[];
  skipped: SkippedCheck[];
}

/**
 * Judges a policy. A check passes if its interval lies wholly where the requirement is met, fails if it lies wholly where it is not, and is inconclusive
 * otherwise; after its waiver has expired it fails even then. The intervals of the blocking checks are as wide as Holm's procedure demands for all of them together.
 *
 * @param compare whether there is a champion; without one the checks that need it are skipped
 */
export function judge(policy: Policy, evidence: Evidence, compare: boolean): Judgement {
  const alpha = (1 - policy.confidence) / 2;
  const isPut = (check: PolicyCheck): boolean => compare || check.requirement.kind === 'bound';
  const measured = policy.checks
    .filter(isPut)
    .flatMap((check) => measure(check, evidence))
    .map((measurement) => {
      const question = questionOf(measurement.check);
      const { estimate } = measurement;
      const pValue = Math.min(
        levelShowing(estimate, (low, high) => question.met(low, high)),
        levelShowing(estimate, (low, high) => question.missed(low, high)),
      );
      return { ...measurement, question, pValue };
    });
  const blocking = measured.filter(({ check }) => check.blocking);
  const pValues = blocking.map(({ pValue }) => pValue);
  const levels = holmLevels(pValues, alpha);
  const adjusted = holm(pValues);

  const checks = measured.map((one): CheckResult => {
    const place = blocking.indexOf(one);
    return resultOf(one, one.question, {
      level: levels[place] ?? alpha,
      pValue: adjusted[place] ?? one.pValue,
      policy,
      unit: evidence.unit,
    });
  });
  for (const check of policy.checks) {
    const slices = checks.filter(({ slice }, index) => slice !== undefined && measured[index]!.check === check);
    if (slices.length > 1) worstOf(slices).slice!.worst = true;
  }
  return {
    verdict: worstVerdict(checks.filter(isDeciding).map((check) => check.verdict)),
    checks,
    skipped: policy.checks
      .filter((check) => !isPut(check))
      .map(({ name, metric, requirement, blocking: blocks }) => ({
        name,
        metric: metric.name,
        requirement,
        blocking: blocks,
      })),
  };
}

/** The slice that comes off worst: by its verdict, then by how far its value lies on the wrong side of the limit. */
function worstOf(slices: CheckResult[]): CheckResult {
  const advantage = ({ better, judged }: CheckResult): number => {
    const beyond = better === 'higher' ? judged.value - judged.limit : judged.limit - judged.value;
    return Number.isNaN(beyond) ? Infinity : beyond;
  };
  return slices.reduce((worst, slice) => {
    const verdict = worstVerdict([worst.verdict, slice.verdict]);
    if (worst.verdict !== slice.verdict) return verdict === worst.verdict ? worst : slice;
    return advantage(slice) < advantage(worst) ? slice : worst;
  });
}

/** So many resamples must lie beyond a bound for the bound to mean something. */
const RESAMPLES_BEYOND = 5;

/** Nobody will label this many times as many rows: the candidate lies on the limit, as near as makes no difference. */
const OUT_OF_REACH = 100;

/** Quantile of the power that {@link CheckResult.detectable} speaks of: 80 %. */
const POWER_Z = normalQuantile(0.8);

function resultOf(
  { check, label, title, estimate, candidate, champion }: Measurement,
  question: Question,
  { level, pValue, policy, unit }: { level: number; pValue: number; policy: Policy; unit: Evidence['unit'] },
): CheckResult {
  const { metric, requirement, blocking, name } = check;
  const [low, high] = estimate.bounds(level);
  const minimum = check.slice === undefined ? policy.minimumRows : policy.minimumSliceRows;
  const reason = whyUndecidable(estimate, level, [low, high], { minimum, unit, policy });
  const bare: Verdict = question.met(low, high) ? 'pass' : question.missed(low, high) ? 'fail' : 'inconclusive';
  const shown = reason === undefined ? bare : 'inconclusive';
  const verdict = shown === 'inconclusive' && check.waiver?.expired === true ? 'fail' : shown;

  // The wider side is z standard errors, where a range of values ends the other; a shortfall of z + z(power) of them is found with that power.
  const z = -normalQuantile(level);
  const reach = Math.max(high - estimate.value, estimate.value - low) * (1 + POWER_Z / z);
  const gap = Math.abs(estimate.value - question.limit);
  const rowsNeeded = shown === 'inconclusive' && gap > 0 ? Math.ceil(estimate.rows * (reach / gap) ** 2) : NaN;
  return {
    name: label === undefined ? name : `${name} [${label}]`,
    metric: metric.name,
    title,
    slice: label === undefined ? undefined : { column: check.slice!.column, label, worst: false },
    better: metric.better,
    requirement,
    blocking,
    waiver: check.waiver,
    verdict,
    shown,
    candidate,
    champion,
    judged: {
      value: estimate.value,
      low,
      high,
      confidence: 1 - 2 * level,
      limit: question.limit,
      pValue,
      method: estimate.method,
      rows: estimate.rows,
    },
    test: estimate.test,
    detectable: Number.isFinite(reach) && reach > 0 ? reach : undefined,
    rowsNeeded:
      reason === undefined && rowsNeeded <= OUT_OF_REACH * estimate.rows ? Math.max(rowsNeeded, minimum) : undefined,
    reason,
  };
}

function whyUndecidable(
  estimate: Estimate,
  level: number,
  [low, high]: [number, number],
  { minimum, unit, policy }: { minimum: number; unit: Evidence['unit']; policy: Policy },
): string | undefined {
  if (Number.isNaN(estimate.rows)) {
    if (!policy.allowPointMetrics) return 'the number of rows is not known';
  } else if (estimate.rows < minimum) {
    return `${estimate.rows} ${unit === 'query' ? 'queries' : `${unit}s`} are fewer than the ${minimum} that the policy demands`;
  }
  if (Number.isNaN(estimate.value)) return 'these rows leave the metric undefined';
  if (level < RESAMPLES_BEYOND * estimate.smallestAlpha) {
    return `${policy.plan.resamples} resamples are too few for this confidence; set gate.resamples to ${Math.ceil((RESAMPLES_BEYOND * estimate.smallestAlpha * (policy.plan.resamples + 1)) / level)} or more`;
  }
  if (!Number.isFinite(low) || !Number.isFinite(high)) return 'these rows do not show how far the value may vary';
  return undefined;
}
