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
import { CYCLONEDX_TYPE, cyclonedx } from './cyclonedx.ts';
import { IN_TOTO_TYPE, provenance } from './provenance.ts';
import { findPackages } from './scan.ts';

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
  provenance: 'build-image.provenance.intoto.json',
};

/** Removes what an earlier attempt left. */
export async function clearAttachments(evidenceDir: string): Promise<void> {
  await Promise.all(Object.values(FILES).map((file) => rm(path.join(evidenceDir, file), { force: true })));
}

/** Makes the documents that are asked for. For the SBOM all layers are read, those of the base as well. */
export async function writeAttachments(
  kinds: readonly AttachmentKind[],
  record: BuildRecord & { image: Image },
  context: RunContext,
  evidenceDir: string,
): Promise<Attachment[]> {
  const { plan, image, model } = record;
  const { identity } = plan.model;
  const [first] = plan.tags;
  const name = first === undefined ? (identity?.name ?? 'image') : formatRepository(first);
  const attachments: Attachment[] = [];
  for (const kind of kinds) {
    const file = path.join(evidenceDir, FILES[kind]);
    if (kind === 'provenance') {
      await writeJson(file, provenance(record, name, image.digest, context));
      attachments.push({ kind, file, mediaType: IN_TOTO_TYPE });
      continue;
    }
    const packages = await log.group('Read the layers for the SBOM', () => findPackages(image.layers));
    const described = {
      name: identity?.name ?? path.basename(plan.model.path),
      version: first?.tag,
      digest: model.digest,
      license: identity?.license,
    };
    await writeJson(file, cyclonedx({ name, digest: image.digest, model: described, packages }));
    log.info(`${count(packages.length, 'package')} in the SBOM ${file}`);
    attachments.push({ kind, file, mediaType: CYCLONEDX_TYPE });
  }
  return attachments;
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
