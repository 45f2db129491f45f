import { UserError } from '@mlops-actions/action-kit';

/**
 * Resource names. Requests may name a project by its id, answers name it by its number, so whole names are never
 * compared: a resource is known by its region, its collection and its own id.
 */

/** A project and a region, as the user named them. */
export interface Place {
  project: string;
  region: string;
}

/** A version of a model: never an alias, never the bare model, which both mean different things on different days. */
export interface ModelVersionId {
  modelId: string;
  /** Decimal digits. */
  versionId: string;
}

const PROJECT = /^(?:[a-z0-9.-]+:)?[a-z0-9][a-z0-9-]{2,28}[a-z0-9]$/;
const REGION = /^[a-z]+-[a-z]+\d+$/;
const MODEL_ID = /^(?:[a-z_][a-z0-9_-]{0,62}|\d{1,19})$/;
const ENDPOINT_ID = /^(?:[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?|\d{1,19})$/;
const ALIAS = /^[a-z][a-z0-9-]{0,126}[a-z0-9]$/;

/** Checks a project and a region before they become part of a name or of a host. */
export function checkPlace({ project, region }: Place): Place {
  if (!PROJECT.test(project)) {
    throw new UserError(`'${project}' is not a Google Cloud project id.`, {
      fix: "Set 'project-id' to the project's id or number.",
    });
  }
  if (!REGION.test(region)) {
    throw new UserError(`'${region}' is not a region of Vertex AI.`, {
      fix: "Set 'region' to one region such as europe-west4: models and endpoints are regional.",
    });
  }
  return { project, region };
}

/** Checks the id of a model. */
export function checkModelId(id: string): string {
  if (MODEL_ID.test(id)) return id;
  throw new UserError(`'${id}' is not a model id.`, {
    fix: "Use up to 63 of a-z, 0-9, _ and -, beginning with a letter; a display name is not an id, and a version goes behind '@'.",
  });
}

/** Checks `host[:port]`, which predictions are to be sent to. */
export function checkHost(text: string): string {
  if (/^([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\])(:\d{1,5})?$/.test(text)) return text;
  throw new UserError(`'${text}' is no host to send predictions to.`, {
    fix: "Set 'prediction-host' to such as 10.0.0.5 or 10.0.0.5:8080.",
  });
}

/** Checks the id of an endpoint. */
export function checkEndpointId(id: string): string {
  if (ENDPOINT_ID.test(id)) return id;
  throw new UserError(`'${id}' is not an endpoint id.`, {
    fix: 'Use up to 63 of a-z, 0-9 and -, beginning with a letter, or the number that Vertex AI gave.',
  });
}

/** Checks a version alias that may be set: `default` never is, because a bare model name resolves to it. */
export function checkAlias(alias: string): string {
  if (alias === 'default') {
    throw new UserError("The alias 'default' is not set by this action: whoever deploys the bare model gets it.", {
      fix: 'Choose another alias, such as candidate, and deploy by version.',
    });
  }
  if (ALIAS.test(alias)) return alias;
  throw new UserError(`'${alias}' is not a version alias.`, {
    fix: 'Use 2 to 128 of a-z, 0-9 and -, beginning with a letter and not ending with a hyphen.',
  });
}

/** `projects/P/locations/R`. */
export const placeName = ({ project, region }: Place): string => `projects/${project}/locations/${region}`;
/** `projects/P/locations/R/models/M`. */
export const modelName = (place: Place, modelId: string): string => `${placeName(place)}/models/${modelId}`;
/** `projects/P/locations/R/models/M@N`. */
export const modelVersionName = (place: Place, { modelId, versionId }: ModelVersionId): string =>
  `${modelName(place, modelId)}@${versionId}`;
/** `projects/P/locations/R/endpoints/E`. */
export const endpointName = (place: Place, endpointId: string): string => `${placeName(place)}/endpoints/${endpointId}`;
/** `M@N`, as people read it. */
export const shortVersion = ({ modelId, versionId }: ModelVersionId): string => `${modelId}@${versionId}`;

/** Whether both name the same version, within one region. */
export const sameVersion = (a: ModelVersionId, b: ModelVersionId): boolean =>
  a.modelId === b.modelId && a.versionId === b.versionId;

/** Whether two names mean one resource of a project, whether they name that by its id or its number. */
export const sameResource = (a: string, b: string): boolean =>
  a.replace(/^projects\/[^/]+\//, '') === b.replace(/^projects\/[^/]+\//, '');

/** The own id of a resource: the last segment of its name, without a version. */
export function lastSegment(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).replace(/@.*$/, '');
}

/** Reads the full name of a version, `projects/P/locations/R/models/M@N`. @throws UserError for anything else, an alias among it */
export function parseVersionName(text: string): Place & ModelVersionId {
  const [, project = '', region = '', modelId = '', versionId] =
    /^projects\/([^/]+)\/locations\/([^/]+)\/models\/([^/@]+)@([1-9]\d{0,9})$/.exec(text) ?? [];
  if (versionId !== undefined) return { ...checkPlace({ project, region }), modelId: checkModelId(modelId), versionId };
  throw new UserError(`'${text}' is not the name of a version.`, {
    fix: "Give projects/.../locations/.../models/ID@N, the output 'model-version' of register-version.",
  });
}

/**
 * Reads a version of a model from `3`, `M@3`, `models/M@3` or the full name.
 *
 * @param modelId the model that bare digits belong to
 * @throws UserError for an alias, a bare model, or a name in another region
 */
export function parseModelVersion(text: string, place: Place, modelId?: string): ModelVersionId {
  const match =
    /^(?:(?:projects\/(?<project>[^/]+)\/locations\/(?<region>[^/]+)\/)?models\/)?(?:(?<model>[^/@]+)@)?(?<version>[^/@]+)$/.exec(
      text,
    );
  const { project, region, model = modelId, version = '' } = match?.groups ?? {};
  if (match === null || !/^[1-9]\d{0,9}$/.test(version)) {
    throw new UserError(`'${text}' does not name a version of a model.`, {
      fix: "Give the version's number, such as credit-risk@3: an alias or a bare model means another version tomorrow.",
    });
  }
  if (model === undefined) {
    throw new UserError(`'${text}' does not say which model the version belongs to.`, {
      fix: "Write model@version, or set 'model-id'.",
    });
  }
  if (region !== undefined && region !== place.region) {
    throw new UserError(`'${text}' is in ${region}, not in ${place.region}.`, {
      fix: "A model is deployed in its own region: set 'region' to it, or register the model there.",
    });
  }
  // Ids and numbers of projects cannot be told to be the same, but two different ids are different projects.
  if (project !== undefined && !/^\d+$/.test(project) && !/^\d+$/.test(place.project) && project !== place.project) {
    throw new UserError(`'${text}' is in project ${project}, not in ${place.project}.`, {
      fix: 'Register the model in the project that serves it.',
    });
  }
  return { modelId: checkModelId(model), versionId: version };
}

/**
 * The place to work in, from what inputs and model.yaml say; the project may also come from the environment that
 * google-github-actions/auth leaves.
 */
export function requirePlace(project: string | undefined, region: string | undefined): Place {
  const known = project ?? (process.env['GOOGLE_CLOUD_PROJECT'] || undefined);
  if (known === undefined) {
    throw new UserError('It is not said which Google Cloud project to work in.', {
      fix: "Set 'project-id', or environments.<name>.project-id of model.yaml and 'environment'.",
    });
  }
  if (region === undefined) {
    throw new UserError('It is not said which region to work in.', {
      fix: "Set 'region', or environments.<name>.region of model.yaml and 'environment'.",
    });
  }
  return checkPlace({ project: known, region });
}
