/** The command that installs starters, over a real git repository. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const root = path.resolve(import.meta.dirname, '../..');
const COMMIT = 'a'.repeat(40);

let target: string;
beforeEach(() => {
  target = mkdtempSync(path.join(tmpdir(), 'dot-github-'));
  git('init', '-q');
});
afterEach(() => rmSync(target, { recursive: true }));

function git(...args: string[]): string {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org'];
  const { status, stdout, stderr } = spawnSync('git', [...identity, ...args], { cwd: target, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

function install(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const all = [
    'scripts/install-templates.ts',
    '--org',
    'acme-bank',
    '--ref',
    COMMIT,
    '--version',
    'v1.2.3',
    '--to',
    target,
  ];
  return spawnSync(process.execPath, [...all, ...args], { cwd: root, encoding: 'utf8' });
}

const installed = (name: string): string => path.join(target, 'workflow-templates', name);
const read = (name: string): string => readFileSync(installed(name), 'utf8');
const commit = (): void => void (git('add', '-A'), git('commit', '-qm', 'x'));

describe('install-templates', () => {
  test('puts every starter there, calling the organisation’s own copy at one commit', () => {
    const { status, stdout } = install();
    expect(status).toBe(0);
    expect(stdout).toContain('WORKLOAD_IDENTITY_PROVIDER (');
    const starters = readdirSync(path.join(root, 'workflows-templates'));
    expect(readdirSync(path.join(target, 'workflow-templates')).sort()).toEqual(
      ['.mlops-actions.json', ...starters].sort(),
    );
    for (const name of starters) expect(read(name)).not.toContain('YOUR-ORG');
    expect(read('rollback.yml')).toContain(
      `uses: acme-bank/mlops-actions/.github/workflows/rollback.yml@${COMMIT} # v1.2.3\n`,
    );
    expect(read('release-model.yml')).toContain('branches: [$default-branch]');
  });

  test('changes nothing the second time, and updates what it wrote itself', () => {
    install();
    commit();
    expect(install().stdout).toBe('The starters are installed as they should be.\n');
    expect(git('status', '--porcelain')).toBe('');
    expect(install('--ref', 'b'.repeat(40)).status).toBe(0);
    expect(read('rollback.yml')).toContain(`@${'b'.repeat(40)} # v1.2.3`);
  });

  test('shows in a dry run what would change, and changes nothing', () => {
    install();
    commit();
    const { status, stdout } = install('--version', 'v1.3.0', '--dry-run');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^-.*# v1\.2\.3$/m);
    expect(stdout).toMatch(/^\+.*# v1\.3\.0$/m);
    expect(git('status', '--porcelain')).toBe('');
  });

  test('leaves what somebody edited alone, and then all of it, unless it is forced', () => {
    install();
    appendFileSync(installed('rollback.yml'), '# ours\n');
    commit();
    const refused = install('--version', 'v1.3.0');
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('rollback.yml')]);
    expect(git('status', '--porcelain')).toBe('');
    expect(install('--version', 'v1.3.0', '--force').status).toBe(0);
    expect(read('rollback.yml')).not.toContain('# ours');
  });

  test('takes away what this version has no more, and nothing of others', () => {
    install();
    const record = JSON.parse(read('.mlops-actions.json')) as { written: Record<string, string> };
    writeFileSync(installed('theirs.yml'), 'theirs');
    writeFileSync(installed('gone.yml'), 'gone');
    record.written['gone.yml'] = 'ee92d8ffd4ab93d4c5a7fb8e0dde0ddf1f0f5ffd08de9a1f8e8dbdcf8f8ef3d3';
    writeFileSync(installed('.mlops-actions.json'), JSON.stringify(record));
    expect(install().stderr).toContain('gone.yml');
    expect(install('--force').status).toBe(0);
    const names = readdirSync(path.join(target, 'workflow-templates'));
    expect(names).toContain('theirs.yml');
    expect(names).not.toContain('gone.yml');
  });

  test.each([
    [['--org', 'acme bank'], 2, '--org must be'],
    [['--ref', 'main'], 2, '--ref must be a whole commit id'],
    [['--version', 'latest'], 2, '--version must be'],
    [['--drry-run'], 2, "Did you mean '--dry-run'?"],
    [['--to', path.join(tmpdir(), 'nowhere')], 1, 'is no checkout of a git repository'],
  ])('refuses %j', (args, status, message) => {
    const result = install(...args);
    expect([result.status, result.stderr]).toEqual([status, expect.stringContaining(message)]);
    expect(readdirSync(target)).toEqual(['.git']);
  });
});
