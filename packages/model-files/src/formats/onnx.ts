import path from 'node:path';
import { pathProblem } from '../archives/paths.ts';
import { FormatError } from '../cursor.ts';
import type { Port } from '../facts.ts';
import type { Scope } from '../scope.ts';
import type { ByteSource } from '../source.ts';
import { checkTensor, type FloatType } from '../tensors.ts';
import { scanMetadata } from './metadata.ts';
import registered from './operators/onnx.json' with { type: 'json' };
import { fieldMap, fieldsOf, lastText, messageOf, textOf, wholeMessage, type Field, type Message } from './protobuf.ts';

/** Operators that are part of ONNX, or built into ONNX Runtime, by domain; the standard domain has two names. */
const STANDARD = new Map<string, ReadonlySet<string>>(
  Object.entries(registered.operators).map(([domain, names]) => [domain, new Set(names)]),
);
STANDARD.set('ai.onnx', STANDARD.get('')!);
/** Domains of ONNX Runtime whose operators no list gives. */
const RUNTIME_DOMAINS = new Set(['ai.onnx.training', 'com.microsoft.nhwc', 'org.pytorch.aten']);

const MAX_DEPTH = 64;

/** True if the bytes are a protobuf message with the fields of an ONNX ModelProto. */
export function isOnnx(source: ByteSource): boolean {
  let hasVersion = false;
  let hasGraph = false;
  let hasOpsets = false;
  try {
    for (const field of fieldsOf(wholeMessage(source))) {
      if (field.number === 1 && field.wire === 0 && field.value > 0 && field.value < 1000) hasVersion = true;
      else if (field.number === 7 && field.wire === 2) hasGraph = true;
      else if (field.number === 8 && field.wire === 2) hasOpsets = true;
      else if (field.number > 30) return false;
    }
  } catch (error) {
    // A truncated model is still meant to be one.
    if (!(error instanceof FormatError)) throw error;
  }
  return hasVersion && (hasGraph || hasOpsets);
}

/** Reviews an ONNX model: which operators it needs, where its data is, what it takes and gives. */
export function scanOnnx(source: ByteSource, scope: Scope, modelPath: string): void {
  new OnnxReview(scope, modelPath).model(wholeMessage(source));
}

class OnnxReview {
  readonly #scope: Scope;
  readonly #folder: string;
  /** Operators that the model itself defines, as `domain:name`. */
  readonly #functions = new Set<string>();

  constructor(scope: Scope, modelPath: string) {
    this.#scope = scope;
    this.#folder = path.posix.dirname(modelPath);
  }

  model(model: Message): void {
    const fields = fieldMap(model);
    const { facts } = this.#scope;
    const producer = [lastText(fields, 2, model), lastText(fields, 3, model)].filter(Boolean).join(' ');
    if (producer !== '') facts.producer = producer;
    facts.opsets = {};
    for (const field of fields.get(8) ?? []) {
      const opset = messageOf(field, model);
      const opsetFields = fieldMap(opset);
      const domain = lastText(opsetFields, 1, opset) || 'ai.onnx';
      facts.opsets[domain] = opsetFields.get(2)?.at(-1)?.value ?? 0;
    }
    for (const field of fields.get(25) ?? []) {
      const definition = messageOf(field, model);
      const definitionFields = fieldMap(definition);
      this.#functions.add(
        `${lastText(definitionFields, 10, definition) ?? ''}:${lastText(definitionFields, 1, definition) ?? ''}`,
      );
    }
    for (const field of fields.get(25) ?? []) this.#nodes(messageOf(field, model), 7, 1);
    for (const field of fields.get(7) ?? []) this.#graph(messageOf(field, model), 0);
    for (const field of fields.get(14) ?? []) {
      const entry = messageOf(field, model);
      const entryFields = fieldMap(entry);
      const key = lastText(entryFields, 1, entry) ?? '';
      scanMetadata(key, lastText(entryFields, 2, entry) ?? '', this.#scope);
    }
    for (const field of fields.get(20) ?? []) {
      const training = messageOf(field, model);
      for (const part of fieldsOf(training)) if (part.number <= 2) this.#graph(messageOf(part, training), 1);
    }
    if ((fields.get(7)?.length ?? 0) === 0) throw new FormatError('the ONNX model has no graph');
  }

