import { formatRepository, type Digest, type Repository } from '@mlops-actions/oci';
import { appendFile } from 'node:fs/promises';

/**
 * Declares the image to the runner, so that a later actions/attest in the job finds it without being told
 * (https://github.com/actions/runner/pull/4527). Runners that do not know of it set no `GITHUB_ARTIFACTS`.
 */
export async function declareImage(
  digest: Digest,
  repositories: readonly Repository[],
  file = process.env['GITHUB_ARTIFACTS'],
): Promise<void> {
  if (file === undefined || file === '') return;
  await appendFile(file, repositories.map((each) => `oci://${formatRepository(each)}@${digest}\n`).join(''));
}
