import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rehearse, type JobResult, type RehearsalOptions, type RunResult, type StepResult } from '../src/index.ts';

/** The folder with the workflows that the tests run. */
export const FIXTURES = path.join(import.meta.dirname, 'fixtures');

const folders: string[] = [];

/** A new folder, removed by {@link removeFolders}. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'rehearsal-test-'));
  folders.push(folder);
  return folder;
}

export async function removeFolders(): Promise<void> {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
}

/** Rehearses a fixture workflow of the repository `acme/models`, with `acme/library` mapped to its local folder. */
export async function rehearseFixture(name: string, options: Partial<RehearsalOptions> = {}): Promise<RunResult> {
  const repository = path.join(FIXTURES, 'caller');
  return rehearse({
    workflow: path.join(repository, '.github', 'workflows', `${name}.yml`),
    repository,
    slug: 'acme/models',
    ref: 'refs/heads/main',
    sha: '1234567890123456789012345678901234567890',
    map: { 'acme/library': path.join(FIXTURES, 'library') },
    vars: { REGION: 'europe-west4' },
    secrets: { KEY: 'the key of the caller' },
    outDir: await temporaryFolder(),
    ...options,
  });
}

/** Ids of jobs with their conclusions, and those of failed steps: what a test says about a run, in one object. */
export function conclusions(result: RunResult): Record<string, string> {
  return Object.fromEntries(result.jobs.map((job) => [job.id, job.tolerated ? 'tolerated' : job.conclusion]));
}

export function job(result: RunResult, id: string): JobResult {
  const found = result.jobs.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no job '${id}' among ${result.jobs.map((each) => each.id).join(', ')}`);
  return found;
}

export function step(result: RunResult, jobId: string, name: string): StepResult {
  const { steps } = job(result, jobId);
  const found = steps.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no step '${name}' among ${steps.map((each) => each.name).join(', ')}`);
  return found;
}

/** The text of all logs of a job, line by line, without what the runner says of commands. */
export function output(result: RunResult, jobId: string): string[] {
  return job(result, jobId).steps.flatMap((each) =>
    each.log.filter((line) => line.kind === 'text').map((line) => line.text),
  );
}

/** The error annotations of a job. */
export function errors(result: RunResult, jobId: string): string[] {
  return job(result, jobId).steps.flatMap((each) =>
    each.annotations.filter((note) => note.level === 'error').map((note) => note.message),
  );
}

export function warnings(result: RunResult, jobId: string): string[] {
  return job(result, jobId).steps.flatMap((each) =>
    each.annotations.filter((note) => note.level === 'warning').map((note) => note.message),
  );
}

/** What is shown and stored of a run: events as one text, and the result. */
export async function shown(
  name: string,
  options: Partial<RehearsalOptions>,
): Promise<{ result: RunResult; text: string }> {
  const events: unknown[] = [];
  const result = await rehearseFixture(name, { ...options, onEvent: (event) => events.push(event) });
  return { result, text: JSON.stringify(events) };
}
