/**
 * Containers of packages/serving in real engines: what they reach, and what is left of them (`apt-get install podman runc docker.io iproute2`).
 */
import { afterAll, beforeAll, expect } from '@jest/globals';
import { buildLayer, composeImage, dockerArchive, readLayout, writeLayout } from '@mlops-actions/oci';
import { findEngine, startEngineContainer, type Engine } from '@mlops-actions/serving';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { describeEngines, leftovers } from './engines.ts';
import { machineImage, server } from './machine-image.ts';

const execute = promisify(execFile);
const PLATFORM = { os: 'linux', architecture: 'amd64' };
/** What a server in the image is asked: whether it can connect. */
const CONNECTS = `
  return new Promise((resolve) => {
    const socket = connect({ ...instance, timeout: 2000 });
    socket.on('connect', () => resolve('reached')).on('timeout', () => resolve('no answer')).on('error', ({ code }) => resolve(code));
  });
`;

let folder: string;
const layout = (): string => path.join(folder, 'image');

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'engine-interop-'));
  await chmod(folder, 0o755); // For the test that is no root.
  const script = { path: '/app/server.mjs', from: { bytes: Buffer.from(server(CONNECTS)) } };
  const image = composeImage(await machineImage(), {
    layers: [await buildLayer([script], { kind: 'code', ownPrefix: '/app' })],
    entrypoint: ['node', '/app/server.mjs'],
    user: '65532',
  });
  await writeLayout(image, layout());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describeEngines((name, run, engine) => {
  const cli = async (...args: string[]): Promise<string> => (await execute(name, args, { env: process.env })).stdout;

  run('what a killed run leaves behind is taken away by its guard', async () => {
    const { child, line } = await startElsewhere(name, `console.log('healthy'); setInterval(() => {}, 1000);`);
    expect(line).toBe('healthy');
    expect(await leftovers(name)).toHaveLength(2);
    child.kill('SIGKILL');
    for (let tries = 0; (await leftovers(name)).length > 0; tries++) if (tries === 100) throw new Error('It stays.');
  });

  run('what is left without a guard goes with the next probe, and what another probe needs stays', async () => {
    const image = await readLayout(layout());
    const options = {
      engine: (await findEngine(name, PLATFORM)) as Engine,
      archive: (as: string) => dockerArchive(image, as),
      env: { AIP_HEALTH_ROUTE: '/health' },
      port: 8080,
    };
    const needed = await startEngineContainer(options);
    const [owner] = (await cli('ps', '--format', '{{.Names}}')).trim().split('\n');
    const [prefix, namespace, , start, random] = owner!.split('.');
    const dead = [prefix, namespace, '4194305', start, random].join('.'); // Above every PID of Linux.
    const deadImage = `localhost/mlops-actions-probe:${dead}`;
    await cli('tag', `localhost/mlops-actions-probe:${owner}`, deadImage);
    await cli('create', '--name', dead, '--label', `dev.mlops-actions.probe=${dead}`, deadImage);
    const next = await startEngineContainer(options);
    const names = (await cli('ps', '--all', '--format', '{{.Names}}')).trim().split('\n');
    expect(names).toHaveLength(2);
    expect(names).toContain(owner);
    for (const each of [needed, next]) {
      await each.stop(1000);
      await each.remove();
    }
  });

  if (name !== 'docker') return;
  run('to a member of the group docker the network is an internal one, out of which nothing leads', async () => {
    const outside = await startOutside(engine().pid);
    try {
      // That a container could reach it, in a network that is not internal.
      const image = 'localhost/control:1';
      const loading = spawn('docker', ['load'], { env: process.env, stdio: ['pipe', 'ignore', 'inherit'] });
      for await (const chunk of dockerArchive(await readLayout(layout()), image))
        if (!loading.stdin.write(chunk)) await once(loading.stdin, 'drain');
      loading.stdin.end();
      await once(loading, 'exit');
      await cli('network', 'create', 'control');
      const attempt = `require('net').connect(${JSON.stringify(outside.address)}).on('connect', () => { console.log('reached'); process.exit(); }).on('error', (e) => { console.log(e.code); process.exit(); })`;
      expect(await cli('run', '--rm', '--network', 'control', '--entrypoint', 'node', image, '--eval', attempt)).toBe(
        'reached\n',
      );
      await cli('network', 'rm', 'control');
      await cli('rmi', image);

      const { child, line } = await startElsewhere(
        name,
        `const { predictions } = await predict(container, { predictRoute: '/predict', instances: [${JSON.stringify(outside.address)}] });
         console.log(engine.network, predictions[0]);
         await container.stop();
         await container.remove();`,
        { inNetworkOf: engine().pid, asNobody: true },
      );
      if (child.exitCode === null) await once(child, 'exit');
      expect([line, child.exitCode]).toEqual([
        expect.stringMatching(/^internal (no answer|ENETUNREACH|EHOSTUNREACH|ECONNREFUSED)$/),
        0,
      ]);
    } finally {
      outside.close();
    }
  });
});

