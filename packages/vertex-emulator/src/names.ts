import { createHash } from 'node:crypto';
import { invalidField } from './status.ts';

/** Resource names. Requests may say a project's id or its number; the emulator keeps and answers the number. */

/** A project's number and a region. */
export interface Place {
  project: string;
  location: string;
}

/** A model as a request names it. */
export interface ModelName extends Place {
  id: string;
  /** What follows `@`: a version id or an alias. */
  version?: string;
}

const PROJECT = /^[a-z0-9](?:[a-z0-9.:-]{0,61}[a-z0-9])?$/;
const LOCATION = /^[a-z]+(?:-[a-z0-9]+)*$/;
const SEGMENT = '([^/@:]+)';
const PLACE = `projects/([^/]+)/locations/${SEGMENT}`;
const PATTERNS = {
  Location: new RegExp(`^${PLACE}$`),
  Endpoint: new RegExp(`^${PLACE}/endpoints/${SEGMENT}$`),
  Model: new RegExp(`^${PLACE}/models/${SEGMENT}(?:@([^/@:]+))?$`),
  PipelineJob: new RegExp(`^${PLACE}/pipelineJobs/${SEGMENT}$`),
  ModelDeploymentMonitoringJob: new RegExp(`^${PLACE}/modelDeploymentMonitoringJobs/${SEGMENT}$`),
  ModelMonitor: new RegExp(`^${PLACE}/modelMonitors/${SEGMENT}$`),
  ModelMonitoringJob: new RegExp(`^${PLACE}/modelMonitors/${SEGMENT}/modelMonitoringJobs/${SEGMENT}$`),
  ModelEvaluation: new RegExp(`^${PLACE}/models/${SEGMENT}(?:@([^/@:]+))?/evaluations/${SEGMENT}$`),
  Operation: new RegExp(
    `^${PLACE}/(?:(endpoints|models|pipelineJobs|modelDeploymentMonitoringJobs|modelMonitors)/${SEGMENT}/)?operations/${SEGMENT}$`,
  ),
};

/** A project's number: the number itself, or one that belongs to the id for good. */
export function projectNumber(project: string): string {
  if (/^\d+$/.test(project)) return project;
  const digest = createHash('sha256').update(project).digest();
  return String(100_000_000_000 + (digest.readUIntBE(0, 6) % 900_000_000_000));
}

export const placeName = ({ project, location }: Place): string => `projects/${project}/locations/${location}`;
export const modelName = (model: Place & { id: string }): string => `${placeName(model)}/models/${model.id}`;
export const endpointName = (endpoint: Place & { id: string }): string =>
  `${placeName(endpoint)}/endpoints/${endpoint.id}`;

export const pipelineJobName = (job: Place & { id: string }): string => `${placeName(job)}/pipelineJobs/${job.id}`;

export const monitoringJobName = (job: Place & { id: string }): string =>
  `${placeName(job)}/modelDeploymentMonitoringJobs/${job.id}`;

export const modelMonitorName = (monitor: Place & { id: string }): string =>
  `${placeName(monitor)}/modelMonitors/${monitor.id}`;

export const monitorJobName = (job: Place & { monitor: string; id: string }): string =>
  `${modelMonitorName({ ...job, id: job.monitor })}/modelMonitoringJobs/${job.id}`;

export function parsePlace(field: string, text: string | undefined): Place {
  const [project, location] = match(field, 'Location', text);
  return place(field, project!, location!);
}

export function parseEndpoint(field: string, text: string | undefined): Place & { id: string } {
  const [project, location, id] = match(field, 'Endpoint', text);
  return { ...place(field, project!, location!), id: id! };
}

export function parsePipelineJob(field: string, text: string | undefined): Place & { id: string } {
  const [project, location, id] = match(field, 'PipelineJob', text);
  return { ...place(field, project!, location!), id: id! };
}

export function parseMonitoringJob(field: string, text: string | undefined): Place & { id: string } {
  const [project, location, id] = match(field, 'ModelDeploymentMonitoringJob', text);
  return { ...place(field, project!, location!), id: id! };
}

export function parseModelMonitor(field: string, text: string | undefined): Place & { id: string } {
  const [project, location, id] = match(field, 'ModelMonitor', text);
  return { ...place(field, project!, location!), id: id! };
}

export function parseMonitorJob(field: string, text: string | undefined): Place & { monitor: string; id: string } {
  const [project, location, monitor, id] = match(field, 'ModelMonitoringJob', text);
  return { ...place(field, project!, location!), monitor: monitor!, id: id! };
}

export function parseModel(field: string, text: string | undefined): ModelName {
  const [project, location, id, version] = match(field, 'Model', text);
  return { ...place(field, project!, location!), id: id!, ...(version !== undefined && { version }) };
}

export function parseEvaluation(field: string, text: string | undefined): ModelName & { evaluation: string } {
  const [project, location, id, version, evaluation] = match(field, 'ModelEvaluation', text);
  return {
    ...place(field, project!, location!),
    id: id!,
    ...(version !== undefined && { version }),
    evaluation: evaluation!,
  };
}

/** The name of an operation as the emulator keeps it. */
export function parseOperation(field: string, text: string | undefined): Place & { name: string } {
  const [project, location, collection, resource, id] = match(field, 'Operation', text);
  const where = place(field, project!, location!);
  const parent = collection === undefined ? '' : `/${collection}/${resource!}`;
  return { ...where, name: `${placeName(where)}${parent}/operations/${id!}` };
}

/** The parent whose operations are listed: a location, an endpoint or a model. */
export function parseOperationParent(field: string, text = ''): Place & { name: string } {
  if (/\/endpoints\//.test(text)) {
    const endpoint = parseEndpoint(field, text);
    return { ...endpoint, name: endpointName(endpoint) };
  }
  if (/\/models\//.test(text)) {
    const model = parseModel(field, text);
    return { ...model, name: modelName(model) };
  }
  const where = parsePlace(field, text);
  return { ...where, name: placeName(where) };
}

function match(field: string, kind: keyof typeof PATTERNS, text = ''): (string | undefined)[] {
  const found = PATTERNS[kind].exec(text);
  if (found === null) throw invalidField(field, `Invalid ${kind} resource name.`);
  return found.slice(1);
}

function place(field: string, project: string, location: string): Place {
  if (!PROJECT.test(project) || !LOCATION.test(location)) throw invalidField(field, 'Invalid Location resource name.');
  return { project: projectNumber(project), location };
}
