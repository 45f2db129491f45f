import { setTimeout as sleep } from 'node:timers/promises';
import { formatDuration, log, messageOf, type ActionResult, type RunContext } from '@mlops-actions/action-kit';
import {
  checkParameters,
  findGoing,
  fingerprintOf,
  follow,
  growingPace,
  keyOfStep,
  openEngine,
  retrying,
  runName,
  start,
  type Ending,
  type Engine,
  type JsonObject,
  type Pace,
  type Run,
  type RunView,
  type Started,
  type StartRequest,
} from '@mlops-actions/pipelines';
import { readFailures, type FailedTask } from './failures.ts';
import { resolveInputs, type Inputs, type Wanted } from './inputs.ts';
import { Progress } from './progress.ts';
import { resultOf, type Outcome } from './report.ts';
import { withCancellation } from './signals.ts';

/** Submits the pipeline, or attaches to its run, and waits for it; or, in a dry run, says what would be submitted. */
export async function run(inputs: Inputs, context: RunContext): Promise<ActionResult> {
  const wanted = await resolveInputs(inputs);
  return withCancellation(async (signal) => {
    const pace = growingPace(wanted.pollInterval, signal);
    const engine = await retrying(() => openEngine(wanted.target), pace);
    try {
      const request = await prepare(engine, wanted, context, pace);
      const outcome = newOutcome(engine, wanted, request, inputs.dryRun);
      log.info(`${engine.title}: pipeline ${engine.pipeline}, run ${runName(engine.pipeline, request.key, 1)}`);
      if (!inputs.dryRun) await work(engine, request, outcome, pace, signal);
      return resultOf(outcome);
    } finally {
      await engine.close();
    }
  });
}

/** Checks the parameters and decides under which key they are run. */
async function prepare(
  engine: Engine,
  wanted: Wanted,
  { repository, runId }: RunContext,
  pace: Pace,
): Promise<StartRequest> {
  const declaration = await retrying(() => engine.declaration(), pace);
  const { values, undeclared } = checkParameters(declaration, wanted.parameters, engine.pipeline);
  if (undeclared.length > 0) {
    log.warning(
      `The pipeline ${engine.pipeline} does not declare ${undeclared.join(', ')}; the run gets it all the same.`,
    );
  }
  const fingerprint = fingerprintOf({
    engine: engine.name,
    pipeline: engine.pipeline,
    digest: engine.digest ?? null,
    parameters: values,
    settings: settingsOf(wanted),
  });
  if (wanted.idempotencyKey !== undefined) {
    return { key: wanted.idempotencyKey, keyIsGiven: true, fingerprint, parameters: values };
  }
  if (runId === '') {
    log.warning("Outside of a workflow run and without 'idempotency-key', every start is a run of its own.");
  }
  const step = {
    repository,
    runId: runId || `${process.pid}-${Date.now()}`,
    job: process.env['GITHUB_JOB'] ?? '',
    step: process.env['GITHUB_ACTION'] ?? '',
  };
  return { key: keyOfStep(step, fingerprint), keyIsGiven: false, fingerprint, parameters: values };
}

/** What beside pipeline and parameters makes a run another one. */
function settingsOf({ target }: Wanted): JsonObject {
  return Object.fromEntries(
    Object.entries(target.options).filter(
      ([name, value]) => value !== undefined && name !== 'secrets' && name !== 'pipeline',
    ),
  );
}

function newOutcome(engine: Engine, wanted: Wanted, request: StartRequest, dryRun: boolean): Outcome {
  const { name, title, pipeline, digest } = engine;
  return {
    ...{ wanted, request, dryRun, engine: { name, title, pipeline, digest } },
    started: undefined,
    ending: undefined,
    failures: [],
    outputs: undefined,
    cancelled: undefined,
    interrupted: false,
  };
}

