import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { count, UserError } from '@mlops-actions/action-kit';
import { globMatcher } from '../language/glob.ts';
import type { StoredArtifact } from '../result.ts';
import type { StandIn } from './stand-in.ts';

/** `actions/download-artifact`: brings files that an earlier job of the same run uploaded. */
export const downloadArtifact: StandIn = {
  uses: 'actions/download-artifact',
  inputs: {
    ...{
      name: '',
      'artifact-ids': '',
      path: '',
      pattern: '',
      'merge-multiple': 'false',
      'github-token': '',
      repository: '',
    },
    ...{ 'run-id': '', 'skip-decompress': 'false', 'digest-mismatch': 'error' },
  },
  async run({ job, input, flag, log }) {
    if (input('run-id') !== '' || input('repository') !== '') {
      throw new UserError(
        'A rehearsal has only the artifacts of its own run: it cannot download by run-id or repository.',
      );
    }
    const target = path.resolve(job.workspace, input('path'));
    const { chosen, together } = choose(
      job.run.artifacts.list(),
      input('name'),
      input('artifact-ids'),
      input('pattern'),
    );
    await mkdir(target, { recursive: true });
    for (const artifact of chosen) {
      const into = together || flag('merge-multiple') ? target : path.join(target, artifact.name);
      await cp(artifact.folder, into, { recursive: true });
      log(`Artifact '${artifact.name}': ${count(artifact.files, 'file')}, ${artifact.digest}.`);
    }
    if (chosen.length === 0) log('No artifact matches.');
    return { 'download-path': target };
  },
};

/** The artifacts that are wanted, and whether they go straight into the target folder, as a single one that was named does. */
function choose(
  all: StoredArtifact[],
  name: string,
  ids: string,
  pattern: string,
): { chosen: StoredArtifact[]; together: boolean } {
  if (name !== '' && ids !== '') throw new UserError("actions/download-artifact: set either 'name' or 'artifact-ids'.");
  if (name !== '') {
    const artifact = all.find((candidate) => candidate.name === name);
    if (artifact === undefined) {
      const names = all.map((candidate) => `'${candidate.name}'`).join(', ') || 'none';
      throw new UserError(`There is no artifact named '${name}' in this run; there is: ${names}.`);
    }
    return { chosen: [artifact], together: true };
  }
  if (ids !== '') {
    const chosen = ids.split(',').map((text) => {
      const artifact = all.find((candidate) => String(candidate.id) === text.trim());
      if (artifact === undefined) throw new UserError(`There is no artifact with the id '${text.trim()}' in this run.`);
      return artifact;
    });
    return { chosen, together: chosen.length === 1 };
  }
  const matches = globMatcher(pattern === '' ? '*' : pattern);
  return { chosen: all.filter((artifact) => matches(artifact.name)), together: false };
}
