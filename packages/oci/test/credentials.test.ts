import { describe, expect, test } from '@jest/globals';
import { dockerCredentials, firstOf, type Credentials } from '@mlops-actions/oci';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { temporaryFolder } from './support/folder.ts';

const folder = temporaryFolder();
let count = 0;

async function ask(
  config: object | string,
  registry: string,
  env: NodeJS.ProcessEnv = {},
): Promise<Credentials | undefined> {
  const directory = path.join(folder, String(count++));
  await mkdir(directory);
  await writeFile(path.join(directory, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config));
  return dockerCredentials({ ...process.env, DOCKER_CONFIG: directory, ...env })(registry);
}

/** Puts a credential helper on a PATH of its own. */
async function helper(name: string, script: string): Promise<NodeJS.ProcessEnv> {
  const bin = path.join(folder, `bin-${count++}`);
  await mkdir(bin);
  const file = path.join(bin, `docker-credential-${name}`);
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return { PATH: `${bin}:${process.env['PATH']}` };
}

const basic = (text: string): string => Buffer.from(text).toString('base64');

describe("docker's credentials", () => {
  test('inline', async () => {
    const auths = {
      'ghcr.io': { auth: basic('me:pass:word') },
      'https://index.docker.io/v1/': { username: 'hub', password: 'p' },
      'acr.io': { auth: basic('x:'), identitytoken: 'refresh' },
      'helper.io': {},
    };
    expect(await ask({ auths }, 'ghcr.io')).toEqual({ username: 'me', password: 'pass:word' });
    expect(await ask({ auths }, 'docker.io')).toEqual({ username: 'hub', password: 'p' });
    expect(await ask({ auths }, 'acr.io')).toEqual({ identityToken: 'refresh' });
    expect(await ask({ auths }, 'helper.io')).toBeUndefined();
    expect(await ask({ auths }, 'other.io')).toBeUndefined();
  });

  test('from a helper, which is told the registry and nothing by a shell', async () => {
    const env = await helper('demo', 'read server; printf \'{"Username":"u","Secret":"%s %s"}\' "$server" "$1"');
    expect(await ask({ credHelpers: { 'eu-docker.pkg.dev': 'demo' } }, 'eu-docker.pkg.dev', env)).toEqual({
      username: 'u',
      password: 'eu-docker.pkg.dev get',
    });
    expect(await ask({ credsStore: 'demo' }, 'docker.io', env)).toEqual({
      username: 'u',
      password: 'https://index.docker.io/v1/ get',
    });
  });

  test('a helper that knows nothing is no error; one that fails or is missing is', async () => {
    const nothing = await helper('empty', 'echo "credentials not found in native keychain"; exit 1');
    expect(await ask({ credsStore: 'empty' }, 'a.io', nothing)).toBeUndefined();
    const broken = await helper('broken', 'exit 3');
    await expect(ask({ credsStore: 'broken' }, 'a.io', broken)).rejects.toThrow(/docker-credential-broken failed/);
    await expect(ask({ credsStore: 'missing' }, 'a.io')).rejects.toThrow(/cannot be started/);
    await expect(ask({ credsStore: '../evil' }, 'a.io')).rejects.toThrow(/is not the name/);
    const odd = await helper('odd', 'echo "{}"');
    await expect(ask({ credsStore: 'odd' }, 'a.io', odd)).rejects.toThrow(/no user name and secret/);
  });

  test('no file is no credentials; a broken one is an error that names it', async () => {
    expect(await dockerCredentials({ DOCKER_CONFIG: path.join(folder, 'nowhere') })('a.io')).toBeUndefined();
    await expect(ask('{', 'a.io')).rejects.toThrow(/config\.json: the content is not JSON/);
    await expect(ask({ auths: { 'a.io': { auth: basic('no colon') } } }, 'a.io')).rejects.toThrow(
      /does not hold user:password/,
    );
  });

  test('sources are asked in turn', async () => {
    const source = firstOf(
      async () => undefined,
      async (registry) => ({ username: registry, password: '1' }),
      async () => ({ username: 'late', password: '2' }),
    );
    expect(await source('a.io')).toEqual({ username: 'a.io', password: '1' });
  });
});
