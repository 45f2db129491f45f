import type { IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { UserError } from '@mlops-actions/action-kit';
import { apiHost, type GoogleApi } from './apis.ts';
import { applicationDefaultCredentials, type Credentials } from './credentials.ts';
import { exchange, readBody } from './exchange.ts';
import { explainRefusal, isRateLimit, readRefusal, unreachable, type Permission, type Refusal } from './errors.ts';

/** One call of an API. */
export interface GoogleRequest {
  api: GoogleApi;
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Begins with a slash; its parts are encoded ({@link urlPath}). */
  path: string;
  query?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  /** Sent as JSON. */
  json?: object;
  /** Sent as it is, instead of JSON. */
  text?: { content: string; type: string };
  /** The call as the end of "could not ...": `read the table p.d.t`. */
  what: string;
  /** What IAM must allow. */
  needs: Permission;
  /** Whether it may be made twice, so that a lost answer is worth another attempt. Calls by GET may. */
  repeatable?: boolean;
  /** Milliseconds for one attempt until its answer is complete (of a download: until it begins). Default one minute. */
  timeout?: number;
  signal?: AbortSignal | undefined;
}

/** Google's APIs with the credentials of the job. */
export interface GoogleClient {
  /**
   * Makes a call whose answer is JSON; `undefined` if the answer has no content.
   *
   * @throws GoogleApiError if the API refuses
   * @throws UserError if it cannot be reached, or there are no credentials
   */
  call(request: GoogleRequest): Promise<unknown>;
  /** Makes a call whose answer is a stream of bytes as they are stored, which the caller must read or destroy. */
  open(request: GoogleRequest): Promise<IncomingMessage>;
  /** Headers for another host that takes Google's tokens, such as Cloud Composer's Airflow. Only over HTTPS. */
  authorize(url: URL): Promise<Headers>;
}

export interface GoogleClientOptions {
  credentials?: Credentials;
  environment?: NodeJS.ProcessEnv;
  /** How often a call is tried. */
  attempts?: number;
  /** Waits between attempts, in milliseconds; tests replace it. */
  sleep?: (milliseconds: number, signal?: AbortSignal) => Promise<unknown>;
}

const ATTEMPTS = 5;
/** Milliseconds. */
const ATTEMPT_TIMEOUT = 60_000;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
const LONGEST_ASKED_WAIT = 120_000;

const ATTRIBUTION = 'mlops-actions/0.1.0';

/**
 * A client for Google's REST APIs. A proxy is used where `NODE_USE_ENV_PROXY` says so. Calls that may be repeated are tried again, with growing waits, when the network fails, too much was asked at once (429) or the service is in trouble
 * (5xx); others only when it is certain that nothing was done.
 */
export function createGoogleClient(options: GoogleClientOptions = {}): GoogleClient {
  const { environment = process.env, attempts = ATTEMPTS, sleep = abortableWait } = options;
  const credentials = options.credentials ?? applicationDefaultCredentials();

  /** One attempt. The clock runs until `finish` is done with the answer. */
  const attempt = async <T>(
    { method = 'GET', path, query, json, text, timeout = ATTEMPT_TIMEOUT, signal }: GoogleRequest,
    origin: string,
    authorization: Headers,
    raw: boolean,
    finish: (answer: IncomingMessage) => Promise<T>,
  ): Promise<T> => {
    const content = text?.content ?? (json === undefined ? undefined : JSON.stringify(json));
    const clock = new AbortController();
    const timer = setTimeout(() => clock.abort(new Error(`no answer within ${timeout / 1000} s`)), timeout);
    try {
      const answer = await exchange(new URL(origin + path + queryString(query)), {
        method,
        headers: {
          ...Object.fromEntries(authorization),
          'x-goog-api-client': `gl-node/${process.versions.node} ${ATTRIBUTION}`,
          'user-agent': ATTRIBUTION,
          // Cloud Storage then gives what it stores compressed as it is stored, and JSON stays plain.
          ...(raw && { 'accept-encoding': 'gzip' }),
          ...(content !== undefined && { 'content-type': text?.type ?? 'application/json' }),
        },
        content,
        signal: signal === undefined ? clock.signal : AbortSignal.any([clock.signal, signal]),
      });
      return await finish(answer);
    } finally {
      clearTimeout(timer);
    }
  };

  const send = async <T>(
    request: GoogleRequest,
    raw: boolean,
    finish: (answer: IncomingMessage) => Promise<T>,
  ): Promise<T> => {
    const { api, what, needs, signal } = request;
    const host = apiHost(api, environment);
    const repeatable = request.repeatable ?? (request.method ?? 'GET') === 'GET';
    let renewed = false;
    for (let tried = 1; ; tried++) {
      signal?.throwIfAborted();
      const headers = host.emulator ? new Headers() : await credentials.headersFor(new URL(host.origin));
      let outcome: { done: T } | { refusal: Refusal; retryAfter: number | undefined };
      try {
        outcome = await attempt(request, host.origin, headers, raw, async (answer) => {
          const status = answer.statusCode!;
          if (status >= 200 && status < 300) return { done: await finish(answer) };
          const refusal = readRefusal(status, (await readBody(answer)).toString('utf8'));
          return { refusal, retryAfter: retryAfterOf(answer) };
        });
      } catch (cause) {
        if (cause instanceof UserError) throw cause;
        signal?.throwIfAborted();
        if (tried >= attempts || !(repeatable || neverSent(cause))) throw unreachable(api, what, host.origin, cause);
        await sleep(backoff(tried), signal);
        continue;
      }
      if ('done' in outcome) return outcome.done;
      const { refusal, retryAfter } = outcome;
      if (refusal.status === 401 && !host.emulator && !renewed) {
        renewed = true;
        credentials.forget();
        continue;
      }
      const mayPass = isRateLimit(refusal) || (repeatable && TROUBLE.has(refusal.status));
      if (!mayPass || tried >= attempts) throw explainRefusal(api, what, refusal, needs);
      await sleep(Math.min(retryAfter ?? backoff(tried), LONGEST_ASKED_WAIT), signal);
    }
  };

  return {
    call: (request) => send(request, false, (answer) => readJson(answer, request)),
    open: (request) => send(request, true, async (answer) => answer),
    async authorize(url) {
      if (url.protocol !== 'https:') {
        throw new UserError(`'${url.origin}' is not HTTPS: Google credentials are not sent to it.`);
      }
      return credentials.headersFor(url);
    },
  };
}

const TROUBLE = new Set([408, 500, 502, 503, 504]);

// Clients that were turned away together must not come back together.
const backoff = (tried: number): number =>
  Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (tried - 1)) * (0.5 + Math.random() / 2);

