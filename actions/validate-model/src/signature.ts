import { UserError } from '@mlops-actions/action-kit';
import { ruleOf, verifySignature, type Finding, type ModelInspection } from '@mlops-actions/model-files';
import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Task } from './inputs.ts';

/** A signature lists the model's files, some hundred bytes each. */
const MAX_SIGNATURE = 64 * 2 ** 20;

/** Verifies the model's signature, where one is to be verified. */
export async function checkSignature({ modelPath, signature }: Task, inspection: ModelInspection): Promise<Finding[]> {
  if (signature === undefined) return [];
  const bundle = await readText(signature.path, 'signature');
  const key = await readText(signature.publicKey, 'public-key');
  // The signature itself may lie among the files, and cannot be among those that it signs.
  const ownPath = path
    .relative(await realpath(modelPath), await realpath(signature.path))
    .split(path.sep)
    .join('/');
  const files = inspection.files.filter((file) => file.path !== ownPath);
  const check = verifySignature(
    bundle,
    key,
    files.map(({ path: file, digest }) => ({ path: file, digest: digest ?? '' })),
  );
  if (check.holds) return [];
  const message = `The signature ${path.basename(signature.path)} does not hold: ${check.reason}`;
  return [{ rule: 'MV801', severity: ruleOf('MV801').severity, message, location: { path: '.' } }];
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
