import { look, startServer, taskStage, type EngineServer, type Reply, type Request, type StoredRun } from './server.ts';

/**
 * Kubeflow Pipelines as its swagger of v2beta1 has it (runs, experiments, artifacts), and the log of API v1alpha1. Its names are not unique: two
 * submissions are two runs.
 */
export const startKubeflow = (): Promise<EngineServer> => startServer(handle, '/pipeline');

const STATES = {
  queued: 'PENDING',
  paused: 'PAUSED',
  extract: 'RUNNING',
  train: 'RUNNING',
  succeeded: 'SUCCEEDED',
  failed: 'FAILED',
  cancelled: 'CANCELED',
} as const;
const TASKS = { waiting: 'PENDING', running: 'RUNNING', succeeded: 'SUCCEEDED', failed: 'FAILED' } as const;

function handle(request: Request, server: EngineServer): Reply | undefined {
  const { method, path, query, body } = request;
  const [, id, verb] = /^\/apis\/v2beta1\/runs\/([^/:]+)(:terminate)?$/.exec(path) ?? [];
  if (path === '/apis/v2beta1/experiments' && method === 'GET') {
    const wanted = wantedName(query);
    const known = ['Default', 'risk'].filter((name) => name === wanted);
    return {
      json: { experiments: known.map((name) => ({ experiment_id: `experiment-${name}`, display_name: name })) },
    };
  }
  if (path === '/apis/v2beta1/runs' && method === 'POST') {
    const made: StoredRun = {
      id: `0000-${server.runs.size + 1}`,
      name: String(body['display_name']),
      parameters: (body['runtime_config'] as { parameters: Record<string, unknown> }).parameters,
      request: body,
      looks: 0,
      cancelled: false,
    };
    server.runs.set(made.id, made);
    return { json: { run_id: made.id, display_name: made.name, state: 'PENDING' } };
  }
  if (path === '/apis/v2beta1/runs' && method === 'GET') {
    const named = [...server.runs.values()].filter(({ name }) => name === wantedName(query));
    // The API leaves a list out that is empty.
    return { json: named.length === 0 ? {} : { runs: named.map((run) => render(run, server)) } };
  }
  const run = server.runs.get(id ?? '');
  if (run !== undefined && verb !== undefined && method === 'POST') {
    run.cancelled = true;
    return { json: {} };
  }
  if (run !== undefined && method === 'GET') return { json: render(run, server) };
  const [, logged, node] = /^\/apis\/v1alpha1\/runs\/([^/]+)\/nodes\/([^/]+)\/log$/.exec(path) ?? [];
  if (server.runs.has(logged ?? '') && node === 'pod-train') return { text: 'reading rows\nno such column: age\n' };
  if (path === '/apis/v2beta1/artifacts/7')
    return { json: { artifact_id: '7', uri: 'gs://bucket/model', type: 'Model' } };
  if (path === '/apis/v2beta1/artifacts/8')
    return { json: { artifact_id: '8', uri: 'gs://bucket/rows', type: 'Dataset' } };
  return undefined;
}

function wantedName(query: URLSearchParams): string {
  const filter = JSON.parse(query.get('filter')!) as {
    predicates: { operation: string; key: string; string_value: string }[];
  };
  const [predicate] = filter.predicates;
  if (predicate?.operation !== 'EQUALS' || predicate.key !== 'display_name') throw new Error('an unknown filter');
  return predicate.string_value;
}

function render(run: StoredRun, server: EngineServer): object {
  const stage = look(run, server);
  const state = (task: 'extract' | 'train') => TASKS[taskStage(task, stage, server.story)];
  const task = (name: 'extract' | 'train', artifact: string, key: string): object[] => [
    {
      task_id: name,
      display_name: name,
      state: state(name),
      child_tasks: [{ pod_name: `pod-${name}-driver` }, { task_id: `${name}-main` }],
    },
    { task_id: `${name}-driver`, display_name: `${name}-driver`, pod_name: `pod-${name}-driver`, state: 'SUCCEEDED' },
    {
      task_id: `${name}-main`,
      display_name: 'executor',
      pod_name: `pod-${name}`,
      state: state(name),
      ...(state(name) === 'FAILED' && { error: { code: 2, message: 'exit code 1' } }),
      outputs: { [key]: { artifact_ids: [artifact] } },
    },
  ];
  return {
    run_id: run.id,
    display_name: run.name,
    description: run.request['description'],
    state: STATES[stage],
    created_at: `2026-11-25T00:00:0${run.id.at(-1)!}Z`,
    run_details: {
      task_details: [
        {
          task_id: 'root',
          display_name: 'root',
          state: STATES[stage],
          child_tasks: [{ task_id: 'extract' }, { task_id: 'train' }],
        },
        ...task('extract', '8', 'rows'),
        ...task('train', '7', 'model'),
      ],
    },
  };
}
