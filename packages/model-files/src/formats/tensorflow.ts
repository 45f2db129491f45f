import path from 'node:path';
import { FormatError } from '../cursor.ts';
import type { Port } from '../facts.ts';
import type { Scope } from '../scope.ts';
import type { ByteSource } from '../source.ts';
import { readText } from './text-source.ts';
import { scanMetadata } from './metadata.ts';
import { reviewOperation } from './tensorflow-operations.ts';
import { fieldMap, fieldsOf, lastText, messageOf, textOf, wholeMessage, type Message } from './protobuf.ts';

/** True if the bytes are a SavedModel: a schema version and meta graphs, nothing else. */
export function isSavedModel(source: ByteSource): boolean {
  return hasShape(
    source,
    (number, wire) => (number === 1 && wire === 0) || (number === 2 && wire === 2),
    2,
    (first) => {
      const graph = [...fieldMap(first).keys()];
      return graph.includes(2) || graph.includes(1);
    },
  );
}

/** True if the bytes are a GraphDef: nodes with a name and an operation. */
export function isGraphDef(source: ByteSource): boolean {
  return hasShape(source, (number) => number <= 5, 1, isNode);
}

/** True if the bytes are a MetaGraphDef: what it is about, and a graph that begins with a node. */
export function isMetaGraph(source: ByteSource): boolean {
  return hasShape(
    source,
    (number, wire) => number <= 7 && wire === 2,
    2,
    (graph) => {
      const first = fieldMap(graph).get(1)?.[0];
      return first?.wire === 2 && isNode(messageOf(first, graph));
    },
  );
}

function isNode(message: Message): boolean {
  const fields = fieldMap(message);
  const operation = lastText(fields, 2, message);
  return lastText(fields, 1, message) !== undefined && operation !== undefined && /^[A-Za-z_>][\w>]*$/.test(operation);
}

