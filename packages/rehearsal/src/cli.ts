import { closest, messageOf, UserError } from '@mlops-actions/action-kit';
import { startGitHubEmulator } from '@mlops-actions/github-emulator';
import { startSigstoreEmulator } from '@mlops-actions/sigstore-emulator';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { textOf } from './language/tokens.ts';
import type { ValueMap } from './language/value.ts';
import { createProgress } from './progress.ts';
import { checkWorkflow, rehearse, type RehearsalOptions } from './rehearse.ts';
import { plainText } from './report/plain-text.ts';

const HELP = `Runs a GitHub workflow file on this machine.

  npm run rehearse -- FILE [options]

  --input NAME=VALUE     an input of the workflow
  --var NAME=VALUE       a variable (the vars context)
  --secret NAME=VALUE    a secret; --secret NAME takes it from the environment
  --env NAME[=VALUE]     an environment variable that the machine gives to every step
  --map OWNER/REPO=DIR   a local folder that stands for another repository
  --event NAME           the event that starts the workflow
  --event-path FILE      JSON file with the event's payload
  --github               a GitHub API of its own for the run: issues, dispatches, artifacts; says what was asked of it
  --sigstore             a Sigstore of its own for the run, at which jobs sign keylessly
  --repository DIR       the caller's repository (default: the one that holds FILE)
  --slug OWNER/REPO      its name on GitHub
  --ref REF, --sha SHA   the ref and commit of the run (default: as git says)
  --actor LOGIN          who starts the run
  --reviewer LOGIN       who approves its jobs with an environment, at the API of --github
  --job ID               run only this job and what it needs; may be repeated
  --concurrency N        jobs that run at a time (default 1)
  --out DIR              folder for logs, artifacts and run.json (default: .rehearsal/<time>)
  --list                 check the workflow, list its jobs and run nothing
  --verbose              show every line of the logs
  --help                 this text

Exit code: 0 the workflow passed, 1 it failed or has a fault, 2 the command line is wrong.
`;

const OPTIONS = {
  input: { type: 'string', multiple: true },
  var: { type: 'string', multiple: true },
  secret: { type: 'string', multiple: true },
  env: { type: 'string', multiple: true },
  map: { type: 'string', multiple: true },
  event: { type: 'string' },
  'event-path': { type: 'string' },
  github: { type: 'boolean' },
  sigstore: { type: 'boolean' },
  repository: { type: 'string' },
  slug: { type: 'string' },
  ref: { type: 'string' },
  sha: { type: 'string' },
  actor: { type: 'string' },
  reviewer: { type: 'string' },
  job: { type: 'string', multiple: true },
  concurrency: { type: 'string' },
  out: { type: 'string' },
  list: { type: 'boolean' },
  verbose: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** A command line that makes no sense. */
class UsageError extends UserError {}

function parseCommandLine(
  args: string[],
): ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>> {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    const unknown = /'(--[\w-]+)'/.exec(messageOf(error))?.[1];
    const near = unknown === undefined ? undefined : closest(unknown.slice(2), Object.keys(OPTIONS));
    if ((error as NodeJS.ErrnoException).code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' && unknown !== undefined) {
      throw new UsageError(
        `There is no option '${unknown}'.`,
        near === undefined ? {} : { fix: `Did you mean '--${near}'?` },
      );
    }
    throw new UsageError(messageOf(error).split('\n')[0]!);
  }
}

function pairs(option: string, items: string[] = [], fallback?: (name: string) => string): Record<string, string> {
  return Object.fromEntries(
    items.map((item) => {
      const at = item.indexOf('=');
      if (at > 0) return [item.slice(0, at), item.slice(at + 1)];
      if (at < 0 && item !== '' && fallback !== undefined) return [item, fallback(item)];
      throw new UsageError(`--${option} wants NAME=VALUE, not '${item}'.`);
    }),
  );
}

function fromEnvironment(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new UsageError(`The environment has no variable '${name}'.`);
  return value;
}

