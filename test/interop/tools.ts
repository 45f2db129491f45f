import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** The folder that .ci/install-foreign-tools installs into. */
export const INSTALLED = path.join(
  process.env['FOREIGN_TOOLS'] ?? path.join(homedir(), '.cache/mlops-actions-tools'),
  'bin',
);

/** The path of a foreign tool, where it is installed. */
export function findTool(name: string): string | undefined {
  const folders = [INSTALLED, ...(process.env['PATH'] ?? '').split(path.delimiter)];
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}

/** The same for a test, which says on the console that it does not run without. */
export function foreignTool(name: string): string | undefined {
  const found = findTool(name);
  if (found === undefined)
    console.warn(`${name} is not installed: its tests do not run. See .ci/install-foreign-tools.`);
  return found;
}
