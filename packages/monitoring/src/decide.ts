import { UserError, type Verdict } from '@mlops-actions/action-kit';
import { EMPTY_MEMORY, remember, signalOf, type Step } from './memory.ts';
import { ACTIONS, checkDecisions, DEFAULT_DECISIONS } from './policy.ts';
import type { Decision, DecisionPolicy, MonitorState, WindowRecord } from './types.ts';

/** Findings that a state holds at most, some 20 MB of JSON: models with hundreds of columns keep fewer windows. Decisions do not depend on it. */
const MOST_FINDINGS = 60_000;

const countFindings = (windows: readonly WindowRecord[]): number =>
  windows.reduce((sum, { findings }) => sum + findings.length, 0);

/** The state of a monitor that has seen nothing. */
export const emptyState = (model: string): MonitorState => ({
  'state-version': 1,
  model,
  base: EMPTY_MEMORY,
  windows: [],
});

/**
 * What is to be done after a window, given those before it.
 *
 * Everything follows from the records of the windows: they are folded anew each time, from the oldest on. So a window that is judged again replaces its
 * own record and nothing is counted twice, and labels that come in later for an earlier window count as if they had been there at once. An alarm stands
 * until its signal passes: what could not be judged since has not become good. The decision is always that of the newest window.
 *
 * @throws UserError if the policy contradicts itself, or the window is older than all that the state keeps
 */
export function decide(
  state: MonitorState,
  current: WindowRecord,
  policy: DecisionPolicy = DEFAULT_DECISIONS,
): Decision {
  checkDecisions(policy);
  const start = Date.parse(current.window.from);
  if (state.base.upTo !== undefined && start <= Date.parse(state.base.upTo)) {
    throw new UserError(`The window from ${current.window.from} is older than all that the monitor's state keeps.`, {
      fix: `Judge windows after ${state.base.upTo}, or begin a new state.`,
    });
  }
  const windows = [...state.windows.filter(({ window }) => Date.parse(window.from) !== start), current].sort(
    (a, b) => Date.parse(a.window.from) - Date.parse(b.window.from),
  );

  let base = state.base;
  while (windows.length > policy['keep-windows'] || (windows.length > 1 && countFindings(windows) > MOST_FINDINGS))
    base = remember(base, windows.shift()!, policy).memory;

  let step: Step | undefined;
  for (const record of windows) step = remember(step?.memory ?? base, record, policy);
  const newest = windows.at(-1)!;
  const { memory, blind, action, change } = step!;
  const { alarms } = memory;
  const breached = alarms.length > 0 || blind.length > 0;
  return {
    verdict: breached ? 'fail' : unalarmed(newest.verdict),
    breached,
    action,
    reasons: reasonsOf(step!, newest, policy),
    alarms,
    change,
    ...(memory.incident === undefined ? {} : { incident: memory.incident }),
    next: {
      'state-version': 1,
      model: state.model,
      base,
      windows,
      ...(memory.incident === undefined ? {} : { incident: memory.incident }),
    },
  };
}

/** What failed, but not often enough for an alarm, is no pass either. */
const unalarmed = (verdict: Verdict): Verdict => (verdict === 'fail' ? 'inconclusive' : verdict);

function reasonsOf({ blind, memory }: Step, newest: WindowRecord, policy: DecisionPolicy): string[] {
  const gravestFirst = [...memory.alarms].sort((a, b) => ACTIONS.indexOf(b.action) - ACTIONS.indexOf(a.action));
  const reasons = gravestFirst.map(({ finding, action, window }) => {
    const { failures, windows } = policy.alarms[finding.kind];
    const when =
      window === newest.window.from
        ? ''
        : ` This was in the window from ${window}, and nothing since has shown otherwise.`;
    const often = windows === 1 ? '' : ` At least ${failures} of ${windows} windows that could be judged failed so.`;
    return `${finding.reason}${when}${often} This calls for: ${action}.`;
  });
  for (const signal of blind) {
    reasons.push(`'${signal}' has not passed in ${policy['blind-windows']} windows. This calls for: investigate.`);
  }
  const alarmed = new Set(memory.alarms.map(({ signal }) => signal));
  for (const finding of newest.findings) {
    if (finding.verdict !== 'fail' || alarmed.has(signalOf(finding))) continue;
    const { failures, windows } = policy.alarms[finding.kind];
    reasons.push(`${finding.reason} Only ${failures} of ${windows} windows make an alarm.`);
  }
  const { incident } = memory;
  if (incident?.status === 'open' && reasons.length === 0) {
    reasons.push(
      `The incident since ${incident.opened} stays open until ${policy['heal-after']} windows in a row are quiet; ${incident.quietWindows} were.`,
    );
  }
  return reasons;
}
