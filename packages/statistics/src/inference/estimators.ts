import { hosmerLemeshow } from '../metrics/hosmer-lemeshow.ts';
import { nominalCoverage } from '../metrics/quantiles.ts';
import { metricsOf, type Statistic } from '../metrics/registry.ts';
import { isUnweighted, reweighted, unitCount, type Sample } from '../sample.ts';
import { chiSquareSurvival } from '../special/distributions.ts';
import { noncentralityBounds } from '../special/noncentral.ts';
import { areaDifference, areaEstimate, isArea } from './areas.ts';
import { bcaBounds, bootstrap } from './bootstrap.ts';
import { normalBounds } from './delong.ts';
import { CLOSED_FORM_ALPHA, independentDifference, UNKNOWN, type Estimate, type EstimatePlan } from './estimate.ts';
import { spreadOf } from './influence.ts';
import { maximumEstimate } from './maximum.ts';
import { shareDifference, shareEstimate, trialsOf } from './shares.ts';
import { skewedMeanBounds } from './skewed-mean.ts';

/**
 * From so many units on, a statistic whose contributions are hardly skewed is as good as normal, and resampling would only show it at great cost.
 */
const LARGE = 20_000;

/** The acceleration up to which a one-sided bound at 2.5 % is off by at most half a percentage point: a (2 z^2 + 1) phi(z), P. Hall, 1992, section 2.3. */
const HARDLY_SKEWED = 0.01;

/**
 * A metric of one model. AUC and Gini with DeLong's variance, proportions with Wilson's bounds, Hosmer-Lemeshow by its non-central distribution, KS as {@link maximumEstimate} says;
 * means of what rows add, such as losses, as {@link skewedMeanBounds} says; with weights or clusters, and all else, by BCa bootstrap or, from 20,000 units on whose
 * contributions are hardly skewed, by normal bounds with the standard error of the infinitesimal jackknife.
 */
export function estimateMetric(statistic: Statistic, sample: Sample, plan: EstimatePlan): Estimate {
  if (isPlain(sample, plan)) {
    if (isArea(statistic)) return areaEstimate(statistic, sample, statistic.compute(sample, plan));
    if (statistic.name === 'hosmer-lemeshow') return miscalibrationEstimate(statistic, sample, plan);
    if (statistic.name === 'coverage-error') return coverageErrorEstimate(sample, plan);
    const share = shareEstimate(statistic, sample, plan);
    if (share !== undefined) return share;
  }
  if (statistic.name === 'ks') return maximumEstimate([sample], statistic.gradient!(sample, plan), plan);
  const general = generalEstimate(
    sample,
    plan,
    {
      compute: (weights) => statistic.compute(reweighted(sample, weights), plan),
      isMean: statistic.isMean,
      ...(statistic.gradient && { gradient: () => statistic.gradient!(sample, plan) }),
    },
    // One value in every resample is no certainty about a single model; it is a sample that cannot show how the value varies.
    { paired: false, constantIsKnown: false },
  );
  const trials = trialsOf(statistic, sample, plan)?.trials;
  return trials === undefined ? general : { ...general, trials };
}

/**
 * A metric of the first model minus the same of the second, over the same rows: AUC and Gini by DeLong, proportions whose trials are the same for both models by
 * Newcombe's paired bounds with McNemar's exact test, Hosmer-Lemeshow from the bounds of both, all else as {@link estimateMetric} says, in pairs.
 *
 * @throws RangeError if the two are not over the same rows
 */
export function estimateDifference(metric: Statistic, first: Sample, second: Sample, plan: EstimatePlan): Estimate {
  if (first.labels.length !== second.labels.length || first.labels.some((label, row) => label !== second.labels[row])) {
    throw new RangeError('A paired comparison needs the same rows with the same labels.');
  }
  if (isPlain(first, plan)) {
    if (isArea(metric)) return areaDifference(metric, first, second);
    const share = shareDifference(metric, first, second, plan);
    if (share !== undefined) return share;
    if (metric.name === 'hosmer-lemeshow') {
      return independentDifference(estimateMetric(metric, first, plan), estimateMetric(metric, second, plan));
    }
  }
  const gradientOfDifference = (): Float64Array => {
    const other = metric.gradient!(second, plan);
    return metric.gradient!(first, plan).map((slope, row) => slope - other[row]!);
  };
  if (metric.name === 'ks') return maximumEstimate([first, second], gradientOfDifference(), plan);
  return generalEstimate(
    first,
    plan,
    {
      compute: (weights) =>
        metric.compute(reweighted(first, weights), plan) - metric.compute(reweighted(second, weights), plan),
      isMean: metric.isMean,
      ...(metric.gradient && { gradient: gradientOfDifference }),
    },
    { paired: true, constantIsKnown: true },
  );
}

