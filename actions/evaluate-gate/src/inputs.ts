import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { readCommonInputs, UserError, type CommonInputs, type InputReader } from '@mlops-actions/action-kit';
import { manifestOf, type Gate, type LoadedManifest } from '@mlops-actions/manifest';
import { championOf, resolved, type Champion } from './champion.ts';
import { readOrganisation, type Organisation } from './organisation.ts';
import { outputsOf, type OutputColumn } from './outputs.ts';
import { makePolicy, type Policy } from './policy.ts';

/** The inputs as they were given. */
export interface Inputs extends CommonInputs {
  environment?: string | undefined;
  candidate?: string | undefined;
  champion?: string | undefined;
  attributes?: string | undefined;
  reports?: string[] | undefined;
  policy?: string | undefined;
  organisationPolicy?: string | undefined;
  idColumn?: string | undefined;
  labelColumn?: string | undefined;
  scoreColumn?: string | undefined;
  weightColumn?: string | undefined;
  clusterColumn?: string | undefined;
  queryColumn?: string | undefined;
  onInconclusive?: OnInconclusive | undefined;
  modelDigest?: string | undefined;
  championModelDigest?: string | undefined;
  projectId?: string | undefined;
  region?: string | undefined;
  modelId?: string | undefined;
  comment?: boolean | undefined;
  githubToken?: string | undefined;
}

/** What an inconclusive verdict does to the step. */
export type OnInconclusive = 'fail' | 'warn';

export function readInputs(reader: InputReader): Inputs {
  return {
    ...readCommonInputs(reader),
    environment: reader.text('environment'),
    candidate: reader.text('candidate'),
    champion: reader.text('champion'),
    attributes: reader.text('attributes'),
    reports: reader.list('reports'),
    policy: reader.text('policy'),
    organisationPolicy: reader.text('organisation-policy'),
    idColumn: reader.text('id-column'),
    labelColumn: reader.text('label-column'),
    scoreColumn: reader.text('score-column'),
    weightColumn: reader.text('weight-column'),
    clusterColumn: reader.text('cluster-column'),
    queryColumn: reader.text('query-column'),
    onInconclusive: reader.choice('on-inconclusive', ['fail', 'warn']),
    modelDigest: digest(reader, 'model-digest'),
    championModelDigest: digest(reader, 'champion-model-digest'),
    projectId: reader.text('project-id'),
    region: reader.text('region'),
    modelId: reader.text('model-id'),
    comment: reader.flag('comment'),
    githubToken: reader.text('github-token'),
  };
}

function digest(reader: InputReader, name: string): string | undefined {
  const value = reader.text(name);
  if (value === undefined || /^sha256:[0-9a-f]{64}$/.test(value)) return value;
  throw new UserError(`Input '${name}' must be sha256: and 64 hex digits, not '${value}'.`);
}

/** Columns of a prediction file; weight, cluster and query are those of the attributes. */
export interface Columns {
  id: string;
  label: string;
  score: string;
  /** Of models that predict several numbers: in place of the score. */
  outputs: OutputColumn[];
  weight: string | undefined;
  cluster: string | undefined;
  /** Of rankings, and only of them. */
  query: string | undefined;
}

/** The columns of what the model predicts. */
export const predictedColumns = ({ score, outputs }: Columns): string[] =>
  outputs.length === 0 ? [score] : outputs.map(({ column }) => column);

/** What is to be judged, and how: the inputs, checked, with model.yaml under them. */
export interface Task {
  candidate: { path: string; modelDigest: string | undefined };
  champion: Champion;
  /** Table of further columns of the rows; else they are in the candidate's file. */
  attributes: string | undefined;
  /** Reports of earlier steps. */
  reports: string[];
  columns: Columns;
  policy: Policy;
  /** The file that the policy stands in, and its digest. */
  policySource: { path: string; digest: string };
  organisation: Organisation | undefined;
  onInconclusive: OnInconclusive;
}

/**
 * Lays model.yaml under the inputs and the organisation's policy over them, and checks what comes out. Reads no data.
 *
 * @param today day in UTC, as `2026-03-31`
 */
