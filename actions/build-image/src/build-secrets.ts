import { log, messageOf, UserError } from '@mlops-actions/action-kit';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BuildSecret } from './foundation.ts';

/** A secret of a build. */
export interface SecretValue {
  id: string;
  bytes: Buffer;
}

/** Shorter values turn up by chance. */
const SHORTEST_FOUND = 8;
/** As much as BuildKit takes. */
const SECRET_LIMIT = 500 * 1024;

/**
 * Lays secrets down as files that nobody else can read, for as long as `work` runs: builders take them from files, and neither a command line
 * nor an environment shows them.
 */
export async function withSecrets(
  secrets: readonly BuildSecret[],
  folder: string,
  work: (files: ReadonlyMap<string, string>, values: readonly SecretValue[]) => Promise<void>,
): Promise<void> {
  if (secrets.length === 0) return work(new Map(), []);
  const values = await Promise.all(secrets.map(readSecret));
  const place = await mkdtemp(path.join(folder, 'secrets-'));
  try {
    const files = new Map<string, string>();
    for (const [index, { id, bytes }] of values.entries()) {
      const file = path.join(place, String(index));
      await writeFile(file, bytes, { mode: 0o600 });
      files.set(id, file);
    }
    await work(files, values);
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

async function readSecret({ id, content }: BuildSecret): Promise<SecretValue> {
  const bytes = 'value' in content ? Buffer.from(content.value) : await readSecretFile(id, content.file);
  if (bytes.length > SECRET_LIMIT) throw new UserError(`The secret '${id}' of the build is larger than 500 KiB.`);
  // Each line: that is how the runner takes masks.
  for (const line of bytes.toString('utf8').split(/\r?\n/)) if (line.trim() !== '') log.mask(line);
  return { id, bytes };
}

async function readSecretFile(id: string, file: string): Promise<Buffer> {
  return readFile(file).catch((cause: unknown) => {
    throw new UserError(`The file of the secret '${id}' cannot be read: ${messageOf(cause)}.`, {
      fix: "Check 'secret-files'; paths are relative to the working directory.",
      cause,
    });
  });
}

/** The id of the first secret that a content holds, also where it lies across two chunks. A line break at a secret's end is no part of it. */
export async function secretWithin(
  chunks: AsyncIterable<Uint8Array>,
  secrets: readonly SecretValue[],
): Promise<string | undefined> {
  const wanted = secrets
    .map(({ id, bytes }) => ({ id, bytes: Buffer.from(bytes.toString('latin1').trimEnd(), 'latin1') }))
    .filter(({ bytes }) => bytes.length >= SHORTEST_FOUND);
  if (wanted.length === 0) return undefined;
  const overlap = Math.max(...wanted.map(({ bytes }) => bytes.length)) - 1;
  let kept = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const text = Buffer.concat([kept, chunk]);
    const found = wanted.find(({ bytes }) => text.includes(bytes));
    if (found !== undefined) return found.id;
    kept = text.subarray(Math.max(0, text.length - overlap));
  }
  return undefined;
}
