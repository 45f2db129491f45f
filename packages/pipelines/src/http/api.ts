import { messageOf } from '@mlops-actions/action-kit';
import { EngineFailure, type FailureKind } from '../failure.ts';
import { field, textField } from '../json.ts';
import type { Access } from './access.ts';

/** One call of a server's REST API. */
export interface ApiCall {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH';
  /** Path below the host, with its parts encoded ({@link segments}). */
  path: string;
  query?: Readonly<Record<string, string | number | undefined>>;
  json?: object;
  /** The call as the end of "could not ...". */
  what: string;
  accept?: string;
}

export interface ApiOptions {
  host: URL;
  access: Access;
  /** For messages: `Airflow`. */
  title: string;
  /** Advice for a refusal of permission, by HTTP status 403. */
  permission: string;
  /** Milliseconds until an answer must be there. */
  timeout?: number;
}

/** Milliseconds. */
const TIMEOUT = 30_000;
/** Bytes of an answer: more is a mistake, or an attack. */
const ANSWER_LIMIT = 64 * 1024 * 1024;

/** A path of parts that no name can leave. */
export const segments = (...parts: readonly string[]): string =>
  parts.map((part) => (part === '.' || part === '..' ? '%2E'.repeat(part.length) : encodeURIComponent(part))).join('/');

/** The REST API of an engine's server. A refused token is renewed once a call; everything else is for the caller to repeat. */
export class RestApi {
  readonly #options: ApiOptions;
  readonly #closing = new AbortController();

  constructor(options: ApiOptions) {
    this.#options = options;
  }

  /** Gives up calls that are under way, which would keep the process alive. */
  close(): void {
    this.#closing.abort();
  }

  /** The answer as JSON; `undefined` if it is empty. */
  async json(call: ApiCall): Promise<unknown> {
    const text = await this.text({ accept: 'application/json', ...call });
    if (text.trim() === '') return undefined;
    try {
      return JSON.parse(text) as unknown;
    } catch (cause) {
      const page = /^\s*</.test(text);
      throw new EngineFailure(
        'refused',
        `${this.#options.title} could not ${call.what}: its answer is ${page ? 'a web page' : 'not JSON'}.`,
        {
          fix: page
            ? "A login page, perhaps: set 'token', or 'username' and 'password'; and check 'host'."
            : "Check 'host'.",
          cause,
        },
      );
    }
  }

  /** The answer as text. */
  async text(call: ApiCall): Promise<string> {
    const { access } = this.#options;
    const first = await this.#send(call);
    const { status, text } = first.status === 401 && access.renew() ? await this.#send(call) : first;
    if (status >= 200 && status < 300) return text;
    throw this.#refusal(call, status, text);
  }

  async #send({
    method = 'GET',
    path,
    query = {},
    json,
    what,
    accept,
  }: ApiCall): Promise<{ status: number; text: string }> {
    const { host, access, title, timeout = TIMEOUT } = this.#options;
    const url = new URL(`${host.href.replace(/\/+$/, '')}${path}`);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.append(name, String(value));
    const authorization = await access.authorization(url);
    try {
      const answer = await fetch(url, {
        method,
        redirect: 'manual',
        headers: {
          ...(authorization !== undefined && { authorization }),
          ...(accept !== undefined && { accept }),
          ...(json !== undefined && { 'content-type': 'application/json' }),
          'user-agent': 'mlops-actions/0.1.0',
        },
        ...(json !== undefined && { body: JSON.stringify(json) }),
        signal: AbortSignal.any([AbortSignal.timeout(timeout), this.#closing.signal]),
      });
      return { status: answer.status, text: await readText(answer) };
    } catch (cause) {
      if (cause instanceof EngineFailure) throw cause;
      const why = messageOf(cause instanceof Error && cause.cause !== undefined ? cause.cause : cause);
      throw new EngineFailure('transient', `${title} could not ${what}: ${url.origin} did not answer (${why}).`, {
        fix: "Check 'host', and that the runner may reach it.",
        cause,
      });
    }
  }

  #refusal({ what }: ApiCall, status: number, text: string): EngineFailure {
    const { title, host, permission } = this.#options;
    const said = explanation(text);
    const kind = kindOfStatus(status);
    return new EngineFailure(
      kind,
      `${title} could not ${what}: ${said === '' ? `${host.origin} answered ${status}.` : sentence(said)}`,
      {
        ...advice(status, permission),
      },
    );
  }
}

function kindOfStatus(status: number): FailureKind {
  if (status === 401) return 'unauthenticated';
  if (status === 404) return 'missing';
  if (status === 409) return 'conflict';
  if (status === 429) return 'throttled';
  return status === 408 || status >= 500 ? 'transient' : 'refused';
}

function advice(status: number, permission: string): { fix?: string } {
  if (status >= 300 && status < 400) {
    return {
      fix: "It answers with a redirection, to a login page perhaps: set 'token', or 'username' and 'password'; and check 'host'.",
    };
  }
  if (status === 401) return { fix: "Check 'token', or 'username' and 'password': they were refused or ran out." };
  if (status === 403) return { fix: permission };
  if (status === 404)
    return { fix: "Check the name, and that 'host' is the address of the API, with its path if it has one." };
  if (status === 429 || status >= 500) return { fix: 'Run again: the run is attached to, if there is one.' };
  return {};
}

/** What an error body says: Airflow's `detail` or problem document, Kubeflow's and Argo's `message`. */
function explanation(text: string): string {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return '';
  }
  const detail = field(body, 'detail');
  const nested = textField(detail, 'message') ?? textField(detail, 'reason');
  const found =
    nested ??
    textField(body, 'message') ??
    textField(body, 'error') ??
    textField(body, 'detail') ??
    textField(body, 'title');
  if (found !== undefined) return found;
  return detail === undefined ? '' : JSON.stringify(detail);
}

function sentence(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ').slice(0, 1000);
  return /[.!?]$/.test(line) ? line : `${line}.`;
}

async function readText(answer: Response): Promise<string> {
  if (answer.body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > ANSWER_LIMIT)
      throw new EngineFailure('refused', `The answer of ${new URL(answer.url).origin} is larger than 64 MiB.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
