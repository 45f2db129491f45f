import { UserError } from '@mlops-actions/action-kit';
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Installed, Plan } from './plan.ts';

/** Where GitHub looks for an organisation's starters. */
const FOLDER = 'workflow-templates';
/** What this command wrote there. */
const RECORD = '.mlops-actions.json';

/** The starters of this project, by file name. */
export async function readStarters(source: string): Promise<{ packageVersion: string; starters: Map<string, string> }> {
  const { version } = JSON.parse(await readFile(path.join(source, 'package.json'), 'utf8')) as { version: string };
  return { packageVersion: version, starters: await readFolder(path.join(source, 'workflows-templates')) };
}

export async function readInstalled(target: string): Promise<Installed> {
  const files = await readFolder(path.join(target, FOLDER)).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map<string, string>();
    throw error;
  });
  return { files, written: readRecord(files.get(RECORD)) };
}

function readRecord(text: string | undefined): Map<string, string> {
  if (text === undefined) return new Map();
  try {
    const { written } = JSON.parse(text) as { written: Record<string, string> };
    return new Map(Object.entries(written).filter(([name]) => name === path.basename(name)));
  } catch (cause) {
    throw new UserError(`${FOLDER}/${RECORD} cannot be read.`, {
      fix: 'Restore it from git, or remove it and use --force.',
      cause,
    });
  }
}

export async function writeChanges(target: string, { changes, written }: Plan): Promise<void> {
  const folder = path.join(target, FOLDER);
  await mkdir(folder, { recursive: true });
  for (const { kind, name, after } of changes) {
    if (kind === 'remove') await rm(path.join(folder, name));
    else await writeFile(path.join(folder, name), after);
  }
  const record = {
    comment: 'Written by mlops-actions: npm run install-templates.',
    written: Object.fromEntries(written),
  };
  await writeFile(path.join(folder, RECORD), `${JSON.stringify(record, null, 2)}\n`);
}

/** The commit that a folder is at; undefined if git does not know. */
export async function gitHead(folder: string): Promise<string | undefined> {
  const { stdout } = await promisify(execFile)('git', ['-C', folder, 'rev-parse', 'HEAD']).catch(() => ({
    stdout: '',
  }));
  return stdout.trim() || undefined;
}

async function readFolder(folder: string): Promise<Map<string, string>> {
  const names = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
  const contents = names.sort().map(async (name) => [name, await readFile(path.join(folder, name), 'utf8')] as const);
  return new Map(await Promise.all(contents));
}
