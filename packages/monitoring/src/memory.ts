import { ACTIONS, graver } from './policy.ts';
import type { DecisionPolicy, Finding, Incident, MonitorAction, MonitorMemory, WindowRecord } from './types.ts';

/** What one window led to. */
export interface Step {
  memory: MonitorMemory;
  alarms: { signal: string; action: MonitorAction; finding: Finding }[];
  /** Signals that no longer pass, and for how many windows in a row. */
  blind: string[];
  action: MonitorAction;
  change: 'none' | 'opened' | 'updated' | 'healed' | 'reopened';
  escalated: boolean;
}

export const EMPTY_MEMORY: MonitorMemory = { versionWindows: 0, signals: [] };

/** Names what a finding is about, the same in every window. */
export const signalOf = ({ kind, metric, subject }: Finding): string => `${kind}/${metric}/${subject}`;

const LETTER = { pass: 'p', fail: 'f', inconclusive: 'i' } as const;

/** Folds one window into what is remembered of those before it. */
export function remember(memory: MonitorMemory, record: WindowRecord, policy: DecisionPolicy): Step {
  const isNewVersion = memory.modelVersion !== record.modelVersion;
  const versionWindows = isNewVersion ? 1 : memory.versionWindows + 1;
  const signals = new Map(isNewVersion ? [] : memory.signals);
  const isRecent = versionWindows <= policy['release-windows'];

  const alarms: Step['alarms'] = [];
  const blind: string[] = [];
  for (const [signal, finding] of judged(record)) {
    const verdicts = (signals.get(signal) ?? '') + LETTER[finding.verdict];
    signals.set(signal, verdicts.slice(-longest(policy)));
    if (isAlarm(verdicts, finding, policy)) {
      alarms.push({ signal, finding, action: policy[isRecent ? 'actions-after-release' : 'actions'][finding.kind] });
    }
    if (isBlind(verdicts, policy)) blind.push(signal);
  }

  const worst = alarms.reduce<MonitorAction>((action, alarm) => graver(action, alarm.action), 'none');
  const action = blind.length > 0 ? graver(worst, 'investigate') : worst;
  const raised = [...new Set([...alarms.map(({ signal }) => signal), ...blind])];
  const { incident, change } = nextIncident(memory.incident, record, raised, action, policy);
  const before =
    change === 'updated' || change === 'reopened' ? actionUnder(record.modelVersion, memory.incident) : 'none';
  return {
    memory: {
      modelVersion: record.modelVersion,
      versionWindows,
      signals: [...signals],
      ...(incident === undefined ? {} : { incident }),
      upTo: record.window.from,
    },
    alarms,
    blind,
    action,
    change,
    escalated: ACTIONS.indexOf(action) > ACTIONS.indexOf(before),
  };
}

/** What an incident has called for already while this version served: what was done to another one has not been done to this. */
const actionUnder = (modelVersion: string, incident: Incident | undefined): MonitorAction =>
  incident?.modelVersion === modelVersion ? incident.action : 'none';

/** Findings by signal; of two of the same signal the worse one. Those that wait for labels are not judged yet. */
function judged(record: WindowRecord): Map<string, Finding> {
  const order = { pass: 0, inconclusive: 1, fail: 2 };
  const bySignal = new Map<string, Finding>();
  for (const finding of record.findings) {
    if (finding.pending) continue;
    const signal = signalOf(finding);
    const other = bySignal.get(signal);
    if (other === undefined || order[finding.verdict] > order[other.verdict]) bySignal.set(signal, finding);
  }
  return bySignal;
}

/** k of the last n windows that could be judged failed, and the newest is one of them. */
function isAlarm(verdicts: string, finding: Finding, policy: DecisionPolicy): boolean {
  if (finding.verdict !== 'fail') return false;
  const { failures, windows } = policy.alarms[finding.kind];
  const conclusive = verdicts.replaceAll('i', '').slice(-windows);
  return conclusive.split('f').length - 1 >= failures;
}

const isBlind = (verdicts: string, policy: DecisionPolicy): boolean =>
  verdicts.length >= policy['blind-windows'] && !verdicts.slice(-policy['blind-windows']).includes('p');

/** Verdicts that must be remembered of a signal. Inconclusive windows lie between the conclusive ones, so that there is slack. */
const longest = (policy: DecisionPolicy): number =>
  4 * Math.max(policy['blind-windows'], ...Object.values(policy.alarms).map(({ windows }) => windows));

function nextIncident(
  before: Incident | undefined,
  record: WindowRecord,
  raised: string[],
  action: MonitorAction,
  policy: DecisionPolicy,
): { incident?: Incident; change: Step['change'] } {
  const now = record.window.from;
  if (raised.length > 0) {
    const reopened = before?.status === 'healed' && before.windowsSinceHealed < policy['reopen-within'];
    if (before !== undefined && (before.status === 'open' || reopened)) {
      const kept = { ...before };
      delete kept.healed;
      return {
        change: reopened ? 'reopened' : 'updated',
        incident: {
          ...kept,
          status: 'open',
          lastAlarm: now,
          quietWindows: 0,
          windowsSinceHealed: 0,
          reopenings: before.reopenings + (reopened ? 1 : 0),
          modelVersion: record.modelVersion,
          action: graver(actionUnder(record.modelVersion, before), action),
          signals: [...new Set([...before.signals, ...raised])],
        },
      };
    }
    return {
      change: 'opened',
      incident: {
        id: now,
        status: 'open',
        modelVersion: record.modelVersion,
        opened: now,
        lastAlarm: now,
        quietWindows: 0,
        windowsSinceHealed: 0,
        reopenings: 0,
        action,
        signals: raised,
      },
    };
  }
  if (before === undefined) return { change: 'none' };
  if (before.status === 'healed') {
    return { change: 'none', incident: { ...before, windowsSinceHealed: before.windowsSinceHealed + 1 } };
  }
  if (!isQuiet(before, record)) return { change: 'none', incident: { ...before, quietWindows: 0 } };
  const quietWindows = before.quietWindows + 1;
  return quietWindows >= policy['heal-after']
    ? { change: 'healed', incident: { ...before, status: 'healed', healed: now, quietWindows } }
    : { change: 'none', incident: { ...before, quietWindows } };
}

/** A window is quiet if it was judged and each signal of the incident passed in it, or is no longer asked about. */
function isQuiet(incident: Incident, record: WindowRecord): boolean {
  const findings = judged(record);
  const passes = [...findings.values()].some(({ verdict }) => verdict === 'pass');
  return passes && incident.signals.every((signal) => (findings.get(signal)?.verdict ?? 'pass') === 'pass');
}
