import { createHash } from 'node:crypto';
import { RpcError } from './status.ts';
import type { ListRequest } from './wire.ts';

/** What filters and orders see of an item: fields by their snake_case names, and labels. */
export interface Subject {
  fields: Readonly<Record<string, string>>;
  labels?: Readonly<Record<string, string>>;
}

/** What a list method can be asked. */
export interface ListRules {
  /** Fields that a filter may compare; `labels` stands for the whole map. */
  filter: readonly string[];
  orderBy: readonly string[];
}

const DEFAULT_PAGE = 100;
const MAXIMUM_PAGE = 1000;

/** Filters, orders and cuts out one page. */
export function listPage<T>(
  items: readonly T[],
  request: ListRequest,
  subject: (item: T) => Subject,
  rules: ListRules,
): { items: T[]; nextPageToken: string } {
  const { filter = '', orderBy = '', pageSize = 0, pageToken = '' } = request;
  if (pageSize < 0) throw new RpcError('INVALID_ARGUMENT', 'page_size must not be negative.');
  const matches = parseFilter(filter, rules.filter);
  const compare = parseOrder(orderBy, rules.orderBy);
  const subjects = new Map(items.map((item) => [item, subject(item)]));
  const found = items
    .filter((item) => matches(subjects.get(item)!))
    .sort((a, b) => compare(subjects.get(a)!, subjects.get(b)!));
  const query = createHash('sha256').update(`${filter}\n${orderBy}`).digest('base64url').slice(0, 8);
  const start = readToken(pageToken, query);
  const end = start + Math.min(pageSize === 0 ? DEFAULT_PAGE : pageSize, MAXIMUM_PAGE);
  return {
    items: found.slice(start, end),
    nextPageToken: end < found.length ? Buffer.from(`${query}.${end}`).toString('base64url') : '',
  };
}

/** A token belongs to the query that it came from. */
function readToken(token: string, query: string): number {
  if (token === '') return 0;
  const [tokenQuery, offset = ''] = Buffer.from(token, 'base64url').toString('utf8').split('.');
  if (tokenQuery !== query || !/^\d{1,9}$/.test(offset)) {
    throw new RpcError('INVALID_ARGUMENT', 'page_token is invalid, or belongs to another query.');
  }
  return Number(offset);
}

/** Keeps the fields of a message that a read mask names; an empty mask keeps all. */
export function applyReadMask<T extends object>(message: T, { readMask }: ListRequest): T {
  const names = readMask?.paths.map((path) => camelCase(path.split('.')[0]!)) ?? [];
  if (names.length === 0 || names.includes('*')) return message;
  return Object.fromEntries(Object.entries(message).filter(([key]) => names.includes(key))) as T;
}

/** One comparison: `field = value`, `field != value`, `labels.key:*`, `labels:key`. */
const TERM =
  /\s*(?<field>[A-Za-z_]+)(?:\.(?:"(?<quotedKey>[^"]*)"|(?<key>[A-Za-z0-9_-]+)))?\s*(?<operator>!=|=|:)\s*(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<bare>[^\s"()]+))/y;

/** Reads a filter: comparisons joined by AND. */
export function parseFilter(filter: string, supported: readonly string[]): (subject: Subject) => boolean {
  const bad = (why: string): RpcError => new RpcError('INVALID_ARGUMENT', `Invalid filter '${filter}': ${why}.`);
  const tests: ((subject: Subject) => boolean)[] = [];
  let position = 0;
  while (filter.slice(position).trim() !== '') {
    if (tests.length > 0) {
      const and = /^\s+AND\b/.exec(filter.slice(position));
      if (and === null) throw bad(`expected AND at '${filter.slice(position).trim()}'`);
      position += and[0].length;
    }
    TERM.lastIndex = position;
    const groups = TERM.exec(filter)?.groups;
    if (groups === undefined) throw bad(`expected a comparison at '${filter.slice(position).trim()}'`);
    position = TERM.lastIndex;
    const field = snakeCase(groups['field']!);
    if (!supported.includes(field)) throw bad(`field '${groups['field']!}' is not supported`);
    const value = groups['quoted']?.replace(/\\(.)/g, '$1') ?? groups['bare']!;
    const test = term(field, groups['quotedKey'] ?? groups['key'], groups['operator']!, value);
    if (test === undefined) throw bad(`'${groups['operator']!}' cannot be used so`);
    tests.push(test);
  }
  return (subject) => tests.every((test) => test(subject));
}

function term(
  field: string,
  key: string | undefined,
  operator: string,
  value: string,
): ((subject: Subject) => boolean) | undefined {
  if (field === 'labels') {
    const has = (labels: Subject['labels'], name: string): boolean => Object.hasOwn(labels ?? {}, name);
    if (key === undefined) return operator === ':' ? ({ labels }) => has(labels, value) : undefined;
    if (operator === '=') return ({ labels }) => has(labels, key) && labels![key] === value;
    return operator === ':' && value === '*' ? ({ labels }) => has(labels, key) : undefined;
  }
  if (key !== undefined || operator === ':') return undefined;
  return ({ fields }) => (fields[field] === value) === (operator === '=');
}

/** Reads an order such as `display_name, create_time desc`; nothing keeps the order as it is. */
export function parseOrder(orderBy: string, supported: readonly string[]): (a: Subject, b: Subject) => number {
  const keys = orderBy
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const [, name = '', direction] = /^([A-Za-z_]+)(?:\s+(asc|desc))?$/.exec(part) ?? [];
      const field = snakeCase(name);
      if (!supported.includes(field)) throw new RpcError('INVALID_ARGUMENT', `Cannot order by '${part}'.`);
      return { field, sign: direction === 'desc' ? -1 : 1 };
    });
  return (a, b) => {
    for (const { field, sign } of keys) {
      const [left = '', right = ''] = [a.fields[field], b.fields[field]];
      if (left !== right) return left < right ? -sign : sign;
    }
    return 0;
  };
}

/** `trafficSplit` as `traffic_split`. */
export const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
/** `traffic_split` as `trafficSplit`. */
export const camelCase = (name: string): string =>
  name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
