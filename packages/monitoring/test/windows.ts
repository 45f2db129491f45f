import { worstVerdict, type Verdict } from '@mlops-actions/action-kit';
import fc from 'fast-check';
import type { Finding, FindingKind, WindowRecord } from '../src/index.ts';
import {
  decide,
  DEFAULT_DECISIONS,
  emptyState,
  FINDING_KINDS,
  type Decision,
  type DecisionPolicy,
} from '../src/index.ts';

const DAY = 24 * 3600 * 1000;

export const dayOf = (index: number): string => new Date(Date.UTC(2026, 0, 1) + index * DAY).toISOString();

export const findingOf = (kind: FindingKind, verdict: Verdict, more: Partial<Finding> = {}): Finding => ({
  kind,
  subject: 'amount',
  metric: 'psi',
  rows: 1000,
  verdict,
  reason: `${kind} ${verdict}.`,
  ...more,
});

export const recordOf = (index: number, findings: Finding[], modelVersion = '1'): WindowRecord => ({
  window: { from: dayOf(index), to: dayOf(index + 1) },
  rows: 1000,
  modelVersion,
  findings,
  verdict: worstVerdict(findings.filter(({ pending }) => !pending).map(({ verdict }) => verdict)),
});

/** One signal of one kind: its verdicts by window, a letter each. */
export const verdictOf = (letter: string): Verdict =>
  letter === 'f' ? 'fail' : letter === 'p' ? 'pass' : 'inconclusive';

export const windowsOf = (letters: string, kind: FindingKind = 'input-drift', modelVersion = '1'): WindowRecord[] =>
  [...letters].map((letter, index) => recordOf(index, [findingOf(kind, verdictOf(letter))], modelVersion));

/** Judges windows one after another, as a scheduled monitor does. */
export function judgeAll(records: readonly WindowRecord[], policy: DecisionPolicy = DEFAULT_DECISIONS): Decision[] {
  const decisions: Decision[] = [];
  for (const record of records)
    decisions.push(decide(decisions.at(-1)?.next ?? emptyState('credit-risk'), record, policy));
  return decisions;
}

/** A history: windows with findings of a few signals, and now and then another version. */
export const histories: fc.Arbitrary<WindowRecord[]> = fc
  .array(
    fc.record({
      findings: fc.array(
        fc.record({
          kind: fc.constantFrom(...FINDING_KINDS),
          verdict: fc.constantFrom<Verdict>('pass', 'pass', 'fail', 'inconclusive'),
          subject: fc.constantFrom('amount', 'region'),
        }),
        { maxLength: 5 },
      ),
      version: fc.constantFrom('1', '1', '1', '2'),
    }),
    { minLength: 1, maxLength: 14 },
  )
  .map((windows) =>
    windows.map(({ findings, version }, index) =>
      recordOf(
        index,
        findings.map(({ kind, verdict, subject }) => findingOf(kind, verdict, { subject })),
        version,
      ),
    ),
  );
