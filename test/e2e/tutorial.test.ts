/** The commands of the tutorial, run as a reader runs them, from the first to the last. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const root = path.resolve(import.meta.dirname, '../..');

test('every command of the first hour does what the page says', async () => {
  const page = await readFile(path.join(root, 'docs/tutorials/first-hour.md'), 'utf8');
  const blocks = [...page.matchAll(/^```bash\n([^]*?)^```$/gm)].map(([, block]) => block!);
  expect(blocks.length).toBeGreaterThan(5);
  const home = await mkdtemp(path.join(tmpdir(), 'tutorial-'));
  try {
    const { stdout } = await promisify(execFile)('bash', ['-e', '-o', 'pipefail', '-c', blocks.join('\n')], {
      cwd: root,
      env: { ...process.env, HOME: home, NO_COLOR: '1' },
      maxBuffer: 1 << 26,
    });
    const said = stdout.match(
      /^. Review (?:passed|failed)|MV102|worse than the champion|evaluate-gate: inconclusive/gm,
    );
    expect([...new Set(said)]).toEqual([
      '✓ Review passed',
      'MV102',
      '✗ Review failed',
      'worse than the champion',
      'evaluate-gate: inconclusive',
    ]);
    expect(said!.filter((line) => line.includes('Review'))).toEqual([
      '✓ Review passed',
      '✗ Review failed',
      '✗ Review failed',
      '✗ Review failed',
      '✓ Review passed',
    ]);
    expect(stdout).toContain('evaluate-gate.html');
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
