import {
  count,
  Markdown,
  md,
  mdCode,
  mdDetails,
  mdJoin,
  mdMermaid,
  mdTable,
  mermaidText,
} from '@mlops-actions/action-kit';
import { signalOf, trendOf, type Finding, type MonitorState } from '@mlops-actions/monitoring';
import type { Conclusion, Effects } from './effects.ts';
import { ACTION_TITLES, FINDING_HEADER, findingRows, worstFirst } from './findings-text.ts';
import type { Task } from './task.ts';
import { describe } from './state.ts';
import type { VertexMonitoring } from './vertex-monitoring.ts';
import { windowName } from './window.ts';

/** All that a run knows in the end. */
export interface Outcome {
  task: Task;
  conclusion: Conclusion;
  effects: Effects;
  /** Reference profile and policy by digest, and data by place. */
  sources: { current: string | undefined; profile: string | undefined; policy: string };
  /** Earlier windows whose labels have come in and that were judged anew. */
  rejudged: readonly string[];
  vertexMonitoring: VertexMonitoring | undefined;
  pagePath: string | undefined;
  dryRun: boolean;
}

/** One sentence. */
export function headline({ task, conclusion, effects }: Outcome): string {
  const { decision, action, breached, record } = conclusion;
  const name = windowName(task.window);
  const failures = effects.failures.length === 0 ? '' : ` ${effects.failures.join(' ')}`;
  const failed = record.findings.filter(({ verdict }) => verdict === 'fail').length;
  const waiting = record.findings.filter(
    ({ verdict, pending }) => verdict === 'inconclusive' && pending !== true,
  ).length;
  const why = (decision.reasons[0] ?? '').replace(/\.$/, '');
  const text = breached
    ? `${ACTION_TITLES[action]} (${action}): ${why === '' ? 'labels that came in late raised an alarm' : why}`
    : failed > 0
      ? `${task.model} has ${count(failed, 'failure')} in ${name}, which do not make an alarm yet`
      : waiting > 0
        ? `${count(waiting, 'finding')} of ${task.model} in ${name} could not be judged`
        : `${task.model} is as it was in ${name}`;
  return `${text}.${failures}`;
}

/** The report's fields. */
export function reportOf(outcome: Outcome): Record<string, unknown> {
  const { task, conclusion, effects, sources, rejudged, vertexMonitoring, pagePath } = outcome;
  const { decision, record, serving, action, breached } = conclusion;
  return {
    model: task.model,
    environment: task.environment,
    window: task.window,
    asOf: new Date(task.asOf).toISOString(),
    modelVersion: serving.version,
    deployedModelId: serving.deployedModelId,
    rows: record.rows,
    breached,
    action,
    reasons: decision.reasons,
    change: decision.change,
    incident: decision.incident,
    findings: worstFirst(record.findings),
    rejudgedWindows: rejudged,
    policy: { ...task.policySource, decisions: task.policy.decisions },
    sources,
    vertexMonitoring: vertexMonitoring?.report,
    state: describe(task.state),
    effects: {
      issue: effects.issue,
      dispatched: effects.dispatched,
      failures: effects.failures,
      wanted: [...task.effects],
    },
    page: pagePath,
  };
}

const MOST_ROWS = 40;
/** Lines of a Mermaid chart that can still be told apart. */
const MOST_POINTS = 30;

/** Job summary: what to do, why, and the worst first. */
export function summarise({ task, conclusion, effects, rejudged, vertexMonitoring, dryRun }: Outcome): Markdown {
  const { decision, record, serving, action, breached } = conclusion;
  const sorted = worstFirst(record.findings);
  const telling = sorted.filter(({ verdict }) => verdict !== 'pass');
  const passed = sorted.filter(({ verdict }) => verdict === 'pass');
  return mdJoin(
    mdTable(
      ['', ''],
      [
        ['model', mdCode(`${task.model}${task.environment === undefined ? '' : ` (${task.environment})`}`)],
        ['version', mdCode(serving.version)],
        ['window', windowName(task.window)],
        ['rows', String(record.rows)],
        ['action', md`**${ACTION_TITLES[action]}** (${mdCode(action)})`],
        ['incident', incidentText(conclusion, effects)],
        ...(effects.dispatched === undefined ? [] : [['event sent', mdCode(effects.dispatched)]]),
        ...(rejudged.length === 0 ? [] : [['judged anew by what came in since', rejudged.join(', ')]]),
        ...(vertexMonitoring?.moves ?? []).map((move) => [
          dryRun ? 'Vertex Model Monitoring would change' : 'Vertex Model Monitoring changed',
          move,
        ]),
        ...(dryRun ? [['dry run', 'nothing was changed']] : []),
      ],
    ),
    effects.failures.length === 0
      ? undefined
      : new Markdown(effects.failures.map((failure) => `> [!CAUTION]\n> ${md`${failure}`.source}`).join('\n\n')),
    breached && decision.reasons.length > 0
      ? new Markdown(
          decision.reasons
            .slice(0, 10)
            .map((reason) => md`- ${reason}`.source)
            .join('\n'),
        )
      : undefined,
    telling.length === 0 ? undefined : mdTable(FINDING_HEADER, findingRows(telling.slice(0, MOST_ROWS))),
    telling.length > MOST_ROWS ? md`${telling.length - MOST_ROWS} more in the report.` : undefined,
    trendChart(decision.next, sorted),
    passed.length === 0
      ? undefined
      : mdDetails(
          `${count(passed.length, 'finding')} passed`,
          mdTable(FINDING_HEADER, findingRows(passed.slice(0, 200))),
        ),
  );
}

function incidentText({ decision: { incident, change } }: Conclusion, { issue }: Effects): Markdown | string {
  if (incident === undefined) return 'none';
  const text = `${incident.status} since ${incident.opened.slice(0, 10)}${change === 'none' ? '' : `, ${change} now`}`;
  return issue === undefined || !/^https?:\/\/[^\s()<>]+$/.test(issue.url)
    ? text
    : md`${text}, ${new Markdown(`[issue ${issue.number}](${issue.url})`)}`;
}

/** The course of the worst finding that has one, with its limit. */
function trendChart(state: MonitorState, sorted: readonly Finding[]): Markdown | undefined {
  for (const finding of sorted) {
    if (finding.value === undefined) continue;
    const points = trendOf(state, signalOf(finding)).filter(({ finding: one }) => one.value !== undefined);
    if (points.length < 2) continue;
    const last = points.slice(-MOST_POINTS);
    const values = last.map(({ finding: one }) => one.value!);
    const limit = finding.threshold;
    const high = Math.max(...values, limit ?? 0);
    const low = Math.min(...values, limit ?? 0, 0);
    const number = (value: number): string => String(Number(value.toPrecision(4)));
    const lines = [
      'xychart-beta',
      `  title "${mermaidText(`${finding.metric} of ${finding.subject}`)}"`,
      `  x-axis [${last.map(({ from }) => `"${mermaidText(from.slice(0, 10))}"`).join(', ')}]`,
      `  y-axis "${mermaidText(finding.metric)}" ${number(low)} --> ${number(high === low ? low + 1 : high)}`,
      `  bar [${values.map(number).join(', ')}]`,
      ...(limit === undefined ? [] : [`  line [${values.map(() => number(limit)).join(', ')}]`]),
    ];
    return mdMermaid(lines.join('\n'));
  }
  return undefined;
}
