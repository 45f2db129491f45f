import { UserError } from '@mlops-actions/action-kit';
import { complaint, placeOf, textOf } from '../language/tokens.ts';
import { checkNames } from './inputs.ts';
import { checkCeiling, DEFAULT_PERMISSIONS, type Permissions } from './permissions.ts';
import type { Repositories, SourceFile } from './repository.ts';
import { parseUses } from './uses.ts';
import { readWorkflow, type CallJob, type CallSurface, type Job, type Workflow } from './workflow.ts';

/** A workflow with the workflows that its jobs call: all that can be checked before anything runs has been checked. */
export interface CallTree {
  workflow: Workflow;
  /** What each job's token may do. */
  permissions: ReadonlyMap<Job, Permissions>;
  /** The called workflow of each calling job. */
  calls: ReadonlyMap<CallJob, CallTree>;
}

/** GitHub's limit of workflows that call each other. */
const MAX_DEPTH = 10;

/**
 * Reads a workflow and all that it calls, and checks every call: inputs and secrets by name, and permissions against the
 * caller's grant. GitHub does the same before it starts the first job, and so a fault anywhere stops the whole run.
 */
export async function loadCallTree(file: SourceFile, repositories: Repositories): Promise<CallTree> {
  return load(await readWorkflow(file), repositories, undefined, 1);
}

async function load(
  workflow: Workflow,
  repositories: Repositories,
  caller: { job: CallJob; granted: Permissions } | undefined,
  depth: number,
): Promise<CallTree> {
  const permissions = new Map<Job, Permissions>();
  const calls = new Map<CallJob, CallTree>();
  for (const job of workflow.jobs) {
    const requested = job.permissions ?? workflow.permissions;
    if (caller !== undefined && requested !== undefined) {
      checkCeiling(requested, caller.granted, {
        caller: caller.job.uses,
        calledFile: workflow.file.path,
        jobId: job.id,
      });
    }
    const granted = requested ?? caller?.granted ?? DEFAULT_PERMISSIONS;
    permissions.set(job, granted);
    if (job.kind !== 'call') continue;
    if (depth === MAX_DEPTH) throw complaint(job.uses, `workflows call each other more than ${MAX_DEPTH} levels deep.`);
    const called = await readWorkflow(await calledFile(job, workflow, repositories));
    checkCall(job, called);
    calls.set(job, await load(called, repositories, { job, granted }, depth + 1));
  }
  return { workflow, permissions, calls };
}

async function calledFile(job: CallJob, workflow: Workflow, repositories: Repositories): Promise<SourceFile> {
  const text = textOf(job.uses);
  const uses = parseUses(text);
  // Both forms mean the repository and commit of the file that holds the line.
  const repository =
    uses.kind === 'repository' ? await repositories.find(uses.slug, uses.ref) : workflow.file.repository;
  if (repository === undefined) {
    throw complaint(
      job.uses,
      `nothing stands for the repository of '${text}'.`,
      `Map it to a local folder: --map ${uses.kind === 'repository' ? uses.slug : 'owner/repository'}=FOLDER.`,
    );
  }
  if (!/^\.github\/workflows\/[^/]+\.ya?ml$/.test(uses.path)) {
    throw complaint(job.uses, `GitHub calls workflows only from .github/workflows, not '${text}'.`);
  }
  return { repository, path: uses.path };
}

function checkCall(job: CallJob, called: Workflow): asserts called is Workflow & { call: CallSurface } {
  const { call } = called;
  if (call === undefined)
    throw complaint(job.uses, `${called.file.path} is not reusable: it has no 'on: workflow_call'.`);
  checkNames(call.inputs, [...job.with.keys()], placeOf(job.at), false);
  if (job.secrets === 'inherit') return;
  for (const [name, template] of job.secrets) {
    if (!call.secrets.some((secret) => sameName(secret.name, name))) {
      throw complaint(template, `${called.file.path} takes no secret '${name}'.`);
    }
  }
  const given = [...job.secrets.keys()];
  const missing = call.secrets.find(
    ({ name, required }) => required && !given.some((candidate) => sameName(candidate, name)),
  );
  if (missing !== undefined)
    throw new UserError(`${placeOf(job.at)}: the secret '${missing.name}' is required by ${called.file.path}.`);
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
