import { afterEach, describe, expect, test } from '@jest/globals';
import { buildLayer, composeImage, readLayout, writeLayout } from '@mlops-actions/oci';
import { chmodSync, readFileSync } from 'node:fs';
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
  mode: 'dockerfile',
  dockerfile: 'path with space/Dockerfile',
  context: '.',
  buildArgs: { A: '$(rm -rf /)', B: '' },
  target: 'serve',
  builder: 'auto',
} as const;

describe('dockerfile mode', () => {
  test('every value is one argument, whatever is in it', () => {
    const { build: commands } = buildCommands('docker', dockerfileBuild, '/out', 5);
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
        'linux/amd64',
      ]),
    );
    expect(commands[0]!.args).toContain('type=oci,tar=false,rewrite-timestamp=true,dest=/out');
    expect(commands[0]!.args.at(-1)).toBe('.');
  });

  test.each(['podman', 'buildah'] as const)('%s builds, hands over a layout, and is cleaned up after', (builder) => {
    const { build: commands, cleanUp } = buildCommands(builder, dockerfileBuild, '/out', 5, 'localhost/x:1');
    expect(commands.map(({ program, args }) => [program, args[0]])).toEqual([
      [builder, 'build'],
      [builder, 'push'],
    ]);
    expect(commands[0]!.args).toEqual(expect.arrayContaining(['--timestamp', '5', '--tag', 'localhost/x:1']));
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
