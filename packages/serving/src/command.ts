import { access, constants, stat } from 'node:fs/promises';
import path from 'node:path';
import { ServingError } from './errors.ts';
import { resolveInRootfs } from './rootfs.ts';

/** What is read of an OCI image configuration (https://github.com/opencontainers/image-spec/blob/main/config.md). */
export interface ImageConfig {
  config?: {
    Env?: readonly string[] | null;
    Entrypoint?: readonly string[] | null;
    Cmd?: readonly string[] | null;
    WorkingDir?: string | null;
  } | null;
}

/** A container's command as a process of this machine. */
export interface LocalCommand {
  file: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
}

/**
 * Maps an image's command to this machine. The working directory, a command with a path, and every argument that is an
 * absolute path that exists in the image are taken from `rootfs`; a command without a path is looked for on the image's PATH
 * inside `rootfs`, then on this machine's. The environment is the image's and `env`, nothing of this machine's but its PATH.
 *
 * `command` stands in for the image's entrypoint and command, `args` for its command alone, and `$(NAME)` in them is
 * expanded, as in Kubernetes and Vertex AI's ModelContainerSpec.
 */
export async function localCommand(options: {
  rootfs: string;
  config: ImageConfig;
  command?: readonly string[];
  args?: readonly string[];
  env: Readonly<Record<string, string>>;
}): Promise<LocalCommand> {
  const rootfs = path.resolve(options.rootfs);
  const image = options.config.config ?? {};
  const containerEnv = { ...parseEnv(image.Env ?? []), ...options.env };
  const containerPath = (containerEnv['PATH'] ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin')
    .split(':')
    .filter((folder) => folder.startsWith('/'));
  const mappedPath = await Promise.all(containerPath.map((folder) => resolveInRootfs(rootfs, folder)));
  const searchPath = [...mappedPath, ...(process.env['PATH'] ?? '/usr/bin:/bin').split(':')];

  const workingDirectory = image.WorkingDir || '/';
  const [program, ...args] = commandLine(image, options).map((word) => expand(word, containerEnv));
  if (program === undefined || program === '') {
    throw new ServingError('not-started', 'The image has neither an entrypoint nor a command.', {
      fix: "Set the image's entrypoint, or the container's command.",
    });
  }
  const file = program.includes('/')
    ? await resolveInRootfs(rootfs, path.posix.resolve(workingDirectory, program))
    : await findOnPath(program, containerPath, rootfs);
  if (file === undefined) {
    throw new ServingError('not-started', `The image's command '${program}' is neither in the image nor on the PATH.`);
  }
  const cwd = await resolveInRootfs(rootfs, workingDirectory);
  if (!(await isFolder(cwd))) {
    throw new ServingError('not-started', `The image's working directory '${workingDirectory}' is not in the image.`);
  }
  return {
    file,
    args: await Promise.all(args.map((arg) => mapArgument(rootfs, arg))),
    cwd,
    env: { ...containerEnv, PATH: searchPath.join(':') },
  };
}

function commandLine(
  image: NonNullable<ImageConfig['config']>,
  { command = [], args = [] }: { command?: readonly string[]; args?: readonly string[] },
): string[] {
  if (command.length > 0) return [...command, ...args];
  return [...(image.Entrypoint ?? []), ...(args.length > 0 ? args : (image.Cmd ?? []))];
}

function parseEnv(entries: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    entries.map((entry) => {
      const at = entry.indexOf('=');
      return at < 0 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
}

/** Expands `$(NAME)`; `$$` stands for `$`, and a name that is not set stays as it is. */
function expand(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(/\$\$|\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)/g, (whole, name: string | undefined) =>
    name === undefined ? '$' : Object.hasOwn(env, name) ? env[name]! : whole,
  );
}

async function findOnPath(name: string, containerPath: string[], rootfs: string): Promise<string | undefined> {
  for (const folder of containerPath) {
    const file = await resolveInRootfs(rootfs, path.posix.join(folder, name));
    if (await isExecutable(file)) return file;
  }
  for (const folder of (process.env['PATH'] ?? '/usr/bin:/bin').split(':')) {
    const file = path.resolve(folder, name);
    if (await isExecutable(file)) return file;
  }
  return undefined;
}

async function mapArgument(rootfs: string, arg: string): Promise<string> {
  if (!arg.startsWith('/') || arg === '/') return arg;
  const mapped = await resolveInRootfs(rootfs, arg);
  return (await exists(mapped)) ? mapped : arg;
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

const isFolder = (file: string): Promise<boolean> =>
  stat(file).then(
    (found) => found.isDirectory(),
    () => false,
  );

const isExecutable = (file: string): Promise<boolean> =>
  Promise.all([access(file, constants.X_OK), stat(file)]).then(
    ([, found]) => found.isFile(),
    () => false,
  );
