import { describe, expect, test } from '@jest/globals';
import { deflateSync, gzipSync } from 'node:zlib';
import { callOf, evil, harmless, op, pickle } from './helpers/assembler.ts';
import { inspectBytes, messagesOf, rulesOf } from './helpers/model.ts';

/** Attacks by technique: [name, file, rule that must be among the findings]. */
const ATTACKS: readonly (readonly [technique: string, file: Buffer, rule: string])[] = [
  // Ways to import and call
  ['GLOBAL and REDUCE, protocol 0', Buffer.from("cos\nsystem\n(S'id'\ntR."), 'MV102'],
  ['GLOBAL and REDUCE, protocol 2', pickle(2, callOf('os', 'system')), 'MV102'],
  [
    'STACK_GLOBAL',
    pickle(4, op.text('os'), op.text('system'), op.stackGlobal, op.text('id'), op.tuple1, op.reduce),
    'MV102',
  ],
  ['INST', pickle(0, op.mark, op.string("'id'"), op.inst('os', 'system')), 'MV102'],
  ['OBJ', pickle(1, op.mark, op.global('os', 'system'), op.text4('id'), op.obj), 'MV102'],
  ['NEWOBJ', pickle(2, op.global('subprocess', 'Popen'), op.text4('id'), op.tuple1, op.newobj), 'MV102'],
  ['NEWOBJ_EX', pickle(4, op.global('subprocess', 'Popen'), op.emptyTuple, op.emptyDict, op.newobjEx), 'MV102'],
  ['import without a call', pickle(4, op.global('antigravity', 'x')), 'MV102'],
  ['unlisted function', pickle(4, callOf('evil_package.run', 'now')), 'MV101'],
  ['unlisted class, not called', pickle(4, op.global('__main__', 'Model')), 'MV101'],
  ['Python 2 name', pickle(2, callOf('__builtin__', 'eval')), 'MV102'],
  ['Python 2 name, new protocol', pickle(4, callOf('__builtin__', 'eval')), 'MV102'],
  ['dotted name', pickle(4, op.text('random'), op.text('_os.system'), op.stackGlobal), 'MV102'],
  [
    'dotted name through an allowed module',
    pickle(4, op.text('numpy'), op.text('ndarray.tofile'), op.stackGlobal),
    'MV101',
  ],
  ['name with a null', pickle(4, op.global('os\0', 'system')), 'MV101'],
  ['name in other letters', pickle(4, op.global('ｏｓ', 'system')), 'MV101'],
  [
    'getattr',
    pickle(4, op.global('builtins', 'getattr'), op.global('numpy', 'ndarray'), op.text('tofile'), op.tuple2, op.reduce),
    'MV102',
  ],
  ['eval', pickle(4, callOf('builtins', 'eval', '1')), 'MV102'],
  ['runpy', pickle(4, callOf('runpy', 'run_path', 'x.py')), 'MV102'],
  ['pip', pickle(4, callOf('pip', 'main', 'install')), 'MV102'],
  ['numpy helper that runs text', pickle(4, callOf('numpy.testing._private.utils', 'runstring')), 'MV102'],
  [
    'numpy helper that imports',
    pickle(4, op.global('numpy.core', '_ufunc_reconstruct'), op.text('os'), op.text('system'), op.tuple2, op.reduce),
    'MV102',
  ],
  [
    'scipy distribution, which executes its state',
    pickle(
      4,
      op.global('scipy.stats._continuous_distns', 'norm_gen'),
      op.emptyTuple,
      op.newobj,
      op.emptyDict,
      op.text('_parse_arg_template'),
      op.text('x'),
      op.setitem,
      op.build,
    ),
    'MV102',
  ],
  ['code object', pickle(4, op.global('types', 'CodeType'), op.emptyTuple, op.reduce), 'MV102'],
  ['cloudpickle function', pickle(4, callOf('cloudpickle.cloudpickle', '_make_function')), 'MV102'],
  [
    'legacy joblib wrapper that reads files',
    pickle(4, op.global('joblib.numpy_pickle_compat', 'NDArrayWrapper')),
    'MV102',
  ],

  // Hiding what is imported
  [
    'operand from another call',
    pickle(4, op.global('builtins', 'str'), op.text('os'), op.tuple1, op.reduce, op.text('system'), op.stackGlobal),
    'MV103',
  ],
  ['operand that is bytes', pickle(4, op.shortBytes(Buffer.from('os')), op.text('system'), op.stackGlobal), 'MV103'],
  [
    'operands through the memo',
    pickle(
      4,
      op.text('os'),
      op.memoize,
      op.pop,
      op.text('system'),
      op.memoize,
      op.pop,
      op.binget(0),
      op.binget(1),
      op.stackGlobal,
    ),
    'MV102',
  ],
  [
    'memo written over',
    pickle(
      4,
      op.text('collections'),
      op.binput(0),
      op.pop,
      op.text('os'),
      op.binput(0),
      op.pop,
      op.binget(0),
      op.text('system'),
      op.stackGlobal,
    ),
    'MV102',
  ],
  [
    'MEMOIZE after POP',
    pickle(
      4,
      op.text('collections'),
      op.text('os'),
      op.memoize,
      op.pop,
      op.pop,
      op.binget(0),
      op.text('system'),
      op.stackGlobal,
    ),
    'MV102',
  ],
  ['operands by DUP', pickle(4, op.text('os'), op.dup, op.stackGlobal), 'MV102'],
  [
    'operands in odd text opcodes',
    pickle(2, op.string("'\\x6fs'"), op.unicodeLine('syst\\u0065m'), op.stackGlobal),
    'MV102',
  ],
  ['operands in BINUNICODE8', pickle(4, op.text8('os'), op.text8('system'), op.stackGlobal), 'MV102'],
  ['EXT1', pickle(2, op.ext1(7), op.emptyTuple, op.reduce), 'MV106'],
  ['EXT2', pickle(2, op.ext2(7)), 'MV106'],
  ['EXT4', pickle(2, op.ext4(7)), 'MV106'],
  ['PERSID', pickle(0, op.persid('os.system')), 'MV107'],
  ['BINPERSID', pickle(2, op.text4('x'), op.binpersid), 'MV107'],
  ['out-of-band buffer', pickle(5, op.nextBuffer), 'MV107'],

  // Allowed names turned into tools
  ['call of a reference', pickle(4, callOf('numpy', 'exp')), 'MV104'],
  [
    'call of a result',
    pickle(
      4,
      op.global('functools', 'partial'),
      op.global('numpy', 'exp'),
      op.tuple1,
      op.reduce,
      op.emptyTuple,
      op.reduce,
    ),
    'MV104',
  ],
  [
    'partial of a dangerous name',
    pickle(4, op.global('functools', 'partial'), op.global('os', 'system'), op.tuple1, op.reduce),
    'MV102',
  ],
  [
    'partial that is changed',
    pickle(
      4,
      op.global('functools', 'partial'),
      op.global('numpy', 'exp'),
      op.tuple1,
      op.reduce,
      op.text('f'),
      op.tuple1,
      op.build,
    ),
    'MV104',
  ],
  [
    'defaultdict with a factory',
    pickle(4, op.global('collections', 'defaultdict'), op.global('numpy', 'exp'), op.tuple1, op.reduce),
    'MV104',
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
    'MV104',
  ],
  [
    'pandas index of another class',
    pickle(
      4,
      op.global('pandas.core.indexes.base', '_new_Index'),
      op.global('joblib.numpy_pickle', 'NumpyArrayWrapper'),
      op.emptyDict,
      op.tuple2,
      op.reduce,
    ),
    'MV104',
  ],
  [
    'array wrapper by another constructor',
    pickle(
      4,
      op.global('sklearn.metrics._dist_metrics', 'newObj'),
      op.global('joblib.numpy_pickle', 'NumpyArrayWrapper'),
      op.tuple1,
      op.reduce,
    ),
    'MV104',
  ],
  [
    'BUILD on a class',
    pickle(4, op.global('collections', 'OrderedDict'), op.emptyDict, op.text('a'), op.none, op.setitem, op.build),
    'MV105',
  ],
  ['BUILD on a function', pickle(4, op.global('numpy', 'exp'), op.emptyDict, op.build), 'MV105'],
  [
    'BUILD of a dunder',
    pickle(
      4,
      op.global('argparse', 'Namespace'),
      op.emptyTuple,
      op.newobj,
      op.emptyDict,
      op.text('__class__'),
      op.none,
      op.setitem,
      op.build,
    ),
    'MV105',
  ],
  [
    'BUILD of append',
    pickle(
      4,
      op.global('argparse', 'Namespace'),
      op.emptyTuple,
      op.newobj,
      op.emptyDict,
      op.text('append'),
      op.global('numpy', 'exp'),
      op.setitem,
      op.build,
    ),
    'MV105',
  ],
  [
    'BUILD of slots',
    pickle(
      4,
      op.global('argparse', 'Namespace'),
      op.emptyTuple,
      op.newobj,
      op.none,
      op.emptyDict,
      op.text('__setstate__'),
      op.none,
      op.setitem,
      op.tuple2,
      op.build,
    ),
    'MV105',
  ],
  [
    'BUILD of a computed key',
    pickle(
      4,
      op.global('argparse', 'Namespace'),
      op.emptyTuple,
      op.newobj,
      op.emptyDict,
      op.global('builtins', 'str'),
      op.emptyTuple,
      op.reduce,
      op.none,
      op.setitem,
      op.build,
    ),
    'MV105',
  ],
  [
    'BUILD from a mapping with contents',
    pickle(
      4,
      op.global('argparse', 'Namespace'),
      op.emptyTuple,
      op.newobj,
      op.global('collections', 'OrderedDict'),
      op.emptyList,
      op.tuple1,
      op.reduce,
      op.build,
    ),
    'MV105',
  ],
  [
    'APPEND on an object',
    pickle(4, op.global('argparse', 'Namespace'), op.emptyTuple, op.newobj, op.none, op.append),
    'MV105',
  ],
  [
    'SETITEM on an object',
    pickle(4, op.global('argparse', 'Namespace'), op.emptyTuple, op.newobj, op.none, op.none, op.setitem),
    'MV105',
  ],
  [
    'ADDITEMS on an object',
    pickle(4, op.global('argparse', 'Namespace'), op.emptyTuple, op.newobj, op.mark, op.none, op.additems),
    'MV105',
  ],
  ['nested loads', pickle(4, op.global('pickle', 'loads'), op.binbytes(evil), op.tuple1, op.reduce), 'MV102'],
  [
    'nested torch loads',
    pickle(4, op.global('torch.storage', '_load_from_bytes'), op.binbytes(evil), op.tuple1, op.reduce),
    'MV102',
  ],

  // Encodings that readers disagree about
  ['hexadecimal INT before the payload', pickle(0, op.int('0x10'), op.pop, callOf('os', 'system')), 'MV109'],
  ['INT with underscores', pickle(0, op.int('1_0')), 'MV109'],
  ['octal LONG', pickle(0, op.long('0o7L')), 'MV109'],
  ['STRING that is not ASCII', pickle(0, Buffer.from([0x53, 0x27, 0xe9, 0x27, 0x0a])), 'MV109'],
  ['second PROTO', pickle(4, op.none, op.pop, op.proto(2), op.none), 'MV109'],
  ['opcode over the end of its frame', pickle(4, op.frame(3), op.text('abcdef')), 'MV109'],
  ['frame in a frame', pickle(4, op.frame(12), op.frame(2), op.none, op.pop, op.none), 'MV109'],
  ['memo index that takes memory', pickle(2, op.none, op.longBinput(0x7fffffff)), 'MV109'],
  ['memo index in words', pickle(0, op.none, op.put('0x1')), 'MV108'],

  ['memo index with an underscore', Buffer.from('I1\np1_0\n0cmy_package\nrun\n.'), 'MV109'],

  // Broken and stacked streams
  ['break after the payload', Buffer.concat([callOf('os', 'system'), Buffer.from([0xff])]), 'MV102'],
  ['truncated after the payload', Buffer.concat([op.proto(4), callOf('os', 'system')]), 'MV108'],
  ['no STOP', Buffer.concat([op.proto(4), op.emptyList]), 'MV108'],
  ['stack underflow', pickle(4, op.pop), 'MV108'],
  ['POP through a mark', pickle(4, op.none, op.mark, op.none, op.pop, op.pop, op.pop, op.pop), 'MV108'],
  ['missing memo', pickle(4, op.binget(9)), 'MV108'],
  ['odd number of dict items', pickle(1, op.mark, op.none, op.dict), 'MV108'],
  ['protocol 9', Buffer.concat([op.proto(4), op.none, op.pop, op.proto(9), op.none, op.stop]), 'MV108'],
  ['second pickle', Buffer.concat([harmless, evil]), 'MV102'],
  ['second pickle, protocol 0', Buffer.concat([harmless, Buffer.from("cos\nsystem\n(S'id'\ntR.")]), 'MV102'],
  ['data behind the pickle', Buffer.concat([harmless, Buffer.from([0, 1, 2, 3])]), 'MV110'],

  // Compressed as joblib does
  ['zlib', deflateSync(evil), 'MV102'],
  ['gzip', gzipSync(evil), 'MV102'],
  ['gzip with data behind it', Buffer.concat([gzipSync(harmless), Buffer.from('hidden')]), 'MV206'],
  ['bzip2 that breaks off', Buffer.from('BZh91AY&SY\0\0\0\0\0\0'), 'MV206'],
  ['lzma that breaks off', Buffer.from([0x5d, 0, 0, 0x80, 0, 0xff, 0xff]), 'MV206'],
];

