import { UserError } from '@mlops-actions/action-kit';
import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { rootDigest } from '../digest.ts';
import { hashOfKey, PAYLOAD_TYPE, preAuthenticated, PREDICATE_TYPE, type SignedFile } from './format.ts';

/** Whether a signature holds, and why not. */
export type SignatureCheck = { holds: true } | { holds: false; reason: string };

/** A reason why a signature does not hold, as a clause about it. */
class Refusal extends Error {}

/**
 * Verifies a model's signature as OpenSSF Model Signing v1.0 defines it (https://github.com/ossf/model-signing-spec), method `key`: a Sigstore
 * bundle with a DSSE envelope around an in-toto statement, which lists every file with its SHA-256. Every file must be listed, and every
 * listed file must be there.
 *
 * @param bundle text of the signature file
 * @param publicKey the signer's public key as PEM; of a curve P-256, P-384 or P-521
 * @param files all files of the model
 * @throws UserError if the key is none that can be used
 */
export function verifySignature(bundle: string, publicKey: string, files: readonly SignedFile[]): SignatureCheck {
  const { key, hash } = readKey(publicKey);
  try {
    const { verificationMaterial, dsseEnvelope } = recordOf(parse(bundle, 'it is no JSON'), 'it is no Sigstore bundle');
    if (!('publicKey' in recordOf(verificationMaterial, 'it is no Sigstore bundle')))
      throw new Refusal('it was made with a certificate or an identity, not with a key');
    compare(readResources(openEnvelope(dsseEnvelope, key, hash)), files);
    return { holds: true };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { holds: false, reason: error.message };
  }
}

function readKey(pem: string): { key: KeyObject; hash: string } {
  const fix = 'Give the PEM file of a public key of the curve P-256, P-384 or P-521.';
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch (error) {
    throw new UserError('The public key cannot be read.', { fix, cause: error });
  }
  const hash = hashOfKey(key);
  if (hash === undefined) throw new UserError('The public key is of no curve that models are signed with.', { fix });
  return { key, hash };
}

/** The envelope's payload, which nothing is read of before its signature holds. */
function openEnvelope(envelope: unknown, key: KeyObject, hash: string): unknown {
  const { payload, payloadType, signatures } = recordOf(envelope, 'it has no envelope');
  if (payloadType !== PAYLOAD_TYPE || typeof payload !== 'string' || !Array.isArray(signatures))
    throw new Refusal('its envelope holds no in-toto statement');
  const body = Buffer.from(payload, 'base64');
  const signed = preAuthenticated(body);
  const holds = signatures.some((entry: unknown) => {
    const { sig } = recordOf(entry, 'its envelope holds no signature');
    return typeof sig === 'string' && verify(hash, signed, key, Buffer.from(sig, 'base64'));
  });
  if (!holds) throw new Refusal('it was not made with this key, or was changed since');
  return parse(body.toString('utf8'), 'its payload is no JSON');
}

/** The files that the statement lists, by name. */
function readResources(statement: unknown): Map<string, string> {
  const { predicateType, predicate, subject } = recordOf(statement, 'its payload is no statement');
  if (predicateType !== PREDICATE_TYPE)
    throw new Refusal('its statement is not of version 1.0 of OpenSSF Model Signing');
  const { resources, serialization } = recordOf(predicate, 'its statement says nothing');
  const { method, hash_type: hashType } = recordOf(serialization, 'its statement does not say how files were hashed');
  if (method !== 'files' || hashType !== 'sha256')
    throw new Refusal('it hashes parts of files, or not with SHA-256, which is not supported');
  if (!Array.isArray(resources)) throw new Refusal('its statement lists no files');
  const listed: SignedFile[] = resources.map((resource: unknown) => {
    const { name, digest, algorithm } = recordOf(resource, 'its statement lists something that is no file');
    if (
      typeof name !== 'string' ||
      typeof digest !== 'string' ||
      algorithm !== 'sha256' ||
      !/^[0-9a-f]{64}$/.test(digest)
    )
      throw new Refusal('its statement lists something that is no file');
    return { path: name, digest: `sha256:${digest}` };
  });
  const digests = new Map(listed.map(({ path, digest }) => [path, digest]));
  if (digests.size < listed.length) throw new Refusal('its statement lists a file twice');
  const [first] = Array.isArray(subject) ? (subject as unknown[]) : [];
  const { sha256 } = recordOf(recordOf(first, 'its statement has no subject').digest, 'its statement has no subject');
  if (`sha256:${String(sha256)}` !== rootDigest(listed)) throw new Refusal('its statement contradicts itself');
  return digests;
}

function compare(listed: Map<string, string>, files: readonly SignedFile[]): void {
  const [first] = files;
  // Of a model that is one file, early versions do not give the name.
  if (files.length === 1 && listed.size === 1 && listed.has('.')) {
    if (listed.get('.') !== first!.digest) throw new Refusal(`${first!.path} was changed since`);
    return;
  }
  for (const { path, digest } of files) {
    const signed = listed.get(path);
    if (signed === undefined) throw new Refusal(`${path} is not among the files that were signed`);
    if (signed !== digest) throw new Refusal(`${path} was changed since`);
  }
  const present = new Set(files.map(({ path }) => path));
  for (const path of listed.keys()) if (!present.has(path)) throw new Refusal(`${path} is missing`);
}

function parse(text: string, otherwise: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(otherwise);
  }
}

function recordOf(value: unknown, otherwise: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Refusal(otherwise);
  return value as Record<string, unknown>;
}
