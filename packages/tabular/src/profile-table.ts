import { UserError } from '@mlops-actions/action-kit';
import { compareCodePoints } from './check-column.ts';
import { countParts } from './count.ts';
import { type CountOptions, type TableCounts } from './counted.ts';
import type { BinCounts } from './counts.ts';
import { digestOf } from './profile-file.ts';
import type { ColumnProfile, Profile } from './profile.ts';
import type { Collected, CountRequest, RequestedColumn } from './request.ts';
import { sampleTable, type ColumnSample } from './sample.ts';
import type { Source } from './source.ts';
import { countableColumns } from './split.ts';

export interface ProfileRequest {
  /** The columns to describe; all if it is left out. Kinds that are not said are inferred. */
  columns?: readonly {
    name: string;
    kind?: 'numeric' | 'timestamp' | 'categorical';
    /** Texts that stand for a missing value. */
    missing?: readonly string[];
  }[];
}

export const MOST_EDGES = 255;
/** Different values of a column that are told apart. */
const MOST_VALUES = 10_000;
/** A column of no more values than this is listed as a whole. */
const WHOLE_LIST = 255;
/** Of a column with more values, only those are listed that this share of the rows has: ids and names are nobody's category. */
const LISTED_SHARE = 0.001;
/** A column is what this share of its values is. */
const KIND_SHARE = 0.95;
/** What programs write for no value; in a column of numbers or times it is taken as that. */
const USUAL_TOKENS = new Set(['NA', 'N/A', 'n/a', '#N/A', 'NULL', 'null', 'None', 'none', '-', '?', 'NaT', '<NA>']);

/**
 * Describes a table as the reference that others are compared with. Edges are quantiles of a sample that is spread over the table, or of all of its
 * rows where these are not many; all counts are exact.
 *
 * @throws UserError as {@link countTable}, and if there are no rows
 */
export async function profileTable(
  source: Source,
  request: ProfileRequest = {},
  options: CountOptions = {},
): Promise<Profile> {
  const wanted: NonNullable<ProfileRequest['columns']> =
    request.columns ?? (await countableColumns(source)).map((name) => ({ name }));
  const names = wanted.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new UserError(`The column '${twice}' is there twice.`, { fix: 'Give every column a name of its own.' });
  }
  const samples = await sampleTable(source, names);
  let columns = wanted.map(({ name, kind, missing }) => requested(name, kind, missing, samples.get(name)!));
  let found = await count(source, columns, options);
  if (found.counts.rows === 0) throw new UserError(`'${source.description}' has no rows to describe.`);

  // The sample may not have seen what most of a column is.
  const again = columns.map((column, index) =>
    wanted[index]!.kind === undefined && isMisjudged(column, found) ? categorical(column.name, column.missing) : column,
  );
  if (again.some((column, index) => column !== columns[index])) {
    columns = again;
    found = await count(source, columns, options);
  }
  const listed = await listCategories(source, columns, found, options);
  const content: Omit<Profile, 'digest'> = {
    'profile-version': 1,
    source: source.description,
    rows: found.counts.rows,
    columns: columns.map((column) => profileOf(column, found, listed)),
  };
  return { digest: digestOf(content), ...content };
}

function count(source: Source, columns: readonly RequestedColumn[], options: CountOptions): Promise<TableCounts> {
  const request: CountRequest = { columns, checks: [], evidencePerCheck: 0, key: [], salt: '' };
  return countParts(source, request, options);
}

const categorical = (name: string, missing: readonly string[] = []): RequestedColumn => ({
  name,
  missing,
  kind: 'categorical',
  categories: [],
  collect: MOST_VALUES,
});

function requested(
  name: string,
  kind: ColumnProfile['kind'] | undefined,
  missing: readonly string[] | undefined,
  sample: ColumnSample,
): RequestedColumn {
  const tokens = missing ?? [...sample.otherTexts].filter((text) => USUAL_TOKENS.has(text)).sort();
  const is = kind ?? inferKind(sample);
  if (is === 'categorical') return categorical(name, missing);
  const values = is === 'numeric' ? sample.numbers : sample.moments;
  const edges = quantiles(values.values, MOST_EDGES);
  return { name, missing: tokens, kind: is, edges, around: edges[edges.length >> 1] ?? 0 };
}

