import { UserError } from '@mlops-actions/action-kit';
// Not the package's whole face: the scanner behind it would load with every build.
import { rootDigest } from '@mlops-actions/model-files/digest';
import { listModel, type ModelFile } from '@mlops-actions/model-files/walk';
import {
  buildLayer,
  digestFiles,
  digestOf,
  MediaType,
  type BuiltLayer,
  type Digest,
  type Image,
  type Layer,
  type LayerEntry,
} from '@mlops-actions/oci';
import path from 'node:path';
import type { ContentOptions } from './content.ts';
import type { Plan } from './inputs.ts';
import { refuseSecrets, secretIn } from './secrets.ts';

/** The model as it goes into the image. */
export interface ModelContent {
  /** OpenSSF Model Signing's digest of exactly the bytes that are in the layers. */
  digest: string;
  layers: Layer[];
  /** Where the layers come from: made of the files, or the previous image's, after the files were hashed or without reading them. */
  source: 'files' | 'previous image, hashed' | 'previous image, not read';
}

/** Weights of this size get a layer of their own: layers travel in parallel, and one that did not change is not sent. */
const OWN_LAYER_SIZE = 64 * 1024 * 1024;

/** The annotation of a layer with a {@link layersKey}. */
const KEY_ANNOTATION = 'dev.mlops-actions.model-layers';

/**
 * The model as layers. If `previous` has them already, they are taken from there: once the files are hashed, or, where it is said which
 * digest the model must have, without reading them.
 */
export async function modelContent(
  { path: modelPath, destination, expectedDigest }: Plan['model'],
  options: ContentOptions,
  previous?: Image,
): Promise<ModelContent> {
  const { files, rejected } = await listModel(modelPath);
  const [first] = rejected;
  if (first !== undefined) {
    throw new UserError(`'${first.path}' in the model folder '${modelPath}' ${first.reason}.`, {
      fix: 'Put a copy of the file in its place, or take it out of the model.',
    });
  }
  const layout: Layout = { prefix: path.posix.normalize(`${destination}/`), packs: packsOf(files), ...options };
  if (previous !== undefined) {
    const hash = async (): Promise<string> =>
      modelDigest(layout, (await Promise.all(layout.packs.map((pack) => digestFiles(entriesOf(layout, pack))))).flat());
    const digest = expectedDigest ?? (await hash());
    const layers = knownLayers(layout, digest, previous);
    const source = expectedDigest === undefined ? 'previous image, hashed' : 'previous image, not read';
    if (layers !== undefined) return { digest, layers, source };
  }

  await refuseModelSecrets(files, modelPath);
  const layers = await buildLayers(layout);
  const digest = modelDigest(
    layout,
    layers.flatMap(({ files: inLayer }) => inLayer),
  );
  if (expectedDigest !== undefined && expectedDigest !== digest) {
    throw new UserError(`The model at '${modelPath}' has the digest ${digest}, where ${expectedDigest} was expected.`, {
      fix: 'Build the model that was validated: it changed in between, or another path was given.',
    });
  }
  return { digest, layers: withKey(layers, layout, digest), source: 'files' };
}

/** All that decides what the model's layers are, save the content of the files. */
interface Layout extends ContentOptions {
  /** Folder in the image, with a slash at both ends. */
  prefix: string;
  /** The files of each layer. */
  packs: ModelFile[][];
}

/** Small files share the lowest layer. */
function packsOf(files: readonly ModelFile[]): ModelFile[][] {
  const small = files.filter((file) => file.size < OWN_LAYER_SIZE);
  const large = files.filter((file) => file.size >= OWN_LAYER_SIZE).map((file) => [file]);
  return small.length > 0 ? [small, ...large] : large;
}

/** The layers, several hashed at a time. */
function buildLayers(layout: Layout): Promise<BuiltLayer[]> {
  const { packs, prefix, family, mtime, onLayer } = layout;
  const built = packs.map(async (pack) => {
    const layer = await buildLayer(entriesOf(layout, pack), { kind: 'model', family, mtime, ownPrefix: prefix });
    onLayer?.(layer);
    return layer;
  });
  return Promise.all(built);
}

const entriesOf = ({ prefix }: Layout, pack: readonly ModelFile[]): LayerEntry[] =>
  pack.map((file) => ({ path: `${prefix}${file.path}`, from: { file: file.absolutePath } }));

/** The model's digest over files with their paths in the image. */
function modelDigest({ prefix }: Layout, files: readonly { path: string; digest: Digest }[]): string {
  const inModel = prefix.length - 1;
  return rootDigest(files.map(({ path: file, digest }) => ({ path: file.slice(inModel), digest })));
}

/**
 * Names the model's layers by everything that they are a function of. The model's digest stands for the files' contents, in the order
 * of their paths; it says nothing of paths and sizes, so they are listed.
 */
function layersKey({ prefix, packs, mtime }: Layout, modelDigest: string): Digest {
  const listing = packs.map((pack) => pack.map((file) => [file.path, file.size]));
  return digestOf(Buffer.from(JSON.stringify([modelDigest, prefix, mtime, listing])));
}

/** Docker's manifests have no annotations: there the layers stay without their key. */
function withKey(layers: readonly Layer[], layout: Layout, modelDigest: string): Layer[] {
  if (layout.family === 'docker') return [...layers];
  const annotations = { [KEY_ANNOTATION]: layersKey(layout, modelDigest) };
  return layers.map((layer) => ({ ...layer, descriptor: { ...layer.descriptor, annotations } }));
}

/** The layers of a model in an image that was built before, if it has them just as they would be built now. */
function knownLayers(layout: Layout, modelDigest: string, previous: Image): Layer[] | undefined {
  if (layout.family === 'docker') return undefined;
  const key = layersKey(layout, modelDigest);
  const found = previous.layers.flatMap(({ descriptor, ...blob }, index) => {
    const { mediaType, digest, annotations } = descriptor;
    const isBuiltLikeThis = mediaType === MediaType.ociLayer && previous.config.rootfs.diff_ids[index] === digest;
    return annotations?.[KEY_ANNOTATION] === key && isBuiltLikeThis ? [{ ...blob, descriptor, diffId: digest }] : [];
  });
  if (found.length !== layout.packs.length) return undefined;
  return found.map((layer, index) => ({
    ...layer,
    kind: 'model',
    files: layout.packs[index]!.map((file) => ({ path: `${layout.prefix.slice(1)}${file.path}`, size: file.size })),
  }));
}

async function refuseModelSecrets(files: readonly ModelFile[], modelPath: string): Promise<void> {
  const judged = files.map(async ({ path: name, size, absolutePath }) => ({
    path: name,
    reason: await secretIn(name, size, absolutePath),
  }));
  refuseSecrets(await Promise.all(judged), `'${modelPath}'`);
}
