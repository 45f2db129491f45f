import { worstVerdict, type Verdict } from '@mlops-actions/action-kit';
import { holm, holmLevels, levelShowing, normalQuantile, type Estimate, type Metric } from '@mlops-actions/statistics';
import type { Evidence } from './evidence.ts';
import type { Policy, PolicyCheck, Requirement } from './policy.ts';

/** What came of one check. */
export interface CheckResult {
  name: string;
  metric: string;
  title: string;
  better: Metric['better'];
  requirement: Requirement;
  blocking: boolean;
  verdict: Verdict;
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

/** What the judged value has to do with its limit. Both are about bounds, and never both true. */
interface Question {
  limit: number;
  met(low: number, high: number): boolean;
  missed(low: number, high: number): boolean;
}

/**
 * Judges a policy. A check passes if its interval lies wholly where the requirement is met, fails if it lies wholly where it is not, and is inconclusive
 * otherwise. The intervals of the blocking checks are as wide as Holm's procedure demands for all of them together.
 *
 * @param compare whether there is a champion; without one the checks that need it are skipped
 */
export function judge(policy: Policy, evidence: Evidence, compare: boolean): Judgement {
  const alpha = (1 - policy.confidence) / 2;
  const isPut = (check: PolicyCheck): boolean => compare || check.requirement.kind === 'bound';
  const measured = policy.checks.filter(isPut).map((check) => {
    const question = questionOf(check);
    const estimate =
      check.requirement.kind === 'bound' ? evidence.candidate(check.metric) : evidence.difference(check.metric);
    const pValue = Math.min(
      levelShowing(estimate, (low, high) => question.met(low, high)),
      levelShowing(estimate, (low, high) => question.missed(low, high)),
    );
    return { check, question, estimate, pValue };
  });
  const blocking = measured.filter(({ check }) => check.blocking);
  const pValues = blocking.map(({ pValue }) => pValue);
  const levels = holmLevels(pValues, alpha);
  const adjusted = holm(pValues);

  const checks = measured.map((one): CheckResult => {
    const place = blocking.indexOf(one);
    return resultOf(one.check, one.question, one.estimate, {
      level: levels[place] ?? alpha,
      pValue: adjusted[place] ?? one.pValue,
      policy,
      evidence,
    });
  });
  return {
    verdict: worstVerdict(checks.filter((check) => check.blocking).map((check) => check.verdict)),
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

function questionOf({ requirement, metric }: PolicyCheck): Question {
  const higher = metric.better === 'higher';
  if (requirement.kind === 'bound') {
    const limit = requirement.bound;
    return higher
      ? { limit, met: (low) => low >= limit, missed: (_, high) => high < limit }
      : { limit, met: (_, high) => high <= limit, missed: (low) => low > limit };
  }
  const advantage = requirement.kind === 'superiority' ? requirement.margin : -requirement.margin;
  const limit = higher ? advantage : -advantage;
  return higher
    ? { limit, met: (low) => low > limit, missed: (_, high) => high <= limit }
    : { limit, met: (_, high) => high < limit, missed: (low) => low >= limit };
}

/** So many resamples must lie beyond a bound for the bound to mean something. */
const RESAMPLES_BEYOND = 5;

/** Nobody will label this many times as many rows: the candidate lies on the limit, as near as makes no difference. */
const OUT_OF_REACH = 100;

/** Quantile of the power that {@link CheckResult.detectable} speaks of: 80 %. */
const POWER_Z = normalQuantile(0.8);

function resultOf(
  check: PolicyCheck,
  question: Question,
  estimate: Estimate,
  { level, pValue, policy, evidence }: { level: number; pValue: number; policy: Policy; evidence: Evidence },
): CheckResult {
  const { metric, requirement, blocking, name } = check;
  const [low, high] = estimate.bounds(level);
  const reason = whyUndecidable(estimate, level, low, high, policy);
  const shown: Verdict = question.met(low, high) ? 'pass' : question.missed(low, high) ? 'fail' : 'inconclusive';
  const verdict = reason === undefined ? shown : 'inconclusive';

  // Half the width is z standard errors; a shortfall of z + z(power) of them is found with that power.
  const z = -normalQuantile(level);
  const reach = ((high - low) / 2) * (1 + POWER_Z / z);
  const gap = Math.abs(estimate.value - question.limit);
  const rowsNeeded = verdict === 'inconclusive' && gap > 0 ? Math.ceil(estimate.rows * (reach / gap) ** 2) : NaN;
  return {
    name,
    metric: metric.name,
    title: metric.title,
    better: metric.better,
    requirement,
    blocking,
    verdict,
    candidate: evidence.value('candidate', metric)!,
    champion: evidence.value('champion', metric),
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
      reason === undefined && rowsNeeded <= OUT_OF_REACH * estimate.rows
        ? Math.max(rowsNeeded, policy.minimumRows)
        : undefined,
    reason,
  };
}

function whyUndecidable(
  estimate: Estimate,
  level: number,
  low: number,
  high: number,
  policy: Policy,
): string | undefined {
  if (Number.isNaN(estimate.value)) return 'these rows leave the metric undefined';
  if (Number.isNaN(estimate.rows)) {
    if (!policy.allowPointMetrics) return 'the number of rows is not known';
  } else if (estimate.rows < policy.minimumRows) {
    return `${estimate.rows} rows are fewer than the ${policy.minimumRows} that the policy demands`;
  }
  if (level < RESAMPLES_BEYOND * estimate.smallestAlpha) {
    return `${policy.plan.resamples} resamples are too few for this confidence; set gate.resamples to ${Math.ceil(RESAMPLES_BEYOND / level)} or more`;
  }
  if (!Number.isFinite(low) || !Number.isFinite(high)) return 'these rows do not show how far the value may vary';
  return undefined;
}
