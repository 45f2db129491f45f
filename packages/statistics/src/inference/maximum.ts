import { ks } from '../metrics/ranking.ts';
import { permutation, random } from '../random.ts';
import { reweighted, subset, unitCount, type Sample } from '../sample.ts';
import { bootstrap } from './bootstrap.ts';
import { normalBounds } from './delong.ts';
import { CLOSED_FORM_ALPHA, UNKNOWN, type Estimate, type EstimatePlan } from './estimate.ts';
import { spreadOf } from './influence.ts';

/** Resamples that tell a bias well enough: it is a fraction of a standard error. */
const RESAMPLES = 200;

/** The bias is looked for in at most so many rows: it falls faster with their number than the standard error does, so that from few it is known well enough for many. */
const ROWS = 5_000;

/**
 * KS of one model, or the difference of two. A largest distance is found at the threshold that the sample's own luck favours, so that it lies too high by an
 * amount that falls with n^(2/3) only (the cube-root asymptotics of J. Kim and D. Pollard, Ann. Statist. 18, 1990), and the percentiles of a bootstrap lie too high twice. The
 * bounds are normal ones, with the standard error that the rates have at the threshold, about the value with and without the bias that a bootstrap finds: the wider side of each, since
 * the bias itself is known roughly.
 */
export function maximumEstimate(
  samples: readonly [Sample] | readonly [Sample, Sample],
  gradient: Float64Array,
  plan: EstimatePlan,
): Estimate {
  const [first] = samples;
  const n = first.labels.length;
  const { standardError } = spreadOf(gradient, first.weights, plan.units);
  const value = compare(samples);
  const known = Number.isFinite(value) && standardError > 0;
  const bias = known ? biasOf(samples, plan) : 0;
  const span: readonly [number, number] = samples.length === 1 ? [0, 1] : [-1, 1];
  return {
    value,
    rows: plan.units === undefined ? n : unitCount(plan.units),
    method: `${samples.length === 2 ? 'paired ' : ''}normal at the largest distance, with and without its bias (${RESAMPLES} resamples)`,
    smallestAlpha: CLOSED_FORM_ALPHA,
    bounds(alpha) {
      if (!known) return UNKNOWN();
      const [low] = normalBounds(value - Math.max(0, bias), standardError, alpha);
      const [, high] = normalBounds(value - Math.min(0, bias), standardError, alpha);
      return [Math.max(span[0], low), Math.min(span[1], high)];
    },
  };
}

const compare = ([first, second]: readonly Sample[]): number =>
  second === undefined ? ks(first!) : ks(first!) - ks(second);

function biasOf(samples: readonly Sample[], { seed, units }: EstimatePlan): number {
  const n = samples[0]!.labels.length;
  const rows = units === undefined && n > ROWS ? permutation(n, random(seed)).subarray(0, ROWS).sort() : undefined;
  const parts = rows === undefined ? samples : samples.map((sample) => subset(sample, rows));
  const { estimate, replicates } = bootstrap(
    {
      rows: parts[0]!.labels.length,
      resamples: RESAMPLES,
      seed,
      weights: parts[0]!.weights,
      acceleration: 0,
      ...(units !== undefined && { units }),
    },
    (weights) => compare(parts.map((part) => reweighted(part, weights))),
  );
  const mean = replicates.reduce((sum, replicate) => sum + replicate, 0) / replicates.length;
  return (mean - estimate) * (parts[0]!.labels.length / n) ** (2 / 3);
}
