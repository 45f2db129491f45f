import { log, messageOf, UserError } from '@mlops-actions/action-kit';
import type { Engine, Run, RunView } from '../engine.ts';
import { EngineFailure, kindOf } from '../failure.ts';
import type { Secrets } from '../http/access.ts';
import { segments } from '../http/api.ts';
import { field, listField, textField, type Json } from '../json.ts';
import { AIRFLOW_RUNS, AIRFLOW_TASKS, runState, taskState } from '../states.ts';
import { connectAirflow } from './connect.ts';
import { declarationOf } from './declaration.ts';
import { logLines } from './log.ts';

export interface AirflowOptions {
  host: string;
  secrets: Secrets;
  /** Id of the DAG. */
  pipeline: string;
  /** Milliseconds until an answer must be there. */
  callTimeout?: number;
}

/** How a run's note keeps what it was asked for with. */
const FINGERPRINT = /mlops-request=([0-9a-f]{32})/;

/** Pages of task instances, and tasks whose results are read. */
const PAGE = 100;
const MOST_TASKS = 10_000;
const MOST_RESULTS = 100;

/** Apache Airflow by its stable REST API: v2 of Airflow 3, v1 of Airflow 2. */
export async function openAirflow(options: AirflowOptions): Promise<Engine> {
  const dag = options.pipeline;
  if (!/^[\w.-]{1,250}$/u.test(dag)) {
    throw new UserError(`'${dag}' is not the id of a DAG.`, {
      fix: "Set 'pipeline' to the DAG's dag_id: letters, digits, dashes, dots and underscores.",
    });
  }
  const { api, version, root, origin } = await connectAirflow(options);
  const dagPath = `${root}/dags/${segments(dag)}`;
  const runPath = (id: string): string => `${dagPath}/dagRuns/${segments(id)}`;
  const runOf = (id: string): Run => ({ id, url: runUrl(origin, version, dag, id) });

  const instancesOf = async (id: string): Promise<Instance[]> => {
    const found: Instance[] = [];
    for (;;) {
      const answer = await api.json({
        path: `${runPath(id)}/taskInstances`,
        query: { limit: PAGE, offset: found.length },
        what: `list the tasks of the run ${id}`,
      });
      const page = listField(answer, 'task_instances').map(instanceOf);
      found.push(...page);
      const total = Number(field(answer, 'total_entries') ?? found.length);
      if (page.length === 0 || found.length >= Math.min(total, MOST_TASKS)) return found;
    }
  };
  const isPaused = async (): Promise<boolean> =>
    field(await api.json({ path: dagPath, what: `tell of the DAG ${dag}` }), 'is_paused') === true;
  const viewOf = async (run: unknown): Promise<RunView> => {
    const id = textField(run, 'dag_run_id') ?? '';
    const engineState = textField(run, 'state') ?? '';
    const state = runState(AIRFLOW_RUNS, engineState);
    const instances = await instancesOf(id);
    // The scheduler passes over the runs of a paused DAG: nothing will come of waiting.
    const idle = !instances.some((instance) => taskState(AIRFLOW_TASKS, instance.state) === 'running');
    const paused = (state === 'queued' || (state === 'running' && idle)) && (await isPaused());
    return {
      state: paused ? 'paused' : state,
      engineState,
      error: undefined,
      tasks: instances.map((instance) => ({
        id: instance.id,
        name: instance.name,
        state: taskState(AIRFLOW_TASKS, instance.state),
        engineState: instance.state,
        error: undefined,
        group: false,
      })),
    };
  };
  const read = (id: string): Promise<unknown> => api.json({ path: runPath(id), what: `tell how the run ${id} is` });

  return {
    name: 'airflow',
    title: `Airflow ${version === 2 ? '3' : '2'}`,
    pipeline: dag,
    digest: undefined,
    namesAreUnique: true,
    async declaration() {
      return declarationOf(await api.json({ path: `${dagPath}/details`, what: `tell of the DAG ${dag}` }));
    },
    async find(name) {
      try {
        const run = await read(name);
        const fingerprint = FINGERPRINT.exec(textField(run, 'note') ?? '')?.[1];
        return { ...runOf(name), view: await viewOf(run), fingerprint };
      } catch (error) {
        if (kindOf(error) === 'missing') return undefined;
        throw error;
      }
    },
    async submit({ name, fingerprint, parameters }) {
      if (await isPaused()) {
        throw new EngineFailure('refused', `The DAG ${dag} is paused: a run of it would wait for ever.`, {
          fix: 'Unpause it in Airflow, then run again.',
        });
      }
      await api.json({
        method: 'POST',
        path: `${dagPath}/dagRuns`,
        json: {
          dag_run_id: name,
          conf: parameters,
          note: `Started by the GitHub action run-pipeline. mlops-request=${fingerprint}`,
          // Runs that are started by hand are not for an interval of the schedule.
          ...(version === 2 && { logical_date: null }),
        },
        what: `start the run ${name} of the DAG ${dag}`,
      });
      return runOf(name);
    },
    view: async ({ id }) => viewOf(await read(id)),
    async log({ id }, task, lines) {
      const instance = (await instancesOf(id)).find((one) => one.id === task.id);
      if (instance === undefined || instance.tries === 0) return [];
      const text = await api.text({
        path: `${runPath(id)}/taskInstances/${segments(instance.task)}/logs/${instance.tries}`,
        query: { full_content: 'true', map_index: instance.mapIndex },
        accept: version === 2 ? 'application/json' : 'text/plain',
        what: `give the log of ${task.name}`,
      });
      return logLines(text).slice(-lines);
    },
    async outputs({ id }) {
      const parameters = new Map<string, Json>();
      const done = (await instancesOf(id)).filter(({ state }) => state === 'success');
      if (done.length > MOST_RESULTS)
        log.warning(`The results of the first ${MOST_RESULTS} of ${done.length} tasks are read.`);
      for (const instance of done.slice(0, MOST_RESULTS)) {
        const value = await resultOf(id, instance);
        if (value !== undefined) parameters.set(`${instance.name}.return_value`, value);
      }
      return { parameters: Object.fromEntries(parameters), artifacts: {} };
    },
    async cancel({ id }) {
      // Airflow has no state for a cancelled run: one that is marked as failed has its tasks stopped.
      await api.json({ method: 'PATCH', path: runPath(id), json: { state: 'failed' }, what: `cancel the run ${id}` });
    },
    close: async () => api.close(),
  };

  /** What a task returned (its XCom `return_value`), if it did. */
  async function resultOf(id: string, { task, mapIndex }: Instance): Promise<Json | undefined> {
    try {
      const answer = await api.json({
        path: `${runPath(id)}/taskInstances/${segments(task)}/xcomEntries/return_value`,
        query: { map_index: mapIndex === -1 ? undefined : mapIndex },
        what: `give the result of ${task}`,
      });
      const value = field(answer, 'value');
      return value === undefined || value === null ? undefined : readValue(value as Json);
    } catch (error) {
      if (kindOf(error) === 'missing') return undefined;
      if (kindOf(error) !== 'refused') throw error;
      log.warning(messageOf(error));
      return undefined;
    }
  }
}

/** One task of a run, or one of the many that a mapped task became. */
interface Instance {
  id: string;
  task: string;
  name: string;
  state: string;
  tries: number;
  /** -1 where the task is not mapped. */
  mapIndex: number;
}

function instanceOf(instance: unknown): Instance {
  const task = textField(instance, 'task_id') ?? '';
  const mapIndex = Number(field(instance, 'map_index') ?? -1);
  return {
    id: `${task}#${mapIndex}`,
    task,
    name: mapIndex < 0 ? task : `${task}[${mapIndex}]`,
    state: textField(instance, 'state') ?? '',
    tries: Number(field(instance, 'try_number') ?? 0),
    mapIndex,
  };
}

/** API v1 gives values as text. */
function readValue(value: Json): Json {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}

function runUrl(origin: string, version: 1 | 2, dag: string, run: string): string {
  return version === 2
    ? `${origin}/dags/${segments(dag, 'runs', run)}`
    : `${origin}/dags/${segments(dag)}/grid?dag_run_id=${encodeURIComponent(run)}`;
}
