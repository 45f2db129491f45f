import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { readCommonInputs, UserError, type CommonInputs, type InputReader } from '@mlops-actions/action-kit';
import { manifestOf, parseMonitor, type LoadedManifest, type Monitor } from '@mlops-actions/manifest';
import { completePolicy, type CompletePolicy, type MonitorWindow } from '@mlops-actions/monitoring';
import { checkEndpointId, requirePlace, type Place } from '@mlops-actions/vertex';
import { parseStateLocation, type StateLocation } from './state.ts';
import { instantOf, parseWindow } from './window.ts';

/** What can be done about a breach. */
export const EFFECTS = ['report', 'issue', 'dispatch', 'fail'] as const;
export type Effect = (typeof EFFECTS)[number];

/** Whether Vertex Model Monitoring is asked, and made to watch what serves first. */
export const VERTEX_MONITORING = ['off', 'read', 'reconcile'] as const;
export type VertexMonitoringMode = (typeof VERTEX_MONITORING)[number];

/** The inputs as they were given. */
export interface Inputs extends CommonInputs {
  environment?: string | undefined;
  current?: string[] | undefined;
  profile?: string | undefined;
  predictions?: string[] | undefined;
  labels?: string[] | undefined;
  reference?: string | undefined;
  policy?: string | undefined;
  window?: string | undefined;
  asOf?: string | undefined;
  engine?: 'embedded' | 'bigquery' | undefined;
  onBreach?: string[] | undefined;
  onInconclusive?: 'warn' | 'fail' | undefined;
  state?: string | undefined;
  statePath?: string | undefined;
  metrics?: string | undefined;
  vertexMonitoring?: VertexMonitoringMode | undefined;
  modelVersion?: string | undefined;
  keyColumn?: string | undefined;
  timeColumn?: string | undefined;
  scoreColumn?: string | undefined;
  labelColumn?: string | undefined;
  positiveLabel?: string | undefined;
  projectId?: string | undefined;
  region?: string | undefined;
  endpointId?: string | undefined;
  jobProject?: string | undefined;
  maximumBytesBilled?: number | undefined;
  incidentLabel?: string | undefined;
  githubToken: string;
}

export function readInputs(reader: InputReader): Inputs {
  return {
    ...readCommonInputs(reader),
    environment: reader.text('environment'),
    current: reader.list('current'),
    profile: reader.text('profile'),
    predictions: reader.list('predictions'),
    labels: reader.list('labels'),
    reference: reader.text('reference'),
    policy: reader.text('policy'),
    window: reader.text('window'),
    asOf: reader.text('as-of'),
    engine: reader.choice('engine', ['embedded', 'bigquery']),
    onBreach: reader.list('on-breach'),
    onInconclusive: reader.choice('on-inconclusive', ['warn', 'fail']),
    state: reader.text('state'),
    statePath: reader.text('state-path'),
    metrics: reader.text('metrics'),
    vertexMonitoring: reader.choice('vertex-monitoring', VERTEX_MONITORING),
    modelVersion: reader.text('model-version'),
    keyColumn: reader.text('key-column'),
    timeColumn: reader.text('time-column'),
    scoreColumn: reader.text('score-column'),
    labelColumn: reader.text('label-column'),
    positiveLabel: reader.text('positive-label'),
    projectId: reader.text('project-id'),
    region: reader.text('region'),
    endpointId: reader.text('endpoint-id'),
    jobProject: reader.text('job-project'),
    maximumBytesBilled: reader.integer('maximum-bytes-billed', { min: 1 }),
    incidentLabel: reader.text('incident-label'),
    githubToken: reader.text('github-token') ?? '',
  };
}

/** Columns of the tables, by what they hold. */
export interface Columns {
  key: string;
  time: string | undefined;
  score: string;
  label: string;
  positiveLabel: string;
}

/** The rows that the model was asked, where they are. */
export type Current =
  | { engine: 'embedded'; places: readonly string[] }
  | { engine: 'bigquery'; table: string; jobProject: string | undefined; maximumBytesBilled: number };

/** What is to be watched, and how: the inputs, checked, with model.yaml under them. */
export interface Task {
  model: string;
  environment: string | undefined;
  /** Columns that the model reads; undefined if model.yaml does not say. */
  modelInputs: readonly string[] | undefined;
  window: MonitorWindow;
  /** Milliseconds since the epoch: what was known by then is judged. */
  asOf: number;
  current: Current | undefined;
  profile: string | undefined;
  predictions: readonly string[] | undefined;
  labels: readonly string[] | undefined;
  reference: { path: string; label: string; score: string; positiveLabel: string } | undefined;
  columns: Columns;
  policy: CompletePolicy;
  policySource: { path: string; digest: string };
  metrics: string | undefined;
  vertexMonitoring: VertexMonitoringMode;
  /** The version that is judged; undefined: the one that serves on the endpoint. */
  modelVersion: string | undefined;
  endpoint: { place: Place; id: string } | undefined;
  state: StateLocation;
  /** The file that the new state is written to as well, for an artifact. */
  statePath: string;
  effects: ReadonlySet<Effect>;
  onInconclusive: 'warn' | 'fail';
  incidentLabel: string;
  githubToken: string;
}

