import { UserError } from '@mlops-actions/action-kit';
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { descriptorOf, type Described } from './artifact.ts';
import { diskFull } from './disk.ts';
import { digestOf, verified, type Digest } from './digest.ts';
import { blobOf, imagesOf, platformOf, type Blob, type Descriptor, type Image, type ImageOrIndex } from './image.ts';
import { loadImages, type ContentStore, type Found } from './load.ts';
import { isForeignLayer, MediaType } from './media-types.ts';
import { MANIFEST_LIMIT, parseIndex, parseObject } from './parse.ts';
import { LINUX_AMD64, type Platform } from './platform.ts';
import { tarOf } from './tar-writer.ts';

/** The annotation that names an image within a layout. */
const REF_NAME = 'org.opencontainers.image.ref.name';
const LAYOUT_FILE = 'oci-layout';
const LAYOUT_VERSION = '1.0.0';

/**
 * Writes an image, or an index with its images, into an OCI image layout folder (image-spec, image-layout.md). A layout that is there already keeps its other
 * images; one of the same name is replaced. The index is written last, so that it never names content that is missing.
 */
export async function writeLayout(
  target: ImageOrIndex,
  directory: string,
  names: readonly string[] = [],
): Promise<void> {
  const index = await openLayout(directory);
  for (const blob of blobsOf(target)) await writeBlob(directory, blob);
  const kept = index.filter(
    (entry) => entry.digest !== target.digest && !names.includes(entry.annotations?.[REF_NAME] ?? ''),
  );
  await replaceFile(path.join(directory, 'index.json'), indexOf([...kept, ...entriesOf(target, names)]));
}

/**
 * Writes an image as an OCI image layout in a tar archive (`oci-archive:` of skopeo and podman). Nothing is laid down on disk but the archive,
 * which appears under its name when it is whole. The same image gives the same bytes.
 */
export async function writeArchive(target: ImageOrIndex, file: string, names: readonly string[] = []): Promise<void> {
  const marker = Buffer.from(JSON.stringify({ imageLayoutVersion: LAYOUT_VERSION }));
  const files = new Map<string, Blob>([
    [LAYOUT_FILE, blobOf('', marker)],
    ['index.json', blobOf('', Buffer.from(indexOf(entriesOf(target, names))))],
    ...blobsOf(target).map((blob): [string, Blob] => [`blobs/${blob.descriptor.digest.replace(':', '/')}`, blob]),
  ]);
  await mkdir(path.dirname(path.resolve(file)), { recursive: true });
  await writeWhole(file, tarOf(files));
}

/** All that a layout holds of an image or an index: layers and configs, then what names them. */
function blobsOf(target: ImageOrIndex): Blob[] {
  const images = imagesOf(target);
  const contents = images.flatMap(({ layers, configBlob }) => [...layers, configBlob]);
  const manifests = [...new Set<Described>([...images, target])].map((each) =>
    blobOf(each.mediaType, each.manifestBytes),
  );
  return [...contents, ...manifests].filter(({ descriptor }) => !isForeignLayer(descriptor.mediaType));
}

/** The image or index under each of its names. */
function entriesOf(target: ImageOrIndex, names: readonly string[]): Descriptor[] {
  const own = { ...descriptorOf(target), ...(!('images' in target) && { platform: platformOf(target) }) };
  return names.length === 0 ? [own] : names.map((name) => ({ ...own, annotations: { [REF_NAME]: name } }));
}

const indexOf = (manifests: readonly Descriptor[]): string =>
  JSON.stringify({ schemaVersion: 2, mediaType: MediaType.ociIndex, manifests });

/** Loads an image from a layout folder: the one called `name`, or the only one there is (for `platform`). */
export async function readLayout(directory: string, name?: string, platform = LINUX_AMD64): Promise<Image> {
  return (await readLayoutImages(directory, name, [platform])).images[0]!;
}

/** Loads the images of several platforms from a layout folder: those of the index called `name`, or of the only one there is. */
export async function readLayoutImages(
  directory: string,
  name: string | undefined,
  platforms: readonly Platform[],
): Promise<Found> {
  const index = await readIndex(directory);
  const named =
    name === undefined
      ? index
      : index.filter((entry) => entry.digest === name || entry.annotations?.[REF_NAME] === name);
  const digests = new Set(named.map((entry) => entry.digest));
  if (digests.size !== 1) {
    const names = index.map((entry) => entry.annotations?.[REF_NAME] ?? entry.digest).join(', ');
    throw new UserError(
      name === undefined
        ? `The image layout ${directory} holds ${digests.size} images: ${names}.`
        : `The image layout ${directory} holds ${digests.size === 0 ? 'no image' : 'several images'} called '${name}'; it holds ${names}.`,
      { fix: 'Name one of them after the folder: folder:name.' },
    );
  }
  return loadImages(layoutStore(directory, index), named[0]!.digest, platforms);
}

