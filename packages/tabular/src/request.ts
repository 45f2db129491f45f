import type { CategoricalColumn, Check, NumericColumn, TimestampColumn } from './definition.ts';

/** What a counter is asked for: a definition, and what building a profile or giving evidence needs beside it. Can be sent to a worker. */
export interface CountRequest {
  readonly columns: readonly RequestedColumn[];
  readonly checks: readonly Check[];
  /** Rows of evidence that are kept for each check. */
  readonly evidencePerCheck: number;
  /** Columns whose hash goes into evidence. */
  readonly key: readonly string[];
  /** Makes the hashes of one run say nothing about those of another, and keys that collide impossible to prepare. */
  readonly salt: string;
}

export type RequestedColumn =
  | ((NumericColumn | TimestampColumn) & {
      /** Moments of the finite values are added up, as differences from here. */
      readonly around?: number;
    })
  | (CategoricalColumn & {
      /** All values are counted, up to this many different ones, instead of the given categories. */
      readonly collect?: number;
    });

/** Number, mean and squared distances from it of the finite values. */
export interface Moments {
  readonly n: number;
  readonly mean: number;
  /** Sum of squared distances from the mean. */
  readonly squares: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly whole: boolean;
}

/** All values of a column with their counts. */
export interface Collected {
  readonly counts: Map<string, number>;
  /** Whether there were more values than could be told apart: then the counts are lower bounds. */
  readonly overflowed: boolean;
}

/** A row that fails a check: its line or row in the range that was counted. */
export interface FailedRow {
  readonly number: number;
  readonly key: string | undefined;
}

/** Chan's formula for two samples (T. F. Chan, G. H. Golub, R. J. LeVeque, 1979). */
export function mergeMoments(a: Moments | undefined, b: Moments | undefined): Moments | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const n = a.n + b.n;
  const distance = b.mean - a.mean;
  return {
    n,
    mean: a.mean + (distance * b.n) / n,
    squares: a.squares + b.squares + distance * distance * ((a.n * b.n) / n),
    minimum: Math.min(a.minimum, b.minimum),
    maximum: Math.max(a.maximum, b.maximum),
    whole: a.whole && b.whole,
  };
}
