import { log, UserError } from '@mlops-actions/action-kit';
import { readLayer, readLayout, type Image } from '@mlops-actions/oci';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { BUILDERS, type BuilderName, type Foundation } from './inputs.ts';
import { credentialByName, refuseSecrets } from './secrets.ts';

type DockerfileBuild = Extract<Foundation, { mode: 'dockerfile' }>;

/** One run of a program. */
export interface Command {
  program: string;
  args: string[];
}

/** The commands that build a Dockerfile with `builder` into an image layout in `layout`, and those that clean up after them. */
export function buildCommands(
  builder: BuilderName,
  build: DockerfileBuild,
  layout: string,
  epoch: number,
  name = `localhost/mlops-actions-build:${randomUUID()}`,
): { build: Command[]; cleanUp: Command[] } {
  const common = [
    '--platform',
    'linux/amd64',
    '--file',
    build.dockerfile,
    ...Object.entries(build.buildArgs).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`]),
    ...(build.target === undefined ? [] : ['--target', build.target]),
  ];
  if (builder === 'docker') {
    const output = `type=oci,tar=false,rewrite-timestamp=true,dest=${layout}`;
    const epochArg = ['--build-arg', `SOURCE_DATE_EPOCH=${epoch}`];
    return {
      build: [
        {
          program: 'docker',
          args: [
            'buildx',
            'build',
            '--progress',
            'plain',
            '--provenance=false',
            '--sbom=false',
            ...common,
            ...epochArg,
            '--output',
            output,
            build.context,
          ],
        },
      ],
      cleanUp: [],
    };
  }
  return {
    build: [
      {
        program: builder,
        args: ['build', '--format', 'oci', '--timestamp', String(epoch), ...common, '--tag', name, build.context],
      },
      { program: builder, args: ['push', name, `oci:${layout}:image`] },
    ],
    cleanUp: [{ program: builder, args: ['rmi', name] }],
  };
}

/** Builds a Dockerfile into an image layout in `layout`. */
export async function buildDockerfile(build: DockerfileBuild, layout: string, epoch: number): Promise<Image> {
  await checkFiles(build);
  const builder = await findBuilder(build.builder);
  const commands = buildCommands(builder, build, layout, epoch);
  await log.group(`Build ${build.dockerfile} with ${builder}`, async () => {
    try {
      for (const command of commands.build) await runLogged(command, builder);
    } finally {
      for (const command of commands.cleanUp) await runLogged(command, builder).catch(() => undefined); // Nothing may have been built.
    }
  });
  const image = await readLayout(layout);
  await refuseBuiltSecrets(image);
  return image;
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

/** A Dockerfile copies what its context holds: look at what came of it. Below /usr lies what packages of the base brought. */
async function refuseBuiltSecrets(image: Image): Promise<void> {
  const found: { path: string; reason: string }[] = [];
  for (const layer of image.layers) {
    for await (const entry of readLayer(layer)) {
      const file = path.posix.join('/', entry.path);
      const reason = file.startsWith('/usr/') ? undefined : credentialByName(file);
      if (reason !== undefined) found.push({ path: file, reason });
    }
  }
  refuseSecrets(found, 'the Dockerfile (list them in .dockerignore)');
}

/** Runs a program whose output goes to the log, line by line and escaped: a build's output may come from anywhere. */
async function runLogged({ program, args }: Command, builder: BuilderName): Promise<void> {
  const child = spawn(program, args, { env: process.env, stdio: ['ignore', 'pipe', 'pipe'] });
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
          ? 'If it says that the OCI exporter is not supported, run docker/setup-buildx-action before this step.'
          : 'Mend the Dockerfile.',
    });
  }
}

function runQuietly({ program, args }: Command): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { env: process.env, stdio: 'ignore' });
    child.on('error', () => resolve(null)); // Not installed.
    child.on('close', resolve);
  });
}
