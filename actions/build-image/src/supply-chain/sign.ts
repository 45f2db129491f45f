import { log, type Statement } from '@mlops-actions/action-kit';
import { claimedIdentity, signStatement, type Signer } from '@mlops-actions/sigstore';
import { attachBundle, imageSignature, SLSA_PROVENANCE } from '@mlops-actions/sigstore/image';
import {
  formatRepository,
  imagesOf,
  type Described,
  type ImageOrIndex,
  type Listing,
  type RegistryClient,
  type Repository,
} from '@mlops-actions/oci';
import { readFile, rm, writeFile } from 'node:fs/promises';
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

/** Names of the predicates as cosign takes them (`--type`). */
const COSIGN_TYPES: Readonly<Record<string, string>> = {
  [SLSA_PROVENANCE]: 'slsaprovenance1',
  [SBOM_PREDICATES.sbom]: 'cyclonedx',
  [SBOM_PREDICATES.spdx]: 'spdxjson',
};

/**
 * Commands that verify what was signed, for people to copy.
 *
 * @param name `registry/repository` of the image
 * @param repository `owner/name` of the run
 */
export async function verificationCommands(
  name: string,
  signed: readonly Signed[],
  signer: Signer,
  repository: string,
): Promise<string[]> {
  if (signer.method !== 'keyless') {
    // A key's signature is in no log: the key is what is believed.
    return cosignCommands(name, signed, ['--key', 'key.pub', '--insecure-ignore-tlog=true']);
  }
  const { instance } = signer.services;
  const { name: identity, issuer } = await claimedIdentity(signed[0]!.bundle);
  const root = instance === 'private' ? ['--trusted-root', 'trusted_root.json'] : [];
  const flags = ['--certificate-identity', identity, '--certificate-oidc-issuer', issuer, ...root];
  return [
    // Cosign does not know the keys of GitHub's own instance, and gh knows none of a private one.
    ...(instance === 'github' ? [] : cosignCommands(name, signed, flags)),
    ...(instance === 'private' ? [] : ghCommands(name, signed, ['--repo', repository, '--cert-identity', identity])),
  ];
}

function cosignCommands(name: string, signed: readonly Signed[], flags: readonly string[]): string[] {
  return signed.map(({ kind, predicateType, subject }) =>
    kind === 'signature'
      ? command('cosign', 'verify', ...flags, `${name}@${subject.digest}`)
      : command(
          ...['cosign', 'verify-attestation', '--type', COSIGN_TYPES[predicateType]!],
          ...flags,
          `${name}@${subject.digest}`,
        ),
  );
}

function ghCommands(name: string, signed: readonly Signed[], flags: readonly string[]): string[] {
  return signed.map(({ predicateType, subject }) =>
    command(
      ...['gh', 'attestation', 'verify', `oci://${name}@${subject.digest}`, '--bundle-from-oci', ...flags],
      ...['--predicate-type', predicateType],
    ),
  );
}

/** A command as it is typed into a POSIX shell. */
const command = (...words: string[]): string =>
  words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`)).join(' ');
