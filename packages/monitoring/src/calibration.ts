import { binomialCdf, ece, normalCdf, quantile, type Sample } from '@mlops-actions/statistics';
import { simulateLabels } from './labels.ts';
import { known } from './record.ts';
import type { Finding } from './types.ts';

export interface CalibrationPolicy {
  /** Largest |observed / expected events - 1|. */
  'observed-expected': number;
  /** Largest expected calibration error. */
  ece: number;
  /** Largest |slope - 1| of the recalibration line. */
  slope: number;
  confidence: number;
  'minimum-rows': number;
  /** Rows that each class must have. */
  'minimum-events': number;
}

export const DEFAULT_CALIBRATION: CalibrationPolicy = {
  // A quarter more defaults than were priced in.
  'observed-expected': 0.25,
  // Five percentage points off, on average over the rows.
  ece: 0.05,
  // Scores spread a third too far or too little.
  slope: 0.33,
  confidence: 0.95,
  'minimum-rows': 200,
  'minimum-events': 30,
};

const BINS = 10;

/**
 * Judges whether probabilities are still true, by labels: observed over expected events (exact binomial test), the calibration error (against what it would
 * be by chance, simulated), and the slope of the recalibration line (Wald test). Each fails if it is off by more than its limit and chance cannot account
 * for that. A Bonferroni correction over the three.
 *
 * @param sample labels and probabilities; scores outside of [0, 1] are no probabilities, and inconclusive
 */
export function judgeCalibration(sample: Sample, policy: CalibrationPolicy): Finding[] {
  const rows = sample.labels.length;
  const obstacle = obstacleOf(sample, policy);
  const alpha = (1 - policy.confidence) / 3;
  const judge = (metric: string, title: string, limit: number, measure: () => Measured): Finding => {
    const finding = { kind: 'calibration', subject: 'model', metric, rows, threshold: limit } as const;
    if (obstacle !== undefined) {
      return { ...finding, verdict: 'inconclusive', reason: `${title} cannot be judged: ${obstacle}.` };
    }
    const { value, off, pValue, nullQuantile, detail } = measure();
    if (!Number.isFinite(value) || Number.isNaN(pValue)) {
      return {
        ...finding,
        verdict: 'inconclusive',
        reason: `${title} cannot be judged: it is undefined for these rows.`,
      };
    }
    const verdict = off <= limit ? 'pass' : pValue <= alpha ? 'fail' : 'inconclusive';
    const chance = verdict === 'inconclusive' ? ', but chance alone could account for it' : '';
    const than = verdict === 'pass' ? 'within' : 'off by more than';
    return {
      ...finding,
      ...known({ value, nullQuantile }),
      verdict,
      reason: `${title} is ${format(value)}${detail ?? ''}, ${than} ${format(limit)}${chance}.`,
    };
  };
  return [
    judge('observed-expected', 'Observed over expected events', policy['observed-expected'], () =>
      observedExpected(sample),
    ),
    judge('ece', 'Calibration error', policy.ece, () => calibrationError(sample, policy.confidence)),
    judge('calibration-slope', 'Slope of the recalibration line', policy.slope, () => slope(sample)),
  ];
}

interface Measured {
  value: number;
  /** How far off, in the unit of the limit. */
  off: number;
  pValue: number;
  nullQuantile?: number;
  detail?: string;
}

function obstacleOf({ labels, scores }: Sample, policy: CalibrationPolicy): string | undefined {
  if (labels.length < policy['minimum-rows'])
    return `there are ${labels.length} of the ${policy['minimum-rows']} rows that it takes`;
  if (scores.some((score) => score < 0 || score > 1)) return 'the scores are no probabilities';
  const events = labels.reduce((sum, label) => sum + label, 0);
  const least = Math.min(events, labels.length - events);
  return least < policy['minimum-events']
    ? `the smaller class has ${least} of the ${policy['minimum-events']} rows that it takes`
    : undefined;
}

/**
 * Exact binomial test with the mean probability: conservative where probabilities differ, since a sum of unlike trials varies less (W. Hoeffding, 1956).
 */
function observedExpected({ labels, scores }: Sample): Measured {
  const observed = labels.reduce((sum, label) => sum + label, 0);
  const expected = scores.reduce((sum, score) => sum + score, 0);
  const p = expected / labels.length;
  const ratio = observed / expected;
  const tail =
    observed > expected ? 1 - binomialCdf(observed - 1, labels.length, p) : binomialCdf(observed, labels.length, p);
  return {
    value: ratio,
    off: Math.abs(ratio - 1),
    pValue: Math.min(1, 2 * tail),
    detail: ` (${observed} observed, ${format(expected)} expected)`,
  };
}

/** The calibration error is never 0, and large in small samples: only what the drawn labels of true probabilities do not reach says something. */
function calibrationError(sample: Sample, confidence: number): Measured {
  const value = ece(sample, BINS);
  const drawn = simulateLabels(sample.scores, (labels) => ece({ ...sample, labels }, BINS));
  const reached = drawn.filter((draw) => draw >= value).length;
  return {
    value,
    off: value,
    pValue: (reached + 1) / (drawn.length + 1),
    nullQuantile: quantile(drawn, confidence),
  };
}

/** Scores nearer to 0 or 1 than this are moved to it: their logit does not exist. */
const CLIP = 1e-9;

/**
 * Slope b of logit P(event) = a + b logit(score), by maximum likelihood (D. R. Cox, 1958): 1 if calibrated, below 1 if scores are too extreme.
 */
export function recalibrationLine({ labels, scores }: Sample): {
  intercept: number;
  slope: number;
  slopeError: number;
} {
  const logits = scores.map((score) => {
    const p = Math.min(1 - CLIP, Math.max(CLIP, score));
    return Math.log(p / (1 - p));
  });
  let [intercept, slope] = [0, 1];
  for (let step = 0; step < 50; step++) {
    let [g0, g1, h00, h01, h11] = [0, 0, 0, 0, 0];
    for (let row = 0; row < labels.length; row++) {
      const x = logits[row]!;
      const p = 1 / (1 + Math.exp(-(intercept + slope * x)));
      const weight = p * (1 - p);
      g0 += labels[row]! - p;
      g1 += (labels[row]! - p) * x;
      h00 += weight;
      h01 += weight * x;
      h11 += weight * x * x;
    }
    const determinant = h00 * h11 - h01 * h01;
    if (!(determinant > 1e-12 * h00 * h11)) return { intercept: NaN, slope: NaN, slopeError: NaN };
    const [d0, d1] = [(h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant];
    intercept += d0;
    slope += d1;
    if (Math.abs(d0) + Math.abs(d1) < 1e-10) return { intercept, slope, slopeError: Math.sqrt(h00 / determinant) };
  }
  // Separated classes have no finite line.
  return { intercept: NaN, slope: NaN, slopeError: NaN };
}

function slope(sample: Sample): Measured {
  const line = recalibrationLine(sample);
  return {
    value: line.slope,
    off: Math.abs(line.slope - 1),
    pValue: 2 * normalCdf(-Math.abs(line.slope - 1) / line.slopeError),
    detail: ` (intercept ${format(line.intercept)})`,
  };
}

const format = (value: number): string => String(Number(value.toPrecision(3)));
