import { pipeline, Readable, type Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';

/** Undoes a layer's compression, told by its first bytes: media types are often wrong, and tools go by the content. */
export async function* decompressed(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  const iterator = chunks[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < 4) {
    const next = await iterator.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  const whole = async function* (): AsyncGenerator<Uint8Array, void, void> {
    try {
      yield head;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  };
  const magic = head.toString('hex', 0, 4);
  if (magic.startsWith('1f8b')) yield* decode(whole(), createGunzip());
  else if (magic === '28b52ffd') yield* decode(whole(), createZstdDecompress());
  else yield* whole();
}

async function* decode(chunks: AsyncIterable<Uint8Array>, decoder: Transform): AsyncGenerator<Uint8Array, void, void> {
  // A failure of either side destroys the decoder, and reaches the consumer through it.
  yield* pipeline(Readable.from(chunks, { objectMode: false }), decoder, () => undefined) as AsyncIterable<Uint8Array>;
}
