import { afterEach, describe, expect, test } from '@jest/globals';
import { buildLayer, composeImage, LINUX_AMD64, parsePlatform, readLayout, writeLayout } from '@mlops-actions/oci';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { buildCommands, findBuilder } from '../src/builder.ts';
import { build, Folder, SERVER } from './support.ts';

const folder = new Folder();
const PATH = process.env['PATH'];
afterEach(() => {
  process.env['PATH'] = PATH;
});

folder.write('model.txt', '3');
folder.write('context/Dockerfile', 'FROM scratch');

const dockerfileBuild = {
  mode: 'dockerfile' as const,
  dockerfile: 'path with space/Dockerfile',
  context: '.',
  buildArgs: { A: '$(rm -rf /)', B: '' },
  target: 'serve',
  builder: 'auto' as const,
  secrets: [],
  cacheFrom: ['type=registry,ref=registry.io/cache'],
  cacheTo: ['registry.io/cache'],
};
const target = {
  layout: '/out',
  platforms: [LINUX_AMD64],
  epoch: 5,
  secrets: new Map([['pip', '/private/0']]),
  name: 'localhost/x:1',
};

describe('dockerfile mode', () => {
  test('every value is one argument, whatever is in it', () => {
    const { build: commands } = buildCommands('docker', dockerfileBuild, {
      ...target,
      platforms: [LINUX_AMD64, parsePlatform('linux/arm64/v8')],
    });
    expect(commands).toHaveLength(1);
    expect(commands[0]!.args).toEqual(
      expect.arrayContaining([
        '--build-arg',
        'A=$(rm -rf /)',
        'B=',
        '--file',
        'path with space/Dockerfile',
        '--target',
        'serve',
        '--platform',
        'linux/amd64,linux/arm64',
        '--secret',
        'id=pip,src=/private/0',
        '--cache-from',
        'type=registry,ref=registry.io/cache',
        '--cache-to',
      ]),
    );
    expect(commands[0]!.args).toContain('type=oci,tar=false,rewrite-timestamp=true,dest=/out');
    expect(commands[0]!.args.at(-1)).toBe('.');
  });

  test.each(['podman', 'buildah'] as const)('%s builds, hands over a layout, and is cleaned up after', (builder) => {
    const { build: commands, cleanUp } = buildCommands(builder, dockerfileBuild, target);
    expect(commands.map(({ program, args }) => [program, args[0]])).toEqual([
      [builder, 'build'],
      [builder, 'push'],
    ]);
    expect(commands[0]!.args).toEqual(
      expect.arrayContaining([
        '--timestamp',
        '5',
        '--tag',
        'localhost/x:1',
        '--layers',
        '--secret',
        'id=pip,src=/private/0',
      ]),
    );
    expect(commands[1]!.args).toEqual(['push', 'localhost/x:1', 'oci:/out:image']);
    expect(cleanUp).toEqual([{ program: builder, args: ['rmi', 'localhost/x:1'] }]);
  });

  test('without any builder the error says what to do', async () => {
    process.env['PATH'] = folder.at('empty');
    await expect(findBuilder('auto')).rejects.toThrow(/docker buildx, podman and buildah were tried/);
    await expect(findBuilder('podman')).rejects.toThrow(/'podman' does not work here/);
  });

  /** A program in a builder's place: it notes its arguments, and its build is a layout that lies ready. */
  async function standIn(files: Record<string, string>, exitCode = 0): Promise<string> {
    const layer = await buildLayer(
      Object.entries(files).map(([path, text]) => ({ path, from: { bytes: Buffer.from(text) } })),
      { kind: 'test' },
    );
    const ready = folder.at(`ready-${Object.keys(files).join('').replaceAll('/', '-')}`);
    await writeLayout(composeImage(undefined, { layers: [layer], entrypoint: ['node', '/app/server.mjs'] }), ready, [
      'image',
    ]);
    const log = folder.at(`log-${exitCode}`);
    const script = folder.write(
      'bin/buildah',
      `#!/bin/sh
echo "$@" >> '${log}'
case "$1" in
  --version) exit 0 ;;
  build) echo '::set-output name=evil::1'; exit ${exitCode} ;;
  push) cp -r '${ready}' "$(echo "$3" | cut -d: -f2)" ;;
esac
`,
    );
    chmodSync(script, 0o755);
    process.env['PATH'] = `${folder.at('bin')}:${PATH}`;
    return log;
  }

  const inputs = {
    mode: 'dockerfile',
    builder: 'buildah',
    dockerfile: folder.at('context/Dockerfile'),
    context: folder.at('context'),
    'model-path': folder.at('model.txt'),
  };

  test('the model is laid over what the Dockerfile made, and the whole is probed', async () => {
    const log = await standIn({ '/app/server.mjs': SERVER });
    const golden = folder.write('golden.jsonl', '{"instance": 2, "prediction": {"score": 6}}');
    const result = await build({ ...inputs, probe: 'true', 'golden-path': golden, output: folder.at('built') });
    expect(result.verdict).toBe('pass');
    expect(result.report).toMatchObject({
      mode: 'dockerfile',
      layers: [{ kind: 'base' }, { kind: 'model' }],
      probe: { rows: 1 },
    });
    expect((await readLayout(folder.at('built'))).digest).toBe(result.outputs['digest']);
    expect(
      readFileSync(log, 'utf8')
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(['--version', 'build', 'push', 'rmi']);
  });

  test('credentials that the Dockerfile copied are found', async () => {
    await standIn({ '/app/gha-creds-1.json': '{}', '/usr/lib/x/.npmrc': '' });
    await expect(build({ ...inputs, output: folder.at('secret') })).rejects.toThrow(
      /Secrets would enter the image from the Dockerfile .*: '\/app\/gha-creds-1\.json' \([^)]*\)\.$/,
    );
  });

  test('secrets reach the builder as files of their own, and are gone afterwards', async () => {
    const log = await standIn({ '/app/server.mjs': SERVER });
    folder.write('token', 'first line\nsecond line\n');
    const values = folder.at('secrets-seen');
    const script = folder.at('bin/buildah');
    const spy = `for word in "$@"; do case "$word" in id=*) file="\${word#*src=}"; stat -c %a "$file" >> '${values}'; cat "$file" >> '${values}'; env | grep -c INPUT_ >> '${values}' ;; esac; done\ncase`;
    writeFileSync(script, readFileSync(script, 'utf8').replace('case', spy));
    process.env['INPUT_SECRETS'] = 'pip=s3cret value=x';
    try {
      await build({
        ...inputs,
        secrets: 'pip=s3cret value=x',
        'secret-files': `key=${folder.at('token')}`,
        output: folder.at('with-secrets'),
      });
    } finally {
      delete process.env['INPUT_SECRETS'];
    }
    expect(readFileSync(values, 'utf8')).toBe('600\ns3cret value=x0\n600\nfirst line\nsecond line\n0\n');
    const calls = readFileSync(log, 'utf8');
    expect(calls).toMatch(/--secret id=pip,src=\S+\/0 --secret id=key,src=\S+\/1/);
    expect(calls).not.toContain('s3cret');
    const [, file] = /id=pip,src=(\S+)/.exec(calls)!;
    expect(existsSync(file!)).toBe(false);
  });

  test('a secret that is left in a layer or in the history is found', async () => {
    const secret = 'correct horse battery staple';
    await standIn({ '/etc/pip.conf': `index-url = https://u:${secret}@pypi.acme` });
    await expect(build({ ...inputs, secrets: `pip=${secret}`, output: folder.at('leak') })).rejects.toThrow(
      /Secrets would enter the image .*'\/etc\/pip\.conf' \(the build's secret 'pip'\)/,
    );
    await expect(build({ ...inputs, secrets: 'pip=/app/server.mjs', output: folder.at('leak') })).rejects.toThrow(
      /the image's config/,
    );
    expect(existsSync(folder.at('leak'))).toBe(false);
  });

  test.each([
    [{ secrets: 'no equals sign hunter22' }, /^Line 1 of input 'secrets' is not id=value/],
    [{ secrets: 'a=hunter22\na=hunter22' }, /names 'a' twice/],
    [{ 'secret-files': 'a=/nowhere/hunter2' }, /The file of the secret 'a' cannot be read/],
    [{ 'cache-from': 'type=gha' }, /buildah keeps its cache in a repository .*'type=gha'/],
    [
      { mode: 'layered', 'base-image': 'scratch', dockerfile: '', context: '', builder: '', secrets: 'a=hunter22' },
      /'secrets' has no meaning/,
    ],
  ])('%j is refused, and no secret shown', async (given, message) => {
    await standIn({ '/x': '' });
    const error = await build({ ...inputs, ...given, output: folder.at('no') }).catch(
      (reason: unknown) => reason as Error,
    );
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toContain('hunter22');
  });

  test('podman and buildah build once a platform', async () => {
    const log = await standIn({ '/app/server.mjs': SERVER });
    await expect(build({ ...inputs, platforms: 'linux/amd64, linux/arm64', output: folder.at('two') })).rejects.toThrow(
      /for linux\/amd64, not linux\/arm64/,
    ); // The stand-in knows one only.
    const builds = readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('build'));
    expect(builds.at(-1)).toContain('--platform linux/arm64');
  });

  test('a build that fails is an error, and is cleaned up after', async () => {
    const log = await standIn({ '/x': '' }, 7);
    await expect(build({ ...inputs, output: folder.at('failed') })).rejects.toThrow(/buildah build ended with code 7/);
    expect(readFileSync(log, 'utf8')).toMatch(/rmi/);
  });

  test('a dry run builds nothing and still knows the model', async () => {
    process.env['PATH'] = folder.at('empty');
    const result = await build({ ...inputs, 'dry-run': 'true' });
    expect(result.outputs).toMatchObject({ digest: '', image: '', 'model-digest': expect.stringMatching(/^sha256:/) });
  });

  test('a Dockerfile or context that is not there is named', async () => {
    await standIn({ '/x': '' });
    await expect(build({ ...inputs, dockerfile: folder.at('nowhere') })).rejects.toThrow(/no Dockerfile at/);
    await expect(build({ ...inputs, context: folder.at('nowhere') })).rejects.toThrow(/is not a folder/);
  });
});
