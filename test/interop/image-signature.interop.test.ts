/** cosign on images that are signed here, and what it signs verified here. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseReference, RegistryClient, type Digest } from '@mlops-actions/oci';
import { startRegistry, type Registry } from '@mlops-actions/oci/registry';
import { GITHUB_ISSUER } from '@mlops-actions/sigstore';
import { verifyImage } from '@mlops-actions/sigstore/image';
import { startSigstoreEmulator, type SigstoreEmulator } from '@mlops-actions/sigstore-emulator';
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { inputReader, runContext, type ActionResult } from '@mlops-actions/action-kit';
import { action } from '../../actions/build-image/src/index.ts';
import { foreignTool } from './tools.ts';

const cosign = foreignTool('cosign');

(cosign === undefined ? describe.skip : describe)('cosign', () => {
  const workflow = 'acme/mlops-actions/.github/workflows/release-model.yml@refs/tags/v1';
  const claims = { sub: 'release', repository: 'acme/credit-risk', job_workflow_ref: workflow };
  let folder: string;
  let registry: Registry;
  let sigstore: SigstoreEmulator;
  const at = (name: string): string => path.join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'image-signature-'));
    registry = await startRegistry();
    sigstore = await startSigstoreEmulator();
    Object.assign(process.env, { SIGSTORE_EMULATOR_HOST: new URL(sigstore.url).host }, sigstore.jobEnvironment(claims));
    await writeFile(at('trusted_root.json'), JSON.stringify(sigstore.trustedRoot));
    await writeFile(at('model'), 'weights');
  });
  afterAll(async () => {
    delete process.env['SIGSTORE_EMULATOR_HOST'];
    await Promise.all([registry.close(), sigstore.close(), rm(folder, { recursive: true })]);
  });

  const build = (name: string, inputs: Record<string, string>): Promise<ActionResult> => {
    const all: Record<string, string> = {
      ...{ 'model-path': at('model'), 'base-image': 'scratch', entrypoint: 'serve', labels: `name=${name}` },
      ...{ tags: `${registry.address}/${name}`, 'evidence-dir': at(`evidence-${name}`), ...inputs },
    };
    return action.run(action.readInputs(inputReader((input) => all[input] ?? '')), runContext({}));
  };
  const run = (...args: string[]): Promise<{ stdout: string }> =>
    promisify(execFile)(cosign!, args, { cwd: folder, env: { ...process.env, COSIGN_PASSWORD: '', HOME: folder } });
  /** Runs a command as the summary shows it. */
  const follow = (command: string): Promise<unknown> => {
    const [tool, ...words] = command.split(' ');
    expect(tool).toBe('cosign');
    return run(...words);
  };
  const commandsOf = ({ report }: ActionResult): string[] => (report['signatures'] as { commands: string[] }).commands;

  test('verifies image, SBOMs and provenance by the commands of the summary, and no other identity', async () => {
    const built = await build('keyless', { sign: 'keyless', attach: 'sbom, spdx, provenance' });
    const commands = commandsOf(built);
    expect(commands).toHaveLength(4);
    for (const command of commands) {
      await follow(command);
      await expect(follow(command.replace('release-model.yml', 'other.yml'))).rejects.toThrow();
    }
    const unsigned = await build('unsigned', {});
    await expect(follow(commands[0]!.replace(/\S+$/, unsigned.outputs['image']!))).rejects.toThrow();
  });

  test('verifies what a key signed, by the commands of the summary', async () => {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    await writeFile(at('key.pub'), pair.publicKey.export({ type: 'spki', format: 'pem' }));
    const built = await build('keyed', { sign: 'key', 'private-key': privateKey, attach: 'provenance' });
    for (const command of commandsOf(built)) await follow(command);
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
    await writeFile(at('key.pub'), other.export({ type: 'spki', format: 'pem' }));
    await expect(follow(commandsOf(built)[0]!)).rejects.toThrow();
  });

  test('signs images that are verified here', async () => {
    const { outputs } = await build('theirs', {});
    await writeFile(
      at('signing_config.json'),
      JSON.stringify((sigstore.trustConfig as { signingConfig: object }).signingConfig),
    );
    await writeFile(at('token'), sigstore.token(claims));
    await run(
      ...['sign', '--yes', '--signing-config', at('signing_config.json'), '--trusted-root', at('trusted_root.json')],
      ...['--identity-token', at('token'), outputs['image']!],
    );
    const identity = { name: `https://github.com/${workflow}`, issuer: GITHUB_ISSUER, repository: claims.repository };
    const repository = parseReference(`${registry.address}/theirs`);
    const verify = (trusted: typeof identity): ReturnType<typeof verifyImage> =>
      verifyImage(new RegistryClient(), repository, outputs['digest'] as Digest, {
        method: 'keyless',
        identity: trusted,
      });
    expect(await verify(identity)).toEqual({ holds: true, by: identity.name });
    expect(await verify({ ...identity, name: 'https://github.com/acme/other' })).toMatchObject({ holds: false });
  });
});
