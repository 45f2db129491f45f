import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import * as stats from '../src/index.ts';

/** One entry of reference-vectors.json. */
interface Vector {
  id: string;
  method: string;
  input: Record<string, unknown>;
  params: Record<string, unknown>;
  expected: Record<string, unknown>;
  tolerance: number;
}

const { vectors } = JSON.parse(readFileSync(new URL('./reference-vectors.json', import.meta.url), 'utf8')) as {
  vectors: Vector[];
};

const numbers = (vector: Vector, key: string): number[] => vector.input[key] as number[];
const number = (vector: Vector, key: string): number => vector.input[key] as number;

/** What this package gives for the same input, under the same keys as `expected`. */
const ours: Record<string, (vector: Vector) => Record<string, unknown>> = {
  roc_auc: (v) => scores(v, { auc: stats.auc, gini: stats.gini }),
  // The area under the ROC curve is Mann and Whitney's U as a share of all pairs, which is the common language effect size.
  mannwhitneyu: (v) => {
    const { area, pairs } = ranked(numbers(v, 'x'), numbers(v, 'y'));
    return { U1: area * pairs };
  },
  'CLES (Vargha-Delaney A = U/(mn))': (v) => ({
    cles: ranked(numbers(v, 'experiment'), numbers(v, 'control')).area,
  }),
  'KS (max TPR-FPR) and Gini': (v) => scores(v, { auc: stats.auc, gini: stats.gini, ks: stats.ks }),
  brier_score: (v) => scores(v, { brier: stats.brier }),
  log_loss: (v) => scores(v, { log_loss: stats.logLoss }),
  'ECE/RMSCE/MCE': (v) => {
    const sample = binarySample(v);
    const bins = stats.calibrationBins(sample, v.params['n_bins'] as number);
    const n = sample.labels.length;
    const gap = (bin: stats.CalibrationBin): number => Math.abs(bin.predicted - bin.observed);
    return {
      ece_l1: stats.ece(sample, v.params['n_bins'] as number),
      rmsce_l2: Math.sqrt(bins.reduce((sum, bin) => sum + (bin.weight / n) * gap(bin) ** 2, 0)),
      mce_max: Math.max(...bins.map(gap)),
    };
  },
  'mcnemar exact': (v) => {
    const [b, c] = discordant(v);
    return { statistic: Math.min(b, c), pvalue: stats.mcnemarExact(b, c) };
  },
  'mcnemar chi2': (v) => {
    const [b, c] = discordant(v);
    const plain = stats.mcnemarChiSquare(b, c, false);
    const corrected = stats.mcnemarChiSquare(b, c, true);
    return {
      statistic: plain.statistic,
      pvalue: plain.pValue,
      statistic_cc: corrected.statistic,
      pvalue_cc: corrected.pValue,
    };
  },
  'holm/bonferroni/BH': (v) => adjusted(numbers(v, 'pvalues_sorted')),
  'holm/BH': (v) => adjusted(numbers(v, 'pvalues')),
  'difference CI (Newcombe hybrid score)': (v) =>
    interval(stats.newcombe(number(v, 'count1'), number(v, 'n1'), number(v, 'count2'), number(v, 'n2'), 0.025)),
  'Wilson CI': (v) => interval(stats.wilson(number(v, 'count'), number(v, 'n'), 0.025)),
  'paired permutation (sign flip) of the mean difference, exhaustive': (v) => {
    const { meanDifference, pValue, flips } = stats.signFlipTest(numbers(v, 'differences'));
    return { mean_diff: meanDifference, pvalue_two_sided: pValue, n_as_extreme: pValue * flips, n_total: flips };
  },
  'percentile type 7': (v) => ({
    value: stats.quantile(Float64Array.from(numbers(v, 'x')).sort(), number(v, 'p') / 100),
  }),
  'percentile bootstrap of the mean, exhaustive': (v) => {
    const replicates = meansOfAllResamples(numbers(v, 'x'));
    const [low, high] = stats.percentileBounds({ replicates }, 0.025);
    const mean = replicates.reduce((sum, value) => sum + value, 0) / replicates.length;
    const variance = replicates.reduce((sum, value) => sum + (value - mean) ** 2, 0) / replicates.length;
    return { se: Math.sqrt(variance), p2_5_type7: low, p97_5_type7: high, n_resamples: replicates.length };
  },
  'DeLong paired AUC test': (v) => {
    const first = stats.placements(stats.makeSample(numbers(v, 'y_true'), numbers(v, 'score_1')));
    const second = stats.placements(stats.makeSample(numbers(v, 'y_true'), numbers(v, 'score_2')));
    const { z, pValue } = stats.compareAreas(first, second);
    return {
      auc1: first.area,
      auc2: second.area,
      var1: stats.areaCovariance(first, first),
      var2: stats.areaCovariance(second, second),
      cov: stats.areaCovariance(first, second),
      z,
      pvalue: pValue,
    };
  },
  'weighted metrics': (v) => {
    const sample = stats.makeSample(numbers(v, 'y_true'), numbers(v, 'y_score'), numbers(v, 'weights'));
    const options = { threshold: v.params['threshold'] as number, bins: 10 };
    return Object.fromEntries([...stats.METRICS].map(([name, metric]) => [name, metric.compute(sample, options)]));
  },
  'multiclass metrics': (v) => {
    const probabilities = (v.input['probabilities'] as number[][]).map((column) => Float64Array.from(column));
    const sample = stats.makeClassSample(numbers(v, 'y_true'), probabilities, numbers(v, 'weights'));
    return metrics('multiclass', sample);
  },
  'ranking metrics': (v) => {
    const queries = Uint32Array.from(numbers(v, 'query'));
    const sample = stats.makeSample(numbers(v, 'relevance'), numbers(v, 'y_score'), undefined, { queries });
    return metrics('ranking', sample, { cutoff: v.params['k'] as number });
  },
  'quantile metrics': (v) => {
    const outputs = (v.input['forecasts'] as number[][]).map((column) => Float64Array.from(column));
    const sample = stats.makeSample(numbers(v, 'y_true'), outputs[0]!, numbers(v, 'weights'), { outputs });
    return metrics('quantile', sample, { levels: v.params['levels'] as number[] });
  },
  'Hosmer-Lemeshow': (v) => {
    const sample = stats.makeSample(numbers(v, 'y_true'), numbers(v, 'y_prob'));
    const groups = v.params['groups'] as number;
    const { statistic, degrees } = stats.hosmerLemeshow(sample, groups);
    return {
      statistic,
      dof: degrees,
      pvalue: stats.chiSquareSurvival(statistic, degrees),
      epsilon: stats.miscalibration(sample, groups),
    };
  },
  'noncentral chi-square': (v) =>
    special(v, (x, degrees, noncentrality) => stats.noncentralChiSquareCdf(x, degrees, noncentrality)),
  'group metrics': (v) => {
    const groups = v.input['group'] as string[];
    const [labels, decisions] = [numbers(v, 'y_true'), numbers(v, 'y_pred')];
    const plan = { threshold: 0.5, bins: 10, resamples: 200, seed: 1 };
    const slices = [...new Set(groups)].map((group) => {
      const rows = [...groups.keys()].filter((row) => groups[row] === group);
      return stats.subset(stats.makeSample(labels, decisions), rows);
    });
    const gap = (name: string): number =>
      stats.estimateGap(
        stats.GAPS.get(name)!.of.map((statistic) =>
          slices.map((slice) => stats.estimateMetric(statistic, slice, plan)),
        ),
      ).value;
    return {
      demographic_parity_difference: gap('demographic-parity-difference'),
      equal_opportunity_difference: gap('equal-opportunity-difference'),
      equalized_odds_difference: gap('equalised-odds-difference'),
    };
  },
  norm_ppf: (v) => special(v, (p) => stats.normalQuantile(p)),
  chi2_sf: (v) => special(v, (x, degrees) => stats.chiSquareSurvival(x, degrees)),
  norm_cdf: (v) => special(v, (z) => stats.normalCdf(z)),
  t_sf2: (v) => special(v, (t, degrees) => stats.studentTwoSided(t, degrees)),
  kstwobign_sf: (v) => special(v, (x) => stats.kolmogorovSurvival(x)),
  beta_inc: (v) => special(v, (a, b, x) => stats.betaRegularised(x, a, b)),
  binom_cdf: (v) => special(v, (k, n, p) => stats.binomialCdf(k, n, p)),
};