  #graph(graph: Message, depth: number): void {
    if (depth > MAX_DEPTH) throw new FormatError(`graphs are nested more than ${MAX_DEPTH} deep`);
    const inputs: Port[] = [];
    const outputs: Port[] = [];
    const initializers = new Set<string>();
    for (const field of fieldsOf(graph)) {
      switch (field.number) {
        case 1:
          this.#node(messageOf(field, graph), depth);
          break;
        case 5:
          initializers.add(this.#tensor(messageOf(field, graph)));
          break;
        case 15:
          this.#sparse(messageOf(field, graph));
          break;
        case 11:
          if (depth === 0) inputs.push(portOf(messageOf(field, graph)));
          break;
        case 12:
          if (depth === 0) outputs.push(portOf(messageOf(field, graph)));
          break;
        default:
      }
    }
    if (depth > 0) return;
    // Before version 4 of the format, every initializer was listed among the inputs as well.
    this.#scope.facts.inputs = inputs.filter((input) => !initializers.has(input.name));
    this.#scope.facts.outputs = outputs;
  }

  #nodes(message: Message, number: number, depth: number): void {
    for (const field of fieldsOf(message)) if (field.number === number) this.#node(messageOf(field, message), depth);
  }

  #node(node: Message, depth: number): void {
    let domain = '';
    let operator = '';
    for (const field of fieldsOf(node)) {
      if (field.number === 4) operator = textOf(field, node);
      else if (field.number === 7) domain = textOf(field, node);
      else if (field.number === 5) this.#attribute(messageOf(field, node), depth);
    }
    const listed = STANDARD.get(domain);
    if (listed?.has(operator) === true || RUNTIME_DOMAINS.has(domain)) return;
    if (this.#functions.has(`${domain}:${operator}`) || this.#scope.allow.has(`onnx.${domain || 'ai.onnx'}`)) return;
    const why =
      listed === undefined ? `of the domain ${domain}, which is` : `not in the domain ${domain || 'ai.onnx'}:`;
    this.#scope.report('MV305', `Operator ${operator} is ${why} no part of ONNX`, { symbol: `${domain}:${operator}` });
  }

  #attribute(attribute: Message, depth: number): void {
    for (const field of fieldsOf(attribute)) {
      if (field.number === 5 || field.number === 10) this.#tensor(messageOf(field, attribute));
      else if (field.number === 6 || field.number === 11) this.#graph(messageOf(field, attribute), depth + 1);
      else if (field.number === 22 || field.number === 23) this.#sparse(messageOf(field, attribute));
    }
  }

  #sparse(sparse: Message): void {
    for (const field of fieldsOf(sparse)) if (field.number <= 2) this.#tensor(messageOf(field, sparse));
  }

  /** Checks where a tensor's data is; returns its name. */
  #tensor(tensor: Message): string {
    let name = '';
    let isExternal = false;
    let numbers = 1;
    let type: FloatType | undefined;
    const shape: number[] = [];
    const data: Field[] = [];
    const external = new Map<string, string>();
    for (const field of fieldsOf(tensor)) {
      if (field.number === 1 && field.wire === 0) {
        numbers *= field.value;
        shape.push(field.value);
      } else if (field.number === 2 && field.wire === 0) type = FLOATS[field.value];
      // Packed floats and doubles lie as raw data does.
      else if ([4, 9, 10].includes(field.number) && field.wire === 2) data.push(field);
      else if (field.number === 8) name = textOf(field, tensor);
      else if (field.number === 14) isExternal = field.value === 1;
      else if (field.number === 13) {
        const entry = messageOf(field, tensor);
        const entryFields = fieldMap(entry);
        external.set(lastText(entryFields, 1, entry) ?? '', lastText(entryFields, 2, entry) ?? '');
      }
    }
    const { facts } = this.#scope;
    facts.tensorCount = (facts.tensorCount ?? 0) + 1;
    facts.parameters = (facts.parameters ?? 0) + numbers;
    if (isExternal || external.size > 0) this.#external(name, external);
    else if (type !== undefined) {
      for (const { start, length: bytes } of data) {
        checkTensor(tensor.source, { name: name || 'a constant', type, shape, start, bytes }, this.#scope);
      }
    }
    return name;
  }

  #external(name: string, external: ReadonlyMap<string, string>): void {
    const location = external.get('location') ?? '';
    const problem = pathProblem(location);
    if (problem !== undefined) {
      this.#scope.report('MV304', `Tensor ${name} is kept in '${location}', which ${problem}`, { symbol: location });
      return;
    }
    const file = path.posix.join(this.#folder, location);
    const size = this.#scope.siblings.get(file);
    if (size === undefined) {
      this.#scope.report('MV304', `Tensor ${name} is kept in '${location}', which is no file of the model`, {
        symbol: location,
      });
      return;
    }
    const end = Number(external.get('offset') ?? 0) + Number(external.get('length') ?? 0);
    if (!(end <= size)) {
      this.#scope.report('MV304', `Tensor ${name} ends beyond its file '${location}'`, { symbol: location });
    }
    this.#scope.claim(file);
  }
}

