import { UserError, type Verdict } from '@mlops-actions/action-kit';
import { EMPTY_MEMORY, remember, type Step } from './memory.ts';
import { ACTIONS, checkDecisions, DEFAULT_DECISIONS } from './policy.ts';
import type { Decision, DecisionPolicy, MonitorState, WindowRecord } from './types.ts';

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
 * own record and nothing is counted twice, and labels that come in later for an earlier window count as if they had been there at once. The decision is
 * always that of the newest window.
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
  while (windows.length > policy['keep-windows']) base = remember(base, windows.shift()!, policy).memory;

  let step: Step | undefined;
  for (const record of windows) step = remember(step?.memory ?? base, record, policy);
  const newest = windows.at(-1)!;
  const { memory, alarms, blind, action, change, escalated } = step!;
  const breached = alarms.length > 0 || blind.length > 0;
  return {
    verdict: breached ? 'fail' : unalarmed(newest.verdict),
    breached,
    action,
    escalated,
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

function reasonsOf({ alarms, blind, memory }: Step, newest: WindowRecord, policy: DecisionPolicy): string[] {
  const gravestFirst = [...alarms].sort((a, b) => ACTIONS.indexOf(b.action) - ACTIONS.indexOf(a.action));
  const reasons = gravestFirst.map(({ finding, action }) => {
    const { failures, windows } = policy.alarms[finding.kind];
    const often =
      windows === 1 ? '' : ` This is at least ${failures} of the last ${windows} windows that could be judged.`;
    return `${finding.reason}${often} This calls for: ${action}.`;
  });
  for (const signal of blind) {
    reasons.push(`'${signal}' has not passed in ${policy['blind-windows']} windows. This calls for: investigate.`);
  }
  const alarmed = new Set(alarms.map(({ finding }) => finding));
  for (const finding of newest.findings) {
    if (finding.verdict !== 'fail' || alarmed.has(finding)) continue;
    const { failures, windows } = policy.alarms[finding.kind];
    reasons.push(`${finding.reason} Only ${failures} of ${windows} windows make an alarm.`);
  }
  const { incident } = memory;
  if (incident?.status === 'open' && alarms.length === 0 && blind.length === 0) {
    reasons.push(
      `The incident since ${incident.opened} stays open until ${policy['heal-after']} windows in a row are quiet; ${incident.quietWindows} were.`,
    );
  }
  return reasons;
}
