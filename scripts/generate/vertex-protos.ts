import { readFile } from 'node:fs/promises';
import { closureOf, type Descriptor, type Methods } from '@mlops-actions/vertex-emulator/proto-closure';
import type { GeneratedFile } from './files.ts';

/**
 * The services that packages/vertex calls. Loading all that the client ships (3,400 types, two API versions) is what makes it slow to
 * start; the bundle carries these services, the messages they reach, and what their long-running operations answer.
 */
const PACKAGE = 'google.cloud.aiplatform.v1';
const PREVIEW = 'google.cloud.aiplatform.v1beta1';
const SERVICES = [
  ...['EndpointService', 'ModelService', 'PipelineService', 'PredictionService', 'JobService'].map(
    (name) => `${PACKAGE}.${name}`,
  ),
  `${PREVIEW}.ModelMonitoringService`,
];

/** Of services that reach far, the methods that are called; of the others all are carried. */
const METHODS: Methods = new Map([
  [
    `${PACKAGE}.JobService`,
    [
      'ListModelDeploymentMonitoringJobs',
      'GetModelDeploymentMonitoringJob',
      'UpdateModelDeploymentMonitoringJob',
      'SearchModelDeploymentMonitoringStatsAnomalies',
    ],
  ],
]);

const SOURCE = 'node_modules/@google-cloud/aiplatform/build/protos/protos.json';

/** The descriptor beside the bundle, cut down from the installed client's. */
export async function generateVertexProtos(): Promise<GeneratedFile[]> {
  const root = JSON.parse(await readFile(SOURCE, 'utf8')) as Descriptor;
  const content = `${JSON.stringify(closureOf(root, SERVICES, METHODS))}\n`;
  return [{ path: 'dist/vertex-protos.json', content }];
}
