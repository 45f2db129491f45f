import { count, formatDuration } from '@mlops-actions/action-kit';
import { cut, plainText } from './report/plain-text.ts';
import type { Conclusion, JobResult, LogLine, ProgressEvent, RunResult, StepResult } from './result.ts';

/** How progress is shown. */
export interface ProgressOptions {
  /** Where to; a terminal is redrawn in place, anything else gets a line for each step. */
  stream?: NodeJS.WriteStream;
  /** Show every line of the logs. */
  verbose?: boolean;
  /** Lines of a failed step's log that are shown. */
  tail?: number;
}

/** Shows a run while it goes on. */
export interface Progress {
  onEvent(event: ProgressEvent): void;
  /** Stops redrawing and leaves what was shown; call it also when the run could not start. */
  close(): void;
}

/** The progress display for a stream. NO_COLOR is honoured. */
export function createProgress({
  stream = process.stdout,
  verbose = false,
  tail = 20,
}: ProgressOptions = {}): Progress {
  const coloured = (stream.isTTY ?? false) && (process.env['NO_COLOR'] ?? '') === '' && process.env['TERM'] !== 'dumb';
  const style = coloured ? COLOURS : PLAIN;
  const live = (stream.isTTY ?? false) && process.env['TERM'] !== 'dumb' && !verbose;
  return live ? new LiveProgress(stream, style, tail) : new PlainProgress(stream, style, verbose, tail);
}

type Style = Record<'green' | 'red' | 'yellow' | 'blue' | 'dim' | 'bold', (text: string) => string>;

const sgr = (open: number, close: number) => (text: string) => `\u001b[${open}m${text}\u001b[${close}m`;
const COLOURS: Style = {
  green: sgr(32, 39),
  red: sgr(31, 39),
  yellow: sgr(33, 39),
  blue: sgr(36, 39),
  dim: sgr(2, 22),
  bold: sgr(1, 22),
};
const same = (text: string): string => text;
const PLAIN: Style = { green: same, red: same, yellow: same, blue: same, dim: same, bold: same };

function mark(conclusion: Conclusion, style: Style): string {
  switch (conclusion) {
    case 'success':
      return style.green('✓');
    case 'failure':
      return style.red('✗');
    case 'cancelled':
      return style.yellow('⊘');
    case 'skipped':
      return style.dim('○');
  }
}

/** A step's line; a failure that is tolerated is marked as what it is. */
function stepLine(step: StepResult, style: Style): string {
  const name = plainText(step.name);
  if (step.outcome === 'skipped') return `  ${mark('skipped', style)} ${style.dim(name)}`;
  const tolerated = step.outcome !== step.conclusion ? style.yellow(' failed, tolerated') : '';
  return `  ${mark(step.outcome, style)} ${name}${tolerated} ${style.dim(formatDuration(step.durationMs))}`;
}

function jobLine(job: JobResult, style: Style): string {
  const name = style.bold(plainText(job.name));
  const environment = job.environment === undefined ? '' : style.blue(` → ${plainText(job.environment.name)}`);
  if (job.conclusion === 'skipped') return `${mark('skipped', style)} ${style.dim(`${plainText(job.name)} skipped`)}`;
  const tolerated = job.tolerated ? style.yellow(' failed, tolerated') : '';
  return `${mark(job.conclusion, style)} ${name}${environment}${tolerated} ${style.dim(formatDuration(job.durationMs))}`;
}

function logLine({ kind, text }: LogLine, style: Style): string | undefined {
  const plain = plainText(text);
  switch (kind) {
    case 'text':
      return plain;
    case 'command':
      return style.blue(plain);
    case 'group':
      return style.bold(`▾ ${plain}`);
    case 'endgroup':
      return undefined;
    case 'debug':
      return style.dim(plain);
    case 'notice':
      return `${style.blue('notice:')} ${plain}`;
    case 'warning':
      return `${style.yellow('warning:')} ${plain}`;
    case 'error':
      return `${style.red('error:')} ${plain}`;
  }
}

/** What a failed job shows: the end of each failed step's log, or why the job could not start. */
function failureLines(job: JobResult, style: Style, tail: number): string[] {
  const lines = job.error === undefined ? [] : [`    ${style.red(plainText(job.error))}`];
  for (const step of job.steps.filter((candidate) => candidate.conclusion === 'failure')) {
    lines.push(`    ${style.dim(`${plainText(step.name)}, end of the log:`)}`);
    const shown = step.log.map((line) => logLine(line, style)).filter((line) => line !== undefined);
    lines.push(...shown.slice(-tail).map((line) => `    ${style.dim('│')} ${line}`));
  }
  if (job.logPath !== undefined && lines.length > 0) lines.push(`    ${style.dim(`whole log: ${job.logPath}`)}`);
  return lines;
}

