/**
 * The probe of build-image in real engines: podman, and a Docker daemon of the tests' own (`apt-get install podman runc docker.io`).
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { inputReader, runContext, type ActionResult } from '@mlops-actions/action-kit';
import {
  buildLayer,
  composeImage,
  dockerArchive,
  parseReference,
  pushImage,
  readLayout,
  RegistryClient,
  writeLayout,
  type LayerEntry,
} from '@mlops-actions/oci';
import { startRegistry, type Registry } from '@mlops-actions/oci/registry';
import { ENGINES, findEngine, startEngineContainer, type Engine } from '@mlops-actions/serving';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { action } from '../../actions/build-image/src/index.ts';
import { buildBaseImage } from '../../examples/credit-risk/serving/base-image.ts';
import { canRun, startEngine, type TestEngine } from './engines.ts';

const execute = promisify(execFile);
const REPOSITORY = path.resolve(import.meta.dirname, '../..');
const EXAMPLE = path.join(REPOSITORY, 'examples/credit-risk');
const PLATFORM = { os: 'linux', architecture: 'amd64' };
const USER = '65532';

let folder: string;
let registry: Registry;
let baseLayout: string;
const place = (...names: string[]): string => path.join(folder, ...names);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'probe-interop-'));
  await chmod(folder, 0o755); // For the test that is no root.
  registry = await startRegistry();
  baseLayout = place('base');
  await writeLayout(await machineImage(), baseLayout, ['node']);
});
afterAll(async () => {
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

/** An image of this machine's Node and the libraries that it needs, in place of a distribution's. */
async function machineImage(): Promise<ReturnType<typeof composeImage>> {
  const { stdout } = await execute('ldd', [process.execPath]);
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, file]): LayerEntry => ({
    path: file!,
    from: { file: file! },
    executable: true,
  }));
  const node: LayerEntry = { path: '/usr/local/bin/node', from: { file: process.execPath }, executable: true };
  // Docker before 23 lets only root into folders that no layer names.
  const folders = ['/opt/ml/model', '/opt/ml/serving/node_modules/onnxruntime-web/dist', '/app'].map(
    (each): LayerEntry => ({ path: `${each}/.folder`, from: { bytes: Buffer.alloc(0) } }),
  );
  const all = [node, ...libraries, ...folders];
  const roots = [...new Set(all.map((entry) => entry.path.split('/')[1]!))];
  return composeImage(undefined, {
    layers: await Promise.all(
      roots.map((root) =>
        buildLayer(
          all.filter((entry) => entry.path.startsWith(`/${root}/`)),
          { kind: root, ownPrefix: `/${root}` },
        ),
      ),
    ),
    env: { PATH: '/usr/local/bin' },
  });
}

async function build(inputs: Record<string, string>): Promise<ActionResult> {
  const given = {
    'evidence-dir': place('evidence'),
    probe: 'true',
    output: place('out', crypto.randomUUID()),
    ...inputs,
  };
  return action.run(
    action.readInputs(inputReader((name) => (given as Record<string, string>)[name] ?? '')),
    runContext({}),
  );
}

/** Inputs for an image of a server script, over this machine's Node. */
async function serverImage(name: string, script: string, golden: string): Promise<Record<string, string>> {
  await mkdir(place(name), { recursive: true });
  await writeFile(place(name, 'model.txt'), 'a model');
  await writeFile(place(name, 'server.mjs'), script);
  await writeFile(place(name, 'golden.jsonl'), golden);
  return {
    'model-path': place(name, 'model.txt'),
    'base-image': `oci:${baseLayout}:node`,
    files: `${place(name, 'server.mjs')} => /app/server.mjs`,
    entrypoint: 'node /app/server.mjs',
    user: USER,
    'golden-path': place(name, 'golden.jsonl'),
  };
}

/** A server whose predictions are what `answer` gives. */
const server = (answer: string, host = '0.0.0.0'): string => `
  import { createServer, connect } from 'node:net';
  import http from 'node:http';
  import { readFileSync, writeFileSync } from 'node:fs';
  import { networkInterfaces } from 'node:os';
  process.on('SIGTERM', () => process.exit());
  http.createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request)).toString();
    if (request.url === process.env.AIP_HEALTH_ROUTE) return response.end('{}');
    try {
      const { instances } = JSON.parse(body);
      const predictions = [];
      for (const instance of instances) predictions.push(await (async () => { ${answer} })());
      response.end(JSON.stringify({ predictions }));
    } catch (error) {
      response.writeHead(400).end(JSON.stringify({ error: error.message }));
    }
  }).listen(Number(process.env.AIP_HTTP_PORT), '${host}');
`;

