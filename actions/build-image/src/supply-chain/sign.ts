import { log, type Statement } from '@mlops-actions/action-kit';
import { signStatement, type Signer } from '@mlops-actions/sigstore';
import { attachBundle, imageSignature } from '@mlops-actions/sigstore/image';
import {
  formatRepository,
  imagesOf,
  type Described,
  type ImageOrIndex,
  type Listing,
  type RegistryClient,
  type Repository,
} from '@mlops-actions/oci';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { AttachmentKind } from '../inputs.ts';
import type { Attachment } from './attachments.ts';

/** What is signed of an image: it itself, or what a document says of it. */
export type SignedKind = 'signature' | AttachmentKind;

/** A signed statement about the image. */
export interface Signed {
  kind: SignedKind;
  predicateType: string;
  /** What it is about: an SBOM about the image that it describes, the rest about what the tags name. */
  subject: Described;
  /** Text of the Sigstore bundle. */
  bundle: string;
}

/** A signed statement that a registry holds. */
export interface AttachedSignature {
  kind: SignedKind;
  /** `registry/repository@sha256:...` of the bundle's manifest. */
  reference: string;
  /** How the registry lists it. */
  listing: Listing;
}

/** Predicates of statements that hold an SBOM, by which cosign and GitHub know them. */
const SBOM_PREDICATES = { sbom: 'https://cyclonedx.org/bom', spdx: 'https://spdx.dev/Document' } as const;

const bundlesFile = (evidenceDir: string): string => path.join(evidenceDir, 'build-image.sigstore.jsonl');

/** Removes what an earlier attempt left. */
export const clearSignatures = (evidenceDir: string): Promise<void> => rm(bundlesFile(evidenceDir), { force: true });

/**
 * Signs the image and each document about it, and keeps the bundles beside the evidence, one a line.
 *
 * @returns the statements and the path of the bundles
 */
export async function signAll(
  name: string,
  target: ImageOrIndex,
  attachments: readonly Attachment[],
  signer: Signer,
  evidenceDir: string,
): Promise<{ signed: Signed[]; file: string }> {
  const signed: Signed[] = [];
  const sign = async (kind: SignedKind, subject: Described, statement: Statement): Promise<void> => {
    const { predicateType } = statement;
    signed.push({ kind, predicateType, subject, bundle: await signStatement(statement, signer) });
    log.info(`Signed ${kind === 'signature' ? 'the image' : `the ${kind}`}`);
  };
  // Of an index each image too: one of them is what serves, and what is promoted.
  for (const subject of new Set<Described>([target, ...imagesOf(target)]))
    await sign('signature', subject, imageSignature(name, subject.digest));
  for (const { kind, file, subject } of attachments) {
    const document: unknown = JSON.parse(await readFile(file, 'utf8'));
    const statement =
      kind === 'provenance'
        ? (document as Statement)
        : { ...imageSignature(name, subject.digest), predicateType: SBOM_PREDICATES[kind], predicate: document };
    await sign(kind, subject, statement);
  }
  const file = bundlesFile(evidenceDir);
  await mkdir(evidenceDir, { recursive: true });
  await writeFile(file, signed.map(({ bundle }) => `${bundle}\n`).join(''));
  return { signed, file };
}

/** Attaches the bundles to the image in each repository that it was pushed to. */
export async function attachSignatures(
  signed: readonly Signed[],
  repositories: readonly Repository[],
  client: RegistryClient,
): Promise<AttachedSignature[]> {
  const attached: AttachedSignature[] = [];
  for (const repository of repositories) {
    for (const { kind, predicateType, subject, bundle } of signed) {
      const { digest, listing } = await attachBundle(client, repository, subject, bundle, predicateType);
      attached.push({ kind, reference: `${formatRepository(repository)}@${digest}`, listing });
    }
    log.info(`Attached the signatures to the image in ${formatRepository(repository)}`);
  }
  return attached;
}
