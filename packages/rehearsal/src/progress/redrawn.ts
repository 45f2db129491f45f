import { count, formatDuration } from '@mlops-actions/action-kit';
import type { Progress } from '../progress.ts';
import { cut, plainText } from '../report/plain-text.ts';
import type { ProgressEvent, StepResult } from '../result.ts';
import { endLine, failureLines, jobLine, stepLine, type Style } from './lines.ts';

/** A job in the tree. */
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
export class RedrawnTree implements Progress {
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
