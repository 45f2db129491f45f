import { ece, makeSample, permutation, random, subset, type Sample } from '@mlops-actions/statistics';

/** From a score to a probability. */
export type Calibration = (score: number) => number;

/** The scores as they are, kept within [0, 1]. */
export const IDENTITY: Calibration = (score) => Math.min(1, Math.max(0, score));

/**
 * Isotonic regression of the labels on the scores by pooling adjacent violators (M. Ayer et al., 1955): the best rising step function in the sense of
 * least squares, with straight lines between the steps.
 *
 * @param sample binary labels and scores, at least one row
 */
export function isotonic({ labels, scores, weights }: Sample): Calibration {
  const rows = [...labels.keys()].filter((row) => weights[row]! > 0).sort((a, b) => scores[a]! - scores[b]!);
  const blocks: { low: number; high: number; weight: number; events: number }[] = [];
  for (const row of rows) {
    const score = scores[row]!;
    const last = blocks.at(-1);
    // Rows with one score cannot be told apart.
    if (last !== undefined && last.low === score && last.high === score) {
      last.weight += weights[row]!;
      last.events += weights[row]! * labels[row]!;
    } else {
      blocks.push({ low: score, high: score, weight: weights[row]!, events: weights[row]! * labels[row]! });
    }
  }
  const pooled: typeof blocks = [];
  for (const block of blocks) {
    let merged = block;
    for (let last = pooled.at(-1); last !== undefined; last = pooled.at(-1)) {
      if (last.events / last.weight < merged.events / merged.weight) break;
      pooled.pop();
      merged = {
        low: last.low,
        high: merged.high,
        weight: last.weight + merged.weight,
        events: last.events + merged.events,
      };
    }
    pooled.push(merged);
  }
  return (score) => valueAt(pooled, score);
}

function valueAt(
  blocks: readonly { low: number; high: number; weight: number; events: number }[],
  score: number,
): number {
  let [from, to] = [0, blocks.length - 1];
  // The first block that does not end below the score.
  while (from < to) {
    const middle = (from + to) >> 1;
    if (blocks[middle]!.high < score) from = middle + 1;
    else to = middle;
  }
  const block = blocks[from]!;
  const own = block.events / block.weight;
  const before = blocks[from - 1];
  if (score >= block.low || before === undefined) return own;
  const below = before.events / before.weight;
  return below + ((own - below) * (score - before.high)) / (block.low - before.high);
}

const FOLDS = 3;
const BINS = 10;

/**
 * The calibration to use for scores like those of a labelled reference: isotonic if that lowers the calibration error on rows it was not fitted to
 * (mean over three folds), else the scores as they are (as NannyML decides it). Scores outside of [0, 1] are no probabilities, and always calibrated.
 */
export function calibrationOf(reference: Sample, seed = 1): { calibration: Calibration; recalibrated: boolean } {
  const rows = reference.labels.length;
  const fitted = { calibration: isotonic(reference), recalibrated: true };
  if (reference.scores.some((score) => score < 0 || score > 1)) return fitted;
  const order = permutation(rows, random(seed));
  let [plain, recalibrated] = [0, 0];
  for (let fold = 0; fold < FOLDS; fold++) {
    const held = subset(
      reference,
      order.filter((_, place) => place % FOLDS === fold),
    );
    const rest = subset(
      reference,
      order.filter((_, place) => place % FOLDS !== fold),
    );
    if (held.labels.length === 0 || rest.labels.length === 0) return { calibration: IDENTITY, recalibrated: false };
    const fit = isotonic(rest);
    plain += ece(held, BINS);
    recalibrated += ece(makeSample(held.labels, held.scores.map(fit)), BINS);
  }
  return recalibrated < plain ? fitted : { calibration: IDENTITY, recalibrated: false };
}
