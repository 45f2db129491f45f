import { UserError } from '@mlops-actions/action-kit';
import { createHash } from 'node:crypto';

/** The address of some bytes: their SHA-256, as OCI writes it. */
export type Digest = `sha256:${string}`;

/** Whether a text is a digest that this package can check. */
export function isDigest(text: unknown): text is Digest {
  return typeof text === 'string' && /^sha256:[0-9a-f]{64}$/.test(text);
}

/** Reads a digest; other algorithms than SHA-256 are refused, because what cannot be checked must not be trusted. */
export function parseDigest(text: unknown, where: string): Digest {
  if (!isDigest(text)) {
    throw new UserError(`${where}: '${String(text)}' is not a digest of the form sha256:<64 hexadecimal digits>.`);
  }
  return text;
}

/** Digest of bytes at hand. */
export function digestOf(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Passes bytes through and knows how many they were and what their digest is. */
export class Meter {
  size = 0;
  #hash = createHash('sha256');

  add(chunk: Uint8Array): void {
    this.size += chunk.length;
    this.#hash.update(chunk);
  }

  /** The digest of everything added. Ends the meter. */
  digest(): Digest {
    return `sha256:${this.#hash.digest('hex')}`;
  }
}

/**
 * Passes a stream through and fails unless it is exactly the content that `expected` addresses. The last chunk is held back until
 * the digest is known, so that a consumer never sees the end of false content.
 */
export async function* verified(
  chunks: AsyncIterable<Uint8Array>,
  expected: { digest: string; size: number },
  mismatch: (problem: string) => Error,
): AsyncGenerator<Uint8Array, void, void> {
  const meter = new Meter();
  let held: Uint8Array | undefined;
  for await (const chunk of chunks) {
    meter.add(chunk);
    if (meter.size > expected.size) throw mismatch(`it is longer than the ${expected.size} bytes expected`);
    if (held !== undefined) yield held;
    held = chunk;
  }
  if (meter.size !== expected.size) throw mismatch(`it has ${meter.size} bytes instead of ${expected.size}`);
  const digest = meter.digest();
  if (digest !== expected.digest) throw mismatch(`its digest is ${digest}`);
  if (held !== undefined) yield held;
}

/** Collects a stream of at most `limit` bytes. */
export async function collect(chunks: AsyncIterable<Uint8Array>, limit: number, tooLong: () => Error): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > limit) throw tooLong();
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}
