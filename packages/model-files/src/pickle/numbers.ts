/**
 * The value of an INT or LONG line, if it is written as Python's pickler writes it. C's base-0 forms (`0x10`, `0b1`, `1_000`) are
 * `undefined`: the C unpickler takes them, most scanners stop at them. INT's `00` and `01` are the booleans of protocol 0 and 1.
 */
export function integerOfLine(line: string, booleans: boolean): number | bigint | boolean | undefined {
  if (booleans && (line === '00' || line === '01')) return line === '01';
  const digits = /^(-?(?:0|[1-9]\d*))L?$/.exec(line)?.[1];
  return digits === undefined ? undefined : narrow(BigInt(digits));
}

/** The index of a GET or PUT line, with the white space, signs and underscores that Python takes; `undefined` where it would raise. */
export function memoIndexOfLine(line: string): number | undefined {
  const digits = /^\s*\+?(\d+(?:_\d+)*)\s*$/.exec(line)?.[1]?.replaceAll('_', '');
  const index = digits === undefined ? undefined : Number(digits);
  return Number.isSafeInteger(index) ? index : undefined;
}

/** The value of LONG1 and LONG4: little-endian two's complement. */
export function longOfBytes(bytes: Buffer): number | bigint {
  let value = 0n;
  for (let index = bytes.length - 1; index >= 0; index--) value = (value << 8n) | BigInt(bytes[index]!);
  return narrow(bytes.length === 0 ? 0n : BigInt.asIntN(bytes.length * 8, value));
}

function narrow(value: bigint): number | bigint {
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', a: '\x07', b: '\b', f: '\f', v: '\v' };

/** The text of a STRING line between its quotes; `undefined` for an escape that Python refuses. */
export function textOfEscapes(text: string): string | undefined {
  if (!text.includes('\\')) return text;
  let valid = true;
  const plain = text.replace(/\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|[^])?/g, (whole, escape: string | undefined) => {
    if (escape === undefined || escape === 'x') {
      valid = false;
      return '';
    }
    if (escape.startsWith('x')) return String.fromCharCode(parseInt(escape.slice(1), 16));
    if (/^[0-7]/.test(escape)) return String.fromCharCode(parseInt(escape, 8) & 0xff);
    if (escape === '\\' || escape === "'" || escape === '"') return escape;
    return ESCAPES[escape] ?? whole;
  });
  return valid ? plain : undefined;
}
