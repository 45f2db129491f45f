import { UserError } from '@mlops-actions/action-kit';
import { makeSample, METRICS, quantile, type MetricOptions, type Sample } from '@mlops-actions/statistics';
import type { Calibration } from './isotonic.ts';
import { simulateLabels } from './labels.ts';
import type { PerformancePolicy, ReferenceValue } from './performance-policy.ts';
import { known } from './record.ts';
import type { Finding } from './types.ts';

/**
 * The rows as they are expected to be labelled: each twice, as an event with weight p and as another row with weight 1 - p. A metric of it is what
 * NannyML calls CBPE, confidence-based performance estimation: expected counts in place of counts.
 *
 * @param scores what the model gave
 * @param probabilities calibrated probability of the event, row by row
 */
export function expectedSample(scores: ArrayLike<number>, probabilities: ArrayLike<number>): Sample {
  const rows = scores.length;
  const twice = (value: (row: number) => number, again: (row: number) => number): Float64Array =>
    Float64Array.from({ length: 2 * rows }, (_, index) => (index < rows ? value(index) : again(index - rows)));
  return makeSample(
    twice(
      () => 1,
      () => 0,
    ),
    twice(
      (row) => scores[row]!,
      (row) => scores[row]!,
    ),
    twice(
      (row) => probabilities[row]!,
      (row) => 1 - probabilities[row]!,
    ),
  );
}

/** An estimate without labels. */
export interface PerformanceEstimate {
  value: number;
  /** What the metric will lie within once labels are there, if the probabilities are true. */
  low: number;
  high: number;
}

/**
 * Estimates a binary metric without labels. It rests on probabilities that are calibrated and stay so: no concept drift, and no region that the reference
 * has not seen.
 *
 * @param confidence of the bounds
 */
export function estimateWithoutLabels(
  metric: string,
  scores: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  options: MetricOptions,
  confidence: number,
): PerformanceEstimate {
  const found = METRICS.get(metric);
  if (found?.task !== 'binary') {
    throw new UserError(`'${metric}' cannot be estimated without labels.`, {
      fix: 'Estimate metrics of binary models, such as auc.',
    });
  }
  const value = found.compute(expectedSample(scores, probabilities), options);
  const observed = makeSample(new Float64Array(scores.length), scores);
  const drawn = simulateLabels(probabilities, (labels) => found.compute({ ...observed, labels }, options));
  const beyond = (1 - confidence) / 2;
  return { value, low: quantile(drawn, beyond), high: quantile(drawn, 1 - beyond) };
}

/**
 * Judges the estimated quality of a window whose labels are not there. It fails if the estimated loss is larger than the margin, and all that labels may
 * still show is a loss. Every finding is marked as estimated.
 *
 * @param scores what the model gave in the window
 */
export function judgeEstimated(
  scores: ArrayLike<number>,
  calibration: Calibration,
  policy: Pick<PerformancePolicy, 'checks' | 'confidence' | 'threshold' | 'minimum-rows'>,
  references: ReadonlyMap<string, ReferenceValue>,
): Finding[] {
  const probabilities = Float64Array.from(scores, calibration);
  const findings: Finding[] = [];
  for (const { metric: name, bound, 'degradation-margin': margin = 0 } of policy.checks) {
    const metric = METRICS.get(name);
    if (metric?.task !== 'binary') continue;
    const finding = {
      kind: 'estimated-performance',
      subject: 'model',
      metric: name,
      rows: scores.length,
      estimated: true,
    } as const;
    const reference = bound ?? references.get(name)?.value;
    const title = `Estimated ${metric.title}`;
    const cannot = (why: string): void => {
      findings.push({ ...finding, verdict: 'inconclusive', reason: `${title} cannot be judged: ${why}.` });
    };
    if (scores.length < policy['minimum-rows']) {
      cannot(`there are ${scores.length} of the ${policy['minimum-rows']} rows that it takes`);
      continue;
    }
    if (reference === undefined) {
      cannot('the reference has no value to compare with');
      continue;
    }
    const { value, low, high } = estimateWithoutLabels(
      name,
      scores,
      probabilities,
      { threshold: policy.threshold, bins: 10 },
      policy.confidence,
    );
    if (![value, low, high].every(Number.isFinite)) {
      cannot('it is undefined for these rows');
      continue;
    }
    const sign = metric.better === 'higher' ? 1 : -1;
    const loss = sign * (reference - value);
    const isShown = sign === 1 ? high < reference : low > reference;
    const sentence = `${title} is ${format(value)} (${format(low)} to ${format(high)}, from the model's own probabilities), against ${format(reference)}`;
    const verdict = loss <= margin ? 'pass' : isShown ? 'fail' : 'inconclusive';
    findings.push({
      ...finding,
      ...known({ value, low, high, reference, threshold: bound ?? margin }),
      verdict,
      reason: verdict === 'inconclusive' ? `${sentence}: worse, but labels may still show otherwise.` : `${sentence}.`,
    });
  }
  return findings;
}

const format = (value: number): string => String(Number(value.toPrecision(3)));
