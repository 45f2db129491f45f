import type { google } from '@google-cloud/aiplatform/build/protos/protos.js';
import type { CallOptions } from 'google-gax';
import { UserError } from '@mlops-actions/action-kit';
import type { Vertex } from './clients.ts';
import { explaining, Status, statusOf } from './errors.ts';
import type { Labels } from './labels.ts';
import { lastSegment, placeName, type Place } from './names.ts';
import { fromValue, toValue, type Json } from './values.ts';

/** A run of Vertex AI Pipelines (a PipelineJob). */
export interface PipelineRun {
  id: string;
  /** Name of its state, such as `RUNNING`. */
  state: string;
  error: string | undefined;
  labels: Labels;
  tasks: readonly PipelineRunTask[];
}

/** A task of a run; the one without a parent is the run as a whole. */
export interface PipelineRunTask {
  id: string;
  parentId: string | undefined;
  name: string;
  state: string;
  error: string | undefined;
  /** Custom jobs that ran it, the last attempt first; their ids are what its log is found by. */
  jobs: readonly string[];
  outputs: {
    parameters: ReadonlyMap<string, Json>;
    artifacts: ReadonlyMap<string, readonly PipelineArtifact[]>;
  };
}

export interface PipelineArtifact {
  uri: string;
  /** `system.Model`. */
  type: string;
  metadata: Json;
}

/** What a run is started with. */
export interface PipelineRunRequest {
  /** Letters, digits and hyphens; one id makes one run. */
  id: string;
  displayName: string;
  spec: Json;
  /** Template of Artifact Registry that the spec is from. */
  templateUri: string | undefined;
  parameters: Readonly<Record<string, Json>>;
  /** `gs://` folder for what the tasks leave. */
  outputRoot: string;
  labels: Labels;
  serviceAccount: string | undefined;
  network: string | undefined;
  /** Full name of the Cloud KMS key. */
  encryptionKey: string | undefined;
  failurePolicy: 'fast' | 'slow' | undefined;
}

/** Each call is made once: whoever waits for a run asks again anyway, and must be able to stop. */
const CALL: CallOptions = { timeout: 30_000 };

const jobName = (place: Place, id: string): string => `${placeName(place)}/pipelineJobs/${id}`;

/** Starts a run. Its id is known before, so that a lost answer is no lost run. */
export async function startPipelineRun(vertex: Vertex, request: PipelineRunRequest): Promise<PipelineRun> {
  const { id, parameters, templateUri, serviceAccount, network, encryptionKey, failurePolicy } = request;
  const spec = toValue(request.spec).structValue;
  if (spec == null) throw new UserError('The pipeline is not an object.');
  const pipelineJob: Job = {
    displayName: request.displayName,
    pipelineSpec: spec,
    labels: request.labels,
    runtimeConfig: {
      gcsOutputDirectory: request.outputRoot,
      parameterValues: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, toValue(value)])),
      ...(failurePolicy !== undefined && {
        failurePolicy:
          failurePolicy === 'fast' ? 'PIPELINE_FAILURE_POLICY_FAIL_FAST' : 'PIPELINE_FAILURE_POLICY_FAIL_SLOW',
      }),
    },
    ...(templateUri !== undefined && { templateUri }),
    ...(serviceAccount !== undefined && { serviceAccount }),
    ...(network !== undefined && { network }),
    ...(encryptionKey !== undefined && { encryptionSpec: { kmsKeyName: encryptionKey } }),
  };
  const [job] = await explaining(`start the pipeline run ${id}`, () =>
    vertex.pipelines.createPipelineJob({ parent: placeName(vertex), pipelineJobId: id, pipelineJob }, CALL),
  );
  return runOf(job);
}

/** A run, or `undefined` if there is none of that id. */
export async function findPipelineRun(vertex: Vertex, id: string): Promise<PipelineRun | undefined> {
  try {
    const [job] = await explaining(`tell how the pipeline run ${id} is`, () =>
      vertex.pipelines.getPipelineJob({ name: jobName(vertex, id) }, CALL),
    );
    return runOf(job);
  } catch (error) {
    if (statusOf(error) === Status.NOT_FOUND) return undefined;
    throw error;
  }
}

/** Asks for a run to be cancelled, which takes it a while. */
export async function cancelPipelineRun(vertex: Vertex, id: string): Promise<void> {
  await explaining(`cancel the pipeline run ${id}`, () =>
    vertex.pipelines.cancelPipelineJob({ name: jobName(vertex, id) }, CALL),
  );
}

/** Page of a run in the Google Cloud console. */
export const pipelineRunUrl = ({ project, region }: Place, id: string): string =>
  `https://console.cloud.google.com/vertex-ai/pipelines/locations/${region}/runs/${id}?project=${project}`;

type Job = google.cloud.aiplatform.v1.IPipelineJob;
type Detail = google.cloud.aiplatform.v1.IPipelineTaskDetail;

function runOf(job: Job): PipelineRun {
  return {
    id: lastSegment(job.name ?? ''),
    state: String(job.state ?? 'PIPELINE_STATE_UNSPECIFIED').replace('PIPELINE_STATE_', ''),
    error: job.error?.message || undefined,
    labels: job.labels ?? {},
    tasks: (job.jobDetail?.taskDetails ?? []).map(taskOf),
  };
}

function taskOf(detail: Detail): PipelineRunTask {
  const parent = String(detail.parentTaskId ?? '0');
  const container = detail.executorDetail?.containerDetail;
  const custom = detail.executorDetail?.customJobDetail;
  const jobs = [container?.mainJob, custom?.job, ...(container?.failedMainJobs ?? []), ...(custom?.failedJobs ?? [])];
  const metadata = Object.entries(detail.execution?.metadata?.fields ?? {});
  return {
    id: String(detail.taskId ?? ''),
    parentId: parent === '0' || parent === '' ? undefined : parent,
    name: detail.taskName ?? '',
    state: String(detail.state ?? 'STATE_UNSPECIFIED'),
    error: detail.error?.message || undefined,
    jobs: jobs.filter((job) => job != null && job !== '').map((job) => lastSegment(job!)),
    outputs: {
      parameters: new Map(
        metadata
          .filter(([key]) => key.startsWith('output:'))
          .map(([key, value]) => [key.slice('output:'.length), fromValue(value)]),
      ),
      artifacts: new Map(
        Object.entries(detail.outputs ?? {}).map(([key, { artifacts }]) => [
          key,
          (artifacts ?? []).map((artifact) => ({
            uri: artifact.uri ?? '',
            type: artifact.schemaTitle ?? '',
            metadata: artifact.metadata == null ? null : fromValue({ structValue: artifact.metadata }),
          })),
        ]),
      ),
    },
  };
}
