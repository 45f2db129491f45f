import type { Sample } from '../sample.ts';
import { stepsOf } from '../steps.ts';
import { totalWeight } from './statistic.ts';

/**
 * Hosmer-Lemeshow statistic over groups of equal weight by predicted probability: sum of (observed - expected)^2 / (n p (1 - p)), p the mean probability
 * of the group (D. W. Hosmer and S. Lemeshow, 1980). On rows that the model was not fitted to it has, under perfect calibration, a chi-square distribution on
 * as many degrees of freedom as there are groups. Rows with one probability stay together, so that there may be fewer groups.
 */
export function hosmerLemeshow(sample: Sample, groups: number): { statistic: number; degrees: number } {
  const edges = upperEdges(sample, groups);
  const degrees = edges.length;
  const { labels, scores, weights } = sample;
  const [weight, observed, expected] = [edges, edges, edges].map(() => new Float64Array(degrees)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let row = 0; row < labels.length; row++) {
    const score = scores[row]!;
    let group = 0;
    while (score > edges[group]!) group++;
    weight[group]! += weights[row]!;
    expected[group]! += weights[row]! * score;
    if (labels[row] === 1) observed[group]! += weights[row]!;
  }
  let statistic = 0;
  for (let group = 0; group < degrees; group++) {
    const variance = expected[group]! * (1 - expected[group]! / weight[group]!);
    const distance = observed[group]! - expected[group]!;
    // A group that is certain is either right, or infinitely wrong.
    statistic += variance > 0 ? distance ** 2 / variance : distance === 0 ? 0 : Infinity;
  }
  return { statistic, degrees };
}

/** The highest score in each group; the last is above all scores. */
function upperEdges(sample: Sample, groups: number): number[] {
  const { count, events, others, order, ends, total } = stepsOf(sample);
  const edges: number[] = [];
  const all = total.events + total.others;
  let [passed, since] = [0, 0];
  for (let step = 0; step < count; step++) {
    passed += events[step]! + others[step]!;
    since += events[step]! + others[step]!;
    if (since === 0 || passed < ((edges.length + 1) * all) / groups) continue;
    edges.push(sample.scores[order[ends[step]! - 1]!]!);
    since = 0;
  }
  // What rounding left over, and rows without weight, are of the last group.
  if (since > 0) edges.push(Infinity);
  else if (edges.length > 0) edges[edges.length - 1] = Infinity;
  return edges;
}

/**
 * How far from calibrated, whatever the number of rows: the root of what the Hosmer-Lemeshow statistic exceeds its degrees of freedom by, over the number of rows;
 * 0 where it does not (G. Nattino, M. L. Pennell and S. Lemeshow, Biometrics 76, 2020).
 */
export function miscalibration(sample: Sample, groups: number): number {
  const { statistic, degrees } = hosmerLemeshow(sample, groups);
  return Math.sqrt(Math.max(0, statistic - degrees) / totalWeight(sample));
}
