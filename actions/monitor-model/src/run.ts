import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { log, subjectOf, type ActionResult, type RunContext, type Subject } from '@mlops-actions/action-kit';
import { createGitHub, type GitHub } from '@mlops-actions/github';
import { decide, type MonitorState } from '@mlops-actions/monitoring';
import { actionOf, applyEffects, type Conclusion, type Effects } from './effects.ts';
import { renderPage } from './html/page.ts';
import { type Inputs } from './inputs.ts';
import { resolveInputs, type Task } from './task.ts';
import { observe, type Observation } from './observe.ts';
import { headline, reportOf, summarise, type Outcome } from './report.ts';
import { loadMemory, saveMemory, type Memory } from './state.ts';
import { windowName } from './window.ts';

const PAGE_FILE = 'monitor-model.html';

/** Judges a window, and acts on what it finds as far as it may. */
export async function run(inputs: Inputs, context: RunContext): Promise<ActionResult> {
  const pagePath = path.join(inputs.evidenceDir, PAGE_FILE);
  await rm(pagePath, { force: true });
  const task = await resolveInputs(inputs);
  const folder = await mkdtemp(path.join(process.env['RUNNER_TEMP'] ?? tmpdir(), 'monitor-model-'));
  try {
    return await monitor(task, inputs.dryRun, folder, pagePath, context);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function monitor(
  task: Task,
  dryRun: boolean,
  folder: string,
  pagePath: string,
  context: RunContext,
): Promise<ActionResult> {
  let client: GitHub | undefined;
  const github = (): GitHub => (client ??= createGitHub({ token: task.githubToken }));
  log.info(`Window ${windowName(task.window)} of ${task.model}.`);
  const loaded = await loadMemory(task.state, task.model, github);
  const observation = await observe(task, loaded.memory, folder, dryRun);

  const conclusion = conclude(task, loaded.memory, observation);
  const applied: Effects = dryRun
    ? { issue: undefined, dispatched: undefined, done: loaded.memory.done, failures: [] }
    : await applyEffects(task, loaded.memory, conclusion, github, context);
  const effects = { ...applied, failures: [...applied.failures, ...(observation.vertexMonitoring?.failures ?? [])] };
  const memory: Memory = {
    monitor: conclusion.decision.next,
    done: effects.done,
    service: observation.serviceHistory,
  };

  const outcome: Outcome = {
    task,
    conclusion,
    effects,
    sources: {
      current: observation.current?.description,
      profile: observation.profile?.digest,
      policy: task.policySource.digest,
    },
    rejudged: observation.rejudged.map(({ window }) => windowName(window)),
    vertexMonitoring: observation.vertexMonitoring,
    pagePath: task.effects.has('report') ? pagePath : undefined,
    dryRun,
  };
  if (outcome.pagePath !== undefined) {
    await mkdir(path.dirname(pagePath), { recursive: true });
    await writeFile(pagePath, renderPage({ outcome, observation, memory, run: context }));
  }
  // Last: a run that dies before this is made again from the same state, and finds what it did.
  if (!dryRun) await saveMemory(task.state, loaded, memory, task.statePath);
  return resultOf(outcome, observation);
}

function conclude(task: Task, memory: Memory, { record, rejudged, serving }: Observation): Conclusion {
  let state: MonitorState = memory.monitor;
  for (const earlier of rejudged) state = decide(state, earlier, task.policy.decisions).next;
  const decision = decide(state, record, task.policy.decisions);
  return { decision, record, serving, ...actionOf(decision) };
}

function resultOf(outcome: Outcome, observation: Observation): ActionResult {
  const { task, conclusion, effects, dryRun } = outcome;
  const { decision, action, breached } = conclusion;
  const verdict = breached ? 'fail' : decision.verdict;
  const tolerated =
    effects.failures.length === 0 &&
    (verdict === 'fail' ? !task.effects.has('fail') : verdict === 'inconclusive' && task.onInconclusive === 'warn');
  return {
    verdict,
    headline: headline(outcome),
    outputs: {
      breached: String(breached),
      action,
      'incident-url': effects.issue?.url ?? '',
      dispatched: effects.dispatched ?? '',
      'state-path': dryRun ? '' : task.state.kind === 'file' ? task.state.path : task.statePath,
      'html-path': outcome.pagePath ?? '',
      'model-version': conclusion.serving.version,
    },
    report: reportOf(outcome),
    summary: summarise(outcome),
    subjects: subjectsOf(observation),
    tolerated,
  };
}

function subjectsOf({ current, profile }: Observation): Subject[] {
  return [...(current?.subjects ?? []), ...(profile === undefined ? [] : [subjectOf(profile.source, profile.digest)])];
}
