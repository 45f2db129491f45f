import { Cursor } from '../cursor.ts';
import type { Scope } from '../scope.ts';
import { standingOf } from './allowlist.ts';
import { PickleError, type PickleEnd, type PickleListener, type PickleRun } from './listener.ts';
import { python3Name } from './python2.ts';
import { GlobalValue, isKind, UnknownValue, type CallValue, type Value } from './values.ts';

/**
 * Follows `joblib.load` where it leaves the pickle format: after the BUILD of a NumpyArrayWrapper it reads the array's bytes from the
 * stream, or, for an array of objects, another pickle.
 */
export class ArrayReader {
  readonly #cursor: Cursor;
  readonly #scope: Scope;
  readonly #runNested: () => PickleEnd;
  #plainReading: PickleRun | undefined;
  #plainListener: PlainListener | undefined;
  /** Arrays that were passed over. */
  count = 0;

  /** @param runNested reviews a pickle that begins at the cursor and leaves the cursor behind it */
  constructor(cursor: Cursor, scope: Scope, runNested: () => PickleEnd) {
    this.#cursor = cursor;
    this.#scope = scope;
    this.#runNested = runNested;
  }

  /** Passes over the bytes of the array that `wrapper` describes; returns what takes the wrapper's place on the stack. */
  read(wrapper: CallValue, machine: PickleRun): Value {
    const offset = this.#cursor.position;
    const fail = (message: string): never => {
      this.#scope.report('MV111', `An array in the joblib file cannot be followed: ${message}`, { offset });
      throw new PickleError('the position of the next opcode is unknown');
    };
    // joblib's unpickler is the one in Python, which reads a whole frame ahead: the array comes after the frame.
    if (machine.frameEnd !== 0) fail('it begins in the middle of a frame');
    if (!isKind(wrapper.state, 'dict') || wrapper.state.truncated) return fail('its wrapper has no plain attributes');
    const state = wrapper.state;
    this.#forkPlainReading(machine, offset);
    this.count++;

    const layout = layoutOf(state.get('dtype'));
    if (layout === undefined) return fail('its element type is not one that joblib writes');
    if (layout === 'objects') {
      const end = this.#runNested();
      if (end.how !== 'stop') throw new PickleError(`the pickle of an object array breaks: ${end.reason}`);
      return end.value;
    }
    const shape = state.get('shape');
    if (!isKind(shape, 'tuple') || shape.truncated || !shape.items.every(isDimension))
      return fail('its shape is not plain');
    if ((state.get('numpy_array_alignment_bytes') ?? null) !== null) this.#cursor.skip(this.#cursor.byte());
    const bytes = shape.items.reduce((product: number, dimension) => product * (dimension as number), layout);
    if (bytes > this.#cursor.remaining) return fail(`${bytes} bytes are announced, ${this.#cursor.remaining} are left`);
    this.#cursor.skip(bytes);
    return new UnknownValue('array');
  }

  /**
   * Reads the file once more as `pickle.load` would, which takes the first array's bytes for opcodes, and reports what that would import.
   * To be called after the review proper: the reading shares its values.
   */
  reviewPlainReading(): void {
    const end = this.#plainReading?.run();
    if (end?.how === 'limit') {
      this.#scope.report('MV904', `What pickle.load reads was reviewed up to byte ${end.offset} only: ${end.reason}`);
    }
    for (const global of this.#plainListener?.refused ?? []) {
      this.#scope.report('MV112', `Read by pickle.load, the bytes of an array would import ${global.path}`, {
        offset: global.offset,
        symbol: global.path,
      });
    }
  }

  #forkPlainReading(machine: PickleRun, offset: number): void {
    if (this.#plainReading !== undefined) return;
    this.#plainListener = new PlainListener(this.#scope.allow);
    this.#plainReading = machine.fork(new Cursor(this.#cursor.source, offset), this.#plainListener);
  }
}

const isDimension = (value: Value): boolean => typeof value === 'number' && value >= 0;

/** Collects the names that are not allowed; random bytes give no names that Python could import. */
class PlainListener implements PickleListener {
  readonly refused: GlobalValue[] = [];
  readonly #allow: ReadonlySet<string>;

  constructor(allow: ReadonlySet<string>) {
    this.#allow = allow;
  }

  global(module: string | undefined, name: string | undefined, offset: number, protocol: number): GlobalValue {
    const [module3, name3] = python3Name(module ?? '', name ?? '', protocol);
    const value = new GlobalValue(module3, name3, standingOf(module3, name3, this.#allow), offset);
    const importable = /^[A-Za-z_]\w*(\.\w+)*$/.test(module3) && /^[A-Za-z_]\w*(\.\w+)*$/.test(name3);
    const { use } = value.standing;
    if (importable && (use === 'unlisted' || use === 'danger') && this.refused.length < 10) this.refused.push(value);
    return value;
  }

  build(target: Value): Value {
    return target;
  }
  call(): void {}
  mutate(): void {}
  extension(): void {}
  data(): void {}
  persistent(): never {
    throw new PickleError('pickle.load has no persistent ids');
  }
  oddity(): void {}
}

/**
 * Bytes of one element, `objects` for Python objects, or `undefined` for a type that is not built as NumPy pickles it. A dtype's state can set
 * flags and sizes that contradict its name, so both must agree.
 */
function layoutOf(dtype: Value | undefined): number | 'objects' | undefined {
  if (!isKind(dtype, 'call') || dtype.type?.path !== 'numpy.dtype' || !isKind(dtype.args, 'tuple')) return undefined;
  const [code] = dtype.args.items;
  const parsed = typeof code === 'string' ? /^[|<>=]?([?biufcSUVmMO])(\d{0,9})$/.exec(code) : null;
  if (parsed === null || !isKind(dtype.state, 'tuple')) return undefined;
  const [kind, digits] = [parsed[1]!, parsed[2]!];
  const [, , subarray, names, fields, size, , flags] = dtype.state.items;
  if (subarray !== null) return undefined;
  const width = digits === '' ? undefined : Number(digits);
  switch (kind) {
    case 'O':
      return names === null && fields === null ? 'objects' : undefined;
    case 'V':
      if (names === null) return size === width && flags === 0 ? width : undefined;
      return size === width ? structureLayout(fields, width) : undefined;
    case 'S':
    case 'U': {
      const bytes = width === undefined ? undefined : kind === 'U' ? width * 4 : width;
      return names === null && size === bytes && (flags === 0 || flags === 8) ? bytes : undefined;
    }
    case '?':
      return names === null && flags === 0 && size === -1 ? 1 : undefined;
    default:
      return names === null && flags === 0 && size === -1 ? width : undefined;
  }
}

/** Bytes of a structured element none of whose fields is an object. */
function structureLayout(fields: Value | undefined, width: number | undefined): number | undefined {
  if (!isKind(fields, 'dict') || fields.truncated) return undefined;
  const plain = fields.values.every((field) => isKind(field, 'tuple') && typeof layoutOf(field.items[0]) === 'number');
  return plain ? width : undefined;
}
