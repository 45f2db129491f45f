import type { Standing } from './allowlist.ts';

/**
 * What a pickle would build, as far as a review needs it. Numbers, booleans, None and short strings are themselves; everything else is a
 * node. Nothing of it was imported, called or decoded.
 */
export type Value =
  | number
  | bigint
  | string
  | boolean
  | null
  | FloatValue
  | SpanValue
  | ListValue
  | TupleValue
  | DictValue
  | SetValue
  | GlobalValue
  | CallValue
  | PersistentValue
  | UnknownValue;

/** A float; its value matters to nobody here, and a pickle may hold millions. */
export class FloatValue {
  readonly kind = 'float';
}
export const FLOAT = new FloatValue();

/** Text or bytes that stayed in the file. */
export class SpanValue {
  readonly kind = 'span';
  readonly type: 'text' | 'bytes';
  /** Offset in the source that was scanned. */
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
  /** Whether it begins as a binary pickle does. */
  readonly startsPickle: boolean;
  constructor(type: 'text' | 'bytes', offset: number, length: number, startsPickle = false) {
    this.type = type;
    this.offset = offset;
    this.length = length;
    this.startsPickle = startsPickle;
  }
}

/** Items may be fewer than the pickle's: then `truncated` says so. */
export class ListValue {
  readonly kind = 'list';
  readonly items: Value[];
  truncated = false;
  constructor(items: Value[] = []) {
    this.items = items;
  }
}

export class TupleValue {
  readonly kind = 'tuple';
  readonly items: Value[];
  readonly truncated: boolean;
  /** Values that Python visits to hash it: those that stand in it several times count as often. */
  readonly leaves: number;
  constructor(items: Value[], truncated = false) {
    this.items = items;
    this.truncated = truncated;
    let leaves = 1;
    for (const item of items) leaves += isKind(item, 'tuple') ? item.leaves : 1;
    this.leaves = leaves;
  }
}

export class DictValue {
  readonly kind = 'dict';
  readonly keys: Value[] = [];
  readonly values: Value[] = [];
  truncated = false;
  /** The first key that would hijack an object whose attributes this dict became; complete even where `keys` is truncated. */
  hijack: string | undefined;

  get(key: string): Value | undefined {
    const index = this.keys.lastIndexOf(key);
    return index < 0 ? undefined : this.values[index];
  }
}

export class SetValue {
  readonly kind = 'set';
  readonly items: Value[];
  constructor(items: Value[] = []) {
    this.items = items;
  }
}

/** A name that would be imported. */
export class GlobalValue {
  readonly kind = 'global';
  /** Module and name as Python would look them up: renamed as Python 3 renames those of Python 2 below protocol 3. */
  readonly module: string;
  readonly name: string;
  readonly standing: Standing;
  readonly offset: number;
  constructor(module: string, name: string, standing: Standing, offset: number) {
    this.module = module;
    this.name = name;
    this.standing = standing;
    this.offset = offset;
  }

  get path(): string {
    return `${this.module}.${this.name}`;
  }
}

/** The result of a call: what was called with what, and what was done to the result. */
export class CallValue {
  readonly kind = 'call';
  readonly callee: Value;
  readonly args: Value;
  readonly kwargs: Value | undefined;
  readonly offset: number;
  /** The class that the result is an instance of, where that is known. */
  type: GlobalValue | undefined;
  /** The last state that BUILD gave it. */
  state: Value | undefined;
  /** What was put into it by SETITEM(S). */
  entries: DictValue | undefined;
  constructor(callee: Value, args: Value, kwargs: Value | undefined, offset: number) {
    this.callee = callee;
    this.args = args;
    this.kwargs = kwargs;
    this.offset = offset;
  }
}

/** Something that the loader's `persistent_load` would supply, such as a tensor's storage. */
export class PersistentValue {
  readonly kind = 'persistent';
  readonly id: Value;
  constructor(id: Value) {
    this.id = id;
  }
}

/** What cannot be known without running the pickle. */
export class UnknownValue {
  readonly kind = 'unknown';
  readonly what: string;
  constructor(what: string) {
    this.what = what;
  }
}

/** True for values that are nodes of the given kind. */
export function isKind<K extends Exclude<Value, number | bigint | string | boolean | null>['kind']>(
  value: Value | undefined,
  kind: K,
): value is Extract<Value, { kind: K }> {
  return typeof value === 'object' && value !== null && value.kind === kind;
}
