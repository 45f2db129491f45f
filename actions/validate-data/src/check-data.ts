import { log, writeJson, type Subject } from '@mlops-actions/action-kit';
import { compileObject, evaluatePlan, type Plan, type QueryAnswer, type RuleResult } from '@mlops-actions/contract';
import { definitionOf, type Profile } from '@mlops-actions/tabular';
import { renderDefinition } from '@mlops-actions/tabular/counts-file';
import type { Counted, DataAccess } from './access.ts';
import { openTable } from './bigquery.ts';
import { openCounts } from './counts.ts';
import { openFiles } from './files.ts';
import type { DataTask } from './data-task.ts';
import type { Task } from './task.ts';

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

/** Counts the data and judges them by the contract; writes the definition and the rows of broken rules where they are wanted. */
export async function checkData(
  task: Task,
  reference: Profile | undefined,
  dryRun: boolean,
): Promise<Checked | undefined> {
  if (task.object === undefined) {
    // A contract without data: that its rules can be understood is all that can be found out.
    for (const object of task.offline ? task.contract.objects : []) {
      compileObject(task.contract, object, { columns: undefined, reference: undefined, noSql: whyNoSql(task) });
    }
    return undefined;
  }
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