const DEFAULT_BYTES_BILLED = 10e9;

/** Lays model.yaml under the inputs and checks what comes out. Reads no data. */
export async function resolveInputs(inputs: Inputs): Promise<Task> {
  const loaded = await manifestOf(inputs);
  const manifest = loaded?.manifest;
  const own: Partial<Monitor> = manifest?.monitor ?? {};
  const { monitor, source } = await readPolicy(inputs, loaded);
  const gate = manifest?.gate;
  const model = manifest?.model.name;
  if (model === undefined) {
    throw new UserError('It is not said which model is watched.', { fix: "Name model.yaml by the input 'manifest'." });
  }
  const asOf = asOfTime(inputs.asOf);
  const resolve = (paths: readonly string[] | undefined): string[] | undefined =>
    paths?.map((place) => (place.startsWith('gs://') ? place : loaded!.resolve(place)));
  const one = (place: string | undefined): string | undefined =>
    resolve(place === undefined ? undefined : [place])?.[0];

  const current = currentOf(inputs, own, resolve(own.current));
  const metrics = inputs.metrics ?? (own.metrics === CLOUD_MONITORING ? own.metrics : one(own.metrics));
  const reference = inputs.reference ?? one(own.reference ?? gate?.candidate);
  const endpoint = endpointOf(inputs, loaded);
  if (endpoint === undefined && metrics === CLOUD_MONITORING) {
    throw new UserError('It is not said which endpoint the metrics are of.', {
      fix: "Set 'environment', or 'project-id', 'region' and 'endpoint-id'.",
    });
  }
  const vertexMonitoring = inputs.vertexMonitoring ?? 'off';
  if (vertexMonitoring !== 'off') {
    if (endpoint === undefined) {
      throw new UserError('It is not said which endpoint Vertex Model Monitoring watches.', {
        fix: "Set 'environment', or 'project-id', 'region' and 'endpoint-id'.",
      });
    }
    if (inputs.modelVersion !== undefined) {
      throw new UserError(
        "Vertex Model Monitoring tells of the model that serves, and 'model-version' names another.",
        {
          fix: "Leave out 'model-version', or set 'vertex-monitoring' to off.",
        },
      );
    }
  }
  if (current === undefined && metrics === undefined && vertexMonitoring === 'off') {
    throw new UserError('There is nothing to watch.', {
      fix: "Set 'current' (or monitor.current or monitor.table in model.yaml), 'metrics' or 'vertex-monitoring'.",
    });
  }
  const profile = inputs.profile ?? one(own.profile);
  if (current !== undefined && profile === undefined) {
    throw new UserError('There is no reference profile to compare the current data with.', {
      fix: "Set 'profile', or monitor.profile in model.yaml; validate-data writes one (profile-output).",
    });
  }
  return {
    model,
    environment: inputs.environment,
    modelInputs: manifest?.contract?.inputs?.map(({ name }) => name),
    window: parseWindow(inputs.window ?? own.window ?? 'last-day', asOf),
    asOf,
    current,
    profile,
    predictions: inputs.predictions ?? resolve(own.predictions),
    labels: inputs.labels ?? resolve(own.labels),
    reference:
      reference === undefined
        ? undefined
        : {
            path: reference,
            label: gate?.['label-column'] ?? 'label',
            score: gate?.['score-column'] ?? 'score',
            positiveLabel: String(gate?.['positive-label'] ?? 1),
          },
    columns: {
      key: inputs.keyColumn ?? own['key-column'] ?? 'id',
      time: inputs.timeColumn ?? own['time-column'],
      score: inputs.scoreColumn ?? own['score-column'] ?? 'score',
      label: inputs.labelColumn ?? own['label-column'] ?? 'label',
      positiveLabel: inputs.positiveLabel ?? String(own['positive-label'] ?? 1),
    },
    policy: policyOf(monitor),
    policySource: source,
    metrics,
    vertexMonitoring,
    modelVersion: inputs.modelVersion,
    endpoint,
    state: parseStateLocation(inputs.state ?? stateOf(own.state, one) ?? `monitor-state/${model}.json`),
    statePath: inputs.statePath ?? 'monitor-state.json',
    effects: effectsOf(inputs.onBreach),
    onInconclusive: inputs.onInconclusive ?? 'warn',
    incidentLabel: inputs.incidentLabel ?? 'model-incident',
    githubToken: inputs.githubToken,
  };
}

