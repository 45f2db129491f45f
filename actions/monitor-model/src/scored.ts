import { UserError } from '@mlops-actions/action-kit';
import { makeSample, type Sample } from '@mlops-actions/statistics';
import { readTable, type Cell, type Source } from '@mlops-actions/tabular';
import type { Columns } from './task.ts';
import { instantOf } from './window.ts';

/** Rows that were scored, in the order in which they are read. */
export interface ScoredRows {
  keys: string[];
  scores: number[];
  /** Milliseconds since the epoch; undefined without a time column. */
  times: number[] | undefined;
  /** By column, its value in each row. */
  slices: Map<string, string[]>;
  /** Rows without a finite score, and further rows of a key that was seen. */
  unscored: number;
  repeated: number;
}

/** More rows than this are judged by counts alone: their join would fill the memory. */
const MOST_ROWS = 20_000_000;

/** Reads keys, scores and what they are sliced by. A key that comes again, as of a request that was sent again, counts once. */
export async function readScored(
  sources: readonly Source[],
  { key, score, time }: Columns,
  slices: readonly string[],
): Promise<ScoredRows> {
  const rows: ScoredRows = {
    keys: [],
    scores: [],
    times: time === undefined ? undefined : [],
    slices: new Map(slices.map((column) => [column, []])),
    unscored: 0,
    repeated: 0,
  };
  const seen = new Set<string>();
  const wanted = [...new Set([key, score, ...(time === undefined ? [] : [time]), ...slices])];
  const at = (name: string): number => wanted.indexOf(name);
  for (const { path } of sources.flatMap(({ files }) => files)) {
    for await (const batch of readTable(path, { columns: wanted })) {
      const { columns, length } = batch;
      for (let row = 0; row < length; row++) {
        const name = keyOf(columns[at(key)]![row]!);
        if (name === undefined) {
          throw new UserError(`'${path}', ${batch.placeOf(row)}: '${key}' is empty, so that no label can be joined.`);
        }
        const value = scoreOf(columns[at(score)]![row]!);
        if (value === undefined) {
          rows.unscored++;
          continue;
        }
        if (seen.has(name)) {
          rows.repeated++;
          continue;
        }
        if (seen.size === MOST_ROWS) {
          throw new UserError(`There are more than ${MOST_ROWS} rows with scores.`, {
            fix: 'Choose a shorter window, or give predictions of a sample.',
          });
        }
        seen.add(name);
        rows.keys.push(name);
        rows.scores.push(value);
        if (time !== undefined) rows.times!.push(instantOf(columns[at(time)]![row]!) ?? NaN);
        for (const column of slices) rows.slices.get(column)!.push(String(columns[at(column)]![row] ?? ''));
      }
    }
  }
  return rows;
}

function keyOf(cell: Cell): string | undefined {
  const text = cell === null ? '' : String(cell).trim();
  return text === '' ? undefined : text;
}

function scoreOf(cell: Cell): number | undefined {
  if (cell === null || typeof cell === 'boolean' || (typeof cell === 'string' && cell.trim() === '')) return undefined;
  const value = Number(cell);
  return Number.isFinite(value) ? value : undefined;
}

/** A label as text, numbers in one spelling: `1`, `1.0` and `true` differ in nothing but the format that they come from. */
function canonical(label: Cell): string {
  if (typeof label === 'boolean') return label ? '1' : '0';
  const text = String(label).trim();
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true' ? '1' : '0';
  return text !== '' && Number.isFinite(Number(text)) ? String(Number(text)) : text;
}

/** Observed outcomes by key: 1 for the event. A later one takes the place of an earlier. */
export async function readLabels(
  sources: readonly Source[],
  { key, label, positiveLabel }: Pick<Columns, 'key' | 'label' | 'positiveLabel'>,
): Promise<Map<string, number>> {
  const event = canonical(positiveLabel);
  const labels = new Map<string, number>();
  for (const { path } of sources.flatMap(({ files }) => files)) {
    for await (const { columns, length } of readTable(path, { columns: [key, label] })) {
      for (let row = 0; row < length; row++) {
        const name = keyOf(columns[0]![row]!);
        const outcome = columns[1]![row]!;
        if (name === undefined || outcome === null || String(outcome).trim() === '') continue;
        labels.set(name, canonical(outcome) === event ? 1 : 0);
      }
    }
  }
  return labels;
}

/** The rows that lie in a window. */
export function within(rows: ScoredRows, { from, to }: { from: string; to: string }): ScoredRows {
  const { times } = rows;
  if (times === undefined) return rows;
  const [start, end] = [Date.parse(from), Date.parse(to)];
  const chosen = [...times.keys()].filter((row) => times[row]! >= start && times[row]! < end);
  const pick = <T>(values: readonly T[]): T[] => chosen.map((row) => values[row]!);
  return {
    ...rows,
    keys: pick(rows.keys),
    scores: pick(rows.scores),
    times: pick(times),
    slices: new Map([...rows.slices].map(([column, values]) => [column, pick(values)])),
  };
}

/** The rows whose label is known, as a sample with its slices. */
export function joinLabels(
  { keys, scores, slices }: ScoredRows,
  labels: ReadonlyMap<string, number>,
): { sample: Sample; slices: Map<string, string[]> } {
  const known = [...keys.keys()].filter((row) => labels.has(keys[row]!));
  return {
    sample: makeSample(
      known.map((row) => labels.get(keys[row]!)!),
      known.map((row) => scores[row]!),
    ),
    slices: new Map([...slices].map(([column, values]) => [column, known.map((row) => values[row]!)])),
  };
}

/** Labelled predictions in one file, such as those that a gate judged. */
export async function readReference(
  sources: readonly Source[],
  columns: { label: string; score: string; positiveLabel: string },
): Promise<Sample> {
  const event = canonical(columns.positiveLabel);
  const [labels, scores]: [number[], number[]] = [[], []];
  for (const { path } of sources.flatMap(({ files }) => files)) {
    for await (const { columns: cells, length } of readTable(path, { columns: [columns.label, columns.score] })) {
      for (let row = 0; row < length; row++) {
        const [label, score] = [cells[0]![row]!, scoreOf(cells[1]![row]!)];
        if (label === null || String(label).trim() === '' || score === undefined) continue;
        labels.push(canonical(label) === event ? 1 : 0);
        scores.push(score);
      }
    }
  }
  return makeSample(labels, scores);
}
