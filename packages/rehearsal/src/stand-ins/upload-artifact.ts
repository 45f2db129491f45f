import { stat } from 'node:fs/promises';
import path from 'node:path';
import { count, formatBytes, UserError } from '@mlops-actions/action-kit';
import { filesBelow, globMatcher, isGlob } from '../language/glob.ts';
import type { ArtifactFile } from '../run/artifact-store.ts';
import { checkArtifactName } from '../run/artifact-store.ts';
import type { StandIn } from './stand-in.ts';

/** `actions/upload-artifact`: keeps files for later jobs of the same run. */
export const uploadArtifact: StandIn = {
  uses: 'actions/upload-artifact',
  inputs: {
    ...{ name: 'artifact', path: '', 'if-no-files-found': 'warn', 'retention-days': '', 'compression-level': '6' },
    ...{ overwrite: 'false', 'include-hidden-files': 'false', archive: 'true' },
  },
  async run({ job, input, lines, flag, log, warn }): Promise<Record<string, string>> {
    const name = input('name');
    checkArtifactName(name);
    const ifNone = input('if-no-files-found');
    if (!['warn', 'error', 'ignore'].includes(ifNone)) {
      throw new UserError(
        `actions/upload-artifact: 'if-no-files-found' must be warn, error or ignore, not '${ifNone}'.`,
      );
    }
    const patterns = lines('path');
    if (patterns.length === 0) throw new UserError("actions/upload-artifact: the input 'path' is required.");
    const files = await findFiles(patterns, job.workspace, flag('include-hidden-files'));
    if (files.length === 0) {
      const message = `No files were found with the path: ${patterns.join(', ')}. No artifact is uploaded.`;
      if (ifNone === 'error') throw new UserError(message);
      if (ifNone === 'warn') warn(message);
      else log(message);
      return {};
    }
    const artifact = await job.run.artifacts.add(name, files, flag('overwrite'));
    await job.run.side?.upload(name, files);
    log(`Artifact '${name}': ${count(artifact.files, 'file')}, ${formatBytes(artifact.bytes)}, ${artifact.digest}.`);
    return {
      'artifact-id': String(artifact.id),
      'artifact-url': `file://${artifact.folder}`,
      'artifact-digest': artifact.digest.replace('sha256:', ''),
    };
  },
};

/**
 * The files that patterns find, with their paths in the artifact. Those are relative to what the patterns' fixed parts have in common, as
 * with the original: `dist` and `dist/**` put what is below `dist` at the top.
 */
async function findFiles(patterns: string[], workspace: string, hidden: boolean): Promise<ArtifactFile[]> {
  const found = new Set<string>();
  const roots: string[] = [];
  for (const pattern of patterns) {
    const exclude = pattern.startsWith('!');
    const absolute = path.resolve(workspace, exclude ? pattern.slice(1) : pattern);
    const root = fixedPart(absolute);
    const relative = path.relative(root, absolute).split(path.sep).join('/');
    const matchers = [globMatcher(relative), globMatcher(`${relative}/**`)];
    const matches = (file: string): boolean => relative === '' || file === '' || matchers.some((match) => match(file));
    if (exclude) {
      for (const file of found) {
        const inside = path.relative(root, file);
        if (!inside.startsWith('..') && matches(inside.split(path.sep).join('/'))) found.delete(file);
      }
      continue;
    }
    const isFile = await stat(root).then(
      (info) => info.isFile(),
      () => false,
    );
    roots.push(isFile ? path.dirname(root) : root);
    for (const file of await filesBelow(root)) {
      const segments = [path.basename(root), ...file.split('/')];
      if (matches(file) && (hidden || !segments.some((segment) => segment.startsWith('.'))))
        found.add(path.join(root, file));
    }
  }
  const common = commonFolder(roots);
  return [...found].map((source) => ({ source, path: path.relative(common, source).split(path.sep).join('/') }));
}

/** The leading part of a path that holds no glob. */
function fixedPart(absolute: string): string {
  const segments = absolute.split(path.sep);
  const at = segments.findIndex(isGlob);
  return (at < 0 ? segments : segments.slice(0, at)).join(path.sep) || path.sep;
}

function commonFolder(folders: string[]): string {
  const [first = [], ...others] = folders.map((folder) => folder.split(path.sep));
  const differing = first.findIndex((segment, index) => others.some((other) => other[index] !== segment));
  return (differing < 0 ? first : first.slice(0, differing)).join(path.sep) || path.sep;
}
