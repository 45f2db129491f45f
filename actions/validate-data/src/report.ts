import {
  count,
  Markdown,
  md,
  mdCode,
  mdDetails,
  mdJoin,
  mdTable,
  mdVerdict,
  type Verdict,
} from '@mlops-actions/action-kit';
import type { Change, ContractDiff, RuleResult } from '@mlops-actions/contract';
import type { Profile } from '@mlops-actions/tabular';
import type { ToolResults } from './results.ts';
import type { Checked } from './check-data.ts';
import type { Task } from './task.ts';

/** All that a run knows in the end. */
export interface Outcome {
  task: Task;
  diff: ContractDiff | undefined;
  tools: readonly ToolResults[];
  checked: Checked | undefined;
  verdict: Verdict;
  /** The reference profile that was written. */
  profile: Profile | undefined;
}

/** The report's fields. Holds places and hashed keys of rows, never values. */
export function reportOf({ task, diff, tools, checked, profile }: Outcome): Record<string, unknown> {
  const { contract } = task;
  return {
    contract: task.contractFile && {
      ...task.contractFile,
      id: contract.id,
      version: contract.version,
      apiVersion: contract.apiVersion,
    },
    object: task.object?.name,
    data: checked?.source?.description,
    engine: task.data?.engine,
    asOf: new Date(task.asOf).toISOString(),
    failOn: task.failOn,
    rows: checked?.counted?.counts.rows,
    quarantined: checked?.quarantined,
    cost: checked?.counted?.cost,
    rules: checked?.results.map((result) => ruleReport(result, checked)),
    unknownColumns: checked?.unknownColumns,
    contractChanges: diff && { baseline: task.baseline?.path, ...diff },
    results: tools,
    profile: profile && { path: task.profileOutput, digest: profile.digest },
    remarks: contract.remarks,
  };
}

function ruleReport({ rule, outcome, observed, reason, rows, findings }: RuleResult, { counted }: Checked): object {
  const { id, kind, place, property, demand, description, severity, dimension, measure } = rule;
  const evidence = measure.by === 'check' ? counted?.evidence.get(measure.check) : undefined;
  return {
    id,
    outcome,
    severity,
    kind,
    place,
    property,
    demand,
    description,
    dimension,
    observed,
    ...(reason !== '' && { reason }),
    ...(rows !== undefined && { checkedRows: rows.checked, failedRows: rows.failed }),
    ...(outcome === 'fail' && evidence !== undefined && evidence.length > 0 && { evidence }),
    ...(findings !== undefined && { findings }),
  };
}

/** The job summary: what is broken first. */
export function summarise({ task, diff, tools, checked, profile }: Outcome): Markdown {
  return mdJoin(
    diff && diffPart(diff, task),
    checked?.counted === undefined ? undefined : rulesPart(checked),
    ...tools.map(toolPart),
    mdDetails('What was checked', factsTable(task, checked, profile)),
  );
}

const WORST_FIRST = ['fail', 'inconclusive', 'skipped', 'pass'] as const;
const SKIPPED = new Markdown('➖ skipped');
/** Rows of a table in the summary; the report has them all. */
const MOST_ROWS = 200;

function rulesPart(checked: Checked): Markdown {
  const sorted = WORST_FIRST.flatMap((wanted) => {
    const list = checked.results.filter(({ outcome }) => outcome === wanted);
    return [
      ...list.filter(({ rule }) => rule.severity === 'error'),
      ...list.filter(({ rule }) => rule.severity !== 'error'),
    ];
  });
  const telling = sorted.filter(({ outcome }) => outcome === 'fail' || outcome === 'inconclusive');
  const quiet = sorted.filter(({ outcome }) => outcome !== 'fail' && outcome !== 'inconclusive');
  return mdJoin(
    telling.length === 0 ? undefined : rulesTable(telling, checked),
    quiet.length === 0
      ? undefined
      : mdDetails(
          `${count(quiet.filter(({ outcome }) => outcome === 'pass').length, 'rule')} kept, ${quiet.filter(({ outcome }) => outcome === 'skipped').length} skipped`,
          rulesTable(quiet, checked),
        ),
    checked.unknownColumns.length === 0
      ? undefined
      : md`The contract says nothing of ${count(checked.unknownColumns.length, 'column')} of the data: ${checked.unknownColumns.slice(0, 20).join(', ')}${checked.unknownColumns.length > 20 ? ', ...' : ''}.`,
  );
}

