import { afterAll, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FIXTURES, removeFolders, temporaryFolder } from './support.ts';

afterAll(removeFolders);

const CLI = path.join(import.meta.dirname, '..', 'src', 'cli.ts');
const workflow = (name: string): string => path.join(FIXTURES, 'caller', '.github', 'workflows', `${name}.yml`);

interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

function start(
  args: string[],
  onOutput: (text: string, kill: (signal: NodeJS.Signals) => void) => void = () => undefined,
  cwd = process.cwd(),
): Promise<Finished> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, ...args], {
      cwd,
      env: { ...process.env, CLI_SECRET: 'from-the-environment', NO_COLOR: '1' },
    });
    const finished = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => {
      finished.stdout += String(chunk);
      onOutput(finished.stdout, (signal) => child.kill(signal));
    });
    child.stderr.on('data', (chunk: Buffer) => (finished.stderr += String(chunk)));
    child.once('close', (code) => resolve({ code, ...finished }));
  });
}

describe('npm run rehearse', () => {
  test('runs a workflow, shows each step, keeps what came of it, and exits with 0', async () => {
    const out = await temporaryFolder();
    const { code, stdout, stderr } = await start([
      workflow('call'),
      ...['--secret', 'KEY=the key of the caller', '--map', `acme/library=${path.join(FIXTURES, 'library')}`],
      ...['--slug', 'acme/models', '--out', out, '--concurrency', '2'],
    ]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain('● release / say');
    expect(stdout).toMatch(/✓ Call passed: 6 jobs in /);
    expect(stdout).not.toContain('\u001b');
    const run = JSON.parse(await readFile(path.join(out, 'run.json'), 'utf8')) as { conclusion: string };
    expect(run.conclusion).toBe('success');
  });

  test('exits with 1 and shows the end of the log of what failed', async () => {
    const { code, stdout } = await start([workflow('conditions'), '--job', 'fails', '--out', await temporaryFolder()]);
    expect(code).toBe(1);
    expect(stdout).toContain('│ error: Process completed with exit code 1.');
    expect(stdout).toContain('whole log: ');
  });

  test('passes inputs, variables, the environment and the event on', async () => {
    const folder = await temporaryFolder();
    await mkdir(path.join(folder, '.github', 'workflows'), { recursive: true });
    await writeFile(
      path.join(folder, '.github', 'workflows', 'x.yml'),
      `on:
  push:
  workflow_dispatch: { inputs: { a: { type: string } } }
jobs:
  x:
    runs-on: any
    steps:
      - env: { SECRET: '\${{ secrets.CLI_SECRET }}' }
        run: |
          echo "input \${{ inputs.a }} variable \${{ vars.V }} env $CLI_SECRET, event \${{ github.event.extra }} \${{ github.actor }} \${{ github.ref_name }}"
          echo "secret $SECRET"
`,
    );
    await writeFile(path.join(folder, 'event.json'), '{"extra":"payload"}');
    const { code, stdout } = await start([
      path.join(folder, '.github', 'workflows', 'x.yml'),
      ...[
        '--input',
        'a=b=c',
        '--var',
        'V=v',
        '--env',
        'CLI_SECRET',
        '--secret',
        'OTHER=another secret',
        '--event-path',
        path.join(folder, 'event.json'),
      ],
      ...['--actor', 'me', '--ref', 'refs/heads/topic', '--verbose', '--out', path.join(folder, 'out')],
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('input b=c variable v env from-the-environment, event payload me topic');
    const masked = await start([
      path.join(folder, '.github', 'workflows', 'x.yml'),
      ...['--event', 'push', '--secret', 'CLI_SECRET', '--verbose', '--out', path.join(folder, 'out')],
    ]);
    expect(masked.stdout).toContain('secret ***');
    expect(masked.stdout).not.toContain('from-the-environment');
  });

  test('leaves its files in a folder of their own that git ignores', async () => {
    const folder = await temporaryFolder();
    const { stdout } = await start([workflow('environment')], undefined, folder);
    const [run] = (await readdir(path.join(folder, '.rehearsal'))).filter((name) => name !== '.gitignore');
    expect(stdout).toContain(path.join('.rehearsal', run!));
    expect(await readFile(path.join(folder, '.rehearsal', '.gitignore'), 'utf8')).toBe('*\n');
  });

  test('lists the jobs and runs none', async () => {
    const { code, stdout } = await start([workflow('conditions'), '--list']);
    expect(code).toBe(0);
    expect(stdout).toContain('  alarm: 1 steps, after cleanup, after-tolerant');
  });

  test('helps', async () => {
    const { code, stdout } = await start(['--help']);
    expect(code).toBe(0);
    for (const option of ['--input', '--map', '--event-path', '--concurrency', '--list'])
      expect(stdout).toContain(option);
  });

  test.each([
    [[], 'Give one workflow file. See --help.'],
    [['a.yml', 'b.yml'], 'Give one workflow file. See --help.'],
    [['a.yml', '--imput', 'x=y'], "There is no option '--imput'. Did you mean '--input'?"],
    [['a.yml', '--input', 'x'], "--input wants NAME=VALUE, not 'x'."],
    [['a.yml', '--secret', 'NOT_IN_THE_ENVIRONMENT'], "The environment has no variable 'NOT_IN_THE_ENVIRONMENT'."],
    [['a.yml', '--concurrency', 'many'], "--concurrency wants a whole number from 1, not 'many'."],
    [['a.yml', '--reviewer', 'eva'], '--reviewer needs --github, where approvals are kept.'],
    [['a.yml', '--event-path', 'none.json'], "--event-path: cannot read JSON from 'none.json'."],
  ])('%j is a wrong command line: exit code 2', async (args, message) => {
    const { code, stderr } = await start(args);
    expect(stderr.trim()).toBe(message);
    expect(code).toBe(2);
  });

  test.each([
    [['none.yml'], "There is no workflow file 'none.yml'."],
    [[workflow('conditions'), '--job', 'alarn'], "The workflow has no job 'alarn'. Did you mean 'alarm'?"],
    [
      [workflow('conditions'), '--repository', path.join(import.meta.dirname, 'fixtures/library')],
      'is not in the repository',
    ],
    [[workflow('conditions'), '--slug', 'x'], "'x' is no repository: write 'owner/name'."],
  ])('%j is a fault in one sentence: exit code 1', async (args, message) => {
    const { code, stderr } = await start(args);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(1);
  });

  test('a first interrupt cancels the run, and what is for that case still runs', async () => {
    let sent = false;
    const { code, stdout } = await start(
      [workflow('limits'), '--job', 'job', '--verbose', '--out', await temporaryFolder()],
      (text, kill) => {
        if (sent || !text.includes('shell: bash')) return;
        sent = true;
        kill('SIGINT');
      },
    );
    expect(code).toBe(1);
    expect(stdout).toContain('✓ cleans up');
    expect(stdout).toContain('cancelled: 1 job');
  });
});
