import { UserError } from '@mlops-actions/action-kit';
import { createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';
import { Refusal, recordOf } from './envelope.ts';

/** More certificates than that are no chain that anybody issues. */
const MAX_CERTIFICATES = 16;

/** Object identifiers of the extensions that are understood here (RFC 5280, 4.2.1); others must not be critical. */
const UNDERSTOOD = new Set(['2.5.29.14', '2.5.29.15', '2.5.29.17', '2.5.29.19', '2.5.29.32', '2.5.29.35', '2.5.29.37']);

/** The purpose of signing code, as an extended key usage. */
const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';

const PEM = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/**
 * Reads the certificates of a PEM file.
 * @throws UserError if there is none, or one cannot be read
 */
export function readCertificates(pem: string): X509Certificate[] {
  const fix = 'Give a PEM file with one or more certificates.';
  const blocks = pem.match(PEM) ?? [];
  if (blocks.length === 0) throw new UserError('There is no certificate in the file.', { fix });
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch (error) {
    throw new UserError('A certificate cannot be read.', { fix, cause: error });
  }
}

/** The signer's certificate and those after it, as a bundle holds them. */
export function signingChain(pem: string, privateKey: KeyObject): object[] {
  const certificates = readCertificates(pem);
  if (!certificates[0]!.publicKey.equals(createPublicKey(privateKey))) {
    throw new UserError('The signing certificate is not for the private key.', {
      fix: 'Give the certificate of that key first, then those between it and the root.',
    });
  }
  return certificates.map(({ raw }) => ({ rawBytes: raw.toString('base64') }));
}

/**
 * Verifies the certificate that a bundle brings along, as RFC 5280 does it as far as signing needs: a chain to a trusted certificate, each
 * valid now, each but the first an authority, and the first one for signing. What it says beyond that is not interpreted, and a critical
 * extension that is not understood refuses it. Revocation is not asked for.
 *
 * @param chain the bundle's `x509CertificateChain`
 * @param trusted certificates of authorities
 * @returns the certificate that signed
 * @throws Refusal
 */
export async function verifyChain(
  chain: unknown,
  trusted: readonly X509Certificate[],
  now: Date = new Date(),
): Promise<X509Certificate> {
  const { certificates } = recordOf(chain, 'it has no certificates');
  if (!Array.isArray(certificates) || certificates.length === 0) throw new Refusal('it has no certificates');
  if (certificates.length > MAX_CERTIFICATES) throw new Refusal('it has too many certificates');
  const [leaf, ...between] = certificates.map(readRaw);
  const path = findPath(leaf!, between, trusted, now);
  if (path === undefined)
    throw new Refusal('its certificate does not come from a trusted authority, or is not valid now');
  await checkExtensions(path);
  return leaf!;
}

function readRaw(certificate: unknown): X509Certificate {
  const { rawBytes } = recordOf(certificate, 'its certificates cannot be read');
  try {
    return new X509Certificate(Buffer.from(String(rawBytes), 'base64'));
  } catch {
    throw new Refusal('its certificates cannot be read');
  }
}

/** The shortest way from a certificate to a trusted one, which is its last member; undefined if there is none. */
function findPath(
  leaf: X509Certificate,
  between: readonly X509Certificate[],
  trusted: readonly X509Certificate[],
  now: Date,
): X509Certificate[] | undefined {
  const isValid = ({ validFromDate, validToDate }: X509Certificate): boolean =>
    validFromDate <= now && now <= validToDate;
  const issued = (by: X509Certificate, certificate: X509Certificate): boolean =>
    by.ca && isValid(by) && certificate.checkIssued(by) && certificate.verify(by.publicKey);
  if (!isValid(leaf)) return undefined;
  // Each authority is tried once, by the shortest way to it: a bundle may bring along many that certify each other.
  const left = new Set(between);
  for (let paths = [[leaf]]; paths.length > 0;) {
    const longer: X509Certificate[][] = [];
    for (const path of paths) {
      const last = path.at(-1)!;
      const root = trusted.find((authority) => issued(authority, last));
      if (root !== undefined) return [...path, root];
      for (const authority of left) {
        if (!issued(authority, last)) continue;
        left.delete(authority);
        longer.push([...path, authority]);
      }
    }
    paths = longer;
  }
  return undefined;
}

/** What Node does not tell of certificates: length of paths, use of keys, critical extensions. */
async function checkExtensions(path: readonly X509Certificate[]): Promise<void> {
  const { X509Certificate: Parsed } = await import('@sigstore/core');
  path.forEach(({ raw }, index) => {
    const certificate = Parsed.parse(raw);
    for (const extension of certificate.extensions) {
      const [oid, critical] = extension.subs;
      const isCritical = extension.subs.length === 3 && critical!.toBoolean();
      if (isCritical && !UNDERSTOOD.has(oid!.toOID()))
        throw new Refusal(`a certificate of it has the critical extension ${oid!.toOID()}, which is not understood`);
    }
    if (index === 0) checkUsage(certificate.extKeyUsage?.digitalSignature, path[0]!.keyUsage);
    else {
      const limit = certificate.extBasicConstraints?.pathLenConstraint;
      if (limit !== undefined && limit < BigInt(index - 1))
        throw new Refusal('its certificates are more than their authority allows');
    }
  });
}

/**
 * Whether a certificate is for signing: what it says of the use of its key (RFC 5280, 4.2.1.3) and of its purposes (4.2.1.12), of which it
 * must say one. A certificate of a web server is not.
 */
function checkUsage(digitalSignature: boolean | undefined, purposes: readonly string[] | undefined): void {
  const isForSigning =
    digitalSignature !== false &&
    (purposes === undefined ? digitalSignature === true : purposes.includes(CODE_SIGNING));
  if (!isForSigning)
    throw new Refusal(
      'its certificate is not for signing (key usage digitalSignature, extended key usage codeSigning)',
    );
}
