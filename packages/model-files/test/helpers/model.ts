import { inspectModel, type InspectOptions, type ModelInspection } from '../../src/index.ts';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** A folder of its own with the given files. */
export async function folderOf(files: Record<string, Buffer | string>): Promise<string> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'model-'));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), content);
  }
  return root;
}

/** The review of one file with the given content. */
export async function inspectBytes(
  content: Buffer | string,
  name = 'model',
  options: InspectOptions = {},
): Promise<ModelInspection> {
  const root = await folderOf({ [name]: content });
  return inspectModel(path.join(root, name), options);
}

/** The rules of all findings, each once, worst first. */
export const rulesOf = (inspection: ModelInspection): string[] => [
  ...new Set(inspection.findings.map((finding) => finding.rule)),
];

export const messagesOf = (inspection: ModelInspection): string =>
  inspection.findings.map((finding) => finding.message).join('\n');
