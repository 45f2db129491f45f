import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, UserError } from '@mlops-actions/action-kit';
import { globMatcher } from '../language/glob.ts';
import { scalarText } from '../language/value.ts';
import type { JobState } from '../run/job-state.ts';
import type { StandIn, StandInCall } from './stand-in.ts';

/** An artifact that can be downloaded. */
interface Downloadable {
  id: number;
  name: string;
  digest: string;
  copyTo(folder: string): Promise<void>;
}

/** `actions/download-artifact`: brings files that an earlier job of the same run uploaded, or by `run-id` those of an earlier run. */
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
    const target = path.resolve(job.workspace, input('path'));
    const { chosen, together } = choose(
      await available(job, input),
      input('name'),
      input('artifact-ids'),
      input('pattern'),
    );
    await mkdir(target, { recursive: true });
    for (const artifact of chosen) {
      const into = together || flag('merge-multiple') ? target : path.join(target, artifact.name);
      await artifact.copyTo(into);
      log(`Artifact '${artifact.name}': ${artifact.digest}.`);
    }
    if (chosen.length === 0) log('No artifact matches.');
    return { 'download-path': target };
  },
};

/** The artifacts of this run, or by `run-id` those of an earlier one, for which the real action wants a token. */
async function available(job: JobState, input: StandInCall['input']): Promise<Downloadable[]> {
  const runId = input('run-id');
  const token = input('github-token');
  if (runId === '' && input('repository') === '') {
    return job.run.artifacts.list().map(({ id, name, digest, folder }) => ({
      id,
      name,
      digest,
      copyTo: (to) => cp(folder, to, { recursive: true }),
    }));
  }
  const { side, github } = job.run;
  if (side === undefined) {
    throw new UserError('A rehearsal without a GitHub has only the artifacts of its own run.', {
      fix: 'Give it one: the option github, or --github on the command line.',
    });
  }
  if (runId === '' || token === '') {
    throw new UserError("actions/download-artifact: another run's artifacts need 'run-id' and 'github-token'.");
  }
  const slug = input('repository') || scalarText(github['repository'] ?? null)!;
  const artifacts = await side.artifactsOf(slug, runId, token).catch((error: unknown) => {
    throw new UserError(`actions/download-artifact: GitHub's API answers ${messageOf(error)}.`, {
      fix: "The token needs 'actions: read'.",
    });
  });
  return artifacts.map(({ id, name, digest, files }) => ({
    id,
    name,
    digest,
    async copyTo(folder) {
      for (const [file, content] of files) {
        const target = path.join(folder, file);
        await mkdir(path.dirname(target), { recursive: true });
        await writeFile(target, content);
      }
    },
  }));
}

/** The artifacts that are wanted, and whether they go straight into the target folder, as a single one that was named does. */
function choose(
  all: Downloadable[],
  name: string,
  ids: string,
  pattern: string,
): { chosen: Downloadable[]; together: boolean } {
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
