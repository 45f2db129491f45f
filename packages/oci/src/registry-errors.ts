import { messageOf, UserError } from '@mlops-actions/action-kit';
import { collect } from './digest.ts';
import type { HttpAnswer } from './http.ts';

/** A registry's refusal. */
export class RegistryError extends UserError {
  readonly status: number;
  constructor(message: string, status: number, options: { fix?: string } = {}) {
    super(message, options);
    this.status = status;
  }
}

/** A failure that may pass: another attempt is worth it. */
export class TransientError extends Error {
  /** Milliseconds that the registry asked to wait. */
  readonly retryAfter: number | undefined;
  /** What the failure is if no attempt succeeds. */
  readonly final: Error;
  constructor(final: Error, retryAfter?: number) {
    super(final.message);
    this.final = final;
    this.retryAfter = retryAfter;
  }
}

/** Failures of a connection that another attempt does not mend: wrong names and certificates. */
const LASTING = new Set([
  'ENOTFOUND',
  'EPROTO',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
]);

/** What a connection that failed or broke means. */
export function networkError(url: URL, cause: unknown): Error {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  const error = new UserError(`${url.host} cannot be reached: ${messageOf(cause) || code}.`, {
    fix:
      code === 'EPROTO'
        ? "If the registry speaks plain HTTP, name it in 'insecure'."
        : "Check the registry's name and the network.",
    cause,
  });
  return LASTING.has(code) ? error : new TransientError(error);
}

const RETRYABLE_STATUS = new Set([408, 429, 500, 502, 503, 504]);
const ERROR_BODY_LIMIT = 64 * 1024;

/** What an answer that was not hoped for means, with what to do about it. Ends the answer. */
export async function refusal(
  registry: string,
  request: { method: string; url: URL; scopes: readonly string[] },
  answer: HttpAnswer,
): Promise<Error> {
  const { status } = answer;
  const detail = await errorDetail(answer);
  answer.discard();
  const message = `${registry} answered ${status} to ${request.method} ${request.url.pathname}${detail === '' ? '' : `: ${detail}`}.`;
  const fix = fixFor(status, registry, request.scopes.join(', '));
  const error = new RegistryError(message, status, fix === undefined ? {} : { fix });
  return RETRYABLE_STATUS.has(status) ? new TransientError(error, retryAfter(answer)) : error;
}

function fixFor(status: number, registry: string, access: string): string | undefined {
  const isGoogle = registry.endsWith('.pkg.dev');
  const needed = access.includes('push')
    ? 'artifactregistry.repositories.uploadArtifacts (roles/artifactregistry.writer)'
    : 'artifactregistry.repositories.downloadArtifacts (roles/artifactregistry.reader)';
  switch (status) {
    case 401:
      return isGoogle
        ? `Sign in with google-github-actions/auth before this step, as an identity with the permission ${needed}; the access wanted is ${access}.`
        : `Log in to ${registry}; the access wanted is ${access}.`;
    case 403:
      return isGoogle
        ? `Grant the permission ${needed} on the repository; the access wanted is ${access}.`
        : `Grant the access ${access}.`;
    case 404:
      return 'Check the name; the repository or the tag does not exist, or is hidden from these credentials.';
    default:
      return undefined;
  }
}

/** Codes and messages of a registry's JSON error body; empty if the body is none, since the status says enough then. */
async function errorDetail(answer: HttpAnswer): Promise<string> {
  try {
    const body = await collect(answer.body, ERROR_BODY_LIMIT, () => new Error('too long'));
    const { errors } = JSON.parse(body.toString('utf8')) as { errors: { code?: unknown; message?: unknown }[] };
    const details = errors.map(({ code, message }) => [code, message].filter(Boolean).join(' '));
    return details.join('; ').slice(0, 500);
  } catch {
    return '';
  }
}

/** Milliseconds that a Retry-After header asks for: seconds or a date (RFC 9110, 10.2.3). */
function retryAfter(answer: HttpAnswer): number | undefined {
  const header = answer.headers['retry-after'];
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
