import { orderOf } from '../order.ts';
import type { Sample } from '../sample.ts';

/**
 * Hosmer-Lemeshow statistic over groups of equal weight by predicted probability: sum of (observed - expected)^2 / (n p (1 - p)), p the mean probability
 * of the group (D. W. Hosmer and S. Lemeshow, 1980). On rows that the model was not fitted to it has, under perfect calibration, a chi-square distribution on
 * as many degrees of freedom as there are groups. Rows with one probability stay together, so that there may be fewer groups.
 */
export function hosmerLemeshow(sample: Sample, groups: number): { statistic: number; degrees: number } {
  const { labels, scores, weights } = sample;
  const order = orderOf(scores);
  let total = 0;
  for (const weight of weights) total += weight;
  let [statistic, degrees, passed] = [0, 0, 0];
  let [weight, observed, expected] = [0, 0, 0];
  for (let position = 0; position < order.length; position++) {
    const row = order[position]!;
    weight += weights[row]!;
    expected += weights[row]! * scores[row]!;
    if (labels[row] === 1) observed += weights[row]!;
    const next = order[position + 1];
    const isFull = next === undefined || passed + weight >= ((degrees + 1) * total) / groups;
    if (!isFull || (next !== undefined && scores[next] === scores[row]) || weight === 0) continue;
    const variance = expected * (1 - expected / weight);
    // A group that is certain is either right, or infinitely wrong.
    statistic += variance > 0 ? (observed - expected) ** 2 / variance : observed === expected ? 0 : Infinity;
    degrees++;
    passed += weight;
    [weight, observed, expected] = [0, 0, 0];
  }
  return { statistic, degrees };
}

/**
 * How far from calibrated, whatever the number of rows: the root of what the Hosmer-Lemeshow statistic exceeds its degrees of freedom by, over the number of rows;
 * 0 where it does not (G. Nattino, M. L. Pennell and S. Lemeshow, Biometrics 76, 2020).
 */
export function miscalibration(sample: Sample, groups: number): number {
  const { statistic, degrees } = hosmerLemeshow(sample, groups);
  let total = 0;
  for (const weight of sample.weights) total += weight;
  return Math.sqrt(Math.max(0, statistic - degrees) / total);
}
