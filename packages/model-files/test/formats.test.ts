import { describe, expect, test } from '@jest/globals';
import { inspectModel } from '../src/index.ts';
import { evil, harmless } from './helpers/assembler.ts';
import { folderOf, inspectBytes, messagesOf, rulesOf } from './helpers/model.ts';
import { message, number } from './helpers/protobuf.ts';
import { zip } from './helpers/zip.ts';

const safetensors = (header: unknown, data = Buffer.alloc(0)): Buffer => {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, data]);
};

describe('safetensors', () => {
  const tensor = (from: number, to: number): unknown => ({
    dtype: 'F32',
    shape: [(to - from) / 4],
    data_offsets: [from, to],
  });

  test('tells its tensors', async () => {
    const { findings, files } = await inspectBytes(
      safetensors({ a: tensor(0, 8), b: tensor(8, 12) }, Buffer.alloc(12)),
    );
    expect(findings).toEqual([]);
    expect(files[0]).toMatchObject({ format: 'safetensors', facts: { tensorCount: 2, parameters: 3 } });
  });

  test.each([
    ['a hole', { a: tensor(0, 8), b: tensor(12, 16) }, 16, 'MV402'],
    ['a tail', { a: tensor(0, 8) }, 20, 'MV402'],
    ['an overlap', { a: tensor(0, 8), b: tensor(4, 12) }, 12, 'MV401'],
    ['an end beyond the file', { a: tensor(0, 80) }, 8, 'MV401'],
    ['a shape that does not fit', { a: { dtype: 'F32', shape: [3], data_offsets: [0, 8] } }, 8, 'MV401'],
    ['an unknown type', { a: { dtype: 'EXEC', shape: [2], data_offsets: [0, 8] } }, 8, 'MV401'],
    [
      'a key twice',
      '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}',
      8,
      'MV401',
    ],
    ['a broken header', '{"a":', 8, 'MV401'],
  ])('with %s is refused', async (_, header, size, rule) => {
    expect(rulesOf(await inspectBytes(safetensors(header, Buffer.alloc(size))))).toContain(rule);
  });
});

describe('ONNX', () => {
  const port = (field: number, name: string, element: number, ...dimensions: Buffer[]): Buffer =>
    message(
      field,
      message(1, name),
      message(2, message(1, number(1, element), message(2, ...dimensions.map((d) => message(1, d))))),
    );
  const node = (operator: string, domain = '', ...attributes: Buffer[]): Buffer =>
    message(1, message(4, operator), message(7, domain), ...attributes);
  const model = (...graph: Buffer[]): Buffer =>
    Buffer.concat([number(1, 9), message(2, 'test'), message(7, ...graph), message(8, message(1, ''), number(2, 17))]);
  const external = (location: string): Buffer =>
    message(5, message(8, 'w'), message(13, message(1, 'location'), message(2, location)), number(14, 1));

  test('tells inputs, outputs and operator sets', async () => {
    const file = model(node('Add'), port(11, 'x', 1, message(2, 'N'), number(1, 3)), port(12, 'y', 7, number(1, 1)));
    const { findings, files } = await inspectBytes(file);
    expect(findings).toEqual([]);
    expect(files[0]!.facts).toMatchObject({
      inputs: [{ name: 'x', type: 'tensor(float)', shape: ['N', 3] }],
      outputs: [{ name: 'y', type: 'tensor(int64)', shape: [1] }],
      opsets: { 'ai.onnx': 17 },
    });
  });

  test.each([
    ['a custom operator', [node('Run', 'evil.ops')], 'MV305'],
    ['a custom operator in a subgraph', [node('If', '', message(5, message(6, node('Run', 'evil.ops'))))], 'MV305'],
    ['data outside of the folder', [external('../../etc/passwd')], 'MV304'],
    ['data at an absolute path', [external('/etc/passwd')], 'MV304'],
    ['data that is missing', [external('weights.bin')], 'MV304'],
    [
      'data of an attribute outside of the folder',
      [node('Constant', '', message(5, message(5, external('../x').subarray(2))))],
      'MV304',
    ],
  ])('with %s is refused', async (_, graph, rule) => {
    expect(rulesOf(await inspectBytes(model(...graph)))).toContain(rule);
  });

  test('may bring its own functions, and domains that the user allows', async () => {
    const own = Buffer.concat([model(node('Mine', 'own')), message(25, message(1, 'Mine'), message(10, 'own'))]);
    expect((await inspectBytes(own)).findings).toEqual([]);
    expect((await inspectBytes(model(node('Run', 'com.acme')), 'm', { allow: ['onnx.com.acme'] })).findings).toEqual(
      [],
    );
  });

  test('claims its data files, which would be unknown content else', async () => {
    const root = await folderOf({ 'm.onnx': model(external('w.bin')), 'w.bin': Buffer.from([0, 1, 2, 3, 255]) });
    const { files, findings } = await inspectModel(root);
    expect(findings).toEqual([]);
    expect(files.map((file) => file.format)).toEqual(['onnx', 'external-data']);
  });

  test('that is cut is refused', async () => {
    const file = model(node('Add'), port(11, 'x', 1, number(1, 3)));
    expect(rulesOf(await inspectBytes(file.subarray(0, -2)))).toContain('MV401');
  });
});

