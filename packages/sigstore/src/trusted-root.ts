import { messageOf, UserError } from '@mlops-actions/action-kit';
import type { TrustedRoot } from '@sigstore/protobuf-specs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { emulatorFile } from './emulator.ts';

type Json = Record<string, unknown>;

/**
 * The instances of Sigstore whose signatures are trusted: those of a file, else the public good instance, whose keys are fetched and
 * verified as TUF does it.
 *
 * @param text a `trusted_root.json`, a client trust config, or lines of the first as `gh attestation trusted-root` prints them
 * @throws UserError
 */
export async function trustedRoots(
  text: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
): Promise<TrustedRoot[]> {
  if (text !== undefined) return parse(text);
  const emulated = await emulatorFile('trusted_root.json', env);
  return emulated === undefined ? [await publicGood()] : parse(emulated);
}

async function parse(text: string): Promise<TrustedRoot[]> {
  const { TrustedRoot } = await import('@sigstore/protobuf-specs');
  const complaint = new UserError('The trusted root cannot be read.', {
    fix: "Give the instance's trusted_root.json, or what 'gh attestation trusted-root' prints.",
  });
  const roots = documents(text, complaint).map((content) => (content['trustedRoot'] ?? content) as Json);
  if (roots.length === 0 || !roots.every((root) => Array.isArray(root['certificateAuthorities']))) throw complaint;
  return roots.map((root) => TrustedRoot.fromJSON(root));
}

/** One JSON object, or one a line. */
function documents(text: string, complaint: UserError): Json[] {
  const read = (json: string): Json => {
    const content: unknown = JSON.parse(json);
    if (typeof content !== 'object' || content === null) throw complaint;
    return content as Json;
  };
  try {
    return [read(text)];
  } catch {
    try {
      return text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map(read);
    } catch {
      throw complaint;
    }
  }
}

async function publicGood(): Promise<TrustedRoot> {
  const { getTrustedRoot } = await import('@sigstore/tuf');
  // A folder of its own: what others may write to is no place for roots of trust.
  const cachePath = await mkdtemp(path.join(process.env['RUNNER_TEMP'] || tmpdir(), 'sigstore-tuf-'));
  try {
    return await getTrustedRoot({ cachePath, timeout: 30_000, retry: 3 });
  } catch (error) {
    throw new UserError(`The keys of Sigstore's public good instance cannot be fetched: ${messageOf(error)}.`, {
      fix: "Let the runner reach tuf-repo-cdn.sigstore.dev, or give 'trusted-root'.",
    });
  } finally {
    await rm(cachePath, { recursive: true, force: true });
  }
}
