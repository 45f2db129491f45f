import type { Port } from '../facts.ts';
import type { Scope } from '../scope.ts';
import type { ByteSource } from '../source.ts';
import { rootTable, type Table } from './flatbuffer.ts';
import { scanMetadata } from './metadata.ts';
import { reviewOperation } from './tensorflow-operations.ts';

/** Indices of the fields, from TensorFlow Lite's schema (schema_v3c.fbs). */
const MODEL = { version: 0, codes: 1, subgraphs: 2, description: 3, buffers: 4, signatures: 7 } as const;
const SIGNATURE = { inputs: 0, outputs: 1, key: 2, subgraph: 4 } as const;
const ENTRY = { name: 0, tensor: 1 } as const;
const CODE = { deprecatedBuiltin: 0, custom: 1, builtin: 3 } as const;
const SUBGRAPH = { tensors: 0, inputs: 1, outputs: 2, operators: 3 } as const;
const TENSOR = { shape: 0, type: 1, buffer: 2, name: 3, shapeSignature: 7 } as const;
const BUFFER = { data: 0, offset: 1, size: 2 } as const;
const OPERATOR = { code: 0, inputs: 1, outputs: 2 } as const;

/** The number of the operator that is none of the built-in ones. */
const CUSTOM = 32;
/** Operators beside the built-in ones that TensorFlow Lite's own runtime registers. */
const REGISTERED = new Set([
  ...['TFLite_Detection_PostProcess', 'Mfcc', 'AudioSpectrogram', 'NumericVerify', 'Convolution2DTransposeBias'],
  ...['MaxPoolingWithArgmax2D', 'MaxUnpooling2D', 'RngUniform', 'VhloComposite'],
]);
const NO_FUNCTIONS: ReadonlySet<string> = new Set();

const TYPES = [
  ...['float32', 'float16', 'int32', 'uint8', 'int64', 'string', 'bool', 'int16', 'complex64', 'int8', 'float64'],
  ...['complex128', 'uint64', 'resource', 'variant', 'uint32', 'uint16', 'int4', 'bfloat16'],
];

/** Reviews a TensorFlow Lite model: its operators, and that every index and range in it leads to something. */
export function scanTflite(source: ByteSource, scope: Scope): void {
  const model = rootTable(source);
  scope.facts.producer ??= `TensorFlow Lite version ${model.int32(MODEL.version)}`;
  scanMetadata('description', model.text(MODEL.description), scope);
  let codes = 0;
  for (const code of model.tables(MODEL.codes)) {
    codes++;
    // Numbers beyond 127 did not fit into the field that was there first.
    if (Math.max(code.int8(CODE.deprecatedBuiltin), code.int32(CODE.builtin)) === CUSTOM) {
      reviewCustom(code.text(CODE.custom), scope);
    }
  }
  const filled: boolean[] = [];
  for (const buffer of model.tables(MODEL.buffers)) {
    const end = buffer.uint64(BUFFER.offset) + buffer.uint64(BUFFER.size);
    if (end > source.size)
      scope.report('MV401', `Buffer ${filled.length} ends beyond the file`, { symbol: String(filled.length) });
    filled.push(buffer.vector(BUFFER.data, 1).length > 0 || buffer.uint64(BUFFER.size) > 0);
  }
  const graphs = [...model.tables(MODEL.subgraphs)].map((subgraph) => scanSubgraph(subgraph, codes, filled, scope));
  const [main] = graphs;
  if (main === undefined) return;
  Object.assign(scope.facts, { inputs: main.inputs, outputs: main.outputs });
  for (const signature of model.tables(MODEL.signatures)) {
    const tensors = graphs[signature.int32(SIGNATURE.subgraph)]?.tensors ?? [];
    if (signature.text(SIGNATURE.key) !== 'serving_default') continue;
    scope.facts.inputs = signaturePorts(signature, SIGNATURE.inputs, tensors);
    scope.facts.outputs = signaturePorts(signature, SIGNATURE.outputs, tensors);
  }
}

/** What a signature calls its tensors. */
const signaturePorts = (signature: Table, index: number, tensors: readonly Port[]): Port[] =>
  [...signature.tables(index)].map((entry) => ({
    ...tensors[entry.int32(ENTRY.tensor)],
    name: entry.text(ENTRY.name),
  }));

interface Subgraph {
  tensors: Port[];
  inputs: Port[];
  outputs: Port[];
}

function reviewCustom(name: string, scope: Scope): void {
  if (name.startsWith('Flex')) return reviewOperation(name.slice('Flex'.length), 'of TensorFlow', NO_FUNCTIONS, scope);
  if (REGISTERED.has(name) || scope.allow.has(`tflite.${name}`)) return;
  scope.report('MV305', `Operator ${name || 'without a name'} is no part of TensorFlow Lite`, { symbol: name });
}

function scanSubgraph(subgraph: Table, codes: number, filled: readonly boolean[], scope: Scope): Subgraph {
  const tensors: Port[] = [];
  const { facts } = scope;
  for (const tensor of subgraph.tables(SUBGRAPH.tensors)) {
    const shape = tensor.int32s(TENSOR.shape);
    const signature = tensor.int32s(TENSOR.shapeSignature);
    const name = tensor.text(TENSOR.name);
    const buffer = tensor.int32(TENSOR.buffer);
    if (buffer < 0 || buffer >= filled.length) {
      scope.report('MV401', `Tensor ${name} is kept in a buffer that is not there`, { symbol: name });
    }
    if (filled[buffer] === true) {
      facts.tensorCount = (facts.tensorCount ?? 0) + 1;
      facts.parameters = (facts.parameters ?? 0) + shape.reduce((product, size) => product * size, 1);
    }
    tensors.push({
      name,
      type: TYPES[tensor.int8(TENSOR.type)] ?? '?',
      shape: (signature.length > 0 ? signature : shape).map((size) => (size < 0 ? '?' : size)),
    });
  }
  const ports = (indices: readonly number[]): Port[] =>
    indices.flatMap((index) => {
      const port = tensors[index];
      // -1 stands for an optional input that is left out.
      if (port === undefined && index !== -1)
        scope.report('MV401', `Tensor ${index} of the graph is not there`, { symbol: String(index) });
      return port === undefined ? [] : [port];
    });
  const inputs = ports(subgraph.int32s(SUBGRAPH.inputs));
  const outputs = ports(subgraph.int32s(SUBGRAPH.outputs));
  for (const operator of subgraph.tables(SUBGRAPH.operators)) {
    const code = operator.int32(OPERATOR.code);
    if (code < 0 || code >= codes)
      scope.report('MV401', `Operator ${code} of the graph is not there`, { symbol: String(code) });
    ports(operator.int32s(OPERATOR.inputs));
    ports(operator.int32s(OPERATOR.outputs));
  }
  return { tensors, inputs, outputs };
}
