import type { Verdict } from '@mlops-actions/action-kit';
import type { Evidence } from './evidence.ts';
import { judge } from './judge.ts';
import type { Policy } from './policy.ts';

/** What the gate said of a candidate that was made worse on purpose. */
export interface ControlResult {
  /** How it was made worse. */
  how: string;
  /** The gate's verdict on it: a gate that can fail does not say `pass`. */
  verdict: Verdict;
  /** Whether the gate proved that it can say no. */
  proven: boolean;
  /** What each check said of it. */
  checks: { name: string; verdict: Verdict; blocking: boolean }[];
  /** Blocking checks that pass even this candidate, and so hold back nothing. */
  toothless: string[];
}

/** Judges the same policy on a degraded copy of the candidate. */
export function runControl(policy: Policy, evidence: Evidence, compare: boolean): ControlResult {
  const { how, evidence: degraded } = evidence.degraded();
  const { verdict, checks } = judge(policy, degraded, compare);
  return {
    how,
    verdict,
    proven: verdict !== 'pass',
    checks: checks.map((check) => ({ name: check.name, verdict: check.verdict, blocking: check.blocking })),
    toothless: checks.filter((check) => check.blocking && check.verdict === 'pass').map(({ name }) => name),
  };
}
