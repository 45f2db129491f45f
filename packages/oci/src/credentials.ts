import { messageOf, UserError } from '@mlops-actions/action-kit';
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { parseObject } from './parse.ts';

/** What a registry is told about who asks. */
export type Credentials = { username: string; password: string } | { identityToken: string };

/** Finds the credentials for a registry; `undefined` is an anonymous request. Asked again when a registry turns them down. */
export type CredentialSource = (registry: string) => Promise<Credentials | undefined>;

/** Asks one source after another. */
export function firstOf(...sources: CredentialSource[]): CredentialSource {
  return async (registry) => {
    for (const source of sources) {
      const found = await source(registry);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

/**
 * The credentials that `docker login` left in `config.json`, inline or through a credential helper.
 * The file is that of `$DOCKER_CONFIG`, else `~/.docker`; without one, every request is anonymous.
 */
export function dockerCredentials(env: NodeJS.ProcessEnv = process.env): CredentialSource {
  const file = path.join(env['DOCKER_CONFIG'] || path.join(homedir(), '.docker'), 'config.json');
  return async (registry) => {
    let bytes: Buffer;
    try {
      bytes = await readFile(file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new UserError(`The registry credentials in ${file} cannot be read: ${messageOf(error)}.`, { cause: error });
    }
    const config = parseObject(bytes, file) as DockerConfig;
    const keys =
      registry === 'docker.io' ? ['docker.io', 'https://index.docker.io/v1/'] : [registry, `https://${registry}`];
    for (const key of keys) {
      const helper = config.credHelpers?.[key];
      if (helper !== undefined) return askHelper(helper, key, env);
    }
    for (const key of keys) {
      const entry = config.auths?.[key];
      if (entry !== undefined && Object.keys(entry).length > 0) return inlineCredentials(entry, key, file);
    }
    if (config.credsStore === undefined) return undefined;
    return askHelper(config.credsStore, keys.at(registry === 'docker.io' ? -1 : 0)!, env);
  };
}

interface DockerConfig {
  auths?: Record<string, { auth?: string; username?: string; password?: string; identitytoken?: string }>;
  credHelpers?: Record<string, string>;
  credsStore?: string;
}

function inlineCredentials(
  entry: NonNullable<DockerConfig['auths']>[string],
  key: string,
  file: string,
): Credentials | undefined {
  if (entry.identitytoken) return { identityToken: entry.identitytoken };
  if (entry.username !== undefined && entry.password !== undefined) {
    return { username: entry.username, password: entry.password };
  }
  if (entry.auth === undefined) return undefined;
  const decoded = Buffer.from(entry.auth, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon < 0) throw new UserError(`The entry for ${key} in ${file} does not hold user:password.`);
  return { username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

/** Runs `docker-credential-<name> get` (https://github.com/docker/docker-credential-helpers). */
async function askHelper(name: string, key: string, env: NodeJS.ProcessEnv): Promise<Credentials | undefined> {
  const command = `docker-credential-${name}`;
  if (!/^[A-Za-z0-9._-]+$/.test(name)) throw new UserError(`'${name}' is not the name of a credential helper.`);
  const { code, output } = await runHelper(command, key, env);
  if (code !== 0) {
    if (/credentials not found/i.test(output)) return undefined;
    throw new UserError(`The credential helper ${command} failed for ${key}.`, {
      fix: `Run 'echo ${key} | ${command} get' to see why.`,
    });
  }
  const { Username, Secret } = parseObject(Buffer.from(output), `The answer of ${command}`);
  if (typeof Username !== 'string' || typeof Secret !== 'string') {
    throw new UserError(`The credential helper ${command} gave no user name and secret for ${key}.`);
  }
  return Username === '<token>' ? { identityToken: Secret } : { username: Username, password: Secret };
}

function runHelper(
  command: string,
  input: string,
  env: NodeJS.ProcessEnv,
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, ['get'], { env, stdio: ['pipe', 'pipe', 'ignore'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('error', (cause) => {
      reject(
        new UserError(`The credential helper ${command} cannot be started.`, {
          fix: 'Install it, or log in without it.',
          cause,
        }),
      );
    });
    child.on('close', (code) => resolve({ code, output }));
    child.stdin.on('error', () => undefined); // A helper that ends without reading is judged by its exit code.
    child.stdin.end(input);
  });
}
