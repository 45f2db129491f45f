import { rootDigest } from '../digest.ts';
import { PREDICATE_TYPE, type SignedFile } from './statement.ts';

/** Whether a signed statement is about these files, and why not, as a clause about the signature. */
export type SignatureCheck = { holds: true } | { holds: false; reason: string };

class Refusal extends Error {}

/**
 * Compares a model with what was signed of it, as OpenSSF Model Signing v1.0 defines it (https://github.com/ossf/model-signing-spec): every
 * file must be listed with its digest, and every listed file must be there.
 *
 * @param statement an in-toto statement whose signature holds
 * @param files all files of the model
 */
export function compareToStatement(statement: unknown, files: readonly SignedFile[]): SignatureCheck {
  try {
    compare(readResources(statement), files);
    return { holds: true };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { holds: false, reason: error.message };
  }
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

function recordOf(value: unknown, otherwise: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Refusal(otherwise);
  return value as Record<string, unknown>;
}
