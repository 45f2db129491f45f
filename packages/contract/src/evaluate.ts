import { worstVerdict, type Verdict } from '@mlops-actions/action-kit';
import { judgeDrift, type DriftFinding, type DriftRule } from '@mlops-actions/drift';
import type { CheckCounts, Counts } from '@mlops-actions/tabular';
import { showSpan } from './instants.ts';
import type { Measure, Plan, Rule } from './plan.ts';
import { allowsNoRows, meets, percent, showThreshold } from './thresholds.ts';

/** What became of a rule. `skipped`: nobody looked, which is never a pass. */
export type Outcome = Verdict | 'skipped';

export interface RuleResult {
  rule: Rule;
  outcome: Outcome;
  /** What was found, in words: `12 of 1000 rows`. Empty if nothing was. */
  observed: string;
  /** Why it is inconclusive or skipped; empty otherwise. */
  reason: string;
  /** Rows that were looked at and that failed, for rules that are about rows. */
  rows?: { checked: number; failed: number };
  /** Of drift: what was found for every column. */
  findings?: readonly DriftFinding[];
}

/** What rules are judged by. */
export interface Evidence {
  counts: Counts;
  /** The moment that ages are measured from: milliseconds since the epoch. */
  asOf: number;
  /** Values of the rules' queries by rule id: a number, true or false as 1 and 0; null is NULL. */
  queries?: ReadonlyMap<string, QueryAnswer>;
}

/** What came of a query: its value, or why there is none. `refused` queries were not run, for what they are. */
export type QueryAnswer = { value: string | null } | { error: string } | { refused: string };

/** Judges every rule of a plan. */
export function evaluatePlan(plan: Plan, evidence: Evidence): RuleResult[] {
  const { rows } = evidence.counts;
  const emptyIsAgreed = plan.rules.some(({ measure }) => measure.by === 'rows' && allowsNoRows(measure.threshold));
  const hasRows = rows > 0 || emptyIsAgreed;
  const drift = rows === 0 ? new Map<DriftRule, DriftFinding>() : judgeAllDrift(plan, evidence.counts);
  return plan.rules.map((rule) => ({ rule, ...judge(rule, { ...evidence, hasRows, drift }) }));
}

/**
 * The verdict of all rules: the worst of those that count. Nothing that counts is inconclusive.
 *
 * @param count whether broken rules of the severity `warning` count as well
 */
export function verdictOf(results: readonly RuleResult[], { warnings = false } = {}): Verdict {
  const counting = results.filter(({ rule }) => warnings || rule.severity === 'error');
  const judged = (list: readonly RuleResult[]): Verdict[] =>
    list.flatMap(({ outcome }) => (outcome === 'skipped' ? [] : [outcome]));
  // Where every rule is a mere warning, that they were looked at is enough.
  if (counting.length === 0 && judged(results).length > 0) return 'pass';
  return worstVerdict(judged(counting));
}

/** All drift rules are judged together: the more there are, the more one of them alarms by chance. */
function judgeAllDrift({ rules, reference }: Plan, counts: Counts): Map<DriftRule, DriftFinding> {
  const wanted = rules.flatMap(({ measure }) => (measure.by === 'drift' ? measure.rules : []));
  if (reference === undefined || wanted.length === 0) return new Map();
  const findings = judgeDrift(reference, counts, wanted);
  return new Map(wanted.map((rule, index) => [rule, findings[index]!]));
}

type Judged = Omit<RuleResult, 'rule'>;

interface Judging extends Evidence {
  hasRows: boolean;
  drift: ReadonlyMap<DriftRule, DriftFinding>;
}

function judge({ id, measure }: Rule, evidence: Judging): Judged {
  const { counts, hasRows } = evidence;
  switch (measure.by) {
    case 'nothing':
      return { outcome: measure.outcome, observed: '', reason: measure.reason };
    case 'rows': {
      const ok = meets(counts.rows, measure.threshold);
      return { outcome: ok ? 'pass' : 'fail', observed: rowsText(counts.rows), reason: '' };
    }
    case 'check': {
      const found = counts.checks.get(measure.check);
      if (found === undefined) throw new Error(`No counts of the check ${measure.check}.`);
      return hasRows ? judgeCheck(measure, found, counts.rows) : inconclusive('there are no rows');
    }
    case 'volume': {
      if (counts.rows === 0) return inconclusive('there are no rows');
      const share = counts.rows / measure.reference;
      const { minimumRatio = 0, maximumRatio = Infinity } = measure;
      return {
        outcome: share >= minimumRatio && share <= maximumRatio ? 'pass' : 'fail',
        observed: `${rowsText(counts.rows)}, ${Number(share.toPrecision(4))} of the reference's ${measure.reference}`,
        reason: '',
      };
    }
    case 'age':
      return judgeAge(measure, evidence);
    case 'drift':
      return judgeDriftRule(measure, evidence);
    case 'query':
      return judgeQuery(measure, evidence.queries?.get(id));
  }
}

