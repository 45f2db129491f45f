import type { google } from '@google-cloud/aiplatform/build/protos/protos.js';
import { UserError } from '@mlops-actions/action-kit';
import { PAGED, REPEATABLE, type Vertex } from './clients.ts';
import { explaining, Status, statusOf } from './errors.ts';
import { digestLabel, type Labels } from './labels.ts';
import {
  lastSegment,
  modelName,
  modelVersionName,
  sameResource,
  shortVersion,
  type ModelVersionId,
  type Place,
} from './names.ts';

type IModel = google.cloud.aiplatform.v1.IModel;

/** How Vertex AI starts and asks the container. */
export interface ContainerContract {
  imageUri: string;
  predictRoute: string;
  healthRoute: string;
  port: number;
}

/** A version in Model Registry. */
export interface ModelVersion extends ModelVersionId {
  /** The model's name as the service writes it. */
  name: string;
  displayName: string;
  container: ContainerContract | undefined;
  /** `gs://...`, where the container loads the model from a bucket. */
  artifactUri: string | undefined;
  /** Name of the version that it is a copy of, as the service writes it. */
  copyOf: string | undefined;
  aliases: string[];
  labels: Labels;
  /** Seconds since 1970. */
  createdAt: number;
}

/** The labels that tell a version's digests. */
export const MODEL_DIGEST_LABEL = 'model-digest';
export const IMAGE_DIGEST_LABEL = 'image-digest';

/** On a version that was rolled back: the endpoint that it was taken from. */
export const ROLLED_BACK_LABEL = 'rolled-back';

/** The digest in an image reference; `undefined` for one that is not pinned. */
export function imageDigest(image: string): string | undefined {
  return /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1];
}

/**
 * What identifies the bytes that a version serves: the image's digest, because it holds the model; or, where a prebuilt container loads
 * the model from a bucket, the model's digest as far as a label holds it.
 */
export function servedDigest(version: ModelVersion): string | undefined {
  if (version.artifactUri !== undefined) return version.labels[MODEL_DIGEST_LABEL];
  return version.container && imageDigest(version.container.imageUri);
}

/**
 * A version by its number or alias; with neither, the default one. `undefined` if there is no such model or version.
 */
export async function getModelVersion(
  vertex: Vertex,
  modelId: string,
  versionOrAlias?: string,
): Promise<ModelVersion | undefined> {
  const name = modelName(vertex, modelId) + (versionOrAlias === undefined ? '' : `@${versionOrAlias}`);
  const model = await explaining(`read model ${lastSegmentWithVersion(name)}`, async () => {
    try {
      return (await vertex.models.getModel({ name }, { ...REPEATABLE }))[0];
    } catch (error) {
      if (statusOf(error) === Status.NOT_FOUND) return undefined;
      throw error;
    }
  });
  return model && readVersion(model);
}

const lastSegmentWithVersion = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/** A version that must be there. */
export async function requireModelVersion(vertex: Vertex, id: ModelVersionId): Promise<ModelVersion> {
  const version = await getModelVersion(vertex, id.modelId, id.versionId);
  if (version !== undefined) return version;
  throw new UserError(`There is no model version ${shortVersion(id)} in ${vertex.project}, ${vertex.region}.`, {
    fix: "Take the output 'model-version' of register-version, and the same 'project-id' and 'region'.",
  });
}

/** Looks for a version that is the same in everything that decides what is served. */
export async function findVersion(
  vertex: Vertex,
  modelId: string,
  wanted: VersionContent,
): Promise<ModelVersion | undefined> {
  // The label narrows the search to one page on the server; what decides is compared here.
  const digest = imageDigest(wanted.container.imageUri);
  const filter = digest === undefined ? '' : `labels.${IMAGE_DIGEST_LABEL}=${digestLabel(digest)}`;
  const request = { name: modelName(vertex, modelId), filter, pageSize: 100 };
  return explaining(`list the versions of model ${modelId}`, async () => {
    let found: ModelVersion | undefined;
    for await (const model of vertex.models.listModelVersionsAsync(request, { ...PAGED })) {
      const version = readVersion(model);
      if (
        sameContent(version, wanted) &&
        (found === undefined || Number(version.versionId) < Number(found.versionId))
      ) {
        found = version;
      }
    }
    return found;
  });
}