export async function resolveInputs(inputs: Inputs, today: string): Promise<Task> {
  const loaded = await manifestOf(inputs);
  const own = loaded?.manifest.gate;
  const { gate: given, source } = await readPolicy(inputs, loaded);
  const gate = { ...(own?.['score-columns'] && { 'score-columns': own['score-columns'] }), ...given };
  const organisation =
    inputs.organisationPolicy === undefined
      ? undefined
      : await readOrganisation(inputs.organisationPolicy, loaded?.manifest.model['risk-tier']);
  const demands = organisation?.demands ?? [];
  const policy = makePolicy(gate, { file: source.path, today, demands });
  const mustDecide = demands.some((demand) => demand['on-inconclusive'] === 'fail');

  const candidate = inputs.candidate ?? resolved(loaded, own?.candidate);
  if (candidate === undefined) {
    throw new UserError('It is not said which predictions are to be judged.', {
      fix: "Set the input 'candidate', or gate.candidate in model.yaml.",
    });
  }
  if (inputs.modelDigest !== undefined && inputs.modelDigest === inputs.championModelDigest) {
    throw new UserError(`Candidate and champion are the same model (${inputs.modelDigest}).`, {
      fix: 'Give the digest of the model that serves now; a model must not be compared with itself.',
    });
  }
  return {
    candidate: { path: candidate, modelDigest: inputs.modelDigest },
    champion: championOf(inputs, loaded, policy, gate),
    attributes: inputs.attributes ?? resolved(loaded, own?.attributes),
    reports: inputs.reports ?? [],
    columns: distinct({
      id: inputs.idColumn ?? gate['id-column'] ?? own?.['id-column'] ?? 'id',
      label: inputs.labelColumn ?? gate['label-column'] ?? own?.['label-column'] ?? 'label',
      score: inputs.scoreColumn ?? gate['score-column'] ?? own?.['score-column'] ?? 'score',
      weight: inputs.weightColumn ?? gate['weight-column'] ?? own?.['weight-column'],
      cluster: inputs.clusterColumn ?? gate['cluster-column'] ?? own?.['cluster-column'],
      outputs: outputsOf(gate, source.path),
      query: queryColumn(inputs.queryColumn ?? gate['query-column'] ?? own?.['query-column'], policy, source.path),
    }),
    policy,
    policySource: source,
    organisation,
    onInconclusive: mustDecide ? 'fail' : (inputs.onInconclusive ?? gate['on-inconclusive'] ?? 'fail'),
  };
}

function distinct(columns: Columns): Columns {
  const names = [columns.id, columns.label, ...predictedColumns(columns)];
  if (new Set(names).size === names.length) return columns;
  throw new UserError(`The columns of id, label and score must be different ones, not ${names.join(', ')}.`);
}

function queryColumn(column: string | undefined, { task }: Policy, file: string): string | undefined {
  if (task === 'ranking' && column === undefined) {
    throw new UserError(`'${file}' does not say which query a row answers.`, { fix: 'Set gate.query-column.' });
  }
  if (task !== 'ranking' && column !== undefined) {
    throw new UserError(`'${file}' names a query-column, and ${task} models answer no queries.`, {
      fix: "Rows that belong together are named by 'cluster-column'.",
    });
  }
  return column;
}

const POLICY_LIMIT = 1024 * 1024;

async function readPolicy(
  { policy: file, manifest }: Inputs,
  loaded: LoadedManifest | undefined,
): Promise<{ gate: Gate; source: Task['policySource'] }> {
  if (file === undefined) {
    const gate = loaded?.manifest.gate;
    if (loaded === undefined || gate === undefined) {
      throw new UserError(loaded === undefined ? `There is no '${manifest}'.` : `'${manifest}' has no 'gate'.`, {
        fix: "Write the policy under 'gate' in model.yaml, or name a policy file by the input 'policy'. Without one nothing passes.",
      });
    }
    return { gate, source: { path: loaded.path, digest: loaded.digest } };
  }
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new UserError(`The policy '${file}' cannot be read.`, { cause });
  });
  if (bytes.length > POLICY_LIMIT) throw new UserError(`The policy '${file}' is larger than 1 MiB.`);
  const { parseGate } = await import('@mlops-actions/manifest/parse');
  const gate = parseGate(bytes.toString('utf8'), file);
  const data = (['candidate', 'champion', 'attributes'] as const).find((key) => gate[key] !== undefined);
  if (data !== undefined) {
    throw new UserError(`The policy '${file}' names ${data}: a policy file says how to judge, not what.`, {
      fix: `Name it by the input '${data}', or in model.yaml.`,
    });
  }
  return { gate, source: { path: file, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` } };
}
