import { makeSample, random, type Random, type Sample } from '@mlops-actions/statistics';

export function normal(generator: Random): number {
  return Math.sqrt(-2 * Math.log(1 - generator.uniform())) * Math.cos(2 * Math.PI * generator.uniform());
}

/**
 * Rows of a model whose probabilities are true: the log odds of the event are normal with this spread, and labels are drawn from them.
 *
 * @param noise of the label that the score does not know of: 0 for a calibrated model, 1 for labels that have nothing to do with it
 */
export function scoredRows(rows: number, seed: number, { spread = 1.5, centre = -1, noise = 0 } = {}): Sample {
  const generator = random(seed);
  const scores = new Float64Array(rows);
  const labels = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    scores[row] = 1 / (1 + Math.exp(-(centre + spread * normal(generator))));
    const isNoise = generator.uniform() < noise;
    labels[row] = generator.uniform() < (isNoise ? 0.3 : scores[row]!) ? 1 : 0;
  }
  return makeSample(labels, scores);
}
