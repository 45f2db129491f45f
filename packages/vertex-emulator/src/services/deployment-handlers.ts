import {
  abandonDeployment,
  beginDeployment,
  checkDeploySplit,
  checkResources,
  deployedModelId,
  finishDeployment,
  mapDeployedModel,
  MUTABLE,
  mutate,
  splitAfterUndeploy,
  undeploy,
} from '../endpoints.ts';
import { checkMask } from '../fields.ts';
import { endpointName, modelName, parseEndpoint, parseModel } from '../names.ts';
import { renderDeployedModel, renderOperation } from '../render.ts';
import { withEndpoint, type DeployedModel, type Endpoint, type State } from '../state.ts';
import { invalidField, RpcError } from '../status.ts';
import type { FieldMask, WireDeployedModel } from '../wire.ts';
import type { Context, Handlers } from './context.ts';
import { findEndpoint, findModelVersion, required } from './lookup.ts';

const SERVICE = 'EndpointService';

/** The methods of EndpointService that change what is deployed: long-running, and one at a time on an endpoint. */
export function deploymentHandlers({ store, operations, choices, containers }: Context): Handlers {
  return {
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
