import { op, pickle } from '../../helpers/assembler.ts';

/** An attack: technique, file name, content. */
export type Attack = readonly [technique: string, name: string, content: Buffer];

export const joined = (...parts: readonly (Buffer | string)[]): Buffer =>
  Buffer.concat(parts.map((part) => Buffer.from(part)));

export const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** A little-endian number. */
export function uint(bytes: 2 | 4 | 8, value: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  if (bytes === 8) buffer.writeBigUInt64LE(BigInt(value));
  else buffer.writeUIntLE(value, 0, bytes);
  return buffer;
}

export const call = (module: string, name: string, ...args: Buffer[]): Buffer =>
  joined(op.global(module, name), op.mark, ...args, op.tuple, op.reduce);

/** A pickle that runs a command. */
export const command = pickle(2, op.global('os', 'system'), op.text4('true'), op.tuple1, op.reduce);
