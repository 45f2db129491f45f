import { joined, uint } from './bytes.ts';

const text = (value: string): Buffer => joined(uint(8, Buffer.byteLength(value)), value);
/** A GGUF file of texts alone. */
export const gguf = (pairs: [string, string][], count = pairs.length): Buffer =>
  joined(
    'GGUF',
    uint(4, 3),
    uint(8, 0),
    uint(8, count),
    ...pairs.map(([key, value]) => joined(text(key), uint(4, 8), text(value))),
  );
