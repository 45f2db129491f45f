import { UserError } from '@mlops-actions/action-kit';
import { compareCodePoints } from '../check-column.ts';
import type { Counts } from '../counts.ts';
import type { ColumnDefinition, Definition } from '../definition.ts';
import { digestOf } from '../profile-file.ts';
import { MOST_EDGES, type ProfileRequest } from '../profile-table.ts';
import type { ColumnProfile, Profile } from '../profile.ts';
import { Cells, Parameters } from './cells.ts';
import { columnItem } from './compile.ts';
import { bigquery } from './dialect-bigquery.ts';
import { filterCondition } from './filter.ts';
import type { Statement } from './statement.ts';
import { requireColumn, tableName, type SqlColumn, type SqlTable } from './table.ts';

/** A column of no more values than this is listed as a whole. */
const WHOLE_LIST = 255;
/** Of a column with more values, only those are listed that this share of the rows has. */
const LISTED_SHARE = 0.001;

interface PlannedColumn {
  column: SqlColumn;
  kind: ColumnProfile['kind'];
  missing: readonly string[];
}

/**
 * Builds the reference profile of a BigQuery table in two statements: a survey that finds edges and categories, and the exact count between
 * them. Only the edges are approximate (`APPROX_QUANTILES`), as where a bin begins may be; every count is exact.
 *
 * @param run runs a statement; cells of the answer are texts or null
 * @throws UserError if a column cannot be described, or the table is empty
 */
export async function profileBySql(
  table: SqlTable,
  request: ProfileRequest,
  survey: (statement: Statement) => Promise<ReadonlyMap<string, string | null>[]>,
  count: (definition: Definition) => Promise<Counts>,
): Promise<Profile> {
  const planned = plan(table, request);
  const findings = new Map((await survey(surveyStatement(planned, table))).map((row) => [row.get('item'), row]));
  const surveyed = planned.map((column, index) => {
    const found = findings.get(columnItem(index));
    if (found === undefined) throw new UserError(`The survey of '${column.column.name}' gave no answer.`);
    return { ...column, found };
  });
  const definition: Definition = { columns: surveyed.map(definitionOf), checks: [] };
  const counts = await count(definition);
  const source = tableName(table.reference);
  if (counts.rows === 0) throw new UserError(`'${source}' has no rows to describe.`);
  const content: Omit<Profile, 'digest'> = {
    'profile-version': 1,
    source,
    rows: counts.rows,
    columns: surveyed.map((column, index) => columnProfile(column, definition.columns[index]!, counts)),
  };
  return { ...content, digest: digestOf(content) };
}

type SurveyedColumn = PlannedColumn & { found: ReadonlyMap<string, string | null> };

function plan(table: SqlTable, { columns }: ProfileRequest): PlannedColumn[] {
  const wanted: NonNullable<ProfileRequest['columns']> =
    columns ?? table.columns.filter(({ kind }) => kind !== 'other').map(({ name }) => ({ name }));
  return wanted.map(({ name, kind, missing = [] }) => {
    const column = requireColumn(table, name);
    return { column, kind: kind ?? kindOf(column), missing };
  });
}

/** A warehouse says what its columns are: text is text, also where it looks like numbers. */
function kindOf({ kind }: SqlColumn): ColumnProfile['kind'] {
  switch (kind) {
    case 'integer':
    case 'float':
    case 'decimal':
      return 'numeric';
    case 'date':
    case 'datetime':
    case 'timestamp':
      return 'timestamp';
    case 'text':
    case 'boolean':
    case 'time':
    case 'other':
      return 'categorical';
  }
}

