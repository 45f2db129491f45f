import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, UserError } from '@mlops-actions/action-kit';
import { newestArtifactText, type GitHub } from '@mlops-actions/github';
import {
  createGoogleClient,
  isObjectUrl,
  objectUrl,
  parseObjectUrl,
  readText,
  writeText,
  type ObjectLocation,
} from '@mlops-actions/google-apis';
import { emptyState, parseState, type MonitorState, type ServiceWindow } from '@mlops-actions/monitoring';

/** Where the monitor's memory is. */
export type StateLocation =
  { kind: 'file'; path: string } | { kind: 'object'; location: ObjectLocation } | { kind: 'artifact'; name: string };

/** Reads `gs://bucket/object`, `artifact:NAME`, or a path. */
export function parseStateLocation(text: string): StateLocation {
  if (isObjectUrl(text)) {
    const location = parseObjectUrl(text);
    if (location.name === '' || location.name.endsWith('/')) {
      throw new UserError(`'${text}' names no object for the state.`, { fix: 'Write gs://bucket/folder/state.json.' });
    }
    return { kind: 'object', location };
  }
  const name = /^artifact:(.*)$/s.exec(text)?.[1];
  if (name === undefined) return { kind: 'file', path: text };
  if (!/^[A-Za-z0-9][\w. -]{0,254}$/.test(name)) throw new UserError(`'${name}' is not the name of an artifact.`);
  return { kind: 'artifact', name };
}

/** What has been asked of others, so that it is not asked again. */
export interface Done {
  incident: string;
  modelVersion: string;
  action: 'retrain' | 'rollback';
}

/** Everything that outlasts a run. */
export interface Memory {
  monitor: MonitorState;
  done: Done[];
  /** What the service did in past windows, oldest first. */
  service: (ServiceWindow & { modelVersion: string })[];
}

/** A memory that was read, and what its place was like then. */
export interface LoadedMemory {
  memory: Memory;
  /** Of an object: what must still be there when it is replaced. */
  generation: string | undefined;
  /** The text as it was; undefined if there was none. */
  text: string | undefined;
}

const VERSION = 1;

/** Service windows that are kept. */
const MOST_SERVICE = 120;

/**
 * Reads the memory. That there is none is the beginning; one that cannot be read is an error, since a monitor that forgets is a monitor that passes.
 *
 * @param github asked for only where it is needed
 */
export async function loadMemory(where: StateLocation, model: string, github: () => GitHub): Promise<LoadedMemory> {
  const { text, generation } = await read(where, github);
  if (text === undefined) return { memory: { monitor: emptyState(model), done: [], service: [] }, generation, text };
  return { memory: parseMemory(text, describe(where), model), generation, text };
}

export function describe(where: StateLocation): string {
  if (where.kind === 'file') return where.path;
  return where.kind === 'object' ? objectUrl(where.location) : `artifact:${where.name}`;
}

async function read(
  where: StateLocation,
  github: () => GitHub,
): Promise<{ text: string | undefined; generation: string | undefined }> {
  if (where.kind === 'artifact') {
    return { text: (await newestArtifactText(github(), where.name))?.text, generation: undefined };
  }
  if (where.kind === 'object') {
    const stored = await readText(createGoogleClient(), where.location);
    return { text: stored?.text, generation: stored?.generation };
  }
  try {
    return { text: await readFile(where.path, 'utf8'), generation: undefined };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return { text: undefined, generation: undefined };
    throw new UserError(`The monitor's state '${where.path}' cannot be read: ${messageOf(cause)}.`, { cause });
  }
}

function parseMemory(text: string, where: string, model: string): Memory {
  const invalid = (why: string): UserError =>
    new UserError(`The monitor's state at ${where} ${why}.`, {
      fix: 'Restore it from a copy, or remove it on purpose to begin anew.',
    });
  let json: Record<string, unknown>;
  try {
    json = JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw invalid('is not JSON');
  }
  if (typeof json !== 'object' || json === null || json['memory-version'] !== VERSION) {
    throw invalid(`is not of version ${VERSION}`);
  }
  const { done = [], service = [] } = json;
  if (!Array.isArray(done) || !done.every(isDone))
    throw invalid('has something unexpected in its list of what was done');
  if (!Array.isArray(service) || !service.every(isService))
    throw invalid('has something unexpected in its service windows');
  return { monitor: parseState(json['monitor'], model), done, service };
}

const isText = (value: unknown): value is string => typeof value === 'string' && value.length < 10_000;
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

function isDone(value: unknown): value is Done {
  const { incident, modelVersion, action } = (value ?? {}) as Partial<Done>;
  return isText(incident) && isText(modelVersion) && (action === 'retrain' || action === 'rollback');
}

function isService(value: unknown): value is Memory['service'][number] {
  const { from, requests, errors, latencies, modelVersion } = (value ?? {}) as Partial<Memory['service'][number]>;
  return (
    isText(from) &&
    isText(modelVersion) &&
    isCount(requests) &&
    isCount(errors) &&
    Array.isArray(latencies) &&
    latencies.every(
      (one: Partial<Record<string, unknown>> | null) => isNumber(one?.['quantile']) && isNumber(one?.['milliseconds']),
    )
  );
}

/** The memory as it is stored; equal memories give equal texts. */
export function renderMemory({ monitor, done, service }: Memory): string {
  const kept = service.slice(-MOST_SERVICE);
  return `${JSON.stringify({ 'memory-version': VERSION, monitor, done, service: kept }, null, 1)}\n`;
}

/**
 * Stores the memory, unless it is as it was. Of an artifact the workflow's own step uploads the file.
 *
 * @param statePath a file that gets it in any case
 * @throws WriteConflict if another run has stored another one meanwhile
 */
export async function saveMemory(
  where: StateLocation,
  { generation, text: before }: LoadedMemory,
  memory: Memory,
  statePath: string,
): Promise<void> {
  const text = renderMemory(memory);
  if (where.kind !== 'file' || path.resolve(where.path) !== path.resolve(statePath)) await writeWhole(statePath, text);
  if (where.kind === 'file') await writeWhole(where.path, text);
  if (where.kind === 'object' && text !== before) {
    await writeText(createGoogleClient(), where.location, text, generation);
  }
}

/** Readers never see half a file. */
async function writeWhole(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.partial`, text);
  await rename(`${file}.partial`, file);
}
