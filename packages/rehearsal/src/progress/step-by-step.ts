import type { Progress } from '../progress.ts';
import { plainText } from '../report/plain-text.ts';
import type { ProgressEvent } from '../result.ts';
import { endLine, failureLines, jobLine, logLine, stepLine, type Style } from './lines.ts';

/** A line for each step, for logs and pipes. */
export class StepByStep implements Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #style: Style;
  readonly #verbose: boolean;
  readonly #tail: number;
  /** Job that the last line was of: where jobs run side by side, a step says whose it is. */
  #current: string | undefined;
  readonly #names = new Map<string, string>();

  constructor(stream: NodeJS.WriteStream, style: Style, verbose: boolean, tail: number) {
    this.#stream = stream;
    this.#style = style;
    this.#verbose = verbose;
    this.#tail = tail;
  }

  onEvent(event: ProgressEvent): void {
    switch (event.type) {
      case 'run-started':
        this.#write(`${this.#style.bold(plainText(event.workflow))} ${this.#style.dim(event.file)}`);
        break;
      case 'job-started':
        this.#names.set(event.job, event.name);
        if (event.kind === 'steps') this.#enter(event.job);
        break;
      case 'step-started':
        if (this.#verbose) {
          this.#enter(event.job);
          this.#write(`  ${this.#style.blue('▸')} ${plainText(event.name)}`);
        }
        break;
      case 'log': {
        const line = this.#verbose ? logLine(event.line, this.#style) : undefined;
        if (line === undefined) break;
        this.#enter(event.job);
        this.#write(`    ${line}`);
        break;
      }
      case 'step-finished':
        this.#enter(event.job);
        this.#write(stepLine(event.result, this.#style));
        break;
      case 'job-finished':
        this.#current = undefined;
        if (event.result.kind === 'call' && event.result.conclusion === 'success') break;
        this.#write(jobLine(event.result, this.#style));
        for (const line of failureLines(event.result, this.#style, this.#tail)) this.#write(line);
        break;
      case 'run-finished':
        this.#write(endLine(event.result, this.#style));
        break;
    }
  }

  close(): void {}

  #enter(job: string): void {
    if (this.#current === job) return;
    this.#current = job;
    this.#write(`${this.#style.blue('●')} ${this.#style.bold(plainText(this.#names.get(job) ?? job))}`);
  }

  #write(line: string): void {
    this.#stream.write(`${line}\n`);
  }
}