function inferKind({ present, numbers, moments, codes, otherTexts }: ColumnSample): ColumnProfile['kind'] {
  const tokens = [...otherTexts].some((text) => USUAL_TOKENS.has(text)) ? 0.5 : 1;
  if (present === 0) return 'categorical';
  // A column of numbers may have many tokens for missing ones, as long as the rest is numbers.
  const enough = KIND_SHARE * tokens * present;
  if (numbers.count >= enough && numbers.count > 0) return codes > 0.01 * present ? 'categorical' : 'numeric';
  return moments.count >= enough && moments.count > 0 ? 'timestamp' : 'categorical';
}

function isMisjudged(column: RequestedColumn, { counts }: TableCounts): boolean {
  if (column.kind === 'categorical') return false;
  const { nulls, nans, bins, invalid } = counts.columns.get(column.name) as BinCounts;
  const read = nans + bins.reduce((sum, bin) => sum + bin, 0);
  return read + invalid + nulls > 0 && invalid > (1 - KIND_SHARE) * (read + invalid);
}

/** At most `most` distinct quantiles of the finite values, ascending: all values, where there are not more different ones. */
export function quantiles(values: readonly number[], most: number): number[] {
  const sorted = Float64Array.from(values.filter(Number.isFinite), (value) => value + 0).sort();
  const distinct: number[] = [];
  for (const value of sorted) {
    if (value === distinct.at(-1)) continue;
    distinct.push(value);
    if (distinct.length > most) break;
  }
  if (distinct.length <= most) return distinct;
  const edges: number[] = [];
  for (let index = 1; index <= most; index++) {
    const edge = sorted[Math.floor((index * sorted.length) / (most + 1))]!;
    if (edge !== edges.at(-1)) edges.push(edge);
  }
  return edges;
}

type Listed = ReadonlyMap<string, { value: string; count: number }[]>;

/** The categories of each column with their exact counts. */
async function listCategories(
  source: Source,
  columns: readonly RequestedColumn[],
  { counts, collected }: TableCounts,
  options: CountOptions,
): Promise<Listed> {
  const listed = new Map<string, { value: string; count: number }[]>();
  const recount: RequestedColumn[] = [];
  for (const column of columns) {
    if (column.kind !== 'categorical') continue;
    const values = collected.get(column.name) ?? { counts: new Map<string, number>(), overflowed: false };
    const chosen = chooseCategories(values, counts.rows);
    listed.set(column.name, chosen);
    if (!values.overflowed || chosen.length === 0) continue;
    // With too many values to tell apart, some may have been counted in a part of the table only.
    recount.push({
      name: column.name,
      ...(column.missing !== undefined && { missing: column.missing }),
      kind: 'categorical',
      categories: chosen.map(({ value }) => value),
    });
  }
  if (recount.length === 0) return listed;
  const exact = await count(source, recount, options);
  for (const column of recount) {
    const again = exact.counts.columns.get(column.name)!;
    if (again.kind !== 'categorical') continue;
    const chosen = listed.get(column.name)!;
    listed.set(
      column.name,
      chosen.map(({ value }, index) => ({ value, count: again.categories[index]! })).sort(byCount),
    );
  }
  return listed;
}

function chooseCategories({ counts, overflowed }: Collected, rows: number): { value: string; count: number }[] {
  const all = [...counts].map(([value, times]) => ({ value, count: times })).sort(byCount);
  if (!overflowed && all.length <= WHOLE_LIST) return all;
  return all.filter((category) => category.count >= LISTED_SHARE * rows && category.count > 1).slice(0, WHOLE_LIST);
}

/** The commonest first; ties by code points. */
const byCount = (a: { value: string; count: number }, b: { value: string; count: number }): number =>
  b.count - a.count || compareCodePoints(a.value, b.value);

function profileOf(column: RequestedColumn, { counts, moments }: TableCounts, listed: Listed): ColumnProfile {
  const { name, missing = [] } = column;
  const counted = counts.columns.get(name)!;
  if (column.kind === 'categorical' || counted.kind === 'categorical') {
    const categories = listed.get(name) ?? [];
    const present = counts.rows - counted.nulls;
    return {
      name,
      kind: 'categorical',
      missing,
      nulls: counted.nulls,
      categories,
      other: present - categories.reduce((sum, category) => sum + category.count, 0),
    };
  }
  const { nulls, nans, invalid, bins } = counted;
  const of = moments.get(name);
  return {
    name,
    kind: column.kind,
    missing,
    nulls,
    nans,
    invalid,
    whole: of?.whole ?? false,
    edges: [...column.edges],
    bins,
    minimum: of?.minimum,
    maximum: of?.maximum,
    mean: of?.mean,
    variance: of === undefined || of.n < 2 ? undefined : of.squares / (of.n - 1),
  };
}