async function readPayload(file: string): Promise<ValueMap> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as ValueMap;
  } catch (cause) {
    throw new UsageError(`--event-path: cannot read JSON from '${file}'.`, { cause });
  }
}

async function readOptions(
  args: string[],
): Promise<
  { options: RehearsalOptions; list: boolean; github: boolean; sigstore: boolean; verbose: boolean } | 'help'
> {
  const { values, positionals } = parseCommandLine(args);
  if (values.help) return 'help';
  const [workflow, ...others] = positionals;
  if (workflow === undefined || others.length > 0) {
    throw new UsageError('Give one workflow file.', { fix: 'See --help.' });
  }
  const concurrency = values.concurrency === undefined ? 1 : Number(values.concurrency);
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new UsageError(`--concurrency wants a whole number from 1, not '${values.concurrency}'.`);
  }
  const { repository, slug, ref, sha, actor, reviewer, out, event } = values;
  if (reviewer !== undefined && !values.github)
    throw new UsageError('--reviewer needs --github, where approvals are kept.');
  const payload = values['event-path'] === undefined ? undefined : await readPayload(values['event-path']);
  return {
    list: values.list ?? false,
    github: values.github ?? false,
    sigstore: values.sigstore ?? false,
    verbose: values.verbose ?? false,
    options: {
      workflow,
      concurrency,
      inputs: pairs('input', values.input),
      vars: pairs('var', values.var),
      secrets: pairs('secret', values.secret, fromEnvironment),
      env: pairs('env', values.env, fromEnvironment),
      map: pairs('map', values.map),
      jobs: values.job ?? [],
      event: { ...(event !== undefined && { name: event }), ...(payload !== undefined && { payload }) },
      ...(repository !== undefined && { repository }),
      ...(slug !== undefined && { slug }),
      ...(ref !== undefined && { ref }),
      ...(sha !== undefined && { sha }),
      ...(actor !== undefined && { actor }),
      ...(reviewer !== undefined && { reviewer }),
      ...(out !== undefined && { outDir: out }),
    },
  };
}

async function list(options: RehearsalOptions): Promise<void> {
  const workflow = await checkWorkflow(options);
  console.log(`${plainText(workflow.name)} (on ${workflow.events.join(', ')})`);
  for (const job of workflow.jobs) {
    const needs = job.needs.length === 0 ? '' : `, after ${job.needs.join(', ')}`;
    const what = job.kind === 'call' ? `calls ${textOf(job.uses)}` : `${job.steps.length} steps`;
    console.log(`  ${job.id}: ${plainText(what)}${needs}`);
  }
}

async function main(args: string[]): Promise<number> {
  const read = await readOptions(args);
  if (read === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  if (read.list) {
    await list(read.options);
    return 0;
  }
  const cancel = new AbortController();
  const stop = new AbortController();
  // The first Ctrl-C cancels as GitHub does, so that always() steps can clean up; the second ends everything.
  const onSignal = (): void => (cancel.signal.aborted ? stop : cancel).abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
  const progress = createProgress({ verbose: read.verbose });
  const github = read.github ? await startGitHubEmulator() : undefined;
  const sigstore = read.sigstore ? await startSigstoreEmulator() : undefined;
  try {
    const result = await rehearse({
      ...read.options,
      ...(github !== undefined && { github }),
      ...(sigstore !== undefined && { sigstore }),
      cancel: cancel.signal,
      stop: stop.signal,
      onEvent: (event) => progress.onEvent(event),
    });
    for (const dispatched of result.dispatched) console.log(plainText(`Dispatched: ${JSON.stringify(dispatched)}`));
    return result.conclusion === 'failure' || result.conclusion === 'cancelled' ? 1 : 0;
  } finally {
    progress.close();
    await github?.close();
    await sigstore?.close();
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  for (const line of error.explanation.split('\n')) console.error(plainText(line));
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
