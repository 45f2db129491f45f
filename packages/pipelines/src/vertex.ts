import { messageOf, UserError } from '@mlops-actions/action-kit';
import { createGoogleClient, filterText, tailLog } from '@mlops-actions/google-apis';
import {
  cancelPipelineRun,
  connectVertex,
  findPipelineRun,
  pipelineRunUrl,
  startPipelineRun,
  Status,
  statusOf,
  type Labels,
  type PipelineRun,
  type Place,
} from '@mlops-actions/vertex';
import type { Artifact, Engine, RunView } from './engine.ts';
import { EngineFailure, type FailureKind } from './failure.ts';
import type { Json } from './json.ts';
import { loadPipeline } from './kfp/load.ts';
import { declarationOf, outputSources, withCaching } from './kfp/spec.ts';
import { runState, taskState, VERTEX_RUNS, VERTEX_TASKS } from './states.ts';

export interface VertexOptions {
  place: Place;
  /** File of a compiled pipeline, or a template of Artifact Registry. */
  pipeline: string;
  outputRoot: string;
  labels: Labels;
  /** `undefined` leaves it to the pipeline. */
  caching: boolean | undefined;
  failurePolicy: 'fast' | 'slow' | undefined;
  serviceAccount: string | undefined;
  network: string | undefined;
  encryptionKey: string | undefined;
}

/** Label that keeps what a run was asked for with. */
const FINGERPRINT_LABEL = 'mlops-request';

/** Vertex AI Pipelines. */
export async function openVertex(options: VertexOptions): Promise<Engine> {
  const pipeline = await loadPipeline(options.pipeline);
  const { place, caching } = options;
  if (pipeline.platformSpec !== undefined) {
    throw new UserError(
      `'${pipeline.source}' has settings for Kubernetes, which Vertex AI Pipelines would leave out.`,
      {
        fix: 'Compile it without kfp-kubernetes, or run it on Kubeflow Pipelines.',
      },
    );
  }
  const vertex = await connectVertex(place);
  const found = async (id: string): Promise<PipelineRun> => {
    const run = await calling(() => findPipelineRun(vertex, id));
    if (run === undefined) throw new EngineFailure('missing', `The pipeline run ${id} does not exist any more.`);
    return run;
  };
  return {
    name: 'vertex',
    title: 'Vertex AI Pipelines',
    pipeline: pipeline.name,
    digest: pipeline.digest,
    namesAreUnique: true,
    declaration: async () => declarationOf(pipeline),
    async find(name) {
      const run = await calling(() => findPipelineRun(vertex, name));
      if (run === undefined) return undefined;
      return {
        id: run.id,
        url: pipelineRunUrl(place, run.id),
        view: viewOf(run),
        fingerprint: run.labels[FINGERPRINT_LABEL],
      };
    },
    async submit({ name, fingerprint, parameters }) {
      const { id } = await calling(() =>
        startPipelineRun(vertex, {
          id: name,
          displayName: name,
          spec: caching === undefined ? pipeline.spec : withCaching(pipeline.spec, caching),
          templateUri: pipeline.templateUri,
          parameters,
          outputRoot: options.outputRoot,
          labels: { ...options.labels, [FINGERPRINT_LABEL]: fingerprint },
          serviceAccount: options.serviceAccount,
          network: options.network,
          encryptionKey: options.encryptionKey,
          failurePolicy: options.failurePolicy,
        }),
      );
      return { id, url: pipelineRunUrl(place, id) };
    },
    view: async ({ id }) => viewOf(await found(id)),
    async log({ id }, task, lines) {
      // An emulator of Vertex AI has no log; one of Google's other APIs may stand beside it.
      if (vertex.emulator !== undefined && !process.env['GOOGLE_APIS_EMULATOR_HOST']) return [];
      const [job] = (await found(id)).tasks.find((one) => one.id === task.id)?.jobs ?? [];
      if (job === undefined) return [];
      const filter = `resource.type="ml_job" AND resource.labels.job_id=${filterText(job)}`;
      const entries = await tailLog(createGoogleClient(), { project: place.project, filter, lines });
      return entries.map(({ timestamp, severity, text }) => `${timestamp} ${severity} ${text}`);
    },
    outputs: async ({ id }) => outputsOf(await found(id), pipeline),
    async cancel({ id }) {
      try {
        await calling(() => cancelPipelineRun(vertex, id));
      } catch (error) {
        // What has ended in between needs no cancelling.
        if (statusOf(error) !== Status.FAILED_PRECONDITION) throw error;
      }
    },
    close: () => vertex.close(),
  };
}

