import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { harmless, op, pickle } from '../helpers/assembler.ts';
import { storedLz4, storedXz } from '../helpers/stored.ts';
import { tar } from '../helpers/tar.ts';
import { zip } from '../helpers/zip.ts';

/** A file around a pickle. */
export interface Container {
  technique: string;
  /** What the file is called, in the manner of those who would ship it. */
  name: string;
  wrap: (payload: Buffer) => Buffer;
}

const npy = (payload: Buffer, version: 1 | 2 | 3, descr = "'|O'"): Buffer => {
  const header = Buffer.from(`{'descr': ${descr}, 'fortran_order': False, 'shape': (1,), }\n`);
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  length.writeUIntLE(header.length, 0, length.length);
  return Buffer.concat([Buffer.from('934e554d5059', 'hex'), Buffer.of(version, 0), length, header, payload]);
};

/** What `torch.save` wrote before PyTorch 1.6; the payload takes the object's place. */
const legacy = (payload: Buffer): Buffer =>
  Buffer.concat([
    pickle(2, op.long1(0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19)),
    pickle(2, Buffer.from([0x4d, 0xe9, 0x03])),
    pickle(2, op.emptyDict),
    payload,
    pickle(2, op.emptyList),
  ]);

/** A joblib file of one array whose payload follows it, or takes its place where the array is of objects. */
const joblibArray = (dtype: string, rest: Buffer): Buffer =>
  Buffer.concat([
    op.proto(2),
    op.global('joblib.numpy_pickle', 'NumpyArrayWrapper'),
    ...[op.emptyTuple, op.newobj, op.emptyDict, op.mark],
    ...[op.text4('subclass'), op.global('numpy', 'ndarray')],
    ...[op.text4('shape'), op.binint1(8), op.tuple1],
    ...[op.text4('order'), op.text4('C')],
    ...[op.text4('dtype'), op.global('numpy', 'dtype'), op.text4(dtype), op.binint1(0), op.binint1(1), op.tuple3],
    ...[op.reduce, op.text4('allow_mmap'), Buffer.from([0x89]), op.setitems, op.build],
    rest,
  ]);

const withoutProto = (payload: Buffer): Buffer => (payload[0] === 0x80 ? payload.subarray(2) : payload);

const plain = (name: string): Container => ({ technique: `plain, called ${name}`, name, wrap: (payload) => payload });

