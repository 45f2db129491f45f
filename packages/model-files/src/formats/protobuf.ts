import { Cursor, FormatError } from '../cursor.ts';
import { readBytes, type ByteSource } from '../source.ts';

/** A field of a protobuf message: a number, or a range of bytes. */
export interface Field {
  number: number;
  /** 0 varint, 1 fixed 64, 2 bytes, 5 fixed 32. */
  wire: number;
  /** The value of a varint; beyond 2^53 it loses precision. */
  value: number;
  /** Range of the bytes of wire type 2. */
  start: number;
  length: number;
}

/** A range of bytes that holds a message. */
export interface Message {
  source: ByteSource;
  start: number;
  length: number;
}

/** Names and paths in models; longer ones are cut. */
const MAX_TEXT = 1 << 16;

/** The whole source as a message. */
export const wholeMessage = (source: ByteSource): Message => ({ source, start: 0, length: source.size });

/** The fields of a message in order, without decoding what they hold. Throws a {@link FormatError} where it is not one. */
export function* fieldsOf({ source, start, length }: Message): Generator<Field> {
  const cursor = new Cursor(source, start);
  const end = start + length;
  while (cursor.position < end) {
    const tag = varint(cursor);
    const field: Field = { number: Math.floor(tag / 8), wire: tag % 8, value: 0, start: 0, length: 0 };
    if (field.number === 0) throw new FormatError('a protobuf field has the number 0');
    if (field.wire === 0) field.value = varint(cursor);
    else if (field.wire === 1) cursor.skip(8);
    else if (field.wire === 5) cursor.skip(4);
    else if (field.wire === 2) {
      field.length = varint(cursor);
      field.start = cursor.position;
      if (field.start + field.length > end)
        throw new FormatError('a protobuf field reaches over the end of its message');
      cursor.skip(field.length);
    } else throw new FormatError(`protobuf wire type ${field.wire} does not exist`);
    if (cursor.position > end) throw new FormatError('a protobuf field reaches over the end of its message');
    yield field;
  }
}

function varint(cursor: Cursor): number {
  let value = 0;
  for (let scale = 1, count = 0; count < 10; count++, scale *= 128) {
    const byte = cursor.byte();
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value;
  }
  throw new FormatError('a protobuf number is longer than 10 bytes');
}

/** A field of wire type 2 as a message. */
export function messageOf(field: Field, { source }: Message): Message {
  if (field.wire !== 2) throw new FormatError(`protobuf field ${field.number} is no message`);
  return { source, start: field.start, length: field.length };
}

/** A field of wire type 2 as text. */
export function textOf(field: Field, { source }: Message): string {
  if (field.wire !== 2) throw new FormatError(`protobuf field ${field.number} is no text`);
  return readBytes(source, field.start, Math.min(field.length, MAX_TEXT)).toString('utf8');
}

/** The fields of a message by number: of each, all occurrences. For small messages. */
export function fieldMap(message: Message): Map<number, Field[]> {
  const map = new Map<number, Field[]>();
  for (const field of fieldsOf(message)) {
    const list = map.get(field.number);
    if (list === undefined) map.set(field.number, [field]);
    else list.push(field);
  }
  return map;
}

/** The last occurrence of a text field, which is the one that counts. */
export function lastText(fields: Map<number, Field[]>, number: number, message: Message): string | undefined {
  const field = fields.get(number)?.at(-1);
  return field === undefined ? undefined : textOf(field, message);
}
