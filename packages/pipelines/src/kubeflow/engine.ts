import { log, messageOf } from '@mlops-actions/action-kit';
import type { Artifact, Engine, FoundRun, Run, RunView } from '../engine.ts';
import { EngineFailure, kindOf } from '../failure.ts';
import { accessTo, type Secrets } from '../http/access.ts';
import { RestApi, segments } from '../http/api.ts';
import { parseHost } from '../http/host.ts';
import { field, isObject, listField, textField, type Json } from '../json.ts';
import { loadPipeline } from '../kfp/load.ts';
import { declarationOf, outputSources, withCaching } from '../kfp/spec.ts';
import { KUBEFLOW_RUNS, runState } from '../states.ts';
import { readTasks, type KubeflowTask } from './tasks.ts';

export interface KubeflowOptions {
  host: string;
  secrets: Secrets;
  /** File of a compiled pipeline, or a template of Artifact Registry. */
  pipeline: string;
  /** `pipeline_root`; the server's own if it is not given. */
  outputRoot: string | undefined;
  caching: boolean | undefined;
  serviceAccount: string | undefined;
  namespace: string | undefined;
  experiment: string | undefined;
  /** Milliseconds until an answer must be there. */
  callTimeout?: number;
}

const TITLE = 'Kubeflow Pipelines';
const ROOT = '/apis/v2beta1';

/** How a run's description keeps what it was asked for with. */
const FINGERPRINT = /mlops-request=([0-9a-f]{32})/;

