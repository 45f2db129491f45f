import { formatDuration } from '@mlops-actions/action-kit';
import { hasEnded, type RunState, type RunView, type TaskState } from '@mlops-actions/pipelines';

/** Words for a state, with the engine's own where it says more (and is not just another form, as `success` and `CANCELED` are). */
export const stateWords = (state: RunState | TaskState, engineState: string): string =>
  engineState === '' || engineState.toLowerCase().slice(0, 5) === state.slice(0, 5)
    ? state
    : `${state} (${engineState})`;

/** Milliseconds after which a run in which nothing changes is told of again. */
const STILL = 600_000;

/** Tells what has changed from one look at a run to the next: one line a change, and one where nothing changes for long. */
export class Progress {
  readonly #tasks = new Map<string, string>();
  #run = '';
  #told = 0;

  /** The lines to print. */
  lines(view: RunView, elapsed: number): string[] {
    const at = formatDuration(elapsed);
    const changes: string[] = [];
    const run = stateWords(view.state, view.engineState);
    const news = run === this.#run ? [] : [`${at}: run ${run}`];
    this.#run = run;
    // A run ends after its tasks, also where one look shows both.
    if (!hasEnded(view)) changes.push(...news);
    for (const task of view.tasks) {
      const state = stateWords(task.state, task.engineState);
      const before = this.#tasks.get(task.id);
      this.#tasks.set(task.id, state);
      // That a task is yet to come is no news.
      if (state !== before && task.state !== 'waiting') changes.push(`${at}: ${task.name} ${state}`);
    }
    if (hasEnded(view)) changes.push(...news);
    if (changes.length > 0) this.#told = elapsed;
    else if (elapsed - this.#told > STILL) {
      this.#told = elapsed;
      const running = view.tasks.filter(({ state, group }) => state === 'running' && !group).map(({ name }) => name);
      changes.push(`${at}: run still ${run}${running.length === 0 ? '' : `, in ${running.join(', ')}`}`);
    }
    return changes;
  }
}
