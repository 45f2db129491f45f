import path from 'node:path';
import { count, log, UserError } from '@mlops-actions/action-kit';
import {
  createGoogleClient,
  downloadObject,
  isObjectUrl,
  listObjects,
  objectUrl,
  parseObjectUrl,
  type StorageObject,
} from '@mlops-actions/google-apis';

/**
 * Brings what is in Cloud Storage here, and leaves paths as they are.
 *
 * @param folder for downloads
 * @returns paths for `resolveSource`
 */
export async function fetchPlaces(places: readonly string[], folder: string): Promise<string[]> {
  const paths: string[] = [];
  for (const place of places) paths.push(isObjectUrl(place) ? await fetchObjects(place, folder) : place);
  return paths;
}

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
  await log.group(`Downloading ${count(wanted.length, 'object')} from ${place}`, async () => {
    for (const object of wanted) {
      log.info(objectUrl(object));
      await downloadObject(client, object, localPath(folder, object));
    }
  });
  const single = !isPattern && wanted.length === 1 && wanted[0]!.name === location.name;
  if (single) return localPath(folder, wanted[0]!);
  return path.join(folder, location.bucket, isPattern ? path.posix.dirname(fixed) : location.name);
}

/** Folders stay as they are: their names may hold values of partitions. */
function localPath(folder: string, { bucket, name }: StorageObject): string {
  if (name.split('/').some((part) => part === '..' || part === '.' || part === '') || name.includes('\\')) {
    throw new UserError(`The object ${objectUrl({ bucket, name })} has a name that is no path.`);
  }
  return path.join(folder, bucket, ...name.split('/'));
}
