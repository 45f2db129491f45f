import { message, number } from '../helpers/protobuf.ts';
import { zip } from '../helpers/zip.ts';

/** An attack in a format other than pickle: family, technique, file name, content. */
type Attack = readonly [family: string, technique: string, name: string, content: Buffer];

const layer = (module: string, className: string, config: unknown = {}, registered: string | null = null): unknown => ({
  module,
  class_name: className,
  config,
  registered_name: registered,
});
const sequential = (...layers: unknown[]): unknown => layer('keras', 'Sequential', { layers });
const keras = (config: unknown): Buffer =>
  zip([
    { name: 'metadata.json', content: '{}' },
    { name: 'config.json', content: JSON.stringify(config) },
  ]);
const hdf5 = (config: unknown): Buffer =>
  Buffer.concat([
    Buffer.from('894844460d0a1a0a', 'hex'),
    Buffer.alloc(600),
    Buffer.from(`model_config\0\0${JSON.stringify(config)}\0\0`),
    Buffer.alloc(99),
  ]);
const lambda = layer('keras.layers', 'Lambda', {
  function: { class_name: '__lambda__', config: { code: '4wEAAAA=' } },
});
const functionOf = (module: string, name: string): unknown => ({ class_name: 'function', module, config: name });

const KERAS: readonly (readonly [technique: string, config: unknown])[] = [
  ['Lambda', sequential(lambda)],
  ['Lambda in TimeDistributed', sequential(layer('keras.layers', 'TimeDistributed', { layer: lambda }))],
  ['Lambda in a nested model', sequential(sequential(sequential(lambda)))],
  ['activation os.system', sequential(layer('keras.layers', 'Dense', { activation: functionOf('os', 'system') }))],
  [
    'activation builtins.exec',
    sequential(layer('keras.layers', 'Dense', { activation: functionOf('builtins', 'exec') })),
  ],
  [
    'initializer of another module',
    sequential(layer('keras.layers', 'Dense', { kernel_initializer: layer('subprocess', 'Popen') })),
  ],
  ['layer of another module', sequential(layer('my_package.layers', 'Run'))],
  ['registered class', sequential(layer('keras.layers', 'Dense', {}, 'Custom>Layer'))],
  ['keras.utils.get_file', sequential(layer('keras.utils', 'get_file'))],
  ['keras.config.enable_unsafe_deserialization', sequential(layer('keras.config', 'enable_unsafe_deserialization'))],
  ['TorchModuleWrapper', sequential(layer('keras.utils', 'TorchModuleWrapper', { module: 'gAJ9Lg==' }))],
  ['StringLookup that reads a file', sequential(layer('keras.layers', 'StringLookup', { vocabulary: '/etc/passwd' }))],
];

const graphNode = (operation: string): Buffer => message(1, message(1, 'n'), message(2, operation));
const savedModel = (...graph: Buffer[]): Buffer =>
  Buffer.concat([number(1, 1), message(2, message(1, 'meta'), message(2, ...graph))]);
const TENSORFLOW_OPERATIONS = ['ReadFile', 'WriteFile', 'PyFunc', 'EagerPyFunc', 'PyFuncStateless', 'MatchingFiles'];

const onnxNode = (operator: string, domain: string, ...rest: Buffer[]): Buffer =>
  message(1, message(4, operator), message(7, domain), ...rest);
const onnx = (...graph: Buffer[]): Buffer =>
  Buffer.concat([number(1, 9), message(2, 'test'), message(7, ...graph), message(8, message(1, ''), number(2, 17))]);
const external = (location: string): Buffer =>
  message(5, message(8, 'w'), message(13, message(1, 'location'), message(2, location)), number(14, 1));

const TEMPLATES: readonly string[] = [
  "{{ ''.__class__.__mro__[1].__subclasses__() }}",
  '{{ cycler.__init__.__globals__.os.popen("id").read() }}',
  '{{ x | attr("__class__") }}',
  '{{ x | attr("\\x5f\\x5fclass") }}',
  '{{ lipsum.__globals__["os"] }}',
];
const gguf = (template: string): Buffer => {
  const text = (value: string): Buffer => {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(value.length));
    return Buffer.concat([length, Buffer.from(value)]);
  };
  const counts = Buffer.alloc(20);
  counts.writeUInt32LE(3);
  counts.writeBigUInt64LE(1n, 12);
  return Buffer.concat([
    Buffer.from('GGUF'),
    counts,
    text('tokenizer.chat_template'),
    Buffer.of(8, 0, 0, 0),
    text(template),
  ]);
};

