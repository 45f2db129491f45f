import { message, number } from '../../helpers/protobuf.ts';
import { zip } from '../../helpers/zip.ts';
import { command, joined, type Attack } from './bytes.ts';

const keras = (config: unknown, extra: { name: string; content: Buffer | string }[] = []): Buffer =>
  zip([
    { name: 'metadata.json', content: '{}' },
    { name: 'config.json', content: typeof config === 'string' ? config : JSON.stringify(config) },
    ...extra,
  ]);
const layer = (
  module: string,
  class_name: string,
  config: unknown = {},
  registered_name: string | null = null,
): unknown => ({ module, class_name, config, registered_name });
const model = (...layers: unknown[]): unknown => layer('keras', 'Sequential', { layers });
const KERAS: readonly (readonly [technique: string, content: Buffer])[] = [
  [
    'get_file in plain text',
    keras(model(layer('keras.layers', 'Dense', { fn: 'get_file', url: 'http://localhost/x' }))),
  ],
  ['module of a function under another key', keras(model(layer('keras.layers', 'Dense', { fn_module: 'subprocess' })))],
  ['class of builtins', keras(model(layer('builtins', 'Dense', { units: 1 })))],
  [
    'build_config with a class',
    keras({ ...(model() as object), build_config: { input_shape: layer('os', 'system') } }),
  ],
  [
    'compile_config with an evil loss',
    keras({
      ...(model() as object),
      compile_config: { loss: { class_name: 'function', module: 'os', config: 'system' } },
    }),
  ],
  [
    'old-style class_name only: Lambda',
    keras({
      class_name: 'Sequential',
      config: {
        layers: [{ class_name: 'Lambda', config: { function: ['4wEAAAA=', null, null], function_type: 'lambda' } }],
      },
    }),
  ],
  [
    'module keras.src.ops.nn, function get_file',
    keras(
      model(
        layer('keras.layers', 'Dense', {
          activation: { class_name: 'function', module: 'keras.src.utils.file_utils', config: 'get_file' },
        }),
      ),
    ),
  ],
  ['keras.src.legacy saving', keras(model(layer('keras.src.legacy.saving.saving_utils', 'model_from_config', {})))],
  ['keras.models.load_model as a layer', keras(model(layer('keras.models', 'load_model', { filepath: 'x' })))],
  [
    'safe mode off',
    keras({
      ...(model() as object),
      safe_mode: false,
      config: { layers: [layer('keras.config', 'enable_unsafe_deserialization', {})] },
    }),
  ],
  [
    'TextVectorization reads a file',
    keras(model(layer('keras.layers', 'TextVectorization', { vocabulary: 'file:///etc/passwd' }))),
  ],
  [
    'IntegerLookup over the network',
    keras(model(layer('keras.layers', 'IntegerLookup', { vocabulary: 'http://169.254.169.254/latest' }))),
  ],
  [
    'Lambda under a key twice',
    keras(
      '{"module":"keras","class_name":"Sequential","config":{"layers":[{"module":"keras.layers","class_name":"Lambda","config":{"function":"x"}}],"layers":[]}}',
    ),
  ],
  [
    'Lambda spelled in escapes',
    keras(
      '{"module":"keras","class_name":"Sequential","config":{"layers":[{"module":"keras.layers","class_name":"\\u004cambda","config":{}}]}}',
    ),
  ],
  ['config of another model beside it', keras(model(), [{ name: 'assets/evil.pkl', content: command }])],
  [
    'FeatureSpace custom feature',
    keras(model(layer('keras.utils', 'FeatureSpace', { features: { x: layer('subprocess', 'Popen') } }))),
  ],
  ['TFSMLayer loads a folder', keras(model(layer('keras.layers', 'TFSMLayer', { filepath: '/tmp/saved' })))],
  ['JaxLayer', keras(model(layer('keras.src.utils.jax_layer', 'JaxLayer', { call_fn: {} })))],
  ['class registered under a package', keras(model(layer(null as unknown as string, 'Custom', {}, 'evil>Custom')))],
];

const tfNode = (operation: string, ...attributes: Buffer[]): Buffer =>
  message(1, message(1, 'n'), message(2, operation), ...attributes);
const savedModel = (...graph: Buffer[]): Buffer =>
  joined(number(1, 1), message(2, message(1, 'meta'), message(2, ...graph)));
