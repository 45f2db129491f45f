import { NUMBER } from './sql/grammar.ts';

const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const EXACT = 2 ** 53;
const GRAMMAR = new RegExp(NUMBER);

/**
 * Reads a number from text like `-12.5` or `1.5e-7`, correctly rounded, without making a string of it.
 *
 * Up to 2^53 the digits are exact in a double, and so is a power of ten up to 22: their quotient or product is rounded once (W. D. Clinger, "How to
 * read floating point numbers accurately", 1990).
 *
 * @returns NaN for what this way does not lead to: more digits, greater exponents, and what is not a plain number
 */
export function readPlainNumber(bytes: Uint8Array, from: number, to: number): number {
  let position = from;
  let byte = position < to ? bytes[position]! : 0;
  const negative = byte === 0x2d;
  if (negative || byte === 0x2b) position++;
  let digits = 0;
  const whole = position;
  while (position < to && (byte = bytes[position]! - 0x30) >= 0 && byte <= 9) {
    digits = digits * 10 + byte;
    position++;
  }
  let count = position - whole;
  let scale = 0;
  if (position < to && bytes[position] === 0x2e) {
    const fraction = ++position;
    while (position < to && (byte = bytes[position]! - 0x30) >= 0 && byte <= 9) {
      digits = digits * 10 + byte;
      position++;
    }
    scale = position - fraction;
    count += scale;
  }
  if (count === 0 || digits > EXACT) return NaN;
  if (position < to) {
    if ((bytes[position]! | 0x20) !== 0x65) return NaN;
    byte = ++position < to ? bytes[position]! : 0;
    const below = byte === 0x2d;
    if (below || byte === 0x2b) position++;
    if (position >= to || to - position > 3) return NaN;
    let exponent = 0;
    for (; position < to; position++) {
      byte = bytes[position]! - 0x30;
      if (byte < 0 || byte > 9) return NaN;
      exponent = exponent * 10 + byte;
    }
    scale += below ? exponent : -exponent;
  }
  let value = digits;
  if (scale > 0) {
    if (scale > 22) return NaN;
    value = digits / POWERS_OF_TEN[scale]!;
  } else if (scale < 0) {
    if (scale < -22) return NaN;
    value = digits * POWERS_OF_TEN[-scale]!;
  }
  return negative ? -value : value;
}

/** Reads any text of the grammar for numbers, infinities and NaN among them; undefined for every other. */
export function readNumber(text: string): number | undefined {
  if (!GRAMMAR.test(text)) return undefined;
  const value = Number(text);
  if (!Number.isNaN(value)) return value;
  if (/nan/i.test(text)) return NaN;
  return text.startsWith('-') ? -Infinity : Infinity;
}