describe('attacks', () => {
  test.each(ATTACKS)('%s', async (_, file, rule) => {
    const inspection = await inspectBytes(file, 'model.pkl');
    expect(rulesOf(inspection)).toContain(rule);
    expect(inspection.verdict).toBe('fail');
  });

  test.each(ATTACKS.filter(([, , rule]) => rule === 'MV102'))('%s, under a harmless name', async (_, file, rule) => {
    expect(rulesOf(await inspectBytes(file, 'notes.txt'))).toContain(rule);
  });

  test('are shown as the expression that Python would evaluate', async () => {
    const inspection = await inspectBytes(
      pickle(
        4,
        op.global('subprocess', 'check_output'),
        op.mark,
        op.text('curl'),
        op.text("it's"),
        op.list,
        op.tuple1,
        op.reduce,
      ),
    );
    expect(messagesOf(inspection)).toContain("subprocess.check_output(['curl', 'it\\'s'])");
  });

  test('do not hide behind many others: a flood of findings is cut, and says so', async () => {
    const flood = Array.from({ length: 300 }, (_, index) => op.global('evil', `name${index}`));
    const inspection = await inspectBytes(pickle(4, ...flood));
    expect(rulesOf(inspection)).toEqual(['MV101', 'MV904']);
    expect(inspection.findings).toHaveLength(101);
  });
});

