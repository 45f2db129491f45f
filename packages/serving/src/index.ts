export { startContainer, type ContainerExit, type ContainerOptions, type ServingContainer } from './container.ts';
export { type ImageConfig } from './command.ts';
export { vertexEnvironment, type VertexEnvironment } from './environment.ts';
export { ServingError, type ServingFailure } from './errors.ts';
export { waitUntilHealthy, type HealthOptions } from './health.ts';
export { requestContainer, type ContainerRequest, type ContainerResponse } from './http.ts';
export { predict, type JsonValue, type PredictOptions, type PredictResult } from './predict.ts';
