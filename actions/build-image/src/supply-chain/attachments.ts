import { count, log, writeJson, type RunContext } from '@mlops-actions/action-kit';
import {
  attachArtifact,
  blobOf,
  formatRepository,
  type Image,
  type Listing,
  type RegistryClient,
  type Repository,
} from '@mlops-actions/oci';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { AttachmentKind } from '../inputs.ts';
import type { BuildRecord } from '../report.ts';
import { CYCLONEDX_TYPE, cyclonedx, type DescribedImage } from './cyclonedx.ts';
import { IN_TOTO_TYPE, provenance } from './provenance.ts';
import { findPackages } from './scan.ts';
import { SPDX_TYPE, spdx } from './spdx.ts';

/** A document about the image, written beside the other evidence. */
export interface Attachment {
  kind: AttachmentKind;
  file: string;
  mediaType: string;
}

/** A document that a registry holds. */
export interface Attached {
  kind: AttachmentKind;
  /** `registry/repository@sha256:...` of the document's manifest. */
  reference: string;
  /** How the registry lists it. */
  listing: Listing;
}

const FILES: Record<AttachmentKind, string> = {
  sbom: 'build-image.cdx.json',
  spdx: 'build-image.spdx.json',
  provenance: 'build-image.provenance.intoto.json',
};

/** Removes what an earlier attempt left. */
export async function clearAttachments(evidenceDir: string): Promise<void> {
  await Promise.all(Object.values(FILES).map((file) => rm(path.join(evidenceDir, file), { force: true })));
}

/** Makes the documents that are asked for. For an SBOM all layers are read, those of the base as well. */
export async function writeAttachments(
  kinds: readonly AttachmentKind[],
  record: BuildRecord & { image: Image },
  context: RunContext,
  evidenceDir: string,
): Promise<Attachment[]> {
  const { plan, image } = record;
  const name = imageName(plan);
  const described = kinds.some((kind) => kind !== 'provenance')
    ? await describe(record, name, plan.tags[0]?.tag)
    : undefined;
  const attachments: Attachment[] = [];
  for (const kind of kinds) {
    const file = path.join(evidenceDir, FILES[kind]);
    switch (kind) {
      case 'provenance':
        await writeJson(file, provenance(record, name, image.digest, context));
        attachments.push({ kind, file, mediaType: IN_TOTO_TYPE });
        break;
      case 'sbom':
        await writeJson(file, cyclonedx(described!));
        attachments.push({ kind, file, mediaType: CYCLONEDX_TYPE });
        break;
      case 'spdx':
        await writeJson(file, spdx(described!, image.config.created ?? new Date(0).toISOString()));
        attachments.push({ kind, file, mediaType: SPDX_TYPE });
    }
    log.info(`Wrote ${file}`);
  }
  return attachments;
}

/** What statements call the image: its first repository, else the model's name. */
export function imageName({ tags: [first], model }: BuildRecord['plan']): string {
  return first === undefined ? (model.identity?.name ?? 'image') : formatRepository(first);
}

/** What an SBOM tells of, in either format. */
async function describe(
  { plan, image, model }: BuildRecord & { image: Image },
  name: string,
  version: string | undefined,
): Promise<DescribedImage> {
  const { identity } = plan.model;
  const packages = await log.group('Read the layers for the SBOM', () => findPackages(image.layers));
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

/** Attaches the documents to the image in each repository that it was pushed to. */
export async function attachAll(
  attachments: readonly Attachment[],
  image: Image,
  repositories: readonly Repository[],
  client: RegistryClient,
): Promise<Attached[]> {
  const attached: Attached[] = [];
  for (const repository of repositories) {
    for (const { kind, file, mediaType } of attachments) {
      const content = { artifactType: mediaType, layers: [blobOf(mediaType, await readFile(file))] };
      const { digest, listing } = await attachArtifact(client, repository, image, content);
      attached.push({ kind, reference: `${formatRepository(repository)}@${digest}`, listing });
      log.info(`Attached the ${kind} to the image in ${formatRepository(repository)}`);
    }
  }
  return attached;
}