describe('TensorFlow', () => {
  const node = (name: string, operation: string): Buffer => message(1, message(1, name), message(2, operation));
  const savedModel = (...graph: Buffer[]): Buffer =>
    Buffer.concat([number(1, 1), message(2, message(1, 'meta'), message(2, ...graph))]);

  test.each([
    ['SavedModel', savedModel(node('a', 'Add'), node('b', 'WriteFile')), 'tensorflow-savedmodel'],
    [
      'function of a SavedModel',
      savedModel(message(2, message(1, message(3, message(1, 'f'), message(2, 'PyFunc'))))),
      'tensorflow-savedmodel',
    ],
    ['frozen graph', Buffer.concat([node('a', 'Add'), node('b', 'ReadFile')]), 'tensorflow-graph'],
  ])('%s with an operation that acts outside is refused', async (_, file, format) => {
    const inspection = await inspectBytes(file);
    expect(rulesOf(inspection)).toContain('MV303');
    expect(inspection.formats).toEqual([format]);
  });

  test('SavedModel with its variables passes, restore operations included', async () => {
    const root = await folderOf({
      'saved_model.pb': savedModel(node('a', 'MatMul'), node('s', 'SaveV2'), node('r', 'RestoreV2')),
      'variables/variables.data-00000-of-00001': Buffer.from([0, 1, 2, 3, 254]),
    });
    expect((await inspectModel(root)).findings).toEqual([]);
  });
});

test('Core ML is recognised, and a custom model refused', async () => {
  const model = (kind: number): Buffer =>
    Buffer.concat([number(1, 4), message(2, message(1, message(1, 'x'))), message(kind, message(10, 'Run'))]);
  expect(rulesOf(await inspectBytes(model(300)))).toEqual([]);
  expect(rulesOf(await inspectBytes(model(555)))).toEqual(['MV305']);
});

describe('Keras', () => {
  const layer = (module: string, className: string, config: unknown = {}): unknown => ({
    module,
    class_name: className,
    config,
    registered_name: null,
  });
  const model = (...layers: unknown[]): unknown => ({ module: 'keras', class_name: 'Sequential', config: { layers } });
  const keras = (config: unknown): Buffer =>
    zip([
      { name: 'metadata.json', content: '{}' },
      { name: 'config.json', content: JSON.stringify(config) },
    ]);
  const hdf5 = (config: unknown): Buffer =>
    Buffer.concat([
      Buffer.from('894844460d0a1a0a', 'hex'),
      Buffer.alloc(600),
      Buffer.from(`model_config\0\0{${JSON.stringify(config)}\0\0`),
      Buffer.alloc(99),
    ]);
  const lambda = model(
    layer('keras.layers', 'Lambda', { function: { class_name: '__lambda__', config: { code: 'xx' } } }),
  );

  test.each([
    ['a Lambda', lambda, 'MV301'],
    ['a Lambda deep inside', model(layer('keras.layers', 'TimeDistributed', { layer: lambda })), 'MV301'],
    [
      'a function of another module',
      model(layer('keras.layers', 'Dense', { activation: { class_name: 'function', module: 'os', config: 'system' } })),
      'MV302',
    ],
    ['a Keras utility that downloads', model(layer('keras.utils', 'get_file')), 'MV302'],
    ['a registered class', { ...(model() as object), registered_name: 'Custom>Layer' }, 'MV302'],
    [
      'a vocabulary that is a file',
      model(layer('keras.layers', 'StringLookup', { vocabulary: '/etc/passwd' })),
      'MV304',
    ],
  ])('with %s is refused', async (_, config, rule) => {
    expect(rulesOf(await inspectBytes(keras(config)))).toContain(rule);
    expect(rulesOf(await inspectBytes(hdf5(config)))).toContain(rule);
  });

  test('of its own layers passes', async () => {
    const inspection = await inspectBytes(
      keras(model(layer('keras.layers', 'Dense'), layer('keras.layers', 'StringLookup', { vocabulary: ['a', 'b'] }))),
    );
    expect(inspection.findings).toEqual([]);
    expect(inspection.formats).toEqual(['keras']);
  });

  test('in HDF5 whose configuration cannot be found is refused', async () => {
    const file = Buffer.concat([Buffer.from('894844460d0a1a0a', 'hex'), Buffer.from('model_config'), Buffer.alloc(99)]);
    expect(rulesOf(await inspectBytes(file))).toContain('MV902');
  });
});

