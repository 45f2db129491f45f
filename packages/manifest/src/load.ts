import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { closest, UserError } from '@mlops-actions/action-kit';
import type { Manifest, Pipeline } from './generated/manifest.ts';

/** model.yaml with one environment laid over it. */
export interface ResolvedManifest extends Omit<Manifest, 'environments'> {
  /** Google Cloud project of the environment. */
  'project-id'?: string;
  /** Region of the environment. */
  region?: string;
}

/** A model.yaml that was read, found valid, and has its environment applied. */
export interface LoadedManifest {
  /** Path as it was given. */
  path: string;
  /** `sha256:...` of the file's bytes. */
  digest: string;
  /** The environment that was applied. */
  environment: string | undefined;
  manifest: ResolvedManifest;
  /** The path of something that model.yaml names by a path relative to itself. */
  resolve(relative: string): string;
}

/** Larger files are refused: no model.yaml written by people comes near. */
const SIZE_LIMIT = 1024 * 1024;

/**
 * Reads and checks model.yaml.
 *
 * @param file path, relative to the working directory
 * @throws UserError if it is missing, too large, not YAML, does not follow the schema, or has no such environment
 */
export async function loadManifest(
  file: string,
  options: { environment?: string | undefined } = {},
): Promise<LoadedManifest> {
  const loaded = await loadManifestIfPresent(file, options);
  if (loaded === undefined) {
    throw new UserError(`There is no model manifest at '${file}'.`, {
      fix: "Write a model.yaml, or name it by the input 'manifest'; was the repository checked out in this job?",
    });
  }
  return loaded;
}

/** The same, but `undefined` where there is no such file. */
export async function loadManifestIfPresent(
  file: string,
  { environment }: { environment?: string | undefined } = {},
): Promise<LoadedManifest | undefined> {
  let bytes: Buffer;
  try {
    const info = await stat(file);
    // A pipe or a device, to which a link may lead, has no end.
    if (!info.isFile()) throw new UserError(`The model manifest '${file}' is no file.`);
    if (info.size > SIZE_LIMIT) throw new UserError(`The model manifest '${file}' is larger than 1 MiB.`);
    bytes = await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (error instanceof UserError) throw error;
    throw new UserError(`The model manifest '${file}' cannot be read.`, { cause: error });
  }
  // Loaded here: the validator is large, and without a model.yaml nobody needs it.
  const { parseManifest } = await import('./parse.ts');
  const directory = path.dirname(file);
  return {
    path: file,
    digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
    environment,
    manifest: applyEnvironment(parseManifest(bytes.toString('utf8'), file), environment, file),
    resolve: (relative) => within(directory, relative, file),
  };
}

/** Where actions look for the manifest when they are not told. */
const USUAL_PLACE = 'model.yaml';

/**
 * The manifest that an action lays under its inputs. That there is none is an error only if it was asked for: by its path, by one of its
 * environments, or because nothing else says what the action needs (`needed`).
 */
export async function manifestOf(
  { manifest, environment }: { manifest: string; environment?: string | undefined },
  { needed = false }: { needed?: boolean } = {},
): Promise<LoadedManifest | undefined> {
  const load = needed || manifest !== USUAL_PLACE || environment !== undefined ? loadManifest : loadManifestIfPresent;
  return load(manifest, { environment });
}

function applyEnvironment(manifest: Manifest, name: string | undefined, file: string): ResolvedManifest {
  const { environments = {}, ...base } = manifest;
  if (name === undefined) return base;
  const environment = Object.hasOwn(environments, name) ? environments[name] : undefined;
  if (environment === undefined) {
    const known = Object.keys(environments);
    const near = closest(name, known);
    throw new UserError(`'${file}' has no environment '${name}'.`, {
      fix: near === undefined ? `It has ${known.length === 0 ? 'none' : known.join(', ')}.` : `Did you mean '${near}'?`,
    });
  }
  const { image, registry, endpoint, pipeline, monitor, ...place } = environment;
  return {
    ...base,
    ...place,
    ...layered('image', base.image, image),
    ...layered('registry', base.registry, registry),
    ...layered('endpoint', base.endpoint, endpoint),
    ...layered('pipeline', base.pipeline, pipeline && withParameters(base.pipeline, pipeline)),
    ...layered('monitor', base.monitor, monitor),
  };
}

/** The parameters of an environment are laid over the others one by one. */
const withParameters = (base: Pipeline | undefined, over: Pipeline): Pipeline => ({
  ...over,
  ...((base?.parameters ?? over.parameters) && { parameters: { ...base?.parameters, ...over.parameters } }),
});

function layered<K extends string, T extends object>(
  key: K,
  base: T | undefined,
  over: T | undefined,
): { [P in K]?: T } {
  return base === undefined && over === undefined ? {} : ({ [key]: { ...base, ...over } } as { [P in K]?: T });
}

/**
 * model.yaml comes with a pull request: what it names must lie within the repository, by its name and after following links, lest a
 * file of the runner ends up in an image.
 */
function within(directory: string, relative: string, file: string): string {
  const resolved = path.join(directory, relative);
  if (
    !isInside(path.resolve(resolved), path.resolve(directory)) ||
    !isInside(followLinks(resolved), followLinks(directory))
  ) {
    throw new UserError(`'${file}' names '${relative}', which is outside of the repository.`, {
      fix: 'Paths in model.yaml are relative to its folder.',
    });
  }
  return resolved;
}

/** Whether a path lies in the working directory or in the folder of model.yaml. */
function isInside(target: string, directory: string): boolean {
  return [process.cwd(), realpathSync(process.cwd()), directory].some((root) => {
    const way = path.relative(root, target);
    return way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way);
  });
}

/** The path with the links of its longest existing part followed. */
function followLinks(target: string): string {
  const absolute = path.resolve(target);
  try {
    return realpathSync(absolute);
  } catch {
    return absolute === path.dirname(absolute)
      ? absolute
      : path.join(followLinks(path.dirname(absolute)), path.basename(absolute));
  }
}
