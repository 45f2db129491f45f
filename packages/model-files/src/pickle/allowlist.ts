import categoryEncoders from './allowlists/category_encoders.json' with { type: 'json' };
import hmmlearn from './allowlists/hmmlearn.json' with { type: 'json' };
import imblearn from './allowlists/imblearn.json' with { type: 'json' };
import lightgbm from './allowlists/lightgbm.json' with { type: 'json' };
import numpy from './allowlists/numpy.json' with { type: 'json' };
import scipy from './allowlists/scipy.json' with { type: 'json' };
import sklearn from './allowlists/sklearn.json' with { type: 'json' };
import torch from './allowlists/torch.json' with { type: 'json' };
import xgboost from './allowlists/xgboost.json' with { type: 'json' };
import { dangerOf } from './dangerous.ts';

/**
 * What a name may be used for in a pickle.
 * - `class`: it may be called or constructed with any arguments that are themselves allowed.
 * - `reference`: it may be held as a value, as the function of a FunctionTransformer, but not called by the pickle.
 * - `checked`: it may be called with the arguments that its own check accepts (see checks.ts).
 * - `danger`: known to run code or to open a way to it; `why` says how.
 * - `unlisted`: nobody vouched for it.
 */
export type Standing = { use: 'class' | 'reference' | 'checked' | 'unlisted' } | { use: 'danger'; why: string };

const CLASS: Standing = { use: 'class' };
const REFERENCE: Standing = { use: 'reference' };
const CHECKED: Standing = { use: 'checked' };
const UNLISTED: Standing = { use: 'unlisted' };

type Listing = Record<string, readonly string[]>;

/** The parts of Python and of the frameworks' inner workings that no generator finds. */
const CLASSES: Listing = {
  builtins: [
    ...[
      'bool',
      'bytearray',
      'bytes',
      'complex',
      'dict',
      'float',
      'frozenset',
      'int',
      'list',
      'object',
      'range',
      'set',
      'slice',
      'str',
    ],
    ...['tuple', 'Ellipsis', 'NotImplemented'],
  ],
  collections: ['Counter', 'OrderedDict', 'deque'],
  datetime: ['date', 'datetime', 'time', 'timedelta', 'timezone'],
  'catboost.core': ['CatBoost', 'CatBoostClassifier', 'CatBoostRanker', 'CatBoostRegressor'],
  decimal: ['Decimal'],
  fractions: ['Fraction'],
  uuid: ['UUID'],
  argparse: ['Namespace'],
  types: ['SimpleNamespace'],
  numpy: ['dtype', 'ndarray'],
  'numpy.core.multiarray': ['scalar'],
  'numpy.core.numeric': ['_frombuffer'],
  'numpy.core.records': ['recarray', 'record'],
  'numpy.rec': ['recarray', 'record'],
  'numpy.ma': ['MaskedArray'],
  'numpy.ma.core': ['MaskedArray', 'MaskedConstant', '_mareconstruct'],
  'numpy.matrixlib.defmatrix': ['matrix'],
  'numpy.random.mtrand': ['RandomState'],
  'numpy.random._generator': ['Generator'],
  'numpy.random._mt19937': ['MT19937'],
  'numpy.random._pcg64': ['PCG64', 'PCG64DXSM'],
  'numpy.random._philox': ['Philox'],
  'numpy.random._sfc64': ['SFC64'],
  'numpy.random.bit_generator': ['SeedSequence', '__pyx_unpickle_SeedSequence'],
  // Since version 3, pandas saves its classes under their public names.
  pandas: [
    ...[
      'BooleanDtype',
      'Categorical',
      'CategoricalDtype',
      'CategoricalIndex',
      'DataFrame',
      'DatetimeIndex',
      'DatetimeTZDtype',
    ],
    ...[
      'Float32Dtype',
      'Float64Dtype',
      'Index',
      'Int16Dtype',
      'Int32Dtype',
      'Int64Dtype',
      'Int8Dtype',
      'IntervalDtype',
    ],
    ...[
      'IntervalIndex',
      'MultiIndex',
      'PeriodDtype',
      'PeriodIndex',
      'RangeIndex',
      'Series',
      'StringDtype',
      'TimedeltaIndex',
    ],
  ],
  'pandas.arrays': [
    ...[
      'ArrowStringArray',
      'BooleanArray',
      'DatetimeArray',
      'FloatingArray',
      'IntegerArray',
      'IntervalArray',
      'PeriodArray',
    ],
    ...['StringArray', 'TimedeltaArray'],
  ],
  'pandas._libs.arrays': ['__pyx_unpickle_NDArrayBacked'],
  'pandas._libs.internals': ['_unpickle_block', 'BlockManager', 'SingleBlockManager', '__pyx_unpickle_BlockManager'],
  'pandas._libs.missing': ['NAType'],
  'pandas._libs.tslibs.nattype': ['_nat_unpickle'],
  'pandas._libs.tslibs.timedeltas': ['_timedelta_unpickle'],
  'pandas._libs.tslibs.timestamps': ['_unpickle_timestamp'],
  'pandas._libs.tslibs.offsets': [
    ...['BusinessDay', 'Day', 'Hour', 'Micro', 'Milli', 'Minute', 'MonthBegin', 'MonthEnd', 'Nano', 'QuarterBegin'],
    ...['QuarterEnd', 'Second', 'Week', 'YearBegin', 'YearEnd'],
  ],
  'pandas.core.arrays.boolean': ['BooleanArray', 'BooleanDtype'],
  'pandas.core.arrays.categorical': ['Categorical'],
  'pandas.core.arrays.datetimes': ['DatetimeArray'],
  'pandas.core.arrays.floating': ['FloatingArray', 'Float32Dtype', 'Float64Dtype'],
  'pandas.core.arrays.integer': ['IntegerArray', 'Int8Dtype', 'Int16Dtype', 'Int32Dtype', 'Int64Dtype'],
  'pandas.core.arrays.string_': ['StringArray', 'StringDtype'],
  'pandas.core.arrays.timedeltas': ['TimedeltaArray'],
  'pandas.core.dtypes.dtypes': ['CategoricalDtype', 'DatetimeTZDtype', 'IntervalDtype', 'PeriodDtype'],
  'pandas.core.flags': ['Flags'],
  'pandas.core.frame': ['DataFrame'],
  'pandas.core.indexes.base': ['Index'],
  'pandas.core.indexes.category': ['CategoricalIndex'],
  'pandas.core.indexes.datetimes': ['DatetimeIndex'],
  'pandas.core.indexes.frozen': ['FrozenList'],
  'pandas.core.indexes.interval': ['IntervalIndex'],
  'pandas.core.indexes.multi': ['MultiIndex'],
  'pandas.core.indexes.numeric': ['Float64Index', 'Int64Index', 'UInt64Index'],
  'pandas.core.indexes.range': ['RangeIndex'],
  'pandas.core.internals.blocks': ['new_block'],
  'pandas.core.internals.managers': ['BlockManager', 'SingleBlockManager'],
  'pandas.core.series': ['Series'],
  'torch._utils': ['_rebuild_tensor', '_rebuild_tensor_v2'],
};

