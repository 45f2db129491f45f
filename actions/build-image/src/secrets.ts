import { UserError } from '@mlops-actions/action-kit';
import { readFile } from 'node:fs/promises';
import { namesInArchive } from './archive-names.ts';

/** Files that hold credentials whatever is in them, by name. */
const CREDENTIAL_NAMES: readonly (readonly [RegExp, string])[] = [
  [/^gha-creds-.*\.json$/, 'the credentials that google-github-actions/auth leaves in the workspace'],
  [/^\.env(\..+)?$/, 'environment secrets'],
  [/^id_(rsa|dsa|ecdsa|ed25519)(_sk)?$/, 'a private SSH key'],
  [/^application_default_credentials\.json$/, 'Google Cloud credentials'],
  [/^\.(netrc|npmrc|pypirc|git-credentials|dockerconfigjson|dockercfg)$/, 'registry or host credentials'],
];
const HARMLESS_NAMES = /^\.env\.(example|sample|template|dist)$/;

/** Key stores and keys: never part of a serving image. */
const KEY_NAMES = /\.(key|p12|pfx|jks|keystore|ppk)$/i;

/** Files that may hold a key or only certificates. */
const MAYBE_KEY_NAMES = /\.(pem|crt|cer|json)$/i;
const PRIVATE_KEY = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/;
const CERTIFICATE = /-----BEGIN (TRUSTED )?CERTIFICATE-----/;

/** Keys are small; larger files are not looked into. */
const KEY_SIZE_LIMIT = 1024 * 1024;

/** What a path alone says: why it must not enter an image, if so. Holds for every image, however it was made. */
export function credentialByName(path: string): string | undefined {
  const parts = path.split('/');
  if (parts.includes('.git')) return 'the history of the repository';
  const name = parts.at(-1)!;
  if (HARMLESS_NAMES.test(name)) return undefined;
  return CREDENTIAL_NAMES.find(([pattern]) => pattern.test(name))?.[1];
}

/** Why a file that a user puts into an image must not enter it, if so: by its name, by its content if it is small, or by the names in an archive. */
export async function secretIn(path: string, size: number, file: string): Promise<string | undefined> {
  const byName = credentialByName(path);
  if (byName !== undefined) return byName;
  if (KEY_NAMES.test(path)) return 'a key store or private key';
  for (const name of await namesInArchive(file)) {
    const reason = credentialByName(name) ?? (KEY_NAMES.test(name) ? 'a key store or private key' : undefined);
    if (reason !== undefined) return `an archive with ${name}, ${reason}`;
  }
  if (!MAYBE_KEY_NAMES.test(path) || size > KEY_SIZE_LIMIT) return undefined;
  const text = await readFile(file, 'latin1');
  if (PRIVATE_KEY.test(text)) return 'a private key';
  // A bundle of certificates (certifi's cacert.pem) is public; a .pem that is none is taken for a key.
  return /\.pem$/i.test(path) && !CERTIFICATE.test(text) ? 'a PEM file that holds no certificate' : undefined;
}

/** Stops the build if there is a reason against any of the files. */
export function refuseSecrets(files: readonly { path: string; reason: string | undefined }[], where: string): void {
  const found = files.filter(({ reason }) => reason !== undefined);
  if (found.length === 0) return;
  const shown = found.slice(0, 5).map(({ path, reason }) => `'${path}' (${reason!})`);
  const more = found.length > shown.length ? ` and ${found.length - shown.length} more` : '';
  throw new UserError(`Secrets would enter the image from ${where}: ${shown.join(', ')}${more}.`, {
    fix: 'Remove them; give the server its secrets at run time, from Secret Manager.',
  });
}
