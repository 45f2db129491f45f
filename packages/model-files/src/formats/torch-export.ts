import { withEntry, type ZipArchive } from '../archives/zip.ts';
import type { Scope } from '../scope.ts';
import { parseJson } from './json.ts';
import { isRecord } from './safetensors.ts';
import { readText } from './text-source.ts';

/** True for what `torch.export.save` writes: a program in JSON, tensors as they are, and perhaps compiled code. */
export const isTorchExport = ({ entries }: ZipArchive): boolean =>
  entries.some(({ name }) => /(^|\/)archive_format$/.test(name)) &&
  entries.some(({ name }) => /(^|\/)models\/[^/]+\.json$/.test(name));

/** Entries that the archive's own lists call plain tensors: bytes of numbers, which no reader unpickles. */
export async function plainTensors(archive: ZipArchive, scope: Scope): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for (const list of archive.entries.filter(({ name }) =>
    /(^|\/)data\/(weights|constants)\/[^/]+_config\.json$/.test(name),
  )) {
    await withEntry(archive, list, scope, async (content) => {
      const { config } = parseJson(readText(content, scope), 'the list of tensors') as { config?: unknown };
      for (const tensor of isRecord(config) ? Object.values(config) : []) {
        if (!isRecord(tensor) || tensor['use_pickle'] !== false || typeof tensor['path_name'] !== 'string') continue;
        names.add(list.name.replace(/[^/]*$/, tensor['path_name']));
      }
      return Promise.resolve();
    });
  }
  return names;
}
