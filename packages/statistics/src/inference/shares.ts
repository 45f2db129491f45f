import type { Statistic } from '../metrics/registry.ts';
import type { MetricOptions } from '../metrics/statistic.ts';
import type { Sample } from '../sample.ts';
import { CLOSED_FORM_ALPHA, UNKNOWN, type Estimate } from './estimate.ts';
import { mcnemarExact } from './mcnemar.ts';
import { newcombePaired, wilson } from './proportions.ts';

/** Rows, not weights, that are trials of a proportion, and those that succeed; rows without weight are none. `undefined` for what is no proportion. */
export function trialsOf(
  { proportion }: Statistic,
  sample: Sample,
  options: MetricOptions,
): { successes: number; trials: number } | undefined {
  if (proportion === undefined) return undefined;
  const outcome = proportion.outcome(sample, options);
  let [successes, trials] = [0, 0];
  for (let row = 0; row < sample.labels.length; row++) {
    if (sample.weights[row] === 0) continue;
    const result = outcome(row);
    if (result === undefined) continue;
    trials++;
    if (result) successes++;
  }
  return { successes, trials };
}

/** A proportion of unweighted rows with Wilson's bounds. */
export function shareEstimate(statistic: Statistic, sample: Sample, options: MetricOptions): Estimate | undefined {
  const counted = trialsOf(statistic, sample, options);
  if (counted === undefined) return undefined;
  const { successes, trials } = counted;
  return {
    value: successes / trials,
    rows: sample.labels.length,
    trials,
    method: 'Wilson score',
    smallestAlpha: CLOSED_FORM_ALPHA,
    bounds: (alpha) => (trials === 0 ? UNKNOWN() : wilson(successes, trials, alpha)),
  };
}

/** The difference of two models' proportions over the same trials: Newcombe's paired bounds with McNemar's exact test. */
export function shareDifference(
  { proportion }: Statistic,
  first: Sample,
  second: Sample,
  options: MetricOptions,
): Estimate | undefined {
  if (proportion === undefined || proportion.trialsDependOnModel) return undefined;
  const [ofFirst, ofSecond] = [proportion.outcome(first, options), proportion.outcome(second, options)];
  const table = { bothRight: 0, firstOnly: 0, secondOnly: 0, neither: 0 };
  for (let row = 0; row < first.labels.length; row++) {
    const [a, b] = [ofFirst(row), ofSecond(row)];
    if (a === undefined) continue;
    if (a) table[b === true ? 'bothRight' : 'firstOnly']++;
    else table[b === true ? 'secondOnly' : 'neither']++;
  }
  const n = table.bothRight + table.firstOnly + table.secondOnly + table.neither;
  return {
    value: (table.firstOnly - table.secondOnly) / n,
    rows: first.labels.length,
    method: 'Newcombe paired score',
    smallestAlpha: CLOSED_FORM_ALPHA,
    bounds: (alpha) => (n === 0 ? UNKNOWN() : newcombePaired(table, alpha)),
    test: { name: 'McNemar exact', pValue: mcnemarExact(table.firstOnly, table.secondOnly) },
  };
}
