import { digestFile, UserError, type Statement } from '@mlops-actions/action-kit';
import { createHash } from 'node:crypto';
import { lstat, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** A file of the evidence; `statement` if it is an in-toto statement. */
export interface EvidenceFile {
  /** As it was found: below the folder that was named, or the file's own name. */
  path: string;
  /** `sha256:...` of the file. */
  digest: string;
  statement: Statement | undefined;
}

const MOST_FILES = 500;
/** Bytes of a statement; a decision with every check is some hundred kilobytes. */
const LARGEST_STATEMENT = 32 * 2 ** 20;

/**
 * All files of the evidence, by path. Links are not followed: what they lead to is no evidence of this run.
 *
 * @throws UserError if there is none, or too many, or a statement is none
 */
export async function collectEvidence(places: readonly string[]): Promise<EvidenceFile[]> {
  const found = new Map<string, string>();
  for (const place of places) {
    for (const [name, file] of await filesAt(place)) {
      if (found.has(name)) {
        throw new UserError(`Two files of the evidence are called '${name}': '${found.get(name)!}' and '${file}'.`, {
          fix: "Name the folder above both in 'evidence', so that each has a path of its own.",
        });
      }
      found.set(name, file);
    }
    if (found.size > MOST_FILES)
      throw new UserError(`There are more than ${MOST_FILES} files of evidence at '${place}'.`);
  }
  const files = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  return Promise.all(files.map(async ([name, file]) => ({ path: name, ...(await readEvidence(file)) })));
}

/** The files at a place, by the path that the record gives them. */
async function filesAt(place: string): Promise<[string, string][]> {
  const kind = await lstat(place).catch(() => undefined);
  if (kind === undefined) {
    throw new UserError(`There is no evidence at '${place}'.`, {
      fix: "Set 'evidence' to where it is, such as the path of actions/download-artifact.",
    });
  }
  if (kind.isFile()) return [[path.basename(place), place]];
  return kind.isDirectory() ? (await filesBelow(place)).map((file) => [relative(place, file), file]) : [];
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

const relative = (folder: string, file: string): string => path.relative(folder, file).split(path.sep).join('/');

/** Digest and statement are of the same bytes. */
async function readEvidence(file: string): Promise<Omit<EvidenceFile, 'path'>> {
  if (!file.endsWith('.intoto.json')) return { digest: await digestFile(file), statement: undefined };
  const wrong = (why: string): UserError =>
    new UserError(`'${file}' is no in-toto statement: ${why}.`, {
      fix: 'Leave in the evidence only what the actions wrote.',
    });
  if ((await lstat(file)).size > LARGEST_STATEMENT) throw wrong(`it is larger than ${LARGEST_STATEMENT} bytes`);
  const bytes = await readFile(file);
  let content: Partial<Statement> | null;
  try {
    content = JSON.parse(bytes.toString('utf8')) as Partial<Statement> | null;
  } catch {
    throw wrong('it is no JSON');
  }
  const { _type, predicateType, subject } = content ?? {};
  if (_type !== 'https://in-toto.io/Statement/v1' || typeof predicateType !== 'string' || !Array.isArray(subject))
    throw wrong('it has not the form of one');
  return { digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, statement: content as Statement };
}
