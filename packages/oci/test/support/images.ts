import {
  buildLayer,
  composeImage,
  digestOf,
  type Blob,
  type Image,
  type ImageConfig,
  type LayerEntry,
} from '@mlops-actions/oci';
import { gzipSync } from 'node:zlib';
import { encodeHeader, END_OF_ARCHIVE, padding, type TarHeader } from '../../src/tar-format.ts';

/** An image of one layer that holds texts. */
export async function textImage(files: Record<string, string>): Promise<Image> {
  const entries: LayerEntry[] = Object.entries(files).map(([path, text]) => ({
    path,
    from: { bytes: Buffer.from(text) },
  }));
  return composeImage(undefined, { layers: [await buildLayer(entries, { kind: 'test' })], entrypoint: ['run'] });
}

export type RawEntry = Partial<Omit<TarHeader, 'type'>> & { path: string; type?: TarHeader['type']; text?: string };

/** An archive with exactly these entries, whatever sense they make. */
export function rawTar(entries: readonly RawEntry[]): Buffer {
  return Buffer.concat([
    ...entries.map(({ text = '', type = 'file', ...entry }) => {
      const content = Buffer.from(text);
      const header = { mode: 0o644, size: content.length, ...entry, type: type === 'other' ? 'file' : type };
      const block = encodeHeader(header, 0);
      return Buffer.concat([block, content, Buffer.alloc(padding(content.length))]);
    }),
    END_OF_ARCHIVE,
  ]);
}

/** An image whose layers are these archives, gzipped if `gzip` says so; hostile ones included. */
export function rawImage(archives: readonly Buffer[], { gzip = false } = {}): Image {
  const empty = composeImage(undefined, { layers: [], entrypoint: ['run'] });
  const config: ImageConfig = { ...empty.config, rootfs: { type: 'layers', diff_ids: archives.map(digestOf) } };
  return { ...empty, config, layers: archives.map((archive) => bytesBlob(gzip ? gzipSync(archive) : archive)) };
}

export function bytesBlob(bytes: Buffer): Blob {
  return {
    descriptor: { mediaType: 'application/octet-stream', digest: digestOf(bytes), size: bytes.length },
    open: async function* () {
      for (let start = 0; start < bytes.length; start += 1000) yield bytes.subarray(start, start + 1000);
    },
  };
}

export async function read(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}
