import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ModelInspection } from '../../src/index.ts';
import { maliciousVariants } from './variants.ts';

/** A file of the corpus on disk. */
export interface CorpusFile {
  file: string;
  family: string;
  technique: string;
}

const FIXTURES = path.join(import.meta.dirname, '../../../../test/fixtures/model-files');

/** Writes the malicious corpus below `folder`, each file in a folder of its own, so that it keeps its name. */
export async function writeVariants(folder: string): Promise<CorpusFile[]> {
  const files: CorpusFile[] = [];
  for (const [index, { family, technique, name, content }] of maliciousVariants().entries()) {
    const file = path.join(folder, String(index).padStart(4, '0'), name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
    files.push({ file, family, technique });
  }
  return files;
}

/** True if a finding says what is wrong with the file: that nothing in it is a model says nothing of an attack. */
export const isNamed = ({ findings }: ModelInspection): boolean =>
  findings.some(({ severity, rule }) => severity === 'error' && rule !== 'MV909');

/** The committed files that real frameworks wrote; the family is the framework. */
export const benignFiles = (): Promise<CorpusFile[]> => filesBelow(path.join(FIXTURES, 'benign'));

/** All files below a folder of the user's own; the family is the first folder on the way. */
export async function filesBelow(folder: string): Promise<CorpusFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const relative = path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/');
      return {
        file: path.join(folder, relative),
        family: `benign/${relative.includes('/') ? relative.split('/')[0]! : 'other'}`,
        technique: relative,
      };
    })
    .sort((a, b) => (a.file < b.file ? -1 : 1));
}