describe('what users allow', () => {
  const binner = pickle(4, callOf('scoring.features', 'Binner'));

  test('passes by its full path', async () => {
    expect((await inspectBytes(binner)).verdict).toBe('fail');
    expect((await inspectBytes(binner, 'model', { allow: ['scoring.features.Binner'] })).findings).toEqual([]);
    expect((await inspectBytes(binner, 'model', { allow: ['scoring.features'] })).verdict).toBe('fail');
  });

  test('cannot be a name that is known to be dangerous', async () => {
    const inspection = await inspectBytes(evil, 'model', { allow: ['os.system'] });
    expect(rulesOf(inspection)).toEqual(['MV102']);
  });
});

describe('harmless pickles', () => {
  test.each([
    [
      'constants',
      pickle(
        4,
        op.mark,
        op.none,
        op.binint1(3),
        op.float('1.5'),
        op.int('-12'),
        op.int('01'),
        op.long('99L'),
        op.long1(255, 0),
        op.list,
      ),
    ],
    [
      'text in all forms',
      pickle(
        2,
        op.mark,
        op.string("'a\\n'"),
        op.string('"b"'),
        op.unicodeLine('\\u00e9'),
        op.shortString('c'),
        op.text4('d'),
        op.tuple,
      ),
    ],
    [
      'containers',
      pickle(
        4,
        op.emptyDict,
        op.mark,
        op.text('a'),
        op.emptySet,
        op.mark,
        op.none,
        op.additems,
        op.text('b'),
        op.emptyList,
        op.mark,
        op.none,
        op.appends,
        op.setitems,
      ),
    ],
    ['POP of a mark', pickle(4, op.none, op.mark, op.pop)],
    ['POP_MARK', pickle(4, op.none, op.mark, op.none, op.none, op.popMark)],
    ['several', Buffer.concat([harmless, harmless])],
    [
      'an ordered dict',
      pickle(
        2,
        op.global('collections', 'OrderedDict'),
        op.emptyTuple,
        op.reduce,
        op.mark,
        op.text4('a'),
        op.none,
        op.setitems,
      ),
    ],
    [
      'a rebuilt object',
      pickle(
        0,
        op.global('copy_reg', '_reconstructor'),
        op.mark,
        op.global('argparse', 'Namespace'),
        op.global('__builtin__', 'object'),
        op.none,
        op.tuple,
        op.reduce,
        op.mark,
        op.string("'a'"),
        op.none,
        op.dict,
        op.build,
      ),
    ],
    [
      'latin1 bytes of protocol 2',
      pickle(2, op.global('_codecs', 'encode'), op.text4('é'), op.text4('latin1'), op.tuple2, op.reduce),
    ],
  ])('%s', async (_, file) => {
    const inspection = await inspectBytes(file);
    expect(inspection.findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
    expect(inspection.files[0]!.format).toBe('pickle');
  });
});
