/**
 * Arithmetic of an endpoint's traffic split. A split maps ids of deployed models to whole percentages; it is empty, or its sum is 100.
 * A model that is not in the map gets nothing, so zeros are left out.
 */
export type TrafficSplit = Readonly<Record<string, number>>;

/** A split without its zeros. */
export function servingOnly(split: TrafficSplit): TrafficSplit {
  return Object.fromEntries(Object.entries(split).filter(([, percent]) => percent > 0));
}

/** Percentage that a model gets. */
export const shareOf = (split: TrafficSplit, id: string): number => (Object.hasOwn(split, id) ? split[id]! : 0);

/** Sum of a split: 0 or 100, unless it is broken. */
export const totalOf = (split: TrafficSplit): number => Object.values(split).reduce((sum, percent) => sum + percent, 0);

/** Whether two splits send every request the same way. */
export function sameSplit(a: TrafficSplit, b: TrafficSplit): boolean {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((id) => shareOf(a, id) === shareOf(b, id));
}

/**
 * Divides `total` in proportion to `weights` into whole numbers whose sum is `total` (method of largest remainders; ties go by id).
 * A weight of zero stays zero. No positive weight at all gives no shares.
 */
export function apportion(weights: TrafficSplit, total: number): TrafficSplit {
  const sum = totalOf(servingOnly(weights));
  const parts = Object.entries(servingOnly(weights)).map(([id, weight]) => {
    const exact = (weight * total) / sum;
    return { id, whole: Math.floor(exact), rest: exact - Math.floor(exact) };
  });
  let left = total - parts.reduce((given, { whole }) => given + whole, 0);
  for (const part of [...parts].sort((a, b) => b.rest - a.rest || (a.id < b.id ? -1 : 1))) {
    if (left-- <= 0) break;
    part.whole++;
  }
  return servingOnly(Object.fromEntries(parts.map(({ id, whole }) => [id, whole])));
}

/** The split that remains when a model leaves: the others keep their proportions. Empty if nobody is left. */
export function withoutModel(split: TrafficSplit, id: string): TrafficSplit {
  const others = Object.entries(split).filter(([other]) => other !== id);
  return apportion(Object.fromEntries(others), 100);
}

/**
 * The split in which a model gets `percent` and the others keep their proportions in what is left.
 *
 * @throws RangeError if `percent` is not a whole number from 0 to 100, or if it leaves traffic that nobody else is there to take
 */
export function withShare(split: TrafficSplit, id: string, percent: number): TrafficSplit {
  if (!Number.isInteger(percent) || percent < 0 || percent > 100) throw new RangeError(`not a percentage: ${percent}`);
  const others = withoutModel(split, id);
  if (percent < 100 && totalOf(others) === 0) throw new RangeError('there is no other model to share the traffic with');
  return servingOnly({ ...apportion(others, 100 - percent), [id]: percent });
}
