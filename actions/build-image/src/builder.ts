import { log, UserError } from '@mlops-actions/action-kit';
import { formatPlatform, readLayer, readLayoutImages, type Image, type Platform } from '@mlops-actions/oci';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { secretWithin, withSecrets, type SecretValue } from './build-secrets.ts';
import { BUILDERS, type BuilderName, type Foundation } from './foundation.ts';
import { credentialByName, refuseSecrets } from './secrets.ts';

type DockerfileBuild = Extract<Foundation, { mode: 'dockerfile' }>;

/** One run of a program. */
export interface Command {
  program: string;
  args: string[];
}

/** What a Dockerfile is built into. */
export interface BuildTarget {
  /** Folder of the image layout to make. */
  layout: string;
  platforms: readonly Platform[];
  /** Time of what is made, in seconds since 1970. */
  epoch: number;
  /** Files that hold the secrets, by their ids. */
  secrets: ReadonlyMap<string, string>;
  /** What a builder with a store of its own calls the image meanwhile. */
  name: string;
}

/** The commands that build a Dockerfile with `builder` into an image layout, and those that clean up after them. */
export function buildCommands(
  builder: BuilderName,
  build: DockerfileBuild,
  { layout, platforms, epoch, secrets, name }: BuildTarget,
): { build: Command[]; cleanUp: Command[] } {
  const each = (option: string, values: readonly string[]): string[] => values.flatMap((value) => [option, value]);
  const common = [
    ...each('--platform', [platforms.map(formatPlatform).join(',')]),
    ...each('--file', [build.dockerfile]),
    ...each(
      '--build-arg',
      Object.entries(build.buildArgs).map(([key, value]) => `${key}=${value}`),
    ),
    ...each('--target', build.target === undefined ? [] : [build.target]),
    // Never the value itself: every user of the machine can read a command line.
    ...each(
      '--secret',
      [...secrets].map(([id, file]) => `id=${id},src=${file}`),
    ),
    ...each('--cache-from', build.cacheFrom),
    ...each('--cache-to', build.cacheTo),
  ];
  if (builder === 'docker') {
    const output = `type=oci,tar=false,rewrite-timestamp=true,dest=${layout}`;
    const options = ['--progress', 'plain', '--provenance=false', '--sbom=false', '--output', output];
    const epochArg = ['--build-arg', `SOURCE_DATE_EPOCH=${epoch}`];
    const args = ['buildx', 'build', ...options, ...common, ...epochArg, build.context];
    return { build: [{ program: 'docker', args }], cleanUp: [] };
  }
  const wantsCache = build.cacheFrom.length + build.cacheTo.length > 0;
  // Without its layers kept, buildah neither looks for others' nor stores them.
  const options = ['--format', 'oci', '--timestamp', String(epoch), ...(wantsCache ? ['--layers'] : [])];
  return {
    build: [
      { program: builder, args: ['build', ...options, ...common, '--tag', name, build.context] },
      { program: builder, args: ['push', name, `oci:${layout}:image`] },
    ],
    cleanUp: [{ program: builder, args: ['rmi', name] }],
  };
}

/** Builds a Dockerfile for each platform into image layouts below `folder`. */
export async function buildDockerfile(
  build: DockerfileBuild,
  platforms: readonly Platform[],
  folder: string,
  epoch: number,
): Promise<Image[]> {
  await checkFiles(build);
  const builder = await findBuilder(build.builder);
  checkCache(build, builder);
  const images: Image[] = [];
  await withSecrets(build.secrets, folder, async (secrets, values) => {
    // Docker builds for all at once, and stores one cache for all; the others have no name for several images but that of an index.
    const jobs = builder === 'docker' ? [platforms] : platforms.map((platform) => [platform]);
    for (const [index, job] of jobs.entries()) {
      const layout = path.join(folder, `built-${index}`);
      const name = `localhost/mlops-actions-build:${randomUUID()}`;
      const commands = buildCommands(builder, build, { layout, platforms: job, epoch, secrets, name });
      await log.group(
        `Build ${build.dockerfile} for ${job.map(formatPlatform).join(', ')} with ${builder}`,
        async () => {
          try {
            for (const command of commands.build) await runLogged(command, builder);
          } finally {
            for (const command of commands.cleanUp) await runLogged(command, builder).catch(() => undefined); // Nothing may have been built.
          }
        },
      );
      images.push(...(await readLayoutImages(layout, undefined, job)).images);
    }
    for (const image of images) await refuseBuiltSecrets(image, values);
  });
  return images;
}

