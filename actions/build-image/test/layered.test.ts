import { describe, expect, test } from '@jest/globals';
import {
  buildLayer,
  composeImage,
  parseReference,
  pullImage,
  pushImage,
  readLayout,
  RegistryClient,
  unpackImage,
  writeLayout,
  type Image,
} from '@mlops-actions/oci';
import { digestModel } from '@mlops-actions/model-files';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { zip } from '../../../packages/model-files/test/helpers/zip.ts';
import { build, Folder, registryForTests, SERVER } from './support.ts';

const folder = new Folder();
const registry = registryForTests();
const client = new RegistryClient();

folder.write('model/model.txt', '3');
folder.write('model/nested/tokenizer.json', '{}');
folder.write('app/server.mjs', SERVER);
folder.write(
  'golden.jsonl',
  '{"instance": 2, "prediction": {"score": 6}}\n\n{"instance": 0.1, "prediction": {"score": 0.3}}\n',
);

const base = {
  'model-path': folder.at('model'),
  'base-image': 'scratch',
  files: `${folder.at('app')} => /app`,
  entrypoint: '["node", "/app/server.mjs"]',
};
const pull = (reference: string): Promise<Image> => pullImage(client, parseReference(reference));

describe('layered mode', () => {
  test('pushes an image that serves, under every tag, and says what it did', async () => {
    const result = await build({
      ...base,
      env: 'THREADS=2\nFLAGS=a=b',
      labels: 'team=risk',
      port: '9000',
      user: '1000:1000',
      workdir: '/app',
      tags: `${registry.address}/team/model:1.2.3, ${registry.address}/team/model:stable\n${registry.address}/other/model`,
      probe: 'true',
      'golden-path': folder.at('golden.jsonl'),
    });
    const { digest: modelDigest } = await digestModel(folder.at('model'));
    expect(result.verdict).toBe('pass');
    expect(result.outputs).toEqual({
      image: `${registry.address}/team/model@${result.outputs['digest']}`,
      digest: expect.stringMatching(/^sha256:/),
      'platform-digests': `{"linux/amd64":"${result.outputs['digest']}"}`,
      'bundle-path': '',
      'model-digest': modelDigest,
      tags: ['team/model:1.2.3', 'team/model:stable', 'other/model']
        .map((tag) => `${registry.address}/${tag}`)
        .join('\n'),
      'layout-path': '',
      'model-artifact': '',
      'sbom-path': '',
      'spdx-path': '',
      'provenance-path': '',
    });
    for (const reference of [`team/model:1.2.3`, 'team/model:stable', `other/model@${result.outputs['digest']}`]) {
      expect((await pull(`${registry.address}/${reference}`)).digest).toBe(result.outputs['digest']);
    }
    expect((await pull(result.outputs['image']!)).config.config).toEqual({
      Entrypoint: ['node', '/app/server.mjs'],
      Env: ['FLAGS=a=b', 'THREADS=2'],
      ExposedPorts: { '9000/tcp': {} },
      User: '1000:1000',
      WorkingDir: '/app',
      Labels: {
        'dev.mlops-actions.model-digest': modelDigest,
        'org.opencontainers.image.revision': 'c0ffee',
        'org.opencontainers.image.source': 'https://github.com/acme/credit-risk',
        'org.opencontainers.image.version': '1.2.3',
        team: 'risk',
      },
    });
    expect(result.report).toMatchObject({
      image: result.outputs['image'],
      layers: [
        { kind: 'model', files: 2, outcome: 'uploaded' },
        { kind: 'files', files: 1, outcome: 'uploaded' },
      ],
      probe: { passed: true, rows: 2 },
    });
    expect(result.subjects).toEqual([
      { name: `${registry.address}/team/model`, digest: { sha256: result.outputs['digest']!.slice(7) } },
      { name: 'model', digest: { sha256: modelDigest.slice(7) } },
    ]);
  });

  test('layers of the base are mounted, the model is sent, and a second run sends nothing', async () => {
    const runtime = await buildLayer([{ path: '/app/server.mjs', from: { bytes: Buffer.from(SERVER) } }], {
      kind: 'runtime',
    });
    const image = composeImage(undefined, {
      layers: [runtime],
      entrypoint: ['node', '/app/server.mjs'],
      env: { PATH: '/bin' },
    });
    await pushImage(client, image, parseReference(`${registry.address}/platform/serving`), ['1']);
    const inputs = {
      'model-path': folder.at('model'),
      'base-image': `${registry.address}/platform/serving@${image.digest}`,
      tags: `${registry.address}/team/on-base:1`,
    };
    const first = await build(inputs);
    expect(first.report).toMatchObject({
      base: { reference: inputs['base-image'], digest: image.digest },
      layers: [
        { kind: 'base', outcome: 'mounted' },
        { kind: 'model', outcome: 'uploaded' },
      ],
      bytes: { mounted: runtime.descriptor.size },
    });
    expect((await pull(first.outputs['image']!)).manifest.annotations).toEqual({
      'org.opencontainers.image.base.digest': image.digest,
      'org.opencontainers.image.base.name': inputs['base-image'],
    });
    const second = await build(inputs);
    expect(second.outputs['digest']).toBe(first.outputs['digest']);
    expect(second.report).toMatchObject({ bytes: { uploaded: 0, mounted: 0 } });
  });

  test('an image layout is written, and can be a base itself', async () => {
    const first = await build({ ...base, output: folder.at('layout') });
    expect(first.outputs).toMatchObject({ image: '', tags: '', 'layout-path': folder.at('layout') });
    const config = await unpackImage(await readLayout(folder.at('layout')), folder.at('root'));
    expect(config.config?.Entrypoint).toEqual(['node', '/app/server.mjs']);
    expect(readFileSync(folder.at('root/opt/ml/model/nested/tokenizer.json'), 'utf8')).toBe('{}');

    await build({
      'model-path': folder.at('model/model.txt'),
      'base-image': `oci:${folder.at('layout')}`,
      'model-destination': '/models/v2',
      output: folder.at('second'),
    });
    await unpackImage(await readLayout(folder.at('second')), folder.at('second-root'));
    expect(readFileSync(folder.at('second-root/models/v2/model.txt'), 'utf8')).toBe('3');
  });

  test('an image is written as an archive', async () => {
    const { outputs } = await build({ ...base, output: folder.at('archives/image.tar') });
    expect(outputs['layout-path']).toBe(folder.at('archives/image.tar'));
    expect(readdirSync(folder.at('archives'))).toEqual(['image.tar']);
  });

  test('equal input gives an equal digest wherever it lies and whenever it was written', async () => {
    const { path: here } = folder;
    for (const place of ['here', 'there/deeper']) {
      cpSync(path.join(here, 'model'), folder.at(`${place}/model`), { recursive: true });
      cpSync(path.join(here, 'app'), folder.at(`${place}/app`), { recursive: true });
    }
    utimesSync(folder.at('here/model/model.txt'), 1, 1);
    chmodSync(folder.at('here/app/server.mjs'), 0o600);
    const at = async (place: string): Promise<string | undefined> => {
      const result = await build({
        ...base,
        'model-path': folder.at(`${place}/model`),
        files: `${folder.at(`${place}/app`)} => /app`,
        'dry-run': 'true',
      });
      return result.outputs['digest'];
    };
    expect(await at('here')).toBe(await at('there/deeper'));
  });

  test('equal input gives an equal digest in every time zone, locale, folder and umask', () => {
    const digestAt = (place: string, environment: Record<string, string>, umask: number): string => {
      cpSync(folder.at('model'), folder.at(`${place}/model`), { recursive: true });
      cpSync(folder.at('app'), folder.at(`${place}/app`), { recursive: true });
      const inputs = { ...base, 'model-path': 'model', files: 'app => /app', compression: 'gzip', 'dry-run': 'true' };
      const script = path.join(import.meta.dirname, 'print-digest.ts');
      const env = { PATH: process.env['PATH'], HOME: folder.at(place), ...environment };
      const args = [script, JSON.stringify(inputs), String(umask)];
      return execFileSync(process.execPath, args, { cwd: folder.at(place), env, encoding: 'utf8' });
    };
    const auckland = digestAt('zone-a', { TZ: 'Pacific/Auckland', LC_ALL: 'tr_TR.UTF-8' }, 0o077);
    expect(auckland).toMatch(/^sha256:[0-9a-f]{64}\n$/);
    expect(digestAt('zone-b/deeper', { TZ: 'America/Los_Angeles', LC_ALL: 'C' }, 0)).toBe(auckland);
  });

  test('a dry run gives the same digest and changes nothing', async () => {
    const inputs = { ...base, tags: `${registry.address}/dry/model:1`, output: folder.at('dry') };
    const plan = await build({ ...inputs, 'dry-run': 'true' });
    expect(plan.headline).toMatch(/dry run/);
    expect(existsSync(folder.at('dry'))).toBe(false);
    await expect(pull(`${registry.address}/dry/model:1`)).rejects.toThrow(/404/);
    const real = await build(inputs);
    expect([real.outputs['image'], real.outputs['digest']]).toEqual([plan.outputs['image'], plan.outputs['digest']]);
  });

  test('SOURCE_DATE_EPOCH dates the image', async () => {
    process.env['SOURCE_DATE_EPOCH'] = '1700000000';
    try {
      await build({ ...base, output: folder.at('dated') });
      const { config } = await readLayout(folder.at('dated'));
      expect(config.created).toBe('2023-11-14T22:13:20Z');
      expect(config.config?.Labels).toMatchObject({ 'org.opencontainers.image.created': '2023-11-14T22:13:20.000Z' });
      process.env['SOURCE_DATE_EPOCH'] = 'yesterday';
      await expect(build({ ...base, output: folder.at('dated') })).rejects.toThrow(/SOURCE_DATE_EPOCH/);
    } finally {
      delete process.env['SOURCE_DATE_EPOCH'];
    }
  });

  test('model.yaml stands in for inputs, environments over it, inputs over both', async () => {
    const manifest = folder.write(
      'model.yaml',
      `schema-version: 1
model: {name: credit-risk, owner: risk-team, description: Scores, license: Apache-2.0}
artifact: {path: model}
image:
  base-image: scratch
  files: {app: /app}
  entrypoint: [node, /app/server.mjs]
  env: {A: manifest, B: manifest}
  golden-path: golden.jsonl
environments:
  prod:
    image: {tags: ["${registry.address}/prod/model:7"]}
`,
    );
    const result = await build({ manifest, environment: 'prod', env: 'B=input', probe: 'true' });
    expect(result.outputs['tags']).toBe(`${registry.address}/prod/model:7`);
    const { config } = await pull(result.outputs['image']!);
    expect(config.config).toMatchObject({
      Env: ['A=manifest', 'B=input'],
      Labels: { 'org.opencontainers.image.title': 'credit-risk', 'org.opencontainers.image.licenses': 'Apache-2.0' },
    });
    expect(result.report).toMatchObject({ probe: { rows: 2, passed: true } });
    await expect(build({ manifest, environment: 'prd' })).rejects.toThrow(/no environment 'prd'/);
  });

  test('links within a folder stay links; a file gets the name that its destination gives', async () => {
    folder.write('linked/lib/real.txt', 'content');
    symlinkSync('lib/real.txt', folder.at('linked/alias'));
    await build({
      ...base,
      files: `${folder.at('linked')} => /data/\n${folder.at('golden.jsonl')} => /etc/\n${folder.at('golden.jsonl')} => /etc/renamed`,
      output: folder.at('links'),
    });
    await unpackImage(await readLayout(folder.at('links')), folder.at('links-root'));
    expect(readFileSync(folder.at('links-root/data/alias'), 'utf8')).toBe('content');
    expect(readdirSync(folder.at('links-root/etc')).sort()).toEqual(['golden.jsonl', 'renamed']);
  });

  test("docker's media types of a base are kept to", async () => {
    const image = composeImage(undefined, { layers: [], entrypoint: ['node', '/app/server.mjs'] });
    await writeLayout(
      composeImage({ ...image, mediaType: 'application/vnd.docker.distribution.manifest.v2+json' }, { layers: [] }),
      folder.at('docker'),
    );
    const inputs = { ...base, 'base-image': `oci:${folder.at('docker')}` };
    await build({ ...inputs, compression: 'gzip', output: folder.at('docker-built') });
    expect((await readLayout(folder.at('docker-built'))).manifest.layers.map(({ mediaType }) => mediaType)).toEqual([
      'application/vnd.docker.image.rootfs.diff.tar',
      'application/vnd.docker.image.rootfs.diff.tar.gzip',
    ]);
    await expect(build({ ...inputs, compression: 'zstd', output: folder.at('no') })).rejects.toThrow(/no zstd/);
  });
});