export const CLOUD_MONITORING = 'cloud-monitoring';

const stateOf = (state: string | undefined, file: (path: string) => string | undefined): string | undefined =>
  state === undefined || /^(gs:\/\/|artifact:)/.test(state) ? state : file(state);

function asOfTime(text: string | undefined): number {
  if (text === undefined) return Date.now();
  const time = instantOf(text);
  if (time === undefined) {
    throw new UserError(`Input 'as-of' must be a date or a time such as 2026-11-02T06:00:00Z, not '${text}'.`);
  }
  return time;
}

function effectsOf(given: string[] = ['report', 'fail']): Set<Effect> {
  if (given.length === 1 && given[0] === 'none') return new Set();
  const effects = given.map((name) => {
    const effect = EFFECTS.find((known) => known === name);
    if (effect === undefined) {
      throw new UserError(`Input 'on-breach' must be none or some of ${EFFECTS.join(', ')}, not '${name}'.`);
    }
    return effect;
  });
  return new Set(effects);
}

const isTable = (place: string): boolean => /^(bigquery:\/\/|bq:\/\/)?[\w-]+(:|\.)[\w-]+\.[\w$-]+$/.test(place);

function currentOf(inputs: Inputs, own: Partial<Monitor>, files: string[] | undefined): Current | undefined {
  const [first] = inputs.current ?? [];
  const named = inputs.engine === 'bigquery' ? first : undefined;
  const table = named ?? (inputs.current === undefined ? own.table : undefined);
  if (table !== undefined && inputs.engine !== 'embedded') {
    if (files !== undefined && inputs.current === undefined && inputs.engine === undefined) {
      throw new UserError('model.yaml names both monitor.current and monitor.table.', {
        fix: "Keep one, or set 'engine'.",
      });
    }
    if (!isTable(table) || (inputs.current?.length ?? 1) !== 1) {
      throw new UserError(`'${table}' is not one table of BigQuery.`, { fix: 'Write project.dataset.table.' });
    }
    return {
      engine: 'bigquery',
      table,
      jobProject: inputs.jobProject,
      maximumBytesBilled: inputs.maximumBytesBilled ?? own['maximum-bytes-billed'] ?? DEFAULT_BYTES_BILLED,
    };
  }
  const places = inputs.current ?? files;
  return places === undefined ? undefined : { engine: 'embedded', places };
}

function endpointOf(inputs: Inputs, loaded: LoadedManifest | undefined): Task['endpoint'] {
  const manifest = loaded?.manifest;
  const [projectId, region] = [inputs.projectId ?? manifest?.['project-id'], inputs.region ?? manifest?.region];
  const id = inputs.endpointId ?? manifest?.endpoint?.['endpoint-id'];
  if (id === undefined || (projectId === undefined && region === undefined)) return undefined;
  return { place: requirePlace(projectId, region), id: checkEndpointId(id) };
}

const POLICY_LIMIT = 1024 * 1024;

async function readPolicy(
  { policy: file }: Inputs,
  loaded: LoadedManifest | undefined,
): Promise<{ monitor: Monitor; source: Task['policySource'] }> {
  if (file === undefined) {
    return {
      monitor: loaded?.manifest.monitor ?? {},
      source: { path: loaded?.path ?? '', digest: loaded?.digest ?? '' },
    };
  }
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new UserError(`The policy '${file}' cannot be read.`, { cause });
  });
  if (bytes.length > POLICY_LIMIT) throw new UserError(`The policy '${file}' is larger than 1 MiB.`);
  const monitor = parseMonitor(bytes.toString('utf8'), file);
  const data = WHAT.find((key) => monitor[key] !== undefined);
  if (data !== undefined) {
    throw new UserError(`The policy '${file}' names ${data}: a policy file says how to judge, not what.`, {
      fix: `Name it by the input '${data}', or in model.yaml.`,
    });
  }
  return { monitor, source: { path: file, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` } };
}

/** What a monitor looks at, as opposed to how it judges. */
const WHAT = ['current', 'table', 'profile', 'predictions', 'labels', 'reference', 'metrics', 'state'] as const;

function policyOf(monitor: Monitor): CompletePolicy {
  const { drift, ...rest } = monitor;
  return completePolicy({
    ...rest,
    ...(drift !== undefined && {
      drift: {
        ...drift,
        ...(drift.rules !== undefined && {
          rules: drift.rules.map(({ 'minimum-rows': minimumRows, ...rule }) => ({
            ...rule,
            ...(minimumRows !== undefined && { minimumRows }),
          })),
        }),
      },
    }),
  });
}
