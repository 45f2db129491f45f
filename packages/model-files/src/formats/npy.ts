import { FormatError } from '../cursor.ts';
import { scanPickles } from '../pickle/scan.ts';
import type { Scope } from '../scope.ts';
import { readBytes, SliceSource, type ByteSource } from '../source.ts';

const MAX_HEADER = 1 << 20;

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
  const shape = /'shape':\s*\(([\d\sL,]*)\)/.exec(header)?.[1];
  const descr = /'descr':\s*('[^']*'|\[.*\])\s*,\s*'fortran_order'/s.exec(header)?.[1];
  if (shape === undefined || descr === undefined) throw new FormatError('the npy header cannot be read');

  if (/'[|<>=]?O\d*'/.test(descr)) {
    scope.report('MV308', 'The array holds Python objects, which are a pickle inside', { offset: dataStart });
    await scanPickles(new SliceSource(source, dataStart, source.size - dataStart), scope.part('objects'));
    return;
  }
  const width = itemSize(descr);
  if (width === undefined) {
    // A structured type: its size is not worth a parser, and its bytes are never run.
    scope.report('MV901', 'The size of the structured array was not checked');
    return;
  }
  const sizes = shape
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => parseInt(part, 10));
  const expected = sizes.reduce((product, size) => product * size, width);
  const actual = source.size - dataStart;
  if (actual < expected) throw new FormatError(`the array needs ${expected} bytes, ${actual} are there`);
  if (actual > expected) {
    scope.report('MV402', `${actual - expected} bytes follow the array`, { offset: dataStart + expected });
  }
}

function itemSize(descr: string): number | undefined {
  const match = /^'[|<>=]?([?biufcSUVmM])(\d*)(\[[^\]]*\])?'$/.exec(descr);
  if (match === null) return undefined;
  const [, kind, digits] = match;
  return kind === '?' ? 1 : Number(digits) * (kind === 'U' ? 4 : 1);
}
