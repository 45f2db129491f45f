import { messageOf, UserError } from '@mlops-actions/action-kit';
import type { BundleBuilder, InternalError } from '@sigstore/sign';
import { signingChain } from './certificates.ts';
import { bundleText, PAYLOAD_TYPE, type Payload } from './envelope.ts';
import { identityToken } from './identity.ts';
import { hintOf, readPrivateKey, signPayload } from './keys.ts';
import type { SigningServices } from './services.ts';

/** Who signs, and with what. */
export type Signer =
  /** PEM of a private key of the curve P-256, P-384 or P-521, not encrypted. */
  | { method: 'key'; privateKey: string }
  /** The same, with the PEM of the certificate for it and, after it, of those between it and the root. */
  | { method: 'certificate'; privateKey: string; certificates: string }
  /** The running job, by its identity. */
  | { method: 'keyless'; services: SigningServices };

/** How long a service of Sigstore may take to answer, and how often it is asked again. */
const FETCH_OPTIONS = { timeout: 30_000, retry: { retries: 4, minTimeout: 500 } };

/**
 * Signs an in-toto statement.
 *
 * @returns text of a Sigstore bundle of version 0.3 with a DSSE envelope around the statement
 * @throws UserError if the key or certificate is none that can be used, the job has no identity, or a service refuses
 */
export async function signStatement(statement: object, signer: Signer): Promise<string> {
  const payload = Buffer.from(JSON.stringify(statement));
  switch (signer.method) {
    case 'key': {
      const key = readPrivateKey(signer.privateKey);
      return bundleText({ publicKey: { hint: hintOf(key) } }, signPayload(payload, key));
    }
    case 'certificate': {
      const key = readPrivateKey(signer.privateKey);
      const certificates = signingChain(signer.certificates, key);
      return bundleText({ x509CertificateChain: { certificates } }, signPayload(payload, key));
    }
    case 'keyless':
      return signKeylessly(payload, signer.services);
  }
}

async function signKeylessly(payload: Payload, { name, config }: SigningServices): Promise<string> {
  // Asked for here, so that its absence is told as such and not as a fault of the client.
  const token = await identityToken();
  // Loaded only here: who signs with a key, or not at all, does not pay for it.
  const [{ bundleBuilderFromSigningConfig, InternalError: ClientError }, { bundleToJSON }] = await Promise.all([
    import('@sigstore/sign'),
    import('@sigstore/bundle'),
  ]);
  let builder: BundleBuilder;
  try {
    builder = bundleBuilderFromSigningConfig({
      signingConfig: config,
      identityProvider: { getToken: async () => token },
      bundleType: 'dsseEnvelope',
      fetchOptions: FETCH_OPTIONS,
    });
  } catch (error) {
    throw new UserError(`${name} cannot be signed with: ${messageOf(error)}.`, {
      fix: 'Give a signing config with a certificate authority of API version 1 and services to choose any of (selector ANY).',
    });
  }
  try {
    return JSON.stringify(bundleToJSON(await builder.create({ data: payload, type: PAYLOAD_TYPE })));
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    throw new UserError(`${name} did not sign: ${reasonOf(error)}.`, {
      fix: `Look whether ${addresses(config).join(', ')} can be reached from the runner and ${addresses(config).length === 1 ? 'takes' : 'take'} tokens of this repository; 'signing-config' names other services.`,
    });
  }
}

function reasonOf({ code, message, cause }: InternalError): string {
  // These messages quote the token.
  if (code.startsWith('IDENTITY_TOKEN')) return 'the identity token cannot be read';
  return cause instanceof Error && cause.name === 'FetchError' ? `${message} (${cause.message})` : message;
}

function addresses({ caUrls, rekorTlogUrls, tsaUrls }: SigningServices['config']): string[] {
  return [...new Set([...caUrls, ...rekorTlogUrls, ...tsaUrls].map(({ url }) => new URL(url).origin))];
}
