const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;

/**
 * Indices of `values` in ascending order of value, ties in their original order. -0 and 0 tie.
 *
 * A radix sort on the bits of the doubles, three digits of 11 bits from each 32-bit half: a million values take a tenth of what
 * a comparison sort of indices takes.
 *
 * @param values finite numbers
 */
export function ascendingOrder(values: Float64Array): Uint32Array {
  const n = values.length;
  const words = new Uint32Array(new Float64Array(values.map((value) => value + 0)).buffer);
  const [lowWord, highWord] = LITTLE_ENDIAN ? [0, 1] : [1, 0];
  // The sign bit of positive numbers and all bits of negative ones are flipped: then unsigned order is numeric order.
  for (let index = 0; index < n; index++) {
    const high = words[2 * index + highWord]!;
    const negative = high >>> 31 === 1;
    words[2 * index + highWord] = negative ? ~high : high | 0x80000000;
    if (negative) words[2 * index + lowWord] = ~words[2 * index + lowWord]!;
  }

  let from = Uint32Array.from({ length: n }, (_, index) => index);
  let to = new Uint32Array(n);
  const starts = new Uint32Array(DIGITS + 1);
  for (const word of [lowWord, highWord]) {
    for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
      const digit = (index: number): number => (words[2 * index + word]! >>> shift) & (DIGITS - 1);
      starts.fill(0);
      for (let index = 0; index < n; index++) starts[digit(index) + 1]!++;
      for (let value = 0; value < DIGITS; value++) starts[value + 1]! += starts[value]!;
      for (let position = 0; position < n; position++) {
        const index = from[position]!;
        to[starts[digit(index)]!++] = index;
      }
      [from, to] = [to, from];
    }
  }
  return from;
}

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
