import { digestFile, UserError } from '@mlops-actions/action-kit';
import { createHash } from 'node:crypto';
import { compareCodePoints, listModel } from './walk.ts';

/** A file of a model and the digest of its bytes. */
export interface FileDigest {
  /** Relative to the model's folder, with `/`. */
  path: string;
  /** Bytes. */
  size: number;
  /** `sha256:<hex>`. */
  digest: string;
}

/** The identity of a model. */
export interface ModelDigest {
  /** `sha256:<hex>`, see {@link rootDigest}. */
  digest: string;
  /** Every file that the digest covers, in code-point order of the paths. */
  files: FileDigest[];
}

/**
 * The digest of the model at `modelPath`, a file or a folder. Files are read as streams. Throws a `UserError` for a missing or empty
 * model, and for links that leave the folder: what is not in the folder cannot be part of the model's identity.
 */
export async function digestModel(modelPath: string): Promise<ModelDigest> {
  const { files, rejected } = await listModel(modelPath);
  const [first] = rejected;
  if (first !== undefined) {
    throw new UserError(`'${first.path}' in the model folder '${modelPath}' ${first.reason}.`, {
      fix: 'Put a copy of the file in its place, or take it out of the model.',
    });
  }
  const digests: FileDigest[] = [];
  for (const file of files) {
    digests.push({ path: file.path, size: file.size, digest: await digestFile(file.absolutePath) });
  }
  return { digest: rootDigest(digests), files: digests };
}

/**
 * The root digest that OpenSSF Model Signing v1.0 defines (https://github.com/ossf/model-signing-spec): SHA-256 over the raw digests
 * of the files, concatenated in code-point order of their relative paths. It depends on no order of listing, platform or file name's
 * case rule. A single file counts as a folder that holds just that file.
 */
export function rootDigest(files: readonly { path: string; digest: string }[]): string {
  const hash = createHash('sha256');
  for (const file of [...files].sort((a, b) => compareCodePoints(a.path, b.path))) {
    hash.update(Buffer.from(file.digest.slice('sha256:'.length), 'hex'));
  }
  return `sha256:${hash.digest('hex')}`;
}
