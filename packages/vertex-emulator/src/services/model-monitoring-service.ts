import { checkDisplayName } from '../fields.ts';
import { applyReadMask, listPage, type ListRules } from '../listing.ts';
import { looksAt, type ModelMonitor, type ModelMonitoringJob, type MonitorResult } from '../model-monitors.ts';
import {
  modelMonitorName,
  modelName,
  monitorJobName,
  parseModel,
  parseModelMonitor,
  parseMonitorJob,
  parsePlace,
  placeName,
} from '../names.ts';
import { milliseconds, rangeOf, type Interval, type WireJob } from '../monitored-range.ts';
import { renderOperation } from '../render.ts';
import { without, withModelMonitor, withMonitorJob, type State } from '../state.ts';
import { invalidField, RpcError } from '../status.ts';
import { toTimestamp } from '../values.ts';
import type { ListRequest } from '../wire.ts';
import type { Context, Handlers } from './context.ts';
import { findModel } from './lookup.ts';

const RULES: ListRules = { filter: ['display_name'], orderBy: [] };
const ID = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** What a monitor is made of beside its name and its target; only passed on. */
const SETTINGS = [
  'tabularObjective',
  'trainingDataset',
  'notificationSpec',
  'outputSpec',
  'explanationSpec',
  'modelMonitoringSchema',
  'encryptionSpec',
] as const;

type WireMonitor = {
  displayName?: string;
  modelMonitoringTarget?: { vertexModel?: { model?: string; modelVersionId?: string } };
} & { [K in (typeof SETTINGS)[number]]?: unknown };

interface StatsRequest extends ListRequest {
  modelMonitor?: string;
  statsFilter?: { tabularStatsFilter?: { statsName?: string; objectiveType?: string; modelMonitoringJob?: string } };
  timeInterval?: Interval;
}

