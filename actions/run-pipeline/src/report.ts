import {
  formatDuration,
  log,
  md,
  mdBlock,
  mdCode,
  mdDetails,
  mdJoin,
  mdTable,
  subjectOf,
  type ActionResult,
  type Markdown,
  type Verdict,
} from '@mlops-actions/action-kit';
import {
  runName,
  type Ending,
  type Engine,
  type RunOutputs,
  type RunState,
  type Started,
  type StartRequest,
} from '@mlops-actions/pipelines';
import type { FailedTask } from './failures.ts';
import type { Wanted } from './inputs.ts';
import { stateWords } from './progress.ts';

/** All that a run of the action knows in the end. */
export interface Outcome {
  wanted: Wanted;
  request: StartRequest;
  engine: Pick<Engine, 'name' | 'title' | 'pipeline' | 'digest'>;
  dryRun: boolean;
  started: Started | undefined;
  /** `undefined` where nothing was waited for, or not to the end. */
  ending: Ending | undefined;
  failures: FailedTask[];
  outputs: RunOutputs | undefined;
  /** What became of a cancellation, where there was one. */
  cancelled: 'asked' | 'unknown' | 'nothing' | undefined;
  /** Whether the workflow was cancelled. */
  interrupted: boolean;
}

interface Conclusion {
  verdict: Verdict;
  headline: string;
  tolerated?: boolean;
}

export function resultOf(outcome: Outcome): ActionResult {
  const { started, outputs, wanted, engine, request } = outcome;
  return {
    ...conclusionOf(outcome),
    outputs: {
      'run-id': started?.run.id ?? '',
      'run-url': started?.run.url ?? '',
      state: stateOf(outcome) ?? '',
      outputs: outputs === undefined ? '' : outputText(outputs),
      attached: String(started?.attached ?? false),
    },
    report: {
      engine: engine.name,
      pipeline: { name: engine.pipeline, given: wanted.pipeline, digest: engine.digest },
      parameters: request.parameters,
      idempotencyKey: request.key,
      fingerprint: request.fingerprint,
      runId: started?.run.id,
      runUrl: started?.run.url,
      attached: started?.attached,
      attempt: started?.attempt,
      state: stateOf(outcome),
      ending: outcome.ending?.kind,
      cancellation: outcome.cancelled,
      tasks: outcome.ending?.view?.tasks ?? [],
      failures: outcome.failures,
      outputs,
    },
    summary: summarise(outcome),
    subjects: engine.digest === undefined ? [] : [subjectOf(wanted.pipeline, engine.digest)],
  };
}

const stateOf = ({ ending }: Outcome): RunState | undefined => ending?.view?.state;

function conclusionOf(outcome: Outcome): Conclusion {
  const { engine, started, ending, wanted, request, interrupted } = outcome;
  if (outcome.dryRun) {
    const name = runName(engine.pipeline, request.key, 1);
    const count = Object.keys(request.parameters).length;
    return {
      verdict: 'pass',
      headline: `A dry run: ${engine.title} would run ${engine.pipeline} as ${name} with ${count} parameter${count === 1 ? '' : 's'}, or go on with the run of that name.`,
    };
  }
  const run = `The run ${started?.run.id ?? ''} of ${engine.pipeline}`;
  if (interrupted) return { verdict: 'fail', headline: interruption(outcome) };
  if (ending === undefined) {
    return {
      verdict: 'inconclusive',
      tolerated: !wanted.wait,
      headline: `${run} was ${started?.attached ? 'begun before' : 'submitted'} and is not waited for: nobody knows yet how it ends.`,
    };
  }
  switch (ending.kind) {
    case 'gone':
      return { verdict: 'inconclusive', headline: `${run} was deleted while it was waited for.` };
    case 'timeout':
      return { verdict: 'inconclusive', headline: `${run} ${lateness(ending)}; ${aftermath(outcome)}` };
    case 'ended':
      return ended(run, outcome, ending);
  }
}

function ended(run: string, { failures, ...outcome }: Outcome, { view }: Ending & { kind: 'ended' }): Conclusion {
  const word = stateWords(view.state, view.engineState);
  if (view.state === 'succeeded') {
    const attached = outcome.started?.attached ? ', which an earlier start had begun,' : '';
    return { verdict: 'pass', headline: `${run}${attached} succeeded.` };
  }
  if (view.state === 'cancelled')
    return { verdict: 'fail', headline: `${run} was cancelled${view.error === undefined ? '' : `: ${view.error}`}.` };
  const [first] = failures;
  const more = failures.length > 1 ? ` (and ${failures.length - 1} more)` : '';
  const task = first && `task ${first.name}${more}${first.error === undefined ? '' : `: ${first.error}`}`;
  const why = task ?? view.error ?? 'no task failed, so somebody marked it so';
  return { verdict: 'fail', headline: sentence(`${run} ${word}: ${why}`) };
}

