import { UserError } from '@mlops-actions/action-kit';
import { complaint, fieldsOf, placeOf, textOf, type Template } from '../language/tokens.ts';

/** What a job's token may do. */
export type Level = 'none' | 'read' | 'write';

/** What is granted: the same for all scopes, or scope by scope with the rest at `none`. */
export interface Permissions {
  /** Level of every scope that is not named. */
  rest: Level;
  scopes: ReadonlyMap<string, Level>;
}

const LEVELS: readonly Level[] = ['none', 'read', 'write'];

/** What GitHub grants in a new repository to a workflow that asks for nothing. */
export const DEFAULT_PERMISSIONS: Permissions = {
  rest: 'none',
  scopes: new Map<string, Level>([
    ['contents', 'read'],
    ['packages', 'read'],
  ]),
};

/** Reads a `permissions` field. */
export function readPermissions(template: Template | undefined): Permissions | undefined {
  if (template === undefined) return undefined;
  const word = textOf(template);
  // No scope is written where everything can be read, so `id-token`, which can only be written, stays out of `read-all`.
  if (word === 'read-all') return { rest: 'read', scopes: new Map([['id-token', 'none']]) };
  if (word === 'write-all') return { rest: 'write', scopes: new Map() };
  const scopes = new Map<string, Level>();
  for (const [scope, value] of fieldsOf(template)) {
    const level = LEVELS.find((candidate) => candidate === textOf(value));
    if (level === undefined) throw complaint(value, `'${textOf(value)}' is no permission level.`);
    scopes.set(scope, level);
  }
  return { rest: 'none', scopes };
}

/** The level that is granted for a scope. */
export function levelOf(permissions: Permissions, scope: string): Level {
  return permissions.scopes.get(scope) ?? permissions.rest;
}

/** Permissions as people write them: `contents: read, id-token: write`. */
export function showPermissions({ rest, scopes }: Permissions): string {
  if (rest !== 'none') return `${rest}-all`;
  const granted = [...scopes].filter(([, level]) => level !== 'none');
  return granted.length === 0 ? 'none' : granted.map(([scope, level]) => `${scope}: ${level}`).join(', ');
}

/**
 * Checks a nested job's request against what its caller was granted: the grant is the ceiling, as on GitHub, where asking for more
 * stops the whole run before it starts.
 */
export function checkCeiling(
  requested: Permissions,
  granted: Permissions,
  nested: { caller: Template; calledFile: string; jobId: string },
): void {
  const scopes = new Set([...requested.scopes.keys(), ...granted.scopes.keys()]);
  const beyond = [...scopes].filter((scope) => rank(levelOf(requested, scope)) > rank(levelOf(granted, scope)));
  const restBeyond = rank(requested.rest) > rank(granted.rest);
  if (beyond.length === 0 && !restBeyond) return;
  const list = (of: Permissions): string =>
    restBeyond ? `'${showPermissions(of)}'` : beyond.map((scope) => `'${scope}: ${levelOf(of, scope)}'`).join(', ');
  throw new UserError(
    `${placeOf(nested.caller)}: the nested job '${nested.jobId}' of ${nested.calledFile} requests ${list(requested)}, but is only allowed ${list(granted)}.`,
    { fix: "Grant it in the calling job's 'permissions'." },
  );
}

function rank(level: Level): number {
  return LEVELS.indexOf(level);
}
