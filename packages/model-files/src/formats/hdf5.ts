import { FormatError } from '../cursor.ts';
import type { Scope } from '../scope.ts';
import { chunksOf, readBytes, type ByteSource } from '../source.ts';
import { isRecord } from './safetensors.ts';
import { scanKerasConfig } from './keras.ts';

const OVERLAP = 64;
const MAX_CONFIG = 64 * 2 ** 20;
/** How far before its first `class_name` a configuration's opening brace may stand. */
const MAX_LEAD = 256;
/** Braces there that are tried: what lies before a configuration may hold some by chance. */
const MAX_TRIES = 8;

/**
 * Reviews an HDF5 file as far as Keras gives it a meaning: configurations are JSON texts, which HDF5 stores as they are, so they are found
 * without following the file's structure. Weights are numbers.
 */
export function scanHdf5(source: ByteSource, scope: Scope): void {
  const stated = statedEnd(source);
  if (stated > source.size) throw new FormatError(`it says that it has ${stated} bytes, ${source.size} are there`);
  const places = findAll(source, ['"class_name"', 'model_config', 'training_config', '"function_type"']);
  let end = 0;
  let parsed = 0;
  for (const position of places['"class_name"']!) {
    if (position < end) continue;
    const found = configAround(source, position);
    if (found === undefined) {
      scope.report('MV902', 'A Keras configuration in the HDF5 file cannot be read', { offset: position });
      return;
    }
    scanKerasConfig(found.config, scope);
    end = found.end;
    parsed++;
  }
  if (parsed > 0) scope.facts.producer ??= 'Keras HDF5';
  else if (places['model_config']!.length > 0) {
    scope.report('MV902', 'The HDF5 file announces a Keras model, and its configuration was not found');
  }
  scope.report('MV901', 'The weights of the HDF5 file were not looked at');
}

/** Where the superblock says that the file ends; 0 where it says nothing that can be read. */
function statedEnd(source: ByteSource): number {
  const head = readBytes(source, 0, 64);
  const version = head[8] ?? 0;
  const offsetSize = head[version < 2 ? 13 : 9];
  const position = { 0: 40, 1: 44, 2: 28, 3: 28 }[version];
  if (offsetSize !== 8 || position === undefined || head.length < position + 8) return 0;
  return Number(head.readBigUInt64LE(position));
}

/** Offsets of all occurrences of some short ASCII texts. */
function findAll(source: ByteSource, needles: readonly string[]): Record<string, number[]> {
  const found: Record<string, number[]> = Object.fromEntries(needles.map((needle) => [needle, []]));
  let position = 0;
  let before = Buffer.alloc(0);
  for (const chunk of chunksOf(source)) {
    const window = Buffer.concat([before, chunk]);
    const windowStart = position - before.length;
    for (const needle of needles) {
      for (let at = window.indexOf(needle); at >= 0; at = window.indexOf(needle, at + 1)) {
        // What lies wholly in the overlap was found with the chunk before.
        if (at + needle.length > before.length) found[needle]!.push(windowStart + at);
      }
    }
    position += chunk.length;
    before = Buffer.from(window.subarray(Math.max(0, window.length - OVERLAP)));
  }
  return found;
}

/** The JSON object that begins shortly before `position`: the outermost one that can be read. */
function configAround(source: ByteSource, position: number): { config: unknown; end: number } | undefined {
  const start = Math.max(0, position - MAX_LEAD);
  const text = readBytes(source, start, MAX_CONFIG);
  let tries = 0;
  for (let at = text.indexOf('{'); at >= 0 && at <= position - start; at = text.indexOf('{', at + 1)) {
    if (++tries > MAX_TRIES) return undefined;
    const length = objectLength(text, at);
    if (length === undefined || start + at + length <= position) continue;
    try {
      const config: unknown = JSON.parse(text.toString('utf8', at, at + length));
      if (isRecord(config)) return { config, end: start + at + length };
    } catch {
      continue; // a brace of the bytes before the configuration
    }
  }
  return undefined;
}

/** Bytes of the object that begins at `start`, by its braces outside of strings. */
function objectLength(text: Buffer, start: number): number | undefined {
  let depth = 0;
  let inString = false;
  for (let at = start; at < text.length; at++) {
    const byte = text[at]!;
    if (byte === 0) return undefined;
    if (inString) {
      if (byte === 0x5c) at++;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x7b) depth++;
    else if (byte === 0x7d && --depth === 0) return at - start + 1;
  }
  return undefined;
}
