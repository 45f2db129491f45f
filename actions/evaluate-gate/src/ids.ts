import { ascendingOrder } from '@mlops-actions/statistics';

/**
 * An order of rows that hangs on their ids alone, and not on the order of the file: by a hash of 53 bits, which radix sorts in a tenth of the time that
 * comparing texts takes; ids of one hash by their text.
 */
export function orderByIds(ids: readonly string[]): Uint32Array {
  const hashes = new Float64Array(ids.length);
  for (let row = 0; row < ids.length; row++) hashes[row] = hash(ids[row]!);
  const order = ascendingOrder(hashes);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && hashes[order[end]!] === hashes[order[start]!]) end++;
    if (end > start + 1) {
      order.subarray(start, end).sort((a, b) => (ids[a]! < ids[b]! ? -1 : ids[a]! > ids[b]! ? 1 : 0));
    }
    start = end;
  }
  return order;
}

/** FNV-1a (G. Fowler, L. C. Noll and K.-P. Vo) twice, from two starts, as a whole number of 53 bits. */
function hash(text: string): number {
  let [first, second] = [0x811c9dc5, 0x9747b28c];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    first = Math.imul(first ^ code, 0x01000193);
    second = Math.imul(second ^ code, 0x85ebca6b);
    second ^= second >>> 13;
  }
  return (first >>> 0) * 2 ** 21 + (second >>> 11);
}

/** Rows whose id was there before, in the order of the file; `order` is that of the ids. */
export function repeatedRows(ids: readonly string[], order: Uint32Array): number[] {
  const repeated: number[] = [];
  for (let position = 1; position < order.length; position++) {
    if (ids[order[position]!] === ids[order[position - 1]!]) repeated.push(order[position]!);
  }
  return repeated.sort((a, b) => a - b);
}
