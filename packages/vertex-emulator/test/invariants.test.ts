import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FaultPlan } from '../src/faults.ts';
import { checkChange, checkState } from '../src/invariants.ts';
import { PipelineRuns } from '../src/pipelines/runs.ts';
import { MonitoringResults } from '../src/monitoring-jobs.ts';
import { Operations } from '../src/operations.ts';
import { DEFAULT_CHOICES } from '../src/options.ts';
import type { Context, Handlers } from '../src/services/context.ts';
import { endpointService } from '../src/services/endpoint-service.ts';
import { modelService } from '../src/services/model-service.ts';
import { EMPTY_STATE, type Endpoint, type State } from '../src/state.ts';
import { RpcError } from '../src/status.ts';
import { Turns } from '../src/schedule.ts';
import { Store } from '../src/store.ts';

const PLACE = 'projects/1/locations/europe-west4';
const MODEL = `${PLACE}/models/m`;
const ENDPOINT = `${PLACE}/endpoints/e`;

/** How often each method was not refused. */
const accepted = new Map<string, number>();

/** The services of an emulator without containers, called without a network. */
async function services(concurrentOperations: 'refuse' | 'allow') {
  const store = await Store.open({ seed: 'invariants' });
  const operations = new Operations(store, new FaultPlan(), { delay: 0, onLog: () => undefined, turns: new Turns() });
  const context: Context = {
    ...{
      store,
      operations,
      dedicatedAddress: '127.0.0.1:1',
      pipelines: new PipelineRuns(store, new FaultPlan(), { delay: 0, onLog: () => undefined }),
      monitoring: new MonitoringResults([], 0),
    },
    ...{ containers: undefined, predictions: new Map() },
    choices: { ...DEFAULT_CHOICES, concurrentOperations },
  };
  const handlers: Handlers = { ...modelService(context), ...endpointService(context) };
  /** Calls a method. An operation is not waited for, and a refusal is as good as an answer. */
  const call = (method: string, request: object): void => {
    try {
      void handlers[method]!(request as never, { sendHeaders: () => undefined });
      accepted.set(method, (accepted.get(method) ?? 0) + 1);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
    }
  };
  const settle = async (): Promise<void> => {
    for (const { name } of Object.values(store.state.operations)) await operations.wait(name, 60_000);
  };
  return { store, call, settle };
}

const model = (aliases: string[]): object => ({
  displayName: 'M',
  versionAliases: aliases,
  labels: {},
  containerSpec: { imageUri: 'i', command: [], args: [], env: [], ports: [] },
});
const percentages = fc.constantFrom([], [100], [60, 40], [5, 95], [0, 100], [50, 20, 30], [50, 60], [-1, 101]);
const aliases = fc.uniqueArray(fc.constantFrom('default', 'golden'));
const nat = fc.nat(5);
const aliasChange = fc.constantFrom('default', '-default', 'golden', '-golden');
const etag = fc.constantFrom('', 'current', 'old');

/** Commands of clients, whose numbers are taken modulo what there is. */
const command = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('upload' as const), aliases }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('merge' as const), which: nat, change: aliasChange }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('deleteVersion' as const), which: nat }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('deploy' as const), which: nat, percentages }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('undeploy' as const), which: nat, percentages }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('traffic' as const), percentages, etag }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('deleteEndpoint' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('deleteModel' as const) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('settle' as const) }) },
);

/** Percentages for the ids in their order; what is left over goes to the last. An id that does not exist, where there is none. */
function split(values: readonly number[], ids: readonly string[]): Record<string, number> {
  const known = ids.length === 0 ? ['9'] : ids;
  const traffic: Record<string, number> = {};
  values.forEach((value, i) => {
    const id = known[Math.min(i, known.length - 1)]!;
    traffic[id] = (traffic[id] ?? 0) + value;
  });
  return traffic;
}

