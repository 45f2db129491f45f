import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { LOG_LINES_KEPT, type Annotation, type Conclusion, type LogLine, type StepResult } from '../result.ts';
import type { Masker } from './masker.ts';
import { commandReader, type Effect } from './workflow-commands.ts';

/** What a step leaves to be shown. */
export interface RecorderEvents {
  line(line: LogLine): void;
}

/** Records one step as it is shown: its log, annotations and summary, all masked. */
export class StepRecorder {
  readonly name: string;
  /** True once a workflow command failed the step. */
  commandFailed = false;
  /** Masked by {@link result}. */
  outputs: Record<string, string> = {};
  readonly #masker: Masker;
  readonly #file: JobLogFile;
  readonly #events: RecorderEvents;
  readonly #log: LogLine[] = [];
  readonly #annotations: Annotation[] = [];
  #summary = '';
  readonly #startedAt = performance.now();

  constructor(name: string, masker: Masker, file: JobLogFile, events: RecorderEvents) {
    this.#masker = masker;
    this.name = masker.mask(name);
    this.#file = file;
    this.#events = events;
    file.write(`=== ${this.name}`);
  }

  /** Shows a line of the runner's own. */
  line(text: string, kind: LogLine['kind'] = 'text'): void {
    for (const part of text.split('\n')) this.#show({ kind, text: part });
  }

  /** Shows a complaint and annotates the run with it. */
  annotate(level: Annotation['level'], message: string, place: Partial<Annotation> = {}): void {
    this.#annotate({ ...place, level, message }, { kind: level, text: message });
  }

  /** A reader of a program's output: shows text, obeys workflow commands. */
  reader(): (line: string) => void {
    const read = commandReader();
    return (text) => this.#obey(read(text));
  }

  addSummary(markdown: string): void {
    this.#summary += markdown;
  }

  result(outcome: Conclusion, conclusion: Conclusion): StepResult {
    return {
      name: this.name,
      outcome,
      conclusion,
      durationMs: Math.round(performance.now() - this.#startedAt),
      annotations: this.#annotations,
      summary: this.#masker.mask(this.#summary),
      log: this.#log,
      outputs: maskAll(this.outputs, this.#masker),
    };
  }

  #obey(effect: Effect): void {
    switch (effect.kind) {
      case 'show':
        this.#show(effect.line);
        break;
      case 'annotate':
        this.#annotate(effect.annotation, effect.line);
        break;
      case 'mask':
        if (effect.value.trim() === '') this.annotate('warning', 'An empty text cannot be masked.');
        else this.#masker.add(effect.value);
        break;
      case 'refuse':
        this.commandFailed ||= effect.fails;
        this.annotate(effect.fails ? 'error' : 'warning', effect.message);
        break;
      case 'none':
        break;
    }
  }

  #annotate(annotation: Annotation, line: LogLine): void {
    const mask = (text: string): string => this.#masker.mask(text);
    this.#annotations.push({
      ...annotation,
      message: mask(annotation.message),
      ...(annotation.title !== undefined && { title: mask(annotation.title) }),
      ...(annotation.file !== undefined && { file: mask(annotation.file) }),
    });
    for (const text of line.text.split(/\r\n|\r|\n/)) this.#show({ ...line, text });
  }

  #show({ kind, text }: LogLine): void {
    const shown = { kind, text: this.#masker.mask(text) };
    this.#log.push(shown);
    if (this.#log.length > LOG_LINES_KEPT) this.#log.shift();
    this.#file.write(kind === 'text' ? shown.text : `[${kind}] ${shown.text}`);
    this.#events.line(shown);
  }
}

/** Every value masked. */
export function maskAll(values: Record<string, string>, masker: Masker): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, masker.mask(value)]));
}

/** The file with a job's whole log. */
export class JobLogFile {
  readonly path: string;
  readonly #stream: WriteStream;
  #fault: Error | undefined;

  constructor(path: string) {
    this.path = path;
    this.#stream = createWriteStream(path).on('error', (error) => (this.#fault = error));
  }

  write(line: string): void {
    this.#stream.write(`${line}\n`);
  }

  /** Writes what is left. @throws if the file could not be written. */
  async close(): Promise<void> {
    this.#stream.end();
    if (!this.#stream.closed) await once(this.#stream, 'close');
    if (this.#fault !== undefined) throw this.#fault;
  }
}
