/**
 * Neighbouring bins merged into at most `groups` of about equal share of the reference, for PSI: its classic deciles, made of the bins of a finer
 * grid. Each group holds at least one reference row as long as any bin does. Fewer groups come out where single bins hold more than a group's share.
 *
 * @returns for each bin the number of its group, ascending from 0
 */
export function quantileGroups(reference: readonly number[], groups: number): number[] {
  const rows = reference.reduce((sum, count) => sum + count, 0);
  const assigned: number[] = [];
  let below = 0;
  let group = 0;
  let quantile = 0;
  let isGroupEmpty = true;
  for (const count of reference) {
    if (count > 0) {
      // A bin belongs to the quantile that its middle is in.
      const own = Math.floor(((below + count / 2) / rows) * groups);
      if (own > quantile && !isGroupEmpty) group++;
      quantile = own;
      isGroupEmpty = false;
    }
    assigned.push(group);
    below += count;
  }
  return assigned;
}

/** Counts of groups from the counts of their bins. */
export function mergeBins(counts: readonly number[], groupOf: readonly number[]): number[] {
  const merged: number[] = [];
  counts.forEach((count, bin) => {
    const group = groupOf[bin]!;
    while (merged.length <= group) merged.push(0);
    merged[group]! += count;
  });
  return merged;
}
