import { UserError } from '@mlops-actions/action-kit';
import { parseDigest, type Digest } from './digest.ts';

/** A repository in a registry. */
export interface Repository {
  /** Host and optional port, as users write it (`docker.io`, `europe-west1-docker.pkg.dev`, `127.0.0.1:5000`). */
  registry: string;
  /** Path below the registry (`library/python`, `project/repository/image`). */
  name: string;
}

/** An image reference: a repository with a tag, a digest, both, or neither. */
export interface Reference extends Repository {
  tag?: string;
  digest?: Digest;
}

// The grammar of https://github.com/opencontainers/distribution-spec (names, tags) and of the reference format that Docker's tools share.
const HOST =
  /^(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\[[0-9a-fA-F:.]+\])(?::[0-9]{1,5})?$/;
const NAME_COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const MAXIMUM_NAME = 255;

/** Whether a text is a tag. */
export const isTag = (text: string): boolean => TAG.test(text);

/** Whether a text is the name of a repository within a registry. */
export const isRepositoryName = (text: string): boolean =>
  text.length <= MAXIMUM_NAME && text.split('/').every((component) => NAME_COMPONENT.test(component));

/**
 * Reads `[registry/]repository[:tag][@digest]`. A first component that has no dot, no port and is not `localhost` is no
 * registry: as in Docker, the registry is then `docker.io`, and a single name stands in its `library`.
 */
export function parseReference(text: string): Reference {
  const bad = (problem: string): UserError =>
    new UserError(`'${text}' is not an image reference: ${problem}.`, {
      fix: 'Write it as registry/repository:tag or registry/repository@sha256:....',
    });
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : parseDigest(text.slice(at + 1), `Image reference '${text}'`);
  let rest = at < 0 ? text : text.slice(0, at);

  const colon = rest.lastIndexOf(':');
  let tag: string | undefined;
  if (colon > rest.lastIndexOf('/')) {
    tag = rest.slice(colon + 1);
    if (!isTag(tag)) throw bad(`'${tag}' is not a tag`);
    rest = rest.slice(0, colon);
  }

  const slash = rest.indexOf('/');
  const first = rest.slice(0, Math.max(0, slash));
  const namesRegistry = slash >= 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  let registry = namesRegistry ? first : 'docker.io';
  if (registry === 'index.docker.io') registry = 'docker.io';
  if (!HOST.test(registry)) throw bad(`'${registry}' is not a registry's host`);
  let name = namesRegistry ? rest.slice(slash + 1) : rest;
  if (registry === 'docker.io' && !name.includes('/')) name = `library/${name}`;
  if (!isRepositoryName(name)) {
    throw bad(
      name.toLowerCase() === name
        ? `'${name}' is not a repository's name`
        : `the repository's name '${name}' must be in lower case`,
    );
  }
  return { registry, name, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
}

/** `registry/repository`. */
export const formatRepository = (repository: Repository): string => `${repository.registry}/${repository.name}`;

/** The reference as text, with all that it holds. */
export function formatReference(reference: Reference): string {
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
  const digest = reference.digest === undefined ? '' : `@${reference.digest}`;
  return `${formatRepository(reference)}${tag}${digest}`;
}

/** What to ask the registry for: the digest if there is one, else the tag, else `latest`. */
export const manifestKey = (reference: Reference): string => reference.digest ?? reference.tag ?? 'latest';

/** Whether a registry is on this machine, and is therefore spoken to over plain HTTP. */
export function isLoopback(registry: string): boolean {
  const host = registry.replace(/:\d+$/, '');
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}
