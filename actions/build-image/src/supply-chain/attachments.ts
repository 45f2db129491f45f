import { count, log, writeJson, type RunContext } from '@mlops-actions/action-kit';
import {
  attachArtifact,
  blobOf,
  formatPlatform,
  formatRepository,
  imagesOf,
  type Described,
  type Image,
  type ImageOrIndex,
  type Listing,
  type Platform,
  type RegistryClient,
  type Repository,
} from '@mlops-actions/oci';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { AttachmentKind } from '../inputs.ts';
import type { BuildRecord } from '../report.ts';
import { CYCLONEDX_TYPE, cyclonedx, type DescribedImage } from './cyclonedx.ts';
import { IN_TOTO_TYPE, provenance } from './provenance.ts';
import { SPDX_TYPE, spdx } from './spdx.ts';

/** A document about the image, written beside the other evidence. */
export interface Attachment {
  kind: AttachmentKind;
  file: string;
  mediaType: string;
  /** What it is attached to: an SBOM to the image that it describes, provenance to what the tags name. */
  subject: Described;
}

/** A document that a registry holds. */
export interface Attached {
  kind: AttachmentKind;
  /** `registry/repository@sha256:...` of the document's manifest. */
  reference: string;
  /** How the registry lists it. */
  listing: Listing;
}

const SUFFIXES: Record<AttachmentKind, string> = {
  sbom: '.cdx.json',
  spdx: '.spdx.json',
  provenance: '.provenance.intoto.json',
};

/** The file of a document, which names the platform where there are several. */
const fileOf = (kind: AttachmentKind, platform?: Platform): string =>
  `build-image${platform === undefined ? '' : `.${formatPlatform(platform).replaceAll('/', '-')}`}${SUFFIXES[kind]}`;

/** Removes what an earlier attempt left. */
export async function clearAttachments(evidenceDir: string): Promise<void> {
  const isAttachment = (name: string): boolean =>
    name.startsWith('build-image.') && Object.values(SUFFIXES).some((suffix) => name.endsWith(suffix));
  const there = await readdir(evidenceDir).catch(() => []); // The first attempt has no folder yet.
  await Promise.all(there.filter(isAttachment).map((name) => rm(path.join(evidenceDir, name), { force: true })));
}

/** Makes the documents that are asked for. For an SBOM all layers are read, those of the base as well. */
export async function writeAttachments(
  kinds: readonly AttachmentKind[],
  record: BuildRecord & { target: ImageOrIndex },
  context: RunContext,
  evidenceDir: string,
): Promise<Attachment[]> {
  const { plan, target, images } = record;
  const name = imageName(plan);
  const attachments: Attachment[] = [];
  const write = async (
    kind: AttachmentKind,
    mediaType: string,
    subject: Described,
    document: object,
    platform?: Platform,
  ): Promise<void> => {
    const file = path.join(evidenceDir, fileOf(kind, platform));
    await writeJson(file, document);
    attachments.push({ kind, file, mediaType, subject });
    log.info(`Wrote ${file}`);
  };
  if (kinds.includes('sbom') || kinds.includes('spdx')) {
    for (const { base, image } of images) {
      const described = await describe(record, image, name, plan.tags[0]?.tag);
      const platform = images.length === 1 ? undefined : base.platform;
      if (kinds.includes('sbom')) await write('sbom', CYCLONEDX_TYPE, image, cyclonedx(described), platform);
      if (kinds.includes('spdx')) {
        const created = image.config.created ?? new Date(0).toISOString();
        await write('spdx', SPDX_TYPE, image, spdx(described, created), platform);
      }
    }
  }
  if (kinds.includes('provenance')) {
    const digests = [...new Set([target, ...imagesOf(target)].map(({ digest }) => digest))];
    await write('provenance', IN_TOTO_TYPE, target, provenance(record, name, digests, context));
  }
  return attachments;
}

/** What statements call the image: its first repository, else the model's name. */
export function imageName({ tags: [first], model }: BuildRecord['plan']): string {
  return first === undefined ? (model.identity?.name ?? 'image') : formatRepository(first);
}

/** What an SBOM tells of, in either format. */
async function describe(
  { plan, model }: BuildRecord,
  image: Image,
  name: string,
  version: string | undefined,
): Promise<DescribedImage> {
  const { identity } = plan.model;
  // Loaded here: only an SBOM pays for the readers of lock files.
  const { findPackages } = await import('./scan.ts');
  const packages = await log.group('Read the layers for the SBOM', () => findPackages(image.layers, plan.lockFiles));
  log.info(`${count(packages.length, 'package')} found in the layers`);
  return {
    name,
    digest: image.digest,
    model: {
      name: identity?.name ?? path.basename(plan.model.path),
      version,
      digest: model.digest,
      license: identity?.license,
    },
    packages,
  };
}

/** Attaches the documents in each repository that the image was pushed to. */
export async function attachAll(
  attachments: readonly Attachment[],
  repositories: readonly Repository[],
  client: RegistryClient,
): Promise<Attached[]> {
  const attached: Attached[] = [];
  for (const repository of repositories) {
    for (const { kind, file, mediaType, subject } of attachments) {
      const content = { artifactType: mediaType, layers: [blobOf(mediaType, await readFile(file))] };
      const { digest, listing } = await attachArtifact(client, repository, subject, content);
      attached.push({ kind, reference: `${formatRepository(repository)}@${digest}`, listing });
      log.info(`Attached the ${kind} to the image in ${formatRepository(repository)}`);
    }
  }
  return attached;
}
