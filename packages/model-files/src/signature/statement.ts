import { rootDigest } from '../digest.ts';
import { compareCodePoints } from '../walk.ts';

/** Predicate of signatures of OpenSSF Model Signing v1.0 (https://github.com/ossf/model-signing-spec). */
export const PREDICATE_TYPE = 'https://model_signing/signature/v1.0';

/** A file as a signature lists it. */
export interface SignedFile {
  path: string;
  /** `sha256:<hex>`. */
  digest: string;
}

/** What a signature says beside the files. */
export interface SigningOptions {
  /** The model's name, for people. */
  name: string;
  /** Paths in the model's folder that the signature does not speak of: its own, if it lies there. */
  ignored?: readonly string[];
}

/**
 * The in-toto statement that is signed of a model, as OpenSSF Model Signing v1.0 defines it: every file with its SHA-256.
 *
 * @param files all files of the model but the ignored ones
 */
export function modelStatement(files: readonly SignedFile[], { name, ignored = [] }: SigningOptions): object {
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
