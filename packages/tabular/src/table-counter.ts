import path from 'node:path';
import { UserError } from '@mlops-actions/action-kit';
import type { CountOptions, TableCounts } from './counted.ts';
import type { PartCounts } from './counter.ts';
import { emptyCounts, mergeCounts } from './counts.ts';
import type { Executor } from './executor.ts';
import type { Part } from './part.ts';
import type { CountedPart } from './quarantine.ts';
import { mergeMoments, type Collected, type CountRequest } from './request.ts';
import type { PartOutcome } from './run-part.ts';
import type { Source } from './source.ts';
import { KeySpool } from './unique.ts';

/** Counts the parts of a table, and adds up in their order what they give. */
export class TableCounter {
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
