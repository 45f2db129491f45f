import { callOf, harmless, op, pickle } from '../helpers/assembler.ts';
import type { Gadget } from './gadgets.ts';

/** A way to write a call of a gadget into a pickle. */
export interface Encoding {
  technique: string;
  encode: (gadget: Gadget) => Buffer;
}

const joined = (...parts: readonly Buffer[]): Buffer => Buffer.concat(parts);
const tuple = ({ args }: Gadget): Buffer => joined(op.mark, ...args, op.tuple);
const global = ({ module, name }: Gadget): Buffer => op.global(module, name);
const reduced = (gadget: Gadget): Buffer => joined(global(gadget), tuple(gadget), op.reduce);
const stackGlobal = ({ module, name }: Gadget): Buffer => joined(op.text(module), op.text(name), op.stackGlobal);
const escaped = (text: string): string =>
  [...text].map((letter) => `\\x${letter.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');
const escapedWide = (text: string): string =>
  [...text].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
const namespace = joined(op.global('argparse', 'Namespace'), op.emptyTuple, op.newobj);
const framed = (...content: Buffer[]): Buffer => {
  const body = joined(...content, op.stop);
  return joined(op.proto(4), op.frame(body.length), body);
};

/** All that one gadget can be written in; every one of them must be seen through. */
export const ENCODINGS: readonly Encoding[] = [
  { technique: 'GLOBAL, REDUCE, protocol 0', encode: (gadget) => pickle(0, reduced(gadget)) },
  { technique: 'GLOBAL, REDUCE, protocol 2', encode: (gadget) => pickle(2, reduced(gadget)) },
  { technique: 'STACK_GLOBAL, protocol 4', encode: (g) => pickle(4, stackGlobal(g), tuple(g), op.reduce) },
  { technique: 'STACK_GLOBAL in a frame', encode: (g) => framed(stackGlobal(g), tuple(g), op.reduce) },
  { technique: 'STACK_GLOBAL, protocol 5', encode: (g) => pickle(5, stackGlobal(g), tuple(g), op.reduce) },
  { technique: 'no PROTO', encode: (g) => joined(stackGlobal(g), tuple(g), op.reduce, op.stop) },
  { technique: 'import without a call', encode: (gadget) => pickle(2, global(gadget)) },
  { technique: 'INST', encode: (g) => pickle(1, op.mark, ...g.args, op.inst(g.module, g.name)) },
  { technique: 'OBJ', encode: (g) => pickle(1, op.mark, global(g), ...g.args, op.obj) },
  { technique: 'NEWOBJ', encode: (g) => pickle(2, global(g), tuple(g), op.newobj) },
  { technique: 'NEWOBJ_EX', encode: (g) => pickle(4, global(g), tuple(g), op.emptyDict, op.newobjEx) },
  {
    technique: 'operands through the memo',
    encode: ({ module, name, args }) =>
      pickle(
        4,
        ...[op.text(module), op.memoize, op.pop, op.text(name), op.memoize, op.pop],
        ...[op.binget(0), op.binget(1), op.stackGlobal, op.mark, ...args, op.tuple, op.reduce],
      ),
  },
  {
    technique: 'memo written over',
    encode: ({ module, name }) =>
      pickle(
        4,
        ...[op.text('collections'), op.binput(0), op.pop, op.text(module), op.binput(0), op.pop],
        ...[op.binget(0), op.text(name), op.stackGlobal, op.emptyTuple, op.reduce],
      ),
  },
  {
    technique: 'MEMOIZE after POP',
    encode: ({ module, name }) =>
      pickle(
        4,
        ...[op.text('collections'), op.text(module), op.memoize, op.pop, op.pop],
        ...[op.binget(0), op.text(name), op.stackGlobal, op.emptyTuple, op.reduce],
      ),
  },
  {
    technique: 'PUT and GET in words',
    encode: (g) => pickle(0, global(g), op.put('7'), op.pop, op.get('7'), tuple(g), op.reduce),
  },
  {
    technique: 'operands in escapes',
    encode: (g) => pickle(2, op.string(`'${escaped(g.module)}'`), op.unicodeLine(escapedWide(g.name)), op.stackGlobal),
  },
  {
    technique: 'operands in BINUNICODE8',
    encode: (g) => pickle(4, op.text8(g.module), op.text8(g.name), op.stackGlobal),
  },
  {
    technique: 'operands in SHORT_BINSTRING',
    encode: (g) => pickle(2, op.shortString(g.module), op.shortString(g.name), op.stackGlobal),
  },
  {
    technique: 'operand computed by str()',
    encode: (g) =>
      pickle(4, op.global('builtins', 'str'), op.text(g.module), op.tuple1, op.reduce, op.text(g.name), op.stackGlobal),
  },
  { technique: 'result thrown away', encode: (gadget) => pickle(2, reduced(gadget), op.pop, op.emptyDict) },
  {
    technique: 'deep in containers',
    encode: (g) =>
      pickle(2, op.emptyDict, op.text4('a'), op.emptyList, op.emptyList, reduced(g), op.append, op.append, op.setitem),
  },
  {
    technique: 'in the state of an allowed object',
    encode: (g) => pickle(2, namespace, op.emptyDict, op.text4('a'), reduced(g), op.setitem, op.build),
  },
  {
    technique: 'as argument of an allowed class',
    encode: (g) =>
      pickle(2, op.global('collections', 'OrderedDict'), op.emptyList, reduced(g), op.append, op.tuple1, op.reduce),
  },
  { technique: 'as key of a dict', encode: (g) => pickle(2, op.emptyDict, reduced(g), op.none, op.setitem) },
  { technique: 'broken behind it', encode: (g) => joined(op.proto(2), reduced(g), Buffer.of(0xff)) },
  { technique: 'truncated behind it', encode: (g) => joined(op.proto(2), reduced(g)) },
  { technique: 'stack underflow behind it', encode: (g) => pickle(2, reduced(g), op.pop, op.pop) },
  { technique: 'second pickle of the file', encode: (g) => joined(harmless, pickle(4, reduced(g))) },
  { technique: 'second pickle, protocol 0', encode: (g) => joined(harmless, pickle(0, reduced(g))) },
  { technique: 'third pickle', encode: (g) => joined(harmless, harmless, pickle(2, reduced(g))) },
  { technique: 'hexadecimal INT before it', encode: (g) => pickle(0, op.int('0x10'), op.pop, reduced(g)) },
  { technique: 'INT with an underscore before it', encode: (g) => pickle(0, op.int('1_0'), op.pop, reduced(g)) },
  {
    technique: 'STRING that is not ASCII before it',
    encode: (g) => pickle(0, Buffer.from([0x53, 0x27, 0xe9, 0x27, 0x0a]), op.pop, reduced(g)),
  },
  { technique: 'second PROTO before it', encode: (g) => pickle(4, op.none, op.pop, op.proto(2), reduced(g)) },
  {
    technique: 'text over the end of its frame',
    encode: (g) => pickle(4, op.frame(3), op.text('abcdef'), op.pop, reduced(g)),
  },
  {
    technique: 'bytes that look like a pickle before it',
    encode: (g) => pickle(4, op.shortBytes(harmless), op.pop, reduced(g)),
  },
  {
    technique: 'behind 64 KiB of bytes',
    encode: (g) => pickle(4, op.binbytes(Buffer.alloc(65_536)), op.pop, reduced(g)),
  },
  {
    technique: 'behind 10,000 opcodes',
    encode: (g) => pickle(4, Buffer.alloc(20_000, joined(op.none, op.pop)), reduced(g)),
  },
  {
    technique: 'nested in pickle.loads',
    encode: (g) => pickle(4, op.global('pickle', 'loads'), op.binbytes(pickle(2, reduced(g))), op.tuple1, op.reduce),
  },
  {
    technique: 'nested in torch.storage._load_from_bytes',
    encode: (g) =>
      pickle(
        2,
        op.global('torch.storage', '_load_from_bytes'),
        op.binbytes(pickle(2, reduced(g))),
        op.tuple1,
        op.reduce,
      ),
  },
  {
    technique: 'held by functools.partial',
    encode: (g) => pickle(2, op.global('functools', 'partial'), op.mark, global(g), ...g.args, op.tuple, op.reduce),
  },
  {
    technique: 'as factory of a defaultdict',
    encode: (g) => pickle(2, op.global('collections', 'defaultdict'), global(g), op.tuple1, op.reduce),
  },
  {
    technique: 'as class of copyreg._reconstructor',
    encode: (g) =>
      pickle(
        2,
        ...[op.global('copyreg', '_reconstructor'), global(g), op.global('builtins', 'object'), op.none],
        ...[op.tuple3, op.reduce],
      ),
  },
];

/** Whole files, for what needs no gadget or one of its own. */
export const MACHINE_TRICKS: readonly (readonly [technique: string, file: Buffer])[] = [
  ['EXT1', pickle(2, op.ext1(7), op.emptyTuple, op.reduce)],
  ['EXT2', pickle(2, op.ext2(7), op.emptyTuple, op.reduce)],
  ['EXT4', pickle(2, op.ext4(7), op.emptyTuple, op.reduce)],
  ['PERSID', pickle(0, op.persid('os.system'))],
  ['BINPERSID', pickle(2, op.text4('x'), op.binpersid)],
  ['out-of-band buffer', pickle(5, op.nextBuffer)],
  [
    'call of a result',
    pickle(2, op.global('collections', 'OrderedDict'), op.emptyTuple, op.reduce, op.emptyTuple, op.reduce),
  ],
  ['call of a reference', pickle(4, callOf('numpy', 'exp'))],
  [
    'BUILD on a class',
    pickle(2, op.global('collections', 'OrderedDict'), op.emptyDict, op.text4('a'), op.none, op.setitem, op.build),
  ],
  ['BUILD of __class__', pickle(2, namespace, op.emptyDict, op.text4('__class__'), op.none, op.setitem, op.build)],
  [
    'BUILD of __setstate__',
    pickle(2, namespace, op.emptyDict, op.text4('__setstate__'), op.none, op.setitem, op.build),
  ],
  [
    'BUILD of extend',
    pickle(2, namespace, op.emptyDict, op.text4('extend'), op.global('numpy', 'exp'), op.setitem, op.build),
  ],
  [
    'BUILD of slots',
    pickle(2, namespace, op.none, op.emptyDict, op.text4('__setstate__'), op.none, op.setitem, op.tuple2, op.build),
  ],
  ['APPEND on an object', pickle(2, namespace, op.none, op.append)],
  ['SETITEM on an object', pickle(2, namespace, op.none, op.none, op.setitem)],
  ['ADDITEMS on an object', pickle(4, namespace, op.mark, op.none, op.additems)],
  ['name with a null', pickle(4, op.global('os\0', 'system'))],
  ['name in wide letters', pickle(4, op.global('ｏｓ', 'system'))],
  ['dotted name through an allowed module', pickle(4, op.text('numpy'), op.text('ndarray.tofile'), op.stackGlobal)],
  ['memo index that takes memory', pickle(2, op.none, op.longBinput(0x7fffffff))],
  ['frame in a frame', pickle(4, op.frame(12), op.frame(2), op.none, op.pop, op.none)],
  ['data behind the pickle', joined(harmless, Buffer.from([0, 1, 2, 3]))],
  [
    'text decoded by another codec',
    pickle(2, op.global('_codecs', 'encode'), op.text4('x'), op.text4('unicode_escape'), op.tuple2, op.reduce),
  ],
  [
    'joblib array wrapper with arguments',
    pickle(2, op.global('joblib.numpy_pickle', 'NumpyArrayWrapper'), op.none, op.tuple1, op.reduce),
  ],
  [
    'random generator with a constructor',
    pickle(
      4,
      op.global('numpy.random._pickle', '__generator_ctor'),
      op.text('x'),
      op.global('numpy', 'exp'),
      op.tuple2,
      op.reduce,
    ),
  ],
];