const TF_OPS = [
  'DebugIdentity',
  'DebugIdentityV2',
  'DebugNanCount',
  'SaveSlices',
  'Save',
  'TextLineDataset',
  'TFRecordDataset',
  'FixedLengthRecordDatasetV2',
  'LMDBDataset',
  'CreateSummaryFileWriter',
  'WholeFileReaderV2',
  'DataServiceDatasetV2',
  'RpcServerStart',
  'ImportEvent',
  'DecodeProtoV2',
  'LoadDataset',
  'SaveDatasetV2',
  'SqlDataset',
  'RegisterDataset',
  'SnapshotDatasetV2',
  'MyCustomOp',
  'TextLineReaderV2',
  'PrintV2',
];
/** Graphs of TensorFlow. */
export const TENSORFLOW_ATTACKS: readonly Attack[] = [
  ...TF_OPS.map((operation): Attack => [
    `${operation} in a SavedModel`,
    'saved_model.pb',
    savedModel(tfNode(operation)),
  ]),
  [
    'PyFunc in the text form of a SavedModel',
    'saved_model.pbtxt',
    Buffer.from(
      'saved_model_schema_version: 1\nmeta_graphs {\n graph_def {\n node {\n name: "n"\n op: "PyFunc"\n }\n }\n}\n',
    ),
  ],
  ['PyFunc in the text form of a graph', 'graph.pbtxt', Buffer.from('node {\n  name: "n"\n  op: "EagerPyFunc"\n}\n')],
  [
    'Lambda in keras_metadata.pb',
    'keras_metadata.pb',
    message(
      1,
      number(1, 1),
      message(2, 'root.layer-1'),
      message(3, '_tf_keras_layer'),
      message(
        4,
        JSON.stringify({
          class_name: 'Lambda',
          config: { function: { class_name: '__tuple__', items: ['4wEAAAA=', null, null] } },
        }),
      ),
    ),
  ],
  [
    'PyFunc in a MetaGraph of a checkpoint',
    'model.ckpt.meta',
    joined(message(1, 'meta'), message(2, tfNode('PyFunc'))),
  ],
];

const onnxNode = (operator: string, domain: string, ...rest: Buffer[]): Buffer =>
  message(1, message(4, operator), message(7, domain), ...rest);
const onnx = (...graph: Buffer[]): Buffer =>
  joined(number(1, 9), message(2, 'test'), message(7, ...graph), message(8, message(1, ''), number(2, 17)));
const externalTensor = (location: string): Buffer =>
  joined(message(8, 'w'), message(13, message(1, 'location'), message(2, location)), number(14, 1));
const ONNX: readonly (readonly [technique: string, content: Buffer])[] = [
  [
    'external data in an attribute tensor',
    onnx(message(1, message(4, 'Constant'), message(5, message(5, externalTensor('../../etc/shadow'))))),
  ],
  [
    'external data in tensors of an attribute',
    onnx(message(1, message(4, 'X'), message(5, message(10, externalTensor('../x'))))),
  ],
  ['external data in a sparse initializer', onnx(message(15, message(1, externalTensor('../x'))))],
  [
    'external data in a subgraph',
    onnx(message(1, message(4, 'If'), message(5, message(6, message(5, externalTensor('../x')))))),
  ],
  [
    'external data in a function',
    joined(
      onnx(),
      message(25, message(1, 'f'), message(7, message(4, 'Constant'), message(5, message(5, externalTensor('../x'))))),
    ),
  ],
  ['external data in training info', joined(onnx(), message(20, message(1, message(5, externalTensor('../x')))))],
  ['external data with backslashes', onnx(message(5, externalTensor('..\\..\\x')))],
  [
    'external data, location twice',
    onnx(
      message(
        5,
        joined(
          message(8, 'w'),
          message(13, message(1, 'location'), message(2, 'w.bin')),
          message(13, message(1, 'location'), message(2, '../../x')),
          number(14, 1),
        ),
      ),
    ),
  ],
  ['external data by URL', onnx(message(5, externalTensor('http://localhost/x')))],
  ['external data with a null', onnx(message(5, externalTensor('w.bin\0../../x')))],
  ['PyOp of onnxruntime-extensions', onnx(onnxNode('PyOp', 'ai.onnx.contrib'))],
  ['old domain of a custom operator', onnx(onnxNode('PyOp', 'com.microsoft.extensions'))],
  ['operator unknown to ONNX', onnx(onnxNode('RunShell', ''))],
  ['pickle behind the model', joined(onnx(), command)],
];

/** Configurations of Keras. */
export const KERAS_ATTACKS: readonly Attack[] = KERAS.map(([technique, content]) => [technique, 'm.keras', content]);

/** Graphs of ONNX. */
export const ONNX_ATTACKS: readonly Attack[] = ONNX.map(([technique, content]) => [technique, 'm.onnx', content]);