async function abortableWait(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await wait(milliseconds, undefined, signal === undefined ? {} : { signal });
}

/** Whether the request cannot have reached the service. */
function neverSent(cause: unknown): boolean {
  const { code = '' } = cause as NodeJS.ErrnoException;
  return ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'].includes(code);
}

/** Milliseconds that a Retry-After header asks for: seconds or a date (RFC 9110, 10.2.3). */
function retryAfterOf(answer: IncomingMessage): number | undefined {
  const header = answer.headers['retry-after']?.trim();
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

async function readJson(answer: IncomingMessage, { api, what }: GoogleRequest): Promise<unknown> {
  const text = (await readBody(answer)).toString('utf8');
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new UserError(`${api.name} could not ${what}: its answer is not JSON.`, {
      fix: 'Check what stands between the runner and the API: a proxy, or an emulator of something else.',
      cause,
    });
  }
}

function queryString(query: GoogleRequest['query'] = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? (value as string[]) : [value]) parameters.append(name, String(one));
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

/** A path whose holes are encoded, so that no name can leave its place in it. */
export function urlPath(strings: TemplateStringsArray, ...holes: readonly string[]): string {
  return strings.reduce((path, text, index) => path + encodeSegment(holes[index - 1]!) + text);
}

function encodeSegment(segment: string): string {
  // fetch resolves these two also when they are encoded.
  if (segment === '.' || segment === '..') throw new UserError(`'${segment}' is no name.`);
  return encodeURIComponent(segment);
}
