import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FileChange } from './plan.ts';

/** A change as git shows it. */
export async function diffOf({ name, before, after }: FileChange): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'diff-'));
  try {
    for (const [side, content] of Object.entries({ a: before, b: after })) {
      await mkdir(path.join(folder, side));
      await writeFile(path.join(folder, side, name), content);
    }
    const args = ['diff', '--no-index', '--no-color', '--no-prefix', `a/${name}`, `b/${name}`];
    const { status, stdout, stderr } = spawnSync('git', args, { cwd: folder, encoding: 'utf8' });
    // git says by its exit code 1 that there is a difference.
    if (status !== 0 && status !== 1) throw new Error(`git diff: ${stderr}`);
    return stdout;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
