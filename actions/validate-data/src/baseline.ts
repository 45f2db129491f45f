import { stat } from 'node:fs/promises';
import path from 'node:path';
import { log, messageOf, UserError } from '@mlops-actions/action-kit';
import { readContract, type Contract } from '@mlops-actions/contract';
import { loadManifestIfPresent } from '@mlops-actions/manifest';
import type { Inputs } from './inputs.ts';

/** The contract before a change. */
export interface Baseline {
  path: string;
  contract: Contract;
}

/**
 * Finds the contract that the new one is compared with.
 *
 * A folder is an earlier state of the repository. There its own model.yaml says which contract was in force, so that one that is named anew is still
 * compared with what it replaces.
 *
 * @param contract path of the new contract; undefined if there is none
 * @returns undefined if the folder holds no earlier contract
 * @throws UserError if the contract was given up
 */
export async function readBaseline(
  given: string,
  { manifest, contract: named }: Pick<Inputs, 'manifest' | 'contract'>,
  contract: string | undefined,
): Promise<Baseline | undefined> {
  const isFolder = await stat(given).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const file = isFolder ? await contractIn(given, { manifest, named, contract }) : given;
  if (file === undefined) {
    log.info(`There is no contract in '${given}': nothing was promised before.`);
    return undefined;
  }
  if (contract === undefined) {
    throw new UserError(`There is no contract any more, and '${file}' was one.`, {
      fix: "Name it by the input 'contract', or data.contract in model.yaml; to end a contract, set its status to retired under a new major version.",
    });
  }
  return { path: file, contract: await readContract(file) };
}

async function contractIn(
  folder: string,
  { manifest, named, contract }: { manifest: string; named: string | undefined; contract: string | undefined },
): Promise<string | undefined> {
  const candidates = [
    () => here(folder, named),
    () => contractOfManifest(folder, manifest),
    () => here(folder, contract),
  ];
  for (const candidate of candidates) {
    const file = await candidate();
    if (file !== undefined) return file;
  }
  return undefined;
}

/** A path of the working directory as it is in the folder, if something is there. */
async function here(folder: string, file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const way = path.relative('.', file);
  if (way.startsWith('..') || path.isAbsolute(way)) return undefined;
  const earlier = path.join(folder, way);
  return (await exists(earlier)) ? earlier : undefined;
}

async function contractOfManifest(folder: string, manifest: string): Promise<string | undefined> {
  const file = await here(folder, manifest);
  if (file === undefined) return undefined;
  try {
    const loaded = await loadManifestIfPresent(file);
    const own = loaded?.manifest.data?.contract;
    return own === undefined ? undefined : loaded!.resolve(own);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // A change that mends model.yaml must not fail for what it mends.
    log.warning(`The earlier model.yaml does not say which contract was in force: ${messageOf(error)}`);
    return undefined;
  }
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );
