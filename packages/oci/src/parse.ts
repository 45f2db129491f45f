import { UserError } from '@mlops-actions/action-kit';
import { parseDigest } from './digest.ts';
import type { Descriptor, ImageConfig, Manifest } from './image.ts';
import { MediaType } from './media-types.ts';

/** Manifests and configurations above this are refused, as registries do (distribution-spec). */
export const MANIFEST_LIMIT = 4 * 1024 * 1024;

/** The media type that a manifest states of itself, or the one that its shape implies. */
export function manifestMediaType(bytes: Uint8Array, where: string): string {
  const value = parseObject(bytes, where);
  if (typeof value['mediaType'] === 'string') return value['mediaType'];
  if (value['schemaVersion'] === 1) return 'application/vnd.docker.distribution.manifest.v1+json';
  return Array.isArray(value['manifests']) ? MediaType.ociIndex : MediaType.ociManifest;
}

/** Reads and checks an image manifest. */
export function parseManifest(bytes: Uint8Array, mediaType: string, where: string): Manifest {
  const value = parseObject(bytes, where);
  if (value['schemaVersion'] !== 2) throw new UserError(`${where}: the manifest's schemaVersion is not 2.`);
  if (value['mediaType'] !== undefined && value['mediaType'] !== mediaType) {
    throw new UserError(
      `${where}: the manifest says that it is ${JSON.stringify(value['mediaType'])}, its source '${mediaType}'.`,
    );
  }
  const layers = value['layers'];
  if (!Array.isArray(layers)) throw new UserError(`${where}: the manifest has no layers.`);
  return {
    ...value,
    schemaVersion: 2,
    mediaType,
    config: parseDescriptor(value['config'], `${where}: config`),
    layers: layers.map((layer, index) => parseDescriptor(layer, `${where}: layer ${index + 1}`)),
  };
}

/** Reads and checks an index: the descriptors of its manifests. */
export function parseIndex(bytes: Uint8Array, where: string): Descriptor[] {
  const manifests = parseObject(bytes, where)['manifests'];
  if (!Array.isArray(manifests)) throw new UserError(`${where}: the index has no list of manifests.`);
  return manifests.map((entry, index) => parseDescriptor(entry, `${where}: manifest ${index + 1}`));
}

/** Reads and checks an image's config. */
export function parseConfig(bytes: Uint8Array, where: string): ImageConfig {
  const value = parseObject(bytes, where) as Partial<ImageConfig>;
  const diffIds: unknown = value.rootfs?.diff_ids;
  if (typeof value.os !== 'string' || typeof value.architecture !== 'string' || !Array.isArray(diffIds)) {
    throw new UserError(`${where}: the image's config lacks os, architecture or rootfs.`);
  }
  for (const diffId of diffIds) parseDigest(diffId, `${where}: config`);
  const container = value.config ?? {};
  for (const key of ['Env', 'Entrypoint', 'Cmd'] as const) {
    const list: unknown = container[key];
    if (
      list !== undefined &&
      list !== null &&
      !(Array.isArray(list) && list.every((item) => typeof item === 'string'))
    ) {
      throw new UserError(`${where}: ${key} of the image's config is not a list of texts.`);
    }
  }
  return value as ImageConfig;
}

function parseDescriptor(value: unknown, where: string): Descriptor {
  const descriptor = value as Partial<Descriptor> | null | undefined;
  if (typeof descriptor?.mediaType !== 'string') throw new UserError(`${where}: a descriptor without mediaType.`);
  if (!Number.isSafeInteger(descriptor.size) || descriptor.size! < 0) {
    throw new UserError(`${where}: a descriptor without a valid size.`);
  }
  return { ...(descriptor as Descriptor), digest: parseDigest(descriptor.digest, where) };
}

/** Reads a JSON object. */
export function parseObject(bytes: Uint8Array, where: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (cause) {
    throw new UserError(`${where}: the content is not JSON.`, { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UserError(`${where}: the content is not a JSON object.`);
  }
  return value as Record<string, unknown>;
}
