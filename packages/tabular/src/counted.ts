import type { Counts } from './counts.ts';
import type { Collected, Moments } from './request.ts';

/** How a table is counted. */
export interface CountOptions {
  /** Threads. By default as the machine has cores and the size warrants; 1 works in this thread. */
  workers?: number;
  /** Rows that are kept for each check; 20 by default. */
  evidencePerCheck?: number;
  /** Columns whose hash goes into evidence, so that a row can be found again by those who have the data. */
  key?: readonly string[];
  /** File that gets every row that fails a check, as NDJSON: its place, the ids of the checks, and its values. */
  quarantine?: string;
  onProgress?(progress: CountProgress): void;
  signal?: AbortSignal;
}

export interface CountProgress {
  bytes: number;
  totalBytes: number;
  rows: number;
}

/** A row that fails a check, without anything that is in it. */
export interface RowEvidence {
  /** `part-1.csv line 7` */
  place: string;
  /** The first 16 hex digits of the SHA-256 of the key columns, salted anew in every run: equal keys of a run have equal hashes. */
  key?: string;
}

export interface Counted {
  counts: Counts;
  /** By check id; empty lists where nothing failed. */
  evidence: Map<string, RowEvidence[]>;
  /** Rows in the quarantine file. */
  quarantined: number;
}

/** All that was found in a table. */
export interface TableCounts {
  counts: Counts;
  moments: Map<string, Moments>;
  collected: Map<string, Collected>;
  evidence: Map<string, RowEvidence[]>;
  quarantined: number;
}
