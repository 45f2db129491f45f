/** Adjusted p-values by Bonferroni: min(1, m p). In the order given, as for the others here. */
export const bonferroni = (pValues: readonly number[]): number[] => pValues.map((p) => Math.min(1, p * pValues.length));

/** Adjusted p-values that control the chance of any false rejection (S. Holm, Scand. J. Statist. 6, 1979). */
export function holm(pValues: readonly number[]): number[] {
  const m = pValues.length;
  const adjusted = new Array<number>(m);
  let largest = 0;
  ascending(pValues).forEach((index, rank) => {
    largest = Math.max(largest, Math.min(1, pValues[index]! * (m - rank)));
    adjusted[index] = largest;
  });
  return adjusted;
}

/** Adjusted p-values that control the expected share of false rejections (Y. Benjamini and Y. Hochberg, JRSS B 57, 1995). */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const m = pValues.length;
  const adjusted = new Array<number>(m);
  let smallest = 1;
  ascending(pValues)
    .reverse()
    .forEach((index, fromTop) => {
      smallest = Math.min(smallest, (pValues[index]! * m) / (m - fromTop));
      adjusted[index] = smallest;
    });
  return adjusted;
}

/**
 * The level at which each hypothesis is judged in Holm's procedure: `alpha`/m for the smallest p-value, `alpha`/(m - 1) for the
 * next, and so on up to the first that is not rejected, whose level holds for all that follow. So "p <= level", and likewise
 * "the interval at that level excludes the limit", says exactly what Holm's procedure says.
 */
export function holmLevels(pValues: readonly number[], alpha: number): number[] {
  const m = pValues.length;
  const levels = new Array<number>(m);
  let rank = 0;
  for (const index of ascending(pValues)) {
    levels[index] = alpha / (m - rank);
    if (pValues[index]! <= levels[index]) rank++;
  }
  return levels;
}

function ascending(values: readonly number[]): number[] {
  return values.map((_, index) => index).sort((a, b) => values[a]! - values[b]!);
}
