import { withEntry, type ZipArchive, type ZipEntry } from '../archives/zip.ts';
import { Cursor } from '../cursor.ts';
import { scanTorchScriptCode } from '../formats/text.ts';
import type { Scope } from '../scope.ts';
import type { StorageUse } from './judge.ts';
import type { ByteSource } from '../source.ts';
import { checkTensor, type FloatType } from '../tensors.ts';
import { elementSize, scanPickle } from './scan.ts';

/** `archive/data.pkl` keeps its tensors in `archive/data/`. */
const storageFolder = (pickle: ZipEntry): string => pickle.name.replace(/pkl$/i, '').replace(/\.$/, '/');

const isPickle = (entry: ZipEntry): boolean => /\.pkl$/i.test(entry.name);

/** True if the archive is what `torch.load` or `torch.jit.load` reads: a `data.pkl` in a folder. PyTorch ignores upper and lower case. */
export function isTorchArchive({ entries }: ZipArchive): boolean {
  return entries.some((entry) => /(^|\/)data\.pkl$/i.test(entry.name));
}

/** True if it holds compiled TorchScript. */
export function isTorchScript({ entries }: ZipArchive): boolean {
  return entries.some((entry) => /(^|\/)(constants\.pkl|code\/.*\.py)$/i.test(entry.name));
}

/** Reviews a PyTorch archive: all pickles, the code of TorchScript, and whether the tensors' storages are there in full. */
export async function scanTorchArchive(archive: ZipArchive, scope: Scope): Promise<void> {
  const torchScript = isTorchScript(archive);
  const storages = new Map<string, StorageUse>();
  for (const entry of archive.entries.filter(isPickle)) {
    await withEntry(archive, entry, scope, async (content) => {
      const inner = scope.part(entry.name);
      const cursor = new Cursor(content);
      const { end } = await scanPickle(cursor, inner, {
        torchScript,
        onStorage: (storage) => void storages.set(`${storageFolder(entry)}${storage.key}`.toLowerCase(), storage),
      });
      if (end.how === 'stop' && cursor.remaining > 0) {
        inner.report('MV110', `${cursor.remaining} bytes follow the pickle`, { offset: cursor.position });
      }
    });
  }
  const folders = new Set(archive.entries.filter(isPickle).map((entry) => storageFolder(entry).toLowerCase()));
  for (const entry of archive.entries) {
    if (isPickle(entry) || entry.isFolder) continue;
    const storage = storages.get(entry.name.toLowerCase());
    await withEntry(archive, entry, scope, async (content) => {
      if (storage !== undefined) checkStorage(storage, entry, content, scope);
      else if (torchScript && /(^|\/)code\/.*\.py$/.test(entry.name))
        scanTorchScriptCode(content, scope.part(entry.name));
      else if (torchScript && /\.debug_pkl$/.test(entry.name)) await scanDebugInfo(content, scope.part(entry.name));
      else if (folders.has(entry.name.replace(/[^/]*$/, '').toLowerCase())) {
        scope.report('MV402', `${entry.name} is a storage of no tensor`, { symbol: entry.name });
      } else await scope.inspect(content, entry.name);
    });
    storages.delete(entry.name.toLowerCase());
  }
  for (const [name, { key }] of storages) {
    scope.report('MV111', `Storage ${key} of a tensor is missing in the archive`, { symbol: name });
  }
}

const FLOATS: Readonly<Record<string, FloatType>> = {
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  FloatStorage: 'F32',
  DoubleStorage: 'F64',
};

function checkStorage({ key, type, count }: StorageUse, entry: ZipEntry, content: ByteSource, scope: Scope): void {
  const { size } = content;
  // torch.jit.trace keeps the shapes of its example inputs without their numbers.
  if (size === 0 && /(^|\/)traced_inputs\/[^/]+$/.test(entry.name)) return;
  const width = elementSize(type);
  if (width === undefined || width * count !== size) {
    scope.report('MV111', `Storage ${key} has ${size} bytes, its tensors ask for ${count} elements of ${type}`, {
      symbol: entry.name,
    });
    return;
  }
  const float = Object.hasOwn(FLOATS, type) ? FLOATS[type] : undefined;
  if (float !== undefined) {
    checkTensor(content, { name: entry.name, type: float, shape: undefined, start: 0, bytes: size }, scope);
  }
}

/** Source positions, which TorchScript's own reader takes as plain data. */
async function scanDebugInfo(content: ConstructorParameters<typeof Cursor>[0], scope: Scope): Promise<void> {
  await scanPickle(new Cursor(content), scope, { torchScript: true });
}