/** What hides a pickle from a reader that goes by names, by the first bytes or by one layer. */
export const CONTAINERS: readonly Container[] = [
  ...['model.pkl', 'model.pt', 'model.bin', 'model', 'model.json', 'README.md', 'model.onnx', 'model.h5'].map(plain),
  { technique: 'zlib', name: 'model.pkl.z', wrap: (payload) => deflateSync(payload) },
  { technique: 'gzip', name: 'model.pkl.gz', wrap: (payload) => gzipSync(payload) },
  { technique: 'zstd', name: 'model.pkl.zst', wrap: (payload) => zstdCompressSync(payload) },
  { technique: 'xz', name: 'model.pkl.xz', wrap: storedXz },
  { technique: 'LZ4', name: 'model.pkl.lz4', wrap: storedLz4 },
  { technique: 'LZ4 in xz', name: 'model.pkl', wrap: (payload) => storedXz(storedLz4(payload)) },
  { technique: 'gzip in gzip', name: 'model.pkl.gz', wrap: (payload) => gzipSync(gzipSync(payload)) },
  { technique: 'second gzip member', name: 'm.gz', wrap: (p) => Buffer.concat([gzipSync(harmless), gzipSync(p)]) },
  { technique: 'tar', name: 'model.tar', wrap: (payload) => tar([{ name: 'model.pkl', content: payload }]) },
  {
    technique: 'tar.gz',
    name: 'm.tar.gz',
    wrap: (payload) => gzipSync(tar([{ name: 'model.pkl', content: payload }])),
  },
  { technique: 'stored in a zip', name: 'model.zip', wrap: (content) => zip([{ name: 'model.pkl', content }]) },
  {
    technique: 'deflated in a zip, without an extension',
    name: 'model.zip',
    wrap: (content) => zip([{ name: 'weights', content, deflate: true }]),
  },
  {
    technique: 'zip in a zip',
    name: 'model.zip',
    wrap: (content) => zip([{ name: 'a.zip', content: zip([{ name: 'b', content, deflate: true }]) }]),
  },
  { technique: 'PyTorch archive', name: 'model.pt', wrap: (content) => zip([{ name: 'model/data.pkl', content }]) },
  { technique: 'PyTorch archive as .ckpt', name: 'm.ckpt', wrap: (content) => zip([{ name: 'm/data.pkl', content }]) },
  {
    technique: 'PyTorch archive in capitals',
    name: 'model.pt',
    wrap: (content) => zip([{ name: 'M/DATA.PKL', content }]),
  },
  {
    technique: 'PyTorch archive, first of two entries',
    name: 'model.pt',
    wrap: (content) =>
      zip([
        { name: 'm/data.pkl', content },
        { name: 'm/data.pkl', content: harmless },
      ]),
  },
  {
    technique: 'PyTorch archive, second of two entries',
    name: 'model.pt',
    wrap: (content) =>
      zip([
        { name: 'm/data.pkl', content: harmless },
        { name: 'm/data.pkl', content },
      ]),
  },
  {
    technique: 'PyTorch archive, other local name',
    name: 'model.pt',
    wrap: (content) => zip([{ name: 'm/data.pkl', localName: 'm/note.txt', content }]),
  },
  {
    technique: 'PyTorch archive, local flags set',
    name: 'model.pt',
    wrap: (content) => zip([{ name: 'm/data.pkl', localFlags: 1, content }]),
  },
  {
    technique: 'PyTorch archive, wrong checksum',
    name: 'model.pt',
    wrap: (content) => zip([{ name: 'm/data.pkl', crc: 1, content }]),
  },
  {
    technique: 'zip entry outside of the directory',
    name: 'model.pt',
    wrap: (content) =>
      zip([
        { name: 'm/version', content: '3' },
        { name: 'm/data.pkl', content, hidden: true },
      ]),
  },
  {
    technique: 'between the entries of a zip',
    name: 'model.zip',
    wrap: (gap) =>
      zip([
        { name: 'a.txt', content: 'x', gap },
        { name: 'b.txt', content: 'x' },
      ]),
  },
  { technique: 'before a zip', name: 'm.pkl', wrap: (p) => Buffer.concat([p, zip([{ name: 'a.txt', content: 'x' }])]) },
  { technique: 'behind a zip', name: 'm.zip', wrap: (suffix) => zip([{ name: 'a.txt', content: 'x' }], { suffix }) },
  {
    technique: 'in a TorchScript archive',
    name: 'model.pt',
    wrap: (content) =>
      zip([
        { name: 'm/data.pkl', content: harmless },
        { name: 'm/constants.pkl', content },
        { name: 'm/code/__torch__.py', content: '' },
      ]),
  },
  { technique: 'PyTorch legacy', name: 'model.pth', wrap: legacy },
  { technique: 'npy of objects, version 1', name: 'a.npy', wrap: (payload) => npy(payload, 1) },
  { technique: 'npy of objects, version 2', name: 'a.npy', wrap: (payload) => npy(payload, 2) },
  { technique: 'npy of objects, version 3', name: 'a.npy', wrap: (payload) => npy(payload, 3) },
  { technique: 'npy of records', name: 'a.npy', wrap: (payload) => npy(payload, 1, "[('a', '<f8'), ('b', '|O')]") },
  { technique: 'npz of objects', name: 'a.npz', wrap: (payload) => zip([{ name: 'a.npy', content: npy(payload, 1) }]) },
  {
    technique: 'joblib, behind an array',
    name: 'model.joblib',
    wrap: (payload) => joblibArray('f8', Buffer.concat([Buffer.alloc(64), op.pop, withoutProto(payload)])),
  },
  {
    technique: 'joblib, behind an array that swallows it for others',
    name: 'model.joblib',
    wrap: (payload) => {
      const array = Buffer.alloc(64);
      // For who does not know that an array is here: STOP.
      array[0] = 0x2e;
      return joblibArray('f8', Buffer.concat([array, op.pop, withoutProto(payload)]));
    },
  },
  {
    technique: 'joblib, array of objects',
    name: 'model.joblib',
    wrap: (payload) => joblibArray('O8', Buffer.concat([payload, op.stop])),
  },
  {
    technique: 'joblib with zlib, behind an array',
    name: 'model.joblib',
    wrap: (payload) => deflateSync(joblibArray('f8', Buffer.concat([Buffer.alloc(64), op.pop, withoutProto(payload)]))),
  },
];
