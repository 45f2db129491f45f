import { createHash } from 'node:crypto';
import { Markdown, md, mdCode, mdDetails, mdJoin, mdTable, type RunContext } from '@mlops-actions/action-kit';
import type { IssueText } from '@mlops-actions/github';
import { doneMarker, type Conclusion } from './effects.ts';
import type { Task } from './task.ts';
import { ACTION_TITLES, findingRows, FINDING_HEADER, worstFirst } from './findings-text.ts';
import type { Done } from './state.ts';
import { windowName } from './window.ts';

/** GitHub takes 65,536 characters. */
const MOST_CHARACTERS = 60_000;
const MOST_FINDINGS = 30;

/** The issue of an incident as it stands after this window. Names and sentences from the data are escaped, so that nobody is mentioned by them. */
export function issueText(
  task: Task,
  { decision, record, serving, action }: Conclusion,
  done: readonly Done[],
  marker: string,
  context: RunContext,
): IssueText {
  const incident = decision.incident!;
  const mine = done.filter((one) => one.incident === incident.id);
  const where = task.environment === undefined ? '' : ` (${task.environment})`;
  const failed = worstFirst(record.findings.filter(({ verdict }) => verdict === 'fail'));
  const healed = incident.status === 'healed';
  const state = healed
    ? md`✅ **Healed** in the window of ${windowName(task.window)}, after ${incident.quietWindows} quiet windows.`
    : decision.breached
      ? md`❌ **${ACTION_TITLES[action]}**, says the window of ${windowName(task.window)}.`
      : md`⚠️ **Quiet** in the window of ${windowName(task.window)}: ${incident.quietWindows} of the quiet windows that it takes to heal.`;
  const body = mdJoin(
    state,
    decision.reasons.length === 0 ? undefined : list(decision.reasons.slice(0, 20)),
    mdTable(
      ['', ''],
      [
        ['model', mdCode(`${task.model}${where}`)],
        ['version', mdCode(serving.version)],
        ['since', incident.opened],
        ['last alarm', incident.lastAlarm],
        ['came back', `${incident.reopenings} times`],
        [
          'asked for',
          mine.length === 0 ? 'nothing yet' : mine.map((one) => `${one.action} of ${one.modelVersion}`).join(', '),
        ],
        ...(context.runUrl === ''
          ? []
          : [['report', new Markdown(`[in the artifacts of the run](${context.runUrl})`)]]),
      ],
    ),
    failed.length === 0
      ? undefined
      : mdJoin(new Markdown('#### What failed'), mdTable(FINDING_HEADER, findingRows(failed.slice(0, MOST_FINDINGS)))),
    mdDetails('Signals of this incident', list(incident.signals.slice(0, 50))),
    new Markdown(
      '_Kept by monitor-model: it is updated with every window, closed when it heals and opened again should it come back. Closing it by hand changes nothing that is measured._',
    ),
  );
  const markers = [marker, ...mine.map(doneMarker)].join('\n');
  return {
    title: `${task.model}${where}: incident since ${incident.opened.slice(0, 10)}`,
    body: `${body.source.slice(0, MOST_CHARACTERS)}\n\n${markers}`,
  };
}

const list = (texts: readonly string[]): Markdown => new Markdown(texts.map((text) => md`- ${text}`.source).join('\n'));

/** A comment on what changed with this window, if anything did since the issue was opened; the key tells it from others. */
export function changeComment(
  { decision, record, action }: Conclusion,
  done: readonly Done[],
): { key: string; body: string } | undefined {
  const incident = decision.incident!;
  const { change, alarms } = decision;
  if (change === 'none' || change === 'opened') return undefined;
  const signals = alarms.map(({ signal }) => signal).sort();
  const asked = done.filter((one) => one.incident === incident.id).map((one) => `${one.action} of ${one.modelVersion}`);
  const key = createHash('sha256')
    .update(JSON.stringify([record.window.from, change, action, signals, asked]))
    .digest('hex')
    .slice(0, 16);
  const name = windowName(record.window);
  const head =
    change === 'healed'
      ? md`✅ Healed: ${incident.quietWindows} quiet windows in a row, the last of them ${name}.`
      : change === 'reopened'
        ? md`❌ It came back in ${name}: ${ACTION_TITLES[action].toLowerCase()}.`
        : md`❌ ${name}: ${ACTION_TITLES[action].toLowerCase()}.`;
  const body = mdJoin(
    head,
    list(alarms.slice(0, 10).map(({ finding }) => finding.reason)),
    asked.length === 0 ? undefined : md`Asked for: ${asked.join(', ')}.`,
  );
  return { key, body: body.source };
}
