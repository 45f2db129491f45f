import { UserError } from '@mlops-actions/action-kit';

/** What a failed write means: a full disk is the user's to mend, other errors stay what they are. */
export function diskFull(error: unknown, file: string, otherwise: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new UserError(`There is no room on the disk for '${file}'.`, {
    fix: `Free some, ${otherwise}.`,
    cause: error,
  });
}
