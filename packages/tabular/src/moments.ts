const DAY = 86_400_000;

/**
 * Reads a point in time: `2026-01-31`, alone or with `T` or a space and a time, which may have a zone; without one it is UTC. Digits beyond
 * milliseconds are cut off.
 *
 * @returns milliseconds since the epoch, or NaN for every other text and for days that there are not
 */
export function readMoment(bytes: Uint8Array, from: number, to: number): number {
  const length = to - from;
  if (length < 10 || bytes[from + 4] !== 0x2d || bytes[from + 7] !== 0x2d) return NaN;
  const year = twoDigits(bytes, from) * 100 + twoDigits(bytes, from + 2);
  const day = dayOf(year, twoDigits(bytes, from + 5), twoDigits(bytes, from + 8));
  if (length === 10 || Number.isNaN(day)) return day;
  const mark = bytes[from + 10]! | 0x20;
  if (length < 16 || (mark !== 0x74 && mark !== 0x20) || bytes[from + 13] !== 0x3a) return NaN;
  // A control character with the bit of a space is no space.
  if (bytes[from + 10] === 0) return NaN;
  const hour = twoDigits(bytes, from + 11);
  const minute = twoDigits(bytes, from + 14);
  let position = from + 16;
  let second = 0;
  let millis = 0;
  if (position < to && bytes[position] === 0x3a) {
    if (position + 3 > to) return NaN;
    second = twoDigits(bytes, position + 1);
    position += 3;
    if (position < to && bytes[position] === 0x2e) {
      const fraction = ++position;
      let digit: number;
      for (let weight = 100; position < to && (digit = bytes[position]! - 0x30) >= 0 && digit <= 9; position++) {
        if (weight >= 1) millis += digit * weight;
        weight /= 10;
      }
      if (position === fraction) return NaN;
    }
  }
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return NaN;
  const offset = offsetOf(bytes, position, to);
  return day + ((hour * 60 + minute) * 60 + second) * 1000 + millis - offset;
}

/** Milliseconds east of UTC; NaN if it is no zone. */
function offsetOf(bytes: Uint8Array, from: number, to: number): number {
  if (from === to) return 0;
  const sign = bytes[from]!;
  if (to === from + 1) return sign === 0x5a || sign === 0x7a ? 0 : NaN;
  if (sign !== 0x2b && sign !== 0x2d) return NaN;
  const minutes = bytes[from + 3] === 0x3a ? from + 4 : from + 3;
  if (to !== minutes + 2) return NaN;
  const hour = twoDigits(bytes, from + 1);
  const minute = twoDigits(bytes, minutes);
  if (!(hour <= 13 && minute <= 59)) return NaN;
  return (sign === 0x2b ? 1 : -1) * (hour * 60 + minute) * 60_000;
}

function dayOf(year: number, month: number, day: number): number {
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= 31)) return NaN;
  // Years up to 99 would be taken for those of the 20th century; the calendar repeats after 400 years.
  const millis = Date.UTC(year + 400, month - 1, day) - 146_097 * DAY;
  return new Date(millis).getUTCDate() === day ? millis : NaN;
}

/** NaN if these are no two digits. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - 0x30;
  const ones = bytes[at + 1]! - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
}
