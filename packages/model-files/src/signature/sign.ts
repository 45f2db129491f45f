import { UserError } from '@mlops-actions/action-kit';
import { createHash, createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { rootDigest } from '../digest.ts';
import { compareCodePoints } from '../walk.ts';
import { BUNDLE_TYPE, hashOfKey, PAYLOAD_TYPE, preAuthenticated, PREDICATE_TYPE, type SignedFile } from './format.ts';

/** What a signature says beside the files. */
export interface SigningOptions {
  /** The model's name, for people. */
  name: string;
  /** Paths in the model's folder that the signature does not speak of: its own, if it lies there. */
  ignored?: readonly string[];
}

/**
 * Signs a model as OpenSSF Model Signing v1.0 defines it (https://github.com/ossf/model-signing-spec), method `key`.
 *
 * @param files all files of the model but the ignored ones
 * @param privateKey PEM of a key of the curve P-256, P-384 or P-521, not encrypted
 * @returns text of the signature file, a Sigstore bundle
 * @throws UserError if the key is none that can be used
 */
export function signModel(files: readonly SignedFile[], privateKey: string, options: SigningOptions): string {
  const { key, hash } = readKey(privateKey);
  const payload = Buffer.from(JSON.stringify(statementOf(files, options)));
  return `${JSON.stringify({
    mediaType: BUNDLE_TYPE,
    verificationMaterial: { publicKey: { hint: hintOf(key) }, tlogEntries: [] },
    dsseEnvelope: {
      payload: payload.toString('base64'),
      payloadType: PAYLOAD_TYPE,
      signatures: [{ sig: sign(hash, preAuthenticated(payload), key).toString('base64'), keyid: '' }],
    },
  })}\n`;
}

/** The in-toto statement that lists the files. */
function statementOf(files: readonly SignedFile[], { name, ignored = [] }: SigningOptions): object {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name, digest: { sha256: rootDigest(files).slice('sha256:'.length) } }],
    predicateType: PREDICATE_TYPE,
    predicate: {
      serialization: { method: 'files', hash_type: 'sha256', allow_symlinks: false, ignore_paths: [...ignored] },
      resources: [...files]
        .sort((a, b) => compareCodePoints(a.path, b.path))
        .map(({ path, digest }) => ({ name: path, digest: digest.slice('sha256:'.length), algorithm: 'sha256' })),
    },
  };
}

function readKey(pem: string): { key: KeyObject; hash: string } {
  const fix = 'Give the PEM of a private key of the curve P-256, P-384 or P-521 that is not encrypted, from a secret.';
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    // The cause may quote the key.
    throw new UserError('The private key cannot be read.', { fix });
  }
  const hash = hashOfKey(key);
  if (hash === undefined) throw new UserError('The private key is of no curve that models are signed with.', { fix });
  return { key, hash };
}

/** Tells which key to verify with: the SHA-256 of the public key's PEM. */
function hintOf(key: KeyObject): string {
  return createHash('sha256')
    .update(createPublicKey(key).export({ type: 'spki', format: 'pem' }))
    .digest('hex');
}
