import type { Scope } from './scope.ts';
import { SliceSource, type ByteSource } from './source.ts';

/** Floating-point types that tensors are kept in, little-endian but for the swapped ones. */
export type FloatType = 'F16' | 'BF16' | 'F32' | 'F64';

/** How the bits of a type, taken as words, tell what a number is. */
interface FloatFormat {
  bytes: number;
  /** Words of one number, and which of them (little-endian) has the exponent. */
  words: number;
  high: number;
  /** The exponent's bits: all set, it is no finite number. */
  exponent: number;
  /** All bits of that word but the sign. */
  magnitude: number;
}

const FORMATS: Readonly<Record<FloatType, FloatFormat>> = {
  F16: { bytes: 2, words: 1, high: 0, exponent: 0x7c00, magnitude: 0x7fff },
  BF16: { bytes: 2, words: 1, high: 0, exponent: 0x7f80, magnitude: 0x7fff },
  F32: { bytes: 4, words: 1, high: 0, exponent: 0x7f800000, magnitude: 0x7fffffff },
  F64: { bytes: 8, words: 2, high: 1, exponent: 0x7ff00000, magnitude: 0x7fffffff },
};

/** Bytes of one number. */
export const floatBytes = (type: FloatType): number => FORMATS[type].bytes;

/** A tensor whose numbers can be looked at. */
export interface StoredTensor {
  name: string;
  type: FloatType;
  /** `undefined` where the file keeps storages apart from the tensors' shapes. */
  shape: readonly number[] | undefined;
  /** Where its numbers lie in the source. */
  start: number;
  bytes: number;
  /** Whether the bytes of a number come in the order of big-endian machines. */
  swapped?: boolean;
}

/** Small vectors are often zero by right: biases, running means. */
const LEAST_ZEROS = 16;

/** Reads a tensor's numbers, where that is asked for: one that is no number poisons every answer, and weights that are all zero were never fitted. */
export function checkTensor(source: ByteSource, tensor: StoredTensor, scope: Scope): void {
  if (!scope.readsTensors) return;
  const { name, shape } = tensor;
  const { notFinite, first, zeros, count } = countNumbers(source, tensor);
  scope.facts.tensorsRead = (scope.facts.tensorsRead ?? 0) + 1;
  if (notFinite > 0) {
    scope.report('MV403', `${notFinite} of the ${count} numbers of ${name} are NaN or infinite`, {
      offset: first,
      symbol: name,
    });
  }
  if (shape !== undefined && shape.length >= 2 && count >= LEAST_ZEROS && zeros === count) {
    scope.report('MV404', `All ${count} numbers of ${name} are zero`, { symbol: name });
  }
}

const CHUNK = 1 << 20;

/** How many numbers of a tensor are NaN or infinite, where the first of them lies, and how many are zero. */
function countNumbers(
  source: ByteSource,
  { type, start, bytes, swapped = false }: StoredTensor,
): { count: number; notFinite: number; first: number; zeros: number } {
  const { bytes: width, words, high, exponent, magnitude } = FORMATS[type];
  const count = Math.floor(bytes / width);
  const data = new SliceSource(source, start, count * width);
  const buffer = Buffer.from(new ArrayBuffer(CHUNK));
  const view = width === 2 ? new Uint16Array(buffer.buffer) : new Uint32Array(buffer.buffer);
  let notFinite = 0;
  let zeros = 0;
  let first = -1;
  for (let position = 0; position < data.size; position += CHUNK) {
    const read = data.readInto(buffer, position);
    if (swapped) swap(buffer.subarray(0, read), width);
    for (let word = 0; word < read / (width / words); word += words) {
      const bits = view[word + high]!;
      if ((bits & exponent) === exponent) {
        notFinite++;
        if (first < 0) first = start + position + (word / words) * width;
      } else if ((bits & magnitude) === 0 && (words === 1 || view[word] === 0)) zeros++;
    }
  }
  return { count, notFinite, first, zeros };
}

function swap(bytes: Buffer, width: number): void {
  if (width === 2) bytes.swap16();
  else if (width === 4) bytes.swap32();
  else bytes.swap64();
}
