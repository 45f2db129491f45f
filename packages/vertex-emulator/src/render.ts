import { endpointName, modelName } from './names.ts';
import { pack } from './protos.ts';
import {
  deploymentsOf,
  type DeployedModel,
  type Endpoint,
  type Evaluation,
  type Model,
  type ModelVersion,
  type Operation,
  type State,
} from './state.ts';
import { toTimestamp } from './values.ts';

/** Resources as the service answers them. */

/** google.cloud.aiplatform.v1.Model; its name has the version if the request named one, or lists versions. */
export function renderModel(state: State, model: Model, version: ModelVersion, named: 'model' | 'version'): object {
  const name = modelName(model);
  return {
    ...version.spec,
    name: named === 'model' ? name : `${name}@${version.id}`,
    versionId: version.id,
    versionAliases: version.aliases,
    versionCreateTime: toTimestamp(version.createTime),
    versionUpdateTime: toTimestamp(version.updateTime),
    versionDescription: version.description,
    displayName: model.displayName,
    description: model.description,
    labels: { ...model.labels, ...version.labels },
    createTime: toTimestamp(model.createTime),
    updateTime: toTimestamp(model.updateTime),
    etag: model.etag,
    supportedDeploymentResourcesTypes: ['DEDICATED_RESOURCES'],
    deployedModels: deploymentsOf(state, model, version.id)
      .filter(({ done }) => done)
      .map(({ endpoint, deployedModelId }) => ({ endpoint, deployedModelId })),
    modelSourceInfo: { sourceType: 'CUSTOM', copy: version.copyOf !== undefined },
    ...(version.copyOf !== undefined && { originalModelInfo: { model: version.copyOf } }),
  };
}

/** google.cloud.aiplatform.v1.Endpoint. */
export function renderEndpoint(endpoint: Endpoint): object {
  return {
    ...renderNewEndpoint(endpoint),
    createTime: toTimestamp(endpoint.createTime),
    updateTime: toTimestamp(endpoint.updateTime),
    etag: endpoint.etag,
  };
}

/** The answer of CreateEndpoint's operation, which lacks times and etag. */
export function renderNewEndpoint(endpoint: Endpoint): object {
  return {
    ...endpoint.settings,
    name: endpointName(endpoint),
    displayName: endpoint.displayName,
    description: endpoint.description,
    labels: endpoint.labels,
    deployedModels: endpoint.deployedModels.map(renderDeployedModel),
    trafficSplit: endpoint.trafficSplit,
  };
}

/** google.cloud.aiplatform.v1.DeployedModel. */
export function renderDeployedModel(deployed: DeployedModel): object {
  const { id, model, modelVersionId, displayName, resources, settings, createTime, status } = deployed;
  return {
    ...settings,
    id,
    model,
    modelVersionId,
    displayName,
    dedicatedResources: resources,
    createTime: toTimestamp(createTime),
    status: { ...status, lastUpdateTime: toTimestamp(status.lastUpdateTime) },
  };
}

/** google.cloud.aiplatform.v1.ModelEvaluation. */
export function renderEvaluation(model: Model, { id, versionId: _, createTime, ...evaluation }: Evaluation): object {
  return { ...evaluation, name: `${modelName(model)}/evaluations/${id}`, createTime: toTimestamp(createTime) };
}

/** google.longrunning.Operation. */
export function renderOperation({ name, createTime, updateTime, metadataType, stage, result }: Operation): object {
  return {
    name,
    metadata: pack(metadataType, {
      genericMetadata: { createTime: toTimestamp(createTime), updateTime: toTimestamp(updateTime) },
      ...(stage !== undefined && { deploymentStage: stage }),
    }),
    done: result !== undefined,
    ...(result !== undefined && 'error' in result && { error: result.error }),
    ...(result !== undefined &&
      'response' in result && {
        response: { type_url: result.response.typeUrl, value: Buffer.from(result.response.value, 'base64') },
      }),
  };
}