/** Whether a folder is an image layout. */
export async function isLayout(directory: string): Promise<boolean> {
  return stat(path.join(directory, LAYOUT_FILE)).then(
    (info) => info.isFile(),
    () => false,
  );
}

function layoutStore(directory: string, index: readonly Descriptor[]): ContentStore {
  return {
    name: directory,
    async manifest(key) {
      const file = blobPath(directory, key as Digest);
      const info = await stat(file).catch((cause: unknown) => {
        throw new UserError(`The image layout ${directory} lacks the manifest ${key}.`, { cause });
      });
      if (info.size > MANIFEST_LIMIT) throw new UserError(`${file}: the manifest is larger than 4 MiB.`);
      const bytes = await readFile(file);
      const digest = digestOf(bytes);
      if (digest !== key) throw new UserError(`${file} does not hold what its name says: its digest is ${digest}.`);
      const stated = parseObject(bytes, file)['mediaType'];
      const listed = index.find((entry) => entry.digest === digest)?.mediaType;
      return { mediaType: typeof stated === 'string' ? stated : (listed ?? MediaType.ociManifest), digest, bytes };
    },
    blob: (descriptor) => ({ descriptor, open: () => readBlob(directory, descriptor) }),
  };
}

async function* readBlob(directory: string, descriptor: Descriptor): AsyncGenerator<Uint8Array, void, void> {
  const file = blobPath(directory, descriptor.digest);
  const chunks = createReadStream(file, { highWaterMark: 512 * 1024 }) as AsyncIterable<Uint8Array>;
  try {
    yield* verified(
      chunks,
      descriptor,
      (problem) => new UserError(`${file} does not hold what its name says: ${problem}.`),
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new UserError(`The image layout ${directory} lacks the blob ${descriptor.digest}.`, { cause: error });
  }
}

/** Makes the folder a layout, or reads the index of the layout that it is. */
async function openLayout(directory: string): Promise<Descriptor[]> {
  await mkdir(directory, { recursive: true });
  if (await isLayout(directory)) return readIndex(directory);
  if ((await readdir(directory)).length > 0) {
    throw new UserError(`The folder '${directory}' is not empty and is no image layout.`, {
      fix: 'Name another folder.',
    });
  }
  await writeFile(path.join(directory, LAYOUT_FILE), JSON.stringify({ imageLayoutVersion: LAYOUT_VERSION }));
  return [];
}

async function readIndex(directory: string): Promise<Descriptor[]> {
  const file = path.join(directory, 'index.json');
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    // A writer that was stopped leaves the marker without an index: a layout without images.
    if (await isLayout(directory)) return [];
    throw new UserError(`'${directory}' is no OCI image layout: it has no index.json.`, { cause: error });
  }
  const { imageLayoutVersion } = parseObject(
    await readFile(path.join(directory, LAYOUT_FILE)).catch((cause: unknown) => {
      throw new UserError(`'${directory}' is no OCI image layout: it has no ${LAYOUT_FILE}.`, { cause });
    }),
    path.join(directory, LAYOUT_FILE),
  );
  if (imageLayoutVersion !== LAYOUT_VERSION)
    throw new UserError(`The image layout ${directory} has the unknown version '${String(imageLayoutVersion)}'.`);
  return parseIndex(bytes, file);
}

async function writeBlob(directory: string, blob: Blob): Promise<void> {
  const file = blobPath(directory, blob.descriptor.digest);
  const present = await stat(file).catch(() => undefined);
  if (present?.size === blob.descriptor.size) return; // Every reader checks the digest.
  await mkdir(path.dirname(file), { recursive: true });
  await writeWhole(file, blob.open());
}

/** Writes a file that appears under its name when it is whole; nothing is left of one that fails. */
async function writeWhole(file: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const partial = `${file}.${randomUUID()}.partial`;
  const handle = await open(partial, 'wx');
  try {
    for await (const chunk of chunks) await handle.writeFile(chunk);
    await handle.close();
    await rename(partial, file);
  } catch (error) {
    await handle.close();
    await rm(partial, { force: true });
    throw diskFull(error, file, 'or push the image without writing it: a push needs no room');
  }
}

async function replaceFile(file: string, text: string): Promise<void> {
  const partial = `${file}.${randomUUID()}.partial`;
  await writeFile(partial, text);
  await rename(partial, file);
}

const blobPath = (directory: string, digest: Digest): string =>
  path.join(directory, 'blobs', 'sha256', digest.slice('sha256:'.length));
