import { checkDisplayName, checkLabels, checkMask } from '../fields.ts';
import { applyReadMask, listPage, type ListRules } from '../listing.ts';
import {
  OBJECTIVES,
  wholeHours,
  type MonitoringJob,
  type MonitoringResult,
  type ObjectiveConfig,
} from '../monitoring-jobs.ts';
import { endpointName, monitoringJobName, parseEndpoint, parseMonitoringJob, parsePlace, placeName } from '../names.ts';
import { renderOperation } from '../render.ts';
import { withMonitoringJob, without, type Endpoint, type State } from '../state.ts';
import { invalidField, RpcError } from '../status.ts';
import { toTimestamp } from '../values.ts';
import type { Duration, FieldMask, ListRequest, Timestamp } from '../wire.ts';
import type { Context, Handlers } from './context.ts';
import { findEndpoint } from './lookup.ts';

const RULES: ListRules = { filter: ['display_name', 'labels', 'state'], orderBy: [] };

const CONFIGS = 'model_deployment_monitoring_objective_configs';
/** Fields that an update may name, and what holds them here. */
const SETTINGS = {
  model_monitoring_alert_config: 'modelMonitoringAlertConfig',
  logging_sampling_strategy: 'loggingSamplingStrategy',
  log_ttl: 'logTtl',
  enable_monitoring_pipeline_logs: 'enableMonitoringPipelineLogs',
} as const;

const PASSED_ON = [
  ...Object.values(SETTINGS),
  'predictInstanceSchemaUri',
  'samplePredictInstance',
  'analysisInstanceSchemaUri',
  'statsAnomaliesBaseDirectory',
  'encryptionSpec',
] as const;

type WireJob = {
  name?: string;
  displayName?: string;
  endpoint?: string;
  modelDeploymentMonitoringObjectiveConfigs: ObjectiveConfig[];
  modelDeploymentMonitoringScheduleConfig?: { monitorInterval?: Duration };
  labels: Record<string, string>;
} & { [K in (typeof PASSED_ON)[number]]?: unknown };

interface SearchRequest extends ListRequest {
  modelDeploymentMonitoringJob?: string;
  deployedModelId?: string;
  featureDisplayName?: string;
  objectives: { type?: string }[];
  startTime?: Timestamp;
  endTime?: Timestamp;
}

