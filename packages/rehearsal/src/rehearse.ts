import { closest, UserError } from '@mlops-actions/action-kit';
import type { GitHubEmulator } from '@mlops-actions/github-emulator';
import type { SigstoreEmulator } from '@mlops-actions/sigstore-emulator';
import { mkdir, mkdtemp, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chooseEvent, eventPayload, githubContext, type WantedEvent } from './event.ts';
import { evaluate } from './language/evaluate.ts';
import { textOf } from './language/tokens.ts';
import type { ValueMap } from './language/value.ts';
import { loadCallTree, type CallTree } from './model/call-tree.ts';
import { checkNames, resolveInputs } from './model/inputs.ts';
import { gitFacts, NO_COMMIT, Repositories, type Repository } from './model/repository.ts';
import type { Workflow } from './model/workflow.ts';
import type { ProgressEvent, RunResult } from './result.ts';
import { ArtifactStore } from './run/artifact-store.ts';
import { AttestationStore } from './run/attestation-store.ts';
import { GitHubSide } from './run/github-side.ts';
import { Masker } from './run/masker.ts';
import { maskAll } from './run/recorder.ts';
import { workflowFileContext, type RunContext } from './run/run-context.ts';
import { runWorkflow } from './run/run-workflow.ts';
import { Slots } from './run/slots.ts';

/** What to rehearse, and what the world around it looks like. */
export interface RehearsalOptions {
  /** The workflow file. */
  workflow: string;
  /** The caller's repository; default: the folder above `.github`, or the git work tree, that holds the workflow. */
  repository?: string;
  /** `owner/name` of the caller's repository; default: as its remote `origin` says, else `local/<folder>`. */
  slug?: string;
  /**
   * Default: `workflow_dispatch` if the workflow has it, else its first event. A `repository_dispatch` has its type in the payload as
   * `action`, beside `client_payload`; a `schedule` its cron line as `schedule`.
   */
  event?: WantedEvent;
  /** Inputs of `workflow_dispatch`, or of `workflow_call` if the file is rehearsed by itself. Texts are read by the input's type. */
  inputs?: ValueMap;
  vars?: Record<string, string>;
  secrets?: Record<string, string>;
  /** Environment of the machine, beside PATH, HOME, LANG and USER: nothing else reaches a step. */
  env?: Record<string, string>;
  /** Local folders that stand for other repositories, by `owner/name`. */
  map?: Record<string, string>;
  /**
   * Stands for GitHub's API: `GITHUB_API_URL` is its address, every job's token may do what the job's `permissions` say, and artifacts are
   * kept in it for later runs of the repository. Without it a token opens nothing.
   */
  github?: GitHubEmulator;
  /**
   * Stands for Sigstore and for GitHub's issuer of identity tokens: jobs with `id-token: write` can sign keylessly, and what they sign is
   * believed in every rehearsal with the same emulator.
   */
  sigstore?: SigstoreEmulator;
  /** Where logs, artifacts, attestations and `run.json` go; default: `.rehearsal/<time>` in the working directory. */
  outDir?: string;
  actor?: string;
  /** Who approves, in {@link github}, each job that has an environment; default: nobody, and the job runs all the same. */
  reviewer?: string;
  /** Commit and ref of the run; default: as git says. */
  sha?: string;
  ref?: string;
  /** Run only these jobs of the workflow and what they need. */
  jobs?: string[];
  /** Jobs that run at a time; default 1. */
  concurrency?: number;
  onEvent?: (event: ProgressEvent) => void;
  /** Cancels the run: steps are stopped, and what is `always()` still runs. */
  cancel?: AbortSignal;
  /** Ends the run without that. */
  stop?: AbortSignal;
}

/** What a machine's environment gives to every step. */
const PASSED_ON = ['HOME', 'LANG', 'USER'];

/** Stands for the token of a run that has no GitHub to use it at. */
const TOKEN = 'rehearsal-token-that-opens-nothing';

/**
 * Runs a workflow file on this machine.
 * @throws UserError if the file, or one that it calls, has a fault that GitHub would not start it with.
 */
