import { endpointName, modelName, type ModelName, type Place } from '../names.ts';
import { findVersion } from '../registry.ts';
import type { Endpoint, Model, ModelVersion, State } from '../state.ts';
import { invalidField, RpcError } from '../status.ts';
import type { Choices } from '../options.ts';

/** Finding what requests name, or the service's NOT_FOUND. */

export function findModel(state: State, name: Place & { id: string }): Model {
  const model = state.models[modelName(name)];
  if (model === undefined) throw new RpcError('NOT_FOUND', `The Model does not exist: ${modelName(name)}.`);
  return model;
}

/** The version that a name means: by id, by alias, or the default. */
export function findModelVersion(state: State, name: ModelName): { model: Model; version: ModelVersion } {
  const model = findModel(state, name);
  const version = findVersion(model, name.version);
  if (version === undefined) {
    throw new RpcError('NOT_FOUND', `The Model version does not exist: ${modelName(name)}@${name.version!}.`);
  }
  return { model, version };
}

export function findEndpoint(state: State, name: Place & { id: string }): Endpoint {
  const endpoint = state.endpoints[endpointName(name)];
  if (endpoint === undefined) throw new RpcError('NOT_FOUND', `endpoint "${endpointName(name)}" not found`);
  return endpoint;
}

/** Refuses an update whose etag is not the current one; one without an etag overwrites blindly. */
export function checkEtag(wanted: string | undefined, current: string, choices: Choices): void {
  if (wanted === undefined || wanted === '' || wanted === current) return;
  throw new RpcError(choices.etagMismatch, `The etag "${wanted}" does not match the current etag "${current}".`);
}

/** A message that the request must have. */
export function required<T>(field: string, value: T | undefined): T {
  if (value === undefined) throw invalidField(field, 'Required field is not set.');
  return value;
}
