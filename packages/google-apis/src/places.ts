import path from 'node:path';
import { count, formatBytes, log, UserError } from '@mlops-actions/action-kit';
import { createGoogleClient, type GoogleClient } from './client.ts';
import { downloadObject, isObjectUrl, listObjects, objectUrl, parseObjectUrl, type StorageObject } from './storage.ts';

/**
 * Brings what is in Cloud Storage here, and leaves other paths as they are: an object, the objects under a folder, or those that match a pattern.
 *
 * @param places paths and `gs://` addresses
 * @param folder for downloads; the folders of objects are kept under it
 * @returns for each place the path that stands for it here
 * @throws UserError if there is nothing at a place
 */
export async function fetchPlaces(
  places: readonly string[],
  folder: string,
  client: GoogleClient = createGoogleClient(),
): Promise<string[]> {
  const paths: string[] = [];
  for (const place of places) paths.push(isObjectUrl(place) ? await fetchObjects(client, place, folder) : place);
  return paths;
}

async function fetchObjects(client: GoogleClient, place: string, folder: string): Promise<string> {
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
  const [only] = wanted;
  if (!isPattern && wanted.length === 1 && only!.name === location.name) return localPath(folder, only!);
  return path.join(folder, location.bucket, isPattern ? path.posix.dirname(fixed) : location.name);
}

/** Folders stay as they are: their names may hold values of partitions. */
function localPath(folder: string, { bucket, name }: StorageObject): string {
  if (name.split('/').some((part) => part === '..' || part === '.' || part === '') || name.includes('\\')) {
    throw new UserError(`The object ${objectUrl({ bucket, name })} has a name that is no path.`);
  }
  return path.join(folder, bucket, ...name.split('/'));
}
