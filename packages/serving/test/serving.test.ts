import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  predict,
  startContainer,
  vertexEnvironment,
  waitUntilHealthy,
  type ContainerOptions,
  type ServingContainer,
} from '../src/index.ts';
import { localCommand } from '../src/command.ts';
import { resolveInRootfs } from '../src/rootfs.ts';

const folders: string[] = [];
const containers: ServingContainer[] = [];

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'serving-'));
  folders.push(folder);
  return folder;
}

afterEach(async () => {
  await Promise.all(containers.splice(0).map((container) => container.stop(100)));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

/** A rootfs that holds one server, whose handler is `body` (with `req`, `res`, `input` in scope). */
async function rootfsWith(script: string): Promise<string> {
  const rootfs = await temporaryFolder();
  await mkdir(path.join(rootfs, 'app'));
  await writeFile(path.join(rootfs, 'app/server.mjs'), script);
  return rootfs;
}

const server = (handler: string): string => `
  import http from 'node:http';
  http.createServer(async (req, res) => {
    let input = '';
    for await (const chunk of req) input += chunk;
    if (req.url === process.env.AIP_HEALTH_ROUTE) return res.end('ok');
    ${handler}
  }).listen(Number(process.env.AIP_HTTP_PORT), '127.0.0.1', () => console.log('ready'));
`;

async function start(script: string, options: Partial<ContainerOptions> = {}): Promise<ServingContainer> {
  const container = await startContainer({
    rootfs: await rootfsWith(script),
    config: { config: { Entrypoint: ['node', '/app/server.mjs'], Env: ['FROM_IMAGE=yes'], WorkingDir: '/app' } },
    env: vertexEnvironment({ healthRoute: '/health', predictRoute: '/predict' }),
    ...options,
  });
  containers.push(container);
  return container;
}

const healthy = (container: ServingContainer, timeout = 20_000): Promise<void> =>
  waitUntilHealthy(container, { healthRoute: '/health', timeout, interval: 20 });

const ask = (container: ServingContainer, instances: number[] = [1, 2]): Promise<unknown> =>
  predict(container, { predictRoute: '/predict', instances, parameters: { add: 1 }, timeout: 5000, maxBytes: 10_000 });

const ECHO = server(`
  const { instances, parameters } = JSON.parse(input);
  res.end(JSON.stringify({ predictions: instances.map((x) => x + parameters.add) }));
`);

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries++) {
    if (tries === 2000) throw new Error('It never came true.');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('a container that keeps the contract', () => {
  test('becomes healthy, predicts, and stops', async () => {
    const logFile = path.join(await temporaryFolder(), 'log');
    const container = await start(ECHO, { logFile });
    await healthy(container);
    expect(await ask(container)).toEqual({ predictions: [2, 3] });
    expect(container.exit).toBeUndefined();
    await container.stop();
    await container.stop();
    expect(await container.exited).toEqual({ signal: 'SIGTERM' });
    expect(container.logTail()).toBe('ready');
    expect(await readFile(logFile, 'utf8')).toBe('ready\n');
  });

  test('sees its own environment and nothing of the host but the PATH', async () => {
    process.env['HOST_SECRET'] = 'secret';
    try {
      const container = await start(server(`res.end(JSON.stringify({ predictions: [process.env, process.cwd()] }))`));
      await healthy(container);
      const { predictions } = (await ask(container)) as { predictions: [Record<string, string>, string] };
      const { PATH, ...environment } = predictions[0];
      expect(environment).toEqual({
        FROM_IMAGE: 'yes',
        AIP_HTTP_PORT: String(container.port),
        AIP_HEALTH_ROUTE: '/health',
        AIP_PREDICT_ROUTE: '/predict',
        AIP_STORAGE_URI: '',
        AIP_MODE: 'PREDICTION',
        AIP_MODE_VERSION: '1.0.0',
        AIP_FRAMEWORK: 'CUSTOM_CONTAINER',
      });
      expect(PATH).toContain(process.env['PATH']!);
      expect(predictions[1]).toMatch(/app$/);
    } finally {
      delete process.env['HOST_SECRET'];
    }
  });
});

describe('a container that breaks the contract', () => {
  test('exits early: exit code and the end of its log', async () => {
    const container = await start(`console.error('no model file'); process.exit(3);`);
    await expect(healthy(container)).rejects.toMatchObject({
      failure: 'exited',
      message: 'Model server exited unexpectedly (exit code 3).',
      logTail: 'no model file',
    });
    await expect(ask(container)).rejects.toMatchObject({ failure: 'exited' });
  });

  test('ignores AIP_HTTP_PORT', async () => {
    const container = await start(`setInterval(() => {}, 1000);`);
    await expect(healthy(container, 300)).rejects.toMatchObject({
      failure: 'not-listening',
      message: `Model server never became ready within 0.3 s: nothing listens on port ${container.port}, which it was given by AIP_HTTP_PORT.`,
      fix: expect.stringContaining('AIP_HTTP_PORT') as unknown,
    });
  });

  test('has no health route', async () => {
    const container = await start(ECHO, { env: { AIP_HEALTH_ROUTE: '/elsewhere' } });
    await waitUntilHealthy(container, { healthRoute: '/elsewhere', timeout: 20_000 });
    const other = await start(
      ECHO.replace('let input', `if (req.url === '/health') { res.statusCode = 404; return res.end(); } let input`),
      { env: {} },
    );
    await expect(healthy(other, 2000)).rejects.toMatchObject({
      failure: 'unhealthy',
      message: "Model server never became ready within 2 s: the server listens but has no route '/health' (404).",
    });
  });

  test.each([
    ['no predict route', `res.statusCode = 404; res.end()`, 'no-predict-route', /no predict route '\/predict' \(404\)/],
    ['an error', `res.statusCode = 503; res.end('boom')`, 'predict-status', /answered 503: boom/],
    ['HTML', `res.end('<html>')`, 'bad-predictions', /not JSON: <html>/],
    ['a bare list', `res.end('[1,2]')`, 'bad-predictions', /must answer \{"predictions": \[...\]\}, not \[1,2\]/],
    ['too few', `res.end('{"predictions":[1]}')`, 'wrong-length', /1 predictions for 2 instances/],
    ['too much', `res.end('x'.repeat(20000))`, 'too-large', /larger than 10000 bytes/],
    ['a broken answer', `res.write('{'); setImmediate(() => res.destroy())`, 'disconnected', /broke off its answer/],
    ['a crash', `console.error('bad'); process.exit(1)`, 'exited', /exited unexpectedly \(exit code 1\)/],
  ])('answers a prediction with %s', async (_, handler, failure, message) => {
    const container = await start(server(handler));
    await healthy(container);
    await expect(ask(container)).rejects.toMatchObject({ failure, message: expect.stringMatching(message) as unknown });
  });

  test('does not answer in time', async () => {
    const container = await start(server(`void res;`));
    await healthy(container);
    await expect(predict(container, { predictRoute: '/p', instances: [1], timeout: 50 })).rejects.toMatchObject({
      failure: 'timeout',
      message: 'The model server did not answer POST /p within 0.05 s.',
    });
  });

  test('cannot be started', async () => {
    const rootfs = await rootfsWith('');
    const attempt = (config: object): Promise<unknown> => startContainer({ rootfs, config: { config }, env: {} });
    await expect(attempt({ Entrypoint: null })).rejects.toThrow('neither an entrypoint nor a command');
    await expect(attempt({ Cmd: ['no-such-program'] })).rejects.toThrow("'no-such-program' is neither in the image");
    await expect(attempt({ Cmd: ['/app/server.mjs'] })).rejects.toThrow('could not be started');
    await expect(attempt({ Cmd: ['node'], WorkingDir: '/none' })).rejects.toThrow("directory '/none' is not in the");
  });
});

describe('stopping', () => {
  test('kills a group that ignores SIGTERM', async () => {
    const container = await start(`
      import { spawn } from 'node:child_process';
      process.on('SIGTERM', () => {});
      const child = spawn(process.execPath, ['-e', "process.on('SIGTERM',()=>{}); setInterval(()=>{},1000); console.log('child', process.pid)"], { stdio: 'inherit' });
      setInterval(() => {}, 1000);
    `);
    await until(() => container.logTail().includes('child'));
    const child = Number(/child (\d+)/.exec(container.logTail())![1]);
    await container.stop(50);
    expect(await container.exited).toEqual({ signal: 'SIGKILL' });
    await until(() => !isRunning(child));
  });

  test('a container dies with the process that started it, even if that one is killed', async () => {
    const rootfs = await rootfsWith(`setInterval(() => {}, 1000);`);
    const script = `
      import { startContainer } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)};
      const container = await startContainer({ rootfs: ${JSON.stringify(rootfs)}, config: { config: { Cmd: ['node', '/app/server.mjs'] } }, env: {} });
      console.log(container.pid);
      setInterval(() => {}, 1000);
    `;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(isRunning(pid)).toBe(true);
    parent.kill('SIGKILL');
    await until(() => !isRunning(pid));
  });
});

describe('mapping a command into the image', () => {
  test('paths, PATH, overrides and expansion', async () => {
    const rootfs = await rootfsWith('');
    await mkdir(path.join(rootfs, 'usr/bin'), { recursive: true });
    await writeFile(path.join(rootfs, 'usr/bin/serve'), '', { mode: 0o755 });
    const config = {
      config: { Entrypoint: ['serve', '/app/server.mjs'], Cmd: ['--a', '/not/there'], Env: ['PATH=/usr/bin', 'A=1=2'] },
    };
    const base = await localCommand({ rootfs, config, env: {} });
    expect(base).toMatchObject({
      file: path.join(rootfs, 'usr/bin/serve'),
      args: [path.join(rootfs, 'app/server.mjs'), '--a', '/not/there'],
      cwd: rootfs,
      env: { A: '1=2', PATH: `${path.join(rootfs, 'usr/bin')}:${process.env['PATH']!}` },
    });
    const args = await localCommand({ rootfs, config, args: ['$(A)', '$$(A)', '$(B)'], env: {} });
    expect(args.args).toEqual([path.join(rootfs, 'app/server.mjs'), '1=2', '$(A)', '$(B)']);
    const command = await localCommand({ rootfs, config, command: ['node'], env: {} });
    expect(command.args).toEqual([]);
    expect(path.basename(command.file)).toBe('node');
  });

  test('links lead where the container would see them', async () => {
    const rootfs = await rootfsWith('');
    await symlink('/app', path.join(rootfs, 'absolute'));
    await symlink('../../../../etc', path.join(rootfs, 'app/escape'));
    await symlink('loop', path.join(rootfs, 'loop'));
    expect(await resolveInRootfs(rootfs, '/absolute/server.mjs')).toBe(path.join(rootfs, 'app/server.mjs'));
    expect(await resolveInRootfs(rootfs, '/absolute/escape/passwd')).toBe(path.join(rootfs, 'etc/passwd'));
    await expect(resolveInRootfs(rootfs, '/loop')).rejects.toThrow('more than 40 symbolic links');
  });

  test('no path leaves the rootfs', async () => {
    const rootfs = await rootfsWith('');
    const segment = fc.constantFrom('..', '.', '', 'app', 'x', '/', '../..');
    await fc.assert(
      fc.asyncProperty(fc.array(segment), async (segments) => {
        const resolved = await resolveInRootfs(rootfs, segments.join('/'));
        expect(resolved === rootfs || resolved.startsWith(`${rootfs}${path.sep}`)).toBe(true);
      }),
    );
  });
});
