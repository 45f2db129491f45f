import { log, messageOf } from '@mlops-actions/action-kit';
import type { Engine, Run, RunView, Task } from '@mlops-actions/pipelines';

/** A task that failed, with the end of its log. */
export interface FailedTask {
  name: string;
  engineState: string;
  error: string | undefined;
  log: string[];
}

/** Tasks whose logs are read: the first failures tell most, and a loop may have thousands. */
const MOST = 5;

/** The tasks that failed by themselves, and the ends of their logs. */
export async function readFailures(engine: Engine, run: Run, view: RunView, lines: number): Promise<FailedTask[]> {
  const failed = culprits(view);
  if (failed.length > MOST) log.warning(`${failed.length} tasks failed; the first ${MOST} are shown.`);
  const read: FailedTask[] = [];
  for (const task of failed.slice(0, MOST)) {
    read.push({ ...task, log: lines === 0 ? [] : await tail(engine, run, task, lines) });
  }
  return read.map(({ name, engineState, error, log: entries }) => ({ name, engineState, error, log: entries }));
}

/** Groups fail because a task in them does: they count only where no task does. */
function culprits({ tasks }: RunView): readonly Task[] {
  const failed = tasks.filter(({ state }) => state === 'failed');
  const own = failed.filter(({ group }) => !group);
  return own.length > 0 ? own : failed;
}

async function tail(engine: Engine, run: Run, task: Task, lines: number): Promise<string[]> {
  try {
    return (await engine.log(run, task, lines)).slice(-lines);
  } catch (error) {
    log.warning(`The log of ${task.name} could not be read: ${messageOf(error)}`);
    return [];
  }
}
