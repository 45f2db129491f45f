/** Workflows, templates and actions as the linters of the field see them. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { foreignTool } from './tools.ts';

const root = path.resolve(import.meta.dirname, '../..');
const files = ['.github/workflows', 'workflows-templates', 'examples/credit-risk/.github/workflows'].flatMap((folder) =>
  readdirSync(path.join(root, folder))
    .filter((file) => file.endsWith('.yml'))
    .map((file) => path.join(folder, file)),
);
const run = (tool: string, args: string[]): { status: number | null; output: string } => {
  const { status, stdout, stderr } = spawnSync(tool, args, { cwd: root, encoding: 'utf8' });
  return { status, output: stdout + stderr };
};

const actionlint = foreignTool('actionlint');
(actionlint === undefined ? describe.skip : describe)('actionlint', () => {
  test('finds nothing', () => {
    const { status, output } = run(actionlint!, ['-config-file', '.github/actionlint.yaml', '-no-color', ...files]);
    expect(output).toBe('');
    expect(status).toBe(0);
  });
});

const zizmor = foreignTool('zizmor');
(zizmor === undefined ? describe.skip : describe)('zizmor', () => {
  test('finds nothing as an auditor', () => {
    const actions = readdirSync(path.join(root, 'actions'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `actions/${entry.name}/action.yml`);
    const { status, output } = run(zizmor!, [
      '--offline',
      '--persona=auditor',
      '--config=.github/zizmor.yml',
      '--color=never',
      ...files,
      ...actions,
    ]);
    expect(output).toContain('No findings to report');
    expect(status).toBe(0);
  });
});
