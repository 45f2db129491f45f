import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import * as stats from '../src/index.ts';

/** One entry of distance-vectors.json. */
interface Vector {
  id: string;
  method: string;
  input: Record<string, unknown>;
  params: Record<string, unknown>;
  expected: Record<string, number>;
  tolerance: number;
}

const { vectors } = JSON.parse(readFileSync(new URL('./distance-vectors.json', import.meta.url), 'utf8')) as {
  vectors: Vector[];
};

type Counts = [reference: number[], current: number[]];

/** The counts of a vector, however it gives them. */
function countsOf({ input }: Vector): Counts {
  if ('observed' in input) return input['observed'] as Counts;
  if ('reference_counts' in input) return [input['reference_counts'] as number[], input['current_counts'] as number[]];
  if ('p' in input) return [input['p'] as number[], input['q'] as number[]];
  if ('hist_1' in input) {
    // TFDV has NaN as a bucket of its own.
    return [
      [1, 3],
      [0, 4],
    ];
  }
  if ('training' in input) return tally(input['training'], input['serving']);
  return tally(input['reference'], input['test'] ?? input['current']);
}

/** Counts by value, from lists of values or from shares by value. */
function tally(first: unknown, second: unknown): Counts {
  const count = (sample: unknown): Map<string, number> => {
    if (!Array.isArray(sample)) return new Map(Object.entries(sample as Record<string, number>));
    const counts = new Map<string, number>();
    for (const value of sample as string[]) counts.set(value, (counts.get(value) ?? 0) + 1);
    return counts;
  };
  const [a, b] = [count(first), count(second)];
  const values = [...new Set([...a.keys(), ...b.keys()])];
  return [values.map((value) => a.get(value) ?? 0), values.map((value) => b.get(value) ?? 0)];
}

/** Values as counts on a grid so fine that nothing is lost: each value has a bin of next to no width. */
function onGrid(x: number[], y: number[], weights?: [number[], number[]]): { counts: Counts; grid: stats.Grid } {
  const values = [...new Set([...x, ...y])].sort((a, b) => a - b);
  const width = 1e-14 * Math.max(1, ...values.map(Math.abs));
  const edges = values.flatMap((value) => [value, value + width]);
  const count = (sample: number[], weight: number[] | undefined): number[] => {
    const bins = new Array<number>(edges.length + 1).fill(0);
    sample.forEach((value, row) => (bins[2 * values.indexOf(value) + 1]! += weight?.[row] ?? 1));
    return bins;
  };
  return {
    counts: [count(x, weights?.[0]), count(y, weights?.[1])],
    grid: { edges, minimum: values[0]!, maximum: values.at(-1)! },
  };
}

const ours: Record<string, (vector: Vector) => Record<string, number>> = {
  // Exact p-values of small samples are not ours; at scale nothing is decided by them.
  ks_2samp: ({ input }) => ({
    statistic: stats.ksOnGrid(...onGrid(input['x'] as number[], input['y'] as number[]).counts),
  }),
  chi2_contingency: (vector) => {
    const { statistic, pValue, degrees } = stats.chiSquareContingency(...countsOf(vector));
    return { statistic, pvalue: pValue, dof: degrees };
  },
  wasserstein_distance: ({ input }) => {
    const weights = 'u_weights' in input ? ([input['u_weights'], input['v_weights']] as Counts) : undefined;
    const { counts, grid } = onGrid(input['u'] as number[], input['v'] as number[], weights);
    return { distance: stats.wassersteinOnGrid(...counts, grid) };
  },
  jensenshannon_distance: (vector) => ({
    distance: stats.jensenShannonDistance(...countsOf(vector), vector.params['base'] === 2 ? 2 : Math.E),
  }),
  'jensenshannon_DIVERGENCE (bits) with a NaN bucket': (vector) => ({
    divergence: stats.jensenShannonBits(...countsOf(vector)),
  }),
  hellinger: (vector) => ({ distance: stats.hellinger(...countsOf(vector)) }),
  bhattacharyya_distance: (vector) => ({ distance: -Math.log(1 - stats.hellinger(...countsOf(vector)) ** 2) }),
  psi: (vector) => ({
    'psi_eps_1e-4_replace_zero': stats.psi(...countsOf(vector)),
    'psi_floor_0.01': stats.psi(...countsOf(vector), { floor: 0.01 }),
  }),
  'chisquare (current vs reference scaled to current n)': (vector) => ({
    pvalue: stats.chiSquareGoodnessOfFit(...countsOf(vector)).pValue,
  }),
  'g_test (one-sample power divergence)': (vector) => ({
    pvalue: stats.gTestGoodnessOfFit(...countsOf(vector)).pValue,
  }),
  total_variation_distance: (vector) => ({ tvd: stats.totalVariation(...countsOf(vector)) }),
  l_infinity: (vector) => ({ distance: stats.lInfinity(...countsOf(vector)) }),
  // Without the bias correction, which depends on the rows; the source rounds to two digits.
  "Cramer's V (bias corrected)": (vector) => ({ v: stats.cramersV(...countsOf(vector)) }),
};

describe('distances that others computed', () => {
  test.each(vectors.map((vector) => [vector.id, vector] as const))('%s', (_, vector) => {
    const given = ours[vector.method]!(vector);
    for (const key of Object.keys(given)) {
      if (!(key in vector.expected)) continue;
      expect(Math.abs(given[key]! - vector.expected[key]!)).toBeLessThanOrEqual(vector.tolerance);
    }
    expect(Object.keys(given).filter((key) => key in vector.expected)).not.toHaveLength(0);
  });
});