/** google.cloud.aiplatform.v1.JobService, as far as monitoring of deployed models goes. */
export function jobService({ store, operations, monitoring }: Context): Handlers {
  return {
    CreateModelDeploymentMonitoringJob(request: { parent?: string; modelDeploymentMonitoringJob?: WireJob }) {
      const place = parsePlace('parent', request.parent);
      const wire = request.modelDeploymentMonitoringJob;
      if (wire === undefined) throw invalidField('model_deployment_monitoring_job', 'Required field is not set.');
      const interval = requireInterval(wire);
      if (wire.loggingSamplingStrategy === undefined) {
        throw invalidField('model_deployment_monitoring_job.logging_sampling_strategy', 'Required field is not set.');
      }
      const job = store.change('CreateModelDeploymentMonitoringJob', (state, { now, chance }) => {
        const made: MonitoringJob = {
          ...{ ...place, id: chance.id(), createTime: now, updateTime: now, paused: false },
          displayName: checkDisplayName('model_deployment_monitoring_job.display_name', wire.displayName),
          labels: checkLabels('model_deployment_monitoring_job.labels', wire.labels),
          endpoint: endpointName(
            findEndpoint(state, parseEndpoint('model_deployment_monitoring_job.endpoint', wire.endpoint)),
          ),
          objectiveConfigs: wire.modelDeploymentMonitoringObjectiveConfigs,
          monitorIntervalSeconds: interval,
          settings: Object.fromEntries(PASSED_ON.map((key) => [key, wire[key]])),
        };
        checkConfigs(state, made);
        return [withMonitoringJob(state, made), made];
      });
      return render(job);
    },

    GetModelDeploymentMonitoringJob: (request: { name?: string }) => render(find(store.state, 'name', request.name)),

    ListModelDeploymentMonitoringJobs(request: ListRequest & { parent?: string }) {
      const parent = placeName(parsePlace('parent', request.parent));
      const page = listPage(
        Object.values(store.state.monitoringJobs).filter((job) => placeName(job) === parent),
        request,
        (job) => ({
          fields: { display_name: job.displayName, state: `JOB_STATE_${monitoring.stateOf(job)}` },
          labels: job.labels,
        }),
        RULES,
      );
      return {
        modelDeploymentMonitoringJobs: page.items.map((job) => applyReadMask(render(job), request)),
        nextPageToken: page.nextPageToken,
      };
    },

    UpdateModelDeploymentMonitoringJob(request: { modelDeploymentMonitoringJob?: WireJob; updateMask?: FieldMask }) {
      const wire = request.modelDeploymentMonitoringJob;
      if (wire === undefined) throw invalidField('model_deployment_monitoring_job', 'Required field is not set.');
      const field = 'model_deployment_monitoring_job.name';
      const job = find(store.state, field, wire.name);
      const paths = checkMask(request.updateMask, [
        'display_name',
        'labels',
        'model_deployment_monitoring_schedule_config',
        CONFIGS,
        ...Object.keys(SETTINGS),
      ]);
      if (monitoring.stateOf(job) === 'PENDING') {
        throw new RpcError('FAILED_PRECONDITION', 'The ModelDeploymentMonitoringJob is PENDING and cannot be updated.');
      }
      const updated = (state: State, now: string): MonitoringJob => {
        const next = changed(find(state, field, wire.name), wire, paths, now);
        if (paths.includes(CONFIGS)) checkConfigs(state, next);
        return next;
      };
      updated(store.state, job.updateTime);
      return renderOperation(
        operations.start({
          service: 'JobService',
          method: 'UpdateModelDeploymentMonitoringJob',
          target: monitoringJobName(job),
          async run(progress) {
            await progress.pause();
            return (state, { now }) => {
              const next = updated(state, now);
              return { state: withMonitoringJob(state, next), response: render(next) };
            };
          },
        }),
      );
    },

    SearchModelDeploymentMonitoringStatsAnomalies(request: SearchRequest) {
      const job = find(store.state, 'model_deployment_monitoring_job', request.modelDeploymentMonitoringJob);
      const { deployedModelId = '', featureDisplayName = '', objectives } = request;
      if (objectives.length === 0) throw invalidField('objectives', 'Required field is not set.');
      const wanted = objectives.map(({ type }) => type);
      const unknown = wanted.find((type) => !OBJECTIVES.some((objective) => objective === type));
      if (unknown !== undefined) throw invalidField('objectives', `Invalid objective ${unknown}.`);
      const config = job.objectiveConfigs.find((one) => one.deployedModelId === deployedModelId);
      if (config === undefined) {
        throw new RpcError('NOT_FOUND', `The job does not monitor the deployed model '${deployedModelId}'.`);
      }
      const [from, to] = [milliseconds(request.startTime) ?? -Infinity, milliseconds(request.endTime) ?? Infinity];
      const found = monitoring.results.filter(
        (result) =>
          result.deployedModelId === deployedModelId &&
          (featureDisplayName === '' || result.feature === featureDisplayName) &&
          Date.parse(result.endTime) >= from &&
          Date.parse(result.endTime) <= to,
      );
      const page = listPage(
        OBJECTIVES.filter((objective) => wanted.includes(objective)),
        request,
        () => ({ fields: {} }),
        { filter: [], orderBy: [] },
      );
      return {
        monitoringStats: page.items.map((objective) => {
          const mine = found.filter((result) => result.objective === objective);
          return {
            objective,
            deployedModelId,
            anomalyCount: mine.filter(({ value, threshold }) => value > threshold).length,
            featureStats: [...Map.groupBy(mine, ({ feature }) => feature)].map(renderFeature),
          };
        }),
        nextPageToken: page.nextPageToken,
      };
    },

    PauseModelDeploymentMonitoringJob: (request: { name?: string }) => setPaused(request.name, true),

    ResumeModelDeploymentMonitoringJob: (request: { name?: string }) => setPaused(request.name, false),

    DeleteModelDeploymentMonitoringJob(request: { name?: string }) {
      const job = find(store.state, 'name', request.name);
      const name = monitoringJobName(job);
      return renderOperation(
        operations.startDone({
          service: 'JobService',
          method: 'DeleteModelDeploymentMonitoringJob',
          target: name,
          place: placeName(job),
          finish: (state) => ({
            state: { ...state, monitoringJobs: without(state.monitoringJobs, name) },
            response: {},
          }),
        }),
      );
    },
  };

  function setPaused(name: string | undefined, paused: boolean): object {
    store.change(
      paused ? 'PauseModelDeploymentMonitoringJob' : 'ResumeModelDeploymentMonitoringJob',
      (state, { now }) => {
        const job = find(state, 'name', name);
        const from = paused ? 'RUNNING' : 'PAUSED';
        const current = monitoring.stateOf(job);
        if (current !== from) {
          throw new RpcError('FAILED_PRECONDITION', `The ModelDeploymentMonitoringJob is ${current}, not ${from}.`);
        }
        return [withMonitoringJob(state, { ...job, paused, updateTime: now }), undefined];
      },
    );
    return {};
  }

  function render(job: MonitoringJob): object {
    const state = monitoring.stateOf(job);
    return {
      ...job.settings,
      name: monitoringJobName(job),
      displayName: job.displayName,
      endpoint: job.endpoint,
      state: `JOB_STATE_${state}`,
      scheduleState: state === 'RUNNING' ? 'RUNNING' : state === 'PENDING' ? 'PENDING' : 'OFFLINE',
      modelDeploymentMonitoringObjectiveConfigs: job.objectiveConfigs,
      modelDeploymentMonitoringScheduleConfig: { monitorInterval: { seconds: String(job.monitorIntervalSeconds) } },
      labels: job.labels,
      createTime: toTimestamp(job.createTime),
      updateTime: toTimestamp(job.updateTime),
    };
  }
}