const inconclusive = (reason: string): Judged => ({ outcome: 'inconclusive', observed: '', reason });

const rowsText = (rows: number): string => (rows === 1 ? '1 row' : `${rows} rows`);

function judgeDriftRule({ rules }: Measure & { by: 'drift' }, { counts, drift }: Judging): Judged {
  if (counts.rows === 0) return inconclusive('there are no rows');
  const findings = rules.map((rule) => drift.get(rule)!);
  const outcome = worstVerdict(findings.map(({ verdict }) => verdict));
  const telling = findings.filter(({ verdict }) => verdict === outcome);
  const shown = telling.slice(0, 5).map(showFinding);
  return {
    outcome,
    observed:
      outcome === 'pass' && rules.length > 1
        ? `${rules.length} comparisons`
        : [...shown, ...(telling.length > shown.length ? [`${telling.length - shown.length} more`] : [])].join('; '),
    reason: outcome === 'inconclusive' ? telling[0]!.reason : '',
    findings,
  };
}

const showFinding = ({ column, metric, value, threshold }: DriftFinding): string =>
  `${column}: ${metric} ${value === undefined ? 'unknown' : Number(value.toPrecision(3))}, limit ${threshold}`;

function judgeCheck(measure: Measure & { by: 'check' }, { checked, failed }: CheckCounts, rows: number): Judged {
  const { threshold, unit } = measure;
  // Of no rows at all, none fail: 0 percent, where the contract agrees to there being none.
  const value = unit === 'percent' ? (rows === 0 ? 0 : percent(failed, rows)) : failed;
  return {
    outcome: meets(value, threshold) ? 'pass' : 'fail',
    observed:
      unit === 'percent' ? `${Number(value.toPrecision(6))} % (${failed} of ${rows})` : `${failed} of ${checked}`,
    reason: '',
    rows: { checked, failed },
  };
}

function judgeAge(measure: Measure & { by: 'age' }, { counts, asOf, hasRows }: Judging): Judged {
  const found = counts.columns.get(measure.column);
  if (found === undefined || found.kind === 'categorical') throw new Error(`No times of ${measure.column}.`);
  const instant = measure.of === 'newest' ? found.maximum : found.minimum;
  if (instant === undefined) {
    if (!hasRows || counts.rows === 0) return inconclusive('there are no rows');
    // As datacontract-cli: a promise about time that no row can show is broken.
    return { outcome: 'fail', observed: 'no value that is a point in time', reason: '' };
  }
  const age = asOf - instant;
  const at = new Date(instant).toISOString();
  if (age < 0 && measure.of === 'newest') {
    return inconclusive(`the newest value, ${at}, is later than now, so that it says nothing of age`);
  }
  return {
    outcome: age < measure.limit ? 'pass' : 'fail',
    observed: `${measure.of} ${at}, ${showSpan(age)} old`,
    reason: '',
  };
}

function judgeQuery({ threshold }: Measure & { by: 'query' }, answer: QueryAnswer | undefined): Judged {
  if (answer === undefined) return inconclusive('the query was not run');
  if ('refused' in answer) return { outcome: 'fail', observed: `not run: ${answer.refused}`, reason: '' };
  if ('error' in answer) return inconclusive(answer.error);
  if (answer.value === null) return inconclusive('the query gave NULL');
  const value = /^true$/i.test(answer.value) ? 1 : /^false$/i.test(answer.value) ? 0 : Number(answer.value);
  if (answer.value.trim() === '' || !Number.isFinite(value)) {
    return inconclusive(
      `the query gave '${answer.value}', which is no number, and must be ${showThreshold(threshold)}`,
    );
  }
  return { outcome: meets(value, threshold) ? 'pass' : 'fail', observed: String(value), reason: '' };
}
