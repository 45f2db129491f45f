import {
  abandonDeployment,
  beginDeployment,
  checkDeploySplit,
  checkEndpointId,
  checkResources,
  deployedModelId,
  finishDeployment,
  mapDeployedModel,
  MUTABLE,
  mutate,
  splitAfterUndeploy,
  touched,
  undeploy,
} from '../endpoints.ts';
import { checkDisplayName, checkLabels, checkMask } from '../fields.ts';
import { applyReadMask, listPage, type ListRules, type Subject } from '../listing.ts';
import { endpointName, modelName, parseEndpoint, parseModel, parsePlace, placeName } from '../names.ts';
import { renderDeployedModel, renderEndpoint, renderNewEndpoint, renderOperation } from '../render.ts';
import { withEndpoint, without, type DeployedModel, type Endpoint, type State } from '../state.ts';
import { invalidField, RpcError } from '../status.ts';
import { checkSplit } from '../traffic.ts';
import type { FieldMask, ListRequest, WireDeployedModel, WireEndpoint } from '../wire.ts';
import type { Context, Handlers } from './context.ts';
import { checkEtag, findEndpoint, findModelVersion } from './lookup.ts';

const SERVICE = 'EndpointService';

const RULES: ListRules = {
  filter: ['endpoint', 'display_name', 'labels'],
  orderBy: ['display_name', 'create_time', 'update_time'],
};

const UPDATABLE = ['display_name', 'description', 'labels', 'traffic_split', 'predict_request_response_logging_config'];

