import { FormatError } from '../cursor.ts';
import { scanPickles } from '../pickle/scan.ts';
import type { Scope } from '../scope.ts';
import { parsePythonLiteral, type Literal } from './python-literal.ts';
import { readBytes, SliceSource, type ByteSource } from '../source.ts';
import { checkTensor } from '../tensors.ts';

const MAX_HEADER = 1 << 20;
const FLOATS = { '2': 'F16', '4': 'F32', '8': 'F64' } as const;

/** Reviews a .npy file: its array must fill it, and an array of objects is a pickle. */
export async function scanNpy(source: ByteSource, scope: Scope): Promise<void> {
  const [major = 0] = readBytes(source, 6, 1);
  if (major < 1 || major > 3) throw new FormatError(`version ${major} of the npy format does not exist`);
  const lengthSize = major === 1 ? 2 : 4;
  const lengthBytes = readBytes(source, 8, lengthSize);
  if (lengthBytes.length < lengthSize) throw new FormatError('the npy header is missing');
  const headerLength = lengthBytes.readUIntLE(0, lengthSize);
  const dataStart = 8 + lengthSize + headerLength;
  if (headerLength > MAX_HEADER || dataStart > source.size)
    throw new FormatError('the npy header is longer than the file');
  const header = readBytes(source, 8 + lengthSize, headerLength).toString(major === 3 ? 'utf8' : 'latin1');
  const fields = parsePythonLiteral(header);
  if (!(fields instanceof Map) || fields.size !== 3) throw new FormatError('the npy header is no plain dict');
  const shape = fields.get('shape');
  const layout = layoutOf(fields.get('descr'), 0);

  if (layout === 'objects') {
    scope.report('MV308', 'The array holds Python objects, which are a pickle inside', { offset: dataStart });
    await scanPickles(new SliceSource(source, dataStart, source.size - dataStart), scope.part('objects'));
    return;
  }
  const sizes = sizesOf(shape);
  const expected = sizes.reduce((product, size) => product * size, layout);
  const actual = source.size - dataStart;
  if (actual < expected) throw new FormatError(`the array needs ${expected} bytes, ${actual} are there`);
  if (actual > expected) {
    scope.report('MV402', `${actual - expected} bytes follow the array`, { offset: dataStart + expected });
  }
  const descr = fields.get('descr');
  const float = typeof descr === 'string' ? /^([|<>=]?)f([248])$/.exec(descr) : null;
  if (float !== null) {
    const type = FLOATS[float[2] as keyof typeof FLOATS];
    const swapped = float[1] === '>';
    checkTensor(source, { name: 'the array', type, shape: sizes, start: dataStart, bytes: expected, swapped }, scope);
  }
}

/** Bytes of one element, or `objects` if any part of it is a Python object. NumPy takes more spellings than it writes; those are refused. */
function layoutOf(descr: Literal | undefined, depth: number): number | 'objects' {
  if (typeof descr === 'string') {
    const match = /^[|<>=]?([?biufcSUVmMO])(\d{0,9})(\[[\w/]+\])?$/.exec(descr);
    if (match === null) throw new FormatError(`the element type '${descr}' is not one that NumPy writes`);
    const [, kind, digits] = match;
    if (kind === 'O') return 'objects';
    return kind === '?' ? 1 : Number(digits) * (kind === 'U' ? 4 : 1);
  }
  if (!Array.isArray(descr) || depth > 8) throw new FormatError('the element type cannot be read');
  let total = 0;
  for (const field of descr) {
    if (!Array.isArray(field) || field.length < 2 || field.length > 3)
      throw new FormatError('a field of the element type cannot be read');
    const layout = layoutOf(field[1], depth + 1);
    if (layout === 'objects') return layout;
    total += field.length === 3 ? sizesOf(field[2]).reduce((product, size) => product * size, layout) : layout;
  }
  return total;
}

function sizesOf(shape: Literal | undefined): number[] {
  const sizes = Array.isArray(shape) ? shape.filter((size) => typeof size === 'number' && size >= 0) : [];
  if (!Array.isArray(shape) || sizes.length !== shape.length)
    throw new FormatError('a shape of the npy header cannot be read');
  return sizes as number[];
}
