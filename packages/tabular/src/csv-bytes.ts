const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;

/** Bytes that end a plain value. */
export function specialBytes(separator: number): Uint8Array {
  const special = new Uint8Array(256);
  for (const byte of [separator, LF, CR, QUOTE]) special[byte] = 1;
  return special;
}

const SEPARATORS = [',', ';', '\t', '|'].map((character) => character.charCodeAt(0));

/** The separator that the line at `start` has most of outside of quotes; the comma if it has none. */
export function commonestSeparator(bytes: Buffer, start: number): number {
  const counts = new Map(SEPARATORS.map((separator) => [separator, 0]));
  let quoted = false;
  for (let position = start; position < bytes.length; position++) {
    const byte = bytes[position]!;
    if (byte === QUOTE) quoted = !quoted;
    if (quoted) continue;
    if (byte === LF) break;
    const count = counts.get(byte);
    if (count !== undefined) counts.set(byte, count + 1);
  }
  return SEPARATORS.reduce((best, separator) => (counts.get(separator)! > counts.get(best)! ? separator : best));
}
