import { podName } from '../../src/argo/pod-name.ts';
import { look, startServer, taskStage, type EngineServer, type Reply, type Request, type StoredRun } from './server.ts';

/** The server of Argo Workflows as its swagger has it: workflows, templates, and the log as a stream of JSON lines. Names are unique. */
export const startArgo = (): Promise<EngineServer> => startServer(handle);

const PHASES = {
  queued: 'Pending',
  paused: 'Running',
  extract: 'Running',
  train: 'Running',
  succeeded: 'Succeeded',
  failed: 'Failed',
  cancelled: 'Failed',
} as const;
const NODES = { waiting: 'Pending', running: 'Running', succeeded: 'Succeeded', failed: 'Failed' } as const;

const PARAMETERS = [
  { name: 'table' },
  { name: 'depth', value: '3' },
  { name: 'mode', default: 'full', enum: ['full', 'sample'] },
];

interface Workflow {
  metadata: { name: string; labels: Record<string, string> };
  spec: { arguments: { parameters: { name: string; value: string }[] } };
}

function handle({ method, path, query, body }: Request, server: EngineServer): Reply | undefined {
  if (path === '/api/v1/workflow-templates/models/train' || path === '/api/v1/cluster-workflow-templates/train') {
    return { json: { metadata: { name: 'train' }, spec: { arguments: { parameters: PARAMETERS } } } };
  }
  if (path === '/api/v1/workflows/models' && method === 'POST') {
    const workflow = body['workflow'] as Workflow;
    const { name } = workflow.metadata;
    if (server.runs.has(name))
      return { status: 409, json: { code: 6, message: `workflows.argoproj.io "${name}" already exists` } };
    const parameters = Object.fromEntries(workflow.spec.arguments.parameters.map((one) => [one.name, one.value]));
    server.runs.set(name, { id: name, name, parameters, request: body, looks: 0, cancelled: false });
    return { json: workflow };
  }
  const [, name = '', rest = ''] = /^\/api\/v1\/workflows\/models\/([^/]+)(.*)$/.exec(path) ?? [];
  const run = server.runs.get(name);
  if (run === undefined)
    return { status: 404, json: { code: 5, message: `workflows.argoproj.io "${name}" not found` } };
  if (rest === '/stop' && method === 'PUT') {
    run.cancelled = true;
    return { json: {} };
  }
  if (rest === '/log') {
    const pod = podName(name, { id: 'n2', name: `${name}.train`, template: 'train' }, 'v2');
    if (query.get('podName') !== pod || query.get('logOptions.container') !== 'main') return { text: '' };
    return {
      text: ['reading rows', 'no such column: age']
        .map((content) => JSON.stringify({ result: { content, podName: pod } }))
        .join('\n'),
    };
  }
  return rest === '' ? { json: render(run, server) } : undefined;
}

function render(run: StoredRun, server: EngineServer): object {
  const stage = look(run, server);
  const { metadata, spec } = run.request['workflow'] as Workflow;
  const node = (id: string, name: 'extract' | 'train', outputs?: object): object => {
    const phase = NODES[taskStage(name, stage, server.story)];
    return {
      ...{ id, name: `${run.name}.${name}`, displayName: name, type: 'Pod', templateName: name, phase, outputs },
      ...(phase === 'Failed' && { message: 'Error (exit code 1)' }),
    };
  };
  return {
    metadata,
    spec: { ...spec, ...(stage === 'paused' && { suspend: true }), ...(run.cancelled && { shutdown: 'Stop' }) },
    status: {
      phase: PHASES[stage],
      ...(stage === 'cancelled' && { message: "Stopped with strategy 'Stop'" }),
      nodes: {
        [run.name]: {
          ...{
            id: run.name,
            name: run.name,
            displayName: run.name,
            type: 'DAG',
            templateName: 'main',
            phase: PHASES[stage],
          },
          outputs: { parameters: [{ name: 'auc', value: '0.81' }] },
        },
        n1: node('n1', 'extract'),
        n2: node('n2', 'train', {
          parameters: [{ name: 'auc', value: '0.81' }],
          artifacts: [{ name: 'model', s3: { bucket: 'models', key: `${run.name}/model.tgz` } }],
        }),
      },
    },
  };
}
