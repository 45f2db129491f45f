import { setTimeout as sleep } from 'node:timers/promises';
import type { EndpointServiceClient } from '@google-cloud/aiplatform/build/src/v1/endpoint_service_client.js';
import type { ModelServiceClient } from '@google-cloud/aiplatform/build/src/v1/model_service_client.js';
import { formatDuration, log, messageOf, UserError } from '@mlops-actions/action-kit';
import { PAGED } from './clients.ts';
import { explain, explaining, Status, statusOf } from './errors.ts';

/** A client whose methods start long-running operations. */
export type OperationHost = Pick<ModelServiceClient | EndpointServiceClient, 'operationsClient' | 'descriptors'>;

/** A long-running operation, known by its name, so that any process can wait for it. */
export interface Operation {
  host: OperationHost;
  /** Method of the client that starts such operations, which decides how answers are decoded. */
  method: string;
  name: string;
  /** What it does, as the end of "could not ...". */
  what: string;
}

export interface WaitOptions {
  /** Milliseconds until waiting is given up. The operation itself goes on. */
  timeout: number;
  /** Told of every new stage, and of a stage that lasts. Default: a line in the log. */
  onStage?: (stage: string, elapsed: number) => void;
}

/** Milliseconds between polls: the first, the growth, the most. */
const POLL = { first: 50, growth: 1.5, most: 15_000 };
/** Milliseconds after which a stage that lasts is told of again. */
const STILL = 60_000;
/** Polls that may be refused in a row while credentials are exchanged for new ones. */
const REFUSALS = 3;

const TRANSIENT: readonly unknown[] = [
  Status.UNAVAILABLE,
  Status.DEADLINE_EXCEEDED,
  Status.RESOURCE_EXHAUSTED,
  Status.INTERNAL,
];

/**
 * Waits until an operation is done and returns its decoded response.
 *
 * The client library's own waiting ends at the first poll that fails and never at a time; this polls by name, goes on over failed polls,
 * and reads the operation's error.
 *
 * @throws UserError if the operation failed, or did not end in time
 */
export async function waitFor<Response>(operation: Operation, options: WaitOptions): Promise<Response> {
  const { host, method, name, what } = operation;
  const { onStage = (stage, elapsed) => log.info(`${stage} (${formatDuration(elapsed)})`) } = options;
  const startedAt = Date.now();
  const elapsed = (): number => Date.now() - startedAt;
  log.info(`Operation ${name}`);
  let told = { stage: '', at: 0 };
  let refusals = 0;
  for (let delay = POLL.first; ; delay = Math.min(delay * POLL.growth, POLL.most)) {
    const state = await poll(host, name).catch((error: unknown) => {
      const code = statusOf(error);
      refusals = code === Status.UNAUTHENTICATED ? refusals + 1 : 0;
      if (!TRANSIENT.includes(code) && (refusals === 0 || refusals > REFUSALS)) {
        throw explain(`tell how far operation ${name} is`, error);
      }
      log.debug(`Poll of ${name} failed: ${messageOf(error)}`);
      return undefined;
    });
    if (state?.error) throw operationError(operation, state.error);
    const decoders = host.descriptors.longrunning[method];
    if (decoders === undefined) throw new Error(`${method} starts no operation`);
    if (state?.done) return decoders.responseDecoder(bytesOf(state.response?.value)) as Response;
    const stage = state && stageOf(decoders.metadataDecoder(bytesOf(state.metadata?.value)));
    if (stage !== undefined && (stage !== told.stage || elapsed() - told.at > STILL)) {
      told = { stage, at: elapsed() };
      onStage(stage, elapsed());
    }
    if (elapsed() + delay > options.timeout) {
      throw new UserError(`Waited ${formatDuration(options.timeout)} for Vertex AI to ${what}, and it is not done.`, {
        fix: `The operation ${name} goes on. Run again with a longer 'timeout': the action waits for what runs and starts nothing twice.`,
      });
    }
    await sleep(delay);
  }
}

/** Waits for an operation that was started before, by whomever: when it fails, that is told and nothing more. */
export async function waitForAnother(operation: Operation, options: WaitOptions): Promise<void> {
  log.info('An operation that was started before is not done: waiting for it');
  try {
    await waitFor(operation, options);
  } catch (error) {
    // Without a status it is this run that gave up waiting.
    if (statusOf(error) === undefined) throw error;
    log.warning(messageOf(error));
  }
}

/** The operations on a resource that are not done yet, of one method. */
export async function runningOperations(host: OperationHost, resource: string, method: string): Promise<string[]> {
  const names: string[] = [];
  const type = METADATA_TYPES[method];
  await explaining(`list the operations on ${resource}`, async () => {
    const request = { name: resource, filter: '', pageSize: 100, pageToken: '' } as ListRequest;
    for await (const operation of host.operationsClient.listOperationsAsync(request, { ...PAGED })) {
      const operationType = operation.metadata?.type_url?.split('.').pop();
      if (!operation.done && operation.name && operationType === type) names.push(operation.name);
    }
  });
  return names;
}

const METADATA_TYPES: Record<string, string> = {
  deployModel: 'DeployModelOperationMetadata',
  uploadModel: 'UploadModelOperationMetadata',
  copyModel: 'CopyModelOperationMetadata',
};

type ListRequest = Parameters<OperationHost['operationsClient']['listOperationsAsync']>[0];
type GetRequest = Parameters<OperationHost['operationsClient']['getOperation']>[0];

async function poll(host: OperationHost, name: string) {
  const [state] = await host.operationsClient.getOperation({ name } as GetRequest, { timeout: 30_000 });
  return state;
}

function operationError(
  { name, what }: Operation,
  { code, message }: { code?: number | null; message?: string | null },
) {
  log.info(`Operation ${name} ended with code ${code ?? 'unknown'}: ${message ?? ''}`);
  return explain(what, Object.assign(new Error(message || 'no reason was given'), { code: code ?? Status.INTERNAL }));
}

const bytesOf = (value: string | Uint8Array | null | undefined): Uint8Array =>
  typeof value === 'string' ? Buffer.from(value, 'base64') : (value ?? new Uint8Array());

/** The name of the deployment stage, where the metadata has one: decoded messages hold numbers, their types know the names. */
function stageOf(metadata: { $type?: { toObject(message: object, options: object): { deploymentStage?: unknown } } }) {
  const stage = metadata.$type?.toObject(metadata, { enums: String }).deploymentStage;
  return typeof stage === 'string' && stage !== 'DEPLOYMENT_STAGE_UNSPECIFIED' ? stage : undefined;
}
