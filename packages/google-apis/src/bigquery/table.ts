import { tableName, type SqlColumn, type SqlKind, type TableReference } from '@mlops-actions/tabular/sql';
import { Answer } from '../answers.ts';
import { BIGQUERY } from '../apis.ts';
import { urlPath, type GoogleClient } from '../client.ts';
import type { Permission } from '../errors.ts';

const NEEDS: Permission = {
  permission: 'bigquery.tables.get',
  role: 'roles/bigquery.dataViewer',
  on: 'the dataset or the table',
};

/** A table or view, as far as counting needs to know it. */
export interface BigQueryTable {
  reference: Required<TableReference>;
  /** Where its data is: `EU`, `europe-west4`. A job runs there. */
  location: string;
  columns: readonly SqlColumn[];
  /** The column that the table is partitioned by, or undefined; `_PARTITIONTIME` for partitions by ingestion. */
  partitionColumn: string | undefined;
  /** Whether BigQuery refuses a query without a filter on the partition column. */
  requirePartitionFilter: boolean;
  /** As the service keeps them; a view has none. */
  rows: number | undefined;
  bytes: number | undefined;
}

/** What BigQuery knows of a table. Reads nothing of its content, and costs nothing. */
export async function describeTable(
  client: GoogleClient,
  reference: Required<TableReference>,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<BigQueryTable> {
  const { project, dataset, table } = reference;
  const answer = new Answer(
    BIGQUERY.name,
    await client.call({
      api: BIGQUERY,
      path: urlPath`/bigquery/v2/projects/${project}/datasets/${dataset}/tables/${table}`,
      what: `read the schema of ${tableName(reference)}`,
      needs: NEEDS,
      signal,
    }),
  );
  const byTime = answer.optionalObject('timePartitioning');
  const byRange = answer.optionalObject('rangePartitioning');
  return {
    reference,
    location: answer.text('location'),
    columns: answer.object('schema').objects('fields').map(column),
    partitionColumn:
      byRange?.text('field') ?? (byTime === undefined ? undefined : (byTime.optionalText('field') ?? '_PARTITIONTIME')),
    requirePartitionFilter:
      answer.optionalBoolean('requirePartitionFilter') ?? byTime?.optionalBoolean('requirePartitionFilter') ?? false,
    rows: answer.optionalInteger('numRows'),
    bytes: answer.optionalInteger('numBytes'),
  };
}

function column(field: Answer): SqlColumn {
  const type = field.text('type').toUpperCase();
  const repeated = field.optionalText('mode')?.toUpperCase() === 'REPEATED';
  return {
    name: field.text('name'),
    kind: repeated ? 'other' : (KINDS.get(type) ?? 'other'),
    type: repeated ? `ARRAY<${type}>` : type,
    ...((field.optionalText('collation') ?? '') !== '' && { collated: true }),
  };
}

/** Both the names of GoogleSQL and those that the API had before. */
const KINDS: ReadonlyMap<string, SqlKind> = new Map([
  ['STRING', 'text'],
  ['INTEGER', 'integer'],
  ['INT64', 'integer'],
  ['FLOAT', 'float'],
  ['FLOAT64', 'float'],
  ['NUMERIC', 'decimal'],
  ['BIGNUMERIC', 'decimal'],
  ['BOOLEAN', 'boolean'],
  ['BOOL', 'boolean'],
  ['DATE', 'date'],
  ['DATETIME', 'datetime'],
  ['TIMESTAMP', 'timestamp'],
  ['TIME', 'time'],
]);
