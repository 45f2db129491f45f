import { globSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import {
  log,
  messageOf,
  subjectOf,
  UserError,
  worstVerdict,
  type ActionResult,
  type RunContext,
  type Subject,
  type Verdict,
} from '@mlops-actions/action-kit';
import { diffContracts, verdictOf, type ContractDiff } from '@mlops-actions/contract';
import { readProfile, writeProfile } from '@mlops-actions/tabular';
import { checkData, type Checked } from './check-data.ts';
import { commentOnPullRequest } from './comment.ts';
import { readJson } from './counts.ts';
import { headlineOf, tell } from './headline.ts';
import type { Inputs } from './inputs.ts';
import { diffPart, reportOf, summarise, type Outcome } from './report.ts';
import { parseResults, toolVerdict, type ToolResults } from './results.ts';
import { resolveTask, type Task } from './task.ts';

/** Checks the data, the change of the contract, and other tools' results: whichever are given. */
export async function run(inputs: Inputs, context: RunContext): Promise<ActionResult> {
  const task = await resolveTask(inputs, Date.now());
  for (const remark of task.contract.remarks) log.info(remark);
  const reference = task.profile === undefined ? undefined : await readProfile(task.profile);
  if (!inputs.dryRun) await removeEarlier(task);
  const diff = task.baseline && diffContracts(task.baseline.contract, task.contract);
  const tools = await readResults(task.results);
  const checked = await checkData(task, reference, inputs.dryRun);
  const verdict = verdictOfAll(task, diff, tools, checked);
  const profile = verdict === 'pass' && !inputs.dryRun ? checked?.profile : undefined;
  if (profile !== undefined) await writeProfile(task.profileOutput!, profile);

  const outcome: Outcome = { task, diff, tools, checked, verdict, profile };
  const headline = headlineOf(outcome);
  tell(outcome);
  if (inputs.comment === true && !inputs.dryRun) await comment(outcome, headline, inputs.githubToken, context);
  const failed = [
    ...(checked?.results ?? [])
      .filter(({ outcome: found }) => found === 'fail' || found === 'inconclusive')
      .map(({ rule }) => rule.id),
    ...tools.flatMap(({ tests }) => tests.filter((test) => test.outcome === 'fail').map(({ name }) => name)),
  ];
  return {
    verdict,
    headline,
    outputs: {
      rows: checked?.counted === undefined ? '' : String(checked.counted.counts.rows),
      'failed-checks': failed.map((id) => id.replaceAll(/[\r\n]/g, ' ')).join('\n'),
      'breaking-changes':
        diff === undefined ? '' : String(diff.changes.filter(({ impact }) => impact === 'breaking').length),
      'profile-path': profile === undefined ? '' : task.profileOutput!,
      'quarantine-path': (checked?.quarantined ?? 0) > 0 ? task.quarantinePath! : '',
    },
    report: reportOf(outcome),
    summary: summarise(outcome),
    subjects: subjectsOf(outcome),
    tolerated: verdict !== 'pass' && task.failOn === 'never',
  };
}

/** What an earlier attempt left must not be taken for this one's. A reference that is to be replaced by what is like it stays until then. */
async function removeEarlier({ quarantinePath, profile, profileOutput }: Task): Promise<void> {
  const isReplaced =
    profile !== undefined && profileOutput !== undefined && path.resolve(profile) === path.resolve(profileOutput);
  for (const file of [quarantinePath, isReplaced ? undefined : profileOutput]) {
    if (file !== undefined) await rm(file, { force: true });
  }
}

/** Tells the pull request. What cannot be posted is a warning: the verdict stands without it. */
async function comment(
  outcome: Outcome,
  headline: string,
  token: string | undefined,
  context: RunContext,
): Promise<void> {
  const { diff, task, verdict } = outcome;
  if (diff === undefined) return log.info('There is no baseline contract, and so nothing to tell the pull request.');
  try {
    await commentOnPullRequest(
      { headline, verdict, contract: task.contractFile!.path, change: diffPart(diff, task) },
      token,
      context,
    );
  } catch (error) {
    log.warning(`The pull request was not told: ${messageOf(error)}`, { title: 'validate-data' });
  }
}

async function readResults(patterns: readonly string[]): Promise<ToolResults[]> {
  const found: ToolResults[] = [];
  for (const pattern of patterns) {
    const files = /[*?[{]/.test(pattern) ? globSync(pattern).toSorted() : [pattern];
    if (files.length === 0) throw new UserError(`No file matches '${pattern}' of the input 'results'.`);
    for (const file of files) found.push(parseResults(await readJson(file), file));
  }
  return found;
}

function verdictOfAll(
  task: Task,
  diff: ContractDiff | undefined,
  tools: readonly ToolResults[],
  checked: Checked | undefined,
): Verdict {
  const warnings = task.failOn === 'warning';
  const verdicts: Verdict[] = tools.map((results) => toolVerdict(results, warnings));
  if (checked !== undefined) {
    verdicts.push(checked.counted === undefined ? 'inconclusive' : verdictOf(checked.results, { warnings }));
  }
  if (diff !== undefined) verdicts.push(diffVerdict(diff, warnings));
  // Offline a contract alone is what was to be looked at: it could be read. That none was and none is breaks nothing.
  if (task.offline && (task.contractFile !== undefined || task.compares)) verdicts.push('pass');
  return worstVerdict(verdicts);
}

function diffVerdict({ problem, changes }: ContractDiff, warnings: boolean): Verdict {
  if (problem?.severity === 'error') return 'fail';
  const isWarned = problem !== undefined || changes.some(({ impact }) => impact === 'breaking');
  return isWarned && warnings ? 'fail' : 'pass';
}

function subjectsOf({ task, checked }: Outcome): Subject[] {
  return [
    ...(task.contractFile === undefined ? [] : [subjectOf(task.contractFile.path, task.contractFile.digest)]),
    ...(checked?.source?.subject === undefined ? [] : [checked.source.subject]),
  ];
}