function find(state: State, field: string, text: string | undefined): MonitoringJob {
  const name = monitoringJobName(parseMonitoringJob(field, text));
  const job = state.monitoringJobs[name];
  if (job === undefined) throw new RpcError('NOT_FOUND', `The ModelDeploymentMonitoringJob does not exist: ${name}.`);
  return job;
}

function requireInterval({ modelDeploymentMonitoringScheduleConfig: schedule }: WireJob): number {
  const seconds = wholeHours(schedule?.monitorInterval ?? {});
  if (seconds > 0) return seconds;
  throw invalidField(
    'model_deployment_monitoring_job.model_deployment_monitoring_schedule_config.monitor_interval',
    'Required field is not set.',
  );
}

/** What is watched must be deployed when it is said. That the job goes on when it is undeployed is how it gets orphaned. */
function checkConfigs(state: State, { objectiveConfigs, endpoint: name }: MonitoringJob): void {
  const field = `model_deployment_monitoring_job.${CONFIGS}`;
  if (objectiveConfigs.length === 0) throw invalidField(field, 'Required field is not set.');
  const endpoint: Endpoint | undefined = state.endpoints[name];
  const seen = new Set<string>();
  for (const { deployedModelId: id = '', objectiveConfig } of objectiveConfigs) {
    if (objectiveConfig === undefined) throw invalidField(`${field}.objective_config`, 'Required field is not set.');
    if (endpoint?.deployedModels.some((deployed) => deployed.id === id) !== true) {
      throw invalidField(`${field}.deployed_model_id`, `The deployed model '${id}' is not on the endpoint.`);
    }
    if (seen.has(id)) throw invalidField(`${field}.deployed_model_id`, `The deployed model '${id}' is named twice.`);
    seen.add(id);
  }
}

function changed(job: MonitoringJob, wire: WireJob, paths: readonly string[], now: string): MonitoringJob {
  const has = (path: string): boolean => paths.includes(path);
  const settings = Object.entries(SETTINGS).flatMap(([path, key]) => (has(path) ? [[key, wire[key]] as const] : []));
  return {
    ...job,
    updateTime: now,
    settings: { ...job.settings, ...Object.fromEntries(settings) },
    ...(has('display_name') && { displayName: checkDisplayName('display_name', wire.displayName) }),
    ...(has('labels') && { labels: checkLabels('labels', wire.labels) }),
    ...(has('model_deployment_monitoring_schedule_config') && { monitorIntervalSeconds: requireInterval(wire) }),
    ...(has(CONFIGS) && { objectiveConfigs: wire.modelDeploymentMonitoringObjectiveConfigs }),
  };
}

const renderFeature = ([feature, results]: [string, MonitoringResult[]]): object => ({
  featureDisplayName: feature,
  threshold: { value: results.at(-1)!.threshold },
  predictionStats: results.map(({ value, threshold, startTime, endTime }) => ({
    distributionDeviation: value,
    anomalyDetectionThreshold: threshold,
    startTime: toTimestamp(startTime),
    endTime: toTimestamp(endTime),
  })),
});

const milliseconds = (time: Timestamp | undefined): number | undefined =>
  time === undefined ? undefined : Number(time.seconds ?? 0) * 1000 + (time.nanos ?? 0) / 1_000_000;
