import type { Scope } from '../scope.ts';
import type { RuleId } from '../rules.ts';
import { standingOf } from './allowlist.ts';
import { bombOf } from './bombs.ts';
import { checkCall, checkPartialState } from './checks.ts';
import type { EmbeddedData } from './embedded.ts';
import { expressionOf } from './expression.ts';
import { tensorExtent } from './facts.ts';
import type { ArrayReader } from './joblib.ts';
import type { Oddity, PickleListener, PickleRun } from './listener.ts';
import { python3Name } from './python2.ts';
import { GlobalValue, isKind, PersistentValue, type CallValue, type SpanValue, type Value } from './values.ts';

/** What is known of the loader that a pickle is meant for. */
export interface PickleContext {
  /** Persistent ids are tensors' storages; each is told. Without it a persistent id is a finding. */
  onStorage?: (storage: StorageUse) => void;
  /** Classes of the archive's own code, which only TorchScript's interpreter resolves. */
  torchScript?: boolean;
}

/** A tensor storage that a PyTorch pickle refers to. */
export interface StorageUse {
  key: string;
  /** `FloatStorage`, `UntypedStorage`. */
  type: string;
  /** Elements; bytes where the storage is untyped. */
  count: number;
}

/** How the oddities of an encoding are reported. */
const ODDITY_RULES: Record<Oddity, RuleId> = {
  number: 'MV109',
  text: 'MV109',
  frame: 'MV109',
  protocol: 'MV109',
  memo: 'MV109',
  buffer: 'MV107',
  bomb: 'MV114',
};

/** Containers that the fill opcodes may work on, beside the plain ones. */
const FILLABLE: Record<'append' | 'setitem' | 'add', ReadonlySet<string>> = {
  append: new Set(['builtins.list', 'collections.deque', 'pandas.core.indexes.frozen.FrozenList']),
  setitem: new Set([
    'builtins.dict',
    'collections.Counter',
    'collections.OrderedDict',
    'collections.defaultdict',
    'sklearn.utils.Bunch',
    'sklearn.utils._bunch.Bunch',
  ]),
  add: new Set(['builtins.set', 'builtins.frozenset']),
};

interface Import {
  value: GlobalValue;
  /** The first call, as an expression. */
  expression: string | undefined;
}

/**
 * Judges what a pickle does, by allowlist: every name that it imports must be known, called or not; only plain names are called; only
 * instances get attributes. Everything else is a finding.
 */
export class PickleJudge implements PickleListener {
  /** Byte strings that the pickle would load as files of their own. */
  readonly nested: SpanValue[] = [];
  readonly #scope: Scope;
  readonly #context: PickleContext;
  readonly #embedded: EmbeddedData;
  readonly #arrays: ArrayReader | undefined;
  readonly #imports = new Map<string, Import>();

  constructor(scope: Scope, context: PickleContext, embedded: EmbeddedData, arrays?: ArrayReader) {
    this.#scope = scope;
    this.#embedded = embedded;
    this.#context = context;
    this.#arrays = arrays;
  }

