import { Cursor, FormatError } from '../cursor.ts';
import type { Scope } from '../scope.ts';
import { readBytes, type ByteSource } from '../source.ts';
import { checkTensor, type FloatType } from '../tensors.ts';
import { scanMetadata } from './metadata.ts';
import { scanTemplate } from './template.ts';

const MAX_TEMPLATE = 1 << 20;
const MAX_KEY = 1 << 16;
const MIN_TEXT = 16;
/** The unquantised types of tensors, by their numbers. */
const FLOATS: Readonly<Record<number, FloatType>> = { 0: 'F32', 1: 'F16', 28: 'F64', 30: 'BF16' };
/** Numbers and bytes of a block, by the numbers of the types (ggml-quants.h). */
const BLOCKS: Readonly<Record<number, readonly [count: number, bytes: number]>> = {
  ...{ 0: [1, 4], 1: [1, 2], 2: [32, 18], 3: [32, 20], 6: [32, 22], 7: [32, 24], 8: [32, 34], 9: [32, 40] },
  ...{ 10: [256, 84], 11: [256, 110], 12: [256, 144], 13: [256, 176], 14: [256, 210], 15: [256, 292], 16: [256, 66] },
  ...{ 17: [256, 74], 18: [256, 98], 19: [256, 50], 20: [32, 18], 21: [256, 110], 22: [256, 82], 23: [256, 136] },
  ...{ 24: [1, 1], 25: [1, 2], 26: [1, 4], 27: [1, 8], 28: [1, 8], 29: [256, 56], 30: [1, 2], 34: [256, 54] },
  ...{ 35: [256, 66], 39: [32, 17], 40: [64, 36], 41: [128, 18] },
};
const UINT32 = 4;
const STRING = 8;
const ARRAY = 9;
/** Bytes of the scalar types 0 to 12; strings and arrays have none. */
const SCALAR_SIZES = [1, 1, 2, 2, 4, 4, 4, 1, undefined, undefined, 8, 8, 8];

/** Walks the metadata of a GGUF file and the descriptions of its tensors, with every length checked; reviews its chat templates. */
export function scanGguf(source: ByteSource, scope: Scope): void {
  const cursor = new Cursor(source, 4);
  const version = cursor.uint32();
  if (version < 2 || version > 3) throw new FormatError(`version ${version} of GGUF is not known`);
  const tensorCount = cursor.uint64();
  const pairs = cursor.uint64();
  if (tensorCount * 24 > cursor.remaining || pairs * 13 > cursor.remaining) {
    throw new FormatError('GGUF announces more tensors or metadata than fit into the file');
  }
  let alignment = 32;
  for (let index = 0; index < pairs; index++) {
    const keyLength = cursor.uint64();
    if (keyLength > MAX_KEY) throw new FormatError('a key of the GGUF metadata is too long');
    const key = cursor.bytes(keyLength).toString('utf8');
    const type = cursor.uint32();
    if (key === 'general.alignment' && type === UINT32) alignment = cursor.uint32();
    else readValue(cursor, type, key, scope, 0);
  }
  const tensors = Array.from({ length: tensorCount }, () => readTensor(cursor));
  // The tensors' data begins at the next multiple of the alignment.
  const dataStart = alignment > 0 ? Math.ceil(cursor.position / alignment) * alignment : cursor.position;
  reviewLayout(tensors, { metadataEnd: cursor.position, dataStart, alignment }, source, scope);
  scope.facts.producer ??= `GGUF version ${version}`;
  scope.facts.tensorCount = tensorCount;
  scope.facts.parameters = tensors.reduce((sum, { count }) => sum + count, 0);
}

interface Tensor {
  name: string;
  type: number;
  shape: number[];
  count: number;
  /** From the beginning of the data. */
  offset: number;
}

function readTensor(cursor: Cursor): Tensor {
  const nameLength = cursor.uint64();
  if (nameLength > MAX_KEY) throw new FormatError('a tensor’s name is too long');
  const name = cursor.bytes(nameLength).toString('utf8');
  const dimensions = cursor.uint32();
  if (dimensions > 8) throw new FormatError(`tensor ${name} has ${dimensions} dimensions`);
  const shape: number[] = [];
  for (let axis = 0; axis < dimensions; axis++) shape.push(cursor.uint64());
  const count = shape.reduce((product, size) => product * size, 1);
  return { name, shape, count, type: cursor.uint32(), offset: cursor.uint64() };
}

/** Every tensor lies within the file, none over another, and nothing behind the last. */
function reviewLayout(
  tensors: readonly Tensor[],
  { metadataEnd, dataStart, alignment }: { metadataEnd: number; dataStart: number; alignment: number },
  source: ByteSource,
  scope: Scope,
): void {
  let end = tensors.length === 0 ? metadataEnd : dataStart;
  let areKnown = true;
  for (const { name, type, shape, count, offset } of [...tensors].sort((a, b) => a.offset - b.offset)) {
    const block = BLOCKS[type];
    const start = dataStart + offset;
    const bytes = block === undefined ? 0 : Math.ceil(count / block[0]) * block[1];
    if (block === undefined) {
      areKnown = false;
      scope.report('MV901', `Tensor ${name} is of the type ${type}, whose size is not known`, {
        symbol: `type ${type}`,
      });
    }
    if (!Number.isSafeInteger(count) || start + bytes > source.size) {
      scope.report('MV401', `Tensor ${name} ends beyond the file`, { symbol: name });
      continue;
    }
    if (start < end && areKnown)
      scope.report('MV401', `Tensor ${name} overlaps the tensor before it`, { symbol: name });
    end = Math.max(end, start + bytes);
    const float = FLOATS[type];
    if (float !== undefined) checkTensor(source, { name, type: float, shape, start, bytes }, scope);
  }
  // The last tensor may be padded as the others are.
  const rest = source.size - end;
  if (areKnown && (rest >= Math.max(1, alignment) || readBytes(source, end, rest).some((byte) => byte !== 0))) {
    scope.report('MV402', `${rest} bytes follow the last tensor and belong to none`, { offset: end });
  }
}

function readValue(cursor: Cursor, type: number, key: string, scope: Scope, depth: number): void {
  if (type === STRING) {
    const length = cursor.uint64();
    const isTemplate = /chat_template/.test(key);
    if (length > MAX_TEMPLATE && isTemplate) throw new FormatError('a chat template is too long to review');
    // The words of a vocabulary are too short to be more than words.
    if (length < MIN_TEXT && !isTemplate) return cursor.skip(length);
    const text = cursor.bytes(Math.min(length, MAX_TEMPLATE)).toString('utf8');
    cursor.skip(length - Math.min(length, MAX_TEMPLATE));
    if (isTemplate) scanTemplate(text, key, scope);
    scanMetadata(key, text, scope);
  } else if (type === ARRAY) {
    const itemType = cursor.uint32();
    const count = cursor.uint64();
    if (depth > 4) throw new FormatError('GGUF metadata nests too deeply');
    const size = SCALAR_SIZES[itemType];
    if (size !== undefined) return cursor.skip(size * count);
    if (count > cursor.remaining) throw new FormatError('an array of the GGUF metadata is longer than the file');
    for (let index = 0; index < count; index++) readValue(cursor, itemType, key, scope, depth + 1);
  } else {
    const size = SCALAR_SIZES[type];
    if (size === undefined) throw new FormatError(`GGUF type ${type} is not known`);
    cursor.skip(size);
  }
}
