import { COLOURS, PLAIN } from './progress/lines.ts';
import { RedrawnTree } from './progress/redrawn.ts';
import { StepByStep } from './progress/step-by-step.ts';
import type { ProgressEvent } from './result.ts';

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
  return live ? new RedrawnTree(stream, style, tail) : new StepByStep(stream, style, verbose, tail);
}
