/**
 * Installs the starter workflows into an organisation's `.github` repository, with the organisation's name and a pinned commit in them.
 * Runs again without changing anything, and never overwrites what somebody edited there unless it is told to.
 */
import { closest, UserError } from '@mlops-actions/action-kit';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { diffOf } from './install-templates/diff.ts';
import { planInstallation, type FileChange } from './install-templates/plan.ts';
import { gitHead, readInstalled, readStarters, writeChanges } from './install-templates/files.ts';
import { variablesIn } from './install-templates/starters.ts';

const HELP = `Installs the starter workflows into your organisation's .github repository.

  npm run install-templates -- --org acme-bank --to ../.github [options]

  --org NAME           your organisation on GitHub, which has this repository
  --to FOLDER          a checkout of its .github repository
  --ref COMMIT         commit to pin, 40 hex digits (default: that of this checkout)
  --version VERSION    what to write beside it, such as v0.1.0 (default: that of package.json)
  --repository NAME    name of this repository there (default: mlops-actions)
  --dry-run            show what would change, and change nothing
  --force              overwrite starters that were edited there
  --help               this text

Exit code: 0 all is as it should be, 1 something stands in the way, 2 the command line is wrong.
`;

const OPTIONS = {
  org: { type: 'string' },
  to: { type: 'string' },
  ref: { type: 'string' },
  version: { type: 'string' },
  repository: { type: 'string' },
  'dry-run': { type: 'boolean' },
  force: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** A command line that makes no sense. */
class UsageError extends UserError {}

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

function readCommandLine(args: string[]): Values {
  try {
    return parseArgs({ args, options: OPTIONS }).values;
  } catch (cause) {
    const unknown = /'--([\w-]+)'/.exec((cause as Error).message)?.[1];
    const near = unknown === undefined ? undefined : closest(unknown, Object.keys(OPTIONS));
    throw new UsageError((cause as Error).message.split('\n')[0]!, {
      ...(near !== undefined && near !== unknown && { fix: `Did you mean '--${near}'?` }),
    });
  }
}

function matching(option: string, text: string | undefined, pattern: RegExp, what: string): string {
  if (text !== undefined && pattern.test(text)) return text;
  throw new UsageError(text === undefined ? `--${option} is missing.` : `--${option} must be ${what}, not '${text}'.`, {
    fix: 'See --help.',
  });
}

async function main(args: string[]): Promise<void> {
  const values = readCommandLine(args);
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const source = path.resolve(import.meta.dirname, '..');
  const target = path.resolve(values.to ?? matching('to', undefined, /./, ''));
  if (!existsSync(path.join(target, '.git'))) {
    throw new UserError(`'${values.to}' is no checkout of a git repository.`, {
      fix: "Clone your organisation's .github repository and name its folder.",
    });
  }
  const { ref = await gitHead(source), version, repository = 'mlops-actions' } = values;
  const { packageVersion, starters } = await readStarters(source);
  const pin = {
    organisation: matching(
      'org',
      values.org,
      /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?$/,
      "an organisation's name",
    ),
    repository: matching('repository', repository, /^[\w.-]+$/, "a repository's name"),
    commit: matching('ref', ref, /^[0-9a-f]{40}$/, 'a whole commit id of 40 hex digits'),
    version: matching(
      'version',
      version ?? `v${packageVersion}`,
      /^v\d+\.\d+\.\d+(?:-[\w.]+)?$/,
      'a version such as v0.1.0',
    ),
  };
  const plan = planInstallation(starters, await readInstalled(target), pin, values.force ?? false);
  for (const change of plan.changes) console.log(`${VERBS[change.kind]} workflow-templates/${change.name}`);
  if (values['dry-run']) {
    for (const change of plan.changes) process.stdout.write(await diffOf(change));
  }
  if (plan.edited.length > 0) {
    throw new UserError(
      `Edited since they were installed, or not installed by this command: ${plan.edited.join(', ')}.`,
      {
        fix: 'Nothing was written. Move the edits into files of their own names, or overwrite them with --force.',
      },
    );
  }
  if (plan.changes.length === 0) console.log('The starters are installed as they should be.');
  if (values['dry-run']) return;
  await writeChanges(target, plan);
  if (plan.changes.length === 0) return;
  console.log(`\nCommit and push ${target}. The starters read these variables of organisation or repository:`);
  for (const [variable, names] of variablesIn(starters)) console.log(`  ${variable} (${names.join(', ')})`);
}

const VERBS: Record<FileChange['kind'], string> = { add: 'add   ', update: 'update', remove: 'remove' };

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(error.explanation);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
