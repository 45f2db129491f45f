import { random, type Random } from '@mlops-actions/statistics';
import type { BinCounts, CategoricalProfile, Counts, NumericProfile, Profile } from '@mlops-actions/tabular';

export const EDGES = 255;

export function normal(generator: Random): number {
  return Math.sqrt(-2 * Math.log(1 - generator.uniform())) * Math.cos(2 * Math.PI * generator.uniform());
}

/** The profile of a numeric column, as it is built of rows: their quantiles, and exact counts between them. */
export function numericProfile(name: string, values: readonly number[], rows = values.length): NumericProfile {
  const sorted = [...values].sort((a, b) => a - b);
  const edges: number[] = [];
  for (let k = 1; k <= EDGES; k++) {
    const edge = sorted[Math.floor((k * sorted.length) / (EDGES + 1))];
    if (edge !== undefined && (edges.length === 0 || edge > edges.at(-1)!)) edges.push(edge);
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    name,
    kind: 'numeric',
    missing: [],
    nulls: rows - values.length,
    nans: 0,
    invalid: 0,
    whole: values.every(Number.isInteger),
    edges,
    bins: binCounts(values, edges),
    minimum: sorted[0],
    maximum: sorted.at(-1),
    mean: values.length === 0 ? undefined : mean,
    variance:
      values.length < 2 ? undefined : values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1),
  };
}

export function binCounts(values: readonly number[], edges: readonly number[]): number[] {
  const bins = new Array<number>(edges.length + 1).fill(0);
  for (const value of values) {
    let [low, high] = [0, edges.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (edges[middle]! <= value) low = middle + 1;
      else high = middle;
    }
    bins[low]!++;
  }
  return bins;
}

/** What an executor would count of these values with a column's profile. */
export function numericCounts(
  profile: NumericProfile,
  values: readonly number[],
  rest: Partial<BinCounts> = {},
): BinCounts {
  return {
    kind: 'numeric',
    nulls: 0,
    nans: 0,
    invalid: 0,
    bins: binCounts(values, profile.edges),
    minimum: values.length === 0 ? undefined : values.reduce((a, b) => Math.min(a, b)),
    maximum: values.length === 0 ? undefined : values.reduce((a, b) => Math.max(a, b)),
    ...rest,
  };
}

export const categoricalProfile = (
  name: string,
  counts: Record<string, number>,
  other = 0,
  nulls = 0,
): CategoricalProfile => ({
  name,
  kind: 'categorical',
  missing: [],
  nulls,
  categories: Object.entries(counts).map(([value, count]) => ({ value, count })),
  other,
});

export const profileOf = (rows: number, columns: Profile['columns']): Profile => ({
  'profile-version': 1,
  digest: 'sha256:0',
  source: 'test',
  rows,
  columns,
});

/** The reference's own counts. */
export function ownCounts(profile: Profile): Counts {
  return {
    rows: profile.rows,
    columns: new Map(
      profile.columns.map((column) => [
        column.name,
        column.kind === 'categorical'
          ? {
              kind: 'categorical' as const,
              nulls: column.nulls,
              categories: column.categories.map(({ count }) => count),
              other: column.other,
            }
          : {
              kind: column.kind,
              nulls: column.nulls,
              nans: column.nans,
              invalid: column.invalid,
              bins: column.bins,
              minimum: column.minimum,
              maximum: column.maximum,
            },
      ]),
    ),
    checks: new Map(),
  };
}

/** Rows of normal columns, and what an executor counts in `rows` further ones that are shifted. */
export function normalWorld(
  seed: number,
  columns: number,
  referenceRows: number,
): { profile: Profile; window: (rows: number, shift?: number) => Counts } {
  const generator = random(seed);
  const draw = (rows: number, shift: number): number[] => Array.from({ length: rows }, () => normal(generator) + shift);
  const profiles = Array.from({ length: columns }, (_, index) => numericProfile(`x${index}`, draw(referenceRows, 0)));
  return {
    profile: profileOf(referenceRows, profiles),
    window: (rows, shift = 0) => ({
      rows,
      columns: new Map(profiles.map((profile) => [profile.name, numericCounts(profile, draw(rows, shift))])),
      checks: new Map(),
    }),
  };
}