/** The types of tensors whose numbers can be read. */
const FLOATS: Readonly<Record<number, FloatType>> = { 1: 'F32', 10: 'F16', 11: 'F64', 16: 'BF16' };

const ELEMENT_TYPES: Record<number, string> = {
  1: 'float',
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  8: 'string',
  9: 'bool',
  10: 'float16',
  11: 'double',
  12: 'uint32',
  13: 'uint64',
  14: 'complex64',
  15: 'complex128',
  16: 'bfloat16',
};

/** A ValueInfoProto. */
function portOf(info: Message): Port {
  const fields = fieldMap(info);
  const type = fields.get(2)?.at(-1);
  return { name: lastText(fields, 1, info) ?? '', ...(type !== undefined && typeOf(messageOf(type, info), 0)) };
}

/** A TypeProto in the words of ONNX Runtime: `tensor(float)`, `seq(map(int64,tensor(float)))`. */
function typeOf(type: Message, depth: number): Pick<Port, 'type' | 'shape'> {
  if (depth > 8) return { type: '?' };
  for (const field of fieldsOf(type)) {
    const inner = field.wire === 2 ? messageOf(field, type) : undefined;
    if (inner === undefined) continue;
    const fields = fieldMap(inner);
    const element = (number: number): string => {
      const part = fields.get(number)?.at(-1);
      return part === undefined ? '?' : (typeOf(messageOf(part, inner), depth + 1).type ?? '?');
    };
    const scalar = ELEMENT_TYPES[fields.get(1)?.at(-1)?.value ?? 0] ?? '?';
    switch (field.number) {
      case 1:
      case 8: {
        const shape = fields.get(2)?.at(-1);
        const kind = field.number === 1 ? 'tensor' : 'sparse_tensor';
        return { type: `${kind}(${scalar})`, ...(shape !== undefined && { shape: shapeOf(messageOf(shape, inner)) }) };
      }
      case 4:
        return { type: `seq(${element(1)})` };
      case 5:
        return { type: `map(${scalar},${element(2)})` };
      case 9:
        return { type: `optional(${element(1)})` };
      default:
    }
  }
  return { type: '?' };
}

function shapeOf(shape: Message): (number | string)[] {
  const dimensions: (number | string)[] = [];
  for (const field of fieldsOf(shape)) {
    if (field.number !== 1) continue;
    const dimension = messageOf(field, shape);
    const fields = fieldMap(dimension);
    dimensions.push(fields.get(1)?.at(-1)?.value ?? (lastText(fields, 2, dimension) || '?'));
  }
  return dimensions;
}
