import { UserError } from '@mlops-actions/action-kit';
import type { SigningConfig } from '@sigstore/protobuf-specs';
import { readFile } from 'node:fs/promises';
import { emulatorFile } from './emulator.ts';

/** The services that keyless signatures are made with. */
export interface SigningServices {
  /** What they are called in messages. */
  name: string;
  /** Whose they are. */
  instance: 'public-good' | 'github' | 'private';
  config: SigningConfig;
}

type Json = Record<string, unknown>;

const FROM_THE_START = { validFor: { start: '2020-01-01T00:00:00Z' }, majorApiVersion: 1 };

/** Sigstore's public good instance, which publishes every signature with its identity in a transparency log. */
const PUBLIC_GOOD: Json = {
  caUrls: [{ url: 'https://fulcio.sigstore.dev', operator: 'sigstore.dev', ...FROM_THE_START }],
  rekorTlogUrls: [{ url: 'https://rekor.sigstore.dev', operator: 'sigstore.dev', ...FROM_THE_START }],
  rekorTlogConfig: { selector: 'ANY' },
};

/** GitHub's own instance, for repositories that are not public: a timestamp in place of a log that everybody reads. */
function githubInstance(serverUrl: string): Json {
  const { hostname } = new URL(serverUrl);
  const host = hostname === 'github.com' ? 'githubapp.com' : hostname;
  return {
    caUrls: [{ url: `https://fulcio.${host}`, operator: 'github.com', ...FROM_THE_START }],
    tsaUrls: [{ url: `https://timestamp.${host}/api/v1/timestamp`, operator: 'github.com', ...FROM_THE_START }],
    tsaConfig: { selector: 'ANY' },
  };
}

/**
 * The services to sign with: those of a signing config, else, as actions/attest does it, the public good instance for a run of a public
 * repository and GitHub's for any other.
 *
 * @param file path of the signing config
 */
export async function signingServices(
  file: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
): Promise<SigningServices> {
  if (file !== undefined)
    return { name: file, instance: 'private', config: await readSigningConfig(await readText(file), file) };
  const emulated = await emulatorFile('signing_config.json', env);
  if (emulated !== undefined)
    return { name: 'the Sigstore emulator', instance: 'private', config: await parse(JSON.parse(emulated) as Json) };
  return (await isPublic(env['GITHUB_EVENT_PATH']))
    ? { name: "Sigstore's public good instance", instance: 'public-good', config: await parse(PUBLIC_GOOD) }
    : {
        name: "GitHub's Sigstore instance",
        instance: 'github',
        config: await parse(githubInstance(env['GITHUB_SERVER_URL'] || 'https://github.com')),
      };
}

/**
 * Reads a Sigstore signing config, or the one in a client trust config.
 * @throws UserError if it is none
 */
async function readSigningConfig(text: string, name: string): Promise<SigningConfig> {
  const complaint = new UserError(`'${name}' is no Sigstore signing config.`, {
    fix: "Give the JSON file of the instance's signing config (application/vnd.dev.sigstore.signingconfig.v0.2+json) or client trust config.",
  });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw complaint;
  }
  if (typeof content !== 'object' || content === null) throw complaint;
  const config = ((content as Json)['signingConfig'] ?? content) as Json;
  if (!Array.isArray(config['caUrls']) || config['caUrls'].length === 0) throw complaint;
  return parse(config);
}

async function parse(config: Json): Promise<SigningConfig> {
  const { SigningConfig } = await import('@sigstore/protobuf-specs');
  return SigningConfig.fromJSON(config);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UserError(`Input 'signing-config' names '${file}', which cannot be read.`, { cause: error });
  }
}

/** Whether the run is of a public repository, by its event. What does not say so is not public. */
async function isPublic(eventFile: string | undefined): Promise<boolean> {
  if (!eventFile) return false;
  const { repository } = JSON.parse(await readFile(eventFile, 'utf8')) as { repository?: { visibility?: unknown } };
  return repository?.visibility === 'public';
}
