/** Workflows and starters as GitHub's own language service sees them, and the rights that their callers must give. */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { validate } from '@actions/languageservice';
import { checkWorkflow, rehearse } from '@mlops-actions/rehearsal';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { parse, stringify } from 'yaml';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const yamlFiles = (folder: string): string[] =>
  readdirSync(path.join(root, folder))
    .filter((file) => file.endsWith('.yml'))
    .map((file) => `${folder}/${file}`);
const own = yamlFiles('.github/workflows');
const starters = yamlFiles('workflows-templates');
const reusable = own.filter((file) => /^ {2}workflow_call:/m.test(read(file)));
const MAP = { 'YOUR-ORG/mlops-actions': root };

interface Call {
  permissions: Record<string, string>;
  uses: string;
  with?: Record<string, unknown>;
}

/** What the language service finds; `$/`, and calls of this project, are read from this very tree. */
async function findings(file: string): Promise<string[]> {
  const text = read(file).replaceAll('$default-branch', 'main');
  const document = TextDocument.create(`file:///${file}`, 'yaml', 1, text);
  const found = await validate(document, {
    fileProvider: { getFileContent: async ({ path: name }) => ({ name, content: read(name) }) },
  });
  return found.map(({ message, range }) => `${file}:${range.start.line + 1}: ${JSON.stringify(message)}`);
}

describe("GitHub's language service", () => {
  test.each([...own, ...starters])('finds nothing in %s', async (file) => {
    expect(await findings(file)).toEqual([]);
  });

  test('would find an input that an action does not have', async () => {
    const text = `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: $/actions/rollback\n        with: {reason: x, nonsense: y}\n`;
    const found = await validate(TextDocument.create('file:///x.yml', 'yaml', 1, text), {
      fileProvider: { getFileContent: async ({ path: name }) => ({ name, content: read(name) }) },
    });
    expect(found.map(({ message }) => message)).toEqual([expect.stringContaining('nonsense')]);
  });
});

/** The jobs that a reusable workflow prints in its header for its caller. */
function printedJobs(file: string): Record<string, Call> {
  const header = read(file)
    .split('\n')
    .filter((line) => line.startsWith('#'));
  const lines = header.map((line) => line.slice(1));
  const from = lines.findIndex((line) => line.trim() === 'jobs:');
  const length = lines.slice(from).findIndex((line) => line.trim() === '');
  const block = lines.slice(from, length < 0 ? undefined : from + length).join('\n');
  const { jobs } = parse(block.replaceAll('@<commit>', `@${'1'.repeat(40)}`)) as { jobs: Record<string, Call> };
  return jobs;
}

describe('the block that a reusable workflow prints for its caller', () => {
  let repository: string;
  beforeAll(async () => {
    repository = await mkdtemp(path.join(tmpdir(), 'caller-'));
    await mkdir(path.join(repository, '.github/workflows'), { recursive: true });
  });
  afterAll(() => rm(repository, { recursive: true }));

  async function check(jobs: Record<string, Call>): Promise<unknown> {
    const workflow = path.join(repository, '.github/workflows/caller.yml');
    const inputs = { reason: { type: 'string' } };
    await writeFile(workflow, stringify({ on: { workflow_dispatch: { inputs } }, permissions: {}, jobs }));
    return checkWorkflow({ workflow, repository, slug: 'acme/model', map: MAP });
  }

  const scopes = reusable.flatMap((file) =>
    Object.values(printedJobs(file)).flatMap(({ permissions }) =>
      Object.keys(permissions).map((scope) => [file, scope] as const),
    ),
  );

  test.each(reusable)('%s: starts it', async (file) => {
    await expect(check(printedJobs(file))).resolves.toBeDefined();
  });

  test.each(scopes)('%s: without %s it is refused', async (file, scope) => {
    const jobs = structuredClone(printedJobs(file));
    for (const job of Object.values(jobs)) delete job.permissions[scope];
    await expect(check(jobs)).rejects.toThrow(`is only allowed '${scope}: none'`);
  });

  test.each(starters)('%s grants no more and no less', (file) => {
    for (const { uses, permissions } of Object.values((parse(read(file)) as { jobs: Record<string, Call> }).jobs)) {
      const called = uses.replace(/^YOUR-ORG\/mlops-actions\/|@.*$/g, '');
      expect(Object.values(printedJobs(called))[0]!.permissions).toEqual(permissions);
    }
  });
});

test.each(['release-model.yml', 'rollback.yml'])('%s signs in as the account of its environment', async (starter) => {
  const { jobs } = parse(read(`workflows-templates/${starter}`)) as { jobs: Record<string, Call> };
  const [called] = Object.values(jobs);
  const repository = await mkdtemp(path.join(tmpdir(), 'starter-'));
  const workflow = path.join(repository, '.github/workflows/echo.yml');
  await mkdir(path.dirname(workflow), { recursive: true });
  const env = { PROVIDER: called!.with!['workload-identity-provider'], ACCOUNT: called!.with!['service-account'] };
  const job = { 'runs-on': 'ubuntu-24.04', steps: [{ env, run: 'echo "$PROVIDER $ACCOUNT"' }] };
  const inputs = { environment: { type: 'string' } };
  await writeFile(workflow, stringify({ on: { workflow_dispatch: { inputs } }, jobs: { echo: job } }));
  const vars = {
    PRODUCTION_RELEASE_SERVICE_ACCOUNT: 'release-production',
    RELEASE_SERVICE_ACCOUNT: 'release',
    WORKLOAD_IDENTITY_PROVIDER: 'provider',
  };
  const said = async (environment: string): Promise<string[]> => {
    const outDir = path.join(repository, environment);
    const result = await rehearse({ workflow, repository, vars, inputs: { environment }, outDir });
    return result.jobs[0]!.steps.flatMap(({ log }) => log.map(({ text }) => text));
  };
  expect(await said('production')).toContain('provider release-production');
  expect(await said('qa')).toContain('provider release');
  await rm(repository, { recursive: true });
});

test('there is a starter for each reusable workflow but the quieter one of the two monitors', () => {
  const called = starters.map((file) => /mlops-actions\/(\.github\/workflows\/[\w-]+\.yml)@/.exec(read(file))?.[1]);
  expect(called.sort()).toEqual(reusable.filter((file) => !file.endsWith('/monitor-model.yml')).sort());
});

test('a pull request gets at no cloud and writes nothing', () => {
  expect(read('.github/workflows/validate-pull-request.yml')).not.toMatch(/id-token: write|^ +[a-z-]+: write/m);
});
