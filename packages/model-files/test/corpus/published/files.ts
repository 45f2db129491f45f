import { gzipSync } from 'node:zlib';
import { zip } from '../../helpers/zip.ts';
import { command, joined, json, uint, type Attack } from './bytes.ts';

/** Programs, sources, other serialisations, and model formats without code whose readers are led astray. */
export const FILE_ATTACKS: readonly Attack[] = [
  [
    'OpenVINO with a library of its own',
    'model.xml',
    Buffer.from(
      '<?xml version="1.0"?><net name="x"><layers><layer id="0" type="Convolution" library="x.so"/></layers></net>',
    ),
  ],
  ['Mach-O', 'model', joined(Buffer.from('cffaedfe07000001', 'hex'), Buffer.alloc(64))],
  ['Mach-O, fat', 'model', joined(Buffer.from('cafebabe00000002', 'hex'), Buffer.alloc(64))],
  ['PE', 'model.dll', joined('MZ', Buffer.alloc(58), uint(4, 64), 'PE\0\0', Buffer.alloc(64))],
  ['Java class', 'Model.class', joined(Buffer.from('cafebabe00000034', 'hex'), Buffer.alloc(64))],
  ['Java serialisation', 'model.ser', joined(Buffer.from('aced0005', 'hex'), 'sr', Buffer.alloc(32))],
  [
    'Python bytecode',
    'model.pyc',
    joined(Buffer.from('a70d0d0a', 'hex'), Buffer.alloc(12), Buffer.from('e3000000', 'hex'), Buffer.alloc(64)),
  ],
  ['marshal', 'model.bin', joined(Buffer.from('e3000000000000000000000000', 'hex'), Buffer.alloc(64))],
  [
    'R serialisation',
    'model.rds',
    gzipSync(joined('X\n', Buffer.from('000000030004030100030500', 'hex'), Buffer.alloc(40))),
  ],
  ['R workspace', 'model.rdata', joined('RDX3\nX\n', Buffer.from('000000030004030100030500', 'hex'), Buffer.alloc(40))],
  [
    'Torch7',
    'model.t7',
    joined(uint(4, 4), uint(4, 1), uint(4, 3), 'V 1', uint(4, 17), 'nn.Sequential', Buffer.alloc(40)),
  ],
  ['PowerShell', 'run.ps1', Buffer.from('Invoke-WebRequest http://localhost/x | iex\n')],
  ['batch file', 'run.bat', Buffer.from('@echo off\r\npowershell -c calc\r\n')],
  ['HTML with script', 'card.html', Buffer.from('<html><script>fetch("http://localhost")</script></html>')],
  ['Perl', 'x', Buffer.from('#!/usr/bin/perl\nsystem("id");\n')],
  [
    'msgpack with an extension',
    'flax_model.msgpack',
    joined(Buffer.from('81a161c7', 'hex'), Buffer.of(command.length, 1), command),
  ],
  ['CNTK', 'model.cntk', joined('B\0C\0N\0', Buffer.alloc(60))],
  ['TensorRT engine', 'model.engine', joined('ftrt', Buffer.alloc(60))],
  ['ExecuTorch', 'model.pte', joined(uint(4, 16), 'ET12', Buffer.alloc(60))],
  [
    'PMML in UTF-16 with an entity',
    'm.pmml',
    joined(
      Buffer.from('fffe', 'hex'),
      Buffer.from(
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><PMML version="4.4">&a;</PMML>',
        'utf16le',
      ),
    ),
  ],
  [
    'PMML with an entity bomb',
    'm.pmml',
    Buffer.from('<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><PMML version="4.4">&b;</PMML>'),
  ],
  [
    'PMML that includes a file',
    'm.pmml',
    Buffer.from(
      '<PMML version="4.4" xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd"/></PMML>',
    ),
  ],
  [
    'PMML with a script in an extension',
    'm.pmml',
    Buffer.from(
      '<PMML version="4.4"><Extension name="x"><script>java.lang.Runtime.getRuntime().exec("id")</script></Extension></PMML>',
    ),
  ],
  [
    'XGBoost JSON with a child out of bounds',
    'm.json',
    json({
      version: [2, 0, 0],
      learner: {
        gradient_booster: {
          name: 'gbtree',
          model: {
            trees: [
              { left_children: [999999], right_children: [-1], split_indices: [0], tree_param: { num_nodes: '1' } },
            ],
            tree_info: [0],
          },
        },
        learner_model_param: { num_feature: '1' },
        objective: { name: 'x' },
      },
    }),
  ],
  [
    'LightGBM text with a child out of bounds',
    'm.txt',
    Buffer.from(
      'tree\nversion=v4\nnum_class=1\nmax_feature_idx=0\nfeature_names=a\n\nTree=0\nnum_leaves=2\nsplit_feature=0\nleft_child=99999\nright_child=-2\nthreshold=1\nleaf_value=1 2\n\n\nend of trees\n',
    ),
  ],
  ['scikit-learn pickle in a .gguf', 'm.gguf', command],
  ['safetensors with a pickle behind it', 'm.safetensors', joined(uint(8, 2), '{}', command)],
  [
    'safetensors in front of a zip',
    'm.safetensors',
    joined(uint(8, 2), '{}', zip([{ name: 'a/data.pkl', content: command }])),
  ],
  ['safetensors with a header of 2 GB', 'm.safetensors', joined(uint(8, 2 ** 31), '{"a":{}}')],
  [
    'safetensors with a shape that overflows',
    'm.safetensors',
    (() => {
      const h = '{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}';
      return joined(uint(8, h.length), h);
    })(),
  ],
  [
    'npy of a negative shape',
    'a.npy',
    (() => {
      const h = "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }\n";
      return joined(Buffer.from('934e554d50590100', 'hex'), uint(2, h.length), h, command);
    })(),
  ],
  [
    'npy whose header calls',
    'a.npy',
    (() => {
      const h = "{'descr': __import__('os').system('id'), 'fortran_order': False, 'shape': (1,), }\n";
      return joined(Buffer.from('934e554d50590100', 'hex'), uint(2, h.length), h, Buffer.alloc(8));
    })(),
  ],
  [
    'npy, objects in a subarray',
    'a.npy',
    (() => {
      const h = "{'descr': [('a', [('b', '|O', (2,))])], 'fortran_order': False, 'shape': (1,), }\n";
      return joined(Buffer.from('934e554d50590100', 'hex'), uint(2, h.length), h, command);
    })(),
  ],
  ['npy that is a pickle', 'a.npy', command],
  [
    'npy with a pickle behind its data',
    'a.npy',
    (() => {
      const h = "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }\n";
      return joined(Buffer.from('934e554d50590100', 'hex'), uint(2, h.length), h, Buffer.alloc(8), command);
    })(),
  ],
  [
    'skops method node',
    'm.skops',
    zip([
      {
        name: 'schema.json',
        content: JSON.stringify({
          __loader__: 'MethodNode',
          __module__: 'builtins',
          __class__: 'function',
          content: { func: 'system', obj: { __loader__: 'ObjectNode', __module__: 'os', __class__: 'x' } },
        }),
      },
    ]),
  ],
  [
    'skops operator node',
    'm.skops',
    zip([
      {
        name: 'schema.json',
        content: JSON.stringify({
          __loader__: 'OperatorFuncNode',
          __module__: 'operator',
          __class__: 'call',
          attrs: {},
        }),
      },
    ]),
  ],
  [
    'skops type node',
    'm.skops',
    zip([
      {
        name: 'schema.json',
        content: JSON.stringify({
          __loader__: 'ListNode',
          __module__: 'builtins',
          __class__: 'list',
          content: [{ __loader__: 'TypeNode', __module__: 'subprocess', __class__: 'Popen' }],
        }),
      },
    ]),
  ],
  [
    'skops loader unknown',
    'm.skops',
    zip([
      {
        name: 'schema.json',
        content: JSON.stringify({ __loader__: 'EvilNode', __module__: 'sklearn.linear_model', __class__: 'Ridge' }),
      },
    ]),
  ],
];
