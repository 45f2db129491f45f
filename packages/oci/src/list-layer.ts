import { decompressed } from './decompress.ts';
import type { Blob } from './image.ts';
import { readTar } from './tar-reader.ts';

/** The paths of a layer's entries, as they stand in its archive. */
export async function* listLayer(layer: Blob): AsyncGenerator<string, void, void> {
  for await (const entry of readTar(decompressed(layer.open()))) yield entry.path;
}
