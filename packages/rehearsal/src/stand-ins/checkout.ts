import { constants } from 'node:fs';
import { copyFile, lstat, mkdir, readdir, readlink, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { count, UserError } from '@mlops-actions/action-kit';
import { checkOutTree, findTree, gitFiles, within } from '../model/repository.ts';
import type { StandIn } from './stand-in.ts';

/** Folders that are never part of a commit, for repositories that are no git work tree. */
const NEVER_COMMITTED = new Set(['.git', 'node_modules', '.rehearsal']);

/**
 * `actions/checkout`: copies a repository's tree as it stands, with what is not committed yet and without what git ignores. Another branch of
 * the caller, such as the base of a pull request, comes as it was committed. Like the original it empties the folder first, so an artifact that was downloaded before is gone here too.
 */
export const checkout: StandIn = {
  uses: 'actions/checkout',
  inputs: {
    ...{ repository: '', ref: '', token: '', path: '', clean: 'true', 'ssh-key': '', 'ssh-known-hosts': '' },
    ...{ 'ssh-strict': 'true', 'ssh-user': 'git', 'persist-credentials': 'true', filter: '', 'sparse-checkout': '' },
    ...{ 'sparse-checkout-cone-mode': 'true', 'fetch-depth': '1', 'fetch-tags': 'false', 'show-progress': 'true' },
    ...{ lfs: 'false', submodules: 'false', 'set-safe-directory': 'true', 'github-server-url': '' },
    'allow-unsafe-pr-checkout': 'false',
  },
  async run({ job, input, log }) {
    const { caller } = job.run.repositories;
    const slug = input('repository') || caller.slug;
    const ref = input('ref') || (slug === caller.slug ? caller.ref : 'HEAD');
    const repository = await job.run.repositories.find(slug, ref);
    if (repository === undefined) {
      throw new UserError(`Nothing on this machine stands for the repository '${slug}'.`, {
        fix: `Map it to a local folder: --map ${slug}=FOLDER.`,
      });
    }
    const target = path.resolve(job.workspace, input('path'));
    if (target !== job.workspace && !target.startsWith(job.workspace + path.sep)) {
      throw new UserError(`The checkout path '${input('path')}' is not in the job's workspace.`);
    }
    await mkdir(target, { recursive: true });
    // The folder is emptied: a link in an earlier checkout must not lead that out of the workspace.
    await within(job.workspace, path.relative(job.workspace, target), `The checkout path '${input('path')}'`);
    await Promise.all(
      (await readdir(target)).map((name) => rm(path.join(target, name), { recursive: true, force: true })),
    );

    const tree = slug === caller.slug && input('ref') !== '' ? await findTree(caller, ref) : undefined;
    if (tree !== undefined) {
      await checkOutTree(caller.folder, tree, target);
      log(`${slug}: ${ref} as it was committed, ${tree}.`);
      return { ref, commit: tree.split(':')[0]! };
    }
    const listed = await gitFiles(repository.folder);
    // A folder that an outer repository ignores as a whole has no files for git.
    const files = listed === undefined || listed.length === 0 ? await walk(repository.folder) : listed;
    const own = path.relative(repository.folder, job.run.outDir);
    let copied = 0;
    for (const file of files) {
      if (file.startsWith(own + path.sep)) continue;
      if (await copy(path.join(repository.folder, file), path.join(target, file))) copied++;
    }
    log(`${slug}: ${count(copied, 'file')} of the tree as it stands on this machine, uncommitted changes included.`);
    log(`On GitHub this is ${ref} at ${repository.sha}.`);
    return { ref, commit: repository.sha };
  },
};

/** Copies a file or link; a file that git knows and that is gone, or a submodule's folder, is left out. */
async function copy(source: string, target: string): Promise<boolean> {
  const info = await lstat(source).catch(() => undefined);
  if (info === undefined || info.isDirectory()) return false;
  await mkdir(path.dirname(target), { recursive: true });
  if (info.isSymbolicLink()) await symlink(await readlink(source), target);
  else await copyFile(source, target, constants.COPYFILE_FICLONE);
  return true;
}

async function walk(folder: string, below = ''): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await readdir(path.join(folder, below), { withFileTypes: true })) {
    if (NEVER_COMMITTED.has(entry.name)) continue;
    const relative = path.join(below, entry.name);
    if (entry.isDirectory()) files.push(...(await walk(folder, relative)));
    else if (entry.isFile() || entry.isSymbolicLink()) files.push(relative);
  }
  return files;
}