export async function rehearse(options: RehearsalOptions): Promise<RunResult> {
  const startedAt = new Date();
  const { file, repository } = await locateWorkflow(options);
  const repositories = new Repositories(repository, options.map ?? {});
  const tree = chooseJobs(await loadCallTree({ repository, path: file }, repositories), options.jobs);
  const { workflow } = tree;
  const event = chooseEvent(workflow, options.event?.name);
  const inputs = topInputs(workflow, event, options);
  const outDir = path.resolve(options.outDir ?? (await ownFolder(startedAt)));
  await mkdir(path.join(outDir, 'logs'), { recursive: true });
  const workDir = await realpath(await mkdtemp(path.join(tmpdir(), 'rehearsal-')));
  try {
    const run = await runContext({ options, tree, repositories, event, inputs, outDir, workDir });
    run.emit({
      type: 'run-started',
      workflow: workflow.name,
      file,
      jobs: workflow.jobs.map(({ id, name, needs }) => ({ id, name: name === undefined ? id : textOf(name), needs })),
    });
    const secrets = { GITHUB_TOKEN: TOKEN, ...options.secrets };
    const end = await runWorkflow(run, { tree, inputs, secrets, cancel: run.cancel });
    const result: RunResult = {
      conclusion: end.conclusion,
      workflow: workflow.name,
      file,
      event,
      startedAt: startedAt.toISOString(),
      durationMs: Date.now() - startedAt.getTime(),
      jobs: end.jobs,
      outputs: maskAll(end.outputs, run.masker),
      artifacts: run.artifacts.list(),
      attestations: run.attestations.list(),
      dispatched: run.side?.dispatched() ?? [],
      outDir,
    };
    await writeFile(path.join(outDir, 'run.json'), `${JSON.stringify(result, null, 2)}\n`);
    run.emit({ type: 'run-finished', result });
    return result;
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

/** A new folder for what a run leaves, below one that git ignores wherever it is. */
async function ownFolder(startedAt: Date): Promise<string> {
  const parent = path.resolve('.rehearsal');
  await mkdir(parent, { recursive: true });
  await writeFile(path.join(parent, '.gitignore'), '*\n');
  return path.join(parent, startedAt.toISOString().replace(/[:.]/g, '-'));
}

/** Reads and checks a workflow and all that it calls, and runs nothing. */
export async function checkWorkflow(
  options: Pick<RehearsalOptions, 'workflow' | 'repository' | 'slug' | 'map'>,
): Promise<Workflow> {
  const { file, repository } = await locateWorkflow(options);
  return (await loadCallTree({ repository, path: file }, new Repositories(repository, options.map ?? {}))).workflow;
}

async function locateWorkflow(options: RehearsalOptions): Promise<{ file: string; repository: Repository }> {
  const absolute = path.resolve(options.workflow);
  if (
    !(await stat(absolute).then(
      (info) => info.isFile(),
      () => false,
    ))
  ) {
    throw new UserError(`There is no workflow file '${options.workflow}'.`);
  }
  const facts = await gitFacts(options.repository ?? path.dirname(absolute));
  const folder = path.resolve(
    options.repository ?? folderAboveGithub(absolute) ?? facts.root ?? path.dirname(absolute),
  );
  const file = path.relative(folder, absolute).split(path.sep).join('/');
  if (file.startsWith('../')) {
    throw new UserError(
      `The workflow file '${options.workflow}' is not in the repository '${options.repository ?? folder}'.`,
    );
  }
  const slug = options.slug ?? facts.slug ?? `local/${path.basename(folder).replace(/[^\w.-]/g, '-')}`;
  if (!/^[\w.-]+\/[\w.-]+$/.test(slug)) throw new UserError(`'${slug}' is no repository: write 'owner/name'.`);
  return {
    file,
    repository: {
      slug,
      folder,
      ref: options.ref ?? facts.ref ?? 'refs/heads/main',
      sha: options.sha ?? facts.sha ?? NO_COMMIT,
    },
  };
}

function folderAboveGithub(file: string): string | undefined {
  const at = file.lastIndexOf(`${path.sep}.github${path.sep}`);
  return at < 0 ? undefined : file.slice(0, at);
}

/** Leaves the chosen jobs and, as they cannot run without them, those that they need. */
function chooseJobs(tree: CallTree, ids: string[] | undefined): CallTree {
  if (ids === undefined || ids.length === 0) return tree;
  const { jobs } = tree.workflow;
  const chosen = new Set<string>();
  const choose = (id: string): void => {
    const job = jobs.find((candidate) => candidate.id === id);
    if (job === undefined) {
      const near = closest(
        id,
        jobs.map((candidate) => candidate.id),
      );
      throw new UserError(`The workflow has no job '${id}'.`, {
        ...(near !== undefined && { fix: `Did you mean '${near}'?` }),
      });
    }
    if (chosen.has(id)) return;
    chosen.add(id);
    job.needs.forEach(choose);
  };
  ids.forEach(choose);
  return { ...tree, workflow: { ...tree.workflow, jobs: jobs.filter((job) => chosen.has(job.id)) } };
}

function topInputs(workflow: Workflow, event: string, options: RehearsalOptions): ValueMap {
  const given = options.inputs ?? {};
  const definitions =
    event === 'workflow_call' ? workflow.call!.inputs : event === 'workflow_dispatch' ? workflow.dispatchInputs : [];
  checkNames(definitions, Object.keys(given), 'The rehearsal', true);
  return resolveInputs(
    definitions,
    given,
    (template) => evaluate(template, { contexts: { github: {}, inputs: {}, vars: options.vars ?? {} }, functions: {} }),
    { from: 'The rehearsal', textsAreTyped: true },
  );
}

async function runContext(parts: {
  options: RehearsalOptions;
  tree: CallTree;
  repositories: Repositories;
  event: string;
  inputs: ValueMap;
  outDir: string;
  workDir: string;
}): Promise<RunContext> {
  const { options, tree, repositories, event, inputs, outDir, workDir } = parts;
  const { workflow } = tree;
  const { caller } = repositories;
  const actor = options.actor ?? 'rehearsal';
  const payload = eventPayload(workflow, event, { caller, actor, inputs, given: options.event?.payload ?? {} });
  const eventPath = path.join(workDir, 'event.json');
  await writeFile(eventPath, JSON.stringify(payload));
  const masker = new Masker();
  for (const secret of [TOKEN, ...Object.values(options.secrets ?? {})]) masker.add(secret);
  const runId = Date.now();
  const side =
    options.github === undefined
      ? undefined
      : new GitHubSide(
          options.github,
          caller,
          { id: runId, actor, reviewer: options.reviewer },
          await workflowFiles(caller.folder),
        );
  return {
    repositories,
    github: githubContext({
      workflow,
      event: { name: event, payload },
      eventPath,
      actor,
      token: TOKEN,
      runId: String(runId),
      repositoryId: side?.repositoryId ?? '0',
      apiUrl: side?.url ?? 'https://api.github.com',
      workflowRef: workflowFileContext(workflow.file)['workflow_ref']!,
    }),
    ...(side !== undefined && { side }),
    ...(options.sigstore !== undefined && { sigstore: options.sigstore }),
    vars: options.vars ?? {},
    machineEnv: machineEnvironment(options.env ?? {}),
    masker,
    artifacts: new ArtifactStore(path.join(outDir, 'artifacts')),
    attestations: new AttestationStore(path.join(outDir, 'attestations')),
    outDir,
    workDir,
    slots: new Slots(Math.max(1, Math.floor(options.concurrency ?? 1))),
    emit: options.onEvent ?? (() => undefined),
    cancel: options.cancel ?? new AbortController().signal,
    stop: options.stop ?? new AbortController().signal,
  };
}

/** Paths of a repository's workflow files: what a dispatch can start. */
async function workflowFiles(folder: string): Promise<string[]> {
  const parent = '.github/workflows';
  const names = await readdir(path.join(folder, parent)).catch(() => []);
  return names.filter((name) => /\.ya?ml$/.test(name)).map((name) => `${parent}/${name}`);
}

/** The environment of the machine as steps see it, with the Node.js that runs the rehearsal first on the PATH. */
function machineEnvironment(more: Record<string, string>): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of PASSED_ON) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  const node = path.dirname(process.execPath);
  environment['PATH'] = [node, process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'].join(path.delimiter);
  return { ...environment, ...more };
}
