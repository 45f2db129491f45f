import { UserError } from '@mlops-actions/action-kit';
import { ruleOf, signModel, verifySignature, type Finding, type ModelInspection } from '@mlops-actions/model-files';
import { mkdir, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Task } from './inputs.ts';

/** A signature lists the model's files, some hundred bytes each. */
const MAX_SIGNATURE = 64 * 2 ** 20;

/** Verifies the model's signature, where one is to be verified. */
export async function checkSignature({ modelPath, signature }: Task, inspection: ModelInspection): Promise<Finding[]> {
  if (signature === undefined) return [];
  const bundle = await readText(signature.path, 'signature');
  const key = await readText(signature.publicKey, 'public-key');
  const own = await pathInModel(modelPath, signature.path);
  const files = inspection.files.filter((file) => file.path !== own);
  const check = verifySignature(
    bundle,
    key,
    files.map(({ path: file, digest }) => ({ path: file, digest: digest ?? '' })),
  );
  if (check.holds) return [];
  const message = `The signature ${path.basename(signature.path)} does not hold: ${check.reason}`;
  return [{ rule: 'MV801', severity: ruleOf('MV801').severity, message, location: { path: '.' } }];
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
  await writeFile(
    signing.path,
    signModel(files, signing.privateKey, { name, ignored: own === undefined ? [] : [own] }),
  );
  return signing.path;
}

/** The path of a file relative to the model's folder if it lies there: a signature cannot be among the files that it signs. */
async function pathInModel(modelPath: string, file: string): Promise<string | undefined> {
  const folder = await realpath(path.dirname(file)).catch(() => path.resolve(path.dirname(file)));
  const relative = path.relative(await realpath(modelPath), path.join(folder, path.basename(file)));
  return relative.startsWith('..') || path.isAbsolute(relative) ? undefined : relative.split(path.sep).join('/');
}

async function readText(file: string, input: string): Promise<string> {
  const size = await stat(file).then(
    (found) => (found.isFile() ? found.size : Infinity),
    () => undefined,
  );
  if (size === undefined) throw new UserError(`Input '${input}' names '${file}', which does not exist.`);
  if (size > MAX_SIGNATURE) throw new UserError(`Input '${input}' names '${file}', which is too large or no file.`);
  return readFile(file, 'utf8');
}