async function work(
  engine: Engine,
  request: StartRequest,
  outcome: Outcome,
  pace: Pace,
  signal: AbortSignal,
): Promise<void> {
  const { wanted } = outcome;
  const starting = start(engine, request, pace);
  try {
    const started = await pace.unlessStopped(starting);
    outcome.started = started;
    announce(started);
    if (!wanted.wait) return;
    const progress = new Progress();
    const { timeout, startTimeout } = wanted;
    const onView = (view: RunView, elapsed: number): void =>
      progress.lines(view, elapsed).forEach((line) => log.info(line));
    outcome.ending = await follow(engine, started.run, { timeout, startTimeout, pace, onView });
    await conclude(engine, started.run, outcome.ending, outcome, pace);
  } catch (error) {
    if (!signal.aborted) throw error;
    await interrupted(engine, request, starting, outcome);
  }
}

function announce({ run: { id, url }, attached, attempt }: Started): void {
  const again = attempt === 1 ? '' : `, number ${attempt} of its key, after runs that failed or were cancelled`;
  log.info(`${attached ? 'Goes on with the run' : 'Started the run'} ${id}${again}`);
  if (url !== '') log.info(url);
}

/** Reads what is to be told of a run whose waiting has ended: its outputs, or why it failed. */
async function conclude(engine: Engine, run: Run, ending: Ending, outcome: Outcome, pace: Pace): Promise<void> {
  if (ending.kind === 'timeout' && outcome.wanted.cancelOnTimeout) {
    outcome.cancelled = await asked(engine, run);
  }
  if (ending.kind !== 'ended') return;
  const { view } = ending;
  if (view.state === 'succeeded') outcome.outputs = await retrying(() => engine.outputs(run), pace);
  else outcome.failures = await printFailures(engine, run, view, outcome.wanted.maxLogLines);
}

async function printFailures(engine: Engine, run: Run, view: RunView, lines: number): Promise<FailedTask[]> {
  const failures = await readFailures(engine, run, view, lines);
  for (const { name, engineState, error, log: tail } of failures) {
    log.error(`Task ${name} ${engineState}${error === undefined ? '' : `: ${error}`}`, { title: 'run-pipeline' });
    if (tail.length > 0) {
      await log.group(`End of the log of ${name}`, async () => tail.forEach((line) => log.info(line)));
    }
  }
  return failures;
}

/** Milliseconds: the runner gives 7.5 seconds in all. */
const SUBMISSION_GRACE = 2000;
const LOOK_GRACE = 1500;
const CANCEL_GRACE = 3000;

/** Cancels the run of a workflow that was cancelled, also one whose submission has not been answered yet. */
async function interrupted(
  engine: Engine,
  request: StartRequest,
  starting: Promise<Started>,
  outcome: Outcome,
): Promise<void> {
  outcome.started ??= await within(SUBMISSION_GRACE, starting);
  const run = outcome.started?.run ?? (await within(LOOK_GRACE, findGoing(engine, request.key)));
  outcome.cancelled = run === undefined ? 'nothing' : await asked(engine, run);
  outcome.ending = undefined;
  outcome.interrupted = true;
}

async function asked(engine: Engine, run: Run): Promise<'asked' | 'unknown'> {
  const began = performance.now();
  const done = await within(
    CANCEL_GRACE,
    engine.cancel(run).then(() => true),
  );
  if (done !== true) {
    log.warning(`The run ${run.id} could not be asked to stop: it may go on.`);
    return 'unknown';
  }
  log.info(`Asked for the run ${run.id} to be cancelled (${formatDuration(performance.now() - began)})`);
  return 'asked';
}

/** What a call gives in time; `undefined` if it fails or takes longer. */
async function within<T>(milliseconds: number, call: Promise<T>): Promise<T | undefined> {
  const timer = new AbortController();
  const late = sleep(milliseconds, undefined, { signal: timer.signal }).catch(() => undefined);
  const answer = call.catch((error: unknown) => {
    log.debug(messageOf(error));
    return undefined;
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    timer.abort();
  }
}
