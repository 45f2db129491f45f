import { shellCommand } from '@mlops-actions/action-kit';
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
  return signed.map(({ kind, subject }) => {
    const image = `${name}@${subject.digest}`;
    return kind === 'signature'
      ? shellCommand('cosign', 'verify', ...flags, image)
      : shellCommand('cosign', 'verify-attestation', '--type', COSIGN_TYPES[kind], ...flags, image);
  });
}

function ghCommands(name: string, signed: readonly Signed[], flags: readonly string[]): string[] {
  return signed.map(({ predicateType, subject }) => {
    const image = `oci://${name}@${subject.digest}`;
    const verify = ['gh', 'attestation', 'verify', image, '--bundle-from-oci', ...flags];
    return shellCommand(...verify, '--predicate-type', predicateType);
  });
}
