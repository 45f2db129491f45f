import { UserError, type InputReader } from '@mlops-actions/action-kit';
import {
  LINUX_AMD64,
  formatPlatform,
  parsePlatform,
  parseReference,
  type Platform,
  type Reference,
} from '@mlops-actions/oci';

/** Builders of Dockerfiles, in the order in which they are looked for. */
export const BUILDERS = ['docker', 'podman', 'buildah'] as const;
export type BuilderName = (typeof BUILDERS)[number];

export type Mode = 'layered' | 'dockerfile';

/** A secret of a Dockerfile's build: `RUN --mount=type=secret,id=...`. */
export interface BuildSecret {
  id: string;
  content: { value: string } | { file: string };
}

/** The inputs that say what the image starts from. */
export interface FoundationInputs {
  mode?: Mode | undefined;
  platforms?: Platform[] | undefined;
  baseImage?: string | undefined;
  dockerfile?: string | undefined;
  context?: string | undefined;
  buildArgs?: Record<string, string> | undefined;
  target?: string | undefined;
  builder?: 'auto' | BuilderName | undefined;
  secrets?: BuildSecret[] | undefined;
  secretFiles?: BuildSecret[] | undefined;
  cacheFrom?: string[] | undefined;
  cacheTo?: string[] | undefined;
}

export function readFoundationInputs(reader: InputReader): FoundationInputs {
  return {
    mode: reader.choice('mode', ['layered', 'dockerfile']),
    platforms: reader.list('platforms')?.map(parsePlatform),
    baseImage: reader.text('base-image'),
    dockerfile: reader.text('dockerfile'),
    context: reader.text('context'),
    buildArgs: reader.pairs('build-args'),
    target: reader.text('target'),
    builder: reader.choice('builder', ['auto', ...BUILDERS]),
    secrets: readSecrets(reader, 'secrets', (value) => ({ value })),
    secretFiles: readSecrets(reader, 'secret-files', (file) => ({ file })),
    cacheFrom: readLines(reader, 'cache-from'),
    cacheTo: readLines(reader, 'cache-to'),
  };
}

/** Lines; commas belong to what stands there (`type=registry,ref=...`). */
function readLines(reader: InputReader, name: string): string[] | undefined {
  return reader
    .text(name)
    ?.split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** Lines of `id=...`. What a line holds is told to nobody. */
function readSecrets(
  reader: InputReader,
  name: string,
  content: (text: string) => BuildSecret['content'],
): BuildSecret[] | undefined {
  return readLines(reader, name)?.map((line, index) => {
    const [, id, text] = /^([A-Za-z0-9._-]+)=(.+)$/.exec(line) ?? [];
    if (id !== undefined && text !== undefined) return { id, content: content(text) };
    throw new UserError(`Line ${index + 1} of input '${name}' is not id=${name === 'secrets' ? 'value' : 'path'}.`, {
      fix: "An id has letters, digits, '.', '_' and '-'. A value of several lines goes into a file: 'secret-files'.",
    });
  });
}

/** What the image starts from. */
export type Foundation =
  | {
      mode: 'layered';
      base:
        | { kind: 'scratch' }
        | { kind: 'registry'; reference: Reference }
        | { kind: 'layout'; directory: string; name?: string };
    }
  | {
      mode: 'dockerfile';
      dockerfile: string;
      context: string;
      buildArgs: Record<string, string>;
      target: string | undefined;
      builder: 'auto' | BuilderName;
      secrets: BuildSecret[];
      cacheFrom: string[];
      cacheTo: string[];
    };

/** Lays model.yaml under the inputs; one that has no meaning in the mode is an error. */
export function resolveFoundation(
  inputs: FoundationInputs,
  image: { mode?: Mode; 'base-image'?: string; dockerfile?: string },
  fromManifest: (relative: string | undefined) => string | undefined,
): Foundation {
  const mode = inputs.mode ?? image.mode ?? 'layered';
  const misplaced = (
    mode === 'layered'
      ? {
          dockerfile: inputs.dockerfile,
          context: inputs.context,
          'build-args': inputs.buildArgs,
          target: inputs.target,
          builder: inputs.builder === 'auto' ? undefined : inputs.builder,
          secrets: inputs.secrets,
          'secret-files': inputs.secretFiles,
          'cache-from': inputs.cacheFrom,
          'cache-to': inputs.cacheTo,
        }
      : { 'base-image': inputs.baseImage }
  ) satisfies Record<string, unknown>;
  for (const [name, value] of Object.entries(misplaced)) {
    if (value !== undefined)
      throw new UserError(`Input '${name}' has no meaning in mode '${mode}'.`, { fix: `Remove it, or set 'mode'.` });
  }
  if (mode === 'layered') return { mode, base: readBase(inputs.baseImage, image['base-image'], fromManifest) };
  return {
    mode,
    dockerfile: inputs.dockerfile ?? fromManifest(image.dockerfile) ?? 'Dockerfile',
    context: inputs.context ?? '.',
    buildArgs: inputs.buildArgs ?? {},
    target: inputs.target,
    builder: inputs.builder ?? 'auto',
    secrets: distinct('secrets', [...(inputs.secrets ?? []), ...(inputs.secretFiles ?? [])], ({ id }) => id),
    cacheFrom: inputs.cacheFrom ?? [],
    cacheTo: inputs.cacheTo ?? [],
  };
}

/** The platforms to build for; Vertex AI's unless told otherwise. */
export const resolvePlatforms = ({ platforms = [LINUX_AMD64] }: FoundationInputs): Platform[] =>
  distinct('platforms', platforms, formatPlatform);

function distinct<T>(name: string, items: T[], key: (item: T) => string): T[] {
  const keys = items.map(key);
  const twice = keys.find((each, index) => keys.indexOf(each) < index);
  if (twice === undefined) return items;
  throw new UserError(`Input '${name}' names '${twice}' twice.`);
}

/** `scratch`, `oci:folder[:name]`, or a reference to a registry. */
function readBase(
  input: string | undefined,
  inManifest: string | undefined,
  fromManifest: (relative: string | undefined) => string | undefined,
): Extract<Foundation, { mode: 'layered' }>['base'] {
  const text = input ?? inManifest;
  if (text === undefined) {
    throw new UserError('It is not said which image serves.', {
      fix: "Set 'base-image', or image.base-image in model.yaml; 'scratch' starts from nothing.",
    });
  }
  if (text === 'scratch') return { kind: 'scratch' };
  const layout = /^oci:(.+?)(?::([^:/\\]+))?$/.exec(text);
  if (layout === null) return { kind: 'registry', reference: parseReference(text) };
  const [, folder, name] = layout;
  return {
    kind: 'layout',
    directory: input === undefined ? fromManifest(folder)! : folder!,
    ...(name !== undefined && { name }),
  };
}