const KINDS: ReadonlyMap<number | undefined, FailureKind> = new Map<number | undefined, FailureKind>([
  [Status.UNAVAILABLE, 'transient'],
  [Status.DEADLINE_EXCEEDED, 'transient'],
  [Status.RESOURCE_EXHAUSTED, 'throttled'],
  [Status.INTERNAL, 'transient'],
  [Status.CANCELLED, 'transient'],
  [Status.ABORTED, 'transient'],
  [Status.UNAUTHENTICATED, 'unauthenticated'],
  [Status.ALREADY_EXISTS, 'conflict'],
  [Status.NOT_FOUND, 'missing'],
]);

async function calling<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    const status = statusOf(cause);
    if (status === undefined) throw cause;
    const fix = cause instanceof UserError ? cause.fix : undefined;
    throw new EngineFailure(KINDS.get(status) ?? 'refused', messageOf(cause), {
      cause,
      ...(fix !== undefined && { fix }),
    });
  }
}

function viewOf({ state, error, tasks }: PipelineRun): RunView {
  const parents = new Set(tasks.map(({ parentId }) => parentId));
  return {
    state: runState(VERTEX_RUNS, state),
    engineState: state,
    error,
    // The task without a parent is the run itself.
    tasks: tasks
      .filter(({ parentId }) => parentId !== undefined)
      .map((task) => ({
        id: task.id,
        name: task.name,
        state: taskState(VERTEX_TASKS, task.state),
        engineState: task.state,
        error: task.error,
        group: parents.has(task.id),
      })),
  };
}

function outputsOf(
  run: PipelineRun,
  pipeline: Parameters<typeof outputSources>[0],
): {
  parameters: Record<string, Json>;
  artifacts: Record<string, Artifact>;
} {
  const root = run.tasks.find(({ parentId }) => parentId === undefined);
  const children = run.tasks.filter(({ parentId }) => parentId === root?.id);
  const parameters = new Map<string, Json>();
  const artifacts = new Map<string, Artifact>();
  for (const task of run.tasks) {
    if (task.parentId === undefined) continue;
    for (const [key, value] of task.outputs.parameters) parameters.set(`${task.name}.${key}`, value);
    for (const [key, [artifact]] of task.outputs.artifacts)
      if (artifact !== undefined) artifacts.set(`${task.name}.${key}`, artifact);
  }
  const sources = outputSources(pipeline);
  for (const [name, from] of sources.parameters) {
    const values = [
      root?.outputs.parameters.get(name),
      ...from.map(({ task, output }) => of(task)?.outputs.parameters.get(output)),
    ];
    const value = values.find((one) => one !== undefined);
    if (value !== undefined) parameters.set(name, value);
  }
  for (const [name, from] of sources.artifacts) {
    const lists = [
      root?.outputs.artifacts.get(name),
      ...from.map(({ task, output }) => of(task)?.outputs.artifacts.get(output)),
    ];
    const artifact = lists.flatMap((list) => list ?? [])[0];
    if (artifact !== undefined) artifacts.set(name, artifact);
  }
  return { parameters: Object.fromEntries(parameters), artifacts: Object.fromEntries(artifacts) };

  function of(name: string): PipelineRun['tasks'][number] | undefined {
    return children.find((task) => task.name === name);
  }
}