function rulesTable(results: readonly RuleResult[], { counted }: Checked): Markdown {
  const table = mdTable(
    ['', 'rule', 'demand', 'found', 'rows'],
    results.slice(0, MOST_ROWS).map((result) => {
      const { rule, outcome, observed, reason } = result;
      const evidence =
        rule.measure.by === 'check' && outcome === 'fail' ? (counted?.evidence.get(rule.measure.check) ?? []) : [];
      return [
        outcome === 'skipped' ? SKIPPED : mdVerdict(outcome),
        md`${mdCode(rule.id)}${rule.severity === 'warning' ? ' (warning)' : ''}`,
        rule.description === undefined ? rule.demand : `${rule.demand}. ${rule.description}`,
        [observed, reason].filter((part) => part !== '').join('; '),
        evidence
          .slice(0, 3)
          .map(({ place }) => place)
          .join(', ') + (evidence.length > 3 ? ', ...' : ''),
      ];
    }),
  );
  return results.length > MOST_ROWS ? mdJoin(table, md`${results.length - MOST_ROWS} more in the report.`) : table;
}

const IMPACTS: Record<Change['impact'], string> = {
  breaking: '💥 breaking',
  compatible: '✅ compatible',
  editorial: '📝 editorial',
};

/** What a changed contract means to its readers, the worst first. */
export function diffPart({ changes, problem }: ContractDiff, { baseline, contract }: Task): Markdown {
  const from = baseline!.contract.version;
  if (changes.length === 0)
    return mdJoin(
      md`**Contract:** version ${from} to ${contract.version}, no change of what is promised.`,
      problem && md`${problem.message}`,
    );
  const sorted = (['breaking', 'compatible', 'editorial'] as const).flatMap((wanted) =>
    changes.filter(({ impact }) => impact === wanted),
  );
  return mdJoin(
    md`**Contract:** version ${from} to ${contract.version}, ${count(changes.length, 'change')}, seen by those who read the data.`,
    problem &&
      new Markdown(`> [!${problem.severity === 'error' ? 'CAUTION' : 'WARNING'}]\n> ${md`${problem.message}`.source}`),
    mdTable(
      ['', 'what', 'change'],
      sorted
        .slice(0, MOST_ROWS)
        .map(({ impact, subject, what }) => [
          new Markdown(IMPACTS[impact]),
          subject === '' ? 'the contract' : mdCode(subject),
          what,
        ]),
    ),
  );
}

function toolPart({ file, tool, toolVersion, tests }: ToolResults): Markdown {
  const failed = tests.filter(({ outcome }) => outcome === 'fail');
  const of = (wanted: string): number => tests.filter(({ outcome }) => outcome === wanted).length;
  return mdJoin(
    md`**${tool} ${toolVersion}** (${mdCode(file)}): ${of('pass')} passed, ${failed.length} failed, ${of('skipped')} skipped.`,
    failed.length === 0
      ? undefined
      : mdTable(
          ['', 'test', 'says'],
          failed
            .slice(0, MOST_ROWS)
            .map(({ name, severity, message }) => [
              mdVerdict('fail'),
              md`${mdCode(name)}${severity === 'warning' ? ' (warning)' : ''}`,
              message,
            ]),
        ),
  );
}

function factsTable(task: Task, checked: Checked | undefined, profile: Profile | undefined): Markdown {
  const { contractFile, contract } = task;
  const rows: (readonly [string, Markdown | string])[] = [];
  if (contractFile !== undefined) {
    rows.push([
      'contract',
      md`${mdCode(contractFile.path)} ${contract.id} ${contract.version} (ODCS ${contract.apiVersion}) ${mdCode(contractFile.digest)}`,
    ]);
  }
  if (task.object !== undefined && contractFile !== undefined) rows.push(['object', mdCode(task.object.name)]);
  if (checked?.source !== undefined) rows.push(['data', mdCode(checked.source.description)]);
  if (checked?.counted !== undefined) {
    const { counts, cost } = checked.counted;
    const { quarantined } = checked;
    rows.push(['rows', String(counts.rows)]);
    if (cost !== undefined)
      rows.push(['billed', `${cost.bytesBilled} bytes, about $${cost.dollars.toFixed(4)}, job ${cost.job}`]);
    if (quarantined > 0)
      rows.push(['in quarantine', md`${count(quarantined, 'row')}, ${mdCode(task.quarantinePath ?? '')}`]);
  }
  if (task.profile !== undefined) rows.push(['reference profile', mdCode(task.profile)]);
  if (profile !== undefined)
    rows.push(['new reference profile', md`${mdCode(task.profileOutput!)} ${mdCode(profile.digest)}`]);
  rows.push(['ages measured from', new Date(task.asOf).toISOString()]);
  for (const remark of contract.remarks.slice(0, 20)) rows.push(['not checked', remark]);
  return mdTable(['', ''], rows);
}
