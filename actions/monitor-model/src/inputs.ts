import { readCommonInputs, type CommonInputs, type InputReader } from '@mlops-actions/action-kit';

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