/** One row a column: its quantiles, or all its values where they are few, as JSON; and its moments. */
function surveyStatement(planned: readonly PlannedColumn[], table: SqlTable): Statement {
  const parameters = new Parameters(bigquery);
  const filter = filterCondition(table, bigquery);
  const from = `FROM ${bigquery.table(table.reference)}${filter === undefined ? '' : ` WHERE ${filter}`}`;
  const parts = planned.map(({ column, kind, missing }, index) => {
    const cells = new Cells(column, bigquery, parameters);
    const present = (value: string): string => `CASE WHEN NOT ${cells.missing(missing)} THEN ${value} END AS x`;
    const item = `'${columnItem(index)}' AS item`;
    if (kind === 'categorical') {
      const values = cells.isNumeric ? cells.number() : cells.text();
      return (
        `SELECT ${item}, CAST(NULL AS STRING) AS quantiles, TO_JSON_STRING(ARRAY_AGG(x)) AS distinct_values, ` +
        'CAST(NULL AS FLOAT64) AS mean, CAST(NULL AS FLOAT64) AS variance, CAST(NULL AS FLOAT64) AS least, ' +
        'CAST(NULL AS FLOAT64) AS greatest, CAST(NULL AS BOOL) AS whole ' +
        `FROM (SELECT x FROM (SELECT ${present(values)} ${from}) AS t WHERE x IS NOT NULL ` +
        `GROUP BY x ORDER BY COUNT(*) DESC, x LIMIT ${WHOLE_LIST + 1}) AS t`
      );
    }
    const values = kind === 'numeric' ? cells.number() : cells.millis();
    return (
      `SELECT ${item}, TO_JSON_STRING(APPROX_QUANTILES(x, ${MOST_EDGES + 1})) AS quantiles, ` +
      `TO_JSON_STRING(ARRAY_AGG(DISTINCT x IGNORE NULLS LIMIT ${MOST_EDGES + 1})) AS distinct_values, ` +
      'AVG(x) AS mean, VAR_SAMP(x) AS variance, MIN(x) AS least, MAX(x) AS greatest, LOGICAL_AND(FLOOR(x) = x) AS whole ' +
      `FROM (SELECT x FROM (SELECT ${present(values)} ${from}) AS t WHERE ABS(x) <= 1.7976931348623157e308) AS t`
    );
  });
  return { sql: parts.join('\nUNION ALL\n'), parameters: parameters.list };
}

function definitionOf({ column, kind, missing, found }: SurveyedColumn): ColumnDefinition {
  const { name } = column;
  const values = list(found.get('distinct_values'));
  if (kind === 'categorical') return { name, kind, missing, categories: values.map(String) };
  const numbers = values.length <= MOST_EDGES ? values : list(found.get('quantiles')).slice(1, -1);
  const edges = [...new Set(numbers.map((value) => Number(value) + 0))].sort((a, b) => a - b);
  return { name, kind, missing, edges };
}

function list(json: string | null | undefined): unknown[] {
  const parsed: unknown = JSON.parse(json ?? 'null');
  return Array.isArray(parsed) ? (parsed as unknown[]) : [];
}

function columnProfile(
  { column: { name }, missing, found }: SurveyedColumn,
  defined: ColumnDefinition,
  { rows, columns }: Counts,
): ColumnProfile {
  const counted = columns.get(name)!;
  if (defined.kind === 'categorical' || counted.kind === 'categorical') {
    const { nulls, categories: times } = counted as Extract<typeof counted, { kind: 'categorical' }>;
    const all = (defined as Extract<ColumnDefinition, { kind: 'categorical' }>).categories
      .map((value, index) => ({ value, count: times[index]! }))
      .sort((a, b) => b.count - a.count || compareCodePoints(a.value, b.value));
    const listed =
      all.length <= WHOLE_LIST
        ? all
        : all.filter(({ count }) => count >= LISTED_SHARE * rows && count > 1).slice(0, WHOLE_LIST);
    const other = rows - nulls - listed.reduce((sum, { count }) => sum + count, 0);
    return { name, kind: 'categorical', missing, nulls, categories: listed, other };
  }
  const { nulls, nans, invalid, bins } = counted;
  const number = (key: string): number | undefined => {
    const text = found.get(key) ?? null;
    return text === null ? undefined : Number(text) + 0;
  };
  return {
    name,
    kind: defined.kind,
    missing,
    nulls,
    nans,
    invalid,
    whole: found.get('whole') === 'true',
    edges: [...defined.edges],
    bins,
    minimum: number('least'),
    maximum: number('greatest'),
    mean: number('mean'),
    variance: number('variance'),
  };
}
