import type { Blob } from './image.ts';
import { encodeHeader, END_OF_ARCHIVE, padding } from './tar-format.ts';

/** A tar archive of blobs, each under its name, in their order. Equal blobs give equal bytes. */
export async function* tarOf(files: ReadonlyMap<string, Blob>): AsyncGenerator<Uint8Array, void, void> {
  for (const [name, blob] of files) {
    const { size } = blob.descriptor;
    yield encodeHeader({ path: name, type: 'file', mode: 0o644, size }, 0);
    yield* blob.open();
    yield Buffer.alloc(padding(size));
  }
  yield END_OF_ARCHIVE;
}
