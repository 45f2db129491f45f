import type { Value } from './values.ts';

/** The unpickler's memo: an array for the indices that come in order, a map for the others. */
export class Memo {
  readonly #dense: Value[];
  readonly #sparse: Map<number, Value>;

  constructor(dense: Value[] = [], sparse = new Map<number, Value>()) {
    this.#dense = dense;
    this.#sparse = sparse;
  }

  copy(): Memo {
    return new Memo([...this.#dense], new Map(this.#sparse));
  }

  /** Number of entries, which MEMOIZE takes for the next index. */
  get size(): number {
    return this.#dense.length + this.#sparse.size;
  }

  get(index: number): Value | undefined {
    return index < this.#dense.length ? this.#dense[index] : this.#sparse.get(index);
  }

  set(index: number, value: Value): void {
    if (index < this.#dense.length) this.#dense[index] = value;
    else if (index > this.#dense.length) this.#sparse.set(index, value);
    else {
      this.#dense.push(value);
      if (this.#sparse.size > 0) this.#sparse.delete(index);
    }
  }
}