const unitsOf = (sample: Sample, { units }: EstimatePlan): Uint32Array | undefined => units ?? sample.queries;

function isPlain(sample: Sample, plan: EstimatePlan): boolean {
  return unitsOf(sample, plan) === undefined && isUnweighted(sample);
}

/** More undefined resamples than this share and the bounds are unknown. */
const UNDEFINED_SHARE = 0.01;

function generalEstimate(
  sample: Sample,
  plan: EstimatePlan,
  statistic: { compute(weights: Float64Array): number; isMean: boolean | undefined; gradient?(): Float64Array },
  { paired, constantIsKnown }: { paired: boolean; constantIsKnown: boolean },
): Estimate {
  const units = unitsOf(sample, plan);
  const rows = units === undefined ? sample.labels.length : unitCount(units);
  const value = statistic.compute(sample.weights);
  const spread =
    statistic.gradient && !Number.isNaN(value) ? spreadOf(statistic.gradient(), sample.weights, units) : undefined;
  const [pairs, whole] = [
    paired ? 'paired ' : '',
    units === undefined ? '' : sample.queries === units ? ' of queries' : ' of clusters',
  ];
  const isNormal = spread !== undefined && rows >= LARGE && Math.abs(spread.acceleration) <= HARDLY_SKEWED;
  if (statistic.isMean || isNormal) {
    const { standardError } = spread ?? { standardError: NaN };
    const known = Number.isFinite(value) && Number.isFinite(standardError) && (standardError > 0 || constantIsKnown);
    const boundsAt = (alpha: number): [number, number] =>
      statistic.isMean ? skewedMeanBounds(value, spread!, rows, alpha) : normalBounds(value, standardError, alpha);
    return {
      value,
      rows,
      method: statistic.isMean
        ? `${pairs}Student t${whole}, corrected for skewness (Hall)`
        : `${pairs}normal, infinitesimal jackknife${whole}`,
      smallestAlpha: CLOSED_FORM_ALPHA,
      bounds: (alpha) => (known ? boundsAt(alpha) : UNKNOWN()),
    };
  }
  const result = bootstrap(
    {
      rows: sample.labels.length,
      resamples: plan.resamples,
      seed: plan.seed,
      weights: sample.weights,
      ...(units !== undefined && { units }),
      ...(spread !== undefined && { acceleration: spread.acceleration }),
    },
    (weights) => statistic.compute(weights),
  );
  const { replicates } = result;
  const constant = replicates.length > 0 && replicates[0] === replicates.at(-1);
  const known =
    Number.isFinite(result.estimate) &&
    result.undefinedReplicates <= UNDEFINED_SHARE * plan.resamples &&
    (constantIsKnown || !constant);
  return {
    value,
    rows,
    method: `${pairs}BCa bootstrap, ${plan.resamples} resamples${whole}`,
    smallestAlpha: 1 / (replicates.length + 1),
    bounds: (alpha) => (known ? bcaBounds(result, alpha) : UNKNOWN()),
  };
}

/** The bounds are those of a non-centrality: none of the rows' share of chance is in it. */
function miscalibrationEstimate(statistic: Statistic, sample: Sample, plan: EstimatePlan): Estimate {
  const rows = sample.labels.length;
  const found = hosmerLemeshow(sample, plan.bins);
  const known = Number.isFinite(found.statistic) && found.degrees > 0;
  return {
    value: statistic.compute(sample, plan),
    rows,
    method: 'non-central chi-square (Nattino, Pennell and Lemeshow)',
    smallestAlpha: CLOSED_FORM_ALPHA,
    bounds(alpha) {
      if (!known) return UNKNOWN();
      const [low, high] = noncentralityBounds(found.statistic, found.degrees, alpha);
      return [Math.sqrt(low / rows), Math.sqrt(high / rows)];
    },
    test: {
      name: `Hosmer-Lemeshow, ${found.degrees} degrees of freedom`,
      pValue: chiSquareSurvival(found.statistic, found.degrees),
    },
  };
}

/** From the bounds of the coverage: near 0, where the distribution of a distance is folded, they hold all the same. */
function coverageErrorEstimate(sample: Sample, plan: EstimatePlan): Estimate {
  const coverage = shareEstimate(metricsOf('quantile').get('coverage')!, sample, plan)!;
  const nominal = nominalCoverage(plan);
  return {
    ...coverage,
    value: Math.abs(coverage.value - nominal),
    method: 'Wilson score of the coverage',
    bounds(alpha) {
      const [low, high] = coverage.bounds(alpha).map((bound) => bound - nominal) as [number, number];
      return [Math.max(0, low, -high), Math.max(high, -low)];
    },
  };
}
