import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { op, pickle } from './helpers/assembler.ts';
import { inspectBytes, messagesOf, rulesOf } from './helpers/model.ts';
import { message, number } from './helpers/protobuf.ts';
import { zip } from './helpers/zip.ts';

/** The bytes of numbers as 16-bit halves, brain floats, singles or doubles. */
const encode = {
  F16: (values: number[]) => Buffer.from(new Float16Array(values).buffer),
  BF16: (values: number[]) =>
    Buffer.concat(values.map((value) => Buffer.from(new Float32Array([value]).buffer).subarray(2))),
  F32: (values: number[]) => Buffer.from(new Float32Array(values).buffer),
  F64: (values: number[]) => Buffer.from(new Float64Array(values).buffer),
};
type Type = keyof typeof encode;

/** Files that hold one tensor of the shape [rows, 4]. */
const writers: Record<string, { types: Type[]; name: string; write: (values: number[], type: Type) => Buffer }> = {
  safetensors: {
    types: ['F16', 'BF16', 'F32', 'F64'],
    name: 'm.safetensors',
    write(values, type) {
      const data = encode[type](values);
      const header = Buffer.from(
        JSON.stringify({ w: { dtype: type, shape: [values.length / 4, 4], data_offsets: [0, data.length] } }),
      );
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(BigInt(header.length));
      return Buffer.concat([length, header, data]);
    },
  },
  npy: {
    types: ['F16', 'F32', 'F64'],
    name: 'm.npy',
    write: (values, type) => npy(`<f${Number(type.slice(1)) / 8}`, values.length, encode[type](values)),
  },
  onnx: {
    types: ['F16', 'BF16', 'F32', 'F64'],
    name: 'm.onnx',
    write(values, type) {
      const element = { F16: 10, BF16: 16, F32: 1, F64: 11 }[type];
      const tensor = Buffer.concat([
        number(1, values.length / 4),
        number(1, 4),
        number(2, element),
        message(8, 'w'),
        message(9, encode[type](values)),
      ]);
      const graph = [message(1, message(4, 'Identity')), message(5, tensor)];
      return Buffer.concat([
        number(1, 9),
        message(2, 'test'),
        message(7, ...graph),
        message(8, message(1, ''), number(2, 17)),
      ]);
    },
  },
};

function npy(descr: string, count: number, data: Buffer): Buffer {
  const header = Buffer.from(`{'descr': '${descr}', 'fortran_order': False, 'shape': (${count / 4}, 4), }\n`);
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length);
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), length, header, data]);
}

const finite = fc.double({ min: -100, max: 100, noNaN: true });

describe.each(Object.entries(writers))('the numbers of %s', (_, { types, name, write }) => {
  test.each(types)('of type %s: one that is no number is found, wherever it is, and told where', async (type) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(finite, { minLength: 32, maxLength: 32 }),
        fc.nat(31),
        fc.constantFrom(NaN, Infinity, -Infinity),
        async (values, at, bad) => {
          const good = await inspectBytes(write(values, type), name, { readTensors: true });
          expect(rulesOf(good).filter((rule) => rule !== 'MV404')).toEqual([]);
          expect(good.files[0]!.facts.tensorsRead).toBe(1);
          const content = write(values.with(at, bad), type);
          const { verdict, findings } = await inspectBytes(content, name, { readTensors: true });
          expect([verdict, findings[0]!.rule]).toEqual(['fail', 'MV403']);
          const offset = findings[0]!.location.offset!;
          const width = encode[type]([0]).length;
          expect(content.subarray(offset, offset + width)).toEqual(encode[type]([bad]));
          expect(rulesOf(await inspectBytes(content, name))).toEqual([]);
        },
      ),
      { numRuns: 20 },
    );
  });

  test('a matrix of zeros, of either sign, is a warning; one number that is not makes it none', async () => {
    const zeros = Array.from({ length: 32 }, (__, index) => (index % 2 === 0 ? 0 : -0));
    for (const type of types) {
      expect(rulesOf(await inspectBytes(write(zeros, type), name, { readTensors: true }))).toEqual(['MV404']);
      expect(rulesOf(await inspectBytes(write(zeros.with(31, 1), type), name, { readTensors: true }))).toEqual([]);
    }
  });
});

test('big-endian arrays are read as what they are', async () => {
  const swapped = (values: number[]): Buffer => encode.F64(values).swap64();
  const values = Array.from({ length: 16 }, (_, index) => index + 1);
  const read = async (list: number[]): Promise<string[]> =>
    rulesOf(await inspectBytes(npy('>f8', 16, swapped(list)), 'm.npy', { readTensors: true }));
  expect(await read(values)).toEqual([]);
  expect(await read(values.with(3, NaN))).toEqual(['MV403']);
});

test('storages of PyTorch are read, also compressed ones', async () => {
  const checkpoint = (values: number[], deflate: boolean): Buffer =>
    zip([
      {
        name: 'm/data.pkl',
        content: pickle(
          2,
          op.global('torch._utils', '_rebuild_tensor_v2'),
          op.mark,
          ...[op.mark, op.text('storage'), op.global('torch', 'FloatStorage'), op.text('0'), op.text('cpu')],
          ...[op.int('4'), op.tuple, op.binpersid, op.int('0'), op.mark, op.int('4'), op.tuple],
          ...[op.mark, op.int('1'), op.tuple, op.int('00'), op.global('collections', 'OrderedDict'), op.emptyTuple],
          op.reduce,
          op.tuple,
          op.reduce,
        ),
      },
      { name: 'm/data/0', content: encode.F32(values), deflate },
      { name: 'm/version', content: '3\n' },
    ]);
  for (const deflate of [false, true]) {
    const good = await inspectBytes(checkpoint([1, 2, 3, 4], deflate), 'm.pt', { readTensors: true });
    expect(messagesOf(good)).toBe('');
    const bad = await inspectBytes(checkpoint([1, NaN, Infinity, 4], deflate), 'm.pt', { readTensors: true });
    expect(messagesOf(bad)).toBe('2 of the 4 numbers of m/data/0 are NaN or infinite');
  }
});
