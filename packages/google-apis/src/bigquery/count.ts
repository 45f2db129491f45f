import type { Counts, Definition, Profile, ProfileRequest } from '@mlops-actions/tabular';
import type { RowFilter } from '@mlops-actions/tabular/sql';
import type { GoogleClient } from '../client.ts';

export interface BigQueryOptions {
  /** The project that runs and pays for the jobs. Default: the table's. */
  jobProject?: string;
  /** Nothing runs that would bill more. */
  maximumBytesBilled: number;
  /** US dollars for a TiB, for the printed estimate. Default 6.25, the on-demand price of the US. */
  pricePerTebibyte?: number;
  labels?: Readonly<Record<string, string>>;
  filter?: RowFilter | undefined;
  /** Is told the estimate before anything is billed. */
  onEstimate?(estimate: { bytes: number; dollars: number }): void;
  signal?: AbortSignal | undefined;
}

export interface BigQueryCounts {
  counts: Counts;
  bytesEstimated: number;
  bytesBilled: number;
  /** US dollars at the stated price. */
  dollars: number;
  /** `project:location.job`, as consoles and audit logs name it. */
  job: string;
}

/**
 * Counts a table (`project.dataset.table`) where it is, by one statement.
 *
 * @throws UserError if it would bill more than allowed, before it runs
 */
export declare function countInBigQuery(
  client: GoogleClient,
  table: string,
  definition: Definition,
  options: BigQueryOptions,
): Promise<BigQueryCounts>;

/** The reference profile of a table, without fetching its rows. */
export declare function profileInBigQuery(
  client: GoogleClient,
  table: string,
  request: ProfileRequest,
  options: BigQueryOptions,
): Promise<{ profile: Profile; bytesBilled: number; dollars: number }>;
