import { UserError } from '@mlops-actions/action-kit';
import type { LoadedManifest } from '@mlops-actions/manifest';
import type { EngineName, Target } from '@mlops-actions/pipelines';
import { checkLabels, requirePlace, type Labels } from '@mlops-actions/vertex';
import type { Inputs } from './inputs.ts';

/** The settings that belong to some engines, by the names of their inputs. What another engine would pass over in silence is refused. */
const BELONGS_TO = {
  caching: ['vertex', 'kubeflow'],
  'failure-policy': ['vertex'],
  'project-id': ['vertex'],
  region: ['vertex'],
  'output-root': ['vertex', 'kubeflow'],
  'service-account': ['vertex', 'kubeflow', 'argo'],
  network: ['vertex'],
  'encryption-key': ['vertex'],
  labels: ['vertex', 'argo'],
  host: ['kubeflow', 'airflow', 'argo'],
  token: ['kubeflow', 'airflow', 'argo'],
  username: ['kubeflow', 'airflow', 'argo'],
  password: ['kubeflow', 'airflow', 'argo'],
  namespace: ['kubeflow', 'argo'],
  experiment: ['kubeflow'],
} as const satisfies Record<string, readonly EngineName[]>;

type Setting = keyof typeof BELONGS_TO;

/** What is to be run where, from the inputs with the section `pipeline` of model.yaml under them. */
export function targetOf(inputs: Inputs, loaded: LoadedManifest | undefined): Target {
  const section = loaded?.manifest.pipeline ?? {};
  const engine = required(inputs.engine ?? section.engine, 'engine', 'engine');
  const caching = inputs.caching ?? section.caching;
  const settings = {
    caching: caching === 'default' ? undefined : caching,
    'failure-policy': inputs.failurePolicy ?? section['failure-policy'],
    'output-root': inputs.outputRoot ?? section['output-root'],
    'service-account': inputs.serviceAccount ?? section['service-account'],
    network: inputs.network ?? section.network,
    'encryption-key': inputs.encryptionKey ?? section['encryption-key'],
    labels: labelsOf(section.labels, inputs.labels),
    namespace: inputs.namespace ?? section.namespace,
    experiment: inputs.experiment ?? section.experiment,
    // Of model.yaml's these two are the environment's, and not the pipeline's alone.
    'project-id': inputs.projectId,
    region: inputs.region,
    host: inputs.host,
    token: inputs.token,
    username: inputs.username,
    password: inputs.password,
  } satisfies Record<Setting, unknown>;
  checkBelonging(engine, settings);

  const named = required(inputs.pipeline ?? section.pipeline, 'pipeline', 'pipeline');
  // What model.yaml names as a file lies in the repository; an input is the workflow's own word.
  const file = (name: string): string =>
    inputs.pipeline === undefined && loaded !== undefined ? loaded.resolve(name) : name;
  const outputRoot = checkRoot(settings['output-root']);
  const cached = settings.caching === undefined ? undefined : settings.caching === 'on';
  const secrets = { token: inputs.token, username: inputs.username, password: inputs.password };
  switch (engine) {
    case 'vertex':
      return {
        engine,
        options: {
          place: requirePlace(
            inputs.projectId ?? loaded?.manifest['project-id'],
            inputs.region ?? loaded?.manifest.region,
          ),
          pipeline: isUrl(named) ? named : file(named),
          outputRoot: required(outputRoot, 'output-root', 'output-root'),
          labels: checkLabels(settings.labels ?? {}, ['mlops-request']),
          caching: cached,
          failurePolicy: settings['failure-policy'],
          serviceAccount: settings['service-account'],
          network: settings.network,
          encryptionKey: settings['encryption-key'],
        },
      };
    case 'kubeflow':
      return {
        engine,
        options: {
          ...{ host: requireHost(inputs.host), secrets, outputRoot, caching: cached },
          pipeline: isUrl(named) ? named : file(named),
          serviceAccount: settings['service-account'],
          namespace: settings.namespace,
          experiment: settings.experiment,
        },
      };
    case 'airflow':
      return { engine, options: { host: requireHost(inputs.host), secrets, pipeline: named } };
    case 'argo':
      return {
        engine,
        options: {
          ...{ host: requireHost(inputs.host), secrets },
          pipeline: /\.(?:ya?ml|json)$/.test(named) ? file(named) : named,
          namespace: required(settings.namespace, 'namespace', 'namespace'),
          serviceAccount: settings['service-account'],
          labels: settings.labels ?? {},
        },
      };
  }
}

function checkBelonging(engine: EngineName, settings: Readonly<Record<Setting, unknown>>): void {
  for (const [setting, value] of Object.entries(settings) as [Setting, unknown][]) {
    const engines: readonly EngineName[] = BELONGS_TO[setting];
    if (value !== undefined && !engines.includes(engine)) {
      throw new UserError(`'${setting}' says nothing to the engine ${engine}: it belongs to ${engines.join(', ')}.`, {
        fix: `Leave it out, on the step and in model.yaml.`,
      });
    }
  }
}

function required<T>(value: T | undefined, input: string, key: string): T {
  if (value !== undefined) return value;
  throw new UserError(`It is not said what '${input}' is.`, {
    fix: `Set '${input}', or pipeline.${key} of model.yaml.`,
  });
}

function requireHost(host: string | undefined): string {
  if (host !== undefined) return host;
  throw new UserError("It is not said what 'host' is.", {
    fix: "Set 'host' on the step, by a variable of the repository perhaps: model.yaml does not say where credentials go.",
  });
}

const isUrl = (pipeline: string): boolean => /^https:\/\/|kfp\.pkg\.dev\//.test(pipeline);

function checkRoot(root: string | undefined): string | undefined {
  if (root !== undefined && !/^gs:\/\/[^/\s]+/.test(root)) {
    throw new UserError(`'output-root' is '${root}', which is not gs://BUCKET/FOLDER.`);
  }
  return root;
}

function labelsOf(section: Labels | undefined, input: Labels | undefined): Labels | undefined {
  return section === undefined && input === undefined ? undefined : { ...section, ...input };
}
