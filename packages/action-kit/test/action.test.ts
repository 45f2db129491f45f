import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { worstVerdict } from '../src/index.ts';

interface Run {
  status: number | null;
  log: string;
  folder: string;
  output: string;
  summary: string;
  evidence(name: string): Promise<Record<string, unknown>>;
}

async function start(outcome: string, leftover?: string, environment: Record<string, string> = {}): Promise<Run> {
  const folder = await mkdtemp(path.join(tmpdir(), 'action-'));
  const file = async (name: string, content = ''): Promise<string> => {
    await writeFile(path.join(folder, name), content);
    return path.join(folder, name);
  };
  if (leftover !== undefined) await file('sample.json', leftover);
  const output = await file('output');
  const summary = await file('summary');
  const child = spawnSync(process.execPath, [path.join(import.meta.dirname, 'fixtures/action.ts')], {
    encoding: 'utf8',
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      INPUT_OUTCOME: outcome,
      'INPUT_EVIDENCE-DIR': '.',
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_SHA: 'abc',
      ...environment,
    },
  });
  return {
    status: child.status,
    log: child.stdout + child.stderr,
    folder,
    output: await readFile(output, 'utf8'),
    summary: await readFile(summary, 'utf8'),
    evidence: async (name) => JSON.parse(await readFile(path.join(folder, name), 'utf8')) as Record<string, unknown>,
  };
}

describe('an action started as a process', () => {
  test('that passes leaves outputs, a report, a statement and a summary', async () => {
    const run = await start('pass');
    expect(run.status).toBe(0);
    expect(run.output).toMatch(/verdict<<(ghadelimiter_[-\w]+)\npass\n\1\n/);
    // A value with line breaks stays one value.
    expect(run.output).toMatch(/model-name<<(ghadelimiter_[-\w]+)\na\nverdict=pass\n\1\n/);
    expect(await run.evidence('sample.json')).toMatchObject({
      action: 'sample',
      verdict: 'pass',
      detail: 1,
      run: { commit: 'abc' },
    });
    expect(await run.evidence('sample.intoto.json')).toMatchObject({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'model', digest: { sha256: '0'.repeat(64) } }],
      predicate: { verdict: 'pass' },
    });
    expect(run.summary).toContain('### sample: ✅ pass');
    expect(run.summary).not.toMatch(/<script>|<b>/);
  });

  test.each(['fail', 'inconclusive'])('whose verdict is %s fails the step and still reports', async (verdict) => {
    const run = await start(verdict);
    expect(run.status).toBe(1);
    expect(run.log).toContain(`::error::sample: ${verdict}. Said`);
    expect(await run.evidence('sample.json')).toMatchObject({ verdict });
  });

  test('whose failure is tolerated warns and goes on, with the true verdict', async () => {
    const run = await start('tolerated-fail');
    expect(run.status).toBe(0);
    expect(run.log).toContain('::warning title=sample::sample: fail, tolerated.');
    expect(run.output).toMatch(/verdict<<.*\nfail\n/);
  });

  test('that meets an error of the user says it in one line without a stack, and runs no command that hides in it', async () => {
    const run = await start('user-error');
    expect(run.status).toBe(1);
    expect(run.log.trim()).toBe(
      '::error::sample: The model \\n:\u200b:set-output name=verdict:\u200b:pass is odd. Look at it.',
    );
  });

  test('that cannot show its summary says so, and its verdict stands', async () => {
    const run = await start('pass', undefined, { GITHUB_STEP_SUMMARY: '/nowhere/summary' });
    expect(run.status).toBe(0);
    expect(run.log).toContain('::warning::The job summary could not be written');
    expect(await run.evidence('sample.json')).toMatchObject({ verdict: 'pass' });
  });

  test('that has a bug shows its stack', async () => {
    const run = await start('bug');
    expect(run.status).toBe(1);
    expect(run.log).toContain('sample stopped on an unexpected error: undefined is not a model');
    expect(run.log).toContain('fixtures/action.ts');
  });

  test('that dies leaves no verdict of an earlier attempt behind', async () => {
    const run = await start('bug', '{"verdict":"pass"}');
    await expect(run.evidence('sample.json')).rejects.toThrow(/ENOENT/);
    expect(run.output).toBe('');
  });
});

test('the worst verdict wins, and nothing shown is inconclusive', () => {
  expect(worstVerdict(['pass', 'inconclusive', 'pass'])).toBe('inconclusive');
  expect(worstVerdict(['inconclusive', 'fail'])).toBe('fail');
  expect(worstVerdict(['pass'])).toBe('pass');
  expect(worstVerdict([])).toBe('inconclusive');
});
