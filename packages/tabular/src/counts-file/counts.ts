import { UserError } from '@mlops-actions/action-kit';
import type { CheckCounts, ColumnCounts, Counts } from '../counts.ts';
import type { ColumnDefinition, Definition } from '../definition.ts';
import { digestOfDefinition } from './definition.ts';
import { JsonReader } from './json-reader.ts';

/** The content of `counts.json`, as `schema/counts.schema.json` describes it. Lists, since a column may be called `__proto__`. */
export interface CountsFile {
  'counts-version': 1;
  /** The digest in the `definition.json` that was counted. */
  definition: string;
  /** What counted, for people: `Spark 4.0.1`. */
  engine?: string;
  rows: number;
  columns: (NumberColumn | CategoryColumn)[];
  checks: { id: string; checked: number; failed: number }[];
}

interface NumberColumn {
  name: string;
  kind: 'numeric' | 'timestamp';
  nulls: number;
  nans: number;
  invalid: number;
  bins: number[];
  minimum: JsonDouble | null;
  maximum: JsonDouble | null;
}

interface CategoryColumn {
  name: string;
  kind: 'categorical';
  nulls: number;
  categories: number[];
  other: number;
}

/** JSON has no infinities. */
type JsonDouble = number | 'Infinity' | '-Infinity';

export function renderCounts(counts: Counts, definition: Definition, engine?: string): CountsFile {
  return {
    'counts-version': 1,
    definition: digestOfDefinition(definition),
    ...(engine !== undefined && { engine }),
    rows: counts.rows,
    columns: [...counts.columns].map(([name, column]) =>
      column.kind === 'categorical'
        ? { name, ...column }
        : { name, ...column, minimum: toJson(column.minimum), maximum: toJson(column.maximum) },
    ),
    checks: [...counts.checks].map(([id, check]) => ({ id, ...check })),
  };
}

const toJson = (value: number | undefined): JsonDouble | null =>
  value === undefined ? null : Number.isFinite(value) ? value : value > 0 ? 'Infinity' : '-Infinity';

/**
 * The counts in a `counts.json` of any engine.
 *
 * @param file its name, for messages
 * @throws UserError if it is none, was counted by another definition, lacks a column or a check, or does not add up
 */
export function parseCounts(json: unknown, definition: Definition, file = 'counts.json'): Counts {
  const root = new JsonReader(json, file);
  if (root.raw('counts-version') !== 1) throw root.wrong("its 'counts-version' is not 1");
  if (root.text('definition') !== digestOfDefinition(definition)) {
    throw new UserError(`'${file}' was counted by another definition than the one that is judged by.`, {
      fix: 'Count again by the definition.json that belongs to this contract or profile.',
    });
  }
  const rows = root.count('rows');
  return {
    rows,
    columns: parseColumns(root, definition, rows),
    checks: parseChecks(root, definition, rows),
  };
}

function parseColumns(root: JsonReader, definition: Definition, rows: number): Map<string, ColumnCounts> {
  const found = byKey(root, root.objects('columns'), 'name');
  const columns = new Map<string, ColumnCounts>();
  for (const wanted of definition.columns) {
    const column = found.get(wanted.name);
    if (column === undefined) throw root.wrong(`it lacks the column '${wanted.name}'`);
    found.delete(wanted.name);
    const counts = parseColumn(column, wanted);
    const total = totalOf(counts);
    if (total !== rows) throw root.wrong(`the counts of '${wanted.name}' add up to ${total} of ${rows} rows`);
    columns.set(wanted.name, counts);
  }
  for (const name of found.keys()) throw root.wrong(`it has the column '${name}', which the definition has not`);
  return columns;
}

function parseColumn(column: JsonReader, wanted: ColumnDefinition): ColumnCounts {
  if (column.raw('kind') !== wanted.kind) throw column.wrong(`'kind' is not ${wanted.kind}`);
  const nulls = column.count('nulls');
  if (wanted.kind === 'categorical') {
    const categories = column.counts('categories', wanted.categories.length);
    return { kind: wanted.kind, nulls, categories, other: column.count('other') };
  }
  const bins = column.counts('bins', wanted.edges.length + 1);
  const [minimum, maximum] = [column.optionalDouble('minimum'), column.optionalDouble('maximum')];
  const hasValues = bins.some((count) => count > 0);
  if (hasValues !== (minimum !== undefined && maximum !== undefined) || (minimum ?? 0) > (maximum ?? 0)) {
    throw column.wrong("'minimum' and 'maximum' do not fit 'bins'");
  }
  return {
    kind: wanted.kind,
    nulls,
    nans: column.count('nans'),
    invalid: column.count('invalid'),
    bins,
    minimum,
    maximum,
  };
}

function parseChecks(root: JsonReader, definition: Definition, rows: number): Map<string, CheckCounts> {
  const found = byKey(root, root.objects('checks'), 'id');
  const checks = new Map<string, CheckCounts>();
  for (const { id } of definition.checks) {
    const check = found.get(id);
    if (check === undefined) throw root.wrong(`it lacks the check '${id}'`);
    found.delete(id);
    const counts = { checked: check.count('checked'), failed: check.count('failed') };
    if (counts.failed > counts.checked || counts.checked > rows) throw check.wrong('its counts do not fit each other');
    checks.set(id, counts);
  }
  for (const id of found.keys()) throw root.wrong(`it has the check '${id}', which the definition has not`);
  return checks;
}

function byKey(root: JsonReader, objects: readonly JsonReader[], key: string): Map<string, JsonReader> {
  const map = new Map(objects.map((object) => [object.text(key), object]));
  if (map.size !== objects.length) throw root.wrong(`it has a ${key} twice`);
  return map;
}

function totalOf(counts: ColumnCounts): number {
  const parts =
    counts.kind === 'categorical'
      ? [counts.nulls, counts.other, ...counts.categories]
      : [counts.nulls, counts.nans, counts.invalid, ...counts.bins];
  return parts.reduce((total, part) => total + part, 0);
}
