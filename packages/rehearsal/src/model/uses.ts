import { UserError } from '@mlops-actions/action-kit';

/** What stands after `uses:`. */
export type Uses =
  /** `$/path`: the repository and commit that define the file. */
  | { kind: 'self'; path: string }
  /** `./path`: for a step the job's workspace, for a job the caller's repository. */
  | { kind: 'local'; path: string }
  /** `owner/repo/path@ref`. */
  | { kind: 'repository'; slug: string; path: string; ref: string };

/** Takes a `uses:` apart. @throws UserError if it has none of GitHub's forms. */
export function parseUses(text: string): Uses {
  if (text.startsWith('$/')) return { kind: 'self', path: text.slice(2) };
  if (text.startsWith('./')) return { kind: 'local', path: text.slice(2) };
  if (text.startsWith('docker://'))
    throw new UserError(`A rehearsal runs no containers, so '${text}' cannot be rehearsed.`);
  const match = /^([\w-][\w.-]*\/[\w-][\w.-]*)((?:\/[^@/]+)*)\/?@([^@\s]+)$/.exec(text);
  if (match === null) {
    throw new UserError(`'${text}' is no reference to an action or workflow.`, {
      fix: "Write '$/path', './path' or 'owner/repository/path@ref'.",
    });
  }
  return { kind: 'repository', slug: match[1]!, path: match[2]!.slice(1), ref: match[3]! };
}
