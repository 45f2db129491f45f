import { UserError } from '@mlops-actions/action-kit';
import { ACTIONS, FINDING_KINDS } from './policy.ts';
import { signalOf } from './memory.ts';
import type { Alarm, Finding, Incident, MonitorMemory, MonitorState, WindowRecord } from './types.ts';

/** A state larger than this was not written by a monitor. */
const [MOST_WINDOWS, MOST_FINDINGS, LONGEST_TEXT] = [10_000, 20_000, 10_000];

/**
 * Reads a state that was stored. It may come from a bucket or an artifact that others can write to, so nothing of it is taken on trust: what does not
 * fit is an error, never a fresh start, since a monitor that forgets is a monitor that passes.
 *
 * @param json the parsed JSON
 * @param model name of the model that it must be of
 * @throws UserError that names the place
 */
export function parseState(json: unknown, model: string): MonitorState {
  const state = object(json, 'the state');
  if (state['state-version'] !== 1) {
    throw invalid(
      `has the version ${JSON.stringify(state['state-version']) ?? 'undefined'}, where this release reads 1`,
    );
  }
  if (state['model'] !== model) {
    throw invalid(`is of the model ${JSON.stringify(state['model']) ?? 'undefined'}, not of '${model}'`);
  }
  const windows = array(state['windows'], 'windows', MOST_WINDOWS).map((item, index) =>
    parseRecord(item, `windows[${index}]`),
  );
  const base = parseMemory(state['base'], 'base');
  let last = base.upTo === undefined ? -Infinity : Date.parse(base.upTo);
  for (const { window } of windows) {
    const from = Date.parse(window.from);
    if (!(from > last)) throw invalid(`has windows out of order at ${window.from}`);
    last = from;
  }
  return {
    'state-version': 1,
    model,
    base,
    windows,
    ...(state['incident'] === undefined ? {} : { incident: parseIncident(state['incident'], 'incident') }),
  };
}

function parseRecord(json: unknown, place: string): WindowRecord {
  const record = object(json, place);
  const window = object(record['window'], `${place}.window`);
  const [from, to] = [time(window['from'], `${place}.window.from`), time(window['to'], `${place}.window.to`)];
  if (!(Date.parse(from) < Date.parse(to))) throw invalid(`has a window at ${place} that does not end after it starts`);
  return {
    window: { from, to },
    rows: count(record['rows'], `${place}.rows`),
    modelVersion: text(record['modelVersion'], `${place}.modelVersion`),
    findings: array(record['findings'], `${place}.findings`, MOST_FINDINGS).map((item, index) =>
      parseFinding(item, `${place}.findings[${index}]`),
    ),
    verdict: oneOf(record['verdict'], VERDICTS, `${place}.verdict`),
  };
}

const VERDICTS = ['pass', 'fail', 'inconclusive'] as const;

const NUMBERS = ['value', 'threshold', 'reference', 'low', 'high', 'nullQuantile'] as const;

function parseFinding(json: unknown, place: string): Finding {
  const found = object(json, place);
  const finding: Finding = {
    kind: oneOf(found['kind'], FINDING_KINDS, `${place}.kind`),
    subject: text(found['subject'], `${place}.subject`),
    metric: text(found['metric'], `${place}.metric`),
    rows: count(found['rows'], `${place}.rows`),
    verdict: oneOf(found['verdict'], VERDICTS, `${place}.verdict`),
    reason: text(found['reason'], `${place}.reason`),
  };
  for (const key of NUMBERS) if (found[key] !== undefined) finding[key] = number(found[key], `${place}.${key}`);
  for (const key of ['pending', 'estimated'] as const) {
    if (found[key] !== undefined) finding[key] = oneOf(found[key], [true] as const, `${place}.${key}`);
  }
  return finding;
}

