/**
 * Writes the files that are derived from others; `--check` changes nothing and fails if one of them is not as it should be.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { renderRuleDocs } from '@mlops-actions/model-files';
import { generateActionDocs } from './generate/action-docs.ts';
import type { GeneratedFile } from './generate/files.ts';
import { generateManifest } from './generate/manifest.ts';
import { generateManifestReference, generateWorkflowReference } from './generate/reference-docs.ts';

const check = process.argv.includes('--check');
const generators: (() => Promise<GeneratedFile[]>)[] = [
  generateManifest,
  generateManifestReference,
  generateWorkflowReference,
  generateActionDocs,
  () => Promise.resolve([{ path: 'docs/reference/validate-model-rules.md', content: renderRuleDocs() }]),
];

const stale: string[] = [];
for (const generate of generators) {
  for (const { path: file, content } of await generate()) {
    if ((await readFile(file, 'utf8').catch(() => undefined)) === content) continue;
    stale.push(file);
    if (check) continue;
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}
if (check && stale.length > 0) {
  console.error(`Not what they are generated from: ${stale.join(', ')}. Run npm run generate and commit.`);
  process.exitCode = 1;
} else {
  console.log(stale.length === 0 ? 'Generated files are up to date.' : `Wrote ${stale.join(', ')}.`);
}