/** google.cloud.aiplatform.v1.EndpointService. */
export function endpointService({ store, operations, choices, containers, dedicatedAddress }: Context): Handlers {
  return {
    CreateEndpoint(request: { parent?: string; endpoint?: WireEndpoint; endpointId?: string }) {
      const place = parsePlace('parent', request.parent);
      const wire = required('endpoint', request.endpoint);
      const { endpointId = '' } = request;
      const id = endpointId === '' ? store.chance.id() : checkEndpointId(endpointId);
      const displayName = checkDisplayName('endpoint.display_name', wire.displayName);
      const labels = checkLabels('endpoint.labels', wire.labels);
      checkSplit(wire.trafficSplit, []);
      const name = endpointName({ ...place, id });
      const alreadyExists = new RpcError('ALREADY_EXISTS', `Endpoint ${name} already exists.`);
      if (store.state.endpoints[name] !== undefined) throw alreadyExists;
      return renderOperation(
        operations.start({
          service: SERVICE,
          method: 'CreateEndpoint',
          target: name,
          async run(progress) {
            await progress.pause();
            return (state, moment) => {
              if (state.endpoints[name] !== undefined) throw alreadyExists;
              const endpoint = touched(
                {
                  ...place,
                  ...{ id, displayName, labels, description: wire.description ?? '' },
                  ...{
                    deployedModels: [],
                    trafficSplit: {},
                    deploying: [],
                    settings: endpointSettings(wire, dedicatedAddress),
                  },
                  createTime: moment.now,
                  updateTime: moment.now,
                  etag: '',
                },
                moment,
              );
              return { state: withEndpoint(state, endpoint), response: renderNewEndpoint(endpoint) };
            };
          },
        }),
      );
    },

    GetEndpoint(request: { name?: string }) {
      return renderEndpoint(findEndpoint(store.state, parseEndpoint('name', request.name)));
    },

    ListEndpoints(request: ListRequest & { parent?: string }) {
      const prefix = `${placeName(parsePlace('parent', request.parent))}/endpoints/`;
      const endpoints = Object.entries(store.state.endpoints).flatMap(([name, endpoint]) =>
        name.startsWith(prefix) ? [endpoint] : [],
      );
      const page = listPage(endpoints, request, subject, RULES);
      return {
        endpoints: page.items.map((endpoint) => applyReadMask(renderEndpoint(endpoint), request)),
        nextPageToken: page.nextPageToken,
      };
    },

    UpdateEndpoint(request: { endpoint?: WireEndpoint; updateMask?: FieldMask }) {
      const wire = required('endpoint', request.endpoint);
      const name = parseEndpoint('endpoint.name', wire.name);
      const paths = checkMask(request.updateMask, UPDATABLE);
      const has = (path: string): boolean => paths.includes(path);
      if (has('display_name')) checkDisplayName('endpoint.display_name', wire.displayName);
      if (has('labels')) checkLabels('endpoint.labels', wire.labels);
      return store.change('UpdateEndpoint', (state, moment) => {
        const endpoint = findEndpoint(state, name);
        checkEtag(wire.etag, endpoint.etag, choices);
        if (has('traffic_split')) checkSplit(wire.trafficSplit, idsOf(endpoint));
        const updated = touched(
          {
            ...endpoint,
            ...(has('display_name') && { displayName: wire.displayName! }),
            ...(has('description') && { description: wire.description ?? '' }),
            ...(has('labels') && { labels: wire.labels }),
            ...(has('traffic_split') && { trafficSplit: wire.trafficSplit }),
            ...(has('predict_request_response_logging_config') && {
              settings: {
                ...endpoint.settings,
                predictRequestResponseLoggingConfig: wire.predictRequestResponseLoggingConfig,
              },
            }),
          },
          moment,
        );
        return [withEndpoint(state, updated), renderEndpoint(updated)];
      });
    },

    DeleteEndpoint(request: { name?: string }) {
      const name = parseEndpoint('name', request.name);
      return renderOperation(
        operations.startDone({
          service: SERVICE,
          method: 'DeleteEndpoint',
          target: endpointName(name),
          place: placeName(name),
          finish(state) {
            const endpoint = findEndpoint(state, name);
            if (endpoint.deployedModels.length + endpoint.deploying.length > 0) {
              throw new RpcError(
                'FAILED_PRECONDITION',
                `Endpoint ${endpointName(name)} has deployed or being-deployed DeployedModel(s).`,
              );
            }
            return { state: { ...state, endpoints: without(state.endpoints, endpointName(name)) }, response: {} };
          },
        }),
      );
    },

    DeployModel(request: {
      endpoint?: string;
      deployedModel?: WireDeployedModel;
      trafficSplit: Record<string, number>;
    }) {
      const name = parseEndpoint('endpoint', request.endpoint);
      const wire = required('deployed_model', request.deployedModel);
      const modelRequest = parseModel('deployed_model.model', wire.model);
      const endpoint = findEndpoint(store.state, name);
      const { model, version } = findModelVersion(store.state, modelRequest);
      if (modelRequest.location !== name.location) {
        throw invalidField('deployed_model.model', 'The Model must be in the location of the Endpoint.');
      }
      const resources = checkResources(wire);
      checkDeploySplit(endpoint, request.trafficSplit);
      checkNotBusy(endpoint);
      const moment = store.moment();
      const deployed: DeployedModel = {
        id: deployedModelId(endpoint, wire.id, moment),
        model: modelName(model),
        modelVersionId: version.id,
        displayName: wire.displayName || model.displayName,
        resources,
        settings: deploymentSettings(wire),
        createTime: moment.now,
        status: { availableReplicaCount: 0, message: 'Being deployed.', lastUpdateTime: moment.now },
      };
      return renderOperation(
        operations.start({
          service: SERVICE,
          method: 'DeployModel',
          target: endpointName(name),
          begin: (state) => withEndpoint(state, beginDeployment(findEndpoint(state, name), deployed)),
          async run(progress) {
            await progress.stage('STARTING_DEPLOYMENT');
            await progress.stage('PREPARING_MODEL');
            await progress.stage('CREATING_SERVING_CLUSTER');
            await progress.stage('ADDING_NODES_TO_CLUSTER');
            await progress.stage('GETTING_CONTAINER_IMAGE');
            await progress.stage('STARTING_MODEL_SERVER');
            await containers?.fleet.start({ endpoint: name, deployed, version }, progress.signal);
            await progress.stage('FINISHING_UP');
            containers?.fleet.checkServing(endpointName(name), deployed.id);
            return (state, moment) => {
              const availableReplicaCount = progress.replicas(resources.minReplicaCount);
              const status = {
                availableReplicaCount,
                message:
                  availableReplicaCount < resources.minReplicaCount ? 'Replicas failed to become available.' : '',
                lastUpdateTime: moment.now,
              };
              const before = findEndpoint(state, name);
              const after = finishDeployment(before, deployed.id, request.trafficSplit, status, moment);
              const response = { deployedModel: renderDeployedModel(after.deployedModels.at(-1)!) };
              return { state: withEndpoint(state, after), response };
            };
          },
          abandon: (state) => withEndpoint(state, abandonDeployment(findEndpoint(state, name), deployed.id)),
          cleanUp: async () => containers?.fleet.stop(endpointName(name), deployed.id),
        }),
      );
    },

    UndeployModel(request: { endpoint?: string; deployedModelId?: string; trafficSplit: Record<string, number> }) {
      const name = parseEndpoint('endpoint', request.endpoint);
      const { deployedModelId: id = '', trafficSplit } = request;
      if (id === '') throw invalidField('deployed_model_id', 'Required field is not set.');
      const endpoint = findEndpoint(store.state, name);
      splitAfterUndeploy(endpoint, id, trafficSplit);
      checkNotBusy(endpoint);
      return renderOperation(
        operations.start({
          service: SERVICE,
          method: 'UndeployModel',
          target: endpointName(name),
          async run(progress) {
            await progress.pause();
            return (state, moment) => {
              const after = undeploy(findEndpoint(state, name), id, trafficSplit, moment);
              return { state: withEndpoint(state, after), response: {} };
            };
          },
          afterwards: () => containers?.fleet.retire(endpointName(name), id),
        }),
      );
    },

    MutateDeployedModel(request: { endpoint?: string; deployedModel?: WireDeployedModel; updateMask?: FieldMask }) {
      const name = parseEndpoint('endpoint', request.endpoint);
      const wire = required('deployed_model', request.deployedModel);
      const paths = (request.updateMask?.paths ?? []).map((path) => path.replace(/^dedicated_?[rR]esources\./, ''));
      const mask = checkMask({ paths }, MUTABLE);
      const find = (state: State): { endpoint: Endpoint; deployed: DeployedModel } => {
        const endpoint = findEndpoint(state, name);
        const deployed = endpoint.deployedModels.find(({ id }) => id === wire.id);
        if (deployed !== undefined) return { endpoint, deployed };
        throw new RpcError('NOT_FOUND', `The DeployedModel ${wire.id ?? ''} does not exist.`);
      };
      const { endpoint, deployed } = find(store.state);
      mutate(deployed, wire, mask, store.moment());
      checkNotBusy(endpoint);
      return renderOperation(
        operations.start({
          service: SERVICE,
          method: 'MutateDeployedModel',
          target: endpointName(name),
          async run(progress) {
            await progress.pause();
            return (state, moment) => {
              const found = find(state);
              const changed = mutate(found.deployed, wire, mask, moment);
              const after = mapDeployedModel(found.endpoint, changed.id, () => changed, moment);
              return {
                state: withEndpoint(state, after),
                response: { deployedModel: renderDeployedModel(changed) },
              };
            };
          },
        }),
      );
    },
  };

  /** Refuses a second operation on an endpoint's deployed models. */
  function checkNotBusy(endpoint: Endpoint): void {
    if (choices.concurrentOperations === 'allow') return;
    const target = endpointName(endpoint);
    const running = Object.values(store.state.operations).filter(
      (operation) => operation.target === target && operation.result === undefined,
    );
    if (running.length === 0) return;
    throw new RpcError(
      'FAILED_PRECONDITION',
      `There are other operations running on the Endpoint ${target}: ${running.map(({ name }) => name).join(', ')}.`,
    );
  }
}

