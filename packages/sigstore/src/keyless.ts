import { messageOf } from '@mlops-actions/action-kit';
import type { TrustedRoot } from '@sigstore/protobuf-specs';
import type { Signer as VerifiedSigner } from '@sigstore/verify';
import { PAYLOAD_TYPE, Refusal, type Payload } from './envelope.ts';
import type { Identity } from './identity.ts';

/** Object identifiers of what Fulcio certifies (https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md). */
const SOURCE_REPOSITORY = '1.3.6.1.4.1.57264.1.12';
const ISSUER = '1.3.6.1.4.1.57264.1.8';

/** More entries or timestamps than that prove nothing more, and cost time. */
const MAX_WITNESSES = 32;

/**
 * Verifies a bundle that was made with an identity: its certificate by the roots, at the time that a log or a timestamp proves; its entry in
 * the log and in the log of certificates where the instance keeps them; its signature; and who signed.
 *
 * @throws Refusal
 */
export async function verifyKeyless(
  bundle: unknown,
  identity: Identity,
  roots: readonly TrustedRoot[],
): Promise<{ payload: Payload; by: string }> {
  const [{ bundleFromJSON }, { toSignedEntity, toTrustMaterial, Verifier }] = await Promise.all([
    import('@sigstore/bundle'),
    import('@sigstore/verify'),
  ]);
  let reason = 'no trusted root is given';
  for (const root of roots) {
    let signer: VerifiedSigner;
    let payload: Payload;
    try {
      const parsed = bundleFromJSON(bundle);
      if (parsed.content.$case !== 'dsseEnvelope' || parsed.content.dsseEnvelope.payloadType !== PAYLOAD_TYPE)
        throw new Error('its envelope holds no in-toto statement');
      ({ payload } = parsed.content.dsseEnvelope);
      const { tlogEntries, timestampVerificationData } = parsed.verificationMaterial;
      const timestamps = timestampVerificationData?.rfc3161Timestamps ?? [];
      if (tlogEntries.length > MAX_WITNESSES || timestamps.length > MAX_WITNESSES)
        throw new Error('it has too many log entries or timestamps');
      const verifier = new Verifier(toTrustMaterial(root), {
        // An instance without a log proves the time by a timestamp alone.
        tlogThreshold: Math.min(1, root.tlogs.length),
        ctlogThreshold: Math.min(1, root.ctlogs.length),
        timestampThreshold: 1,
      });
      signer = verifier.verify(toSignedEntity(parsed));
    } catch (error) {
      // Whatever the client stumbles over, the bundle was not verified by this root.
      reason = messageOf(error);
      continue;
    }
    return { payload, by: await checkIdentity(signer, identity) };
  }
  throw new Refusal(`it is not verified: ${reason}`);
}

/** @returns who signed */
async function checkIdentity(signer: VerifiedSigner, wanted: Identity): Promise<string> {
  const { subjectAlternativeName: name = '', extensions, oids = [] } = signer.identity ?? {};
  const issuer = extensions?.issuer ?? '';
  if (issuer !== wanted.issuer) throw new Refusal(`its signer's identity is of ${issuer}, not of ${wanted.issuer}`);
  if (!matches(name, wanted.name)) throw new Refusal(`it was signed by ${name}, not by ${wanted.name}`);
  if (wanted.repository !== undefined) {
    const value = oids.find(({ oid }) => oid?.id.join('.') === SOURCE_REPOSITORY)?.value;
    const { ASN1Obj } = await import('@sigstore/core');
    const source = value === undefined ? '' : ASN1Obj.parseBuffer(Buffer.from(value)).value.toString('utf8');
    const repository = /^https:\/\/[^/]+\/(.+)$/.exec(source)?.[1];
    // GitHub's names do not differ by case alone.
    if (repository?.toLowerCase() !== wanted.repository.toLowerCase())
      throw new Refusal(`it was signed by a run of ${repository ?? 'no repository'}, not of ${wanted.repository}`);
  }
  return name;
}

/** Whether a name is as wanted, where `*` stands for any text. */
export function matches(name: string, wanted: string): boolean {
  const parts = wanted.split('*');
  const [first] = parts;
  if (parts.length === 1) return name === first;
  const last = parts.at(-1)!;
  if (!name.startsWith(first!) || !name.endsWith(last) || name.length < first!.length + last.length) return false;
  let at = first!.length;
  const end = name.length - last.length;
  return parts.slice(1, -1).every((part) => {
    const found = name.indexOf(part, at);
    at = found + part.length;
    return found >= 0 && at <= end;
  });
}

/** Who a keyless bundle says has signed it, unverified; for the one who made it. */
export async function claimedIdentity(text: string): Promise<Pick<Identity, 'name' | 'issuer'>> {
  const { verificationMaterial } = JSON.parse(text) as { verificationMaterial: { certificate: { rawBytes: string } } };
  const { ASN1Obj, X509Certificate } = await import('@sigstore/core');
  const certificate = X509Certificate.parse(Buffer.from(verificationMaterial.certificate.rawBytes, 'base64'));
  const issuer = certificate.extension(ISSUER)?.value;
  return {
    name: certificate.subjectAltName ?? '',
    issuer: issuer === undefined ? '' : ASN1Obj.parseBuffer(Buffer.from(issuer)).value.toString('utf8'),
  };
}