/** Docker's caches are of many types; podman and buildah know repositories alone. */
function checkCache({ cacheFrom, cacheTo }: DockerfileBuild, builder: BuilderName): void {
  const typed = [...cacheFrom, ...cacheTo].find((cache) => cache.includes('='));
  if (builder === 'docker' || typed === undefined) return;
  throw new UserError(`${builder} keeps its cache in a repository of a registry, and does not know '${typed}'.`, {
    fix: "Write registry/repository in 'cache-from' and 'cache-to', or set 'builder' to docker.",
  });
}

async function checkFiles({ dockerfile, context }: DockerfileBuild): Promise<void> {
  if ((await stat(dockerfile).catch(() => undefined))?.isFile() !== true) {
    throw new UserError(`There is no Dockerfile at '${dockerfile}'.`, { fix: "Set 'dockerfile', or 'mode: layered'." });
  }
  if ((await stat(context).catch(() => undefined))?.isDirectory() !== true) {
    throw new UserError(`The build context '${context}' is not a folder.`, { fix: "Set 'context'." });
  }
}

/** The builder that was asked for, or the first one that works. */
export async function findBuilder(wanted: 'auto' | BuilderName): Promise<BuilderName> {
  const candidates = wanted === 'auto' ? BUILDERS : [wanted];
  for (const builder of candidates) {
    const args = builder === 'docker' ? ['buildx', 'inspect'] : ['--version'];
    if ((await runQuietly({ program: builder, args })) === 0) return builder;
  }
  throw new UserError(
    wanted === 'auto'
      ? 'No builder for Dockerfiles works here: docker buildx, podman and buildah were tried.'
      : `The builder '${wanted}' does not work here.`,
    {
      fix: "Run docker/setup-buildx-action before this step, install podman or buildah, or use 'mode: layered', which needs none.",
    },
  );
}

/**
 * A Dockerfile copies what its context holds: look at what came of it. Below /usr lies what packages of the base brought. A secret of the build
 * is looked for everywhere, also in the history, where an ARG would leave it.
 */
async function refuseBuiltSecrets(image: Image, secrets: readonly SecretValue[]): Promise<void> {
  const found: { path: string; reason: string }[] = [];
  for (const layer of image.layers) {
    for await (const entry of readLayer(layer)) {
      const file = path.posix.join('/', entry.path);
      const reason = file.startsWith('/usr/') ? undefined : credentialByName(file);
      if (reason !== undefined) found.push({ path: file, reason });
      else if (secrets.length > 0) {
        const id = await secretWithin(entry.content(), secrets);
        if (id !== undefined) found.push({ path: file, reason: `the build's secret '${id}'` });
      }
    }
  }
  const id = await secretWithin(image.configBlob.open(), secrets);
  if (id !== undefined) found.push({ path: "the image's config", reason: `the build's secret '${id}'` });
  refuseSecrets(found, 'the Dockerfile (list them in .dockerignore; mount what RUN needs: --mount=type=secret)');
}

/** Runs a program whose output goes to the log, line by line and escaped: a build's output may come from anywhere. */
async function runLogged({ program, args }: Command, builder: BuilderName): Promise<void> {
  const child = spawn(program, args, { env: withoutInputs(), stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', (cause) => reject(new UserError(`${program} cannot be started.`, { cause })));
    child.on('close', resolve);
  });
  const show = async (stream: NodeJS.ReadableStream): Promise<void> => {
    for await (const line of createInterface({ input: stream })) log.info(line);
  };
  const [code] = await Promise.all([ended, show(child.stdout), show(child.stderr)]);
  if (code !== 0) {
    throw new UserError(`${program} ${args[0]} ended with code ${code}; its messages are in the log.`, {
      fix:
        builder === 'docker'
          ? "If it says that the OCI exporter is not supported, run docker/setup-buildx-action before this step; for another platform than the runner's, docker/setup-qemu-action."
          : "Mend the Dockerfile; RUN for another platform than the runner's needs docker/setup-qemu-action.",
    });
  }
}

/** The inputs of this action are in its environment, secrets among them, and are no business of what a build runs. */
const withoutInputs = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('INPUT_')));

function runQuietly({ program, args }: Command): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { env: process.env, stdio: 'ignore' });
    child.on('error', () => resolve(null)); // Not installed.
    child.on('close', resolve);
  });
}
