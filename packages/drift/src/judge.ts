import { benjaminiHochberg, holm } from '@mlops-actions/statistics';
import type { Counts, Profile } from '@mlops-actions/tabular';
import { pairOf } from './compare.ts';
import { measure, type Measurement } from './measure.ts';
import { DRIFT_METRICS, MINIMUM_ROWS } from './metrics.ts';
import { checkRules, rangeCheckId } from './rules.ts';
import type { DriftFinding, DriftOptions, DriftRule } from './types.ts';

/**
 * Judges current counts against the reference profile, rule by rule.
 *
 * A rule fails if the value is above its threshold (the size of the effect decides) and chance cannot account for it at the given confidence, corrected
 * for the number of rules. Above the threshold but within chance, with fewer rows than the minimum, or where nothing could be computed, it is
 * inconclusive. A p-value alone never fails: with a million rows everything is significant.
 *
 * @throws UserError for rules that do not fit the profile; RangeError for counts of another definition
 */
export function judgeDrift(
  profile: Profile,
  counts: Counts,
  rules: readonly DriftRule[],
  { confidence = 0.95, correction = 'benjamini-hochberg' }: DriftOptions = {},
): DriftFinding[] {
  checkRules(profile, rules);
  if (!(confidence > 0.5 && confidence < 1))
    throw new RangeError(`The confidence must be in (0.5, 1), not ${confidence}.`);
  const columns = new Map(profile.columns.map((column) => [column.name, column]));

  const measured = rules.map((rule) => {
    const current = counts.columns.get(rule.column);
    if (current === undefined) return { rule, isAbsent: true as const };
    const pair = pairOf(columns.get(rule.column)!, current);
    const subject = {
      pair,
      rows: [profile.rows, counts.rows] as [number, number],
      outOfRange: counts.checks.get(rangeCheckId(rule.column)),
    };
    return { rule, isAbsent: false as const, measurement: measure(rule, subject, confidence) };
  });

  const pValues = new Map<Measurement, number>();
  for (const family of ['distribution', 'column'] as const) {
    const tested = measured.flatMap((item) =>
      // One that is not a number would spoil the order of all others.
      !item.isAbsent && DRIFT_METRICS.get(item.rule.metric)!.family === family && (item.measurement.pValue ?? NaN) >= 0
        ? [item.measurement]
        : [],
    );
    const adjusted = adjust(
      tested.map(({ pValue }) => pValue!),
      // A broken column is acted upon at once, so that not even one may be called broken by chance.
      family === 'column' && correction !== 'none' ? 'holm' : correction,
    );
    tested.forEach((measurement, index) => pValues.set(measurement, adjusted[index]!));
  }

  return measured.map((item) =>
    item.isAbsent
      ? absent(item.rule, counts.rows)
      : decide(item.rule, item.measurement, pValues.get(item.measurement), 1 - confidence),
  );
}

function adjust(pValues: number[], correction: NonNullable<DriftOptions['correction']>): number[] {
  switch (correction) {
    case 'holm':
      return holm(pValues);
    case 'benjamini-hochberg':
      return benjaminiHochberg(pValues);
    case 'none':
      return pValues;
  }
}

function absent({ column, metric, threshold }: DriftRule, rows: number): DriftFinding {
  const common = { column, metric, threshold, nullQuantile: undefined, pValue: undefined, rows };
  return metric === 'presence'
    ? { ...common, value: 1, verdict: 'fail', reason: `Column '${column}' is in the reference and has vanished.` }
    : { ...common, value: undefined, verdict: 'inconclusive', reason: `Column '${column}' has vanished.` };
}

function decide(
  { column, metric, threshold, minimumRows }: DriftRule,
  { value, rows, nullQuantile, detail }: Measurement,
  pValue: number | undefined,
  alpha: number,
): DriftFinding {
  const finding = { column, metric, value, threshold, nullQuantile, pValue, rows: rows[1] };
  const name = `${sentenceCase(DRIFT_METRICS.get(metric)!.title)} of column '${column}'`;
  const because = detail === undefined ? '' : ` (${detail})`;
  const inconclusive = (reason: string): DriftFinding => ({ ...finding, verdict: 'inconclusive', reason });

  if (value === undefined || Number.isNaN(value)) {
    return { ...inconclusive(`${name} cannot be judged${because}.`), value: undefined };
  }
  if (metric === 'presence') {
    if (rows[1] === 0) return inconclusive(`Column '${column}' cannot be judged: there are no rows.`);
    return { ...finding, verdict: 'pass', reason: `Column '${column}' is there.` };
  }
  const minimum = minimumRows ?? MINIMUM_ROWS;
  const isChance = pValue !== undefined && !(pValue <= alpha);
  if (metric === 'constant') return constant(finding, isChance);
  const fewest = Math.min(...rows);
  if (fewest < minimum) {
    const where = rows[0] < rows[1] ? 'the reference has' : 'there are';
    return inconclusive(
      `${name} cannot be judged: ${where} only ${fewest} of the ${minimum} rows that it needs${because}.`,
    );
  }
  const shown = `${name} is ${format(value)}${because}`;
  if (value <= threshold) return { ...finding, verdict: 'pass', reason: `${shown}, within ${format(threshold)}.` };
  if (isChance) {
    return inconclusive(
      `${shown}, above ${format(threshold)}, but chance alone could account for it (corrected p = ${format(pValue)}).`,
    );
  }
  return { ...finding, verdict: 'fail', reason: `${shown}, above ${format(threshold)}.` };
}

function constant(finding: Omit<DriftFinding, 'verdict' | 'reason'>, isChance: boolean): DriftFinding {
  const name = `Column '${finding.column}'`;
  if (finding.value === 0) return { ...finding, verdict: 'pass', reason: `${name} varies.` };
  if (isChance) {
    // A flag that is nearly always off is constant in most windows; that is what it was trained on.
    return { ...finding, value: 0, verdict: 'pass', reason: `${name} has one value, as it nearly always had.` };
  }
  return { ...finding, verdict: 'fail', reason: `${name} varied in the reference and has one value now.` };
}

const sentenceCase = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const format = (value: number): string => String(Number(value.toPrecision(3)));

/**
 * Columns that vanished (which fails) and columns that appeared (which passes and is told: no model reads what it was not trained on).
 *
 * @param present names of the columns of the current data
 */
export function judgeColumns(profile: Profile, present: readonly string[], rows: number): DriftFinding[] {
  const now = new Set(present);
  const before = new Set(profile.columns.map(({ name }) => name));
  const fact = { metric: 'presence' as const, threshold: 0, nullQuantile: undefined, pValue: undefined, rows };
  return [
    ...[...before]
      .filter((name) => !now.has(name))
      .map((name) => absent({ column: name, metric: 'presence', threshold: 0 }, rows)),
    ...[...now]
      .filter((name) => !before.has(name))
      .map((column): DriftFinding => ({
        ...fact,
        column,
        value: 0,
        verdict: 'pass',
        reason: `Column '${column}' has appeared; the reference does not know it.`,
      })),
  ];
}
