import { UserError } from '@mlops-actions/action-kit';
import { Column, INVALID, MISSING, PRESENT } from './column.ts';
import { factsOf } from './files.ts';
import { ParquetFile } from './parquet.ts';
import { readPart, type Part } from './part.ts';
import type { Source } from './source.ts';
import { textStart } from './split.ts';

/** What a look at some rows says about a column. */
export interface ColumnSample {
  rows: number;
  present: number;
  numbers: number[];
  moments: number[];
  /** Some of the texts that are no numbers. */
  otherTexts: Set<string>;
  /** Numbers that begin with a needless zero, as codes do: `007`. */
  codes: number;
  /** Whether the values have a type that is not text. */
  typed: boolean;
}

/** A table up to this size is looked at as a whole. */
const WHOLE_BYTES = 24 * 1024 * 1024;
const WINDOW_BYTES = 128 * 1024;
const WINDOWS = 64;
const MOST_GROUPS = 4;
/** Values that are kept of a column. */
const MOST_VALUES = 131_072;
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
        { rows: 0, present: 0, numbers: [], moments: [], otherTexts: new Set(), codes: 0, typed: false },
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
    if (cells.kind === 'values' && cells.type !== 'text' && cells.type !== 'json') sample.typed = true;
    // Long columns are thinned out evenly.
    const step = Math.max(1, Math.ceil(rows / MOST_VALUES));
    for (let row = 0; row < rows; row += step) {
      const state = numbers.states[row]!;
      if (state === MISSING) continue;
      sample.present++;
      if (state === PRESENT) {
        const value = numbers.values[row]!;
        keep(sample.numbers, value);
        if (cells.kind === 'text' && hasNeedlessZero(column, row)) sample.codes++;
        else if (cells.kind === 'values' && typeof cells.values[row] === 'string') sample.codes++;
      } else if (state === INVALID) {
        moments ??= column.moments();
        if (moments.states[row] === PRESENT) keep(sample.moments, moments.values[row]!);
        if (sample.otherTexts.size < MOST_TEXTS) sample.otherTexts.add(column.text(row));
      }
    }
  }
}

function keep(values: number[], value: number): void {
  if (values.length < 4 * MOST_VALUES) values.push(value);
}

function hasNeedlessZero(column: Column, row: number): boolean {
  if (column.cells.kind !== 'text') return false;
  const { bytes, bounds, offset, stride } = column.cells;
  const at = offset + row * stride;
  const from = bounds[at]!;
  const digit = bytes[from + 1]!;
  return bytes[from] === 0x30 && bounds[at + 1]! - from > 1 && digit >= 0x30 && digit <= 0x39;
}
