import { Session } from 'node:inspector/promises';

/** Which blocks of the reviewed sources have run, as V8 counts them. */
export class Coverage {
  readonly #session = new Session();
  readonly #seen = new Set<string>();
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Begins to count in the modules whose address contains `folder`. */
  static async of(folder: string): Promise<Coverage> {
    const coverage = new Coverage(folder);
    coverage.#session.connect();
    await coverage.#session.post('Profiler.enable');
    // Without counts, V8 tells of every block that ran since it was asked last.
    await coverage.#session.post('Profiler.startPreciseCoverage', { callCount: false, detailed: true });
    return coverage;
  }

  /** Blocks that have run so far. */
  get size(): number {
    return this.#seen.size;
  }

  /** True if a block has run that had not before the last time. */
  async grew(): Promise<boolean> {
    const before = this.#seen.size;
    const { result } = await this.#session.post('Profiler.takePreciseCoverage');
    for (const { url, functions } of result) {
      if (!url.includes(this.#folder)) continue;
      for (const { ranges } of functions) {
        for (const { startOffset, endOffset, count } of ranges) {
          if (count > 0) this.#seen.add(`${url}:${startOffset}:${endOffset}`);
        }
      }
    }
    return this.#seen.size > before;
  }
}
