import type { SigstoreEmulator } from '@mlops-actions/sigstore-emulator';
import type { Value, ValueMap } from '../language/value.ts';
import type { CallTree } from '../model/call-tree.ts';
import type { Repositories, SourceFile } from '../model/repository.ts';
import type { ProgressEvent } from '../result.ts';
import type { ArtifactStore } from './artifact-store.ts';
import type { AttestationStore } from './attestation-store.ts';
import type { GitHubSide } from './github-side.ts';
import type { Masker } from './masker.ts';
import type { Slots } from './slots.ts';

/** What all jobs of a run share. */
export interface RunContext {
  repositories: Repositories;
  /** The `github` context as far as it is the same for every job. */
  github: ValueMap;
  /** GitHub's API; undefined if there is none. */
  side?: GitHubSide;
  /** Believes who the jobs are; undefined if nobody does. */
  sigstore?: SigstoreEmulator;
  vars: Record<string, string>;
  /** What the machine gives to every step. */
  machineEnv: Record<string, string>;
  /** Hides the secrets of the run; each job adds its own to a copy. */
  masker: Masker;
  artifacts: ArtifactStore;
  attestations: AttestationStore;
  /** Folder for logs and what else is kept. */
  outDir: string;
  /** Folder for workspaces, removed at the end. */
  workDir: string;
  slots: Slots;
  emit(event: ProgressEvent): void;
  /** Asks jobs to stop as a cancelled run does: what is `always()` still runs. */
  cancel: AbortSignal;
  /** Ends everything at once. */
  stop: AbortSignal;
}

/** One workflow of a run: the one that was started, or a called one. */
export interface WorkflowScope {
  tree: CallTree;
  inputs: ValueMap;
  secrets: Record<string, string>;
  /** Call that this workflow is the body of; undefined for the one that was started. */
  parent?: { id: string; name: string };
  /** Asks the jobs of this workflow to stop: the run's cancel or a matrix that failed fast. */
  cancel: AbortSignal;
}

/** The contexts that do not depend on a job. */
export function workflowContexts(run: RunContext, scope: WorkflowScope): Record<string, Value> {
  return { github: run.github, inputs: scope.inputs, vars: run.vars };
}

/** The `job.workflow_*` properties: where the file that defines a job comes from. */
export function workflowFileContext(file: SourceFile): ValueMap {
  const { slug, ref, sha } = file.repository;
  return {
    workflow_repository: slug,
    workflow_ref: `${slug}/${file.path}@${ref}`,
    workflow_sha: sha,
    workflow_file_path: file.path,
  };
}