/** The first version of a model that is a copy of another one. Its labels may not have come along, so all are looked at. */
export async function findCopy(
  vertex: Vertex,
  modelId: string,
  source: Place & ModelVersionId,
): Promise<ModelVersion | undefined> {
  const original = modelVersionName(source, source);
  const request = { name: modelName(vertex, modelId), pageSize: 100 };
  return explaining(`list the versions of model ${modelId}`, async () => {
    let found: ModelVersion | undefined;
    for await (const model of vertex.models.listModelVersionsAsync(request, { ...PAGED })) {
      const version = readVersion(model);
      if (version.copyOf === undefined || !sameResource(version.copyOf, original)) continue;
      if (found === undefined || Number(version.versionId) < Number(found.versionId)) found = version;
    }
    return found;
  });
}

/** The versions of a model that serve the same bytes as this one, itself among them, and were taken back from an endpoint. */
export async function rolledBackTwins(vertex: Vertex, version: ModelVersion): Promise<ModelVersion[]> {
  const digest = servedDigest(version);
  const marked = (found: ModelVersion): boolean => found.labels[ROLLED_BACK_LABEL] !== undefined;
  const twins = marked(version) ? [version] : [];
  if (digest === undefined) return twins;
  const label = version.artifactUri === undefined ? IMAGE_DIGEST_LABEL : MODEL_DIGEST_LABEL;
  const filter = `labels.${label}=${digestLabel(digest)}`;
  const request = { name: modelName(vertex, version.modelId), filter, pageSize: 100 };
  return explaining(`list the versions of model ${version.modelId}`, async () => {
    for await (const model of vertex.models.listModelVersionsAsync(request, { ...PAGED })) {
      const found = readVersion(model);
      if (marked(found) && servedDigest(found) === digest && found.versionId !== version.versionId) twins.push(found);
    }
    return twins;
  });
}

/** What a version serves. */
export interface VersionContent {
  container: ContainerContract;
  artifactUri: string | undefined;
  /** `sha256:...`. */
  modelDigest: string | undefined;
}

/** Whether a version is the same in everything that decides what is served. */
export function sameContent(version: ModelVersion, { container, artifactUri, modelDigest }: VersionContent): boolean {
  const has = version.container;
  return (
    has !== undefined &&
    imageDigest(has.imageUri) === imageDigest(container.imageUri) &&
    has.predictRoute === container.predictRoute &&
    has.healthRoute === container.healthRoute &&
    has.port === container.port &&
    version.artifactUri === artifactUri &&
    (modelDigest === undefined || version.labels[MODEL_DIGEST_LABEL] === digestLabel(modelDigest))
  );
}

/** Sets aliases on a version. An alias that another version has moves. */
export async function setAliases(vertex: Vertex, id: ModelVersionId, aliases: readonly string[]): Promise<void> {
  await explaining(`set the aliases ${aliases.join(', ')} on ${shortVersion(id)}`, () =>
    vertex.models.mergeVersionAliases(
      { name: modelVersionName(vertex, id), versionAliases: [...aliases] },
      { ...REPEATABLE },
    ),
  );
}

/** Replaces the labels of a version. */
export async function setVersionLabels(vertex: Vertex, id: ModelVersionId, labels: Labels): Promise<void> {
  await explaining(`label ${shortVersion(id)}`, () =>
    vertex.models.updateModel(
      { model: { name: modelVersionName(vertex, id), labels }, updateMask: { paths: ['labels'] } },
      { ...REPEATABLE },
    ),
  );
}

function readVersion(model: IModel): ModelVersion {
  const container = model.containerSpec;
  return {
    name: (model.name ?? '').replace(/@.*$/, ''),
    modelId: lastSegment(model.name ?? ''),
    versionId: model.versionId ?? '',
    displayName: model.displayName ?? '',
    container: container
      ? {
          imageUri: container.imageUri ?? '',
          predictRoute: container.predictRoute ?? '',
          healthRoute: container.healthRoute ?? '',
          port: container.ports?.[0]?.containerPort ?? 8080,
        }
      : undefined,
    artifactUri: model.artifactUri || undefined,
    copyOf: model.originalModelInfo?.model || undefined,
    aliases: [...(model.versionAliases ?? [])],
    labels: { ...model.labels },
    createdAt: Number(model.versionCreateTime?.seconds ?? 0),
  };
}
