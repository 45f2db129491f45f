import { decompressed } from './decompress.ts';
import type { Blob } from './image.ts';
import { readTar, type TarEntry } from './tar-reader.ts';

/** A layer's entries, as they stand in its archive. An entry's content must be read, or left, before the next entry is asked for. */
export function readLayer(layer: Blob): AsyncGenerator<TarEntry, void, void> {
  return readTar(decompressed(layer.open()));
}
