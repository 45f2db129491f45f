import type { KeyObject } from 'node:crypto';

/** What signatures of OpenSSF Model Signing v1.0 are made of (https://github.com/ossf/model-signing-spec). */
export const PAYLOAD_TYPE = 'application/vnd.in-toto+json';
export const PREDICATE_TYPE = 'https://model_signing/signature/v1.0';
export const BUNDLE_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/** A file as a signature lists it. */
export interface SignedFile {
  path: string;
  /** `sha256:<hex>`. */
  digest: string;
}

/** Hashes of the elliptic curves that models are signed with, by their names in OpenSSL. */
const HASHES: Readonly<Record<string, string>> = { prime256v1: 'sha256', secp384r1: 'sha384', secp521r1: 'sha512' };

/** The hash that goes with a key, or undefined for a key that signs no models. */
export function hashOfKey(key: KeyObject): string | undefined {
  const curve = key.asymmetricKeyDetails?.namedCurve ?? '';
  return Object.hasOwn(HASHES, curve) ? HASHES[curve] : undefined;
}

/** What is signed of a payload: it, its type and both lengths (DSSE's pre-authentication encoding). */
export function preAuthenticated(payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `), payload]);
}
