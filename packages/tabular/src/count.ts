import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { UserError } from '@mlops-actions/action-kit';
import type { PartCounts } from './counter.ts';
import { emptyCounts, mergeCounts, type Counts } from './counts.ts';
import type { Definition } from './definition.ts';
import { createExecutor, type Executor } from './executor.ts';
import type { Part } from './part.ts';
import { mergeMoments, type Collected, type CountRequest, type Moments } from './request.ts';
import type { PartOutcome } from './run-part.ts';
import type { Source } from './source.ts';
import { countableColumns, splitSource } from './split.ts';
import { writeQuarantine, type CountedPart } from './quarantine.ts';
import { KeySpool } from './unique.ts';

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

const EVIDENCE_PER_CHECK = 20;

/**
 * Counts a table by a definition.
 *
 * @throws UserError naming file and row: no data, a column missing, files that are broken, a check that cannot be made
 */
export async function countTable(source: Source, definition: Definition, options: CountOptions = {}): Promise<Counted> {
  const request: CountRequest = {
    ...definition,
    evidencePerCheck: options.evidencePerCheck ?? EVIDENCE_PER_CHECK,
    key: options.key ?? [],
    salt: randomBytes(16).toString('hex'),
  };
  const { counts, evidence, quarantined } = await countParts(source, request, options);
  return { counts, evidence, quarantined };
}

/** All that was found in a table. */
export interface TableCounts {
  counts: Counts;
  moments: Map<string, Moments>;
  collected: Map<string, Collected>;
  evidence: Map<string, RowEvidence[]>;
  quarantined: number;
}

export async function countParts(source: Source, request: CountRequest, options: CountOptions): Promise<TableCounts> {
  assertSound(request);
  options.signal?.throwIfAborted();
  const files = await splitSource(source);
  const parts = files.flat();
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const executor = createExecutor(request, {
    wanted: options.workers,
    parts: parts.length,
    bytes,
    signal: options.signal,
  });
  const table = new TableCounter(source, files, request, executor, options);
  try {
    const counted = await table.count();
    if (options.quarantine === undefined) return counted;
    const columns = await countableColumns(source);
    const once = columns.filter((name) => columns.indexOf(name) === columns.lastIndexOf(name));
    return { ...counted, quarantined: await writeQuarantine(options.quarantine, table.parts, once, request) };
  } finally {
    await executor.close();
    await table.close();
  }
}

function assertSound({ columns, checks }: Definition): void {
  const names = columns.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new RangeError(`The definition has the column '${twice}' twice.`);
  const ids = checks.map(({ id }) => id);
  const double = ids.find((id, index) => ids.indexOf(id) !== index);
  if (double !== undefined) throw new RangeError(`The definition has the check '${double}' twice.`);
  for (const check of checks) {
    if (check.test === 'unique' && check.columns.length === 0) {
      throw new UserError(`The check '${check.id}' names no column.`);
    }
  }
}

/** Counts the parts of a table, and adds up in their order what they give. */
class TableCounter {
  readonly #files: readonly (readonly Part[])[];
  readonly #request: CountRequest;
  readonly #executor: Executor;
  readonly #onProgress: CountOptions['onProgress'];
  readonly #names: ReadonlyMap<string, string>;
  readonly #spools = new Map<number, KeySpool>();
  readonly #totalBytes: number;
  #bytes = 0;
  #result: TableCounts;
  /** What was counted so far. */
  readonly parts: CountedPart[] = [];
  /** By id of a check of uniqueness: rows that repeat a key, by part. */
  readonly #repeats = new Map<string, ReadonlyMap<number, Float64Array>>();
  readonly #allRepeats: boolean;

