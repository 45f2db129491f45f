import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from '@jest/globals';
import { inputReader, UserError, type ActionResult } from '@mlops-actions/action-kit';
import { action } from '../src/index.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

/** A folder that is gone after the tests of the file. */
export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'validate-data-'));
  folders.push(folder);
  return folder;
}

/** Writes files under a new folder; objects are written as JSON, which is YAML. */
export async function folderOf(files: Readonly<Record<string, string | Uint8Array | object>>): Promise<string> {
  const folder = await newFolder();
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    const isText = typeof content === 'string' || content instanceof Uint8Array;
    await writeFile(file, isText ? content : JSON.stringify(content));
  }
  return folder;
}

export const contract = (
  properties: readonly Record<string, unknown>[],
  quality: readonly Record<string, unknown>[] = [],
  parts: Record<string, unknown> = {},
): Record<string, unknown> => ({
  apiVersion: 'v3.1.0',
  kind: 'DataContract',
  id: 'orders',
  version: '1.0.0',
  status: 'active',
  schema: [{ name: 'orders', properties, quality }],
  ...parts,
});

/** Runs the action as it would run with these inputs; paths are as they are given. */
export function run(inputs: Readonly<Record<string, string>>): Promise<ActionResult> {
  const given: Record<string, string> = { 'evidence-dir': path.join(tmpdir(), 'never-written'), ...inputs };
  const read = action.readInputs(inputReader((name) => given[name] ?? ''));
  return action.run(read, {
    repository: 'acme/shop',
    commit: 'c0ffee',
    ref: 'refs/heads/main',
    runId: '1',
    runAttempt: '1',
    runUrl: '',
    workflow: '',
    actor: 'ada',
  });
}

/** What a user is told of a mistake. */
export async function complaint(inputs: Readonly<Record<string, string>>): Promise<string> {
  try {
    await run(inputs);
  } catch (error) {
    if (error instanceof UserError) return error.explanation;
    throw error;
  }
  throw new Error('There was no complaint.');
}

export interface RuleReport {
  id: string;
  outcome: string;
  observed: string;
  reason?: string;
  failedRows?: number;
  checkedRows?: number;
  evidence?: { place: string; key?: string }[];
}

/** Outcomes of a run's rules by their ids. */
export const outcomes = ({ report }: ActionResult): Record<string, string> =>
  Object.fromEntries((report['rules'] as RuleReport[]).map(({ id, outcome }) => [id, outcome]));

export const ruleOf = ({ report }: ActionResult, id: string): RuleReport =>
  (report['rules'] as RuleReport[]).find((rule) => rule.id === id)!;

export const readLines = async (file: string): Promise<unknown[]> =>
  (await readFile(file, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
