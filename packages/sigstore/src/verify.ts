import { readCertificates, verifyChain } from './certificates.ts';
import { readEnvelope, recordOf, Refusal } from './envelope.ts';
import type { Identity } from './identity.ts';
import { verifyKeyless } from './keyless.ts';
import { isSignedBy, readPublicKey } from './keys.ts';
import { trustedRoots } from './trusted-root.ts';

/** Whose signatures are believed. */
export type Trust =
  /** PEM of the signer's public key, of the curve P-256, P-384 or P-521. */
  | { method: 'key'; publicKey: string }
  /** PEM of certificates of authorities that give certificates for signing, of the roots at least. */
  | { method: 'certificate'; certificates: string }
  /** A workload, by what Fulcio says of it; `trustedRoot` as `trustedRoots` reads it, else Sigstore's public good instance. */
  | { method: 'keyless'; identity: Identity; trustedRoot?: string | undefined };

/** Whether a signature holds: what it says and who signed, or why not, as a clause about it. */
export type Verification = { holds: true; statement: unknown; by: string } | { holds: false; reason: string };

const MADE_WITH: Readonly<Record<string, string>> = {
  publicKey: 'a key',
  x509CertificateChain: 'a certificate',
  certificate: 'an identity',
};

/**
 * Verifies a Sigstore bundle with a DSSE envelope around an in-toto statement. What the statement says of its subject is for the caller to
 * compare.
 *
 * @param text text of the bundle
 * @throws UserError if what is trusted cannot be read or fetched
 */
export async function verifyBundle(text: string, trust: Trust): Promise<Verification> {
  return (await bundleVerifier(trust))(text);
}

/** The same for several bundles: what is trusted is read or fetched once. */
export async function bundleVerifier(trust: Trust): Promise<(text: string) => Promise<Verification>> {
  const open = await openerOf(trust);
  return async (text) => {
    try {
      const bundle = recordOf(parse(text, 'it is no JSON'), 'it is no Sigstore bundle');
      const material = recordOf(bundle['verificationMaterial'], 'it is no Sigstore bundle');
      const { payload, by } = await open(bundle, material);
      return { holds: true, statement: parse(payload.toString('utf8'), 'its payload is no JSON'), by };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { holds: false, reason: error.message };
    }
  };
}

/** Gives the payload of a bundle whose signature holds. */
type Opener = (
  bundle: Record<string, unknown>,
  material: Record<string, unknown>,
) => Promise<{ payload: Buffer; by: string }>;

/** How to open a bundle by what is trusted. That is read first: a mistake in it is not the bundle's fault. */
async function openerOf(trust: Trust): Promise<Opener> {
  switch (trust.method) {
    case 'key': {
      const key = readPublicKey(trust.publicKey);
      return async ({ dsseEnvelope }, material) => {
        madeWith(material, ['publicKey']);
        const envelope = readEnvelope(dsseEnvelope);
        if (!isSignedBy(envelope, key)) throw new Refusal('it was not made with this key, or was changed since');
        return { payload: envelope.payload, by: 'the key' };
      };
    }
    case 'certificate': {
      const trusted = readCertificates(trust.certificates);
      return async ({ dsseEnvelope }, material) => {
        madeWith(material, ['x509CertificateChain']);
        const certificate = await verifyChain(material['x509CertificateChain'], trusted);
        const envelope = readEnvelope(dsseEnvelope);
        if (!isSignedBy(envelope, certificate.publicKey))
          throw new Refusal('it was not made with the key of its certificate, or was changed since');
        return { payload: envelope.payload, by: certificate.subject.replaceAll('\n', ', ') };
      };
    }
    case 'keyless': {
      const roots = await trustedRoots(trust.trustedRoot);
      return async (bundle, material) => {
        // Bundles before version 0.3 bring a chain along, of which only the first certificate counts.
        madeWith(material, ['certificate', 'x509CertificateChain']);
        return verifyKeyless(bundle, trust.identity, roots);
      };
    }
  }
}

function madeWith(material: Record<string, unknown>, accepted: readonly string[]): void {
  if (accepted.some((name) => name in material)) return;
  const other = Object.keys(MADE_WITH).find((name) => name in material);
  if (other === undefined) throw new Refusal('it is no Sigstore bundle');
  throw new Refusal(`it was made with ${MADE_WITH[other]!}, not with ${MADE_WITH[accepted[0]!]!}`);
}

function parse(text: string, otherwise: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(otherwise);
  }
}
