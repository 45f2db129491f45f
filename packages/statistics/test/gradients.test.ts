import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  bootstrap,
  makeClassSample,
  makeSample,
  metricsOf,
  random,
  reweighted,
  spreadOf,
  TASKS,
  type Metric,
  type MetricTask,
  type Sample,
} from '../src/index.ts';

const options = {
  threshold: 0.45,
  bins: 10,
  topShare: 0.2,
  costs: { falsePositive: 1, falseNegative: 5 },
  cutoff: 3,
  levels: [0.1, 0.5, 0.9],
};

/** Rows of a task, with weights, drawn from a seed. */
function sampleOf(task: MetricTask, rows: number, seed: number, { plain = false } = {}): Sample {
  const generator = random(seed);
  const uniform = (): number => generator.uniform();
  const below = (n: number): number => generator.below(n);
  const column = (draw: () => number): Float64Array => Float64Array.from({ length: rows }, draw);
  const weights = plain ? undefined : column(() => 0.5 + uniform());
  switch (task) {
    case 'binary': {
      const labels = column(() => below(2));
      return makeSample(
        labels,
        labels.map((label) => 0.25 * label + 0.7 * uniform()),
        weights,
      );
    }
    case 'multiclass': {
      const labels = Float64Array.from({ length: rows }, (_, row) => (row < 3 ? row : below(3)));
      const raw = [0, 1, 2].map((k) => labels.map((label) => uniform() + (label === k ? 0.5 : 0.05)));
      const probabilities = raw.map((values) =>
        values.map((value, row) => value / (raw[0]![row]! + raw[1]![row]! + raw[2]![row]!)),
      );
      return makeClassSample(labels, probabilities, weights);
    }
    case 'regression':
      return makeSample(
        column(() => 1 + uniform()),
        column(() => 1 + uniform()),
        weights,
      );
    case 'quantile': {
      const outputs = [-0.3, 0, 0.3].map((shift) => column(() => 0.5 + shift + 0.2 * uniform()));
      return makeSample(column(uniform), outputs[0]!, weights, { outputs });
    }
    case 'ranking': {
      const queries = Uint32Array.from({ length: rows }, (_, row) => Math.floor(row / 5));
      const ofQuery = column(() => 0.5 + uniform());
      const even = plain ? undefined : Float64Array.from(queries, (query) => ofQuery[query]!);
      return makeSample(
        column(() => below(3)),
        column(uniform),
        even,
        { queries },
      );
    }
  }
}

const all = TASKS.flatMap((task) =>
  [...metricsOf(task).values()].map((metric) => [`${task} ${metric.name}`, metric] as const),
);
const withGradient = all.filter(([, metric]) => metric.gradient !== undefined);

/** Rows whose weights change together: those of a query. */
const together = (sample: Sample, row: number): number[] =>
  sample.queries === undefined
    ? [row]
    : [...sample.queries.keys()].filter((other) => sample.queries![other] === sample.queries![row]);

describe('gradients', () => {
  test.each(withGradient)('of %s sum to nothing, since only shares of the weight count', (_, metric) => {
    const sample = sampleOf(metric.task, 300, 5);
    const gradient = metric.gradient!(sample, options);
    const sum = gradient.reduce((total, slope, row) => total + slope * sample.weights[row]!, 0);
    // Capture knows the density at the edge from the rows around it, so that the edge is not the same to a row.
    expect(Math.abs(sum)).toBeLessThan(/capture|lift/.test(metric.name) ? 0.02 : 1e-8);
  });

  test.each(withGradient.filter(([, { name }]) => !/capture|lift/.test(name)))(
    'of %s are what the value changes by with the weight of a row',
    (_, metric) => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 0, max: 59 }), (seed, row) => {
          const sample = sampleOf(metric.task, 60, seed);
          const gradient = metric.gradient!(sample, options);
          const step = 1e-5;
          const at = (change: number): number => {
            const weights = Float64Array.from(sample.weights);
            for (const one of together(sample, row)) weights[one]! += change;
            return metric.compute(reweighted(sample, weights), options);
          };
          const slope = together(sample, row).reduce((sum, one) => sum + gradient[one]!, 0);
          const [below, here, above] = [at(-step), at(0), at(step)];
          fc.pre(Number.isFinite(here));
          // At a kink (two thresholds as far apart, a bin that changes sides) there is no derivative.
          fc.pre(Math.abs(above - 2 * here + below) < 1e-7);
          expect(Math.abs((above - below) / (2 * step) - slope)).toBeLessThan(1e-6 * Math.max(1, Math.abs(slope)));
        }),
        { numRuns: 40 },
      );
    },
  );
});

/** The bootstrap of a maximum is no measure of how far it varies, nor is one of bins that are nearly calibrated, where it is folded. */
const smooth = withGradient.filter(([, { name }]) => !['ks', 'ece', 'coverage-error'].includes(name));

test.each(smooth)('the bootstrap of %s varies as its gradient says', (_, metric: Metric) => {
  const sample = sampleOf(metric.task, 1500, 11);
  const { standardError } = spreadOf(metric.gradient!(sample, options), sample.weights, sample.queries);
  const { replicates } = bootstrap(
    {
      rows: sample.labels.length,
      resamples: 800,
      seed: 3,
      weights: sample.weights,
      acceleration: 0,
      ...(sample.queries && { units: sample.queries }),
    },
    (weights) => metric.compute(reweighted(sample, weights), options),
  );
  const mean = replicates.reduce((sum, value) => sum + value, 0) / replicates.length;
  const variance = replicates.reduce((sum, value) => sum + (value - mean) ** 2, 0) / replicates.length;
  const ratio = Math.sqrt(variance) / standardError;
  // 800 resamples know a standard deviation within about 2.5 %.
  expect(ratio).toBeGreaterThan(0.85);
  expect(ratio).toBeLessThan(1.15);
});
