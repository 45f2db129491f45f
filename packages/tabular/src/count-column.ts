import { BinIndex } from './bins.ts';
import { type Column } from './column.ts';
import { INVALID, MISSING, PRESENT } from './doubles.ts';
import type { BinCounts, CategoryCounts } from './counts.ts';
import type { Collected, Moments, RequestedColumn } from './request.ts';

/** Counts one column of the definition, batch after batch. */
export interface ColumnCounter {
  add(column: Column): void;
  counts(): BinCounts | CategoryCounts;
  moments(): Moments | undefined;
  collected(): Collected | undefined;
}

export function columnCounter(request: RequestedColumn): ColumnCounter {
  return request.kind === 'categorical'
    ? request.collect === undefined
      ? new CategoryCounter(request.categories)
      : new CollectingCounter(request.collect)
    : new BinCounter(request.kind, request.edges, request.around);
}

class BinCounter implements ColumnCounter {
  readonly #kind: 'numeric' | 'timestamp';
  readonly #index: BinIndex;
  /** Bins, and NaN behind them. */
  readonly #bins: Float64Array;
  readonly #around: number | undefined;
  #nulls = 0;
  #invalid = 0;
  #minimum = Infinity;
  #maximum = -Infinity;
  #finite = 0;
  #sum = 0;
  #squares = 0;
  #least = Infinity;
  #greatest = -Infinity;
  #whole = true;

  constructor(kind: 'numeric' | 'timestamp', edges: readonly number[], around: number | undefined) {
    this.#kind = kind;
    this.#index = new BinIndex(edges);
    this.#bins = new Float64Array(this.#index.bins + 1);
    this.#around = around;
  }

  add(column: Column): void {
    const { values, states } = this.#kind === 'numeric' ? column.numbers() : column.moments();
    const { rows } = column;
    this.#index.count(values, states, rows, this.#bins);
    let nulls = 0;
    let invalid = 0;
    let minimum = this.#minimum;
    let maximum = this.#maximum;
    for (let row = 0; row < rows; row++) {
      const state = states[row]!;
      if (state !== PRESENT) {
        if (state === MISSING) nulls++;
        else if (state === INVALID) invalid++;
        continue;
      }
      const value = values[row]!;
      if (value < minimum) minimum = value;
      if (value > maximum) maximum = value;
    }
    this.#nulls += nulls;
    this.#invalid += invalid;
    this.#minimum = minimum;
    this.#maximum = maximum;
    if (this.#around !== undefined) this.#addMoments(values, states, rows, this.#around);
  }

  #addMoments(values: Float64Array, states: Uint8Array, rows: number, around: number): void {
    let sum = this.#sum;
    let squares = this.#squares;
    let whole = this.#whole;
    for (let row = 0; row < rows; row++) {
      if (states[row] !== PRESENT) continue;
      const value = values[row]!;
      const distance = value - around;
      // Neither NaN nor infinite.
      if (distance - distance !== 0) continue;
      this.#finite++;
      if (value < this.#least) this.#least = value;
      if (value > this.#greatest) this.#greatest = value;
      sum += distance;
      squares += distance * distance;
      if (whole && Math.floor(value) !== value) whole = false;
    }
    this.#sum = sum;
    this.#squares = squares;
    this.#whole = whole;
  }

  counts(): BinCounts {
    const bins = Array.from(this.#bins);
    const nans = bins.pop()!;
    const any = this.#minimum <= this.#maximum;
    return {
      kind: this.#kind,
      nulls: this.#nulls,
      nans,
      invalid: this.#invalid,
      bins,
      // Zero has no sign here.
      minimum: any ? this.#minimum + 0 : undefined,
      maximum: any ? this.#maximum + 0 : undefined,
    };
  }

  moments(): Moments | undefined {
    if (this.#around === undefined || this.#finite === 0) return undefined;
    const n = this.#finite;
    return {
      n,
      mean: this.#around + this.#sum / n,
      squares: Math.max(0, this.#squares - (this.#sum * this.#sum) / n),
      minimum: this.#least + 0,
      maximum: this.#greatest + 0,
      whole: this.#whole,
    };
  }

  collected(): undefined {
    return undefined;
  }
}

class CategoryCounter implements ColumnCounter {
  readonly #places: ReadonlyMap<string, number>;
  /** Categories, and the others behind them. */
  readonly #counts: Float64Array;
  #nulls = 0;
  /** The place of each text of the column's dictionary. */
  #known: number[] = [];
  #generation = 0;

  constructor(categories: readonly string[]) {
    this.#places = new Map(categories.map((category, index) => [category, index]));
    this.#counts = new Float64Array(categories.length + 1);
  }

  add(column: Column): void {
    const ids = column.ids();
    const { texts, generation } = column.dictionary;
    if (generation !== this.#generation) this.#known = [];
    this.#generation = generation;
    const known = this.#known;
    const counts = this.#counts;
    for (let id = known.length; id < texts.length; id++) known.push(this.#places.get(texts[id]!) ?? counts.length - 1);
    let nulls = 0;
    for (let row = 0; row < column.rows; row++) {
      const id = ids[row]!;
      if (id < 0) nulls++;
      else counts[known[id]!]!++;
    }
    this.#nulls += nulls;
  }

  counts(): CategoryCounts {
    const categories = Array.from(this.#counts);
    const other = categories.pop()!;
    return { kind: 'categorical', nulls: this.#nulls, categories, other };
  }

  moments(): undefined {
    return undefined;
  }

  collected(): undefined {
    return undefined;
  }
}

/** Counts every value, as long as there are few enough different ones. */
class CollectingCounter implements ColumnCounter {
  readonly #most: number;
  readonly #counts = new Map<string, number>();
  #overflowed = false;
  #nulls = 0;
  #present = 0;
  /** Counts by id of the dictionary that were not yet taken over. */
  #byId = new Float64Array(256);
  #texts: string[] = [];
  #generation = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add(column: Column): void {
    const { dictionary, rows } = column;
    if (dictionary.generation !== this.#generation) this.#takeOver();
    this.#generation = dictionary.generation;
    const ids = column.ids();
    const { texts } = dictionary;
    for (let id = this.#texts.length; id < texts.length; id++) this.#texts.push(texts[id]!);
    if (this.#byId.length < texts.length) {
      const larger = new Float64Array(2 * texts.length);
      larger.set(this.#byId);
      this.#byId = larger;
    }
    const byId = this.#byId;
    for (let row = 0; row < rows; row++) {
      const id = ids[row]!;
      if (id < 0) this.#nulls++;
      else byId[id]!++;
    }
  }

  #takeOver(): void {
    this.#texts.forEach((text, id) => {
      const count = this.#byId[id]!;
      this.#present += count;
      const before = this.#counts.get(text);
      if (before === undefined && this.#counts.size >= this.#most) this.#overflowed = true;
      else this.#counts.set(text, (before ?? 0) + count);
    });
    this.#texts = [];
    this.#byId.fill(0);
  }

  counts(): CategoryCounts {
    this.#takeOver();
    return { kind: 'categorical', nulls: this.#nulls, categories: [], other: this.#present };
  }

  moments(): undefined {
    return undefined;
  }

  collected(): Collected {
    this.#takeOver();
    return { counts: this.#counts, overflowed: this.#overflowed };
  }
}
