import { look, startServer, taskStage, type EngineServer, type Reply, type Request, type StoredRun } from './server.ts';

/** Airflow's stable REST API as its OpenAPI documents have it: v2 of Airflow 3, or v1 of Airflow 2. Ids of runs are unique. */
export const startAirflow = (version: 1 | 2): Promise<EngineServer> =>
  startServer((request, server) => handle(request, server, version));

const STATES = {
  queued: 'queued',
  paused: 'queued',
  extract: 'running',
  train: 'running',
  succeeded: 'success',
  failed: 'failed',
  cancelled: 'failed',
} as const;
const TASKS = { waiting: null, running: 'running', succeeded: 'success', failed: 'failed' } as const;

const PARAMS = {
  table: { value: null, schema: { type: 'string' }, description: null },
  depth: { value: 3, schema: { type: 'integer', minimum: 1 }, description: null },
  mode: { value: 'full', schema: { enum: ['full', 'sample'] }, description: null },
};

function handle(request: Request, server: EngineServer, version: 1 | 2): Reply | undefined {
  const { method, body } = request;
  if (request.path === '/auth/token' && version === 2) {
    const known = body['username'] === 'ci' && body['password'] === 'secret-password';
    return known
      ? { status: 201, json: { access_token: `token-${server.count(/auth\/token/)}` } }
      : { status: 401, json: { detail: 'Invalid credentials' } };
  }
  const root = `/api/v${version}`;
  if (!request.path.startsWith(`${root}/`)) return undefined;
  const path = request.path.slice(root.length);
  if (path === '/version') return { json: { version: version === 2 ? '3.1.0' : '2.10.5', git_version: null } };
  if (path === '/dags/nightly')
    return { json: { dag_id: 'nightly', is_paused: server.story.hold === 'paused' && server.runs.size > 0 } };
  if (path === '/dags/sleeping') return { json: { dag_id: 'sleeping', is_paused: true } };
  if (/^\/dags\/(nightly|sleeping)\/details$/.test(path)) return { json: { dag_id: 'nightly', params: PARAMS } };
  if (path === '/dags/nightly/dagRuns' && method === 'POST') return post(body, server, version);
  const [, id = '', rest = ''] = /^\/dags\/nightly\/dagRuns\/([^/]+)(.*)$/.exec(path) ?? [];
  const run = server.runs.get(id);
  if (run === undefined) return undefined;
  if (rest === '' && method === 'PATCH' && body['state'] === 'failed') {
    run.cancelled = true;
    return { json: render(run, 'cancelled') };
  }
  if (rest === '') return { json: render(run, STATES[look(run, server)]) };
  if (rest === '/taskInstances') return { json: instances(run, server) };
  if (/^\/taskInstances\/train\/logs\/2$/.test(rest)) return log(request, version);
  if (rest === '/taskInstances/train/xcomEntries/return_value') {
    return { json: { key: 'return_value', value: version === 2 ? { auc: 0.81 } : '{"auc": 0.81}' } };
  }
  return undefined;
}

function post(body: Record<string, unknown>, server: EngineServer, version: 1 | 2): Reply {
  const known = version === 2 ? ['dag_run_id', 'conf', 'note', 'logical_date'] : ['dag_run_id', 'conf', 'note'];
  const extra = Object.keys(body).filter((key) => !known.includes(key));
  if (extra.length > 0)
    return { status: version === 2 ? 422 : 400, json: { detail: `Extra inputs are not permitted: ${extra.join()}` } };
  // Airflow 3 wants to be told that there is no logical date.
  if (version === 2 && !('logical_date' in body)) return { status: 422, json: { detail: [{ msg: 'Field required' }] } };
  const id = String(body['dag_run_id']);
  if (server.runs.has(id))
    return { status: 409, json: { detail: `DAGRun with DAG ID: 'nightly' and DAGRun ID: '${id}' already exists` } };
  const run: StoredRun = {
    id,
    name: id,
    parameters: body['conf'] as Record<string, unknown>,
    request: body,
    looks: 0,
    cancelled: false,
  };
  server.runs.set(id, run);
  return { json: render(run, 'queued') };
}

const render = (run: StoredRun, state: string): object => ({
  dag_run_id: run.id,
  dag_id: 'nightly',
  state,
  conf: run.parameters,
  note: run.request['note'],
});

function instances({ looks, cancelled }: StoredRun, server: EngineServer): object {
  // The run was looked at just before.
  const stage = look({ looks: looks - 1, cancelled } as StoredRun, server);
  const tasks = (['extract', 'train'] as const).map((task) => ({
    task_id: task,
    map_index: -1,
    try_number: stage === 'queued' ? 0 : 2,
    state: TASKS[taskStage(task, stage, server.story)],
  }));
  return { task_instances: tasks, total_entries: tasks.length };
}

function log({ query }: Request, version: 1 | 2): Reply {
  if (query.get('full_content') !== 'true') return { status: 400, json: { detail: 'not full' } };
  if (version === 1) return { text: '[2026-11-25] INFO - reading rows\n[2026-11-25] ERROR - no such column: age\n' };
  const content = [
    { event: '::group::Log message source details', sources: ['/logs/1.log'] },
    { event: '::endgroup::' },
    { timestamp: '2026-11-25T00:00:00Z', level: 'info', event: 'reading rows' },
    {
      level: 'error',
      event: 'Task failed',
      error_detail: [{ exc_type: 'KeyError', exc_value: 'no such column: age' }],
    },
  ];
  return { json: { content, continuation_token: null } };
}
