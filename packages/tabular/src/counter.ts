import { createHash } from 'node:crypto';
import type { RawBatch } from './cells.ts';
import { checkOf, FAILED, type Evaluate } from './check-column.ts';
import { columnCounter, type ColumnCounter } from './count-column.ts';
import { Column } from './column.ts';
import type { CheckCounts, Counts } from './counts.ts';
import type { Check } from './definition.ts';
import { KeyDigests } from './keys.ts';
import type { Collected, CountRequest, FailedRow, Moments, RequestedColumn } from './request.ts';

/** What was counted in one part of a table. */
export interface PartCounts {
  /** Without the checks of uniqueness, for which keys go another way. */
  counts: Counts;
  moments: Map<string, Moments>;
  collected: Map<string, Collected>;
  /** The first rows that fail, by check. */
  failed: Map<string, FailedRow[]>;
}

export interface CounterEvents {
  /** Records of the keys of a batch, for the check of uniqueness with this place among the checks. */
  onKeys?(check: number, records: Buffer): void;
  /** The results of a check for the rows of the batch, while they are at hand. */
  onResults?(check: number, results: Uint8Array): void;
}

/** The columns that a request reads, in the order in which a counter expects them in batches. */
export function columnsRead({ columns, checks, key }: Pick<CountRequest, 'columns' | 'checks' | 'key'>): string[] {
  const ofChecks = checks.flatMap((check) => (check.test === 'unique' ? check.columns : [check.column]));
  return [...new Set([...columns.map(({ name }) => name), ...ofChecks, ...key])];
}

interface Reading {
  readonly column: Column;
  readonly counters: ColumnCounter[];
  readonly checks: { readonly place: number; readonly evaluate: Evaluate }[];
  readonly keys: KeyDigests[];
}

/** Counts batches of a table. */
export class Counter {
  /** The columns that each batch has. */
  readonly names: readonly string[];
  readonly #request: CountRequest;
  readonly #events: CounterEvents;
  /** By column of the batch: the ways in which it is read, one for each list of texts for missing values. */
  readonly #readings: readonly Map<string, Reading>[];
  readonly #counters: [RequestedColumn, ColumnCounter][] = [];
  readonly #digests: [place: number, digests: KeyDigests][] = [];
  readonly #keyColumns: readonly Column[];
  readonly #checks: CheckCounts[];
  readonly #failed: FailedRow[][];
  #results = new Uint8Array(0);
  #rows = 0;

  constructor(request: CountRequest, events: CounterEvents = {}) {
    this.#request = request;
    this.#events = events;
    this.names = columnsRead(request);
    this.#readings = this.names.map(() => new Map<string, Reading>());
    for (const column of request.columns) {
      const counter = columnCounter(column);
      this.#reading(column.name, column.missing).counters.push(counter);
      this.#counters.push([column, counter]);
    }
    request.checks.forEach((check, place) => this.#addCheck(check, place));
    this.#keyColumns = request.key.map((name) => this.#reading(name, []).column);
    this.#checks = request.checks.map(() => ({ checked: 0, failed: 0 }));
    this.#failed = request.checks.map(() => []);
  }

  #addCheck(check: Check, place: number): void {
    if (check.test !== 'unique') {
      this.#reading(check.column, check.missing).checks.push({ place, evaluate: checkOf(check) });
      return;
    }
    const digests = new KeyDigests(this.#request.salt);
    for (const name of new Set(check.columns)) this.#reading(name, check.missing).keys.push(digests);
    this.#digests.push([place, digests]);
  }

  #reading(name: string, missing: readonly string[] = []): Reading {
    const readings = this.#readings[this.names.indexOf(name)]!;
    const key = JSON.stringify(missing);
    let reading = readings.get(key);
    if (reading === undefined) {
      reading = { column: new Column(missing), counters: [], checks: [], keys: [] };
      readings.set(key, reading);
    }
    return reading;
  }

  /** `placeOf` names a row of the batch, for errors. */
  async add(batch: RawBatch, placeOf: (row: number) => string): Promise<void> {
    const { rows } = batch;
    if (rows === 0) return;
    this.#rows += rows;
    if (this.#results.length < rows) this.#results = new Uint8Array(rows);
    for (const [, digests] of this.#digests) digests.start(rows);
    const evidence: [place: number, row: number][] = [];
    for (let index = 0; index < this.names.length; index++) {
      const reading = batch.cells(index);
      const cells = reading instanceof Promise ? await reading : reading;
      for (const { column, counters, checks, keys } of this.#readings[index]!.values()) {
        column.load(cells, rows, placeOf);
        for (const counter of counters) counter.add(column);
        for (const { place, evaluate } of checks) {
          evaluate(column, this.#results);
          for (const row of this.#takeResults(place, rows)) evidence.push([place, row]);
          this.#events.onResults?.(place, this.#results);
        }
        for (const digests of keys) digests.add(column);
        if (!this.#keyColumns.includes(column)) column.release();
      }
    }
    for (const [place, row] of evidence) {
      this.#failed[place]!.push({ number: batch.numbers[row]!, key: this.#keyOf(row) });
    }
    for (const [place, digests] of this.#digests) this.#events.onKeys?.(place, digests.records(batch.numbers));
  }

  /** Adds up the results of a check, and returns the rows that are to be evidence. */
  #takeResults(place: number, rows: number): number[] {
    const results = this.#results;
    let checked = 0;
    let failed = 0;
    for (let row = 0; row < rows; row++) {
      const result = results[row]!;
      if (result !== 0) checked++;
      if (result === FAILED) failed++;
    }
    const check = this.#checks[place]!;
    check.checked += checked;
    check.failed += failed;
    const wanted = Math.min(failed, this.#request.evidencePerCheck - this.#failed[place]!.length);
    const found: number[] = [];
    for (let row = 0; found.length < wanted; row++) if (results[row] === FAILED) found.push(row);
    return found;
  }

  #keyOf(row: number): string | undefined {
    return this.#keyColumns.length === 0
      ? undefined
      : hashedKey(
          this.#keyColumns.map((column) => column.text(row)),
          this.#request.salt,
        );
  }

  result(): PartCounts {
    const { checks } = this.#request;
    const result: PartCounts = {
      counts: {
        rows: this.#rows,
        columns: new Map(this.#counters.map(([{ name }, counter]) => [name, counter.counts()])),
        checks: new Map(checks.map(({ id }, place) => [id, this.#checks[place]!])),
      },
      moments: new Map(),
      collected: new Map(),
      failed: new Map(checks.map(({ id }, place) => [id, this.#failed[place]!])),
    };
    for (const [{ name }, counter] of this.#counters) {
      const moments = counter.moments();
      if (moments !== undefined) result.moments.set(name, moments);
      const collected = counter.collected();
      if (collected !== undefined) result.collected.set(name, collected);
    }
    return result;
  }
}

/** The first 16 hex digits of the salted SHA-256 of a key. */
export function hashedKey(parts: readonly string[], salt: string): string {
  return createHash('sha256')
    .update(JSON.stringify([salt, ...parts]))
    .digest('hex')
    .slice(0, 16);
}
