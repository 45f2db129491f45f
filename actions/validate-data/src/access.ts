import type { Subject } from '@mlops-actions/action-kit';
import type { DataColumn, QueryAnswer } from '@mlops-actions/contract';
import type { Check, Counts, Definition, Profile, RowEvidence } from '@mlops-actions/tabular';

/** The data, however it is counted. */
export interface DataAccess {
  /** Files or table, for people. */
  description: string;
  /** Its columns; undefined if they cannot be asked. */
  columns: readonly DataColumn[] | undefined;
  /** What the evidence is about: the files by their digest; a table has none. */
  subject: Subject | undefined;
  count(definition: Definition): Promise<Counted>;
  /** Writes every row that fails one of the checks, and says how many they are; undefined where the rows are out of reach. */
  quarantine: ((checks: readonly Check[], file: string) => Promise<number>) | undefined;
  /** Builds a reference profile; undefined where the rows are out of reach. */
  profile: (() => Promise<Profile>) | undefined;
  /** Runs the query of a `sql` rule; undefined where none are run. */
  query: ((sql: string, column: string | undefined) => Promise<QueryAnswer>) | undefined;
  close(): Promise<void>;
}

export interface Counted {
  counts: Counts;
  /** Rows that fail, by the id of the check; places and hashed keys only. */
  evidence: ReadonlyMap<string, readonly RowEvidence[]>;
  /** What it cost, of a warehouse. */
  cost: { bytesBilled: number; dollars: number; job: string } | undefined;
}