describe('the probe', () => {
  const probed = { ...base, probe: 'true', 'golden-path': folder.at('golden.jsonl') };

  test('an image that answers otherwise fails and is not published', async () => {
    const golden = folder.write(
      'other.jsonl',
      '{"instance": 2, "prediction": {"score": 6.1}}\n{"instance": 1, "prediction": 3}',
    );
    const result = await build({
      ...probed,
      'golden-path': golden,
      tags: `${registry.address}/bad/model:1`,
      output: folder.at('bad'),
    });
    expect(result.verdict).toBe('fail');
    expect(result.headline).toMatch(/2 of 2 golden rows/);
    expect(result.outputs).toMatchObject({ image: '', tags: '', 'layout-path': '' });
    expect(result.report).toMatchObject({
      probe: { passed: false, mismatches: [{ line: 1, at: '.score', expected: '6.1', actual: '6' }, { line: 2 }] },
    });
    expect(existsSync(folder.at('bad'))).toBe(false);
    await expect(pull(`${registry.address}/bad/model:1`)).rejects.toThrow(/404/);
  });

  test('a wider tolerance lets the same answers pass', async () => {
    const golden = folder.write('near.jsonl', '{"instance": 2, "prediction": {"score": 6.1}}');
    const result = await build({
      ...probed,
      'golden-path': golden,
      'golden-tolerance': '0.2',
      output: folder.at('near'),
    });
    expect(result.verdict).toBe('pass');
  });

  test.each([
    ['ends at once', 'console.error("no such column: <b>age</b>"); process.exit(3);', /no such column/],
    ['listens to no port', 'console.log("idle"); setInterval(() => {}, 1000);', /idle/],
    [
      'has no health route',
      `import { createServer } from 'node:http'; createServer((_, r) => r.writeHead(404).end()).listen(Number(process.env.AIP_HTTP_PORT)); console.log('up')`,
      /up/,
    ],
  ])('a server that %s fails with the end of its log', async (_, server, log) => {
    const broken = folder.write('broken/server.mjs', server);
    const result = await build({
      ...probed,
      files: `${path.dirname(broken)} => /app`,
      'probe-timeout': '5s',
      output: folder.at('broken-image'),
    });
    expect(result.verdict).toBe('fail');
    expect(result.report).toMatchObject({ probe: { passed: false, logTail: expect.stringMatching(log) } });
    expect(result.summary.source).not.toContain('\n<b>');
    expect(existsSync(folder.at('broken-image'))).toBe(false);
  });

  test('golden files that are none are errors', async () => {
    for (const [text, message] of [
      ['', /holds no rows/],
      ['{"instance": 1}\n', /golden:1: .*'instance' and 'prediction'/],
      ['{"instance": 1, "prediction": 1}\nnull', /golden:2/],
      ['{"instance": 1, "prediction"', /golden:1: not JSON/],
    ] as const) {
      await expect(
        build({ ...probed, 'golden-path': folder.write('golden', text), output: folder.at('never') }),
      ).rejects.toThrow(message);
    }
    await expect(build({ ...probed, 'golden-path': folder.at('nowhere'), output: folder.at('never') })).rejects.toThrow(
      /cannot be read/,
    );
    expect(existsSync(folder.at('never'))).toBe(false);
  });
});