/** google.cloud.aiplatform.v1beta1.ModelMonitoringService. */
export function modelMonitoringService({ store, operations, monitoring }: Context): Handlers {
  return {
    CreateModelMonitor(request: { parent?: string; modelMonitor?: WireMonitor; modelMonitorId?: string }) {
      const place = parsePlace('parent', request.parent);
      const wire = request.modelMonitor;
      if (wire === undefined) throw invalidField('model_monitor', 'Required field is not set.');
      const { model, modelVersionId } = targetOf(store.state, wire);
      const id = checkedId('model_monitor_id', request.modelMonitorId) ?? store.chance.id();
      const name = modelMonitorName({ ...place, id });
      if (store.state.modelMonitors[name] !== undefined) throw exists('ModelMonitor', name);
      const displayName = checkDisplayName('model_monitor.display_name', wire.displayName);
      return renderOperation(
        operations.start({
          service: 'ModelMonitoringService',
          method: 'CreateModelMonitor',
          target: name,
          async run(progress) {
            await progress.pause();
            return (state, { now }) => {
              if (state.modelMonitors[name] !== undefined) throw exists('ModelMonitor', name);
              const made: ModelMonitor = {
                ...{ ...place, id, displayName, model, modelVersionId, createTime: now, updateTime: now },
                settings: Object.fromEntries(SETTINGS.map((key) => [key, wire[key]])),
              };
              return { state: withModelMonitor(state, made), response: renderMonitor(made) };
            };
          },
        }),
      );
    },

    GetModelMonitor: (request: { name?: string }) => renderMonitor(findMonitor('name', request.name)),

    ListModelMonitors(request: ListRequest & { parent?: string }) {
      const parent = placeName(parsePlace('parent', request.parent));
      const page = listPage(
        Object.values(store.state.modelMonitors).filter((monitor) => placeName(monitor) === parent),
        request,
        ({ displayName }) => ({ fields: { display_name: displayName } }),
        RULES,
      );
      return {
        modelMonitors: page.items.map((monitor) => applyReadMask(renderMonitor(monitor), request)),
        nextPageToken: page.nextPageToken,
      };
    },

    DeleteModelMonitor(request: { name?: string }) {
      const monitor = findMonitor('name', request.name);
      const name = modelMonitorName(monitor);
      return renderOperation(
        operations.startDone({
          service: 'ModelMonitoringService',
          method: 'DeleteModelMonitor',
          target: name,
          place: placeName(monitor),
          finish: (state) => ({
            state: {
              ...state,
              modelMonitors: without(state.modelMonitors, name),
              modelMonitoringJobs: Object.fromEntries(
                Object.entries(state.modelMonitoringJobs).filter(([job]) => !job.startsWith(`${name}/`)),
              ),
            },
            response: {},
          }),
        }),
      );
    },

    CreateModelMonitoringJob(request: {
      parent?: string;
      modelMonitoringJob?: WireJob;
      modelMonitoringJobId?: string;
    }) {
      const monitor = findMonitor('parent', request.parent);
      const wire = request.modelMonitoringJob;
      if (wire === undefined) throw invalidField('model_monitoring_job', 'Required field is not set.');
      const id = checkedId('model_monitoring_job_id', request.modelMonitoringJobId);
      const job = store.change('CreateModelMonitoringJob', (state, { now, chance }) => {
        const made: ModelMonitoringJob = {
          ...{ project: monitor.project, location: monitor.location, monitor: monitor.id, id: id ?? chance.id() },
          displayName: wire.displayName ?? '',
          spec: wire.modelMonitoringSpec,
          ...rangeOf(wire, now),
          createTime: now,
        };
        const name = monitorJobName(made);
        if (state.modelMonitoringJobs[name] !== undefined) throw exists('ModelMonitoringJob', name);
        return [withMonitorJob(state, made), made];
      });
      return renderJob(job);
    },

    GetModelMonitoringJob(request: { name?: string }) {
      const name = monitorJobName(parseMonitorJob('name', request.name));
      const job = store.state.modelMonitoringJobs[name];
      if (job === undefined) throw new RpcError('NOT_FOUND', `The ModelMonitoringJob does not exist: ${name}.`);
      return renderJob(job);
    },

    ListModelMonitoringJobs(request: ListRequest & { parent?: string }) {
      const monitor = findMonitor('parent', request.parent);
      const page = listPage(
        jobsOf(monitor),
        request,
        ({ displayName }) => ({ fields: { display_name: displayName } }),
        RULES,
      );
      return {
        modelMonitoringJobs: page.items.map((job) => applyReadMask(renderJob(job), request)),
        nextPageToken: page.nextPageToken,
      };
    },

    SearchModelMonitoringStats(request: StatsRequest) {
      const monitor = findMonitor('model_monitor', request.modelMonitor);
      const {
        statsName = '',
        objectiveType = '',
        modelMonitoringJob = '',
      } = request.statsFilter?.tabularStatsFilter ?? {};
      const points = jobsOf(monitor)
        .filter((job) => modelMonitoringJob === '' || monitorJobName(job) === modelMonitoringJob)
        .filter((job) => isWithin(job.createTime, request.timeInterval) && stateOf(job) === 'SUCCEEDED')
        .flatMap((job) =>
          resultsOf(monitor, job).flatMap((result) =>
            'error' in result ? [] : [{ job, result, key: JSON.stringify([result.objective, result.feature]) }],
          ),
        )
        .filter(
          ({ result }) =>
            (statsName === '' || result.feature === statsName) &&
            (objectiveType === '' || result.objective === objectiveType),
        );
      const groups = [...Map.groupBy(points, ({ key }) => key).values()];
      const page = listPage(groups, request, () => ({ fields: {} }), { filter: [], orderBy: [] });
      return {
        monitoringStats: page.items.map((group) => ({
          tabularStats: {
            statsName: group[0]!.result.feature,
            objectiveType: group[0]!.result.objective,
            // In reverse order of time.
            dataPoints: group.toReversed().map(({ job, result }) => ({
              currentStats: { distributionValue: { distributionDeviation: result.value } },
              thresholdValue: result.threshold,
              hasAnomaly: result.value > result.threshold,
              modelMonitoringJob: monitorJobName(job),
              createTime: toTimestamp(job.createTime),
              algorithm: 'jensen_shannon_divergence',
            })),
          },
        })),
        nextPageToken: page.nextPageToken,
      };
    },
  };

  function findMonitor(field: string, text: string | undefined): ModelMonitor {
    const name = modelMonitorName(parseModelMonitor(field, text));
    const monitor = store.state.modelMonitors[name];
    if (monitor === undefined) throw new RpcError('NOT_FOUND', `The ModelMonitor does not exist: ${name}.`);
    return monitor;
  }

  function jobsOf({ project, location, id }: ModelMonitor): ModelMonitoringJob[] {
    return Object.values(store.state.modelMonitoringJobs).filter(
      (job) => job.monitor === id && job.project === project && job.location === location,
    );
  }

  function resultsOf(monitor: ModelMonitor, job: ModelMonitoringJob): MonitorResult[] {
    return monitoring.ofMonitors.filter(
      (result) =>
        monitor.model.endsWith(`/models/${result.model}`) &&
        monitor.modelVersionId === result.version &&
        looksAt(job, result),
    );
  }

  function errorOf(job: ModelMonitoringJob): string | undefined {
    const monitor = store.state.modelMonitors[modelMonitorName({ ...job, id: job.monitor })]!;
    return resultsOf(monitor, job).flatMap((result) => ('error' in result ? [result.error] : []))[0];
  }

  function stateOf(job: ModelMonitoringJob): 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' {
    const age = Date.now() - Date.parse(job.createTime);
    if (age < monitoring.delay) return 'PENDING';
    if (age < 2 * monitoring.delay) return 'RUNNING';
    return errorOf(job) === undefined ? 'SUCCEEDED' : 'FAILED';
  }

  function renderJob(job: ModelMonitoringJob): object {
    const state = stateOf(job);
    const error = state === 'FAILED' ? errorOf(job) : undefined;
    return {
      name: monitorJobName(job),
      displayName: job.displayName,
      modelMonitoringSpec: job.spec,
      createTime: toTimestamp(job.createTime),
      updateTime: toTimestamp(job.createTime),
      state: `JOB_STATE_${state}`,
      // What was processed is known when it was.
      ...((state === 'SUCCEEDED' || state === 'FAILED') && {
        jobExecutionDetail: {
          targetDatasets: [{ timeRange: { startTime: toTimestamp(job.from), endTime: toTimestamp(job.until) } }],
          ...(error !== undefined && { error: { code: 3, message: error } }),
        },
      }),
    };
  }
}

