import { formatBytes, UserError } from '@mlops-actions/action-kit';
import {
  parseBigQueryTable,
  tableName,
  type RowFilter,
  type SqlTable,
  type Statement,
} from '@mlops-actions/tabular/sql';
import type { GoogleClient } from '../client.ts';
import { dryRun, runQueryByPage } from './jobs.ts';
import type { Query, QueryFacts, QueryResult, Row } from './query.ts';
import { describeTable, type BigQueryTable } from './table.ts';

export interface BigQueryOptions {
  /** The project that runs and pays for the jobs. Default: the table's. */
  jobProject?: string;
  /** Nothing runs that would bill more. */
  maximumBytesBilled: number;
  /** US dollars for a TiB. Default {@link ON_DEMAND_PRICE}. */
  pricePerTebibyte?: number;
  /** Labels of the jobs, which bills show. */
  labels?: Readonly<Record<string, string>>;
  /** The rows to look at; by a partition column, BigQuery bills only the partitions. */
  filter?: RowFilter | undefined;
  /** Is told what a job will cost before it runs. */
  onEstimate?(estimate: Estimate): void;
  signal?: AbortSignal | undefined;
}

/** What a job will cost, from a dry run. */
export interface Estimate {
  bytes: number;
  /** US dollars at the stated price. */
  dollars: number;
}

/** What jobs did cost. */
export interface Bill {
  bytesEstimated: number;
  bytesBilled: number;
  /** US dollars at the stated price; nothing is billed by the byte where the project has a reservation. */
  dollars: number;
  /** `project:location.job`, as consoles and audit logs name them. */
  jobs: string[];
}

/** US dollars for a TiB that a query processes on demand in most regions, as of 2026. */
export const ON_DEMAND_PRICE = 6.25;

/** BigQuery bills at least this much for a query: 10 MiB. */
const LEAST_BILLED = 10 * 2 ** 20;

/** A table with a budget: statements on it are estimated, bounded, run and added up. */
export interface Desk {
  readonly table: SqlTable;
  readonly described: BigQueryTable;
  readonly bill: Bill;
  run(what: string, statement: Statement): Promise<QueryResult>;
  /** Hands the rows on page by page as they come, at most so many. */
  stream(
    what: string,
    statement: Statement,
    maximumRows: number,
    take: (rows: readonly Row[]) => void | Promise<void>,
  ): Promise<QueryFacts>;
}

export async function openDesk(client: GoogleClient, name: string, options: BigQueryOptions): Promise<Desk> {
  const { maximumBytesBilled, pricePerTebibyte = ON_DEMAND_PRICE, filter, labels, signal } = options;
  const described = await describeTable(client, parseBigQueryTable(name, options.jobProject), { signal });
  const { reference, partitionColumn } = described;
  if (described.requirePartitionFilter && !samePartition(filter?.column, partitionColumn)) {
    throw new UserError(
      `${tableName(reference)} is only read with a filter on its partition column '${partitionColumn ?? ''}'.`,
      { fix: `Give a window of '${partitionColumn ?? ''}'.` },
    );
  }
  const bill: Bill = { bytesEstimated: 0, bytesBilled: 0, dollars: 0, jobs: [] };
  const price = (bytes: number): number => (bytes / 2 ** 40) * pricePerTebibyte;
  const stream: Desk['stream'] = async (what, { sql, parameters }, maximumRows, take) => {
    const query: Query = {
      project: options.jobProject ?? reference.project,
      location: described.location,
      sql,
      parameters,
      what,
      signal,
      ...(labels !== undefined && { labels }),
    };
    const { bytes } = await dryRun(client, query);
    const left = maximumBytesBilled - bill.bytesBilled;
    const estimate = Math.max(bytes, LEAST_BILLED);
    if (estimate > left) {
      throw new UserError(
        `To ${what}, BigQuery would bill ${formatBytes(estimate)}, which is more than the ${formatBytes(Math.max(left, 0))} that are allowed.`,
        { fix: "Raise 'maximum-bytes-billed', count fewer columns, or give a window of the partition column." },
      );
    }
    options.onEstimate?.({ bytes: estimate, dollars: price(estimate) });
    const facts = await runQueryByPage(client, { ...query, maximumBytesBilled: left, maximumRows }, take);
    bill.bytesEstimated += estimate;
    bill.bytesBilled += facts.bytesBilled;
    bill.dollars += price(facts.bytesBilled);
    bill.jobs.push(facts.job);
    return facts;
  };
  return {
    described,
    table: { reference, columns: described.columns, filter },
    bill,
    stream,
    async run(what, statement) {
      const rows: Row[] = [];
      return { ...(await stream(what, statement, Infinity, (page) => void rows.push(...page))), rows };
    },
  };
}

/** Tables partitioned by ingestion have the time under two names. */
function samePartition(filtered: string | undefined, partition: string | undefined): boolean {
  const plain = (name: string | undefined): string | undefined =>
    name?.toUpperCase().replace('_PARTITIONDATE', '_PARTITIONTIME');
  return plain(filtered) === plain(partition);
}