  /** Paths of all names that the pickle imports. */
  get imports(): string[] {
    return [...this.#imports.keys()];
  }

  global(module: string | undefined, name: string | undefined, offset: number, protocol: number): GlobalValue {
    if (module === undefined || name === undefined) {
      this.#scope.report('MV103', 'The pickle imports a name that it computes while it loads', { offset });
      return new GlobalValue('<computed>', '<computed>', { use: 'unlisted' }, offset);
    }
    const [module3, name3] = python3Name(module, name, protocol);
    const path = `${module3}.${name3}`;
    const known = this.#imports.get(path);
    // The boundary between module and name may differ where the path does not.
    if (known !== undefined && known.value.module === module3) return known.value;
    const standing =
      this.#context.torchScript === true && isTorchScriptName(module3, name3)
        ? ({ use: 'class' } as const)
        : standingOf(module3, name3, this.#scope.allow);
    const value = new GlobalValue(module3, name3, standing, offset);
    this.#imports.set(known === undefined ? path : `${module3}:${name3}`, { value, expression: undefined });
    return value;
  }

  call(call: CallValue): void {
    const { callee, offset } = call;
    if (!isKind(callee, 'global')) {
      this.#scope.report('MV104', `The pickle calls something that is no plain name: ${expressionOf(call)}`, {
        offset,
      });
      return;
    }
    const symbol = callee.path;
    if (!symbol.startsWith('copyreg.') && takesArrayWrapper(call)) {
      this.#scope.report('MV104', `The pickle hands joblib's array wrapper to ${symbol}`, { offset, symbol });
    }
    const bomb = bombOf(call);
    if (bomb !== undefined) {
      this.#scope.report('MV114', `The pickle has ${symbol} ${bomb}: ${expressionOf(call)}`, { offset, symbol });
    }
    switch (callee.standing.use) {
      case 'class':
        call.type = callee;
        if (/^torch\._utils\._rebuild_tensor(_v2)?$/.test(symbol)) this.#checkTensor(call);
        return;
      case 'reference':
        this.#scope.report(
          'MV104',
          `The pickle calls ${symbol}, which may only be held as a value: ${expressionOf(call)}`,
          {
            offset,
            symbol,
          },
        );
        return;
      case 'checked': {
        const result = checkCall(callee, call);
        if ('refused' in result) {
          this.#scope.report(
            'MV104',
            `The pickle calls ${symbol} in an unusual way (${result.refused}): ${expressionOf(call)}`,
            {
              offset,
              symbol,
            },
          );
          return;
        }
        call.type = result.type;
        if (result.nested !== undefined) this.nested.push(result.nested);
        return;
      }
      case 'danger':
      case 'unlisted': {
        call.type = callee;
        const imported = this.#imports.get(symbol);
        if (imported !== undefined) imported.expression ??= expressionOf(call);
        this.#noteNestedLoad(callee, call);
        return;
      }
    }
  }

  build(target: Value, state: Value, offset: number, machine: PickleRun): Value {
    if (!isKind(target, 'call')) {
      const symbol = isKind(target, 'global') ? target.path : undefined;
      this.#scope.report(
        'MV105',
        `The pickle sets attributes on ${expressionOf(target)}, which is no object that it built`,
        {
          offset,
          ...(symbol !== undefined && { symbol }),
        },
      );
      return target;
    }
    const hijack = hijackOf(state);
    if (hijack !== undefined) {
      this.#scope.report('MV105', `The pickle sets ${hijack} on ${expressionOf(target)}`, { offset, symbol: hijack });
    }
    const type = target.type?.path;
    if (type === 'functools.partial') {
      const why = checkPartialState(state);
      if (why !== undefined) {
        this.#scope.report('MV104', `The pickle changes a partial in an unusual way (${why})`, {
          offset,
          symbol: type,
        });
      }
    }
    if (type === 'joblib.numpy_pickle.NumpyArrayWrapper' && this.#arrays !== undefined) {
      return this.#arrays.read(target, machine);
    }
    return target;
  }

  mutate(target: Value, how: 'append' | 'setitem' | 'add', offset: number): void {
    if (isKind(target, 'call') && target.type !== undefined) {
      const { standing, path } = target.type;
      // Names on no list are findings already, and the user vouched for what is allowed.
      if (
        FILLABLE[how].has(path) ||
        this.#scope.allow.has(path) ||
        standing.use === 'unlisted' ||
        standing.use === 'danger'
      )
        return;
    }
    this.#scope.report('MV105', `The pickle fills ${expressionOf(target)}, which is no plain container`, { offset });
  }

  extension(code: number, offset: number): void {
    this.#scope.report('MV106', `The pickle takes name ${code} from the extension registry`, { offset });
  }

  persistent(id: Value, offset: number): Value {
    const { onStorage } = this.#context;
    const storage = onStorage === undefined ? undefined : storageOf(id);
    if (storage !== undefined) onStorage!(storage);
    else {
      // The legacy format of torch.save wraps a class together with its source code, which the loader only compares.
      const cls = onStorage === undefined ? undefined : wrappedClass(id);
      if (cls !== undefined) return cls;
      this.#scope.report('MV107', `The pickle asks its loader for an object: ${expressionOf(id)}`, { offset });
    }
    return new PersistentValue(id);
  }

  data(value: string | SpanValue): void {
    this.#embedded.add(value);
  }

  oddity(kind: Oddity, message: string, offset: number): void {
    this.#scope.report(ODDITY_RULES[kind], `In the pickle, ${message}`, { offset });
  }

  /** Reports the names that are not allowed. To be called after the run, when the calls are known. */
  finish(): void {
    for (const [path, { value, expression }] of this.#imports) {
      const { standing } = value;
      const use = expression === undefined ? '' : `: ${expression}`;
      if (standing.use === 'danger') {
        this.#scope.report('MV102', `The pickle imports ${path}, which ${standing.why}${use}`, {
          offset: value.offset,
          symbol: path,
        });
      } else if (standing.use === 'unlisted') {
        this.#scope.report('MV101', `The pickle imports ${path}, which is on no list of allowed names${use}`, {
          offset: value.offset,
          symbol: path,
        });
      }
    }
  }

  /** A tensor that reaches over the end of its storage makes PyTorch read memory that is not the model's. */
  #checkTensor(call: CallValue): void {
    const storage = isKind(call.args, 'tuple') ? call.args.items[0] : undefined;
    const use = isKind(storage, 'persistent') ? storageOf(storage.id) : undefined;
    const extent = tensorExtent(call);
    if (use !== undefined && (extent === undefined || extent > use.count)) {
      this.#scope.report('MV111', `A tensor reaches over the end of its storage ${use.key}: ${expressionOf(call)}`, {
        offset: call.offset,
      });
    }
  }

  /** Bytes that are handed to another unpickler are reviewed as well, so that the report tells what they would do. */
  #noteNestedLoad(callee: GlobalValue, call: CallValue): void {
    if (!/(^|\.)(loads|_loads|load_from_bytes)$/.test(callee.name) || !isKind(call.args, 'tuple')) return;
    const [bytes] = call.args.items;
    if (isKind(bytes, 'span')) this.nested.push(bytes);
  }
}

