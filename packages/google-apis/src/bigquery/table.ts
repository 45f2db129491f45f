import type { SqlColumn, TableReference } from '@mlops-actions/tabular/sql';
import type { GoogleClient } from '../client.ts';

/** A table or view, as far as counting needs to know it. */
export interface BigQueryTable {
  reference: TableReference;
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
export declare function describeTable(
  client: GoogleClient,
  table: TableReference,
  options?: { signal?: AbortSignal },
): Promise<BigQueryTable>;