describe('the emulator itself', () => {
  test('keeps every invariant, whatever is asked of it in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(command, { minLength: 30, maxLength: 60 }),
        fc.constantFrom('refuse' as const, 'allow' as const),
        async (commands, rule) => {
          const { store, call, settle } = await services(rule);
          const create = async (): Promise<void> => {
            call('UploadModel', { parent: PLACE, modelId: 'm', model: model([]) });
            const endpoint = { displayName: 'E', labels: {}, trafficSplit: {} };
            call('CreateEndpoint', { parent: PLACE, endpointId: 'e', endpoint });
            await settle();
          };
          await create();
          for (const next of commands) {
            const endpoint = store.state.endpoints[ENDPOINT];
            const ids = endpoint?.deployedModels.map(({ id }) => id) ?? [];
            const versions = store.state.models[MODEL]?.versions.map(({ id }) => id) ?? [];
            const which = 'which' in next ? next.which : 0;
            const version = `${MODEL}@${versions[which % Math.max(1, versions.length)] ?? '1'}`;
            if (next.do === 'upload')
              call('UploadModel', { parent: PLACE, parentModel: MODEL, model: model(next.aliases) });
            if (next.do === 'merge') call('MergeVersionAliases', { name: version, versionAliases: [next.change] });
            if (next.do === 'deleteVersion') call('DeleteModelVersion', { name: version });
            if (next.do === 'deploy') {
              call('DeployModel', {
                endpoint: ENDPOINT,
                deployedModel: {
                  model: version,
                  dedicatedResources: { minReplicaCount: 1, autoscalingMetricSpecs: [] },
                },
                trafficSplit: split(next.percentages, ['0', ...ids]),
              });
            }
            if (next.do === 'undeploy') {
              call('UndeployModel', {
                endpoint: ENDPOINT,
                deployedModelId: ids[which % Math.max(1, ids.length)] ?? '9',
                trafficSplit: split(next.percentages, ids),
              });
            }
            if (next.do === 'traffic') {
              call('UpdateEndpoint', {
                endpoint: {
                  ...{ name: ENDPOINT, labels: {}, trafficSplit: split(next.percentages, ids) },
                  etag: next.etag === 'current' ? endpoint?.etag : next.etag,
                },
                updateMask: { paths: ['traffic_split', 'labels'] },
              });
            }
            if (next.do === 'deleteEndpoint') call('DeleteEndpoint', { name: ENDPOINT });
            if (next.do === 'deleteModel') call('DeleteModel', { name: MODEL });
            if (next.do === 'settle') await create();
          }
          await settle();
          // Clients may turn an endpoint off; nothing else may ever be wrong.
          expect(store.violations.filter(({ invariant }) => invariant !== 'endpoint-stopped-serving')).toEqual([]);
          expect(checkState(store.state)).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
    // The commands are not all refused.
    for (const method of ['DeployModel', 'UndeployModel', 'UpdateEndpoint', 'MergeVersionAliases']) {
      expect(accepted.get(method)).toBeGreaterThan(10);
    }
  });
});

describe('what the invariants see', () => {
  const status = { availableReplicaCount: 1, message: '', lastUpdateTime: '' };
  const endpoint = (rest: Partial<Endpoint>): Endpoint => ({
    ...{ project: '1', location: 'europe-west4', id: 'e', displayName: 'E', description: '', labels: {} },
    ...{ deploying: [], settings: {}, createTime: '', updateTime: '', etag: '1' },
    deployedModels: [
      {
        id: '7',
        model: MODEL,
        modelVersionId: '1',
        displayName: '',
        createTime: '',
        settings: {},
        status,
        resources: { minReplicaCount: 1, maxReplicaCount: 1, autoscalingMetricSpecs: [] },
      },
    ],
    trafficSplit: { 7: 100 },
    ...rest,
  });
  const version = {
    id: '1',
    aliases: ['default'],
    description: '',
    labels: {},
    spec: {},
    createTime: '',
    updateTime: '',
  };
  const registered = {
    project: '1',
    location: 'europe-west4',
    id: 'm',
    displayName: '',
    description: '',
    labels: {},
    evaluations: [],
    createTime: '',
    updateTime: '',
    etag: '1',
    lastVersion: 1,
    versions: [version],
  };
  const state = (rest: Partial<Endpoint>, versions = [version]): State => ({
    ...EMPTY_STATE,
    models: { [MODEL]: { ...registered, versions } },
    endpoints: { [ENDPOINT]: endpoint(rest) },
  });
  const found = (of: State): string[] => checkState(of).map(({ invariant }) => invariant);

  test('nothing where nothing is wrong', () => {
    expect(found(state({}))).toEqual([]);
  });

  test('wrong sums, missing and unhealthy models', () => {
    expect(found(state({ trafficSplit: { 7: 99 } }))).toEqual(['traffic-sum']);
    expect(found(state({ trafficSplit: { 7: 90, 8: 10 } }))).toEqual(['traffic-to-missing-model']);
    const [deployed] = endpoint({}).deployedModels;
    const down = { ...deployed!, status: { ...status, availableReplicaCount: 0 } };
    expect(found(state({ deployedModels: [down] }))).toEqual(['traffic-to-unhealthy-model']);
    expect(found(state({ deployedModels: [down], trafficSplit: {} }))).toEqual([]);
  });

  test('versions and aliases', () => {
    expect(found(state({}, [{ ...version, id: '2' }]))).toEqual(['deployed-version-missing', 'version-ids']);
    expect(found(state({}, [{ ...version, aliases: [] }]))).toEqual(['one-default-version']);
    expect(
      found({
        ...state({}),
        models: { [MODEL]: { ...registered, lastVersion: 2, versions: [version, { ...version, id: '2' }] } },
      }),
    ).toEqual(['alias-unique', 'one-default-version']);
  });

  test('an endpoint that went dark, and an etag that stayed', () => {
    const before = state({});
    const changed = (rest: Partial<Endpoint>): string[] =>
      checkChange(before, { ...before, endpoints: { [ENDPOINT]: endpoint(rest) } }).map(({ invariant }) => invariant);
    expect(changed({ trafficSplit: {}, etag: '2' })).toEqual(['endpoint-stopped-serving']);
    expect(changed({ displayName: 'other' })).toEqual(['etag-changes']);
    expect(checkChange(before, { ...before, endpoints: {} })).toEqual([]);
  });

  test('what was wrong before is not told again', () => {
    const wrong = state({ trafficSplit: { 7: 99 } });
    expect(checkChange(wrong, { ...wrong })).toEqual([]);
  });
});