/** Something that is given the class could make an instance that the review does not know as one, and lose track of the stream. */
function takesArrayWrapper({ args, kwargs }: CallValue): boolean {
  const values = [...(isKind(args, 'tuple') ? args.items : []), ...(isKind(kwargs, 'dict') ? kwargs.values : [])];
  return values.some((value) => isKind(value, 'global') && value.path === 'joblib.numpy_pickle.NumpyArrayWrapper');
}

function isTorchScriptName(module: string, name: string): boolean {
  return (
    module === '__torch__' ||
    module.startsWith('__torch__.') ||
    (module === 'torch.jit._pickle' && /^(build_(int|bool|double|tensor)list|restore_type_tag)$/.test(name))
  );
}

/** What a state would set on an object that Python or the machine itself uses; `undefined` for an honest state. */
function hijackOf(state: Value): string | undefined {
  if (isKind(state, 'dict')) return state.hijack;
  if (isKind(state, 'tuple'))
    return state.items.length === 2 ? (hijackOf(state.items[0]!) ?? hijackOf(state.items[1]!)) : undefined;
  if (isKind(state, 'call')) {
    const args = isKind(state.args, 'tuple') ? state.args.items : undefined;
    const isMapping = state.type !== undefined && FILLABLE.setitem.has(state.type.path);
    if (isMapping && (args === undefined || args.length > 0) && state.type?.name !== 'defaultdict')
      return '<computed attributes>';
    return state.entries?.hijack;
  }
  return isKind(state, 'unknown') || isKind(state, 'persistent') ? '<computed attributes>' : undefined;
}

function wrappedClass(id: Value): GlobalValue | undefined {
  if (!isKind(id, 'tuple')) return undefined;
  const [tag, cls] = id.items;
  return tag === 'module' && isKind(cls, 'global') ? cls : undefined;
}

function storageOf(id: Value): StorageUse | undefined {
  if (!isKind(id, 'tuple')) return undefined;
  const [tag, type, key, location, count] = id.items;
  if (tag !== 'storage' || !isKind(type, 'global') || typeof location !== 'string' || typeof count !== 'number')
    return undefined;
  if (typeof key !== 'string' || !/^torch(\.|$)/.test(type.module) || !type.name.endsWith('Storage')) return undefined;
  return { key, type: type.name, count };
}