/** Kubeflow Pipelines by its REST API v2beta1. It gives runs their ids, so they are known by their display names, which it does not keep apart. */
export async function openKubeflow(options: KubeflowOptions): Promise<Engine> {
  const { namespace, caching } = options;
  const pipeline = await loadPipeline(options.pipeline);
  const host = parseHost(options.host);
  const api = new RestApi({
    host,
    access: accessTo(host, options.secrets),
    title: TITLE,
    permission:
      'The account must be allowed to create, get, list and terminate runs.kubeflow.org in the namespace (ClusterRole kubeflow-pipelines-edit).',
    ...(options.callTimeout !== undefined && { timeout: options.callTimeout }),
  });
  const runPath = (id: string, verb = ''): string => `${ROOT}/runs/${segments(id)}${verb}`;
  const read = (id: string): Promise<unknown> => api.json({ path: runPath(id), what: `tell how the run ${id} is` });
  const url = (id: string): string => `${host.href.replace(/\/+$/, '')}/#/runs/details/${encodeURIComponent(id)}`;
  const runOf = (answer: unknown): Run => {
    const id = textField(answer, 'run_id');
    if (id === undefined)
      throw new EngineFailure('refused', `${TITLE} answered with a run that has no run_id.`, { fix: "Check 'host'." });
    return { id, url: url(id) };
  };

  /** Runs of a name, oldest first. */
  const named = async (name: string): Promise<FoundRun[]> => {
    const experiment = await experimentId();
    const answer = await api.json({
      path: `${ROOT}/runs`,
      query: {
        namespace: experiment === undefined ? namespace : undefined,
        experiment_id: experiment,
        page_size: 50,
        sort_by: 'created_at asc',
        filter: equals(name),
      },
      what: `look for the run ${name}`,
    });
    return listField(answer, 'runs')
      .filter((run) => textField(run, 'display_name') === name)
      .map((run) => ({
        ...runOf(run),
        view: viewOf(run),
        fingerprint: FINGERPRINT.exec(textField(run, 'description') ?? '')?.[1],
      }));
  };

  let experiment: Promise<string | undefined> | undefined;
  const experimentId = (): Promise<string | undefined> => {
    experiment ??= findExperiment().catch((error: unknown) => {
      experiment = undefined;
      throw error;
    });
    return experiment;
  };
  const findExperiment = async (): Promise<string | undefined> => {
    // Where there are several users, a run must be in an experiment, and there is one of this name for each.
    const name = options.experiment ?? (namespace === undefined ? undefined : 'Default');
    if (name === undefined) return undefined;
    const answer = await api.json({
      path: `${ROOT}/experiments`,
      query: { namespace, filter: equals(name) },
      what: `look for the experiment ${name}`,
    });
    const id = textField(listField(answer, 'experiments')[0], 'experiment_id');
    if (id === undefined) {
      throw new EngineFailure(
        'refused',
        `${TITLE} has no experiment '${name}'${namespace === undefined ? '' : ` in the namespace ${namespace}`}.`,
        {
          fix: "Create it, or set 'experiment' and 'namespace'.",
        },
      );
    }
    return id;
  };

  const cancel = async ({ id }: Run): Promise<void> => {
    await api.json({ method: 'POST', path: runPath(id, ':terminate'), what: `cancel the run ${id}` });
  };

  return {
    name: 'kubeflow',
    title: TITLE,
    pipeline: pipeline.name,
    digest: pipeline.digest,
    namesAreUnique: false,
    declaration: async () => declarationOf(pipeline),
    find: async (name) => (await named(name))[0],
    async submit({ name, fingerprint, parameters }) {
      const spec = caching === undefined ? pipeline.spec : withCaching(pipeline.spec, caching);
      const experimentOfRun = await experimentId();
      const made = runOf(
        await api.json({
          method: 'POST',
          path: `${ROOT}/runs`,
          json: {
            display_name: name,
            description: `Started by the GitHub action run-pipeline. mlops-request=${fingerprint}`,
            pipeline_spec:
              pipeline.platformSpec === undefined
                ? spec
                : { pipeline_spec: spec, platform_spec: pipeline.platformSpec },
            runtime_config: {
              parameters,
              ...(options.outputRoot !== undefined && { pipeline_root: options.outputRoot }),
            },
            ...(options.serviceAccount !== undefined && { service_account: options.serviceAccount }),
            ...(experimentOfRun !== undefined && { experiment_id: experimentOfRun }),
          },
          what: `start the run ${name}`,
        }),
      );
      return withoutTwin(name, made);
    },
    view: async ({ id }) => viewOf(await read(id)),
    async log({ id }, task, lines) {
      const found = readTasks(await read(id)).find((one) => one.id === task.id);
      if (found?.pod === undefined) return [];
      const text = await api.text({
        path: `/apis/v1alpha1/runs/${segments(id)}/nodes/${segments(found.pod)}/log`,
        what: `give the log of ${task.name}`,
      });
      return text.trimEnd().split('\n').slice(-lines);
    },
    outputs: async ({ id }) => ({ parameters: {}, artifacts: await artifactsOf(readTasks(await read(id))) }),
    cancel,
    close: async () => api.close(),
  };

  /**
   * Two starts at one moment can both have found no run: the older one stays. The submission itself has been answered by now: whatever fails here must
   * not look like a failure of it, after which it would be made again.
   */
  async function withoutTwin(name: string, made: Run): Promise<Run> {
    try {
      const [oldest] = await named(name);
      if (oldest === undefined || oldest.id === made.id) return made;
      log.warning(`The run ${oldest.id} was started at the same time: ${made.id} is cancelled.`);
      await cancel(made).catch((error: unknown) => log.warning(`${made.id} may go on: ${messageOf(error)}`));
      return oldest;
    } catch (error) {
      if (kindOf(error) === undefined) throw error;
      log.debug(messageOf(error));
      return made;
    }
  }

  /** Artifacts by name. The run itself knows only their ids; servers that have an API for artifacts tell their URIs. */
  async function artifactsOf(tasks: readonly KubeflowTask[]): Promise<Record<string, Artifact>> {
    const artifacts = new Map<string, Artifact>();
    for (const { name, outputs } of tasks) {
      for (const [key, id] of outputs) {
        const artifact = await artifactOf(id).catch((error: unknown) => {
          if (kindOf(error) !== 'missing' && kindOf(error) !== 'refused') throw error;
          log.debug(messageOf(error));
          return undefined;
        });
        if (artifact === undefined) return {};
        artifacts.set(`${name}.${key}`, artifact);
      }
    }
    for (const [name, sources] of outputSources(pipeline).artifacts) {
      const found = sources
        .map(({ task, output }) => artifacts.get(`${task}.${output}`))
        .find((one) => one !== undefined);
      if (found !== undefined) artifacts.set(name, found);
    }
    return Object.fromEntries(artifacts);
  }

  async function artifactOf(id: string): Promise<Artifact | undefined> {
    const answer = await api.json({ path: `${ROOT}/artifacts/${segments(id)}`, what: `tell of the artifact ${id}` });
    const uri = textField(answer, 'uri');
    if (uri === undefined) return undefined;
    const type = textField(answer, 'type') ?? textField(answer, 'artifact_type');
    const metadata = field(answer, 'metadata');
    return { uri, ...(type !== undefined && { type }), ...(isObject(metadata) && { metadata: metadata as Json }) };
  }
}

const equals = (name: string): string =>
  JSON.stringify({ predicates: [{ operation: 'EQUALS', key: 'display_name', string_value: name }] });

function viewOf(run: unknown): RunView {
  const engineState = textField(run, 'state') ?? '';
  return {
    state: runState(KUBEFLOW_RUNS, engineState.replace('RUNTIME_STATE_UNSPECIFIED', '')),
    engineState,
    error: textField(field(run, 'error'), 'message'),
    tasks: readTasks(run).filter(({ plumbing, state }) => !plumbing || state === 'failed'),
  };
}
