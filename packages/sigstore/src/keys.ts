import { UserError } from '@mlops-actions/action-kit';
import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { preAuthenticated, type Envelope, type Payload } from './envelope.ts';

/** Hashes of the elliptic curves that can be signed with, by their names in OpenSSL. */
const HASHES: Readonly<Record<string, string>> = { prime256v1: 'sha256', secp384r1: 'sha384', secp521r1: 'sha512' };

/** The hash that goes with a key, or undefined for a key of another kind. */
function hashOf(key: KeyObject): string | undefined {
  const curve = key.asymmetricKeyDetails?.namedCurve ?? '';
  return Object.hasOwn(HASHES, curve) ? HASHES[curve] : undefined;
}

/**
 * Reads a private key.
 * @throws UserError if it is none that can be used; the text is never quoted
 */
export function readPrivateKey(pem: string): KeyObject {
  const fix = 'Give the PEM of a private key of the curve P-256, P-384 or P-521 that is not encrypted, from a secret.';
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    // The cause may quote the key.
    throw new UserError('The private key cannot be read.', { fix });
  }
  if (hashOf(key) === undefined)
    throw new UserError('The private key is of no curve that can be signed with.', { fix });
  return key;
}

/**
 * Reads a public key.
 * @throws UserError if it is none that can be used
 */
export function readPublicKey(pem: string): KeyObject {
  const fix = 'Give the PEM file of a public key of the curve P-256, P-384 or P-521.';
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch (error) {
    throw new UserError('The public key cannot be read.', { fix, cause: error });
  }
  if (hashOf(key) === undefined) throw new UserError('The public key is of no curve that can be signed with.', { fix });
  return key;
}

/** Signs a payload with the hash that goes with the key's curve. */
export function signPayload(payload: Payload, key: KeyObject): Envelope {
  return { payload, signatures: [sign(hashOf(key), preAuthenticated(payload), key)] };
}

/** Whether one of an envelope's signatures was made with a key. */
export function isSignedBy({ payload, signatures }: Envelope, key: KeyObject): boolean {
  const hash = hashOf(key);
  const signed = preAuthenticated(payload);
  return hash !== undefined && signatures.some((signature) => verify(hash, signed, key, signature));
}

/** Tells which key to verify with: the SHA-256 of the public key's PEM. */
export function hintOf(key: KeyObject): string {
  return createHash('sha256')
    .update(createPublicKey(key).export({ type: 'spki', format: 'pem' }))
    .digest('hex');
}
