import type { Any } from './protos.ts';
import type { ModelMonitor, ModelMonitoringJob } from './model-monitors.ts';
import type { MonitoringJob } from './monitoring-jobs.ts';
import {
  endpointName,
  modelMonitorName,
  modelName,
  monitoringJobName,
  monitorJobName,
  pipelineJobName,
  type Place,
} from './names.ts';
import type { PipelineJob } from './pipelines/job.ts';
import type { DedicatedResources, WireDeployedModel, WireEndpoint, WireEvaluation, WireModel } from './wire.ts';

/**
 * Everything that the emulator knows, as JSON. It is never changed in place: a transition makes a new state that shares what stayed, so
 * that before and after can be compared. Times are ISO 8601.
 */
export interface State {
  readonly models: Readonly<Record<string, Model>>;
  readonly endpoints: Readonly<Record<string, Endpoint>>;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly pipelineJobs: Readonly<Record<string, PipelineJob>>;
  readonly monitoringJobs: Readonly<Record<string, MonitoringJob>>;
  readonly modelMonitors: Readonly<Record<string, ModelMonitor>>;
  readonly modelMonitoringJobs: Readonly<Record<string, ModelMonitoringJob>>;
}

export interface Model extends Place {
  readonly id: string;
  readonly displayName: string;
  readonly description: string;
  readonly labels: Readonly<Record<string, string>>;
  /** In the order of their ids. */
  readonly versions: readonly ModelVersion[];
  /** The greatest id that was ever given: ids are not given twice. */
  readonly lastVersion: number;
  readonly evaluations: readonly Evaluation[];
  readonly createTime: string;
  readonly updateTime: string;
  readonly etag: string;
}

/** What a version is made of; it never changes. */
export type ModelSpec = Pick<
  WireModel,
  | 'containerSpec'
  | 'artifactUri'
  | 'metadataSchemaUri'
  | 'metadata'
  | 'predictSchemata'
  | 'explanationSpec'
  | 'encryptionSpec'
  | 'pipelineJob'
  | 'baseModelSource'
>;

export interface ModelVersion {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly description: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: ModelSpec;
  /** Digest of the image that was taken in at upload; none where the emulator runs without containers. */
  readonly imageDigest?: string;
  /** Full name of the version that this one is a copy of. */
  readonly copyOf?: string;
  readonly createTime: string;
  readonly updateTime: string;
}

export interface Evaluation extends WireEvaluation {
  readonly id: string;
  readonly versionId: string;
  readonly createTime: string;
}

export interface Endpoint extends Place {
  readonly id: string;
  readonly displayName: string;
  readonly description: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly deployedModels: readonly DeployedModel[];
  readonly trafficSplit: Readonly<Record<string, number>>;
  /** Deployments that are not done yet. */
  readonly deploying: readonly DeployedModel[];
  readonly settings: Pick<
    WireEndpoint,
    | 'encryptionSpec'
    | 'network'
    | 'privateServiceConnectConfig'
    | 'predictRequestResponseLoggingConfig'
    | 'dedicatedEndpointEnabled'
    | 'dedicatedEndpointDns'
    | 'clientConnectionConfig'
  >;
  readonly createTime: string;
  readonly updateTime: string;
  readonly etag: string;
}

export interface DeployedModel {
  readonly id: string;
  /** Name of the model, without a version. */
  readonly model: string;
  readonly modelVersionId: string;
  readonly displayName: string;
  readonly resources: DedicatedResources & { minReplicaCount: number; maxReplicaCount: number };
  readonly settings: Pick<
    WireDeployedModel,
    'explanationSpec' | 'disableExplanations' | 'serviceAccount' | 'disableContainerLogging' | 'enableAccessLogging'
  >;
  readonly createTime: string;
  readonly status: DeployedModelStatus;
}

export interface DeployedModelStatus {
  readonly availableReplicaCount: number;
  /** What is wrong, if anything. */
  readonly message: string;
  readonly lastUpdateTime: string;
}

/** A long-running operation. */
export interface Operation {
  readonly name: string;
  /** Resource that it works on. */
  readonly target: string;
  /** Method that started it. */
  readonly method: string;
  readonly createTime: string;
  readonly updateTime: string;
  readonly metadataType: string;
  /** `deploymentStage`, for methods whose metadata has one. */
  readonly stage?: string;
  readonly result?: { readonly error: { code: number; message: string } } | { readonly response: PackedResponse };
}

/** An answer with its type; the value is base64, so that the state is JSON. */
export interface PackedResponse {
  readonly typeUrl: string;
  readonly value: string;
}

export const packedResponse = ({ type_url: typeUrl, value }: Any): PackedResponse => ({
  typeUrl,
  value: Buffer.from(value).toString('base64'),
});

export const EMPTY_STATE: State = {
  models: {},
  endpoints: {},
  operations: {},
  pipelineJobs: {},
  monitoringJobs: {},
  modelMonitors: {},
  modelMonitoringJobs: {},
};

/** The state with a model put in place of its older self, or added. */
export const withModel = (state: State, model: Model): State => ({
  ...state,
  models: { ...state.models, [modelName(model)]: model },
});

export const withEndpoint = (state: State, endpoint: Endpoint): State => ({
  ...state,
  endpoints: { ...state.endpoints, [endpointName(endpoint)]: endpoint },
});

export const withOperation = (state: State, operation: Operation): State => ({
  ...state,
  operations: { ...state.operations, [operation.name]: operation },
});

export const withPipelineJob = (state: State, job: PipelineJob): State => ({
  ...state,
  pipelineJobs: { ...state.pipelineJobs, [pipelineJobName(job)]: job },
});

export const withMonitoringJob = (state: State, job: MonitoringJob): State => ({
  ...state,
  monitoringJobs: { ...state.monitoringJobs, [monitoringJobName(job)]: job },
});

export const withModelMonitor = (state: State, monitor: ModelMonitor): State => ({
  ...state,
  modelMonitors: { ...state.modelMonitors, [modelMonitorName(monitor)]: monitor },
});

export const withMonitorJob = (state: State, job: ModelMonitoringJob): State => ({
  ...state,
  modelMonitoringJobs: { ...state.modelMonitoringJobs, [monitorJobName(job)]: job },
});

/** A record without one of its keys. */
export function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([other]) => other !== key));
}

/** Where a model, or one version of it, is deployed or being deployed. */
export function deploymentsOf(
  state: State,
  model: Model,
  versionId?: string,
): { endpoint: string; deployedModelId: string; done: boolean }[] {
  const name = modelName(model);
  return Object.values(state.endpoints).flatMap((endpoint) =>
    [...endpoint.deployedModels, ...endpoint.deploying]
      .filter(
        (deployed) => deployed.model === name && (versionId ?? deployed.modelVersionId) === deployed.modelVersionId,
      )
      .map((deployed) => ({
        endpoint: endpointName(endpoint),
        deployedModelId: deployed.id,
        done: endpoint.deployedModels.includes(deployed),
      })),
  );
}
