import {
  cramersV,
  cramersVNull,
  fisherGreater,
  hellinger,
  hellingerNull,
  jensenShannonBits,
  jensenShannonNull,
  ksNull,
  ksOnGrid,
  lInfinity,
  lInfinityNull,
  psi,
  psiNull,
  shareDifferenceQuantile,
  totalVariation,
  totalVariationNull,
  wassersteinNull,
  wassersteinOnGrid,
  type NullDistribution,
} from '@mlops-actions/statistics';
import type { CheckCounts } from '@mlops-actions/tabular';
import { gridOf, groupedCounts, missingRows, presentRows, sum, type Pair } from './compare.ts';
import type { DriftRule } from './types.ts';

/** What a metric gives, before anything is decided. */
export interface Measurement {
  /** Undefined where it cannot be computed; `reason` then says why. */
  value: number | undefined;
  /** Rows it looks at, then and now. */
  rows: [reference: number, current: number];
  /** Chance of this value or a greater one without drift; undefined for facts. */
  pValue: number | undefined;
  nullQuantile: number | undefined;
  /** What people want to know beside the value. */
  detail?: string;
}

type Counted = readonly [reference: number[], current: number[]];

const GROUPED: Partial<
  Record<
    DriftRule['metric'],
    [distance: (...counts: Counted) => number, chance: (...counts: Counted) => NullDistribution]
  >
> = {
  psi: [psi, psiNull],
  'js-divergence-bits': [jensenShannonBits, jensenShannonNull],
  'l-infinity': [lInfinity, lInfinityNull],
  hellinger: [hellinger, hellingerNull],
  'total-variation': [totalVariation, totalVariationNull],
  'cramers-v': [cramersV, cramersVNull],
};

/** What one rule looks at. */
export interface Subject {
  pair: Pair;
  /** All rows, then and now. */
  rows: [reference: number, current: number];
  /** Of the check for values outside of the reference, where it was counted. */
  outOfRange: CheckCounts | undefined;
}

/** Measures what a rule asks for. `presence` is no measurement: whoever has counts has the column. */
export function measure(rule: DriftRule, subject: Subject, confidence: number): Measurement {
  const { pair } = subject;
  const grouped = GROUPED[rule.metric];
  if (grouped !== undefined) {
    const missing = rule.missing ?? 'excluded';
    const counts = groupedCounts(pair, missing);
    const [distance, chance] = grouped;
    return distribution(distance(...counts), chance(...counts), [sum(counts[0]), sum(counts[1])], confidence);
  }
  switch (rule.metric) {
    case 'ks':
    case 'wasserstein-per-std':
      return onGrid(rule.metric, pair, confidence);
    case 'missing-rate':
      return rateChange(missingRows(pair), subject.rows, confidence);
    case 'invalid-rate':
      return pair.kind === 'ordered'
        ? rateRise([pair.reference.invalid, pair.current.invalid], subject.rows, confidence)
        : notComputed(subject.rows, 'a categorical column has no invalid values');
    case 'new-category-rate':
      return pair.kind === 'categorical'
        ? rateRise([pair.reference.other, pair.current.other], presentRows(pair), confidence)
        : notComputed(subject.rows, 'the column has no categories');
    case 'out-of-range-rate':
      return outOfRange(subject, confidence);
    case 'constant':
      return constant(pair);
    default:
      return { value: 0, rows: subject.rows, pValue: undefined, nullQuantile: undefined };
  }
}

const notComputed = (rows: [number, number], detail: string): Measurement => ({
  value: undefined,
  rows,
  pValue: undefined,
  nullQuantile: undefined,
  detail,
});

function distribution(
  value: number,
  chance: NullDistribution,
  rows: [number, number],
  confidence: number,
): Measurement {
  if (rows[0] === 0) return notComputed(rows, 'the reference has no value to compare with');
  if (rows[1] === 0) return notComputed(rows, 'there is no value to compare');
  return { value, rows, pValue: chance.survival(value), nullQuantile: chance.quantile(confidence) };
}

function onGrid(metric: 'ks' | 'wasserstein-per-std', pair: Pair, confidence: number): Measurement {
  const rows = presentRows(pair);
  if (pair.kind !== 'ordered') return notComputed(rows, 'the column has no order');
  const counts: Counted = [pair.reference.bins, pair.current.bins];
  if (metric === 'ks') return distribution(ksOnGrid(...counts), ksNull(...counts), rows, confidence);
  const grid = gridOf(pair.reference);
  const deviation = Math.sqrt(pair.reference.variance ?? NaN);
  if (grid === undefined || !(deviation > 0)) return notComputed(rows, 'the reference does not vary');
  const chance = wassersteinNull(...counts, grid);
  return distribution(
    wassersteinOnGrid(...counts, grid) / deviation,
    {
      ...chance,
      survival: (value) => chance.survival(value * deviation),
      quantile: (probability) => chance.quantile(probability) / deviation,
    },
    rows,
    confidence,
  );
}

