import { graver } from './policy.ts';
import type { DecisionPolicy, Finding, Incident, MonitorAction, MonitorMemory, WindowRecord } from './types.ts';

/** What one window led to. */
export interface Step {
  memory: MonitorMemory;
  /** Signals that no longer pass. */
  blind: string[];
  action: MonitorAction;
  change: 'none' | 'opened' | 'updated' | 'healed' | 'reopened';
}

export const EMPTY_MEMORY: MonitorMemory = { versionWindows: 0, signals: [], alarms: [] };

/** Names what a finding is about, the same in every window. */
export const signalOf = ({ kind, metric, subject }: Finding): string => `${kind}/${metric}/${subject}`;

const LETTER = { pass: 'p', fail: 'f', inconclusive: 'i' } as const;

/** Folds one window into what is remembered of those before it. */
export function remember(memory: MonitorMemory, record: WindowRecord, policy: DecisionPolicy): Step {
  const isNewVersion = memory.modelVersion !== record.modelVersion;
  const versionWindows = isNewVersion ? 1 : memory.versionWindows + 1;
  const findings = judged(record);
  const signals = nextSignals(isNewVersion ? [] : memory.signals, record, findings, policy);
  const actions = policy[versionWindows <= policy['release-windows'] ? 'actions-after-release' : 'actions'];
  const alarms = new Map(isNewVersion ? [] : memory.alarms.map((alarm) => [alarm.signal, alarm]));
  for (const signal of alarms.keys()) if (isForgotten(signals.get(signal), policy)) alarms.delete(signal);
  for (const [signal, finding] of findings) {
    if (finding.verdict === 'pass') alarms.delete(signal);
    else if (isAlarm(signals.get(signal)!, finding, policy)) {
      // An alarm that stands goes on calling for what it called for when the release was recent.
      const action = graver(alarms.get(signal)?.action ?? 'none', actions[finding.kind]);
      alarms.set(signal, { signal, window: record.window.from, action, finding });
    }
  }
  const blind = [...findings.keys()].filter((signal) => isBlind(signals.get(signal)!, policy));
  const worst = [...alarms.values()].reduce<MonitorAction>((action, alarm) => graver(action, alarm.action), 'none');
  const action = blind.length > 0 ? graver(worst, 'investigate') : worst;
  const raised = [...new Set([...alarms.keys(), ...blind])];
  const { incident, change } = nextIncident(memory.incident, record, raised, action, policy);
  return {
    memory: {
      modelVersion: record.modelVersion,
      versionWindows,
      signals: [...signals],
      alarms: [...alarms.values()],
      ...(incident === undefined ? {} : { incident }),
      upTo: record.window.from,
    },
    blind,
    action,
    change,
  };
}

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

/** The verdicts of every signal with those of one more window; signals that nobody asks about any more are forgotten. */
function nextSignals(
  before: MonitorMemory['signals'],
  record: WindowRecord,
  findings: ReadonlyMap<string, Finding>,
  policy: DecisionPolicy,
): Map<string, string> {
  const waiting = new Set(record.findings.filter(({ pending }) => pending).map(signalOf));
  const signals = new Map(before);
  for (const signal of new Set([...signals.keys(), ...findings.keys()])) {
    const finding = findings.get(signal);
    if (finding === undefined && waiting.has(signal)) continue;
    const letter = finding === undefined ? 'n' : LETTER[finding.verdict];
    const verdicts = ((signals.get(signal) ?? '') + letter).slice(-longest(policy));
    if (/[pfi]/.test(verdicts)) signals.set(signal, verdicts);
    else signals.delete(signal);
  }
  return signals;
}

/** k of the last n windows that could be judged failed, and the newest is one of them. */
function isAlarm(verdicts: string, finding: Finding, policy: DecisionPolicy): boolean {
  if (finding.verdict !== 'fail') return false;
  const { failures, windows } = policy.alarms[finding.kind];
  const conclusive = verdicts.replaceAll(/[in]/g, '').slice(-windows);
  return conclusive.split('f').length - 1 >= failures;
}

function isBlind(verdicts: string, policy: DecisionPolicy): boolean {
  const asked = verdicts.replaceAll('n', '');
  return asked.length >= policy['blind-windows'] && !asked.slice(-policy['blind-windows']).includes('p');
}

/** An alarm of what is not asked about any more stands no longer than an incident takes to heal. */
const isForgotten = (verdicts: string | undefined, policy: DecisionPolicy): boolean =>
  verdicts === undefined || verdicts.endsWith('n'.repeat(policy['heal-after']));

/** Verdicts that are remembered of a signal: enough to have as many as matter between others that do not. */
const longest = (policy: DecisionPolicy): number =>
  4 *
  Math.max(
    policy['blind-windows'],
    policy['heal-after'],
    ...Object.values(policy.alarms).map(({ windows }) => windows),
  );

/** What an incident has called for already while this version served: what was done to another one has not been done to this. */
const actionUnder = (modelVersion: string, incident: Incident | undefined): MonitorAction =>
  incident?.modelVersion === modelVersion ? incident.action : 'none';

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

/** A window without an alarm is quiet if it was judged, and no signal of the incident failed in it or could not be judged. */
function isQuiet(incident: Incident, record: WindowRecord): boolean {
  const findings = judged(record);
  const passes = [...findings.values()].some(({ verdict }) => verdict === 'pass');
  return passes && incident.signals.every((signal) => (findings.get(signal)?.verdict ?? 'pass') === 'pass');
}
