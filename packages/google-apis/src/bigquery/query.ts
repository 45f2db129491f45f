import type { Parameter } from '@mlops-actions/tabular/sql';
import type { Permission } from '../errors.ts';

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
  /** What it is for, as the end of "could not ...": `count p.d.t`. */
  what: string;
  signal?: AbortSignal | undefined;
}

/** A query that may bill this much, and no more. */
export interface BoundedQuery extends Query {
  maximumBytesBilled: number;
  /** It fails if it gives more rows. */
  maximumRows?: number | undefined;
}

/** What a statement would do. */
export interface DryRun {
  /** Upper bound of what it would process. */
  bytes: number;
  /** `SELECT`, `INSERT`, `SCRIPT`, ... */
  statementType: string;
  /** `project.dataset.table` of what it reads, views and what stands behind them. */
  tables: string[];
  /** Functions and procedures of the project's own that it calls. */
  routines: string[];
}

/** A row by column, as the API writes values: texts, or null. */
export type Row = ReadonlyMap<string, string | null>;

export interface QueryResult extends QueryFacts {
  rows: Row[];
}

export interface QueryFacts {
  columns: readonly { name: string; type: string }[];
  bytesProcessed: number;
  bytesBilled: number;
  /** `project:location.job`, as consoles and audit logs name it. */
  job: string;
}

/** What calls about jobs need. */
export const CREATES_JOBS: Permission = {
  permission: 'bigquery.jobs.create',
  role: 'roles/bigquery.jobUser',
  on: 'the project that runs the job',
};