function hasShape(
  source: ByteSource,
  accepts: (number: number, wire: number) => boolean,
  wanted: number,
  isWanted: (first: Message) => boolean,
): boolean {
  const message = wholeMessage(source);
  let found = false;
  try {
    for (const field of fieldsOf(message)) {
      if (!accepts(field.number, field.wire)) return false;
      if (field.number === wanted && !found) {
        if (field.wire !== 2 || !isWanted(messageOf(field, message))) return false;
        found = true;
      }
    }
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
  return found;
}

/** Reviews a SavedModel, and claims the files of its variables. */
export function scanSavedModel(source: ByteSource, scope: Scope, modelPath: string): void {
  const model = wholeMessage(source);
  for (const field of fieldsOf(model)) {
    if (field.number !== 2) continue;
    const metaGraph = messageOf(field, model);
    for (const part of fieldsOf(metaGraph)) {
      if (part.number === 2) scanGraph(messageOf(part, metaGraph), scope);
      else if (part.number === 5) readSignature(messageOf(part, metaGraph), scope);
    }
  }
  const variables = path.posix.join(path.posix.dirname(modelPath), 'variables/variables.');
  for (const file of scope.siblings.keys()) if (file.startsWith(variables)) scope.claim(file);
  for (const name of ['fingerprint.pb', 'keras_metadata.pb'])
    scope.claim(path.posix.join(path.posix.dirname(modelPath), name));
}

/** Reviews a GraphDef, or a MetaGraphDef around one, as TensorFlow 1 writes beside a checkpoint. */
export function scanGraphDef(source: ByteSource, scope: Scope): void {
  const message = wholeMessage(source);
  if (!isMetaGraph(source)) scanGraph(message, scope);
  else for (const part of fieldsOf(message)) if (part.number === 2) scanGraph(messageOf(part, message), scope);
}

/** Reviews the text form of a graph or a SavedModel, which TensorFlow reads as well: nothing but its operations. */
export function scanGraphText(source: ByteSource, scope: Scope): void {
  const text = readText(source, scope);
  const functions = new Set(
    [...text.matchAll(/\bsignature\s*\{[^{}]*?\bname\s*:\s*["']([^"']*)["']/g)].map(([, name = '']) => name),
  );
  for (const [, operation = ''] of text.matchAll(/\bop\s*:\s*["']([^"']*)["']/g)) {
    reviewOperation(operation, 'in text', functions, scope);
  }
}

/** True for text that begins as a graph, a meta graph or a SavedModel does. */
export const isGraphText = (text: string): boolean =>
  /^(\s|#.*\n)*(saved_model_schema_version\s*:|(meta_graphs|meta_info_def|graph_def|node|library)\s*:?\s*\{)/.test(
    text,
  );

function scanGraph(graph: Message, scope: Scope): void {
  const libraries = [...fieldsOf(graph)].filter(({ number }) => number === 2).map((field) => messageOf(field, graph));
  const definitions = libraries.flatMap((library) =>
    [...fieldsOf(library)].filter(({ number }) => number === 1).map((field) => messageOf(field, library)),
  );
  const functions = new Set(definitions.map(functionName));
  for (const field of fieldsOf(graph)) if (field.number === 1) scanNode(messageOf(field, graph), functions, scope);
  for (const definition of definitions) {
    for (const part of fieldsOf(definition)) {
      if (part.number === 3) scanNode(messageOf(part, definition), functions, scope);
    }
  }
}

/** The name in the signature of a FunctionDef. */
function functionName(definition: Message): string {
  const signature = fieldMap(definition).get(1)?.at(-1);
  if (signature === undefined) return '';
  const message = messageOf(signature, definition);
  return lastText(fieldMap(message), 1, message) ?? '';
}

function scanNode(node: Message, functions: ReadonlySet<string>, scope: Scope): void {
  let name = '';
  let operation = '';
  for (const field of fieldsOf(node)) {
    if (field.number === 1) name = textOf(field, node);
    else if (field.number === 2) operation = textOf(field, node);
    else if (field.number === 5 && operation === 'Const') scanConstant(messageOf(field, node), name, scope);
  }
  reviewOperation(operation, name, functions, scope);
}

/** The texts of a constant: an entry of the attributes, its value, a tensor, `string_val`. */
function scanConstant(entry: Message, name: string, scope: Scope): void {
  let messages = [entry];
  for (const number of [2, 8]) {
    messages = messages.flatMap((message) =>
      [...fieldsOf(message)].filter((f) => f.number === number && f.wire === 2).map((f) => messageOf(f, message)),
    );
  }
  for (const tensor of messages) {
    for (const field of fieldsOf(tensor)) {
      if (field.number === 8 && field.wire === 2) scanMetadata(name, textOf(field, tensor), scope);
    }
  }
}

const TYPES: Record<number, string> = {
  1: 'float32',
  2: 'float64',
  3: 'int32',
  4: 'uint8',
  6: 'int8',
  7: 'string',
  9: 'int64',
  10: 'bool',
};

/** Inputs and outputs of the signature `serving_default`. */
function readSignature(entry: Message, scope: Scope): void {
  const fields = fieldMap(entry);
  const value = fields.get(2)?.at(-1);
  if (lastText(fields, 1, entry) !== 'serving_default' || value === undefined) return;
  const signature = messageOf(value, entry);
  const ports = { 1: [] as Port[], 2: [] as Port[] };
  for (const field of fieldsOf(signature)) {
    if (field.number !== 1 && field.number !== 2) continue;
    ports[field.number].push(portOf(messageOf(field, signature)));
  }
  scope.facts.inputs = ports[1];
  scope.facts.outputs = ports[2];
}

function portOf(entry: Message): Port {
  const fields = fieldMap(entry);
  const name = lastText(fields, 1, entry) ?? '';
  const value = fields.get(2)?.at(-1);
  if (value === undefined) return { name };
  const tensor = messageOf(value, entry);
  const tensorFields = fieldMap(tensor);
  return { name, type: TYPES[tensorFields.get(2)?.at(-1)?.value ?? 0] };
}
