import fc from 'fast-check';
import { makeSample, random, type Sample } from '../src/index.ts';

/** Rows of a binary problem with both classes, and scores with ties. */
export const binaryRows = fc
  .array(fc.record({ label: fc.integer({ min: 0, max: 1 }), score: fc.integer({ min: 0, max: 20 }) }), {
    minLength: 2,
    maxLength: 60,
  })
  .filter((rows) => rows.some(({ label }) => label === 1) && rows.some(({ label }) => label === 0))
  .map((rows) => rows.map(({ label, score }) => ({ label, score: score / 20 })));

export const sampleOf = (rows: { label: number; score: number; weight?: number }[]): Sample =>
  makeSample(
    rows.map(({ label }) => label),
    rows.map(({ score }) => score),
    rows.map(({ weight = 1 }) => weight),
  );

/** Two models of the same rows: events are shifted by `first` and `second` standard deviations; half of the noise is shared. */
export function twoModels(rows: number, first: number, second: number, seed: number): [Sample, Sample] {
  const generator = random(seed);
  const noise = (): number =>
    Math.sqrt(-2 * Math.log(1 - generator.uniform())) * Math.cos(2 * Math.PI * generator.uniform());
  const squash = (x: number): number => 1 / (1 + Math.exp(-x));
  const labels: number[] = [];
  const scores: [number[], number[]] = [[], []];
  for (let row = 0; row < rows; row++) {
    const label = generator.uniform() < 0.3 ? 1 : 0;
    const shared = noise();
    labels.push(label);
    scores[0].push(squash(first * label + (shared + noise()) / Math.SQRT2 - 1));
    scores[1].push(squash(second * label + (shared + noise()) / Math.SQRT2 - 1));
  }
  return [makeSample(labels, scores[0]), makeSample(labels, scores[1])];
}
