import { UserError } from '@mlops-actions/action-kit';
import { readAction, type Action } from '../model/action.ts';
import { within, type Repository } from '../model/repository.ts';
import { parseUses } from '../model/uses.ts';
import type { StandIn } from '../stand-ins/stand-in.ts';
import { standInFor } from '../stand-ins/index.ts';
import type { StepScope } from './job-state.ts';

/** What a `uses:` of a step stands for. */
export type ResolvedAction = { kind: 'action'; action: Action; ref: string } | { kind: 'stand-in'; standIn: StandIn };

/** Finds the action that a step uses. @throws UserError that names it if there is none. */
export async function resolveAction(
  text: string,
  scope: Pick<StepScope, 'job' | 'repository'>,
): Promise<ResolvedAction> {
  const { job, repository } = scope;
  const uses = parseUses(text);
  switch (uses.kind) {
    case 'self':
      return { kind: 'action', action: await actionOf(repository, uses.path, text), ref: repository.ref };
    case 'local': {
      const caller = job.run.repositories.caller;
      await within(job.workspace, uses.path, `'${text}'`).catch((error: unknown) => {
        if (!(error instanceof UserError)) throw error;
        throw new UserError(`${error.message.replace(/\.$/, '')} in the job's workspace.`, {
          fix: "A job starts with an empty workspace: check out first, or write '$/' for the repository of this file.",
        });
      });
      return { kind: 'action', action: await readAction(job.workspace, uses.path, caller), ref: caller.ref };
    }
    case 'repository': {
      const found = await job.run.repositories.find(uses.slug, uses.ref);
      if (found !== undefined) return { kind: 'action', action: await actionOf(found, uses.path, text), ref: uses.ref };
      const standIn = standInFor(uses.path === '' ? uses.slug : `${uses.slug}/${uses.path}`);
      if (standIn !== undefined) return { kind: 'stand-in', standIn };
      throw new UserError(`Nothing on this machine stands for the action '${text}'.`, {
        fix: `Map its repository to a local folder: --map ${uses.slug}=FOLDER.`,
      });
    }
  }
}

async function actionOf(repository: Repository, path: string, text: string): Promise<Action> {
  await within(repository.folder, path, `'${text}'`);
  return readAction(repository.folder, path, repository);
}
