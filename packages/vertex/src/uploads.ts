import type { google } from '@google-cloud/aiplatform/build/protos/protos.js';
import { ONCE, type Vertex } from './clients.ts';
import { explaining } from './errors.ts';
import type { Labels } from './labels.ts';
import { modelName, modelVersionName, placeName, shortVersion, type ModelVersionId, type Place } from './names.ts';
import { runningOperations, waitFor, waitForAnother } from './operations.ts';
import { requireModelVersion, type ModelVersion, type VersionContent } from './registry.ts';

export interface VersionUpload extends VersionContent {
  modelId: string;
  displayName: string;
  description: string | undefined;
  labels: Labels;
}

/**
 * Uploads a version: of a model that exists, or the first of a new one. No alias is set, so that `default` stays where it is (the service
 * itself gives it to a first version).
 */
export async function uploadVersion(
  vertex: Vertex,
  upload: VersionUpload,
  { modelExists, timeout }: { modelExists: boolean; timeout: number },
): Promise<ModelVersion> {
  const what = `upload a version of model ${upload.modelId}`;
  const { container } = upload;
  const [operation] = await explaining(what, () =>
    vertex.models.uploadModel(
      {
        parent: placeName(vertex),
        ...(modelExists ? { parentModel: modelName(vertex, upload.modelId) } : { modelId: upload.modelId }),
        model: {
          displayName: upload.displayName,
          ...(upload.description !== undefined && { versionDescription: upload.description }),
          labels: upload.labels,
          containerSpec: {
            imageUri: container.imageUri,
            predictRoute: container.predictRoute,
            healthRoute: container.healthRoute,
            ports: [{ containerPort: container.port }],
          },
          ...(upload.artifactUri !== undefined && { artifactUri: upload.artifactUri }),
        },
      },
      { ...ONCE },
    ),
  );
  const response = await waitFor<google.cloud.aiplatform.v1.IUploadModelResponse>(
    { host: vertex.models, method: 'uploadModel', name: operation.name ?? '', what },
    { timeout },
  );
  return requireModelVersion(vertex, { modelId: upload.modelId, versionId: response.modelVersionId ?? '' });
}

/**
 * Copies a version of this project from another region, or to another model: to a model that exists, or as the first version of a new one. The service
 * copies what is served as it is; whether it copies labels is not said.
 */
export async function copyVersion(
  vertex: Vertex,
  source: Place & ModelVersionId,
  modelId: string,
  { modelExists, timeout }: { modelExists: boolean; timeout: number },
): Promise<ModelVersion> {
  const what = `copy ${shortVersion(source)} of ${source.region} to model ${modelId}`;
  const [operation] = await explaining(what, () =>
    vertex.models.copyModel(
      {
        parent: placeName(vertex),
        sourceModel: modelVersionName(source, source),
        ...(modelExists ? { parentModel: modelName(vertex, modelId) } : { modelId }),
      },
      { ...ONCE },
    ),
  );
  const response = await waitFor<google.cloud.aiplatform.v1.ICopyModelResponse>(
    { host: vertex.models, method: 'copyModel', name: operation.name ?? '', what },
    { timeout },
  );
  return requireModelVersion(vertex, { modelId, versionId: response.modelVersionId ?? '' });
}

/** Waits for uploads and copies to a model that another run left running. Their own failures are not this run's. */
export async function awaitRunningUploads(vertex: Vertex, modelId: string, timeout: number): Promise<void> {
  for (const method of ['uploadModel', 'copyModel']) {
    for (const name of await runningOperations(vertex.models, modelName(vertex, modelId), method)) {
      const what = `finish an upload to model ${modelId}`;
      await waitForAnother({ host: vertex.models, method, name, what }, { timeout });
    }
  }
}
