import { random } from '@mlops-actions/statistics';

/** Rows times draws that a simulation may take: about a second. */
const BUDGET = 2e7;

/** The most and the fewest draws. */
const [MOST, LEAST] = [400, 50];

/**
 * Values of a statistic over labels drawn from given probabilities, ascending: what it would be if each probability were true. Values that are
 * undefined (one class only) are left out. Seeded.
 *
 * @param probabilities of the event, row by row
 * @param statistic of the drawn labels
 */
export function simulateLabels(
  probabilities: ArrayLike<number>,
  statistic: (labels: Float64Array) => number,
  seed = 1,
): Float64Array {
  const generator = random(seed);
  const rows = probabilities.length;
  const draws = Math.max(LEAST, Math.min(MOST, Math.floor(BUDGET / Math.max(1, rows))));
  return Float64Array.from({ length: draws }, () => {
    // A new column each time: metrics remember what they sorted by the column it was.
    const labels = new Float64Array(rows);
    for (let row = 0; row < rows; row++) labels[row] = generator.uniform() < probabilities[row]! ? 1 : 0;
    return statistic(labels);
  })
    .filter((value) => !Number.isNaN(value))
    .sort();
}
