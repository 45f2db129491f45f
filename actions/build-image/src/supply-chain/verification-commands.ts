import { claimedIdentity, type Signer } from '@mlops-actions/sigstore';
import type { Signed, SignedKind } from './sign.ts';

/** Names of what documents say, as cosign takes them. */
const COSIGN_TYPES: Readonly<Record<Exclude<SignedKind, 'signature'>, string>> = {
  provenance: 'slsaprovenance1',
  sbom: 'cyclonedx',
  spdx: 'spdxjson',
};

/**
 * Commands that verify what was signed, for people to copy.
 *
 * @param image `registry/repository@sha256:...`
 * @param repository `owner/name` of the run
 */
export async function verificationCommands(
  image: string,
  signed: readonly Signed[],
  signer: Signer,
  repository: string,
): Promise<string[]> {
  if (signer.method !== 'keyless') {
    // A key's signature is in no log: the key is what is believed.
    return cosignCommands(image, signed, ['--key', 'key.pub', '--insecure-ignore-tlog=true']);
  }
  const { instance } = signer.services;
  const { name, issuer } = await claimedIdentity(signed[0]!.bundle);
  const root = instance === 'private' ? ['--trusted-root', 'trusted_root.json'] : [];
  const flags = ['--certificate-identity', name, '--certificate-oidc-issuer', issuer, ...root];
  return [
    // Cosign does not know the keys of GitHub's own instance, and gh knows none of a private one.
    ...(instance === 'github' ? [] : cosignCommands(image, signed, flags)),
    ...(instance === 'private' ? [] : ghCommands(image, signed, ['--repo', repository, '--cert-identity', name])),
  ];
}

function cosignCommands(image: string, signed: readonly Signed[], flags: readonly string[]): string[] {
  return signed.map(({ kind }) =>
    kind === 'signature'
      ? command('cosign', 'verify', ...flags, image)
      : command('cosign', 'verify-attestation', '--type', COSIGN_TYPES[kind], ...flags, image),
  );
}

function ghCommands(image: string, signed: readonly Signed[], flags: readonly string[]): string[] {
  const verify = ['gh', 'attestation', 'verify', `oci://${image}`, '--bundle-from-oci', ...flags];
  return signed.map(({ predicateType }) => command(...verify, '--predicate-type', predicateType));
}

/** A command as it is typed into a POSIX shell. */
const command = (...words: string[]): string =>
  words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`)).join(' ');