/** How often a value of the first list is above one of the second. */
const ranked = (first: number[], second: number[]): { area: number; pairs: number } => ({
  area: stats.auc(
    stats.makeSample(
      [...first, ...second].map((_, row) => (row < first.length ? 1 : 0)),
      [...first, ...second],
    ),
  ),
  pairs: first.length * second.length,
});

const metrics = (task: stats.MetricTask, sample: stats.Sample, options: object = {}): Record<string, number> =>
  Object.fromEntries(
    [...stats.metricsOf(task)].map(([name, metric]) => [
      name,
      metric.compute(sample, { threshold: 0.5, bins: 10, ...options }),
    ]),
  );

function binarySample(vector: Vector): stats.Sample {
  const { input } = vector;
  return stats.makeSample(
    numbers(vector, 'y_true'),
    (input['y_score'] ?? input['y_prob'] ?? input['proba_of_1']) as number[],
  );
}

function scores(vector: Vector, metrics: Record<string, (sample: stats.Sample) => number>): Record<string, number> {
  const sample = binarySample(vector);
  return Object.fromEntries(Object.entries(metrics).map(([key, metric]) => [key, metric(sample)]));
}

function discordant(vector: Vector): [number, number] {
  const [[, b], [c]] = vector.input['table'] as [[number, number], [number, number]];
  return [b, c];
}

const adjusted = (pValues: number[]): Record<string, number[]> => ({
  holm: stats.holm(pValues),
  bonferroni: stats.bonferroni(pValues),
  bh: stats.benjaminiHochberg(pValues),
});

const interval = ([low, high]: [number, number]): Record<string, number> => ({ low, high });

const special = (vector: Vector, f: (...args: number[]) => number): Record<string, number[]> => ({
  values: (vector.input['args'] as number[][]).map((args) => f(...args)),
});

function meansOfAllResamples(values: number[]): Float64Array {
  const n = values.length;
  return Float64Array.from({ length: n ** n }, (_, code) => {
    let sum = 0;
    for (let rest = code, draw = 0; draw < n; draw++, rest = Math.floor(rest / n)) sum += values[rest % n]!;
    return sum / n;
  }).sort();
}

describe('reference vectors', () => {
  test.each(vectors.map((vector) => [vector.id, vector] as const))('%s', (_, vector) => {
    const given = ours[vector.method]!(vector);
    for (const [key, expected] of Object.entries(vector.expected)) {
      const actual = [given[key]].flat() as number[];
      const wanted = [expected].flat() as number[];
      expect(actual).toHaveLength(wanted.length);
      wanted.forEach((value, index) => {
        // Derived numbers have all their digits, so that tails are compared relatively. Printed ones are rounded: relatively above 1.
        const size = Math.abs(value);
        const scale = vector.tolerance <= 1e-12 && value !== 0 ? Math.min(1, size) : Math.max(1, size);
        expect(Math.abs(actual[index]! - value)).toBeLessThanOrEqual(vector.tolerance * scale);
      });
    }
  });
});