describe('NumPy', () => {
  const npy = (descr: string, shape: string, data: Buffer): Buffer => {
    const header = `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }\n`;
    const length = Buffer.alloc(2);
    length.writeUInt16LE(header.length);
    return Buffer.concat([Buffer.from('934e554d50590100', 'hex'), length, Buffer.from(header), data]);
  };

  test.each([
    ['objects with a payload', npy("'|O'", '(1,)', evil), 'MV102'],
    ['objects in a field', npy("[('a', '<f8'), ('b', '|O')]", '(1,)', evil), 'MV102'],
    ['objects by another spelling', npy("'O,f8'", '(1,)', evil), 'MV401'],
    ['objects by an escape', npy("'\\x4f'", '(1,)', evil), 'MV401'],
    ['objects in a nested field', npy("[('a', [('b', '|O')])]", '(1,)', evil), 'MV102'],
    ['a type that is given twice', npy("'<f8', 'descr': '|O'", '(1,)', evil), 'MV401'],
    ['data behind the array', npy("'<f8'", '(2,)', Buffer.alloc(20)), 'MV402'],
    ['too little data', npy("'<f8'", '(2,)', Buffer.alloc(9)), 'MV401'],
    ['objects in an archive', zip([{ name: 'a.npy', content: npy("'|O'", '(1,)', evil) }]), 'MV102'],
  ])('%s is refused', async (_, file, rule) => {
    expect(rulesOf(await inspectBytes(file))).toContain(rule);
  });

  test('harmless objects are a warning, numbers nothing', async () => {
    expect(rulesOf(await inspectBytes(npy("'|O'", '(1,)', harmless)))).toEqual(['MV308']);
    expect((await inspectBytes(npy("'<U3'", '(2, 2)', Buffer.alloc(48)))).findings).toEqual([]);
    expect((await inspectBytes(npy("[('a', '<i8'), ('b', '|u1', (3,))]", '(2,)', Buffer.alloc(22)))).findings).toEqual(
      [],
    );
  });
});

describe('chat templates', () => {
  const escape = "{{ ''.__class__.__mro__[1].__subclasses__() }}";
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
      Buffer.from([8, 0, 0, 0]),
      text(template),
    ]);
  };

  test.each([
    ['GGUF', (template: string) => gguf(template)],
    ['tokenizer settings', (template: string) => Buffer.from(JSON.stringify({ chat_template: template }))],
    ['one of several', (template: string) => Buffer.from(JSON.stringify({ chat_template: [{ name: 'a', template }] }))],
  ])('%s with an escape is refused', async (_, file) => {
    expect(rulesOf(await inspectBytes(file(escape)))).toContain('MV307');
    expect(rulesOf(await inspectBytes(file('{{ x | attr("\\x5f\\x5fclass") }}')))).toContain('MV307');
    expect(
      rulesOf(await inspectBytes(file("{% for m in messages %}{{ '<|' + m['role'] + '|>' }}{% endfor %}"))),
    ).not.toContain('MV307');
  });
});

