import type { Verdict } from '@mlops-actions/action-kit';
import { isGap, isQuality, isShift } from './checks.ts';
import type { Degraded, Evidence } from './evidence.ts';
import { isDeciding, judge } from './judge.ts';
import type { Policy } from './policy.ts';
import { SERVICE_METRICS } from './side-metrics.ts';
import type { SliceRule } from './slices.ts';

/** What the gate said of one candidate that was made worse on purpose. */
export interface ControlTrial {
  /** How it was made worse. */
  how: string;
  spoilt: Degraded['spoilt'];
  verdict: Verdict;
  /** What each check said of it. */
  checks: { name: string; metric: string; verdict: Verdict; blocking: boolean }[];
}

/** What the gate said of candidates that were made worse on purpose: of the one that it was the most lenient with, and of all. */
export interface ControlResult extends ControlTrial {
  /** Whether the gate proved that it can say no: it passed none of them. */
  proven: boolean;
  trials: ControlTrial[];
  /** Blocking checks that pass all of them, and so hold back nothing. */
  toothless: string[];
}

/**
 * Judges the same policy on degraded copies of the candidate: one that is worthless altogether, and one for each thing that the checks
 * which decide look after and that such a copy may leave whole: probabilities that mean what they say, slices that are alike.
 */
export function runControl(policy: Policy, evidence: Evidence, compare: boolean): ControlResult {
  const deciding = policy.checks.filter(
    (check) => isDeciding(check) && (compare || check.requirement.kind === 'bound'),
  );
  const rules = new Map<string, SliceRule>();
  for (const { metric, slice } of deciding)
    if ((isGap(metric) || isShift(metric)) && slice) rules.set(JSON.stringify(slice), slice);
  const looksAfterProbabilities = deciding.some(
    ({ metric }) => isQuality(metric) && !isGap(metric) && metric.looksAt === 'probabilities',
  );
  const isDue = ({ spoilt }: Degraded): boolean => spoilt !== 'probabilities' || looksAfterProbabilities;

  const trials = evidence
    .degraded([...rules.values()])
    .filter(isDue)
    .map(({ how, spoilt, evidence: degraded }): ControlTrial => {
      const { verdict, checks } = judge(policy, degraded, compare);
      return {
        how,
        spoilt,
        verdict,
        checks: checks.map((check) => ({
          name: check.name,
          metric: check.metric,
          verdict: check.verdict,
          blocking: check.blocking,
        })),
      };
    });
  const lenient = trials.reduce((most, trial) => (STRICTNESS[trial.verdict] < STRICTNESS[most.verdict] ? trial : most));
  // How data shift and how a model serves has nothing to do with what it predicts.
  const isAside = (metric: string): boolean => metric === 'csi' || SERVICE_METRICS.has(metric);
  const passesAll = ({ name }: { name: string }): boolean =>
    trials.every(({ checks }) => checks.find((check) => check.name === name)?.verdict === 'pass');
  return {
    ...lenient,
    proven: lenient.verdict !== 'pass',
    trials,
    toothless: lenient.checks
      .filter((check) => check.blocking && !isAside(check.metric) && passesAll(check))
      .map(({ name }) => name),
  };
}

const STRICTNESS: Record<Verdict, number> = { pass: 0, inconclusive: 1, fail: 2 };
