import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { closest, escapeLog, messageOf, parseDuration, UserError } from '@mlops-actions/action-kit';
import { startEmulator, type EmulatorOptions } from './emulator.ts';
import { parseFaults } from './faults.ts';
import { CHOICE_HELP, CHOICE_VALUES, type Choices } from './options.ts';

/** One flag: what `--help` says of it, and how its value becomes options. */
interface Flag {
  /** Name of the value in the help; none for a flag that stands alone. */
  value?: string;
  help: string;
  read: (value: string, flag: string) => EmulatorOptions | Promise<EmulatorOptions>;
}

const port = (text: string, flag: string): number => {
  const number = Number(text);
  if (/^\d{1,5}$/.test(text) && number < 65_536) return number;
  throw new UserError(`${flag} must be a port from 0 to 65535, not '${text}'.`);
};

const duration = (text: string, flag: string): number => {
  const milliseconds = parseDuration(text);
  if (milliseconds !== undefined) return milliseconds;
  throw new UserError(`${flag} must be a duration such as 500ms, 2s or 1m, not '${text}'.`);
};

const flags: Record<string, Flag> = {
  port: {
    value: 'N',
    help: 'port of the gRPC server (default: a free one)',
    read: (text, flag) => ({ port: port(text, flag) }),
  },
  'registry-port': {
    value: 'N',
    help: 'port of the OCI registry (default: a free one)',
    read: (text, flag) => ({ registryPort: port(text, flag) }),
  },
  'admin-port': {
    value: 'N',
    help: 'port of the admin server (default: a free one)',
    read: (text, flag) => ({ adminPort: port(text, flag) }),
  },
  host: { value: 'ADDRESS', help: 'address to listen on (default: 127.0.0.1)', read: (host) => ({ host }) },
  'data-dir': {
    value: 'FOLDER',
    help: "images, the registry's content and logs (default: a temporary folder)",
    read: (dataDir) => ({ dataDir }),
  },
  state: {
    value: 'FILE',
    help: 'load the state from this file if it exists, and save it there',
    read: (stateFile) => ({ stateFile }),
  },
  'operation-delay': {
    value: 'DURATION',
    help: 'time that a long-running operation takes beside its work (default: 100ms)',
    read: (text, flag) => ({ operationDelay: duration(text, flag) }),
  },
  'start-timeout': {
    value: 'DURATION',
    help: "time in which a model's server must become healthy (default: 1m)",
    read: (text, flag) => ({ startTimeout: duration(text, flag) }),
  },
  'no-containers': {
    help: 'pull no images and start no servers; nothing answers predictions',
    read: () => ({ containers: false }),
  },
  seed: { value: 'TEXT', help: 'make ids and routing repeat themselves', read: (seed) => ({ seed }) },
  secure: {
    help: 'TLS, and tokens: the ready line then has the environments that let a client in',
    read: () => ({ secure: true }),
  },
  'token-lifetime': {
    value: 'DURATION',
    help: 'how long an access token of the secure mode is good for (default: 1h)',
    read: (text, flag) => ({ tokenLifetime: duration(text, flag) }),
  },
  faults: {
    value: 'FILE',
    help: 'what goes wrong: a JSON list (see README.md)',
    read: async (file) => ({ faults: parseFaults(await readJson(file)) }),
  },
  ...Object.fromEntries(
    Object.entries(CHOICE_VALUES).map(([key, values]: [string, readonly string[]]): [string, Flag] => [
      key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
      {
        value: values.join('|'),
        help: `${CHOICE_HELP[key as keyof Choices]} (default: ${values[0]!})`,
        read(value, flag) {
          if (values.includes(value)) return { [key]: value };
          throw new UserError(`${flag} must be one of ${values.join(', ')}, not '${value}'.`);
        },
      },
    ]),
  ),
};

const STDIN_FLAG = 'until-stdin-closes';

function help(): string {
  const lines = Object.entries(flags).map(([name, flag]) => row(name, flag));
  return [
    'Usage: npm run emulator -- [flags]',
    '',
    'Emulates the Model Registry, endpoints and predictions of Vertex AI over gRPC on this machine. When it is ready it prints',
    'one line of JSON: {"event":"ready","address":...,"registry":...,"admin":...}.',
    '',
    ...lines,
    row(STDIN_FLAG, { help: 'stop when the standard input closes, as it does when the parent dies' }),
    row('help', { help: 'show this' }),
    '',
  ].join('\n');
}

function row(name: string, { value, help }: Pick<Flag, 'value' | 'help'>): string {
  const left = `  --${name}${value === undefined ? '' : ` ${value}`}`;
  return left.length > 34 ? `${left}\n${' '.repeat(36)}${help}` : `${left.padEnd(36)}${help}`;
}

async function readOptions(values: Record<string, string | boolean | undefined>): Promise<EmulatorOptions> {
  let options: EmulatorOptions = {};
  for (const [name, { read }] of Object.entries(flags)) {
    const value = values[name];
    if (value !== undefined) options = { ...options, ...(await read(String(value), `--${name}`)) };
  }
  return options;
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new UserError(`'${file}' cannot be read as JSON: ${messageOf(error)}`);
  }
}

function parseCommandLine(args: string[]): Record<string, string | boolean | undefined> {
  try {
    return parseArgs({
      args,
      options: {
        ...Object.fromEntries(
          Object.entries(flags).map(
            ([name, { value }]) => [name, { type: value === undefined ? 'boolean' : 'string' }] as const,
          ),
        ),
        [STDIN_FLAG]: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    const unknown = /Unknown option '--([^']*)'/.exec(messageOf(error))?.[1];
    const near = unknown === undefined ? undefined : closest(unknown, Object.keys(flags));
    throw new UserError(messageOf(error), { fix: near === undefined ? 'See --help.' : `Did you mean --${near}?` });
  }
}

const say = (line: string): void => {
  process.stderr.write(`${escapeLog(line)}\n`);
};

async function main(): Promise<void> {
  const values = parseCommandLine(process.argv.slice(2));
  if (values['help'] === true) {
    process.stdout.write(help());
    return;
  }
  const emulator = await startEmulator({ ...(await readOptions(values)), onLog: say });
  let stopping = false;
  const stop = (why: string): void => {
    if (stopping) return;
    stopping = true;
    say(`Stopping: ${why}`);
    emulator.close().then(
      () => process.exit(0),
      (error: unknown) => {
        say(messageOf(error));
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  if (values[STDIN_FLAG] === true) process.stdin.on('end', () => stop('the standard input closed')).resume();

  const { address, registryAddress: registry, adminUrl: admin, environments } = emulator;
  say(`Vertex AI emulator at ${address}, registry at ${registry}, state at ${admin}/state`);
  process.stdout.write(`${JSON.stringify({ event: 'ready', address, registry, admin, environments })}\n`);
}

main().catch((error: unknown) => {
  if (error instanceof UserError) say(error.explanation);
  else say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
});