function lateness({ view, started, waited }: Ending & { kind: 'timeout' }): string {
  const time = formatDuration(waited);
  const word = view === undefined ? 'and never said how it is' : `and is ${stateWords(view.state, view.engineState)}`;
  if (!started) return `never started: ${time} have passed ${word}`;
  return view?.state === 'paused' ? `is paused after ${time}` : `did not end within ${time} ${word}`;
}

function aftermath({ cancelled }: Outcome): string {
  if (cancelled === 'asked') return 'it was asked to stop.';
  if (cancelled === 'unknown') return 'it could not be asked to stop.';
  return "it goes on, and running this again goes on with it; 'cancel-on-timeout' would stop it.";
}

function interruption({ engine, started, cancelled }: Outcome): string {
  const run = `the run ${started?.run.id ?? ''} of ${engine.pipeline}`;
  if (cancelled === 'nothing') return 'The workflow was cancelled before a run was started.';
  if (cancelled === 'asked') return `The workflow was cancelled, and ${run} with it.`;
  return `The workflow was cancelled; ${run} could not be asked to stop and may go on.`;
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** GitHub drops outputs over 1 MiB. */
const OUTPUT_LIMIT = 900_000;

function outputText(outputs: RunOutputs): string {
  const text = JSON.stringify(outputs);
  if (Buffer.byteLength(text) <= OUTPUT_LIMIT) return text;
  const own = <T>(all: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(all).filter(([name]) => !name.includes('.')));
  const short = JSON.stringify({ parameters: own(outputs.parameters), artifacts: own(outputs.artifacts) });
  log.warning("The output 'outputs' would be larger than GitHub takes; the report has all of it.");
  return Buffer.byteLength(short) <= OUTPUT_LIMIT ? short : '';
}

/** Rows that a summary shows of tasks and outputs. */
const MOST_ROWS = 100;
const LONGEST_CELL = 300;

function summarise(outcome: Outcome): Markdown {
  const { engine, started, ending, outputs, request, failures } = outcome;
  const state = stateOf(outcome);
  const tasks = ending?.view?.tasks ?? [];
  return mdJoin(
    mdTable(
      ['', ''],
      [
        ['Engine', engine.title],
        ['Pipeline', engine.pipeline],
        ...(engine.digest === undefined ? [] : [['Digest', mdCode(engine.digest)]]),
        ...(started === undefined ? [] : [['Run', mdCode(started.run.id)]]),
        ...(started?.run.url ? [['Page', started.run.url]] : []),
        ...(state === undefined ? [] : [['State', stateWords(state, ending?.view?.engineState ?? '')]]),
      ],
    ),
    rows('Parameter', Object.entries(request.parameters)),
    tasks.length === 0
      ? undefined
      : mdTable(
          ['Task', 'State', 'Error'],
          tasks
            .slice(0, MOST_ROWS)
            .map(({ name, state: of, engineState, error }) => [name, stateWords(of, engineState), cut(error ?? '')]),
        ),
    tasks.length > MOST_ROWS ? md`_${tasks.length - MOST_ROWS} more tasks are in the report._` : undefined,
    ...failures
      .filter(({ log: tail }) => tail.length > 0)
      .map(({ name, log: tail }) =>
        mdDetails(`End of the log of ${name.replace(/\s+/g, ' ')}`, mdBlock(tail.join('\n'))),
      ),
    outputs === undefined ? undefined : rows('Output', Object.entries(outputs.parameters)),
    outputs === undefined
      ? undefined
      : rows(
          'Artifact',
          Object.entries(outputs.artifacts).map(([name, { uri }]) => [name, uri] as const),
        ),
  );
}

function rows(head: string, entries: readonly (readonly [string, unknown])[]): Markdown | undefined {
  if (entries.length === 0) return undefined;
  const shown = entries
    .slice(0, MOST_ROWS)
    .map(([name, value]) => [name, mdCode(cut(typeof value === 'string' ? value : JSON.stringify(value)))]);
  return mdTable([head, 'Value'], shown);
}

const cut = (text: string): string => (text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL)}...` : text);
