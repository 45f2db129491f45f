import { notFound } from '../errors.ts';
import type { Answer, Call } from '../request.ts';
import type { RepositoryState } from '../state.ts';
import type { Access } from '../tokens.ts';
import type { World } from '../world.ts';

/** A call of the API below `/repos/{owner}/{repo}`. */
export interface Route {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** `:name` stands for a part of the path, a whole number where `name` is `number` or `id`. */
  path: string;
  /** One of these permissions is needed. */
  access: Access;
  /** Page of docs.github.com that errors point to. */
  documentation: string;
  handle(call: Call, repository: RepositoryState, world: World): Answer;
}

export function numberIn(call: Call, name: 'number' | 'id'): number {
  return Number(call.parameters.get(name));
}

export function found<T>(value: T | undefined): T {
  if (value === undefined) throw notFound();
  return value;
}

/** Base of a repository's addresses. */
export function repositoryUrl(call: Call, repository: RepositoryState): string {
  return `${call.url}/repos/${repository.slug}`;
}