describe('what is refused', () => {
  const refused = async (inputs: Record<string, string>, message: RegExp): Promise<void> => {
    await expect(build({ ...base, output: folder.at('refused'), ...inputs })).rejects.toThrow(message);
    expect(existsSync(folder.at('refused'))).toBe(false);
  };

  test.each([
    ['gha-creds-0123456789abcdef.json', '{}'],
    ['.env', 'PASSWORD=x'],
    ['.env.production', 'PASSWORD=x'],
    ['id_rsa', 'x'],
    ['deep/er/tls.pem', '-----BEGIN RSA PRIVATE KEY-----'],
    ['mystery.pem', 'bytes'],
    ['server.key', 'x'],
    ['account.json', '{"private_key": "-----BEGIN PRIVATE KEY-----\\n"}'],
    ['.git/config', '[core]'],
  ])('the secret %s', async (name, content) => {
    for (const [kind, input] of [
      ['files', 'files'],
      ['model', 'model-path'],
    ] as const) {
      const root = `secret-${kind}-${name.replaceAll('/', '-')}`;
      folder.write(`${root}/kept`, 'x');
      folder.write(`${root}/${name}`, content);
      // A model's own .git is no part of the model (OpenSSF Model Signing), so it cannot enter the image.
      if (kind === 'model' && name.startsWith('.git/')) continue;
      await refused(
        { [input]: kind === 'files' ? `${folder.at(root)} => /app` : folder.at(root) },
        new RegExp(`Secrets would enter the image .*'${name.split('/config')[0]!.replace('.', '\\.')}`),
      );
    }
  });

  test('secrets in an archive, whatever it is', async () => {
    folder.write('packed/.env', 'PASSWORD=x');
    folder.write('packed/app.py', '');
    const zipped = (name: string, entry: string): string => {
      const files = [
        { name: 'app.py', content: '' },
        { name: entry, content: 'x' },
      ];
      const file = folder.write(name, '');
      writeFileSync(file, zip(files, { comment: 'c'.repeat(1000) }));
      return file;
    };
    for (const file of [zipped('a/app.zip', 'conf/server.key'), zipped('b/lib.whl', '.git/config')])
      await refused(
        { files: `${file} => /app/` },
        /Secrets would enter .*an archive with (conf\/server\.key|\.git\/config)/,
      );
    for (const [name, flag] of [
      ['c.tar', '-cf'],
      ['d.tgz', '-czf'],
    ] as const) {
      execFileSync('tar', [flag, folder.at(name), '-C', folder.at('packed'), '.']);
      await refused({ files: `${folder.at(name)} => /app/` }, /an archive with \.\/\.env, environment secrets/);
    }
    const harmless = [
      zipped('e/app.zip', 'server.py'),
      folder.write('f.zip', 'no archive'),
      folder.write('g.tar', 'x'.repeat(600)),
    ];
    for (const file of harmless)
      expect((await build({ ...base, files: `${file} => /app/`, 'dry-run': 'true', entrypoint: '/x' })).verdict).toBe(
        'pass',
      );
  });

  test('certificates and examples are no secrets', async () => {
    folder.write('public/cacert.pem', '-----BEGIN CERTIFICATE-----');
    folder.write('public/.env.example', 'PASSWORD=');
    expect((await build({ ...base, files: `${folder.at('public')} => /etc/ssl`, 'dry-run': 'true' })).verdict).toBe(
      'pass',
    );
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ['no command', { entrypoint: '' }, /no command to run/],
    ['another model', { 'expected-model-digest': `sha256:${'0'.repeat(64)}` }, /was expected/],
    ['a file that is not there', { files: '/nowhere/at/all => /app' }, /no file or folder/],
  ])('%s, with nothing pushed that has a name', async (name, inputs, message) => {
    const repository = `${registry.address}/early/${name.replaceAll(' ', '-')}`;
    await refused({ ...inputs, tags: `${repository}:1`, output: '' }, message);
    await expect(pull(`${repository}:1`)).rejects.toThrow(/404/);
    const listed = await fetch(`http://${repository.replace('/', '/v2/')}/tags/list`);
    expect(await listed.json()).not.toMatchObject({ tags: [expect.any(String)] });
  });

  test('another model than expected', async () => {
    const { digest } = await digestModel(folder.at('model'));
    expect((await build({ ...base, 'expected-model-digest': digest, 'dry-run': 'true' })).verdict).toBe('pass');
    await refused({ 'expected-model-digest': `sha256:${'0'.repeat(64)}` }, /where sha256:0+ was expected/);
    await refused({ 'expected-model-digest': 'latest' }, /must be sha256:/);
  });

  test('links out of a folder, missing and empty sources, clashes', async () => {
    folder.write('escape/x', '');
    symlinkSync('/etc/passwd', folder.at('escape/passwd'));
    await refused({ files: `${folder.at('escape')} => /app` }, /link 'passwd' .* leads out of it/);
    await refused({ files: '/nowhere/at/all => /app' }, /no file or folder/);
    await refused({ files: `${folder.at('app')} => /app\n${folder.at('app')} => /app` }, /Two files/);
    await refused({ files: `${folder.at('app')} => app` }, /not an absolute path/);
    await refused({ files: `${folder.at('app')} => /app/../../x` }, /cannot be a path/);
    await refused({ files: folder.at('app') }, /lines of 'source => \/destination'/);
  });

  test.each<[Record<string, string>, RegExp]>([
    [{ 'model-path': '/nowhere' }, /no model at '\/nowhere'/],
    [{ 'model-path': '' }, /which model goes into the image/],
    [{ 'base-image': '' }, /which image serves/],
    [{ 'base-image': 'Not/A/Reference' }, /lower case/],
    [{ 'base-image': 'oci:/nowhere' }, /is no OCI image layout/],
    [{ entrypoint: '' }, /no command to run/],
    [{ entrypoint: 'sh -c "echo"' }, /'entrypoint' cannot be read/],
    [{ entrypoint: '[1]' }, /'entrypoint' cannot be read/],
    [{ tags: 'registry.io/a:b c' }, /not a tag/],
    [{ tags: `registry.io/a@sha256:${'0'.repeat(64)}` }, /names a digest/],
    [{ push: 'true' }, /no reference says where to/],
    [{ port: '70000' }, /at most 65535/],
    [{ env: 'AIP_HTTP_PORT=1' }, /is set by Vertex AI/],
    [{ env: 'A B=1' }, /not a name of an environment variable/],
    [{ labels: 'dev.mlops-actions.model-digest=x' }, /written by build-image itself/],
    [{ workdir: 'app' }, /absolute path/],
    [{ 'health-route': 'health' }, /begins with a slash/],
    [{ mode: 'layerd' }, /Did you mean|must be one of/],
    [{ dockerfile: 'Dockerfile' }, /no meaning in mode 'layered'/],
    [{ mode: 'dockerfile' }, /'base-image' has no meaning/],
    [{ manifest: 'nowhere.yaml' }, /nowhere\.yaml/],
  ])('%j', async (inputs, message) => {
    await refused(inputs, message);
  });
});