/** Functions that objects hold without being asked to by a user. */
const REFERENCES: Listing = {
  'scipy._lib.array_api_compat.numpy._aliases': ['asarray'],
};

/** Names whose call is judged by its arguments. */
const CHECKED_NAMES: Listing = {
  _codecs: ['encode'],
  collections: ['defaultdict'],
  copyreg: ['_reconstructor', '__newobj__'],
  functools: ['partial'],
  'joblib.numpy_pickle': ['NumpyArrayWrapper'],
  'numpy.core.multiarray': ['_reconstruct'],
  'numpy.random._pickle': ['__bit_generator_ctor', '__generator_ctor', '__randomstate_ctor'],
  'pandas.core.indexes.base': ['_new_Index'],
  'pandas.core.indexes.datetimes': ['_new_DatetimeIndex'],
  'torch.storage': ['_load_from_bytes'],
  'dill._dill': ['_create_array'],
};

const KNOWN = new Map<string, Standing>();
for (const listing of [
  CLASSES,
  categoryEncoders.classes,
  hmmlearn.classes,
  imblearn.classes,
  lightgbm.classes,
  numpy.classes,
  scipy.classes,
  sklearn.classes,
  torch.classes,
  xgboost.classes,
]) {
  register(listing, CLASS);
}
for (const listing of [REFERENCES, numpy.references, scipy.references, sklearn.references, torch.references]) {
  register(listing, REFERENCE);
}
register(CHECKED_NAMES, CHECKED);

function register(listing: Listing, standing: Standing): void {
  for (const [module, names] of Object.entries(listing)) {
    for (const name of names) KNOWN.set(`${module}\0${name}`, standing);
  }
}

/** What is known about a name. NumPy 2 moved `numpy.core` to `numpy._core` and kept what is in it. */
export function standingOf(module: string, name: string, allowed: ReadonlySet<string>): Standing {
  const known = KNOWN.get(`${module.replace(/^numpy\._core(?=\.|$)/, 'numpy.core')}\0${name}`);
  if (known !== undefined) return known;
  const why = dangerOf(module, name);
  if (why !== undefined) return { use: 'danger', why };
  return allowed.has(`${module}.${name}`) ? CLASS : UNLISTED;
}

/** Versions of the libraries that the lists were made from. */
export const ALLOWLIST_VERSIONS: readonly string[] = [
  numpy,
  scipy,
  sklearn,
  lightgbm,
  xgboost,
  torch,
  imblearn,
  categoryEncoders,
  hmmlearn,
].flatMap((listing) => listing.versions);
