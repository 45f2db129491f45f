import { isKind, type CallValue, type GlobalValue, type SpanValue, type TupleValue, type Value } from './values.ts';

/** What a checked call turns out to be: harmless, with the class of its result; or not, and why. */
export type CheckResult = { type?: GlobalValue; nested?: SpanValue } | { refused: string };

const HARMLESS: CheckResult = {};
const refused = (why: string): CheckResult => ({ refused: why });

/** Built-in bases that `copyreg._reconstructor` meets in honest pickles. */
const BASES = new Set([
  'object',
  'dict',
  'list',
  'set',
  'frozenset',
  'tuple',
  'int',
  'float',
  'str',
  'bytes',
  'complex',
]);

/** The checks of the calls whose arguments decide, by the path of what is called. */
const CHECKS: Record<string, (args: TupleValue, call: CallValue) => CheckResult> = {
  '_codecs.encode': ({ items: [text, encoding] }) =>
    (typeof text === 'string' || isKind(text, 'span')) && encoding === 'latin1'
      ? HARMLESS
      : refused('only text is encoded, and only as latin1, where frameworks do it'),

  'collections.defaultdict': ({ items: [factory] }, call) =>
    factory === undefined || factory === null || (isKind(factory, 'global') && factory.standing.use === 'class')
      ? typed(call.callee)
      : refused('its factory is no allowed class'),

  'copyreg._reconstructor': ({ items: [cls, base] }) =>
    isKind(cls, 'global') && isKind(base, 'global') && base.module === 'builtins' && BASES.has(base.name)
      ? { type: cls }
      : refused('it does not rebuild an object of a plainly named class'),

  'copyreg.__newobj__': ({ items: [cls] }) =>
    isKind(cls, 'global') ? { type: cls } : refused('it does not build an object of a plainly named class'),

  // dill calls the first argument with the second, and gives the result the third as its state.
  'dill._dill._create_array': ({ items: [build, args] }) =>
    isKind(build, 'global') && RECONSTRUCT.test(build.path) && isKind(args, 'tuple') && isArrayClass(args.items[0])
      ? { type: args.items[0] }
      : refused('it does not rebuild an array of NumPy'),

  'functools.partial': ({ items: [target] }, call) =>
    isCallableName(target) ? typed(call.callee) : refused('its function is no allowed name'),

  // joblib reads array bytes after it; only the pickler's own way to make one is followed.
  'joblib.numpy_pickle.NumpyArrayWrapper': ({ items }, call) =>
    items.length === 0 ? typed(call.callee) : refused('it is constructed with arguments'),

  'numpy.core.multiarray._reconstruct': ({ items: [cls] }) =>
    isArrayClass(cls) ? { type: cls } : refused('it does not rebuild an array of NumPy or pandas'),

  'numpy.random._pickle.__bit_generator_ctor': ({ items: [kind] }) =>
    kind === undefined || typeof kind === 'string' || isKind(kind, 'global')
      ? HARMLESS
      : refused('it does not name a bit generator'),
  'numpy.random._pickle.__generator_ctor': generatorCheck,
  'numpy.random._pickle.__randomstate_ctor': generatorCheck,

  'pandas.core.indexes.base._new_Index': pandasCheck,
  'pandas.core.indexes.datetimes._new_DatetimeIndex': pandasCheck,

  'torch.storage._load_from_bytes': ({ items: [bytes] }) =>
    isKind(bytes, 'span') ? { nested: bytes } : refused('what it loads is not in the file'),
};

const ARRAY_CLASSES =
  /^(numpy\.(ndarray|matrix|recarray|matrixlib\.defmatrix\.matrix|(core|_core|ma)\.\w+(\.\w+)?)|numpy\.rec\.recarray|pandas\.\S+)$/;

const RECONSTRUCT = /^numpy\._?core\.multiarray\._reconstruct$/;

function isArrayClass(value: Value | undefined): value is GlobalValue {
  return isKind(value, 'global') && ARRAY_CLASSES.test(value.path);
}

function typed(callee: Value): CheckResult {
  return isKind(callee, 'global') ? { type: callee } : HARMLESS;
}

function isCallableName(value: Value | undefined): boolean {
  return isKind(value, 'global') && (value.standing.use === 'class' || value.standing.use === 'reference');
}

/** The second argument is called with the first. */
function generatorCheck({ items: [kind, constructor] }: TupleValue): CheckResult {
  const plain = kind === undefined || typeof kind === 'string' || isKind(kind, 'call') || isKind(kind, 'global');
  const known =
    constructor === undefined ||
    (isKind(constructor, 'global') && constructor.path === 'numpy.random._pickle.__bit_generator_ctor');
  return plain && known ? HARMLESS : refused('it calls something other than a bit generator');
}

/** The first argument is constructed with the second. */
function pandasCheck({ items: [cls] }: TupleValue): CheckResult {
  return isKind(cls, 'global') && /^pandas(\.|$)/.test(cls.module)
    ? { type: cls }
    : refused('it does not build an index of pandas');
}

/** Judges a call of a name whose standing is `checked`. */
export function checkCall(callee: GlobalValue, call: CallValue): CheckResult {
  const check = CHECKS[callee.path.replace(/^numpy\._core\./, 'numpy.core.')];
  if (check === undefined) return refused('nothing is known of it');
  if (!isKind(call.args, 'tuple') || call.args.truncated || call.kwargs !== undefined) {
    return refused('its arguments cannot be followed');
  }
  return check(call.args, call);
}

/** Judges the state that BUILD gives a `functools.partial`: (function, arguments, keywords, attributes). */
export function checkPartialState(state: Value): string | undefined {
  return isKind(state, 'tuple') && isCallableName(state.items[0]) ? undefined : 'its function is no allowed name';
}
