import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** What a statement is about, by digest. */
export interface Subject {
  name: string;
  digest: Record<string, string>;
}

/** An in-toto Statement v1 (https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md). */
export interface Statement {
  _type: 'https://in-toto.io/Statement/v1';
  subject: Subject[];
  predicateType: string;
  predicate: unknown;
}

/** Base of the predicate types of this project; the last segments are the action and the format's version. */
export const PREDICATE_BASE = 'https://mlops-actions.dev/predicate';

/** A statement about `subjects`. */
export function statement(action: string, subjects: Subject[], predicate: unknown): Statement {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: subjects,
    predicateType: `${PREDICATE_BASE}/${action}/v1`,
    predicate,
  };
}

/** A subject from a `sha256:...` digest. */
export function subjectOf(name: string, digest: string): Subject {
  const at = digest.indexOf(':');
  return { name, digest: at < 0 ? { sha256: digest } : { [digest.slice(0, at)]: digest.slice(at + 1) } };
}

/** Writes JSON with a final line break; readers never see half a file, and its folder is made. */
export async function writeJson(file: string, value: unknown): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const partial = `${file}.partial`;
  await writeFile(partial, `${JSON.stringify(value, null, 2)}\n`);
  await rename(partial, file);
}

/** `sha256:<hex>` of a file, read as a stream. */
export async function digestFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  // Larger reads than Node's default of 64 KiB: models are, and half of the time would go into asking.
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) hash.update(chunk as Buffer);
  return `sha256:${hash.digest('hex')}`;
}

/** A subject of one or several files; of several, its digest is that of their digests, in the order in which they are given. */
export async function subjectOfFiles(name: string, files: readonly string[]): Promise<Subject> {
  const digests: string[] = [];
  for (const file of files) digests.push(await digestFile(file));
  if (digests.length === 1) return subjectOf(name, digests[0]!);
  return subjectOf(name, `sha256:${createHash('sha256').update(digests.join('\n')).digest('hex')}`);
}