const safetensors = (header: string, size: number): Buffer => {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, Buffer.from(header), Buffer.alloc(size)]);
};

const skops = (module: string, name: string): Buffer =>
  zip([
    { name: 'schema.json', content: JSON.stringify({ __loader__: 'ObjectNode', __module__: module, __class__: name }) },
  ]);

/** Attacks on readers that unpickle nothing. */
export const FORMAT_ATTACKS: readonly Attack[] = [
  ...KERAS.flatMap(([technique, config]): Attack[] => [
    ['keras', technique, 'model.keras', keras(config)],
    ['hdf5', technique, 'model.h5', hdf5(config)],
  ]),
  ...TENSORFLOW_OPERATIONS.flatMap((operation): Attack[] => [
    ['tensorflow', `${operation} in a SavedModel`, 'saved_model.pb', savedModel(graphNode(operation))],
    [
      'tensorflow',
      `${operation} in a function`,
      'saved_model.pb',
      savedModel(message(2, message(1, message(3, message(1, 'f'), message(2, operation))))),
    ],
    [
      'tensorflow',
      `${operation} in a frozen graph`,
      'graph.pb',
      Buffer.concat([graphNode('Add'), graphNode(operation)]),
    ],
  ]),
  ['onnx', 'operator of a custom domain', 'model.onnx', onnx(onnxNode('Run', 'evil.ops'))],
  [
    'onnx',
    'operator in a subgraph',
    'model.onnx',
    onnx(onnxNode('If', '', message(5, message(6, onnxNode('Run', 'x'))))),
  ],
  ...['../../etc/passwd', '/etc/passwd', 'C:\\x', 'a/../../b', 'weights.bin'].map((location): Attack => [
    'onnx',
    `external data at ${location}`,
    'model.onnx',
    onnx(external(location)),
  ]),
  ...TEMPLATES.flatMap((template): Attack[] => [
    ['template', `GGUF: ${template}`, 'model.gguf', gguf(template)],
    [
      'template',
      `tokenizer: ${template}`,
      'tokenizer_config.json',
      Buffer.from(JSON.stringify({ chat_template: template })),
    ],
  ]),
  [
    'safetensors',
    'overlap',
    'm.safetensors',
    safetensors(
      '{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}',
      6,
    ),
  ],
  ['safetensors', 'tail', 'm.safetensors', safetensors('{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}', 99)],
  [
    'safetensors',
    'key twice',
    'm.safetensors',
    safetensors(
      '{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}',
      4,
    ),
  ],
  ['skops', 'os.system', 'model.skops', skops('os', 'system')],
  ['skops', 'builtins.eval', 'model.skops', skops('builtins', 'eval')],
  ['skops', 'class that nobody knows', 'model.skops', skops('my_package', 'Model')],
  ['archive', 'path that leaves a zip', 'm.zip', zip([{ name: '../../.ssh/authorized_keys', content: 'x' }])],
  ['archive', 'link in a zip', 'm.zip', zip([{ name: 'a', content: '/etc/passwd', unixMode: 0o120777 }])],
  ['archive', 'encrypted zip', 'm.zip', zip([{ name: 'a', flags: 1, content: 'x' }])],
  ['archive', '7z', 'm.7z', Buffer.from('377abcaf271c0004', 'hex')],
  [
    'xml',
    'external entity in PMML',
    'm.pmml',
    Buffer.from('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><PMML/>'),
  ],
  ['source', 'Python that runs a command', 'model.py', Buffer.from('import os\nos.system("id")\n')],
  ['source', 'Python without an extension', 'model', Buffer.from('import subprocess\nsubprocess.run(["id"])\n')],
  ['source', 'shell', 'run', Buffer.from('#!/bin/sh\nid\n')],
  ['native', 'ELF library', 'libm.so', Buffer.concat([Buffer.from('7f454c46', 'hex'), Buffer.alloc(64)])],
  ['native', 'WebAssembly', 'm.wasm', Buffer.from('0061736d01000000', 'hex')],
  ['secret', 'AWS key', 'config.json', Buffer.from('{"key": "AKIAIOSFODNN7EXAMPLE"}')],
  ['secret', 'private key', 'key.txt', Buffer.from('-----BEGIN PRIVATE KEY-----\nx')],
];
