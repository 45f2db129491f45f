import type { Parameter } from '@mlops-actions/tabular/sql';
import type { GoogleClient } from '../client.ts';

/** A statement, and who runs and pays for it where. */
export interface Query {
  /** The project whose slots and budget the job uses. */
  project: string;
  /** Where the data is: `EU`, `europe-west4`. */
  location: string;
  sql: string;
  parameters?: readonly Parameter[];
  /** Labels of the job, which bills show. */
  labels?: Readonly<Record<string, string>>;
  signal?: AbortSignal | undefined;
}

/** What a statement would do. */
export interface DryRun {
  /** Upper bound of what it would bill. */
  bytes: number;
  /** `SELECT`, `INSERT`, `SCRIPT`, ... */
  statementType: string;
}

/** Asks BigQuery what a statement would read, which costs nothing. */
export declare function dryRun(client: GoogleClient, query: Query): Promise<DryRun>;

export interface QueryResult {
  columns: readonly { name: string; type: string }[];
  /** As the API writes them: texts, or null. */
  rows: Record<string, string | null>[];
  bytesBilled: number;
  bytesProcessed: number;
  jobId: string;
}

/** Runs a statement. A lost answer does not run and bill it twice; aborting cancels the job. */
export declare function runQuery(
  client: GoogleClient,
  query: Query & { maximumBytesBilled: number },
): Promise<QueryResult>;

/**
 * Runs one read-only SELECT of a contract's `sql` rule and gives its only value; null if that is NULL. Refused before it runs unless
 * BigQuery itself says that it is a SELECT.
 */
export declare function queryScalar(
  client: GoogleClient,
  query: Query & { maximumBytesBilled: number },
): Promise<{ value: string | null; bytesBilled: number; jobId: string }>;
