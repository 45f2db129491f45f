import { readZip, withEntry, type ZipArchive } from './archives/zip.ts';
import { expand, type Compression } from './expand.ts';
import type { Format } from './formats.ts';
import { scanSkopsSchema } from './formats/skops.ts';
import { readText } from './formats/text-source.ts';
import { isTorchExport, plainTensors } from './formats/torch-export.ts';
import { isTorchArchive, isTorchScript, scanTorchArchive } from './pickle/torch.ts';
import type { Scope } from './scope.ts';
import type { ByteSource } from './source.ts';

/** Reviews what a compressed source unpacks to. Returns what it turned out to be. */
export async function reviewCompressed(
  format: Compression & Format,
  source: ByteSource,
  name: string,
  scope: Scope,
): Promise<Format> {
  const expanded = await expand(source, format, scope, name);
  if (expanded === undefined) return format;
  try {
    if (expanded.used < source.size) {
      scope.report('MV207', `${source.size - expanded.used} bytes follow the compressed data`, {
        offset: expanded.used,
      });
    }
    const inner = await scope.inspect(
      expanded.source,
      name.replace(/^.*\//, '').replace(/\.(gz|tgz|z|zst|zlib|bz2|xz|lzma|lz4)$/i, ''),
    );
    return inner === 'pickle' || inner === 'joblib' ? 'joblib' : format;
  } finally {
    expanded.close();
  }
}

/** Reviews a zip archive and every entry of it. Returns what it turned out to be. */
export async function reviewZip(source: ByteSource, scope: Scope): Promise<Format> {
  const archive = readZip(source, scope);
  if (isTorchArchive(archive)) {
    await scanTorchArchive(archive, scope);
    return isTorchScript(archive) ? 'torchscript' : 'pytorch';
  }
  const isSkops = await scanSkops(archive, scope);
  const isExport = isTorchExport(archive);
  const tensors = isExport ? await plainTensors(archive, scope) : undefined;
  for (const entry of archive.entries) {
    if (entry.isFolder || tensors?.has(entry.name) === true || (isSkops && entry.name === 'schema.json')) continue;
    await withEntry(archive, entry, scope, async (content) => void (await scope.inspect(content, entry.name)));
  }
  const names = archive.entries.map((entry) => entry.name);
  if (isSkops) return 'skops';
  if (isExport) return 'pytorch';
  if (names.includes('config.json') && names.includes('metadata.json')) return 'keras';
  return names.length > 0 && names.every((entry) => entry.endsWith('.npy')) ? 'npz' : 'zip';
}

/** Reviews the schema of a skops file; false if the archive is none. */
async function scanSkops(archive: ZipArchive, scope: Scope): Promise<boolean> {
  let isSkops = false;
  for (const entry of archive.entries.filter(({ name }) => name === 'schema.json')) {
    await withEntry(archive, entry, scope, async (content) => {
      const text = readText(content, scope);
      if (!text.includes('"__loader__"')) return;
      isSkops = true;
      scanSkopsSchema(text, scope.part(entry.name));
    });
  }
  return isSkops;
}
