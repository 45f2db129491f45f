import type { IncomingMessage } from 'node:http';
import { ApiError, invalid } from './errors.ts';

/** A call as its route sees it. */
export interface Call {
  /** The variable parts of the path. */
  parameters: ReadonlyMap<string, string>;
  query: URLSearchParams;
  body: Body;
  /** Who calls. */
  login: string;
  /** Base of the addresses in answers. */
  url: string;
}

/** What a route answers with. */
export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

const MOST_BYTES = 10 * 1024 * 1024;

/** The JSON object in a call's body, read field by field. */
export class Body {
  readonly #fields: ReadonlyMap<string, unknown>;

  constructor(fields: Readonly<Record<string, unknown>> = {}) {
    this.#fields = new Map(Object.entries(fields));
  }

  has(name: string): boolean {
    return this.#fields.has(name);
  }

  get(name: string): unknown {
    return this.#fields.get(name);
  }

  /** @throws ApiError 422 if it is there and no text */
  text(resource: string, name: string): string | undefined {
    const value = this.#fields.get(name);
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string') throw invalid(resource, name, 'invalid');
    return value;
  }

  /** @throws ApiError 422 if it is missing, blank or no text */
  requiredText(resource: string, name: string): string {
    const value = this.text(resource, name);
    if (value === undefined || value.trim() === '') throw invalid(resource, name, 'missing_field');
    return value;
  }

  /** Names in a list, of texts or of objects with a `name`. */
  names(resource: string, name: string): string[] | undefined {
    const value = this.#fields.get(name);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) throw invalid(resource, name, 'invalid');
    return value.map((item: unknown) => {
      const text = typeof item === 'object' && item !== null && 'name' in item ? item.name : item;
      if (typeof text !== 'string' || text === '') throw invalid(resource, name, 'invalid');
      return text;
    });
  }

  /** @throws ApiError 422 if it is there and no object */
  object(resource: string, name: string): Record<string, unknown> {
    const value = this.#fields.get(name) ?? {};
    if (typeof value !== 'object' || Array.isArray(value)) throw invalid(resource, name, 'invalid');
    return value as Record<string, unknown>;
  }
}

export async function readBody(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new ApiError(413, 'Payload Too Large');
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  if (text === '') return new Body();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ApiError(400, 'Problems parsing JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ApiError(400, 'Body should be a JSON object');
  }
  return new Body(value as Record<string, unknown>);
}

/** One page of a list, with GitHub's `Link` header. */
export function page<T>(call: Call, path: string, all: readonly T[]): { items: T[]; headers: Record<string, string> } {
  const perPage = Math.min(100, wholeNumber(call.query.get('per_page'), 30));
  const number = wholeNumber(call.query.get('page'), 1);
  const last = Math.max(1, Math.ceil(all.length / perPage));
  const to = (target: number, rel: string): string => {
    const query = new URLSearchParams(call.query);
    query.set('page', String(target));
    return `<${call.url}${path}?${query.toString()}>; rel="${rel}"`;
  };
  const links = [
    ...(number > 1 ? [to(Math.min(number - 1, last), 'prev')] : []),
    ...(number < last ? [to(number + 1, 'next'), to(last, 'last')] : []),
    ...(number > 1 ? [to(1, 'first')] : []),
  ];
  return {
    items: all.slice((number - 1) * perPage, number * perPage),
    headers: links.length === 0 ? {} : { link: links.join(', ') },
  };
}

function wholeNumber(text: string | null, fallback: number): number {
  const value = Number(text ?? '');
  return Number.isInteger(value) && value >= 1 ? value : fallback;
}
