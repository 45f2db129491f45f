import {
  parseDuration,
  readCommonInputs,
  UserError,
  type CommonInputs,
  type InputReader,
} from '@mlops-actions/action-kit';
import { manifestOf, type LoadedManifest } from '@mlops-actions/manifest';
import {
  ENGINES,
  parseParameters,
  valuesGiven,
  type EngineName,
  type GivenParameters,
  type JsonObject,
  type Target,
} from '@mlops-actions/pipelines';
import { targetOf } from './target.ts';

/** The inputs as they were given. Durations are milliseconds. */
export interface Inputs extends CommonInputs {
  environment?: string | undefined;
  engine?: EngineName | undefined;
  pipeline?: string | undefined;
  parameters?: string | undefined;
  wait?: boolean | undefined;
  timeout?: number | undefined;
  startTimeout?: number | undefined;
  cancelOnTimeout?: boolean | undefined;
  pollInterval?: number | undefined;
  idempotencyKey?: string | undefined;
  maxLogLines?: number | undefined;
  caching?: 'default' | 'on' | 'off' | undefined;
  failurePolicy?: 'fast' | 'slow' | undefined;
  projectId?: string | undefined;
  region?: string | undefined;
  outputRoot?: string | undefined;
  serviceAccount?: string | undefined;
  network?: string | undefined;
  encryptionKey?: string | undefined;
  labels?: Record<string, string> | undefined;
  host?: string | undefined;
  token?: string | undefined;
  username?: string | undefined;
  password?: string | undefined;
  namespace?: string | undefined;
  experiment?: string | undefined;
}

export function readInputs(reader: InputReader): Inputs {
  return {
    ...readCommonInputs(reader),
    environment: reader.text('environment'),
    engine: reader.choice('engine', ENGINES),
    pipeline: reader.text('pipeline'),
    parameters: reader.text('parameters'),
    wait: reader.flag('wait'),
    timeout: reader.duration('timeout', { min: 1000 }),
    startTimeout: reader.duration('start-timeout', { min: 1000 }),
    cancelOnTimeout: reader.flag('cancel-on-timeout'),
    pollInterval: reader.duration('poll-interval', { min: 100, max: 600_000 }),
    idempotencyKey: reader.text('idempotency-key'),
    maxLogLines: reader.integer('max-log-lines', { min: 0, max: 1000 }),
    caching: reader.choice('caching', ['default', 'on', 'off']),
    failurePolicy: reader.choice('failure-policy', ['fast', 'slow']),
    projectId: reader.text('project-id'),
    region: reader.text('region'),
    outputRoot: reader.text('output-root'),
    serviceAccount: reader.text('service-account'),
    network: reader.text('network'),
    encryptionKey: reader.text('encryption-key'),
    labels: reader.pairs('labels'),
    host: reader.text('host'),
    token: reader.text('token'),
    username: reader.text('username'),
    password: reader.text('password'),
    namespace: reader.text('namespace'),
    experiment: reader.text('experiment'),
  };
}

/** What is to be run, and how it is waited for: the inputs, checked, with model.yaml under them. Durations are milliseconds. */
export interface Wanted {
  target: Target;
  /** As the user named it. */
  pipeline: string;
  parameters: GivenParameters;
  wait: boolean;
  timeout: number;
  startTimeout: number;
  cancelOnTimeout: boolean;
  pollInterval: number;
  /** `undefined`: the step's own. */
  idempotencyKey: string | undefined;
  maxLogLines: number;
}

const TIMEOUT = '6h';
const POLL_INTERVAL = 15_000;
const LOG_LINES = 100;

/** Lays model.yaml under the inputs and checks what comes out. */
export async function resolveInputs(inputs: Inputs): Promise<Wanted> {
  const loaded = await manifestOf(inputs);
  const section = loaded?.manifest.pipeline ?? {};
  const timeout = inputs.timeout ?? parseDuration(section.timeout ?? TIMEOUT) ?? 0;
  const target = targetOf(inputs, loaded);
  return {
    target,
    pipeline: target.options.pipeline,
    parameters: parametersOf(inputs, loaded),
    wait: inputs.wait ?? true,
    timeout,
    startTimeout: Math.min(inputs.startTimeout ?? timeout, timeout),
    cancelOnTimeout: inputs.cancelOnTimeout ?? false,
    pollInterval: inputs.pollInterval ?? POLL_INTERVAL,
    idempotencyKey: checkKey(inputs.idempotencyKey),
    maxLogLines: inputs.maxLogLines ?? LOG_LINES,
  };
}

function parametersOf({ parameters = '' }: Inputs, loaded: LoadedManifest | undefined): GivenParameters {
  const section = loaded?.manifest.pipeline?.parameters ?? {};
  const base = valuesGiven(section as JsonObject, `pipeline.parameters of '${loaded?.path ?? ''}'`);
  return new Map([...base, ...parseParameters(parameters)]);
}

const LONGEST_KEY = 500;

function checkKey(key: string | undefined): string | undefined {
  if (key !== undefined && key.length > LONGEST_KEY) {
    throw new UserError(`'idempotency-key' has ${key.length} characters, of at most ${LONGEST_KEY}.`);
  }
  return key;
}
