import type { ModelSpec } from './state.ts';
import { invalidField } from './status.ts';
import type { ContainerSpec, WireModel } from './wire.ts';

/** The immutable part of a custom model. */
export function checkSpec(wire: WireModel): ModelSpec & { containerSpec: ContainerSpec } {
  const { containerSpec } = wire;
  if (containerSpec === undefined) throw invalidField('model.container_spec', 'Required field is not set.');
  if ((containerSpec.imageUri ?? '') === '') {
    throw invalidField('model.container_spec.image_uri', 'Required field is not set.');
  }
  for (const { containerPort = 0 } of containerSpec.ports) {
    if (containerPort < 1 || containerPort > 65_535) {
      throw invalidField('model.container_spec.ports', `Invalid port ${containerPort}.`);
    }
  }
  for (const [field, route] of [
    ['predict_route', containerSpec.predictRoute],
    ['health_route', containerSpec.healthRoute],
  ] as const) {
    if (route !== undefined && route !== '' && !/^\/[\x21-\x7e]*$/.test(route)) {
      throw invalidField(`model.container_spec.${field}`, 'The value must be an absolute path.');
    }
  }
  const { artifactUri = '' } = wire;
  if (artifactUri !== '' && !/^gs:\/\/[^/]+/.test(artifactUri)) {
    throw invalidField('model.artifact_uri', 'The value must be a Cloud Storage URI (gs://).');
  }
  const { metadataSchemaUri, metadata, predictSchemata, explanationSpec } = wire;
  const { encryptionSpec, pipelineJob, baseModelSource } = wire;
  const given = {
    metadataSchemaUri,
    metadata,
    predictSchemata,
    explanationSpec,
    encryptionSpec,
    pipelineJob,
    baseModelSource,
  };
  return {
    ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as ModelSpec),
    containerSpec,
    artifactUri,
  };
}
