import { classView, countsOnce, type Sample } from '../sample.ts';
import { clipped, ECE } from './probability.ts';
import { AUC } from './ranking.ts';
import { gradientOf, meanOf, partials, totalWeight, type Functional, type Losses } from './statistic.ts';

/** What is known of the decisions for one class, in weights. */
interface ClassCounts {
  /** Rows of the class that are decided for it. */
  right: readonly number[];
  /** Rows that are decided for it. */
  predicted: readonly number[];
  /** Rows of it. */
  actual: readonly number[];
}

function countsOf(sample: Sample): ClassCounts {
  const { labels, scores, weights, outputs } = sample;
  const k = outputs.length;
  const once = countsOnce(sample);
  /** By class and decision. */
  const cells = new Float64Array(k * k);
  for (let row = 0; row < labels.length; row++) cells[labels[row]! * k + scores[row]!]! += once ? 1 : weights[row]!;
  const sums = {
    right: new Array<number>(k).fill(0),
    predicted: new Array<number>(k).fill(0),
    actual: new Array<number>(k).fill(0),
  };
  cells.forEach((weight, cell) => {
    const [label, decision] = [Math.floor(cell / k), cell % k];
    sums.actual[label]! += weight;
    sums.predicted[decision]! += weight;
    if (label === decision) sums.right[label]! += weight;
  });
  return sums;
}

/** A metric of the decisions as a smooth function of the counts. */
const ofCounts = (value: (counts: ClassCounts) => number): Functional => ({
  compute: (sample) => value(countsOf(sample)),
  gradient(sample) {
    const { right, predicted, actual } = countsOf(sample);
    const k = right.length;
    const slopes = partials([...right, ...predicted, ...actual], (sums) =>
      value({ right: sums.slice(0, k), predicted: sums.slice(k, 2 * k), actual: sums.slice(2 * k) }),
    );
    const { labels, scores } = sample;
    return gradientOf(
      sample,
      (row) =>
        (labels[row] === scores[row] ? slopes[labels[row]!]! : 0) +
        slopes[k + scores[row]!]! +
        slopes[2 * k + labels[row]!]!,
    );
  },
});

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** A rate of each class, put together into one number. */
type Average = 'macro' | 'micro' | 'weighted';
type Rate = (right: number, predicted: number, actual: number) => number;

/** Share of right ones among those decided for the class; 0 for a class that is never decided for. */
const precision: Rate = (right, predicted) => (predicted === 0 ? 0 : right / predicted);
const recall: Rate = (right, _, actual) => right / actual;
const f1: Rate = (right, predicted, actual) => (2 * right) / (predicted + actual);

const averaged = (rate: Rate, average: Average): Functional =>
  ofCounts(({ right, predicted, actual }) => {
    if (average === 'micro') return rate(sum(right), sum(predicted), sum(actual));
    const rates = right.map((value, k) => rate(value, predicted[k]!, actual[k]!));
    if (average === 'macro') return sum(rates) / rates.length;
    return sum(rates.map((value, k) => (actual[k] === 0 ? 0 : value * actual[k]!))) / sum(actual);
  });

const RATES: Record<'precision' | 'recall' | 'f1', Rate> = { precision, recall, f1 };

/** Precision, recall and F1 of the classes: the mean over the classes, over all decisions, or weighted by how frequent the classes are. */
export const AVERAGES: ReadonlyMap<string, Functional> = new Map(
  Object.entries(RATES).flatMap(([name, rate]) =>
    (['macro', 'micro', 'weighted'] as const).map((average) => [`${name}-${average}`, averaged(rate, average)]),
  ),
);

export const CLASS_ACCURACY = ofCounts(({ right, actual }) => sum(right) / sum(actual));

/** Matthews correlation of several classes (J. Gorodkin, 2004); 0, its limit, where all rows are of one class, or decided for one. */
export const CLASS_MCC = ofCounts(({ right, predicted, actual }) => {
  const total = sum(actual);
  const dot = (a: readonly number[], b: readonly number[]): number => sum(a.map((value, k) => value * b[k]!));
  const margins = (total ** 2 - dot(predicted, predicted)) * (total ** 2 - dot(actual, actual));
  return margins <= 0 ? 0 : (sum(right) * total - dot(predicted, actual)) / Math.sqrt(margins);
});

/** Mean negative log-probability of the observed class in nats, clipped to [eps, 1 - eps], eps = 2^-52. */
export const CLASS_LOG_LOSS = meanOf(({ labels, outputs }): Losses => (into, start, count) => {
  for (let index = 0; index < count; index++) {
    const row = start + index;
    into[index] = -Math.log(clipped(outputs[labels[row]!]![row]!));
  }
});

/** Sum over the classes of the squared difference of probability and outcome, mean over the rows: 0 to 2 (G. W. Brier, 1950, as he defined it). */
export const CLASS_BRIER = meanOf(({ labels, outputs }): Losses => (into, start, count) => {
  into.fill(0, 0, count);
  outputs.forEach((probabilities, k) => {
    for (let index = 0; index < count; index++) {
      const error = probabilities[start + index]! - (labels[start + index] === k ? 1 : 0);
      into[index]! += error * error;
    }
  });
});

/** The decisions as a binary sample: was it right, and how probable did the model hold it. */
function confidenceView({ labels, scores, outputs, weights }: Sample): Sample {
  let known = confidences.get(scores);
  if (known?.of !== labels) {
    known = { of: labels, labels: new Float64Array(labels.length), scores: new Float64Array(labels.length) };
    for (let row = 0; row < labels.length; row++) {
      known.labels[row] = labels[row] === scores[row] ? 1 : 0;
      known.scores[row] = outputs[scores[row]!]![row]!;
    }
    confidences.set(scores, known);
  }
  return { labels: known.labels, scores: known.scores, outputs: [known.scores], weights };
}

const confidences = new WeakMap<Float64Array, { of: Float64Array; labels: Float64Array; scores: Float64Array }>();

/** Expected calibration error of the probability of the predicted class (C. Guo et al., 2017). */
export const CLASS_ECE: Functional = {
  compute: (sample, options) => ECE.compute(confidenceView(sample), options),
  gradient: (sample, options) => ECE.gradient(confidenceView(sample), options),
};

/** Mean over the classes of the AUC of each against the rest; equally, or weighted by how frequent they are. NaN where a class has no row. */
const areas = (weighted: boolean): Functional => {
  const sharesOf = (sample: Sample): number[] => {
    const { actual } = countsOf(sample);
    return actual.map((weight) => (weighted ? weight / sum(actual) : 1 / actual.length));
  };
  return {
    compute: (sample, options) =>
      sum(sharesOf(sample).map((share, k) => share * AUC.compute(classView(sample, k), options))),
    gradient(sample, options) {
      const shares = sharesOf(sample);
      const total = totalWeight(sample);
      const gradient = new Float64Array(sample.labels.length);
      shares.forEach((share, k) => {
        const view = classView(sample, k);
        const slopes = AUC.gradient(view, options);
        const area = AUC.compute(view, options);
        for (let row = 0; row < gradient.length; row++) {
          if (sample.weights[row] === 0) continue;
          gradient[row]! += share * slopes[row]! + (weighted ? (area * (view.labels[row]! - share)) / total : 0);
        }
      });
      return gradient;
    },
  };
};

export const AUC_MACRO = areas(false);
export const AUC_WEIGHTED = areas(true);
