import { checkLabels } from '../fields.ts';
import { applyReadMask, listPage, type ListRules } from '../listing.ts';
import { parsePipelineJob, parsePlace, pipelineJobName, placeName } from '../names.ts';
import { hasEnded, type PipelineJob, type PipelineTask } from '../pipelines/job.ts';
import { readSpec, startValues } from '../pipelines/spec.ts';
import { renderOperation } from '../render.ts';
import { withPipelineJob, without } from '../state.ts';
import { invalidField, RpcError } from '../status.ts';
import { fromJson, toJson, toTimestamp } from '../values.ts';
import type { ListRequest, Value } from '../wire.ts';
import type { Context, Handlers } from './context.ts';

const RULES: ListRules = {
  filter: ['display_name', 'labels', 'state', 'pipeline_name', 'pipeline_job_user_id', 'template_uri'],
  orderBy: ['display_name', 'create_time', 'update_time', 'start_time', 'end_time'],
};

interface WirePipelineJob {
  displayName?: string;
  pipelineSpec?: { fields: Record<string, Value> };
  labels: Record<string, string>;
  runtimeConfig?: {
    gcsOutputDirectory?: string;
    parameterValues: Record<string, Value>;
    failurePolicy?: string;
  };
  encryptionSpec?: unknown;
  serviceAccount?: string;
  network?: string;
  templateUri?: string;
}

const JOB_ID = /^[a-z][-a-z0-9]{0,127}$/;

/** google.cloud.aiplatform.v1.PipelineService, as far as runs go. */
export function pipelineService({ store, operations, pipelines }: Context): Handlers {
  return {
    CreatePipelineJob(request: { parent?: string; pipelineJob?: WirePipelineJob; pipelineJobId?: string }) {
      const place = parsePlace('parent', request.parent);
      const wire = request.pipelineJob;
      if (wire === undefined) throw invalidField('pipeline_job', 'Required field is not set.');
      const { pipelineJobId = '' } = request;
      if (pipelineJobId !== '' && !JOB_ID.test(pipelineJobId)) {
        throw invalidField('pipeline_job_id', `The ID must match ${JOB_ID.source}.`);
      }
      const { templateUri = '', serviceAccount, network, encryptionSpec } = wire;
      if (wire.pipelineSpec === undefined && templateUri !== '') {
        throw new RpcError('FAILED_PRECONDITION', 'The emulator fetches no templates: send pipeline_spec too.');
      }
      const pipelineSpec = toJson({ structValue: wire.pipelineSpec ?? { fields: {} } });
      const spec = readSpec(pipelineSpec);
      const { gcsOutputDirectory = '', parameterValues = {}, failurePolicy } = wire.runtimeConfig ?? {};
      if (!/^gs:\/\/[^/]+/.test(gcsOutputDirectory)) {
        throw invalidField(
          'pipeline_job.runtime_config.gcs_output_directory',
          'The value must be a Cloud Storage URI (gs://).',
        );
      }
      const given = Object.fromEntries(Object.entries(parameterValues).map(([key, value]) => [key, toJson(value)]));
      startValues(spec, given);
      const labels = checkLabels('pipeline_job.labels', wire.labels);
      const job = store.change('CreatePipelineJob', (state, { now, chance }) => {
        const id = pipelineJobId === '' ? `${spec.name}-${now.replace(/\D/g, '').slice(0, 14)}` : pipelineJobId;
        const made: PipelineJob = {
          ...{ ...place, id, pipelineSpec, createTime: now, updateTime: now, tasks: [], state: 'PENDING' },
          displayName: wire.displayName ?? spec.name,
          labels: { ...labels, 'vertex-ai-pipelines-run-billing-id': chance.id() },
          runtime: {
            gcsOutputDirectory,
            parameterValues: given,
            failurePolicy: failurePolicy ?? 'PIPELINE_FAILURE_POLICY_UNSPECIFIED',
          },
          settings: { serviceAccount, network, encryptionSpec, templateUri },
        };
        const name = pipelineJobName(made);
        if (state.pipelineJobs[name] !== undefined) {
          throw new RpcError('ALREADY_EXISTS', `PipelineJob ${name} already exists.`);
        }
        return [withPipelineJob(state, made), made];
      });
      pipelines.start(job);
      return renderJob(job);
    },

    GetPipelineJob: (request: { name?: string }) => renderJob(find(request.name)),

    ListPipelineJobs(request: ListRequest & { parent?: string }) {
      const parent = placeName(parsePlace('parent', request.parent));
      const jobs = Object.values(store.state.pipelineJobs).filter((job) => placeName(job) === parent);
      const page = listPage(
        jobs,
        request,
        (job) => ({
          fields: {
            display_name: job.displayName,
            state: `PIPELINE_STATE_${job.state}`,
            pipeline_name: readSpec(job.pipelineSpec).name,
            template_uri: job.settings.templateUri,
            create_time: job.createTime,
            update_time: job.updateTime,
            start_time: job.startTime ?? '',
            end_time: job.endTime ?? '',
          },
          labels: job.labels,
        }),
        RULES,
      );
      return {
        pipelineJobs: page.items.map((job) => applyReadMask(renderJob(job), request)),
        nextPageToken: page.nextPageToken,
      };
    },

    CancelPipelineJob(request: { name?: string }) {
      const job = find(request.name);
      if (hasEnded(job)) {
        throw new RpcError('FAILED_PRECONDITION', `The PipelineJob is ${job.state} and cannot be cancelled.`);
      }
      pipelines.cancel(pipelineJobName(job));
      return {};
    },

    DeletePipelineJob(request: { name?: string }) {
      const job = find(request.name);
      const name = pipelineJobName(job);
      pipelines.forget(name);
      return renderOperation(
        operations.startDone({
          service: 'PipelineService',
          method: 'DeletePipelineJob',
          target: name,
          place: placeName(job),
          finish: (state) => ({
            state: { ...state, pipelineJobs: without(state.pipelineJobs, name) },
            response: {},
          }),
        }),
      );
    },
  };

  function find(text: string | undefined): PipelineJob {
    const job = store.state.pipelineJobs[pipelineJobName(parsePipelineJob('name', text))];
    if (job === undefined) throw new RpcError('NOT_FOUND', 'The PipelineJob does not exist.');
    return job;
  }
}

