import { glob, stat } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, UserError } from '@mlops-actions/action-kit';
import type { TextEncoding } from './files.ts';

/** Files that are one table. */
export interface Source {
  /** As the user gave it. */
  readonly description: string;
  readonly files: readonly SourceFile[];
  /** Of text files that do not say it by a byte order mark; UTF-8 if it is left out. */
  readonly encoding?: TextEncoding;
}

export interface SourceFile {
  readonly path: string;
  /** Columns that the path says, as Hive has it: `date=2026-01-01/part-0.parquet`. */
  readonly partition: ReadonlyMap<string, string>;
  readonly bytes: number;
}

const TABLE_NAME = /\.(csv|tsv|ndjson|jsonl|parquet)(\.gz)?$/i;
const GLOB = /[*?[\]{}]/;

/**
 * Finds the files of a table: files, folders (all tables in them, at any depth) and globs (`data/*.parquet`), in the order of their names. Names
 * that begin with `.` or `_` are no data (`_SUCCESS`). All of them are of one format.
 *
 * @throws UserError if there is no file, or if files disagree about their format or their partitions
 */
export async function resolveSource(
  data: readonly string[],
  options: { cwd?: string; encoding?: TextEncoding } = {},
): Promise<Source> {
  const cwd = path.resolve(options.cwd ?? '.');
  const description = data.join(', ');
  const files = new Map<string, SourceFile>();
  for (const pattern of data) {
    const found = await findFiles(pattern, cwd);
    if (found.length === 0) {
      throw new UserError(`There is no data at '${pattern}'.`, {
        fix: 'Give files, folders or globs of CSV, NDJSON or Parquet; paths are relative to the working directory.',
      });
    }
    for (const file of found) files.set(path.resolve(cwd, file.path), file);
  }
  if (files.size === 0) throw new UserError('No data was given.', { fix: 'Give files, folders or globs.' });
  const all = [...files.values()];
  const [first] = all as [SourceFile];
  for (const file of all) {
    if (formatOf(file.path) !== formatOf(first.path)) {
      throw new UserError(`'${first.path}' and '${file.path}' are not of the same format.`, {
        fix: 'Give a glob that takes only the files of one table.',
      });
    }
    if ([...file.partition.keys()].join('/') !== [...first.partition.keys()].join('/')) {
      throw new UserError(`'${first.path}' and '${file.path}' have different partition folders.`);
    }
  }
  return { description, files: all, ...(options.encoding !== undefined && { encoding: options.encoding }) };
}

const formatOf = (file: string): string => TABLE_NAME.exec(file)?.[1]?.toLowerCase() ?? '';

async function findFiles(pattern: string, cwd: string): Promise<SourceFile[]> {
  if (pattern === '') return [];
  const place = path.resolve(cwd, pattern);
  const facts = await statOf(place);
  // A file may well have brackets in its name.
  if (facts?.isFile() === true) return [sourceFile(place, pattern, cwd, facts.size)];
  if (facts === undefined && !GLOB.test(pattern)) return [];
  const matches: string[] = [];
  const within = facts?.isDirectory() === true ? { pattern: '**/*', cwd: place } : { pattern, cwd };
  for await (const match of glob(within.pattern, { cwd: within.cwd })) {
    matches.push(path.relative(cwd, path.resolve(within.cwd, match)));
  }
  const root = facts?.isDirectory() === true ? path.relative(cwd, place) : '';
  const files: SourceFile[] = [];
  for (const match of matches.sort(byCodePoints)) {
    const hidden = path
      .relative(root, match)
      .split(path.sep)
      .some((part) => /^[._](?!\.?$)/.test(part) && !part.includes('='));
    if (hidden || (facts !== undefined && !TABLE_NAME.test(match))) continue;
    const found = await statOf(path.resolve(cwd, match));
    if (found?.isFile() === true) files.push(sourceFile(path.resolve(cwd, match), match, cwd, found.size));
  }
  return files;
}

const byCodePoints = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

async function statOf(file: string): Promise<Awaited<ReturnType<typeof stat>> | undefined> {
  try {
    return await stat(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return undefined;
    throw new UserError(`'${file}' cannot be read: ${messageOf(error)}.`, { cause: error });
  }
}

function sourceFile(place: string, shown: string, cwd: string, bytes: number | bigint): SourceFile {
  const partition = new Map<string, string>();
  for (const part of path.relative(cwd, place).split(path.sep).slice(0, -1)) {
    const [, name, value] = /^([^=]+)=(.*)$/.exec(part) ?? [];
    if (name !== undefined) partition.set(unescaped(name), unescaped(value!));
  }
  return { path: path.isAbsolute(shown) ? shown : path.relative('.', place) || shown, partition, bytes: Number(bytes) };
}

/** Hive writes what a folder cannot be called by percent signs, and no value by a name of its own. */
function unescaped(text: string): string {
  if (text === '__HIVE_DEFAULT_PARTITION__') return '';
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
