/** What Vertex AI tells a container about its deployment. */
export interface VertexEnvironment {
  /** Path of the health check. */
  healthRoute: string;
  /** Path of predictions. */
  predictRoute: string;
  /** Where the model's artifacts are (`gs://...`); empty for a model that is in the image. */
  storageUri?: string;
  projectNumber?: string;
  endpointId?: string;
  deployedModelId?: string;
  /** Last segment of the model's name. */
  modelId?: string;
  modelVersionId?: string;
  machineType?: string;
}

/**
 * The `AIP_*` variables of a custom container
 * (https://cloud.google.com/vertex-ai/docs/predictions/custom-container-requirements#aip-variables), save AIP_HTTP_PORT,
 * which {@link startContainer} adds. Variables whose facts are not known are left out.
 */
export function vertexEnvironment(facts: VertexEnvironment): Record<string, string> {
  const variables: Record<string, string | undefined> = {
    AIP_MODE: 'PREDICTION',
    AIP_MODE_VERSION: '1.0.0',
    AIP_FRAMEWORK: 'CUSTOM_CONTAINER',
    AIP_HEALTH_ROUTE: facts.healthRoute,
    AIP_PREDICT_ROUTE: facts.predictRoute,
    AIP_STORAGE_URI: facts.storageUri ?? '',
    AIP_PROJECT_NUMBER: facts.projectNumber,
    AIP_ENDPOINT_ID: facts.endpointId,
    AIP_DEPLOYED_MODEL_ID: facts.deployedModelId,
    AIP_MODEL_NAME: facts.modelId,
    AIP_VERSION_NAME: facts.modelVersionId,
    AIP_MACHINE_TYPE: facts.machineType,
  };
  return Object.fromEntries(
    Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