const idsOf = (endpoint: Endpoint): string[] => endpoint.deployedModels.map(({ id }) => id);

function required<T>(field: string, value: T | undefined): T {
  if (value === undefined) throw invalidField(field, 'Required field is not set.');
  return value;
}

function endpointSettings(wire: WireEndpoint, dedicatedEndpointDns: string): Endpoint['settings'] {
  const { encryptionSpec, network, privateServiceConnectConfig } = wire;
  const { predictRequestResponseLoggingConfig, dedicatedEndpointEnabled, clientConnectionConfig } = wire;
  return {
    ...(encryptionSpec !== undefined && { encryptionSpec }),
    ...(network !== undefined && { network }),
    ...(privateServiceConnectConfig !== undefined && { privateServiceConnectConfig }),
    ...(predictRequestResponseLoggingConfig !== undefined && { predictRequestResponseLoggingConfig }),
    ...(dedicatedEndpointEnabled !== undefined && { dedicatedEndpointEnabled }),
    ...(dedicatedEndpointEnabled === true && { dedicatedEndpointDns }),
    ...(clientConnectionConfig !== undefined && { clientConnectionConfig }),
  };
}

function deploymentSettings(wire: WireDeployedModel): DeployedModel['settings'] {
  const { explanationSpec, disableExplanations, serviceAccount } = wire;
  const { disableContainerLogging, enableAccessLogging } = wire;
  return {
    ...(explanationSpec !== undefined && { explanationSpec }),
    ...(disableExplanations !== undefined && { disableExplanations }),
    ...(serviceAccount !== undefined && { serviceAccount }),
    ...(disableContainerLogging !== undefined && { disableContainerLogging }),
    ...(enableAccessLogging !== undefined && { enableAccessLogging }),
  };
}

function subject(endpoint: Endpoint): Subject {
  return {
    fields: {
      endpoint: endpoint.id,
      display_name: endpoint.displayName,
      create_time: endpoint.createTime,
      update_time: endpoint.updateTime,
    },
    labels: endpoint.labels,
  };
}
