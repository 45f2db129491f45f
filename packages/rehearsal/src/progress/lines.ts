import { count, formatDuration } from '@mlops-actions/action-kit';
import { plainText } from '../report/plain-text.ts';
import type { Conclusion, JobResult, LogLine, RunResult, StepResult } from '../result.ts';

/** How words are set off from each other. */
export type Style = Record<'green' | 'red' | 'yellow' | 'blue' | 'dim' | 'bold', (text: string) => string>;

const sgr = (open: number, close: number) => (text: string) => `\u001b[${open}m${text}\u001b[${close}m`;
export const COLOURS: Style = {
  green: sgr(32, 39),
  red: sgr(31, 39),
  yellow: sgr(33, 39),
  blue: sgr(36, 39),
  dim: sgr(2, 22),
  bold: sgr(1, 22),
};
const same = (text: string): string => text;
export const PLAIN: Style = { green: same, red: same, yellow: same, blue: same, dim: same, bold: same };

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
export function stepLine(step: StepResult, style: Style): string {
  const name = plainText(step.name);
  if (step.outcome === 'skipped') return `  ${mark('skipped', style)} ${style.dim(name)}`;
  const tolerated = step.outcome !== step.conclusion ? style.yellow(' failed, tolerated') : '';
  return `  ${mark(step.outcome, style)} ${name}${tolerated} ${style.dim(formatDuration(step.durationMs))}`;
}

export function jobLine(job: JobResult, style: Style): string {
  const name = style.bold(plainText(job.name));
  const environment = job.environment === undefined ? '' : style.blue(` → ${plainText(job.environment.name)}`);
  if (job.conclusion === 'skipped') return `${mark('skipped', style)} ${style.dim(`${plainText(job.name)} skipped`)}`;
  const tolerated = job.tolerated ? style.yellow(' failed, tolerated') : '';
  return `${mark(job.conclusion, style)} ${name}${environment}${tolerated} ${style.dim(formatDuration(job.durationMs))}`;
}

export function logLine({ kind, text }: LogLine, style: Style): string | undefined {
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
export function failureLines(job: JobResult, style: Style, tail: number): string[] {
  const lines = job.error === undefined ? [] : [`    ${style.red(plainText(job.error))}`];
  for (const step of job.steps.filter((candidate) => candidate.conclusion === 'failure')) {
    lines.push(`    ${style.dim(`${plainText(step.name)}, end of the log:`)}`);
    const shown = step.log.map((line) => logLine(line, style)).filter((line) => line !== undefined);
    lines.push(...shown.slice(-tail).map((line) => `    ${style.dim('│')} ${line}`));
  }
  if (job.logPath !== undefined && lines.length > 0) lines.push(`    ${style.dim(`whole log: ${job.logPath}`)}`);
  return lines;
}

export function endLine(result: RunResult, style: Style): string {
  const jobs = result.jobs.filter((job) => job.kind === 'steps');
  const word = {
    success: style.green('passed'),
    failure: style.red('failed'),
    cancelled: style.yellow('cancelled'),
    skipped: 'skipped',
  };
  return `\n${mark(result.conclusion, style)} ${style.bold(plainText(result.workflow))} ${word[result.conclusion]}: ${count(jobs.length, 'job')} in ${formatDuration(result.durationMs)}\n  ${style.dim(result.outDir)}`;
}
