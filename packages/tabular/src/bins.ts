/** Cells of the index per bin, and at most. */
const FINENESS = 16;
const MOST_CELLS = 4096;
/** Where a cell has more bins than this, because the edges are crowded, they are halved first. */
const LINEAR = 4;

/**
 * Finds the bin of a value: how many edges are at most the value. The range of the edges is cut into cells of equal width, each of which knows its
 * first bin, so that mostly one or two comparisons are left.
 */
export class BinIndex {
  readonly bins: number;
  /** The edges, with an infinite one behind them that no value passes. */
  readonly #edges: Float64Array;
  readonly #first: Uint32Array;
  readonly #origin: number;
  readonly #perUnit: number;

  constructor(edges: readonly number[]) {
    this.bins = edges.length + 1;
    this.#edges = Float64Array.from([...edges, Infinity]);
    const cells = Math.min(MOST_CELLS, Math.max(1, edges.length * FINENESS));
    const origin = edges[0] ?? 0;
    const width = (edges.at(-1) ?? 0) - origin;
    const perUnit = cells / width;
    // Where the range is too wide or too narrow for a double, one cell holds all, and bins are searched from the first.
    this.#perUnit = Number.isFinite(perUnit) && perUnit > 0 ? perUnit : 0;
    this.#origin = origin;
    this.#first = new Uint32Array(cells + 1).fill(edges.length);
    let bin = 0;
    for (let cell = 0; cell < cells; cell++) {
      // The same arithmetic as for values, so that rounding cannot put a value before its cell's first bin.
      while (bin < edges.length && this.#cellOf(edges[bin]!) < cell) bin++;
      this.#first[cell] = bin;
    }
  }

  #cellOf(value: number): number {
    const cell = (value - this.#origin) * this.#perUnit;
    const last = this.#first.length - 2;
    return cell > 0 ? (cell < last ? cell | 0 : last) : 0;
  }

  /** Counts the values whose state is 0 into `counts`, NaN into its last place, behind the bins. */
  count(values: Float64Array, states: Uint8Array, rows: number, counts: Float64Array): void {
    const edges = this.#edges;
    const first = this.#first;
    const origin = this.#origin;
    const perUnit = this.#perUnit;
    const lastCell = first.length - 2;
    const lastBin = this.bins - 1;
    for (let row = 0; row < rows; row++) {
      if (states[row] !== 0) continue;
      const value = values[row]!;
      const cell = (value - origin) * perUnit;
      const index = cell > 0 ? (cell < lastCell ? cell | 0 : lastCell) : 0;
      let bin = first[index]!;
      for (let end = first[index + 1]!; end - bin > LINEAR;) {
        const middle = (bin + end) >>> 1;
        if (value >= edges[middle]!) bin = middle + 1;
        else end = middle;
      }
      while (value >= edges[bin]! && bin < lastBin) bin++;
      counts[value === value ? bin : this.bins]!++;
    }
  }
}
