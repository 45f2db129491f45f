import { UserError } from '@mlops-actions/action-kit';
import { valueOf } from './cells.ts';
import { Column } from './column.ts';
import { INVALID, MISSING, PRESENT } from './doubles.ts';
import { factsOf } from './files.ts';
import { ParquetFile } from './parquet.ts';
import { readPart, type Part } from './part.ts';
import type { Source } from './source.ts';
import { textStart } from './split.ts';

/** The first values of a sequence or, when there are more than have room, every second, fourth, ... of it. */
export class Thinned {
  /** How many values there were. */
  count = 0;
  readonly #kept: number[] = [];
  #every = 1;

  add(value: number): void {
    if (this.count++ % this.#every !== 0) return;
    if (this.#kept.length === MOST_VALUES) {
      for (let index = 0; 2 * index < MOST_VALUES; index++) this.#kept[index] = this.#kept[2 * index]!;
      this.#kept.length = MOST_VALUES / 2;
      this.#every *= 2;
      if ((this.count - 1) % this.#every !== 0) return;
    }
    this.#kept.push(value);
  }

  get values(): readonly number[] {
    return this.#kept;
  }
}

/** What a look at some rows says about a column. */
export interface ColumnSample {
  rows: number;
  present: number;
  numbers: Thinned;
  moments: Thinned;
  /** Some of the texts that are no numbers. */
  otherTexts: Set<string>;
  /** Numbers that begin with a needless zero, as codes do: `007`. */
  codes: number;
}

/** A table up to this size is looked at as a whole. */
const WHOLE_BYTES = 24 * 1024 * 1024;
const WINDOW_BYTES = 128 * 1024;
const WINDOWS = 64;
const MOST_GROUPS = 4;
/** Values that are kept of a column, and that are looked at of one batch. */
const MOST_VALUES = 65_536;
const MOST_OF_BATCH = 16_384;
const MOST_TEXTS = 100;

/**
 * Looks at rows from all over a table, to see what its columns are and to find quantiles. Which rows depends on the data alone. A window that begins
 * within a quoted value may not be readable; it is passed over, since whoever counts will read every row.
 */
export async function sampleTable(source: Source, names: readonly string[]): Promise<Map<string, ColumnSample>> {
  const total = source.files.reduce((sum, { bytes }) => sum + bytes, 0);
  const sampler = new Sampler(names);
  for (const file of source.files) {
    const facts = await factsOf(file.path, source.encoding);
    const whole: Part = {
      file: file.path,
      facts,
      partition: file.partition,
      range: undefined,
      groups: undefined,
      bytes: file.bytes,
    };
    if (total <= WHOLE_BYTES) await sampler.look(whole, 1);
    else if (facts.format === 'parquet') for (const part of await groupsOf(whole)) await sampler.look(part, 1);
    else if (!facts.seekable) await sampler.look(whole, Math.ceil((4 * total) / WHOLE_BYTES));
    else for (const part of await windowsOf(whole, total)) await sampler.look(part, 1);
  }
  return sampler.samples;
}

async function groupsOf(whole: Part): Promise<Part[]> {
  const file = await ParquetFile.open(whole.file);
  await file.close();
  const { length } = file.groups;
  const count = Math.min(length, MOST_GROUPS);
  return Array.from({ length: count }, (_, index) => {
    const group = count === 1 ? 0 : Math.floor((index * (length - 1)) / (count - 1));
    return { ...whole, groups: [group, group + 1] as const };
  });
}

async function windowsOf(whole: Part, total: number): Promise<Part[]> {
  const { header, start } = await textStart(whole);
  const rest = whole.bytes - start;
  const count = Math.max(1, Math.round((WINDOWS * whole.bytes) / total));
  return Array.from({ length: count }, (_, index) => {
    const from = start + Math.floor((index * rest) / count);
    const end = Math.min(from + WINDOW_BYTES, whole.bytes);
    return { ...whole, range: { start: from, end, exact: index === 0, linesBefore: 0, header } };
  });
}

class Sampler {
  readonly samples: Map<string, ColumnSample>;
  readonly #names: readonly string[];
  readonly #columns: readonly Column[];

  constructor(names: readonly string[]) {
    this.#names = names;
    this.#columns = names.map(() => new Column());
    this.samples = new Map(
      names.map((name) => [
        name,
        { rows: 0, present: 0, numbers: new Thinned(), moments: new Thinned(), otherTexts: new Set(), codes: 0 },
      ]),
    );
  }

  /** Looks at every `stride`th batch of a part. */
  async look(part: Part, stride: number): Promise<void> {
    const batches = readPart(part, this.#names);
    try {
      for (let index = 0; ; index++) {
        const step = await batches.next();
        if (step.done === true) return;
        if (index % stride !== 0) continue;
        const { rows, cells: cellsOf } = step.value;
        for (const [place, name] of this.#names.entries()) {
          const column = this.#columns[place]!;
          column.load(await cellsOf(place), rows, String);
          this.#add(column, this.samples.get(name)!);
          column.release();
        }
      }
    } catch (error) {
      if (!(error instanceof UserError) || part.range === undefined || part.range.exact) throw error;
    } finally {
      await batches.return(undefined);
    }
  }

  #add(column: Column, sample: ColumnSample): void {
    const { rows, cells } = column;
    const numbers = column.numbers();
    let moments: ReturnType<Column['moments']> | undefined;
    sample.rows += rows;
    // Long columns are thinned out evenly.
    const step = Math.max(1, Math.ceil(rows / MOST_OF_BATCH));
    for (let row = 0; row < rows; row += step) {
      const state = numbers.states[row]!;
      if (state === MISSING) continue;
      sample.present++;
      if (state === PRESENT) {
        const value = numbers.values[row]!;
        sample.numbers.add(value);
        if (cells.kind === 'text' && hasNeedlessZero(column, row)) sample.codes++;
        else if (cells.kind !== 'text' && typeof valueOf(cells, row) === 'string') sample.codes++;
      } else if (state === INVALID) {
        moments ??= column.moments();
        if (moments.states[row] === PRESENT) sample.moments.add(moments.values[row]!);
        if (sample.otherTexts.size < MOST_TEXTS) sample.otherTexts.add(column.text(row));
      }
    }
  }
}

function hasNeedlessZero(column: Column, row: number): boolean {
  if (column.cells.kind !== 'text') return false;
  const { bytes, bounds, offset, stride } = column.cells;
  const at = offset + row * stride;
  const from = bounds[at]!;
  const digit = bytes[from + 1]!;
  return bytes[from] === 0x30 && bounds[at + 1]! - from > 1 && digit >= 0x30 && digit <= 0x39;
}
