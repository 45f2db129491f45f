import { UserError } from '@mlops-actions/action-kit';
import {
  compareToStatement,
  modelStatement,
  ruleOf,
  type Finding,
  type ModelInspection,
} from '@mlops-actions/model-files';
import { signStatement, verifyBundle } from '@mlops-actions/sigstore';
import { mkdir, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Task } from './inputs.ts';

/** A signature lists the model's files, some hundred bytes each. */
const MAX_SIGNATURE = 64 * 2 ** 20;

/** What became of the model's signature that was to be verified. */
export interface CheckedSignature {
  findings: Finding[];
  /** Who signed, if the signature holds. */
  signedBy: string | undefined;
}

/** Verifies the model's signature, where one is to be verified. */
export async function checkSignature(
  { modelPath, signature }: Task,
  inspection: ModelInspection,
): Promise<CheckedSignature> {
  if (signature === undefined) return { findings: [], signedBy: undefined };
  const verified = await verifyBundle(await readSignature(signature.path), signature.trust);
  const own = await pathInModel(modelPath, signature.path);
  const files = inspection.files.filter((file) => file.path !== own);
  const check = verified.holds
    ? compareToStatement(
        verified.statement,
        files.map(({ path: file, digest }) => ({ path: file, digest: digest ?? '' })),
      )
    : verified;
  if (check.holds) return { findings: [], signedBy: verified.holds ? verified.by : undefined };
  const message = `The signature ${path.basename(signature.path)} does not hold: ${check.reason}`;
  const finding = { rule: 'MV801', severity: ruleOf('MV801').severity, message, location: { path: '.' } } as const;
  return { findings: [finding], signedBy: undefined };
}

/**
 * Signs the model, where that is asked for.
 *
 * @returns the path of the signature, or undefined if there is none
 */
export async function writeSignature(
  { modelPath, signing, manifest }: Task,
  inspection: ModelInspection,
): Promise<string | undefined> {
  if (signing === undefined) return undefined;
  await mkdir(path.dirname(signing.path), { recursive: true });
  const own = await pathInModel(modelPath, signing.path);
  const files = inspection.files.flatMap(({ path: file, digest }) =>
    file === own || digest === undefined ? [] : [{ path: file, digest }],
  );
  const name = manifest?.content.model.name ?? path.basename(modelPath);
  const statement = modelStatement(files, { name, ignored: own === undefined ? [] : [own] });
  await writeFile(signing.path, `${await signStatement(statement, signing.signer)}\n`);
  return signing.path;
}

/** The path of a file relative to the model's folder if it lies there: a signature cannot be among the files that it signs. */
async function pathInModel(modelPath: string, file: string): Promise<string | undefined> {
  const folder = await realpath(path.dirname(file)).catch(() => path.resolve(path.dirname(file)));
  const relative = path.relative(await realpath(modelPath), path.join(folder, path.basename(file)));
  return relative.startsWith('..') || path.isAbsolute(relative) ? undefined : relative.split(path.sep).join('/');
}

async function readSignature(file: string): Promise<string> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) throw new UserError(`Input 'signature' names '${file}', which does not exist.`);
  if (!found.isFile() || found.size > MAX_SIGNATURE)
    throw new UserError(`Input 'signature' names '${file}', which is too large or no file.`);
  return readFile(file, 'utf8');
}
