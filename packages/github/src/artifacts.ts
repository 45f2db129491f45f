import { UserError } from '@mlops-actions/action-kit';
import { repositoryPath, type GitHub } from './client.ts';
import { unzipOnly } from './unzip.ts';

interface ArtifactAnswer {
  id: number;
  name: string;
  expired: boolean;
  size_in_bytes: number;
  workflow_run: { id: number; head_branch: string | null; repository_id: number; head_repository_id: number } | null;
}

/** What was found in an artifact. */
export interface ArtifactText {
  text: string;
  id: number;
  runId: number;
}

const NEEDS = 'actions: read';

/** Bytes of a text in an artifact, packed or not. */
const LIMIT = 32 * 1024 * 1024;

/** The default branch of the repository. */
export async function defaultBranch(github: GitHub): Promise<string> {
  const answer = (await github.call({ path: '', what: 'read the repository', needs: 'contents: read' })) as {
    default_branch: string;
  };
  return answer.default_branch;
}

/**
 * The one file of the newest artifact of a name that a run on the default branch of this very repository left. Those of pull requests, and of forks whose
 * branch has the same name, are not looked at.
 *
 * @returns undefined if there is none
 * @throws UserError if the newest has expired or is not one file of text
 */
export async function newestArtifactText(github: GitHub, name: string): Promise<ArtifactText | undefined> {
  const branch = await defaultBranch(github);
  const artifacts = github.list(
    { path: '/actions/artifacts', query: { name }, what: `list the artifacts '${name}'`, needs: NEEDS },
    { key: 'artifacts', most: 500 },
  );
  for await (const item of artifacts) {
    const { id, name: found, expired, workflow_run: run } = item as ArtifactAnswer;
    if (found !== name || run === null) continue;
    if (run.head_branch !== branch || run.head_repository_id !== run.repository_id) continue;
    if (expired) {
      throw new UserError(`The newest artifact '${name}' of ${github.repository} has expired.`, {
        fix: 'Keep it longer (retention-days), or keep the state in a bucket; to begin anew, upload one under another name.',
      });
    }
    const archive = await github.download(
      { path: repositoryPath`/actions/artifacts/${id}/zip`, what: `download the artifact '${name}'`, needs: NEEDS },
      LIMIT,
    );
    const bytes = unzipOnly(archive, `the artifact '${name}'`, LIMIT);
    return { text: new TextDecoder().decode(bytes), id, runId: run.id };
  }
  return undefined;
}