/** google.cloud.aiplatform.v1.PipelineJob. */
function renderJob(job: PipelineJob): object {
  const { pipelineSpec, runtime } = job;
  const spec = fromJson(pipelineSpec) as { structValue: object };
  return {
    ...job.settings,
    ...times(job),
    name: pipelineJobName(job),
    displayName: job.displayName,
    updateTime: toTimestamp(job.updateTime),
    pipelineSpec: spec.structValue,
    state: `PIPELINE_STATE_${job.state}`,
    labels: job.labels,
    runtimeConfig: { ...runtime, parameterValues: values(runtime.parameterValues) },
    jobDetail: { taskDetails: job.tasks.map((task) => renderTask(job, task)) },
    ...(job.error !== undefined && { error: job.error }),
  };
}

function renderTask(job: PipelineJob, task: PipelineTask): object {
  const isGroup = task.fingerprint === undefined && task.error === undefined;
  return {
    ...times(task),
    taskId: task.id,
    ...(task.parentId !== undefined && { parentTaskId: task.parentId }),
    taskName: task.name,
    state: task.state,
    ...(task.error !== undefined && { error: task.error }),
    execution: {
      displayName: task.name,
      metadata: {
        fields: {
          ...prefixed('input:', task.inputs),
          ...prefixed('output:', task.outputs.parameters),
        },
      },
    },
    ...(!isGroup && {
      executorDetail: { containerDetail: { mainJob: `${placeName(job)}/customJobs/${task.id}` } },
    }),
    outputs: Object.fromEntries(
      Object.entries(task.outputs.artifacts).map(([key, { uri, schemaTitle }]) => [
        key,
        {
          artifacts: [
            {
              name: `${placeName(job)}/metadataStores/default/artifacts/${task.id}`,
              displayName: key,
              uri,
              schemaTitle,
            },
          ],
        },
      ]),
    ),
  };
}

const times = ({
  createTime,
  startTime,
  endTime,
}: {
  createTime: string;
  startTime?: string;
  endTime?: string;
}): object => ({
  createTime: toTimestamp(createTime),
  ...(startTime !== undefined && { startTime: toTimestamp(startTime) }),
  ...(endTime !== undefined && { endTime: toTimestamp(endTime) }),
});

const values = (json: PipelineTask['inputs']): Record<string, Value> =>
  Object.fromEntries(Object.entries(json).map(([key, value]) => [key, fromJson(value)]));

const prefixed = (prefix: string, json: PipelineTask['inputs']): Record<string, Value> =>
  Object.fromEntries(Object.entries(values(json)).map(([key, value]) => [prefix + key, value]));
