/**
 * build-image's mode dockerfile with the real builders, each from an empty store of its own: buildah and podman (`apt-get install`), and docker
 * buildx with a BuildKit daemon beside it, which needs no docker daemon.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parsePlatform, readLayoutImages, unpackImage } from '@mlops-actions/oci';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync, symlinkSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { build, Folder, registryForTests } from '../../actions/build-image/test/support.ts';
import { foreignTool } from './tools.ts';

const busybox = foreignTool('busybox');
const folder = new Folder();
const registry = registryForTests();
const before = { ...process.env };
afterAll(() => {
  process.env = before;
});

type Builder = 'docker' | 'podman' | 'buildah';
const TOOLS: Record<Builder, string[]> = {
  docker: ['docker', 'buildx', 'buildkitd', 'runc'],
  podman: ['podman'],
  buildah: ['buildah'],
};

describe.each<Builder>(['docker', 'podman', 'buildah'])('%s', (builder) => {
  const isThere = TOOLS[builder].every((tool) => foreignTool(tool) !== undefined);
  let daemon: ChildProcess | undefined;
  const at = (name: string): string => folder.at(`${builder}/${name}`);

  beforeAll(async () => {
    if (!isThere) return;
    await mkdir(at('context'), { recursive: true });
    Object.assign(process.env, builder === 'docker' ? {} : await containersEnv());
    if (builder === 'docker') daemon = await startBuildKit();
  });
  afterAll(async () => {
    // Podman and buildah read it too, and want a file of credentials there.
    delete process.env['DOCKER_CONFIG'];
    if (daemon === undefined) return;
    const ended = once(daemon, 'exit');
    daemon.kill('SIGKILL'); // Asked to stop, it waits for its clients.
    await ended;
  });

  /** Podman and buildah share their settings. */
  async function containersEnv(): Promise<Record<string, string>> {
    folder.write(
      `${builder}/storage.conf`,
      `[storage]\ndriver = "vfs"\ngraphroot = "${at('graph')}"\nrunroot = "${at('runroot')}"\n`,
    );
    folder.write(`${builder}/registries.conf`, `[[registry]]\nlocation = "${registry.address}"\ninsecure = true\n`);
    return {
      BUILDAH_ISOLATION: 'chroot',
      CONTAINERS_STORAGE_CONF: at('storage.conf'),
      CONTAINERS_REGISTRIES_CONF: at('registries.conf'),
    };
  }

  async function startBuildKit(): Promise<ChildProcess> {
    const socket = `unix://${at('buildkit.sock')}`;
    const config = folder.write('docker/buildkitd.toml', `[registry."${registry.address}"]\n  http = true\n`);
    const options = ['--addr', socket, '--root', at('root'), '--config', config, '--oci-worker-snapshotter', 'native'];
    const started = spawn(
      foreignTool('buildkitd')!,
      [...options, '--oci-worker-net', 'host', '--containerd-worker=false'],
      {
        stdio: 'ignore',
      },
    );
    while (!existsSync(at('buildkit.sock'))) await new Promise((resolve) => setTimeout(resolve, 50));
    await mkdir(at('config/cli-plugins'), { recursive: true });
    symlinkSync(foreignTool('buildx')!, at('config/cli-plugins/docker-buildx'));
    process.env['DOCKER_CONFIG'] = at('config');
    const create = ['buildx', 'create', '--driver', 'remote', '--use', '--name', 'tests', socket];
    const [code] = (await once(
      spawn(foreignTool('docker')!, create, { env: process.env, stdio: 'ignore' }),
      'exit',
    )) as [number];
    if (code !== 0) throw new Error('docker buildx knows no remote driver');
    return started;
  }

  const inputs = (dockerfile: string): Record<string, string> => ({
    mode: 'dockerfile',
    builder,
    dockerfile: folder.write(`${builder}/context/Dockerfile`, dockerfile),
    context: at('context'),
    'model-path': folder.write('model.txt', 'a model'),
    'evidence-dir': at('evidence'),
  });
  const ifThere = isThere ? test : test.skip;

  ifThere('builds for two platforms, twice the same, and the model is laid over both', async () => {
    folder.write(`${builder}/context/server`, 'a server');
    const given = {
      ...inputs('FROM scratch\nARG TARGETARCH\nCOPY server /app/\nENV FOR=$TARGETARCH\nENTRYPOINT ["/app/server"]\n'),
      platforms: 'linux/amd64, linux/arm64',
      output: at('two'),
    };
    const first = await build(given);
    const platforms = ['linux/amd64', 'linux/arm64'].map(parsePlatform);
    const { images } = await readLayoutImages(at('two'), undefined, platforms);
    for (const [index, image] of images.entries()) {
      expect(image.config.architecture).toBe(platforms[index]!.architecture);
      expect(image.config.config!.Env).toContain(`FOR=${platforms[index]!.architecture}`);
      await unpackImage(image, at(`root-${index}`));
      expect(readFileSync(at(`root-${index}/app/server`), 'utf8')).toBe('a server');
      expect(readFileSync(at(`root-${index}/opt/ml/model/model.txt`), 'utf8')).toBe('a model');
    }
    const second = await build({ ...given, output: at('again') });
    expect(second.outputs['digest']).toBe(first.outputs['digest']);
  });

  (busybox === undefined ? test.skip : ifThere)(
    'mounts secrets, whose values are not in the image, and is refused if one is',
    async () => {
      copyFileSync(busybox!, at('context/busybox'));
      const run = (command: string): string =>
        `FROM scratch\nCOPY busybox /bin/busybox\nRUN --mount=type=secret,id=token ["/bin/busybox","sh","-c","${command}"]\nENTRYPOINT ["/bin/busybox"]\n`;
      const secrets = { secrets: 'token=a very private token' };
      await build({
        ...inputs(run('/bin/busybox wc -c < /run/secrets/token > /length')),
        ...secrets,
        output: at('secret'),
      });
      const { images } = await readLayoutImages(at('secret'), undefined, [parsePlatform('linux/amd64')]);
      await unpackImage(images[0]!, at('secret-root'));
      expect(readFileSync(at('secret-root/length'), 'utf8').trim()).toBe('20');
      await expect(
        build({ ...inputs(run('/bin/busybox cat /run/secrets/token > /kept')), ...secrets, output: at('leak') }),
      ).rejects.toThrow(/'\/kept' \(the build's secret 'token'\)/);
      expect(existsSync(at('leak'))).toBe(false);
    },
  );

  ifThere('stores its layers in a registry, and takes them from there', async () => {
    const repository = `${registry.address}/cache/${builder}`;
    const [from, to] =
      builder === 'docker'
        ? [`type=registry,ref=${repository}:c`, `type=registry,mode=max,ref=${repository}:c`]
        : [repository, repository];
    folder.write(`${builder}/context/data`, 'data');
    const given = inputs('FROM scratch\nCOPY data /data\nENTRYPOINT ["/data"]\n');
    await build({ ...given, 'cache-to': to, output: at('cached') });
    const listed = await fetch(`http://${registry.address}/v2/cache/${builder}/tags/list`);
    expect(((await listed.json()) as { tags: string[] }).tags.length).toBeGreaterThan(0);
    await build({ ...given, 'cache-from': from, output: at('from-cache') });
  });
});