/** A process that starts a container, waits until it is healthy and then does what `script` says; and its first line. */
async function startElsewhere(
  name: string,
  script: string,
  { inNetworkOf, asNobody = false }: { inNetworkOf?: number; asNobody?: boolean } = {},
): Promise<{ child: ChildProcess; line: string }> {
  const [serving, oci] = ['serving', 'oci'].map((each) =>
    JSON.stringify(new URL(`../../packages/${each}/src/index.ts`, import.meta.url).href),
  );
  const whole = `
    import { findEngine, predict, startEngineContainer, waitUntilHealthy } from ${serving};
    import { dockerArchive, readLayout } from ${oci};
    const image = await readLayout(${JSON.stringify(layout())});
    ${asNobody ? 'process.setgroups([]); process.setgid(65534); process.setuid(65534);' : ''}
    const engine = await findEngine(${JSON.stringify(name)}, ${JSON.stringify(PLATFORM)});
    if (typeof engine === 'string') throw new Error(engine);
    const container = await startEngineContainer({
      engine, archive: (name) => dockerArchive(image, name), env: { AIP_HEALTH_ROUTE: '/health' }, port: 8080,
    });
    await waitUntilHealthy(container, { healthRoute: '/health', timeout: 20_000 });
    ${script}
  `;
  const entering = inNetworkOf === undefined ? [] : ['nsenter', '--net', '--target', String(inNetworkOf)];
  const [program, ...args] = [...entering, process.execPath, '--input-type=module', '--eval', whole];
  const child = spawn(program, args, { env: process.env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    once(child, 'exit').then(() => ['it ended']),
  ])) as [string];
  return { child, line };
}

/** A server on another machine, as it were: in a network namespace behind that of a process. */
async function startOutside(pid: number): Promise<{ address: { host: string; port: number }; close(): void }> {
  const address = { host: '10.99.0.2', port: 7777 };
  const listen = `process.on('message', () => require('net').createServer((socket) => socket.end()).listen(${address.port}, () => process.send('listens'))); process.send('here');`;
  const machine = spawn('unshare', ['--net', process.execPath, '--eval', listen], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await once(machine, 'message');
  const within = (of: number, ...words: string[]): Promise<unknown> =>
    execute('nsenter', ['--net', '--target', String(of), 'ip', ...words]);
  await within(pid, 'link', 'add', 'uplink', 'type', 'veth', 'peer', 'name', 'outside', 'netns', String(machine.pid));
  await within(pid, 'address', 'add', '10.99.0.1/24', 'dev', 'uplink');
  await within(pid, 'link', 'set', 'uplink', 'up');
  await within(machine.pid!, 'address', 'add', `${address.host}/24`, 'dev', 'outside');
  await within(machine.pid!, 'link', 'set', 'outside', 'up');
  await within(machine.pid!, 'route', 'add', 'default', 'via', '10.99.0.1');
  machine.send('listen');
  await once(machine, 'message');
  return { address, close: () => machine.kill() };
}
