import { UserError } from '@mlops-actions/action-kit';
import { isObjectUrl } from '@mlops-actions/google-apis';
import { manifestOf, type LoadedManifest, type Monitor } from '@mlops-actions/manifest';
import type { CompletePolicy, MonitorWindow } from '@mlops-actions/monitoring';
import { checkEndpointId, requirePlace, type Place } from '@mlops-actions/vertex';
import { EFFECTS, type Effect, type Inputs, type VertexMonitoringMode } from './inputs.ts';
import { policyOf, readPolicy } from './policy-file.ts';
import { parseStateLocation, type StateLocation } from './state.ts';
import { isTableUrl, tableUrl } from './table-url.ts';
import { instantOf, parseWindow } from './window.ts';

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
  | { engine: 'bigquery'; /** `bq://project.dataset.table`. */ table: string };

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
  /** Who pays for statements in BigQuery, and how much one may bill at most. */
  bigQuery: { jobProject: string | undefined; maximumBytesBilled: number };
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
    paths?.map((place) => (isObjectUrl(place) || isTableUrl(place) ? place : loaded!.resolve(place)));
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
    bigQuery: {
      jobProject: inputs.jobProject,
      maximumBytesBilled: inputs.maximumBytesBilled ?? own['maximum-bytes-billed'] ?? DEFAULT_BYTES_BILLED,
    },
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

/** Where a table in BigQuery may be named: `project.dataset.table`, or the same as an address. */
const isTable = (place: string): boolean => /^(bigquery:\/\/|bq:\/\/)?[\w-]+(:|\.)[\w-]+\.[\w$-]+$/.test(place);

function currentOf(inputs: Inputs, own: Partial<Monitor>, files: string[] | undefined): Current | undefined {
  const [first] = inputs.current ?? [];
  const named = inputs.engine === 'bigquery' || (first !== undefined && isTableUrl(first)) ? first : undefined;
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
    return { engine: 'bigquery', table: tableUrl(table) };
  }
  const places = inputs.current ?? files;
  const strange = places?.find(isTableUrl);
  if (strange !== undefined) {
    throw new UserError(`The current data are files, and '${strange}' is a table.`, {
      fix: "Name one table by 'current' with engine bigquery, or monitor.table in model.yaml.",
    });
  }
  return places === undefined ? undefined : { engine: 'embedded', places };
}

function endpointOf(inputs: Inputs, loaded: LoadedManifest | undefined): Task['endpoint'] {
  const manifest = loaded?.manifest;
  const [projectId, region] = [inputs.projectId ?? manifest?.['project-id'], inputs.region ?? manifest?.region];
  const id = inputs.endpointId ?? manifest?.endpoint?.['endpoint-id'];
  if (id === undefined || (projectId === undefined && region === undefined)) return undefined;
  return { place: requirePlace(projectId, region), id: checkEndpointId(id) };
}
