import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, UserError } from '@mlops-actions/action-kit';
import { canonicalJson } from './canonical.ts';
import type { ColumnCounts, Counts } from './counts.ts';
import type { ColumnDefinition, Definition } from './definition.ts';
import type { ColumnProfile, Profile } from './profile.ts';

/** What counts the same bins and categories of another table. */
export function definitionOf(profile: Profile): Definition {
  return {
    columns: profile.columns.map((column): ColumnDefinition => {
      const { name, missing } = column;
      return column.kind === 'categorical'
        ? { name, missing, kind: column.kind, categories: column.categories.map(({ value }) => value) }
        : { name, missing, kind: column.kind, edges: column.edges };
    }),
    checks: [],
  };
}

/** The reference's own counts, as {@link definitionOf} would find them in its rows. */
export function countsOf(profile: Profile): Counts {
  return {
    rows: profile.rows,
    columns: new Map(
      profile.columns.map((column): [string, ColumnCounts] => {
        const { name, nulls } = column;
        if (column.kind === 'categorical') {
          const categories = column.categories.map(({ count }) => count);
          return [name, { kind: column.kind, nulls, categories, other: column.other }];
        }
        const { kind, nans, invalid, minimum, maximum } = column;
        return [name, { kind, nulls, nans, invalid, bins: [...column.bins], minimum, maximum }];
      }),
    ),
    checks: new Map(),
  };
}

/** The digest of a profile's content. */
export function digestOf(profile: Omit<Profile, 'digest'>): string {
  const content = canonicalJson({ ...profile, digest: undefined });
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

export async function writeProfile(file: string, profile: Profile): Promise<void> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, `${JSON.stringify(profile, undefined, 1)}\n`);
  } catch (error) {
    throw new UserError(`The profile '${file}' cannot be written: ${messageOf(error)}.`, { cause: error });
  }
}

/**
 * Reads a profile.
 *
 * @throws UserError if it cannot be read, is none, or was changed since it was written
 */
export async function readProfile(file: string): Promise<Profile> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const absent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UserError(absent ? `There is no profile '${file}'.` : `'${file}' cannot be read: ${messageOf(error)}.`, {
      ...(absent && { fix: 'Build one from the training data first.' }),
      cause: error,
    });
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new UserError(`'${file}' is not JSON: ${messageOf(error)}.`, { cause: error });
  }
  const profile = parseProfile(json, file);
  if (digestOf(profile) !== profile.digest) {
    throw new UserError(`The profile '${file}' was changed after it was built: its digest does not fit.`, {
      fix: 'Take the file as it was built, or build it again from the training data.',
    });
  }
  return profile;
}

function parseProfile(json: unknown, file: string): Profile {
  const wrong = (what: string): never => {
    throw new UserError(`'${file}' is not a profile: ${what}.`);
  };
  const object = (value: unknown, what: string): Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : wrong(`${what} is not an object`);
  const list = (value: unknown, what: string): unknown[] =>
    Array.isArray(value) ? value : wrong(`${what} is not a list`);
  const text = (value: unknown, what: string): string =>
    typeof value === 'string' ? value : wrong(`${what} is not a text`);
  const number = (value: unknown, what: string): number =>
    typeof value === 'number' && Number.isFinite(value) ? value : wrong(`${what} is not a number`);
  const count = (value: unknown, what: string): number =>
    Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : wrong(`${what} is not a count`);
  const optional = (value: unknown, what: string): number | undefined =>
    value === undefined || value === null ? undefined : number(value, what);

  const root = object(json, 'it');
  if (root['profile-version'] !== 1) wrong(`its 'profile-version' is not 1`);
  const rows = count(root['rows'], 'rows');
  const columns = list(root['columns'], 'columns').map((entry, index): ColumnProfile => {
    const column = object(entry, `columns[${index}]`);
    const at = (key: string): string => `columns[${index}].${key}`;
    const name = text(column['name'], at('name'));
    const missing = list(column['missing'], at('missing')).map((token) => text(token, at('missing')));
    const nulls = count(column['nulls'], at('nulls'));
    const adds = (total: number): void => {
      if (total !== rows) wrong(`the counts of columns[${index}] add up to ${total} of ${rows} rows`);
    };
    if (column['kind'] === 'categorical') {
      const categories = list(column['categories'], at('categories')).map((each) => {
        const category = object(each, at('categories'));
        return { value: text(category['value'], at('value')), count: count(category['count'], at('count')) };
      });
      if (new Set(categories.map(({ value }) => value)).size !== categories.length) wrong(`${at('categories')} repeat`);
      const other = count(column['other'], at('other'));
      adds(categories.reduce((sum, category) => sum + category.count, nulls + other));
      return { name, kind: 'categorical', missing, nulls, categories, other };
    }
    const kind = column['kind'];
    if (kind !== 'numeric' && kind !== 'timestamp') return wrong(`${at('kind')} is unknown`);
    const edges = list(column['edges'], at('edges')).map((edge) => number(edge, at('edges')));
    if (edges.length > 255) wrong(`${at('edges')} are more than 255`);
    if (edges.some((edge, place) => place > 0 && edge <= edges[place - 1]!)) wrong(`${at('edges')} do not ascend`);
    const bins = list(column['bins'], at('bins')).map((bin) => count(bin, at('bins')));
    if (bins.length !== edges.length + 1) wrong(`${at('bins')} are not one more than the edges`);
    const nans = count(column['nans'], at('nans'));
    const invalid = count(column['invalid'], at('invalid'));
    adds(bins.reduce((sum, bin) => sum + bin, nulls + nans + invalid));
    return {
      name,
      kind,
      missing,
      nulls,
      nans,
      invalid,
      whole: typeof column['whole'] === 'boolean' ? column['whole'] : wrong(`${at('whole')} is neither true nor false`),
      edges,
      bins,
      minimum: optional(column['minimum'], at('minimum')),
      maximum: optional(column['maximum'], at('maximum')),
      mean: optional(column['mean'], at('mean')),
      variance: optional(column['variance'], at('variance')),
    };
  });
  if (new Set(columns.map(({ name }) => name)).size !== columns.length) wrong('a column is there twice');
  return {
    'profile-version': 1,
    digest: text(root['digest'], 'digest'),
    source: text(root['source'], 'source'),
    rows,
    columns,
  };
}
