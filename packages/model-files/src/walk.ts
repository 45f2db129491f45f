import { UserError } from '@mlops-actions/action-kit';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

/** A regular file of a model. */
export interface ModelFile {
  /** Relative to the model's folder, with `/` on every platform; a model that is one file has its base name here. */
  path: string;
  /** Where the bytes are on this machine. */
  absolutePath: string;
  /** Bytes. */
  size: number;
}

/** Something in a model's folder that can be no part of a model: its bytes are elsewhere or nowhere. */
export interface RejectedEntry {
  path: string;
  /** Half a sentence: "is a symbolic link to a folder". */
  reason: string;
}

/** What a model consists of. */
export interface ModelListing {
  /** Whether the model was given as one file or as a folder. */
  kind: 'file' | 'folder';
  /** In code-point order of their paths. */
  files: ModelFile[];
  /** Links out of the folder, links to folders, pipes, sockets and devices. */
  rejected: RejectedEntry[];
  /** Top-level entries that are no part of the model by the rules of OpenSSF Model Signing. */
  excluded: string[];
}

/** Top-level names that OpenSSF Model Signing leaves out of a model, and the name of the signature file itself. */
const EXCLUDED = new Set(['.git', '.gitignore', '.gitattributes', '.github', 'model.sig']);

/** Far more than any model has, and few enough to hold. */
const MAX_FILES = 100_000;

/** Lists the files of the model at `modelPath`, a file or a folder. Throws a {@link UserError} if there is nothing to read. */
export async function listModel(modelPath: string): Promise<ModelListing> {
  const root = await realpath(modelPath).catch((error: unknown) => {
    throw new UserError(`There is no model at '${modelPath}'.`, {
      fix: 'Give the path of a model file or folder, relative to the working directory.',
      cause: error,
    });
  });
  const rootStat = await stat(root);
  if (rootStat.isFile()) {
    const file = { path: path.basename(root), absolutePath: root, size: rootStat.size };
    return { kind: 'file', files: [file], rejected: [], excluded: [] };
  }
  if (!rootStat.isDirectory()) throw new UserError(`'${modelPath}' is neither a file nor a folder.`);

  const listing: ModelListing = { kind: 'folder', files: [], rejected: [], excluded: [] };
  await walk(root, '', listing);
  if (listing.files.length === 0 && listing.rejected.length === 0) {
    throw new UserError(`The model folder '${modelPath}' holds no files.`, {
      fix: 'Check that an earlier step wrote the model there.',
    });
  }
  listing.files.sort((a, b) => compareCodePoints(a.path, b.path));
  listing.rejected.sort((a, b) => compareCodePoints(a.path, b.path));
  return listing;
}

async function walk(root: string, folder: string, listing: ModelListing): Promise<void> {
  for (const name of await readdir(path.join(root, folder))) {
    const relative = folder === '' ? name : `${folder}/${name}`;
    if (folder === '' && EXCLUDED.has(name)) {
      listing.excluded.push(name);
      continue;
    }
    if (name.includes('\ufffd')) {
      listing.rejected.push({ path: relative, reason: 'has a name that is not valid UTF-8' });
      continue;
    }
    const absolutePath = path.join(root, relative);
    const entry = await lstat(absolutePath);
    if (entry.isDirectory()) await walk(root, relative, listing);
    else if (entry.isFile()) listing.files.push({ path: relative, absolutePath, size: entry.size });
    else if (entry.isSymbolicLink()) await addLink(root, relative, listing);
    else listing.rejected.push({ path: relative, reason: 'is a pipe, a socket or a device' });
    if (listing.files.length > MAX_FILES) {
      throw new UserError(`The model folder holds more than ${MAX_FILES} files.`, {
        fix: 'Point to the folder of the model alone.',
      });
    }
  }
}

/** A link to a file inside the folder counts as that file; its target is listed in its own right as well. */
async function addLink(root: string, relative: string, listing: ModelListing): Promise<void> {
  const target = await realpath(path.join(root, relative)).catch(() => undefined);
  const reject = (reason: string): void => void listing.rejected.push({ path: relative, reason });
  if (target === undefined) return reject('is a symbolic link to nothing');
  if (!target.startsWith(root + path.sep)) return reject("is a symbolic link out of the model's folder");
  const targetStat = await stat(target);
  if (!targetStat.isFile()) return reject('is a symbolic link to something that is not a file');
  listing.files.push({ path: relative, absolutePath: target, size: targetStat.size });
}

/** Order by code points, which is the order of the UTF-8 bytes (JavaScript's own is by UTF-16 units). */
export function compareCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
