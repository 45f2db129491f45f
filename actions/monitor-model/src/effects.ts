import { log, messageOf, type RunContext } from '@mlops-actions/action-kit';
import {
  commentOnce,
  findIssue,
  GitHubError,
  hiddenMarker,
  openIssue,
  repositoryDispatch,
  updateIssue,
  type GitHub,
  type Issue,
} from '@mlops-actions/github';
import {
  ACTIONS,
  signalOf,
  type Decision,
  type Incident,
  type MonitorAction,
  type WindowRecord,
} from '@mlops-actions/monitoring';
import type { Task } from './task.ts';
import { changeComment, issueText } from './issue-text.ts';
import type { Serving } from './serving.ts';
import type { Done, Memory } from './state.ts';

/** What a run concluded. */
export interface Conclusion {
  decision: Decision;
  record: WindowRecord;
  serving: Serving;
  /** What is called for; also what late labels of an earlier window call for. */
  action: MonitorAction;
  breached: boolean;
}

/** What was done about it. */
export interface Effects {
  issue: { number: number; url: string } | undefined;
  dispatched: string | undefined;
  done: Done[];
  /** What should have been done and was not: sentences. */
  failures: string[];
}

/**
 * What a decision calls for. Where the newest window waits for its labels, the last one that has them speaks for it: as long as the same version serves,
 * and the incident is open, an alarm that labels raised stands.
 */
export function actionOf({ breached, action, incident, next }: Decision): { action: MonitorAction; breached: boolean } {
  const newest = next.windows.at(-1)!;
  if (breached || incident?.status !== 'open' || incident.modelVersion !== newest.modelVersion)
    return { action, breached };
  const waiting = new Set(newest.findings.filter(({ pending }) => pending === true).map(signalOf));
  const stands = incident.signals.some((signal) => {
    const judged = next.windows
      .filter(({ modelVersion }) => modelVersion === newest.modelVersion)
      .flatMap(({ findings }) => findings)
      .findLast((finding) => signalOf(finding) === signal && finding.pending !== true);
    return waiting.has(signal) && judged?.verdict === 'fail';
  });
  return stands ? { action: incident.action, breached: true } : { action, breached };
}

/** Whether as much or more was asked for already, in this incident and about this version. */
const wasDone = (action: MonitorAction, incident: Incident, done: readonly Done[]): boolean =>
  done.some(
    (one) =>
      one.incident === incident.id &&
      one.modelVersion === incident.modelVersion &&
      ACTIONS.indexOf(one.action) >= ACTIONS.indexOf(action),
  );

const EVENTS = { retrain: 'mlops-retrain', rollback: 'mlops-rollback' } as const;

/** Brings issue and events in line with the conclusion. What fails is told, and made good by the next run. */
export async function applyEffects(
  task: Task,
  memory: Memory,
  conclusion: Conclusion,
  github: () => GitHub,
  context: RunContext,
): Promise<Effects> {
  const effects: Effects = { issue: undefined, dispatched: undefined, done: [...memory.done], failures: [] };
  const { incident } = conclusion.decision;
  const attempt = async (what: string, act: () => Promise<void>): Promise<void> => {
    try {
      await act();
    } catch (error) {
      const why = error instanceof GitHubError ? error.explanation : messageOf(error);
      log.error(why, { title: 'monitor-model' });
      effects.failures.push(`${what} failed: ${why}`);
    }
  };

  let issue: Issue | undefined;
  const marker = incident === undefined ? '' : incidentMarker(task, incident);
  if (task.effects.has('issue')) {
    const before = memory.monitor.incident;
    if (before?.status === 'healed' && before.id !== incident?.id) {
      await attempt('Closing the issue of the last incident', () => closeIssue(task, before, github()));
    }
    if (incident !== undefined) {
      await attempt('The issue of the incident', async () => {
        issue = await findIssue(github(), task.incidentLabel, marker);
        effects.done = union(effects.done, issue === undefined ? [] : doneIn(issue, incident));
        const text = issueText(task, conclusion, effects.done, marker, context);
        if (issue === undefined && incident.status === 'open') {
          issue = await openIssue(github(), task.incidentLabel, marker, text);
        }
      });
    }
  }
  if (task.effects.has('dispatch') && incident !== undefined) {
    await attempt('The event', async () => {
      const { action } = conclusion;
      if (!conclusion.breached || !(action === 'retrain' || action === 'rollback')) return;
      if (wasDone(action, incident, effects.done)) return;
      const modelVersion = conclusion.serving.version;
      await repositoryDispatch(github(), EVENTS[action], {
        // Names what is asked for: whoever gets it twice does it once.
        id: `${task.model}/${task.environment ?? ''}/${incident.id}/${modelVersion}/${action}`,
        model: task.model,
        environment: task.environment ?? '',
        'model-version': modelVersion,
        'deployed-model-id': conclusion.serving.deployedModelId ?? '',
        reason: (conclusion.decision.reasons[0] ?? `${task.model} is watched`).slice(0, 1000),
        'incident-url': issue?.url ?? '',
        window: `${task.window.from}/${task.window.to}`,
        'run-url': context.runUrl,
      });
      effects.dispatched = EVENTS[action];
      effects.done = [...effects.done, { incident: incident.id, modelVersion, action }];
    });
  }
  if (issue !== undefined && incident !== undefined) {
    const found = issue;
    effects.issue = { number: found.number, url: found.url };
    await attempt('The issue of the incident', async () => {
      const text = issueText(task, conclusion, effects.done, marker, context);
      const comment = changeComment(conclusion, effects.done);
      if (comment !== undefined) {
        await commentOnce(github(), found, hiddenMarker(`change ${comment.key}`), comment.body);
      }
      await updateIssue(github(), found, { ...text, open: incident.status === 'open' });
    });
  }
  return effects;
}

const incidentMarker = ({ model, environment }: Task, { id }: Incident): string =>
  hiddenMarker(`incident ${model} ${environment ?? 'default'} ${id}`);

async function closeIssue(task: Task, incident: Incident, github: GitHub): Promise<void> {
  const issue = await findIssue(github, task.incidentLabel, incidentMarker(task, incident));
  if (issue?.open === true) await updateIssue(github, issue, { ...issue, open: false });
}

/** A hidden line of an issue that says what was asked for, so that a run that died before it saved its state is not repeated. */
export const doneMarker = ({ action, modelVersion }: Done): string =>
  hiddenMarker(`done ${action} ${Buffer.from(modelVersion).toString('base64url')}`);

/** Only those who may write to the repository can change what stands in an issue of its bot. */
function doneIn({ body }: Issue, { id }: Incident): Done[] {
  return [...body.matchAll(/<!-- mlops-actions done (retrain|rollback) ([\w-]+) -->/g)].map(([, action, version]) => ({
    incident: id,
    modelVersion: Buffer.from(version!, 'base64url').toString('utf8'),
    action: action as Done['action'],
  }));
}

function union(a: readonly Done[], b: readonly Done[]): Done[] {
  const key = ({ incident, modelVersion, action }: Done): string => JSON.stringify([incident, modelVersion, action]);
  return [...new Map([...a, ...b].map((one) => [key(one), one])).values()];
}
