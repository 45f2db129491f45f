import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';

const root = path.resolve(import.meta.dirname, '../..');

export interface Outcome {
  status: number | null;
  log: string;
  output: string;
  summary: string;
}

/**
 * Starts a committed bundle as the runner does, in an empty folder or the given one, with the defaults of its action.yml and the given inputs.
 */
export function startBundle(
  name: string,
  inputs: Record<string, string>,
  env: Record<string, string> = {},
  folder = mkdtempSync(path.join(tmpdir(), 'bundle-')),
): Outcome {
  const { script, options } = prepareBundle(name, inputs, env, folder);
  const child = spawnSync(process.execPath, [script], { ...options, encoding: 'utf8' });
  return {
    status: child.status,
    log: child.stdout + child.stderr,
    output: readFileSync(path.join(folder, 'output'), 'utf8'),
    summary: readFileSync(path.join(folder, 'summary'), 'utf8'),
  };
}

/** The same without waiting: for bundles that talk to a server in this process, or that are killed. */
export function spawnBundle(
  name: string,
  inputs: Record<string, string>,
  env: Record<string, string>,
  folder: string,
): { child: ChildProcess; ended: Promise<Pick<Outcome, 'status' | 'log'>> } {
  const { script, options } = prepareBundle(name, inputs, env, folder);
  const child = spawn(process.execPath, [script], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (log += text.toString()));
  return { child, ended: once(child, 'close').then(([status]) => ({ status: status as number | null, log })) };
}

function prepareBundle(
  name: string,
  inputs: Record<string, string>,
  env: Record<string, string>,
  folder: string,
): { script: string; options: { cwd: string; env: NodeJS.ProcessEnv } } {
  const action = parse(readFileSync(path.join(root, 'actions', name, 'action.yml'), 'utf8')) as {
    inputs: Record<string, { default?: string }>;
  };
  const given = {
    ...Object.fromEntries(Object.entries(action.inputs).map(([key, { default: value }]) => [key, value ?? ''])),
    ...inputs,
  };
  for (const file of ['output', 'summary']) writeFileSync(path.join(folder, file), '');
  return {
    script: path.join(root, 'dist', `${name}.js`),
    options: {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        GITHUB_OUTPUT: path.join(folder, 'output'),
        GITHUB_STEP_SUMMARY: path.join(folder, 'summary'),
        ...Object.fromEntries(Object.entries(given).map(([key, value]) => [`INPUT_${key.toUpperCase()}`, value])),
        ...env,
      },
    },
  };
}