/** The version that is monitored, which must be there. */
function targetOf(state: State, { modelMonitoringTarget }: WireMonitor): { model: string; modelVersionId: string } {
  const field = 'model_monitor.model_monitoring_target.vertex_model';
  const { model, modelVersionId = '' } = modelMonitoringTarget?.vertexModel ?? {};
  const found = findModel(state, parseModel(`${field}.model`, model));
  if (!found.versions.some(({ id }) => id === modelVersionId)) {
    throw invalidField(`${field}.model_version_id`, `The model has no version '${modelVersionId}'.`);
  }
  return { model: modelName(found), modelVersionId };
}

const isWithin = (time: string, { startTime, endTime }: Interval = {}): boolean =>
  (startTime === undefined || Date.parse(time) >= milliseconds(startTime)) &&
  (endTime === undefined || Date.parse(time) < milliseconds(endTime));

function checkedId(field: string, id = ''): string | undefined {
  if (id !== '' && !ID.test(id)) throw invalidField(field, `Invalid id '${id}'.`);
  return id === '' ? undefined : id;
}

const exists = (kind: string, name: string): RpcError => new RpcError('ALREADY_EXISTS', `The ${kind} exists: ${name}.`);

const renderMonitor = (monitor: ModelMonitor): object => ({
  ...monitor.settings,
  name: modelMonitorName(monitor),
  displayName: monitor.displayName,
  modelMonitoringTarget: { vertexModel: { model: monitor.model, modelVersionId: monitor.modelVersionId } },
  createTime: toTimestamp(monitor.createTime),
  updateTime: toTimestamp(monitor.updateTime),
});
