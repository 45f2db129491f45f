import { readFile, stat } from 'node:fs/promises';
import { digestFile, messageOf, subjectOf, UserError } from '@mlops-actions/action-kit';
import { parseCounts } from '@mlops-actions/tabular/counts-file';
import type { DataAccess } from './access.ts';

const SIZE_LIMIT = 64 * 1024 * 1024;

/** Opens counts that another engine has made. */
export async function openCounts(file: string): Promise<DataAccess> {
  const json = await readJson(file);
  return {
    description: file,
    columns: undefined,
    subject: subjectOf(file, await digestFile(file)),
    count: async (definition) => ({
      counts: parseCounts(json, definition, file),
      evidence: new Map(),

      cost: undefined,
    }),
    quarantine: undefined,
    profile: undefined,
    query: undefined,
    close: () => Promise.resolve(),
  };
}

/** Reads a JSON file from outside. */
export async function readJson(file: string): Promise<unknown> {
  try {
    const facts = await stat(file);
    if (!facts.isFile()) throw new UserError(`'${file}' is no file.`);
    if (facts.size > SIZE_LIMIT) throw new UserError(`'${file}' is larger than 64 MiB.`);
    return JSON.parse(await readFile(file, 'utf8')) as unknown;
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`'${file}' cannot be read as JSON: ${messageOf(error)}.`, { cause: error });
  }
}
