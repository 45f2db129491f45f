import { messageOf } from '@mlops-actions/action-kit';
import type { GitHubCall } from './client.ts';
import { explainRefusal, GitHubError, readRefusal } from './errors.ts';

/** What a call was answered. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

/** How calls are sent. */
export interface Sending {
  /** Address of the API, without a slash at its end. */
  server: string;
  token: string;
  /** How often a call is tried. */
  attempts: number;
  sleep: (milliseconds: number) => Promise<unknown>;
}

/** Milliseconds. */
const TIMEOUT = 30_000;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 60_000;
const ANSWER_LIMIT = 32 * 1024 * 1024;
/** Addresses that a call may be sent on to. */
const MOST_MOVES = 3;

/**
 * Sends a call. Reading is repeated when the network or the service fails; writing only when it is certain that nothing was done. A repository that was
 * renamed or transferred is followed to where it is now, on the same server only: a token must not go to wherever an answer leads.
 *
 * @throws GitHubError
 */
export async function send(call: GitHubCall, url: URL, { server, token, attempts, sleep }: Sending): Promise<Answer> {
  const { method = 'GET', json, what, needs } = call;
  let target = url;
  for (let tried = 1, moved = 0; ; tried++) {
    let answer: Answer;
    try {
      const response = await fetch(target, {
        method,
        headers: {
          accept: 'application/vnd.github+json',
          authorization: `Bearer ${token}`,
          'user-agent': 'mlops-actions/0.1.0',
          'x-github-api-version': '2022-11-28',
          ...(json !== undefined && { 'content-type': 'application/json' }),
        },
        ...(json !== undefined && { body: JSON.stringify(json) }),
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT),
      });
      const bytes = await readLimited(response, ANSWER_LIMIT);
      answer = { status: response.status, headers: response.headers, text: bytes.toString('utf8') };
    } catch (cause) {
      if (cause instanceof TooLarge)
        throw new GitHubError(`GitHub could not ${what}: its answer ${cause.message}.`, {});
      const unsent = neverSent(cause);
      if (tried >= attempts || !(method === 'GET' || unsent)) {
        throw new GitHubError(`GitHub could not ${what}: ${target.origin} did not answer (${reasonOf(cause)}).`, {
          maybeDone: !unsent,
          cause,
        });
      }
      await sleep(backoff(tried));
      continue;
    }
    if ([301, 307, 308].includes(answer.status)) {
      target = movedTo(answer, target, server, what);
      if (++moved > MOST_MOVES) throw new GitHubError(`GitHub could not ${what}: its answers lead in circles.`, {});
      tried--;
      continue;
    }
    if (answer.status < 400) return answer;
    const refusal = readRefusal(answer.status, answer.text);
    const asked = rateLimitWait(answer, refusal.message);
    if (asked !== undefined && asked > LONGEST_WAIT) {
      throw new GitHubError(`GitHub could not ${what}: its rate limit is used up.`, {
        status: answer.status,
        fix: `Run again in ${Math.ceil(asked / 60_000)} minutes.`,
      });
    }
    const mayPass = asked !== undefined || (method === 'GET' && answer.status >= 500);
    if (!mayPass || tried >= attempts) throw explainRefusal(what, refusal, needs);
    await sleep(asked ?? backoff(tried));
  }
}

/** More bytes than are taken. */
export class TooLarge extends Error {}

/** The body of an answer. @throws TooLarge */
export async function readLimited(answer: Response, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > limit) throw new TooLarge(`is larger than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function movedTo({ status, headers }: Answer, from: URL, server: string, what: string): URL {
  const location = headers.get('location') ?? '';
  const target = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (location === '' || target === undefined || target.origin !== new URL(server).origin) {
    throw new GitHubError(`GitHub could not ${what}: it answered ${status} and leads to another server.`, {
      status,
      fix: 'Check GITHUB_API_URL, and whether the repository has moved.',
    });
  }
  return target;
}

/** Milliseconds that a rate limit asks to wait; undefined if it is none. Nothing was done then. */
function rateLimitWait({ status, headers }: Answer, message: string): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const after = headers.get('retry-after');
  if (after !== null && /^\d+$/.test(after)) return Number(after) * 1000;
  const reset = headers.get('x-ratelimit-reset');
  if (headers.get('x-ratelimit-remaining') === '0' && reset !== null && /^\d+$/.test(reset)) {
    // Clocks differ: a limit that has passed by this one's may stand for a moment yet.
    return Math.max(1000, Number(reset) * 1000 - Date.now());
  }
  // GitHub asks for a minute at least where it gives no time.
  return status === 429 || /secondary rate limit/i.test(message) ? LONGEST_WAIT : undefined;
}

/** Whether the request cannot have reached the server. */
function neverSent(error: unknown): boolean {
  const code = (error as { cause?: { code?: string } }).cause?.code ?? '';
  return ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'].includes(code);
}

function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: unknown };
  return messageOf(cause ?? error);
}

/** Milliseconds before the next try; clients that were turned away together must not come back together. */
export const backoff = (tried: number): number =>
  Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (tried - 1)) * (0.5 + Math.random() / 2);
