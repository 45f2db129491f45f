import { digestOf } from './digest.ts';
import {
  blobOf,
  familyOf,
  type Blob,
  type ContainerConfig,
  type Image,
  type ImageConfig,
  type Manifest,
} from './image.ts';
import type { Layer } from './layer.ts';
import { MediaType } from './media-types.ts';
import { LINUX_AMD64, type Platform } from './platform.ts';

/** What is laid over a base image. */
export interface ImageChanges {
  /** New layers, lowest first. */
  layers: readonly Layer[];
  /** Replaces the entrypoint; the base's Cmd, which was meant for another entrypoint, goes. */
  entrypoint?: readonly string[];
  /** Replaces the arguments. */
  command?: readonly string[];
  /** Sets variables beside those of the base. */
  env?: Readonly<Record<string, string>>;
  workingDirectory?: string;
  user?: string;
  /** TCP ports to declare. */
  ports?: readonly number[];
  /** Sets labels beside those of the base. */
  labels?: Readonly<Record<string, string>>;
  /** Annotations of the manifest. Docker's manifests have none. */
  annotations?: Readonly<Record<string, string>>;
  /** Creation time in seconds since 1970; fixed by default, so that equal content gives equal digests. */
  created?: number;
  /** Platform of an image without a base. */
  platform?: Platform;
}

/** Lays layers and settings over a base, or over nothing. Pure: equal arguments give equal bytes. */
export function composeImage(base: Image | undefined, changes: ImageChanges): Image {
  const mediaType = base?.mediaType ?? MediaType.ociManifest;
  const config = composeConfig(base?.config, changes);
  const configType = familyOf(mediaType) === 'docker' ? MediaType.dockerConfig : MediaType.ociConfig;
  const configBlob = blobOf(configType, encode(config));
  const layers: Blob[] = [...(base?.layers ?? []), ...changes.layers];
  const manifest: Manifest = {
    schemaVersion: 2,
    mediaType,
    config: configBlob.descriptor,
    layers: layers.map((layer) => layer.descriptor),
    ...(familyOf(mediaType) === 'oci' &&
      Object.keys(changes.annotations ?? {}).length > 0 && { annotations: sorted(changes.annotations!) }),
  };
  const manifestBytes = encode(manifest);
  return { mediaType, digest: digestOf(manifestBytes), manifest, manifestBytes, config, configBlob, layers };
}

function composeConfig(base: ImageConfig | undefined, changes: ImageChanges): ImageConfig {
  const created = new Date((changes.created ?? 0) * 1000).toISOString().replace('.000Z', 'Z');
  const platform = base ?? changes.platform ?? LINUX_AMD64;
  const kept = Object.fromEntries(
    ['os.version', 'os.features'].flatMap((key) => (base?.[key] === undefined ? [] : [[key, base[key]]])),
  );
  const history = composeHistory(base, changes.layers, created);
  return {
    created,
    architecture: platform.architecture,
    os: platform.os,
    ...(platform.variant !== undefined && { variant: platform.variant }),
    ...kept,
    config: composeContainer(base?.config ?? {}, changes),
    rootfs: {
      type: 'layers',
      diff_ids: [...(base?.rootfs.diff_ids ?? []), ...changes.layers.map((layer) => layer.diffId)],
    },
    ...(history !== undefined && { history }),
  };
}

function composeContainer(base: ContainerConfig, changes: ImageChanges): ContainerConfig {
  const container: ContainerConfig = { ...base };
  if (changes.entrypoint !== undefined) {
    container.Entrypoint = [...changes.entrypoint];
    delete container.Cmd;
  }
  if (changes.command !== undefined) container.Cmd = [...changes.command];
  if (changes.env !== undefined) container.Env = mergeEnv(base.Env ?? [], changes.env);
  if (changes.workingDirectory !== undefined) container.WorkingDir = changes.workingDirectory;
  if (changes.user !== undefined) container.User = changes.user;
  if (changes.ports !== undefined) {
    container.ExposedPorts = sorted({
      ...base.ExposedPorts,
      ...Object.fromEntries(changes.ports.map((port) => [`${port}/tcp`, {}])),
    });
  }
  if (changes.labels !== undefined) container.Labels = sorted({ ...base.Labels, ...changes.labels });
  return container;
}

/** The base's order stays; what is new follows in the order of names. */
function mergeEnv(base: readonly string[], set: Readonly<Record<string, string>>): string[] {
  const variables = new Map<string, string>();
  for (const line of base) {
    const equals = line.indexOf('=');
    variables.set(equals < 0 ? line : line.slice(0, equals), equals < 0 ? '' : line.slice(equals + 1));
  }
  for (const name of Object.keys(set).sort()) variables.set(name, set[name]!);
  return [...variables].map(([name, value]) => `${name}=${value}`);
}

/** A history must name every layer or be left out: tools count it against the layers. */
function composeHistory(
  base: ImageConfig | undefined,
  layers: readonly Layer[],
  created: string,
): ImageConfig['history'] {
  const before = base === undefined ? [] : (base.history ?? []);
  const named = before.filter((entry) => entry.empty_layer !== true).length;
  if (named !== (base?.rootfs.diff_ids.length ?? 0)) return undefined;
  return [
    ...before,
    ...layers.map((layer) => ({ created, created_by: `mlops-actions build-image: ${layer.kind} layer` })),
  ];
}

const encode = (value: object): Buffer => Buffer.from(JSON.stringify(value));

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