describe.each(ENGINES)('in %s', (name) => {
  const run = canRun(name) ? test : test.skip;
  const before = { ...process.env };
  let engine: TestEngine | undefined;
  beforeAll(async () => {
    if (canRun(name)) engine = await startEngine(name, place(name));
  }, 120_000);
  afterAll(() => engine?.close());
  beforeEach(() => {
    Object.assign(process.env, engine?.env);
  });
  afterEach(async () => {
    if (engine !== undefined) expect(await leftovers()).toEqual([]);
    process.env = { ...before };
  });

  const cli = async (...args: string[]): Promise<string> => (await execute(name, args, { env: process.env })).stdout;
  const leftovers = async (): Promise<string[]> => {
    const lists = await Promise.all([
      cli('ps', '--all', '--quiet'),
      cli('images', '--quiet'),
      cli('network', 'ls', '--quiet', '--filter', 'label=dev.mlops-actions.probe'),
    ]);
    return lists.flatMap((list) => list.split('\n')).filter((line) => line !== '');
  };

  run('the example serves as in Python, without a network, as its own user', async () => {
    await pushImage(
      new RegistryClient(),
      await readLayout(baseLayout, 'node'),
      parseReference(`${registry.address}/base/node`),
      ['24'],
    );
    const base = await buildBaseImage({
      push: `${registry.address}/serving/onnx-node:24`,
      base: `${registry.address}/base/node:24`,
    });
    const result = await build({
      manifest: path.join(EXAMPLE, 'model.yaml'),
      'base-image': base,
      'probe-runtime': name,
      tags: `${registry.address}/models/credit-risk:1`,
    });
    expect([result.verdict, result.headline]).toEqual(['pass', expect.stringContaining('golden rows as expected')]);
    expect(result.report).toMatchObject({
      probe: {
        runtime: { name, network: 'none' },
        memorySource: 'cgroup',
        warnings: [],
        latency: { p99: expect.any(Number) },
      },
    });
  });

  run('a server is closed off: no way out, no capabilities, no more privileges, its own port', async () => {
    const outside = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => outside.listen(0, '0.0.0.0', resolve));
    const { port } = outside.address() as AddressInfo;
    const script = server(`
      const status = readFileSync('/proc/self/status', 'utf8');
      const field = (name) => new RegExp('^' + name + ':\\\\s*(.*)$', 'm').exec(status)[1].split(/\\s/)[0];
      const reached = await new Promise((resolve) => {
        const socket = connect(${port}, '127.0.0.1');
        socket.on('connect', () => resolve('reached')).on('error', (error) => resolve(error.code));
      });
      writeFileSync('/app/written-as-on-vertex', '');
      return {
        uid: field('Uid'), capabilities: Number('0x' + field('CapBnd')), noNewPrivileges: field('NoNewPrivs'),
        interfaces: Object.keys(networkInterfaces()), port: process.env.AIP_HTTP_PORT, mode: process.env.AIP_MODE, reached,
      };
    `);
    const prediction = {
      uid: '0',
      capabilities: 0,
      noNewPrivileges: '1',
      interfaces: ['lo'],
      port: '8123',
      mode: 'PREDICTION',
      reached: 'ECONNREFUSED',
    };
    const inputs = await serverImage('closed', script, `${JSON.stringify({ instance: 1, prediction })}\n`);
    try {
      const { headline, report, verdict } = await build({ ...inputs, 'probe-runtime': name, port: '8123', user: '0' });
      expect([verdict, headline, (report as { probe: { mismatches: unknown[] } }).probe.mismatches]).toEqual([
        'pass',
        expect.any(String),
        [],
      ]);
    } finally {
      outside.close();
    }
  });

  run('a server that takes more memory than its budget is killed, and fails', async () => {
    const script = server(`globalThis.kept = Buffer.alloc(400_000_000, 1); return 1;`);
    const inputs = await serverImage('greedy', script, '{"instance": 1, "prediction": 1}\n');
    const manifest = place('greedy', 'model.yaml');
    await writeFile(
      manifest,
      'schema-version: 1\nmodel: {name: m, owner: o}\nartifact: {path: model.txt}\nimage: {budgets: {memory-mib: 200}}\n',
    );
    const { verdict, headline } = await build({ ...inputs, manifest, 'probe-runtime': name });
    expect([verdict, headline]).toEqual(['fail', expect.stringContaining('out of memory: it was allowed 200 MiB')]);
  });

  run('as the first process a server without a handler does not hear SIGTERM: a warning', async () => {
    const script = server('return 1;').replace(/process\.on\('SIGTERM'.*\n/, '');
    const inputs = await serverImage('deaf', script, '{"instance": 1, "prediction": 1}\n');
    const { verdict, report } = await build({ ...inputs, 'probe-runtime': name });
    expect(verdict).toBe('pass');
    expect(report).toMatchObject({
      probe: { warnings: [expect.stringContaining('did not end within 10 s of SIGTERM')] },
    });
  });

  run('a server on 127.0.0.1 is not found, as Vertex AI would not find it', async () => {
    const inputs = await serverImage('local', server('return 1;', '127.0.0.1'), '{"instance": 1, "prediction": 1}\n');
    const { verdict, headline } = await build({ ...inputs, 'probe-runtime': name, 'probe-timeout': '3s' });
    expect([verdict, headline]).toEqual([
      'fail',
      expect.stringMatching(/nothing listens on port 8080.*0\.0\.0\.0, not 127\.0\.0\.1/),
    ]);
  });

  run('a server that ends at once, and one that is not there, fail with what they said', async () => {
    const inputs = await serverImage(
      'ending',
      "console.error('no model file'); process.exit(3);",
      '{"instance": 1, "prediction": 1}\n',
    );
    const ended = await build({ ...inputs, 'probe-runtime': name });
    expect([ended.verdict, ended.headline]).toEqual([
      'fail',
      expect.stringContaining('exited unexpectedly (exit code 3)'),
    ]);
    expect(ended.report).toMatchObject({ probe: { logTail: 'no model file' } });
    const missing = await build({ ...inputs, entrypoint: '/no/such/server', 'probe-runtime': name });
    expect([missing.verdict, missing.headline]).toEqual([
      'fail',
      expect.stringMatching(`${name} could not start the image: .*/no/such/server`),
    ]);
  });

  /** A process that has started a container of this engine, and says so. */
  async function startElsewhere(script: string, within?: TestEngine): Promise<{ child: ChildProcess; said: string }> {
    const modules = ['serving', 'oci'].map((each) =>
      JSON.stringify(new URL(`../../packages/${each}/src/index.ts`, import.meta.url).href),
    );
    const whole = `
      import { findEngine, requestContainer, startEngineContainer, waitUntilHealthy } from ${modules[0]};
      import { dockerArchive, readLayout } from ${modules[1]};
      const image = await readLayout(${JSON.stringify(place('served'))});
      ${script}
      const engine = await findEngine(${JSON.stringify(name)}, ${JSON.stringify(PLATFORM)});
      if (typeof engine === 'string') throw new Error(engine);
      const container = await startEngineContainer({
        engine, archive: (name) => dockerArchive(image, name), env: { AIP_HEALTH_ROUTE: '/health' }, port: 8080,
      });
      await waitUntilHealthy(container, { healthRoute: '/health', timeout: 20_000 });
      console.log(engine.network);
      if (engine.network === 'internal') {
        await container.stop();
        await container.remove();
      } else setInterval(() => {}, 1000);
    `;
    const words = [process.execPath, '--input-type=module', '--eval', whole];
    const [program, ...args] =
      within === undefined ? words : ['nsenter', '--net', '--target', String(within.pid), ...words];
    const child = spawn(program!, args, { env: process.env, stdio: ['ignore', 'pipe', 'inherit'] });
    const [said] = (await Promise.race([
      once(createInterface({ input: child.stdout }), 'line'),
      once(child, 'exit').then(() => ['it ended']),
    ])) as [string];
    return { child, said };
  }

  const servedImage = async (): Promise<void> => {
    const inputs = await serverImage('served-server', server('return 1;'), '{"instance": 1, "prediction": 1}\n');
    await build({ ...inputs, probe: 'false', output: place('served') });
  };

  run('what a killed run leaves behind is taken away by its guard', async () => {
    await servedImage();
    const { child, said } = await startElsewhere('');
    expect(said).toBe('none');
    expect(await leftovers()).toHaveLength(2);
    child.kill('SIGKILL');
    for (let tries = 0; (await leftovers()).length > 0; tries++) if (tries === 100) throw new Error('It stays.');
  });

  run('what is left without a guard goes with the next probe, and what another probe needs stays', async () => {
    await servedImage();
    const image = await readLayout(place('served'));
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
    await cli('tag', `localhost/mlops-actions-probe:${owner}`, `localhost/mlops-actions-probe:${dead}`);
    await cli(
      'create',
      '--name',
      dead,
      '--label',
      `dev.mlops-actions.probe=${dead}`,
      `localhost/mlops-actions-probe:${dead}`,
    );
    const next = await startEngineContainer(options);
    const names = (await cli('ps', '--all', '--format', '{{.Names}}')).trim().split('\n');
    expect(names).toHaveLength(2);
    expect(names).toContain(owner);
    for (const each of [needed, next]) {
      await each.stop(1000);
      await each.remove();
    }
  });

  if (name === 'docker')
    run("to a member of the group docker the container's network is internal, and reached", async () => {
      await servedImage();
      const { child, said } = await startElsewhere(
        'process.setgroups([]); process.setgid(65534); process.setuid(65534);',
        engine,
      );
      expect(said).toBe('internal');
      if (child.exitCode === null) await once(child, 'exit');
      expect(child.exitCode).toBe(0);
    });
});
