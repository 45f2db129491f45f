/**
 * Builds `dist`; `--check` changes nothing and fails if `dist` is not what the sources build to.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bundle } from './build/bundle.ts';

const root = path.resolve(import.meta.dirname, '..');
const dist = path.join(root, 'dist');
const check = process.argv.includes('--check');

const files = await bundle(root);
const present = await filesOf(dist);

if (check) {
  const differing = [...new Set([...files.keys(), ...present.keys()])].filter(
    (name) => !sameBytes(files.get(name), present.get(name)),
  );
  if (differing.length > 0) {
    console.error(
      `dist is not what the sources build to: ${differing.sort().join(', ')}. Run npm run build and commit dist.`,
    );
    process.exitCode = 1;
  } else {
    console.log(`dist is what the sources build to (${files.size} files).`);
  }
} else {
  await rm(dist, { recursive: true, force: true });
  for (const [name, content] of files) {
    await mkdir(path.dirname(path.join(dist, name)), { recursive: true });
    await writeFile(path.join(dist, name), content);
  }
  const bytes = [...files.values()].reduce((sum, content) => sum + content.length, 0);
  console.log(`Built dist: ${files.size} files, ${(bytes / 1e6).toFixed(1)} MB.`);
}

function sameBytes(a: Buffer | undefined, b: Buffer | undefined): boolean {
  return a !== undefined && b !== undefined && a.equals(b);
}

async function filesOf(folder: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  const read = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => {
      const file = path.join(entry.parentPath, entry.name);
      return [path.relative(folder, file), await readFile(file)] as const;
    });
  return new Map(await Promise.all(read));
}