function parseMemory(json: unknown, place: string): MonitorMemory {
  const memory = object(json, place);
  return {
    ...(memory['modelVersion'] === undefined
      ? {}
      : { modelVersion: text(memory['modelVersion'], `${place}.modelVersion`) }),
    versionWindows: count(memory['versionWindows'], `${place}.versionWindows`),
    signals: array(memory['signals'], `${place}.signals`, MOST_FINDINGS).map((item, index) => {
      const pair = array(item, `${place}.signals[${index}]`, 2);
      const verdicts = text(pair[1], `${place}.signals[${index}][1]`);
      if (!/^[pfin]*$/.test(verdicts))
        throw invalid(`has other letters than p, f, i and n at ${place}.signals[${index}]`);
      return [text(pair[0], `${place}.signals[${index}][0]`), verdicts];
    }),
    alarms: array(memory['alarms'], `${place}.alarms`, MOST_FINDINGS).map((item, index) =>
      parseAlarm(item, `${place}.alarms[${index}]`),
    ),
    ...(memory['incident'] === undefined ? {} : { incident: parseIncident(memory['incident'], `${place}.incident`) }),
    ...(memory['upTo'] === undefined ? {} : { upTo: time(memory['upTo'], `${place}.upTo`) }),
  };
}

function parseAlarm(json: unknown, place: string): Alarm {
  const alarm = object(json, place);
  const finding = parseFinding(alarm['finding'], `${place}.finding`);
  if (alarm['signal'] !== signalOf(finding)) throw invalid(`has an alarm of something else at ${place}`);
  return {
    signal: signalOf(finding),
    window: time(alarm['window'], `${place}.window`),
    action: oneOf(alarm['action'], ACTIONS, `${place}.action`),
    finding,
  };
}

function parseIncident(json: unknown, place: string): Incident {
  const incident = object(json, place);
  return {
    id: time(incident['id'], `${place}.id`),
    status: oneOf(incident['status'], ['open', 'healed'] as const, `${place}.status`),
    modelVersion: text(incident['modelVersion'], `${place}.modelVersion`),
    opened: time(incident['opened'], `${place}.opened`),
    lastAlarm: time(incident['lastAlarm'], `${place}.lastAlarm`),
    ...(incident['healed'] === undefined ? {} : { healed: time(incident['healed'], `${place}.healed`) }),
    quietWindows: count(incident['quietWindows'], `${place}.quietWindows`),
    windowsSinceHealed: count(incident['windowsSinceHealed'], `${place}.windowsSinceHealed`),
    reopenings: count(incident['reopenings'], `${place}.reopenings`),
    action: oneOf(incident['action'], ACTIONS, `${place}.action`),
    signals: array(incident['signals'], `${place}.signals`, MOST_FINDINGS).map((item, index) =>
      text(item, `${place}.signals[${index}]`),
    ),
  };
}

/** Past windows of one version, which baselines are built from: another model may bring other traffic, latencies and errors. */
export const windowsOf = (state: MonitorState, modelVersion: string): WindowRecord[] =>
  state.windows.filter((record) => record.modelVersion === modelVersion);

/** A metric over the windows, oldest first, for trend lines. */
export function trendOf(state: MonitorState, signal: string): { from: string; finding: Finding }[] {
  return state.windows.flatMap(({ window, findings }) => {
    const finding = findings.find((one) => signalOf(one) === signal);
    return finding === undefined ? [] : [{ from: window.from, finding }];
  });
}

const invalid = (what: string): UserError =>
  new UserError(`The monitor's state ${what}.`, {
    fix: 'Restore it from a copy, or remove it on purpose to begin anew: windows and open incidents are then forgotten.',
  });

function object(value: unknown, place: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(`has no object at ${place}`);
  // Own properties only: a key `__proto__` must not answer for others.
  return Object.assign(Object.create(null) as Record<string, unknown>, value);
}

function array(value: unknown, place: string, most: number): unknown[] {
  if (!Array.isArray(value)) throw invalid(`has no list at ${place}`);
  if (value.length > most) throw invalid(`has ${value.length} items at ${place}, more than ${most}`);
  return value;
}

function text(value: unknown, place: string): string {
  if (typeof value !== 'string' || value.length > LONGEST_TEXT)
    throw invalid(`has no text of reasonable length at ${place}`);
  return value;
}

function number(value: unknown, place: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw invalid(`has no number at ${place}`);
  return value;
}

function count(value: unknown, place: string): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw invalid(`has no count at ${place}`);
  return value as number;
}

function time(value: unknown, place: string): string {
  const given = text(value, place);
  if (!/^\d{4}-\d{2}-\d{2}/.test(given) || Number.isNaN(Date.parse(given))) throw invalid(`has no time at ${place}`);
  return given;
}

function oneOf<const T extends readonly unknown[]>(value: unknown, allowed: T, place: string): T[number] {
  if (!allowed.includes(value)) throw invalid(`has something unexpected at ${place}`);
  return value;
}
