import { Cursor, FormatError } from '../cursor.ts';
import type { Scope } from '../scope.ts';
import type { ByteSource } from '../source.ts';
import { checkTensor, floatBytes, type FloatType, type StoredTensor } from '../tensors.ts';
import { scanMetadata } from './metadata.ts';
import { scanTemplate } from './template.ts';

const MAX_TEMPLATE = 1 << 20;
const MAX_KEY = 1 << 16;
const MIN_TEXT = 16;
/** The unquantised types of tensors, by their numbers. */
const FLOATS: Readonly<Record<number, FloatType>> = { 0: 'F32', 1: 'F16', 28: 'F64', 30: 'BF16' };
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
  let parameters = 0;
  const floats: (Omit<StoredTensor, 'start'> & { offset: number })[] = [];
  for (let index = 0; index < tensorCount; index++) {
    const nameLength = cursor.uint64();
    if (nameLength > MAX_KEY) throw new FormatError('a tensor’s name is too long');
    const name = cursor.bytes(nameLength).toString('utf8');
    const dimensions = cursor.uint32();
    if (dimensions > 8) throw new FormatError(`tensor ${name} has ${dimensions} dimensions`);
    const shape: number[] = [];
    for (let axis = 0; axis < dimensions; axis++) shape.push(cursor.uint64());
    const count = shape.reduce((product, size) => product * size, 1);
    parameters += count;
    const type = FLOATS[cursor.uint32()];
    const offset = cursor.uint64();
    if (!Number.isSafeInteger(count) || offset > source.size) {
      scope.report('MV401', `Tensor ${name} lies beyond the file`, { symbol: name });
    } else if (type !== undefined) floats.push({ name, type, shape, offset, bytes: count * floatBytes(type) });
  }
  // The tensors' data begins at the next multiple of the alignment.
  const dataStart = alignment > 0 ? Math.ceil(cursor.position / alignment) * alignment : cursor.position;
  for (const { offset, ...tensor } of floats) {
    if (dataStart + offset + tensor.bytes > source.size) {
      scope.report('MV401', `Tensor ${tensor.name} ends beyond the file`, { symbol: tensor.name });
    } else checkTensor(source, { ...tensor, start: dataStart + offset }, scope);
  }
  scope.facts.producer ??= `GGUF version ${version}`;
  scope.facts.tensorCount = tensorCount;
  scope.facts.parameters = parameters;
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
