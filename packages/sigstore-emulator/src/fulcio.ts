import { fulcioHandler, initializeCA, initializeCTLog } from '@sigstore/mock';
import { createHash, generateKeyPairSync, verify } from 'node:crypto';
import type { TokenIssuer } from './tokens.ts';

/** The audience that Sigstore's tokens are for. */
export const AUDIENCE = 'sigstore';

interface CertificateRequest {
  credentials?: { oidcIdentityToken?: string };
  publicKeyRequest?: { publicKey?: { content?: string }; proofOfPossession?: string };
  /** PEM in base64. */
  certificateSigningRequest?: string;
}

/** A certificate authority with Fulcio's API, and the certificate transparency log that it writes to. */
export interface CertificateAuthority {
  /** Root certificate, DER. */
  root: Buffer;
  /** Public key of the log of certificates (DER, SPKI), and its SHA-256. */
  ctLog: { publicKey: Buffer; id: Buffer };
  /**
   * Answers `POST /api/v2/signingCert`.
   * @param bearer the identity token, where the request's body has none
   * @throws Error if no certificate is given
   */
  issue(body: string, bearer: string | undefined): Promise<string>;
}

/** Makes an authority that gives certificates of ten minutes to whom the issuer's tokens name. */
export async function createAuthority(issuer: TokenIssuer): Promise<CertificateAuthority> {
  const pair = (): ReturnType<typeof generateKeyPairSync> => generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const ctLog = await initializeCTLog(pair());
  const authority = await initializeCA(pair(), ctLog);
  const handler = fulcioHandler(authority, { subjectClaim: 'san' });
  return {
    root: bytesOf(authority.rootCertificate),
    ctLog: { publicKey: ctLog.publicKey, id: createHash('sha256').update(ctLog.publicKey).digest() },
    async issue(body, bearer) {
      const request = JSON.parse(body) as CertificateRequest;
      const claims = issuer.read(request.credentials?.oidcIdentityToken ?? bearer ?? '', AUDIENCE);
      checkPossession(request, String(claims['sub']));
      const { statusCode, response } = await handler.fn(JSON.stringify(named(request, claims)));
      if (typeof response !== 'string') throw new TypeError('certificates are text');
      if (statusCode !== 201) throw new Error(response);
      return response;
    },
  };
}

/** The holder of the key signs the subject; a certificate signing request has its own signature. */
function checkPossession({ publicKeyRequest }: CertificateRequest, subject: string): void {
  if (publicKeyRequest === undefined) return;
  const proof = Buffer.from(publicKeyRequest.proofOfPossession ?? '', 'base64');
  if (!verify('sha256', Buffer.from(subject), publicKeyRequest.publicKey?.content ?? '', proof))
    throw new Error('the signature supplied does not match the public key');
}

/** The request with the certificate's name as a claim: of a GitHub job it is the workflow file that defines it. */
function named(request: CertificateRequest, claims: Record<string, unknown>): CertificateRequest {
  const workflow = claims['job_workflow_ref'];
  const san = typeof workflow === 'string' ? `https://github.com/${workflow}` : String(claims['sub']);
  const payload = Buffer.from(JSON.stringify({ ...claims, san })).toString('base64url');
  const { certificateSigningRequest } = request;
  return {
    ...request,
    credentials: { oidcIdentityToken: `e30.${payload}.` },
    ...(certificateSigningRequest !== undefined && {
      certificateSigningRequest: Buffer.from(certificateSigningRequest, 'base64').toString(),
    }),
  };
}

export const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);
