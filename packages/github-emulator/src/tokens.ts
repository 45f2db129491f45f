import { randomUUID } from 'node:crypto';
import { ApiError, notFound } from './errors.ts';

export type PermissionLevel = 'none' | 'read' | 'write';

/** What a call needs: one of these permissions of a workflow's token. */
export type Access = Readonly<Record<string, PermissionLevel>>;

/** A token as a workflow's job gets it: good for one repository. */
export interface TokenOptions {
  /** `owner/name`. */
  repository: string;
  /** By their names in `permissions:`, such as `issues: write`; what is not named is `none`. */
  permissions: Readonly<Record<string, PermissionLevel>>;
  /** Default `github-actions[bot]`. */
  login?: string;
}

interface Token {
  repositoryId: number;
  permissions: ReadonlyMap<string, PermissionLevel>;
  login: string;
}

/** The tokens that the server gave out. */
export class Tokens {
  readonly #tokens = new Map<string, Token>();

  issue(repositoryId: number, { permissions, login = 'github-actions[bot]' }: TokenOptions): string {
    const token = `ghs_${randomUUID().replaceAll('-', '')}`;
    this.#tokens.set(token, {
      repositoryId,
      permissions: new Map(Object.entries(permissions)),
      login,
    });
    return token;
  }

  /** @throws ApiError 401 without a token that was given out */
  authenticate(authorization: string | undefined): Token {
    const text = /^(?:bearer|token)\s+(\S+)$/i.exec(authorization ?? '')?.[1];
    if (text === undefined) throw new ApiError(401, 'Requires authentication');
    const token = this.#tokens.get(text);
    if (token === undefined) throw new ApiError(401, 'Bad credentials');
    return token;
  }
}

/** @throws ApiError 404 of another repository, which a token cannot see; 403 if a permission is missing */
export function authorize(token: Token, repositoryId: number, access: Access, documentation: string): void {
  if (token.repositoryId !== repositoryId) throw notFound();
  const wanted = Object.entries(access);
  if (wanted.length === 0 || wanted.some(([scope, level]) => holds(token, scope, level))) return;
  throw new ApiError(403, 'Resource not accessible by integration', {
    documentation,
    headers: {
      'x-accepted-github-permissions': wanted
        .map(([scope, level]) => `${scope.replaceAll('-', '_')}=${level}`)
        .join('; '),
    },
  });
}

function holds(token: Token, scope: string, level: PermissionLevel): boolean {
  const held = token.permissions.get(scope) ?? 'none';
  return held === 'write' || held === level;
}
