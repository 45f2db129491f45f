/**
 * Counts of the same bins or categories in two samples, as shares of their totals. Every distance here is a function of such counts, so that
 * whoever counts (one machine, many, a warehouse) gets the same distance.
 *
 * @throws RangeError if lengths differ or a count is negative or not finite
 */
export function sharesOf(
  reference: readonly number[],
  current: readonly number[],
): { reference: number[]; current: number[]; totals: [reference: number, current: number] } {
  if (reference.length !== current.length) {
    throw new RangeError(
      `Both samples must be counted in the same bins, not ${reference.length} and ${current.length}.`,
    );
  }
  const totals: [number, number] = [total(reference), total(current)];
  return {
    reference: reference.map((count) => count / totals[0]),
    current: current.map((count) => count / totals[1]),
    totals,
  };
}

/** Sum of counts. */
export function total(counts: readonly number[]): number {
  let sum = 0;
  for (const count of counts) {
    if (!(count >= 0 && count < Infinity)) throw new RangeError(`A count must be finite and at least 0, not ${count}.`);
    sum += count;
  }
  return sum;
}

/** Bins that hold something in either sample; the others cannot tell anything. */
export function occupiedBins(reference: readonly number[], current: readonly number[]): number {
  return reference.filter((count, bin) => count > 0 || current[bin]! > 0).length;
}
