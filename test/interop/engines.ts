import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ENGINES, type EngineName } from '@mlops-actions/serving';
import { foreignTool, INSTALLED } from './tools.ts';

const execute = promisify(execFile);

/** An engine that tests have to themselves. */
export interface TestEngine {
  name: EngineName;
  /** What points its client to it. */
  env: Record<string, string>;
  /** The process whose network namespace has its bridges. */
  pid: number;
  close(): Promise<void>;
}

/** A test, or one that is skipped where its engine does not run. */
type Run = (title: string, body: () => Promise<void>) => void;

/** Tests in each engine, which must be empty after every one of them. */
export function describeEngines(body: (name: EngineName, run: Run, engine: () => TestEngine) => void): void {
  describe.each(ENGINES)('in %s', (name) => {
    const runs = canRun(name);
    const before = { ...process.env };
    let folder: string;
    let engine: TestEngine;
    if (runs) {
      beforeAll(async () => {
        folder = await mkdtemp(path.join(tmpdir(), `${name}-interop-`));
        engine = await startEngine(name, folder);
      }, 120_000);
      afterAll(async () => {
        await engine.close();
        await rm(folder, { recursive: true, force: true });
      });
      beforeEach(() => {
        Object.assign(process.env, engine.env);
      });
      afterEach(async () => {
        expect(await leftovers(name)).toEqual([]);
        process.env = { ...before };
      });
    }
    body(name, runs ? test : test.skip, () => engine);
  });
}

/** Whether an engine can run; says so on the console where they cannot. */
function canRun(name: EngineName): boolean {
  const tools = name === 'docker' ? ['docker', 'dockerd', 'containerd', 'runc', 'unshare', 'ip'] : ['podman'];
  if (!tools.every((tool) => foreignTool(tool) !== undefined)) return false;
  if (process.getuid?.() === 0) return true;
  console.warn(`An engine of the tests' own needs root: the tests of the probe in ${name} do not run.`);
  return false;
}

/** Ids of all that is in an engine, save the networks that it has from the start. */
export async function leftovers(name: EngineName): Promise<string[]> {
  const lists = [
    ['ps', '--all', '--quiet'],
    ['images', '--quiet'],
    ['network', 'ls', '--quiet', '--filter', 'label=dev.mlops-actions.probe'],
  ].map(async (args) => (await execute(name, args, { env: process.env })).stdout.split('\n'));
  return (await Promise.all(lists)).flat().filter((line) => line !== '');
}

/** Starts an engine whose images, containers and settings lie in a folder. */
async function startEngine(name: EngineName, folder: string): Promise<TestEngine> {
  await chmod(folder, 0o755);
  return name === 'docker' ? startDocker(folder) : preparePodman(folder);
}

/** Podman has no daemon. On machines like CI's it must not raise limits (no CAP_SYS_RESOURCE), and crun knows no mixed cgroups. */
async function preparePodman(folder: string): Promise<TestEngine> {
  const containers = path.join(folder, 'containers.conf');
  const storage = path.join(folder, 'storage.conf');
  const runtime = foreignTool('runc') === undefined ? '' : '[engine]\nruntime = "runc"\n';
  await writeFile(containers, `[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n${runtime}`);
  await writeFile(
    storage,
    `[storage]\ndriver = "overlay"\ngraphroot = "${folder}/images"\nrunroot = "${folder}/containers"\n`,
  );
  return {
    name: 'podman',
    env: { CONTAINERS_CONF: containers, CONTAINERS_STORAGE_CONF: storage },
    pid: process.pid,
    close: async () => undefined,
  };
}

/** Docker's daemon, in a network namespace of its own so that it leaves the machine's network alone. */
async function startDocker(folder: string): Promise<TestEngine> {
  const logFile = path.join(folder, 'dockerd.log');
  const socket = path.join(folder, 'docker.sock');
  const options = {
    host: `unix://${socket}`,
    'data-root': path.join(folder, 'data'),
    'exec-root': path.join(folder, 'exec'),
    pidfile: path.join(folder, 'pid'),
    bridge: 'none',
  };
  const env = { PATH: `${process.env['PATH']}:${INSTALLED}`, DOCKER_HOST: options.host };
  const words = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  const daemon = spawn('unshare', ['--net', 'dockerd', ...words], {
    env,
    stdio: ['ignore', openSync(logFile, 'w'), openSync(logFile, 'a')],
  });
  const ended = once(daemon, 'exit');
  for (let tries = 0; !existsSync(options.pidfile) || !existsSync(socket); tries++) {
    if (daemon.exitCode !== null || tries === 600)
      throw new Error(`dockerd does not start: ${readFileSync(logFile, 'utf8')}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await chmod(socket, 0o666);
  return {
    name: 'docker',
    env,
    pid: daemon.pid!,
    async close() {
      daemon.kill();
      await ended;
    },
  };
}
