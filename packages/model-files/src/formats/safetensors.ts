import { FormatError } from '../cursor.ts';
import type { TensorFact } from '../facts.ts';
import type { Scope } from '../scope.ts';
import { readBytes, type ByteSource } from '../source.ts';
import { checkTensor, type FloatType } from '../tensors.ts';
import { duplicateKey, parseJson } from './json.ts';
import { scanMetadata } from './metadata.ts';

/** The format's own limit. */
const MAX_HEADER = 100_000_000;
const MAX_LISTED = 10_000;

const ELEMENT_BITS: Record<string, number> = {
  BOOL: 8,
  U8: 8,
  I8: 8,
  F8_E4M3: 8,
  F8_E5M2: 8,
  F8_E8M0: 8,
  F6_E2M3: 6,
  F6_E3M2: 6,
  F4: 4,
  U16: 16,
  I16: 16,
  F16: 16,
  BF16: 16,
  U32: 32,
  I32: 32,
  F32: 32,
  U64: 64,
  I64: 64,
  F64: 64,
  C64: 64,
};

const isFloat = (dtype: string): dtype is FloatType => ['F16', 'BF16', 'F32', 'F64'].includes(dtype);

function headerLength(source: ByteSource): number {
  return source.size < 10 ? Infinity : Number(readBytes(source, 0, 8).readBigUInt64LE(0));
}

/** True if the bytes begin as the format does: a length that fits the file, and a JSON object. */
export function isSafetensors(source: ByteSource): boolean {
  const length = headerLength(source);
  return length >= 2 && length <= Math.min(MAX_HEADER, source.size - 8) && readBytes(source, 8, 1)[0] === 0x7b;
}

/** Checks that the header is canonical and that the tensors cover the rest of the file without holes or overlaps. */
export function scanSafetensors(source: ByteSource, scope: Scope): void {
  const length = headerLength(source);
  const text = readBytes(source, 8, length).toString('utf8');
  const header = parseJson(text, 'the safetensors header');
  if (!isRecord(header)) throw new FormatError('the safetensors header is no object');
  const twice = duplicateKey(text);
  if (twice !== undefined)
    scope.report('MV401', `The key ${twice} stands twice in the safetensors header`, { symbol: twice });

  const tensors: (TensorFact & { from: number; to: number })[] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') {
      for (const [key, value] of Object.entries(isRecord(entry) ? entry : {})) scanMetadata(key, String(value), scope);
      continue;
    }
    const tensor = tensorOf(name, entry);
    if (tensor === undefined)
      scope.report('MV401', `Tensor ${name} is not described as the format asks`, { symbol: name });
    else tensors.push(tensor);
  }
  reportLayout(tensors, 8 + length, source.size, scope);
  for (const { name, dtype: type, shape, from, to } of tensors) {
    if (isFloat(type)) checkTensor(source, { name, type, shape, start: 8 + length + from, bytes: to - from }, scope);
  }
  scope.facts.producer ??= 'safetensors';
  scope.facts.tensorCount = tensors.length;
  scope.facts.parameters = tensors.reduce(
    (sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1),
    0,
  );
  scope.facts.tensors = tensors.slice(0, MAX_LISTED).map(({ name, dtype, shape }) => ({ name, dtype, shape }));
}

function reportLayout(
  tensors: readonly { name: string; from: number; to: number }[],
  dataStart: number,
  size: number,
  scope: Scope,
): void {
  let at = 0;
  for (const { name, from, to } of [...tensors].sort((a, b) => a.from - b.from || a.to - b.to)) {
    if (dataStart + to > size) scope.report('MV401', `Tensor ${name} ends beyond the file`, { symbol: name });
    if (from < at) scope.report('MV401', `Tensor ${name} overlaps the tensor before it`, { symbol: name });
    if (from > at)
      scope.report('MV402', `${from - at} bytes before tensor ${name} belong to no tensor`, { offset: dataStart + at });
    at = Math.max(at, to);
  }
  if (dataStart + at < size) {
    scope.report('MV402', `${size - dataStart - at} bytes behind the last tensor belong to none`, {
      offset: dataStart + at,
    });
  }
}

function tensorOf(name: string, entry: unknown): (TensorFact & { from: number; to: number }) | undefined {
  if (!isRecord(entry)) return undefined;
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== 'string' || !isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) return undefined;
  const bits = Object.hasOwn(ELEMENT_BITS, dtype) ? ELEMENT_BITS[dtype]! : undefined;
  const [from, to] = offsets as [number, number];
  if (bits === undefined || (shape.reduce((product, size) => product * size, 1) * bits) / 8 !== to - from)
    return undefined;
  return { name, dtype, shape, from, to };
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && (item as number) >= 0);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
