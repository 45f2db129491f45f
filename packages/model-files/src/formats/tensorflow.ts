import path from 'node:path';
import { FormatError } from '../cursor.ts';
import type { Port } from '../facts.ts';
import type { Scope } from '../scope.ts';
import type { ByteSource } from '../source.ts';
import { fieldMap, fieldsOf, lastText, messageOf, textOf, wholeMessage, type Message } from './protobuf.ts';

/**
 * Operations that act on the machine or load something more. SaveV2 and RestoreV2 stand in every SavedModel, to keep its own variables, and are
 * not among them.
 */
const ACTING = new RegExp(
  `^(${[
    ...[
      'ReadFile',
      'WriteFile',
      'MatchingFiles',
      'PyFunc',
      'PyFuncStateless',
      'EagerPyFunc',
      'PrintV2',
      'DecodeProtoV2',
      'EncodeProto',
    ],
    ...[
      'WholeFileReader',
      'FixedLengthRecordReader',
      'TextLineReader',
      'TFRecordReader',
      'LMDBReader',
      'TextLineDataset',
    ],
    ...[
      'TFRecordDataset',
      'FixedLengthRecordDataset',
      'SqlDataset',
      'SnapshotDataset',
      'SaveDataset',
      'LoadDataset',
      'LMDBDataset',
    ],
    ...[
      'CreateSummaryFileWriter',
      'CreateSummaryDbWriter',
      'WriteSummary',
      'WriteRawProtoSummary',
      'ImportEvent',
      'RpcCall',
      'RpcClient',
    ],
    ...[
      'RpcServer',
      'RpcServerStart',
      'RpcServerRegister',
      'TryRpc',
      'Rpc',
      'RemoteFusedGraphExecute',
      'DebugIdentity',
      'DebugNumericSummary',
    ],
    ...[
      'GcsConfigureBlockCache',
      'GcsConfigureCredentials',
      'BigQueryReader',
      'CacheDataset',
      'DataServiceDataset',
      'MergeV2Checkpoints',
    ],
  ].join('|')})(V\\d)?$`,
);

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
  return hasShape(
    source,
    (number) => number <= 5,
    1,
    (first) => {
      const fields = fieldMap(first);
      const operation = lastText(fields, 2, first);
      return (
        lastText(fields, 1, first) !== undefined && operation !== undefined && /^[A-Za-z_>][\w>]*$/.test(operation)
      );
    },
  );
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

export function scanGraphDef(source: ByteSource, scope: Scope): void {
  scanGraph(wholeMessage(source), scope);
}

function scanGraph(graph: Message, scope: Scope): void {
  for (const field of fieldsOf(graph)) {
    if (field.number === 1) scanNode(messageOf(field, graph), scope);
    else if (field.number === 2) {
      const library = messageOf(field, graph);
      for (const entry of fieldsOf(library)) {
        if (entry.number !== 1) continue;
        const definition = messageOf(entry, library);
        for (const part of fieldsOf(definition)) if (part.number === 3) scanNode(messageOf(part, definition), scope);
      }
    }
  }
}

function scanNode(node: Message, scope: Scope): void {
  let name = '';
  let operation = '';
  for (const field of fieldsOf(node)) {
    if (field.number === 1) name = textOf(field, node);
    else if (field.number === 2) operation = textOf(field, node);
  }
  if (ACTING.test(operation)) {
    scope.report('MV303', `Operation ${operation} (node ${name}) acts outside of the model`, { symbol: operation });
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
