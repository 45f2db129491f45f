/**
 * The messages that the emulator reads, as protobufjs decodes them: enums are their names, 64-bit numbers are text, repeated fields and
 * maps are never missing, other fields are missing when unset. Fields that are only passed on are `unknown`.
 * Source: google/cloud/aiplatform/v1/*.proto.
 */

export interface Timestamp {
  seconds: string;
  nanos: number;
}

export interface Duration {
  seconds?: string;
  nanos?: number;
}

export interface FieldMask {
  paths: string[];
}

/** google.protobuf.Value. */
export type Value =
  | { nullValue: 'NULL_VALUE' | 0 }
  | { numberValue: number }
  | { stringValue: string }
  | { boolValue: boolean }
  | { structValue: { fields: Record<string, Value> } }
  | { listValue: { values: Value[] } };

export interface ContainerSpec {
  imageUri?: string;
  command: string[];
  args: string[];
  env: { name?: string; value?: string }[];
  ports: { containerPort?: number }[];
  predictRoute?: string;
  healthRoute?: string;
  deploymentTimeout?: Duration;
}

export interface WireModel {
  name?: string;
  displayName?: string;
  description?: string;
  versionDescription?: string;
  versionAliases: string[];
  labels: Record<string, string>;
  etag?: string;
  containerSpec?: ContainerSpec;
  artifactUri?: string;
  metadataSchemaUri?: string;
  metadata?: unknown;
  predictSchemata?: unknown;
  explanationSpec?: unknown;
  encryptionSpec?: unknown;
  pipelineJob?: string;
  baseModelSource?: unknown;
}

export interface DedicatedResources {
  machineSpec?: { machineType?: string; acceleratorType?: string; acceleratorCount?: number };
  minReplicaCount?: number;
  maxReplicaCount?: number;
  requiredReplicaCount?: number;
  autoscalingMetricSpecs: unknown[];
}

export interface WireDeployedModel {
  id?: string;
  model?: string;
  displayName?: string;
  dedicatedResources?: DedicatedResources;
  automaticResources?: unknown;
  sharedResources?: string;
  explanationSpec?: unknown;
  disableExplanations?: boolean;
  serviceAccount?: string;
  disableContainerLogging?: boolean;
  enableAccessLogging?: boolean;
}

export interface WireEndpoint {
  name?: string;
  displayName?: string;
  description?: string;
  labels: Record<string, string>;
  etag?: string;
  trafficSplit: Record<string, number>;
  encryptionSpec?: unknown;
  network?: string;
  privateServiceConnectConfig?: unknown;
  predictRequestResponseLoggingConfig?: unknown;
  dedicatedEndpointEnabled?: boolean;
  dedicatedEndpointDns?: string;
  clientConnectionConfig?: unknown;
}

export interface WireEvaluation {
  displayName?: string;
  metricsSchemaUri?: string;
  metrics?: unknown;
  metadata?: unknown;
  sliceDimensions: string[];
  dataItemSchemaUri?: string;
  annotationSchemaUri?: string;
}

export interface ListRequest {
  filter?: string;
  orderBy?: string;
  pageSize?: number;
  pageToken?: string;
  readMask?: FieldMask;
}