function endLine(result: RunResult, style: Style): string {
  const jobs = result.jobs.filter((job) => job.kind === 'steps');
  const word = {
    success: style.green('passed'),
    failure: style.red('failed'),
    cancelled: style.yellow('cancelled'),
    skipped: 'skipped',
  };
  return `\n${mark(result.conclusion, style)} ${style.bold(plainText(result.workflow))} ${word[result.conclusion]}: ${count(jobs.length, 'job')} in ${formatDuration(result.durationMs)}\n  ${style.dim(result.outDir)}`;
}

/** A line for each step, for logs and pipes. */
class PlainProgress implements Progress {
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

/** A job of the live display. */
interface LiveJob {
  name: string;
  state: 'waiting' | 'running';
  kind: 'steps' | 'call';
  startedAt: number;
  steps: StepResult[];
  step?: { name: string; startedAt: number; lastLine: string };
}

const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** A tree that is redrawn in place: what is finished stays above as it is, what runs or waits is drawn anew. */
class LiveProgress implements Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #style: Style;
  readonly #tail: number;
  readonly #jobs = new Map<string, LiveJob>();
  #drawn = 0;
  #frame = 0;
  readonly #timer: NodeJS.Timeout;

  constructor(stream: NodeJS.WriteStream, style: Style, tail: number) {
    this.#stream = stream;
    this.#style = style;
    this.#tail = tail;
    this.#timer = setInterval(() => this.#draw(), 100);
    this.#timer.unref();
    stream.write('\u001b[?25l');
  }

  onEvent(event: ProgressEvent): void {
    switch (event.type) {
      case 'run-started':
        this.#leave([`${this.#style.bold(plainText(event.workflow))} ${this.#style.dim(event.file)}`]);
        for (const { id, name } of event.jobs) {
          this.#jobs.set(id, { name, state: 'waiting', kind: 'steps', startedAt: 0, steps: [] });
        }
        break;
      case 'job-started':
        this.#jobs.set(event.job, {
          name: event.name,
          state: 'running',
          kind: event.kind,
          startedAt: performance.now(),
          steps: [],
        });
        break;
      case 'step-started': {
        const job = this.#jobs.get(event.job);
        if (job) job.step = { name: event.name, startedAt: performance.now(), lastLine: '' };
        break;
      }
      case 'log': {
        const step = this.#jobs.get(event.job)?.step;
        if (step && event.line.text.trim() !== '') step.lastLine = plainText(event.line.text);
        break;
      }
      case 'step-finished': {
        const job = this.#jobs.get(event.job);
        job?.steps.push(event.result);
        if (job) delete job.step;
        break;
      }
      case 'job-finished':
        this.#jobs.delete(event.job);
        this.#jobs.delete(event.result.group);
        if (event.result.kind === 'call' && event.result.conclusion === 'success') break;
        this.#leave([jobLine(event.result, this.#style), ...failureLines(event.result, this.#style, this.#tail)]);
        break;
      case 'run-finished':
        this.#leave([endLine(event.result, this.#style)]);
        break;
    }
    this.#draw();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#erase();
    this.#stream.write('\u001b[?25h');
  }

  /** Writes lines that stay. */
  #leave(lines: string[]): void {
    this.#erase();
    for (const line of lines) this.#stream.write(`${line}\n`);
  }

  #draw(): void {
    this.#erase();
    this.#frame++;
    const room = Math.max(3, (this.#stream.rows ?? 24) - 2);
    const lines = this.#lines();
    const shown = lines.length > room ? [...lines.slice(0, room - 1), this.#style.dim('  …')] : lines;
    if (shown.length === 0) return;
    this.#stream.write(shown.join('\n') + '\n');
    this.#drawn = shown.length;
  }

  #lines(): string[] {
    const { dim, blue, bold } = this.#style;
    const width = (this.#stream.columns ?? 80) - 1;
    const spinner = blue(SPINNER[this.#frame % SPINNER.length]!);
    const since = (start: number): string => formatDuration(performance.now() - start);
    return [...this.#jobs.values()].flatMap((job) => {
      const name = cut(plainText(job.name), width - 16);
      if (job.state === 'waiting') return [dim(`· ${name}`)];
      if (job.kind === 'call') return [];
      const lines = [`${spinner} ${bold(name)} ${dim(since(job.startedAt))}`];
      const done =
        job.steps.length > 4 ? [dim(`  ✓ ${count(job.steps.length - 3, 'step')}`), ...job.steps.slice(-3)] : job.steps;
      for (const step of done) {
        lines.push(
          typeof step === 'string'
            ? step
            : stepLine({ ...step, name: cut(plainText(step.name), width - 20) }, this.#style),
        );
      }
      if (job.step !== undefined) {
        lines.push(`  ${spinner} ${cut(plainText(job.step.name), width - 20)} ${dim(since(job.step.startedAt))}`);
        if (job.step.lastLine !== '') lines.push(dim(cut(`      ${job.step.lastLine}`, width)));
      }
      return lines;
    });
  }

  #erase(): void {
    if (this.#drawn > 0) this.#stream.write(`\u001b[${this.#drawn}A\u001b[J`);
    this.#drawn = 0;
  }
}