  constructor(
    source: Source,
    files: readonly (readonly Part[])[],
    request: CountRequest,
    executor: Executor,
    options: CountOptions,
  ) {
    this.#files = files;
    this.#request = request;
    this.#executor = executor;
    this.#onProgress = options.onProgress?.bind(options);
    this.#allRepeats = options.quarantine !== undefined;
    this.#names = shortNames(source.files.map((file) => file.path));
    this.#totalBytes = files.flat().reduce((sum, part) => sum + part.bytes, 0);
    request.checks.forEach((check, place) => {
      if (check.test === 'unique') this.#spools.set(place, new KeySpool());
    });
    this.#result = {
      counts: emptyCounts(request),
      moments: new Map(),
      collected: new Map(),
      evidence: new Map(request.checks.map(({ id }) => [id, []])),
      quarantined: 0,
    };
  }

  async count(): Promise<TableCounts> {
    const parts = this.#files.flat();
    const ahead = new Map<number, Promise<PartOutcome | Failure>>();
    let started = 0;
    const start = (): void => {
      if (started < parts.length) {
        const index = started++;
        ahead.set(
          index,
          this.#run(parts[index]!, index).catch((error: unknown) => ({ error })),
        );
      }
    };
    while (started < Math.min(2 * this.#executor.width - 1, parts.length)) start();
    let index = 0;
    for (const file of this.#files) {
      let end: number | undefined;
      let lines = 0;
      for (const part of file) {
        let outcome = (await ahead.get(index))!;
        ahead.delete(index);
        start();
        const { range } = part;
        // A range began at a true record if the one before it, which did too, ended just there.
        const proven = range === undefined || range.exact || (!('error' in outcome) && outcome.extent?.start === end);
        if (!proven) {
          this.#drop(index);
          const again: Part = {
            ...part,
            range: { ...range, start: end!, end: Math.max(end!, range.end), exact: true },
          };
          outcome = await this.#run(again, index).catch((error: unknown) => ({ error }));
        }
        if ('error' in outcome) throw await this.#faultOf(part, outcome.error);
        lines += range?.linesBefore ?? 0;
        this.#add(part, index, outcome, lines);
        end = outcome.extent?.end;
        lines += outcome.extent?.lines ?? 0;
        index++;
      }
    }
    await this.#resolveKeys();
    return this.#result;
  }

  #run(part: Part, index: number): Promise<PartOutcome> {
    return this.#executor.run(part, async (check, records) => this.#spools.get(check)!.add(index, records));
  }

  #drop(index: number): void {
    for (const spool of this.#spools.values()) spool.drop(index);
  }

  /** In a range lines are counted from its start. To name the right one, the file is read up to there once more. */
  async #faultOf(part: Part, error: unknown): Promise<unknown> {
    if (!(error instanceof UserError) || part.range === undefined) return error;
    try {
      await this.#executor.run({ ...part, range: undefined }, async () => undefined);
    } catch (named) {
      return named;
    }
    return error;
  }

  #add(part: Part, index: number, { counted, extent }: PartOutcome, lines: number): void {
    const { counts, moments, collected } = this.#result;
    this.#result.counts = mergeCounts(counts, counted.counts);
    for (const [name, found] of counted.moments) moments.set(name, mergeMoments(moments.get(name), found)!);
    for (const [name, found] of counted.collected) collected.set(name, mergeCollected(collected.get(name), found));
    const unit = part.facts.format === 'parquet' ? 'row' : 'line';
    const name = this.#names.get(part.file)!;
    const placeOf = (number: number): string => `${name} ${unit} ${number + lines}`;
    const { range } = part;
    const start = extent?.start ?? 0;
    this.parts.push({
      part:
        range === undefined
          ? part
          : { ...part, range: { ...range, start, end: Math.max(start, range.end), exact: true } },
      placeOf,
      repeats: (line) => [...this.#repeats].filter(([, rows]) => includes(rows.get(index), line)).map(([id]) => id),
    });
    this.#addEvidence(counted, placeOf);
    this.#bytes += part.bytes;
    this.#onProgress?.({
      bytes: Math.round(this.#bytes),
      totalBytes: this.#totalBytes,
      rows: this.#result.counts.rows,
    });
  }

  #addEvidence({ failed }: PartCounts, placeOf: (number: number) => string): void {
    for (const [id, rows] of failed) {
      const evidence = this.#result.evidence.get(id)!;
      for (const { number, key } of rows.slice(0, this.#request.evidencePerCheck - evidence.length)) {
        evidence.push({ place: placeOf(number), ...(key !== undefined && { key }) });
      }
    }
  }

  async #resolveKeys(): Promise<void> {
    for (const [place, spool] of this.#spools) {
      const check = this.#request.checks[place]!;
      if (check.test !== 'unique') continue;
      const { keys, repeated, first, rows } = await spool.resolve(
        check.count ?? 'rows',
        this.#request.evidencePerCheck,
        this.#allRepeats,
      );
      this.#repeats.set(check.id, rows);
      this.#result.counts.checks.set(check.id, { checked: keys, failed: repeated });
      this.#result.evidence.set(
        check.id,
        first.map(({ part, number }) => ({ place: this.parts[part]!.placeOf(number) })),
      );
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#spools.values()].map((spool) => spool.close()));
  }
}

/** Whether a sorted list has a number. */
function includes(sorted: Float64Array | undefined, number: number): boolean {
  if (sorted === undefined) return false;
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (sorted[middle]! < number) from = middle + 1;
    else to = middle;
  }
  return sorted[from] === number;
}

interface Failure {
  readonly error: unknown;
}

function mergeCollected(a: Collected | undefined, b: Collected): Collected {
  if (a === undefined) return b;
  for (const [value, count] of b.counts) a.counts.set(value, (a.counts.get(value) ?? 0) + count);
  return { counts: a.counts, overflowed: a.overflowed || b.overflowed };
}

/** File names without their folders, as long as these are not needed to tell them apart. */
function shortNames(files: readonly string[]): Map<string, string> {
  const bases = files.map((file) => path.basename(file));
  const unique = new Set(bases).size === bases.length;
  return new Map(files.map((file, index) => [file, unique ? bases[index]! : file]));
}
