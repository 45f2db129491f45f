/**
 * The probe of build-image in real engines: podman, and a Docker daemon of the tests' own (`apt-get install podman runc docker.io`).
 */
import { afterAll, beforeAll, expect } from '@jest/globals';
import { inputReader, runContext, type ActionResult } from '@mlops-actions/action-kit';
import { parseReference, pushImage, readLayout, RegistryClient, writeLayout } from '@mlops-actions/oci';
import { startRegistry, type Registry } from '@mlops-actions/oci/registry';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { action } from '../../actions/build-image/src/index.ts';
import { buildBaseImage } from '../../examples/credit-risk/serving/base-image.ts';
import { describeEngines } from './engines.ts';
import { machineImage, server } from './machine-image.ts';

const REPOSITORY = path.resolve(import.meta.dirname, '../..');
const EXAMPLE = path.join(REPOSITORY, 'examples/credit-risk');
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

describeEngines((name, run) => {
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
});
