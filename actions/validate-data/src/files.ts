import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { count, digestFile, formatBytes, log, subjectOf, UserError, type Subject } from '@mlops-actions/action-kit';
import {
  createGoogleClient,
  downloadObject,
  isObjectUrl,
  listObjects,
  objectUrl,
  parseObjectUrl,
  type StorageObject,
} from '@mlops-actions/google-apis';
import { columnsOf, countTable, profileTable, resolveSource, type Source } from '@mlops-actions/tabular';
import type { DataAccess } from './access.ts';
import type { Task } from './task.ts';

/** Opens files, after fetching those that are in Cloud Storage. */
export async function openFiles(data: readonly string[], task: Task): Promise<DataAccess> {
  const folder = data.some(isObjectUrl)
    ? await mkdtemp(path.join(process.env['RUNNER_TEMP'] ?? tmpdir(), 'validate-data-'))
    : undefined;
  const close = async (): Promise<void> => {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  };
  try {
    const places: string[] = [];
    for (const place of data) places.push(isObjectUrl(place) ? await fetchObjects(place, folder!) : place);
    const source = await resolveSource(places);
    const bytes = source.files.reduce((sum, file) => sum + file.bytes, 0);
    log.info(`Data: ${count(source.files.length, 'file')}, ${formatBytes(bytes)}.`);
    return {
      description: data.join(', '),
      columns: await columnsOf(source),
      subject: await subjectOfSource(source, data),
      async count(definition) {
        const { counts, evidence } = await countTable(source, definition, {
          evidencePerCheck: task.evidenceRows,
          key: task.keyColumns,
          onProgress: progressLine(),
        });
        return { counts, evidence, cost: undefined };
      },
      async quarantine(checks, file) {
        await mkdir(path.dirname(file), { recursive: true });
        return (await countTable(source, { columns: [], checks }, { quarantine: file, evidencePerCheck: 0 }))
          .quarantined;
      },
      profile: () => profileTable(source),
      query: undefined,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** One line every ten per cent, so that a long count does not look dead. */
function progressLine(): (progress: { bytes: number; totalBytes: number; rows: number }) => void {
  let told = 0;
  return ({ bytes, totalBytes, rows }) => {
    const tenth = totalBytes === 0 ? 10 : Math.floor((bytes / totalBytes) * 10);
    if (tenth <= told || tenth >= 10) return;
    told = tenth;
    log.info(`Counted ${tenth * 10} % (${count(rows, 'row')}).`);
  };
}

async function subjectOfSource({ files }: Source, data: readonly string[]): Promise<Subject> {
  const digests: string[] = [];
  for (const file of files) digests.push(await digestFile(file.path));
  if (digests.length === 1) return subjectOf(data.join(', '), digests[0]!);
  // Of several files: the digest of their digests, in the order in which they are read.
  return subjectOf(data.join(', '), `sha256:${createHash('sha256').update(digests.join('\n')).digest('hex')}`);
}

/** Fetches an object, the objects under a folder, or those that match a pattern. Gives the path that stands for them here. */
async function fetchObjects(place: string, folder: string): Promise<string> {
  const client = createGoogleClient();
  const location = parseObjectUrl(place);
  const fixed = location.name.split(/[*?[{]/, 1)[0]!;
  const isPattern = fixed !== location.name;
  const listed = await listObjects(client, { ...location, name: fixed });
  const wanted = listed.filter(({ name }) =>
    isPattern
      ? path.posix.matchesGlob(name, location.name)
      : name === location.name || location.name === '' || name.startsWith(`${location.name.replace(/\/$/, '')}/`),
  );
  if (wanted.length === 0) throw new UserError(`There is no data at ${place}.`, { fix: 'Is the path right?' });
  const bytes = wanted.reduce((sum, object) => sum + object.bytes, 0);
  await log.group(`Downloading ${count(wanted.length, 'object')} (${formatBytes(bytes)}) from ${place}`, async () => {
    for (const object of wanted) {
      log.info(objectUrl(object));
      await downloadObject(client, object, localPath(folder, object));
    }
  });
  return isPattern || wanted.length > 1 || wanted[0]!.name !== location.name
    ? path.join(folder, location.bucket, isPattern ? path.posix.dirname(fixed) : location.name)
    : localPath(folder, wanted[0]!);
}

/** Folders stay as they are: their names may hold values of partitions. */
function localPath(folder: string, { bucket, name }: StorageObject): string {
  if (name.split('/').some((part) => part === '..' || part === '.' || part === '') || name.includes('\\')) {
    throw new UserError(`The object ${objectUrl({ bucket, name })} has a name that is no path.`);
  }
  return path.join(folder, bucket, ...name.split('/'));
}
