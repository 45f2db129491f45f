import { globSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import {
  count,
  log,
  messageOf,
  subjectOf,
  UserError,
  worstVerdict,
  writeJson,
  type ActionResult,
  type RunContext,
  type Subject,
  type Verdict,
} from '@mlops-actions/action-kit';
import {
  compileObject,
  diffContracts,
  evaluatePlan,
  verdictOf,
  type ContractDiff,
  type Plan,
  type QueryAnswer,
  type RuleResult,
} from '@mlops-actions/contract';
import { definitionOf, readProfile, writeProfile, type Profile } from '@mlops-actions/tabular';
import { renderDefinition } from '@mlops-actions/tabular/counts-file';
import type { Counted, DataAccess } from './access.ts';
import { openTable } from './bigquery.ts';
import { commentOnPullRequest } from './comment.ts';
import { openCounts, readJson } from './counts.ts';
import { openFiles } from './files.ts';
import type { Inputs } from './inputs.ts';
import { diffPart, reportOf, summarise, type Outcome } from './report.ts';
import { parseResults, toolVerdict, type ToolResults } from './results.ts';
import { resolveTask, type DataTask, type Task } from './task.ts';

/** Checks the data, the change of the contract, and other tools' results: whichever are given. */
export async function run(inputs: Inputs, context: RunContext): Promise<ActionResult> {
  const task = await resolveTask(inputs, Date.now());
  // What an earlier attempt left must not be taken for this one's.
  if (!inputs.dryRun) {
    for (const file of [task.quarantinePath, task.profileOutput])
      if (file !== undefined) await rm(file, { force: true });
  }
  for (const remark of task.contract.remarks) log.info(remark);
  const reference = task.profile === undefined ? undefined : await readProfile(task.profile);
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

/** Tells the pull request. What cannot be posted is a warning: the verdict stands without it. */
async function comment(
  outcome: Outcome,
  headline: string,
  token: string | undefined,
  context: RunContext,
): Promise<void> {
  const { diff, task, verdict } = outcome;
  if (diff === undefined)
    throw new UserError("Input 'comment' needs 'baseline-contract': it tells what a change breaks.");
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

/** What the data showed. */
export interface Checked {
  plan: Plan;
  /** Undefined where nothing was counted: only the definition was written. */
  counted: Counted | undefined;
  results: readonly RuleResult[];
  source: { description: string; subject: Subject | undefined } | undefined;
  /** Columns that the data has and the contract does not know. */
  unknownColumns: readonly string[];
  /** Rows in the quarantine file. */
  quarantined: number;
  /** A new reference profile, if one is wanted. */
  profile: Profile | undefined;
}

async function checkData(task: Task, reference: Profile | undefined, dryRun: boolean): Promise<Checked | undefined> {
  if (task.object === undefined) return undefined;
  const access = task.data && (await open(task.data, task));
  try {
    const plan = compileObject(task.contract, task.object, {
      columns: access?.columns,
      reference: reference && { profile: reference, definition: definitionOf(reference) },
      noSql: whyNoSql(task),
    });
    if (task.definitionPath !== undefined && !dryRun)
      await writeJson(task.definitionPath, renderDefinition(plan.definition));
    const known = new Set(task.object.properties.map(({ column }) => column.toLowerCase()));
    const unknownColumns = (task.contractFile === undefined ? [] : (access?.columns ?? []))
      .map(({ name }) => name)
      .filter((name) => !known.has(name.toLowerCase()));
    if (access === undefined) {
      return {
        plan,
        counted: undefined,
        results: [],
        source: undefined,
        unknownColumns,
        quarantined: 0,
        profile: undefined,
      };
    }
    const counted = await log.group(`Counting ${access.description}`, () => access.count(plan.definition));
    const queries = await runQueries(plan, access);
    const results = evaluatePlan(plan, { counts: counted.counts, asOf: task.asOf, queries });
    const profile = task.profileOutput === undefined ? undefined : await access.profile!();
    const quarantined = dryRun ? 0 : await quarantine(task, plan, results, access);
    const { description, subject } = access;
    return { plan, counted, results, source: { description, subject }, unknownColumns, quarantined, profile };
  } finally {
    await access?.close();
  }
}

/** Puts the rows of broken rules aside. A row that a rule tolerates, such as one of the few that may lack a value, is not among them. */
async function quarantine(task: Task, plan: Plan, results: readonly RuleResult[], access: DataAccess): Promise<number> {
  if (task.quarantinePath === undefined || access.quarantine === undefined) return 0;
  const broken = new Set(
    results.flatMap(({ outcome, rule: { measure } }) =>
      outcome === 'fail' && measure.by === 'check' ? [measure.check] : [],
    ),
  );
  const checks = plan.definition.checks.filter(({ id }) => broken.has(id));
  return checks.length === 0 ? 0 : access.quarantine(checks, task.quarantinePath);
}

function open(data: DataTask, task: Task): Promise<DataAccess> {
  switch (data.engine) {
    case 'embedded':
      return openFiles(data.data, task);
    case 'bigquery':
      return openTable(data, task);
    case 'counts':
      return openCounts(data.path);
  }
}

function whyNoSql({ allowSql, data }: Task): string | undefined {
  if (data?.engine !== 'bigquery') return 'queries run in a warehouse only (engine bigquery)';
  return allowSql ? undefined : "queries are run only where the input 'allow-sql' says so";
}

async function runQueries(plan: Plan, access: DataAccess): Promise<Map<string, QueryAnswer>> {
  const answers = new Map<string, QueryAnswer>();
  for (const { id, measure } of plan.rules) {
    if (measure.by !== 'query' || access.query === undefined) continue;
    answers.set(id, await access.query(measure.sql, measure.column));
  }
  return answers;
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
  return worstVerdict(verdicts);
}

function diffVerdict({ problem, changes }: ContractDiff, warnings: boolean): Verdict {
  if (problem?.severity === 'error') return 'fail';
  const isWarned = problem !== undefined || changes.some(({ impact }) => impact === 'breaking');
  return isWarned && warnings ? 'fail' : 'pass';
}

function headlineOf({ task, diff, tools, checked, verdict }: Outcome): string {
  const parts: string[] = [];
  if (checked?.counted !== undefined) {
    const { rows } = checked.counted.counts;
    const of = (wanted: string): RuleResult[] => checked.results.filter(({ outcome }) => outcome === wanted);
    const [broken, open] = [of('fail'), of('inconclusive')];
    const named = (list: readonly RuleResult[]): string =>
      `${list
        .slice(0, 3)
        .map(({ rule }) => `'${rule.id}'`)
        .join(', ')}${list.length > 3 ? ` and ${list.length - 3} more` : ''}`;
    const counted = `${count(rows, 'row')}, ${count(checked.results.length, 'rule')}`;
    parts.push(
      broken.length > 0
        ? `${counted}: ${broken.length} broken, ${named(broken)}.`
        : open.length > 0
          ? `${counted}: ${open.length} undecided, ${named(open)}.`
          : `${count(rows, 'row')} keep all ${count(of('pass').length, 'rule')} that were checked${of('skipped').length > 0 ? ` (${of('skipped').length} skipped)` : ''}.`,
    );
  } else if (checked !== undefined) {
    parts.push(`The definition was written to ${task.definitionPath!}; nothing has been counted yet.`);
  }
  if (diff !== undefined) {
    const breaking = diff.changes.filter(({ impact }) => impact === 'breaking').length;
    parts.push(
      diff.problem?.message ??
        (breaking > 0
          ? `${count(breaking, 'change')} of the contract break its readers, under a new major version.`
          : 'The contract breaks none of its readers.'),
    );
  }
  for (const { tool, tests } of tools) {
    const failed = tests.filter(({ outcome }) => outcome === 'fail').length;
    const made = tests.filter(({ outcome }) => outcome !== 'skipped').length;
    parts.push(`${tool}: ${failed} of ${count(made, 'test')} failed.`);
  }
  return parts.length === 0 ? `${verdict}.` : parts.join(' ');
}

function tell({ diff, checked }: Outcome): void {
  for (const { rule, outcome, observed, reason } of checked?.results ?? []) {
    if (outcome === 'pass') continue;
    const line = `${outcome.toUpperCase()} ${rule.id} (${rule.place}): ${rule.demand}${observed === '' ? '' : `; found ${observed}`}${reason === '' ? '' : `; ${reason}`}.`;
    log.info(line);
  }
  const passed = (checked?.results ?? []).filter(({ outcome }) => outcome === 'pass').length;
  if (passed > 0) log.info(`PASS ${count(passed, 'rule')}.`);
  for (const { impact, subject, what } of diff?.changes ?? []) {
    log.info(`${impact.toUpperCase()} ${subject === '' ? 'the contract' : subject} ${what}.`);
  }
  const warned = (checked?.results ?? []).filter(
    ({ rule, outcome }) => outcome === 'fail' && rule.severity === 'warning',
  );
  for (const { rule, observed } of warned.slice(0, 5)) {
    log.warning(`${rule.id}: ${rule.demand}; found ${observed}.`, { title: 'Broken rule' });
  }
  if (diff?.problem !== undefined) log.warning(diff.problem.message, { title: 'Contract' });
}

function subjectsOf({ task, checked }: Outcome): Subject[] {
  return [
    ...(task.contractFile === undefined ? [] : [subjectOf(task.contractFile.path, task.contractFile.digest)]),
    ...(checked?.source?.subject === undefined ? [] : [checked.source.subject]),
  ];
}