/** Either way: fewer missing values than before can be a default that somebody fills in. */
function rateChange(found: [number, number], rows: [number, number], confidence: number): Measurement {
  if (rows[0] === 0 || rows[1] === 0) return notComputed(rows, 'there are no rows to compare');
  const [before, now] = [found[0] / rows[0], found[1] / rows[1]];
  const [less, more]: [[number, number], [number, number]] = [
    [rows[0] - found[0], rows[0]],
    [rows[1] - found[1], rows[1]],
  ];
  const oneSided = now >= before ? fisherGreater([found[0], rows[0]], [found[1], rows[1]]) : fisherGreater(less, more);
  return {
    value: Math.abs(now - before),
    rows,
    pValue: Math.min(1, 2 * oneSided),
    nullQuantile: shareDifferenceQuantile(found, rows, confidence),
    detail: `${percent(before)} in the reference, ${percent(now)} now`,
  };
}

function rateRise(found: [number, number], rows: [number, number], confidence: number): Measurement {
  const change = rateChange(found, rows, confidence);
  if (change.value === undefined) return change;
  return {
    ...change,
    value: Math.max(0, found[1] / rows[1] - found[0] / rows[0]),
    pValue: fisherGreater([found[0], rows[0]], [found[1], rows[1]]),
    nullQuantile: shareDifferenceQuantile(found, rows, 2 * confidence - 1),
  };
}

/**
 * Values beyond everything in the reference. Without drift the extremes of n and m rows are exchangeable: at least k of the m lie above all n with
 * probability prod (m - i) / (n + m - i), i < k; that k lie on either side is at most k + 1 times as likely.
 */
function outOfRange({ pair, outOfRange: check, rows }: Subject, confidence: number): Measurement {
  const present = presentRows(pair);
  if (pair.kind !== 'ordered') return notComputed(rows, 'the column has no range');
  const { minimum, maximum } = pair.reference;
  if (minimum === undefined || maximum === undefined)
    return notComputed(present, 'the reference has no value to compare with');
  if (present[1] === 0) return notComputed(present, 'there is no value to compare');
  const outside = countOutside(pair, check, minimum, maximum);
  if (outside === undefined) return notComputed(present, 'the values outside were not counted');
  const { survival, likely } = exceedances(present, outside, 1 - confidence);
  return {
    value: outside / present[1],
    rows: present,
    pValue: survival,
    nullQuantile: likely / present[1],
    detail: `${outside} outside of ${sixDigits(minimum)} to ${sixDigits(maximum)}${rangeNow(pair)}`,
  };
}

/** The chance of so many or more, and the greatest number whose chance is above `alpha`. */
function exceedances(
  [n, m]: readonly [number, number],
  found: number,
  alpha: number,
): { survival: number; likely: number } {
  let [product, survival, likely] = [1, 1, 0];
  for (let k = 0; k <= m; k++) {
    const chance = Math.min(1, (k + 1) * product);
    if (chance > alpha) likely = k;
    if (k <= found) survival = chance;
    if (k >= found && chance <= alpha) break;
    // Nothing but zeros follows.
    if (product === 0) break;
    product *= (m - k) / (n + m - k);
  }
  return { survival, likely };
}

/** Exactly, if the check was counted or nothing lies outside at all. The check fails NaN and what cannot be read, too; those are told elsewhere. */
function countOutside(
  { current }: Extract<Pair, { kind: 'ordered' }>,
  check: CheckCounts | undefined,
  minimum: number,
  maximum: number,
): number | undefined {
  if (current.minimum !== undefined && current.maximum !== undefined) {
    if (current.minimum >= minimum && current.maximum <= maximum) return 0;
  }
  if (check === undefined) return undefined;
  return Math.min(Math.max(0, check.failed - current.invalid - current.nans), sum(current.bins));
}

function rangeNow({ current }: Extract<Pair, { kind: 'ordered' }>): string {
  if (current.minimum === undefined || current.maximum === undefined) return '';
  return `, now ${sixDigits(current.minimum)} to ${sixDigits(current.maximum)}`;
}

const sixDigits = (value: number): string => String(Number(value.toPrecision(6)));

/** Whether a column that varied has a single value now, and how likely that is if nothing changed: at most the commonest share to the power of the rows. */
function constant(pair: Pair): Measurement {
  const rows = presentRows(pair);
  if (rows[1] === 0) return notComputed(rows, 'there is no value to compare');
  if (rows[0] === 0) return notComputed(rows, 'the reference has no value to compare with');
  const isConstant =
    pair.kind === 'ordered'
      ? pair.current.minimum !== undefined && pair.current.minimum === pair.current.maximum
      : pair.current.other === 0 && pair.current.categories.filter((count) => count > 0).length === 1;
  const before =
    pair.kind === 'ordered'
      ? pair.reference.bins
      : [...pair.reference.categories.map(({ count }) => count), pair.reference.other];
  const commonest = Math.max(...before) / rows[0];
  return {
    value: isConstant ? 1 : 0,
    rows,
    pValue: isConstant ? commonest ** rows[1] : 1,
    nullQuantile: undefined,
  };
}

export const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;
