import type { Cursor } from '../cursor.ts';
import { PickleError, type PickleListener } from './listener.ts';
import { integerOfLine, longOfBytes, memoIndexOfLine, textOfEscapes } from './numbers.ts';
import { SpanValue, UnknownValue, type Value } from './values.ts';

/** Texts up to this many bytes are read; longer ones stay in the file. No module, name or key that matters is longer. */
const SHORT_TEXT = 256;
/** Lines that carry numbers or names. */
export const SHORT_LINE = 4096;

/** Reads what stands behind an opcode, as CPython's C unpickler does. Where other readers would read something else, it says so. */
export class OperandReader {
  readonly #cursor: Cursor;
  readonly #oddity: PickleListener['oddity'];

  constructor(cursor: Cursor, oddity: PickleListener['oddity']) {
    this.#cursor = cursor;
    this.#oddity = oddity;
  }

  span(type: 'text' | 'bytes', length: number): SpanValue {
    const span = new SpanValue(type, this.#cursor.position, length, length >= 2 && this.#cursor.startsPickle());
    this.#cursor.skip(length);
    return span;
  }

  text(length: number): Value {
    return length <= SHORT_TEXT ? this.#cursor.text(length) : this.span('text', length);
  }

  binaryString(length: number, offset: number): Value {
    if (length < 0) throw new PickleError('a string has a negative length');
    if (length > SHORT_TEXT) return this.span('text', length);
    const bytes = this.#cursor.bytes(length);
    // Python decodes it as ASCII unless the loader says otherwise; numpy asks for latin1.
    if (bytes.some((byte) => byte > 0x7f)) return new SpanValue('text', offset, length);
    return bytes.toString('latin1');
  }

  stringLine(offset: number): Value {
    const line = this.#cursor.line(SHORT_LINE);
    if (line === undefined) return new SpanValue('text', offset + 1, this.#cursor.position - offset - 2);
    const text = line.toString('latin1').trimEnd();
    const quoted = /^(['"])(.*)\1$/s.exec(text);
    if (quoted === null) throw new PickleError('a STRING is not in quotes');
    if (/[^\x20-\x7e\t]/.test(text)) {
      this.#oddity('text', 'a STRING holds bytes that only some readers accept', offset);
    }
    return textOfEscapes(quoted[2]!) ?? new UnknownValue('text');
  }

  unicodeLine(offset: number): Value {
    const line = this.#cursor.line(SHORT_LINE);
    if (line === undefined) return new SpanValue('text', offset + 1, this.#cursor.position - offset - 2);
    const text = line.toString('latin1');
    // Whether a doubled backslash starts an escape is where readers differ; Python's pickler writes none.
    if (text.includes('\\\\')) {
      this.#oddity('text', 'a UNICODE line holds a doubled backslash', offset);
      return new UnknownValue('text');
    }
    return text.replace(/\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g, (whole, short?: string, long?: string) => {
      const point = parseInt(short ?? long!, 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    });
  }

  integerLine(offset: number, booleans: boolean): Value {
    const line = this.#cursor.line(SHORT_LINE);
    const parsed = line === undefined ? undefined : integerOfLine(line.toString('latin1'), booleans);
    if (parsed === undefined) {
      this.#oddity('number', 'a number is not written as Python writes numbers', offset);
      return new UnknownValue('number');
    }
    return parsed;
  }

  long4(): Value {
    const length = this.#cursor.int32();
    if (length < 0) throw new PickleError('a number has a negative length');
    if (length <= SHORT_TEXT) return longOfBytes(this.#cursor.bytes(length));
    this.#cursor.skip(length);
    return new UnknownValue('large number');
  }

  memoLine(offset: number): number {
    const line = this.#cursor.line(SHORT_LINE)?.toString('latin1') ?? '';
    const index = memoIndexOfLine(line);
    if (index === undefined) throw new PickleError('a memo index is no number');
    if (!/^\d+$/.test(line)) {
      this.#oddity('number', 'a memo index is not written as Python writes numbers', offset);
    }
    return index;
  }

  nameLine(): string | undefined {
    return this.#cursor.line(SHORT_LINE)?.toString('utf8');
  }
}