describe('what lies beside a model', () => {
  const beside = async (name: string, content: Buffer | string): Promise<string[]> =>
    rulesOf(await inspectModel(await folderOf({ 'a.safetensors': safetensors({}), [name]: content })));

  test.each([
    ['Python source', 'model.py', 'import numpy\n\ndef load():\n    return 1\n', 'MV311'],
    ['Python source without a name', 'model', 'import os\nos.system("id")\n', 'MV312'],
    ['a shell script', 'run', '#!/bin/sh\nid\n', 'MV312'],
    ['a native library', 'libx', Buffer.concat([Buffer.from('7f454c46', 'hex'), Buffer.alloc(64)]), 'MV310'],
    ['unknown content', 'data.xyz', Buffer.from([1, 2, 3, 0, 255]), 'MV903'],
    [
      'text that turns binary',
      'notes.txt',
      Buffer.concat([Buffer.from('text '.repeat(2000)), Buffer.from([0, 1, 2])]),
      'MV903',
    ],
    ['an AWS key', 'config.json', '{"key": "AKIAIOSFODNN7EXAMPLE"}', 'MV501'],
    ['a private key', 'key.txt', '-----BEGIN PRIVATE KEY-----\nx', 'MV501'],
    ['remote code', 'config.json', '{"auto_map": {"AutoModel": "modeling.M"}}', 'MV311'],
    ['an LFS pointer', 'w.bin', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n', 'MV910'],
    ['a wrong extension', 'w.onnx', safetensors({}), 'MV905'],
    [
      'XML with an entity',
      'm.pmml',
      '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><PMML/>',
      'MV309',
    ],
    [
      'an MLflow model with a loader',
      'MLmodel',
      'flavors:\n  python_function:\n    loader_module: my.loader\n',
      'MV314',
    ],
    [
      'a skops file of an unknown type',
      'm.skops',
      zip([{ name: 'schema.json', content: '{"__loader__":"x","__module__":"os","__class__":"system"}' }]),
      'MV313',
    ],
  ])('%s is told', async (_, name, content, rule) => {
    expect(await beside(name, content)).toContain(rule);
  });

  test('secrets are masked', async () => {
    const inspection = await inspectBytes('{"key": "AKIAIOSFODNN7EXAMPLE"}', 'a.json');
    expect(messagesOf(inspection)).not.toContain('IOSFODNN');
  });

  test.each([
    ['README.md', '# Model\n\nUse it so:\n\n```python\nimport joblib\nmodel = joblib.load("m")\n```\n'],
    ['vocab.txt', 'cat\ndog\nbird\n'],
    ['requirements.txt', 'numpy==2.0\nscikit-learn==1.5\n'],
    ['config.json', '{"hidden": 3}'],
    ['rows.jsonl', '{"a":1}\n{"a":2}\n'],
    ['logo.png', Buffer.from('89504e470d0a1a0a00', 'hex')],
  ])('%s is nothing to object to', async (name, content) => {
    expect(await beside(name, content)).toEqual([]);
  });
});

describe('policy', () => {
  test('refuses formats that are not accepted, inside of archives too', async () => {
    const options = { formats: ['onnx', 'zip'] as const };
    expect(rulesOf(await inspectBytes(harmless, 'm', options))).toContain('MV906');
    expect(rulesOf(await inspectBytes(zip([{ name: 'm', content: harmless }]), 'm', options))).toContain('MV906');
    expect((await inspectBytes(harmless, 'm', { formats: ['pickle'] })).findings).toEqual([]);
  });

  test('a folder without a model is refused', async () => {
    expect(rulesOf(await inspectModel(await folderOf({ 'README.md': 'text' })))).toEqual(['MV909']);
  });

  test('warnings fail where the policy says so', async () => {
    const script = { 'a.safetensors': safetensors({}), 'x.py': 'import numpy\n' };
    expect((await inspectModel(await folderOf(script))).verdict).toBe('pass');
    expect((await inspectModel(await folderOf(script), { failOn: 'warning' })).verdict).toBe('fail');
  });

  test('links are refused, and leave the model without a digest', async () => {
    const root = await folderOf({ 'a.safetensors': safetensors({}) });
    const { symlink } = await import('node:fs/promises');
    await symlink('/etc/passwd', `${root}/b`);
    const inspection = await inspectModel(root);
    expect(rulesOf(inspection)).toEqual(['MV907']);
    expect(inspection.digest).toBeUndefined();
  });
});
