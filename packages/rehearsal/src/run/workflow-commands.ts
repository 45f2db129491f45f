import type { Annotation, LogLine } from '../result.ts';

/** What a line of a step's output means to the runner. */
export type Effect =
  | { kind: 'show'; line: LogLine }
  | { kind: 'annotate'; annotation: Annotation; line: LogLine }
  | { kind: 'mask'; value: string }
  /** A command that GitHub refuses or that has no effect; `fails` if it fails the step. */
  | { kind: 'refuse'; message: string; fails: boolean }
  /** A command that changes how later lines are read. */
  | { kind: 'none' };

interface Command {
  name: string;
  properties: Record<string, string>;
  data: string;
}

const SET_ELSEWHERE: Record<string, string> = {
  'set-output': 'GITHUB_OUTPUT',
  'save-state': 'GITHUB_STATE',
  'set-env': 'GITHUB_ENV',
  'add-path': 'GITHUB_PATH',
};

const KNOWN = new Set([
  ...['group', 'endgroup', 'notice', 'warning', 'error', 'debug', 'add-mask', 'stop-commands', 'echo'],
  ...['add-matcher', 'remove-matcher', 'command', 'section', ...Object.keys(SET_ELSEWHERE)],
]);

/** Reads the lines of one step; `::stop-commands::` makes it stateful. */
export function commandReader(): (line: string) => Effect {
  let stopToken: string | undefined;
  return (text) => {
    const command = parseCommand(text, stopToken);
    const show = (kind: LogLine['kind'], shown: string): Effect => ({ kind: 'show', line: { kind, text: shown } });
    if (command === undefined) return show('text', text);
    if (stopToken !== undefined) {
      stopToken = undefined;
      return { kind: 'none' };
    }
    const { name, properties, data } = command;
    switch (name) {
      case 'group':
      case 'debug':
      case 'command':
        return show(name, data);
      case 'section':
        return show('command', data);
      case 'endgroup':
        return show('endgroup', '');
      case 'notice':
      case 'warning':
      case 'error':
        return {
          kind: 'annotate',
          annotation: annotation(name, properties, data),
          line: { kind: name, text: data },
        };
      case 'add-mask':
        return { kind: 'mask', value: data };
      case 'stop-commands':
        // The runner refuses a token that anyone could guess: then a hostile line could switch commands on again.
        if (data === '' || data === 'pause-logging' || KNOWN.has(data.toLowerCase())) {
          return {
            kind: 'refuse',
            message: `'::stop-commands::' needs a token of its own, not '${data}'.`,
            fails: true,
          };
        }
        stopToken = data;
        return { kind: 'none' };
      case 'set-output':
      case 'save-state':
        return {
          kind: 'refuse',
          message: `'::${name}' has no effect: GitHub has retired it. Write to $${SET_ELSEWHERE[name]!} instead.`,
          fails: false,
        };
      case 'set-env':
      case 'add-path':
        return {
          kind: 'refuse',
          message: `'::${name}' is disabled. Write to $${SET_ELSEWHERE[name]!} instead.`,
          fails: true,
        };
      default:
        return { kind: 'none' };
    }
  };
}

/** `::name key=value,key=value::data`, or the older `##[name key=value;]data`; while commands are stopped, only the token counts. */
function parseCommand(line: string, stopToken: string | undefined): Command | undefined {
  const current = /^\s*::([^\s:]+)(?:[ \t](.*?))?::(.*)$/s.exec(line);
  const known = (name: string): boolean =>
    stopToken === undefined ? KNOWN.has(name.toLowerCase()) : name === stopToken;
  if (current !== null && known(current[1]!)) {
    return {
      name: current[1]!.toLowerCase(),
      properties: properties(current[2] ?? '', ','),
      data: unescapeData(current[3]!),
    };
  }
  const at = line.indexOf('##[');
  const older = at < 0 ? null : /^##\[([^\s\]]+)(?:[ \t]([^\]]*))?\](.*)$/s.exec(line.slice(at));
  if (older !== null && known(older[1]!)) {
    return { name: older[1]!.toLowerCase(), properties: properties(older[2] ?? '', ';'), data: older[3]! };
  }
  return undefined;
}

function properties(text: string, separator: string): Record<string, string> {
  const map = Object.create(null) as Record<string, string>;
  for (const item of text.split(separator)) {
    const at = item.indexOf('=');
    if (at > 0) map[item.slice(0, at).trim().toLowerCase()] = unescapeProperty(item.slice(at + 1));
  }
  return map;
}

function annotation(level: Annotation['level'], properties: Record<string, string>, message: string): Annotation {
  const number = (name: string): number | undefined => {
    const value = Number.parseInt(properties[name] ?? '', 10);
    return value > 0 ? value : undefined;
  };
  const entries = {
    title: properties['title'],
    file: properties['file'],
    line: number('line'),
    endLine: number('endline'),
    column: number('col'),
    endColumn: number('endcolumn'),
  };
  return { level, message, ...Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) };
}

const ESCAPES: Record<string, string> = { '%25': '%', '%0D': '\r', '%0A': '\n', '%3A': ':', '%2C': ',' };

const unescapeData = (text: string): string => text.replace(/%(25|0D|0A)/gi, (code) => ESCAPES[code.toUpperCase()]!);

const unescapeProperty = (text: string): string =>
  text.replace(/%(25|0D|0A|3A|2C)/gi, (code) => ESCAPES[code.toUpperCase()]!);
