import { describe, expect, test } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { evil, harmless, op, pickle } from './helpers/assembler.ts';
import { inspectBytes, rulesOf } from './helpers/model.ts';
import { tar } from './helpers/tar.ts';
import { zip, type Entry } from './helpers/zip.ts';

const LINK = 0o120777;

/** Archives by trick: [name, file, rule]. */
const ARCHIVES: readonly (readonly [trick: string, file: Buffer, rule: string])[] = [
  ['pickle in a zip', zip([{ name: 'a', content: evil }]), 'MV102'],
  ['pickle, deflated', zip([{ name: 'a', content: evil, deflate: true }]), 'MV102'],
  ['zip in a zip in a gzip', gzipSync(zip([{ name: 'a.zip', content: zip([{ name: 'b', content: evil }]) }])), 'MV102'],
  [
    'two entries of one name, the second good',
    zip([
      { name: 'm/data.pkl', content: evil },
      { name: 'm/data.pkl', content: harmless },
    ]),
    'MV102',
  ],
  [
    'two entries of one name',
    zip([
      { name: 'a', content: harmless },
      { name: 'a', content: harmless },
    ]),
    'MV202',
  ],
  [
    'names that differ in case',
    zip([
      { name: 'm/data.pkl', content: harmless },
      { name: 'm/DATA.PKL', content: evil },
    ]),
    'MV202',
  ],
  ['PyTorch archive in capitals', zip([{ name: 'M/DATA.PKL', content: evil }]), 'MV102'],
  ['local name differs', zip([{ name: 'a.txt', localName: 'a.pkl', content: 'x' }]), 'MV201'],
  ['local method differs', zip([{ name: 'a', localMethod: 8, content: 'x' }]), 'MV201'],
  ['local flags differ', zip([{ name: 'a', flags: 0, localFlags: 1, content: 'x' }]), 'MV201'],
  ['local checksum differs', zip([{ name: 'a', localCrc: 1, content: 'x' }]), 'MV201'],
  ['checksum is wrong', zip([{ name: 'a', crc: 1, content: 'x' }]), 'MV206'],
  [
    'checksum of a deflated entry is wrong',
    zip([{ name: 'a', crc: 1, content: 'x'.repeat(99), deflate: true }]),
    'MV206',
  ],
  ['size is wrong', zip([{ name: 'a', size: 5, content: 'x'.repeat(99), deflate: true }]), 'MV201'],
  ['encrypted', zip([{ name: 'a', flags: 1, content: 'x' }]), 'MV206'],
  ['unknown method', zip([{ name: 'a', method: 99, localMethod: 99, content: 'x' }]), 'MV206'],
  [
    'entry outside of the directory',
    zip([
      { name: 'a', content: 'x' },
      { name: 'b', content: evil, hidden: true },
    ]),
    'MV207',
  ],
  [
    'entries that overlap',
    zip([
      { name: 'a', content: 'x' },
      { name: 'b', content: 'x', sameAs: 0, hidden: false },
    ]),
    'MV207',
  ],
  [
    'data between entries',
    zip([
      { name: 'a', content: 'x', gap: Buffer.from('secret') },
      { name: 'b', content: 'x' },
    ]),
    'MV207',
  ],
  [
    'data before the archive',
    zip([{ name: 'a', content: 'x' }], { prefix: Buffer.from('PK\x03\x04 prefix') }),
    'MV207',
  ],
  ['data behind the archive', zip([{ name: 'a', content: 'x' }], { suffix: Buffer.from('suffix') }), 'MV207'],
  ['path that leaves', zip([{ name: '../a', content: 'x' }]), 'MV203'],
  ['absolute path', zip([{ name: '/etc/cron.d/a', content: 'x' }]), 'MV203'],
  ['backslash', zip([{ name: '..\\a', content: 'x' }]), 'MV203'],
  ['drive', zip([{ name: 'C:a', content: 'x' }]), 'MV203'],
  ['link', zip([{ name: 'a', content: '/etc/passwd', unixMode: LINK }]), 'MV204'],
  ['pickle with a zip behind it', Buffer.concat([harmless, zip([{ name: 'a', content: 'x' }])]), 'MV209'],
  ['payload with a zip behind it', Buffer.concat([evil, zip([{ name: 'a', content: 'x' }])]), 'MV102'],
  ['truncated zip', zip([{ name: 'a', content: 'x'.repeat(1000) }]).subarray(0, 600), 'MV206'],
  ['7z', Buffer.from('377abcaf271c0004', 'hex'), 'MV208'],
  ['pickle in a tar', tar([{ name: 'a', content: evil }]), 'MV102'],
  ['tar.gz', gzipSync(tar([{ name: 'a', content: evil }])), 'MV102'],
  ['tar with a link', tar([{ name: 'a', content: '', type: '2' }]), 'MV204'],
  ['tar with a path that leaves', tar([{ name: '../../a', content: 'x' }]), 'MV203'],
  [
    'tar with a long name that leaves',
    tar([
      { name: '././@LongLink', content: '../a\0', type: 'L' },
      { name: 'a', content: 'x' },
    ]),
    'MV203',
  ],
  [
    'tar with two entries of one name',
    tar([
      { name: 'a', content: 'x' },
      { name: 'a', content: 'y' },
    ]),
    'MV202',
  ],
  ['tar with data behind it', Buffer.concat([tar([{ name: 'a', content: 'x' }]), evil]), 'MV207'],
  ['tar whose first name is a pickle', tar([{ name: "cos\nsystem\n(S'id'\ntR.", content: 'x' }]), 'MV209'],
  ['truncated tar', tar([{ name: 'a', content: 'x'.repeat(2000) }]).subarray(0, 1024), 'MV206'],
];

describe('archives', () => {
  test.each(ARCHIVES)('%s', async (_, file, rule) => {
    const inspection = await inspectBytes(file);
    expect(rulesOf(inspection)).toContain(rule);
    expect(inspection.verdict).toBe('fail');
  });

  test('of a plain kind pass, and their members are named in findings', async () => {
    const good = zip([
      { name: 'folder/', content: '' },
      { name: 'folder/model.pkl', content: harmless, deflate: true },
      { name: 'readme.txt', content: 'text' },
    ]);
    expect((await inspectBytes(good)).findings).toEqual([]);
    const bad = await inspectBytes(
      zip([{ name: 'a.zip', content: zip([{ name: 'b.pkl', content: evil }]) }]),
      'model.zip',
    );
    expect(bad.findings[0]!.location).toEqual({
      path: 'model.zip',
      member: 'a.zip!b.pkl',
      offset: 2,
      symbol: 'os.system',
    });
  });
});

describe('limits', () => {
  const nested = (depth: number): Buffer => (depth === 0 ? evil : zip([{ name: 'a', content: nested(depth - 1) }]));

  test('stop at a depth, and say so', async () => {
    expect(rulesOf(await inspectBytes(nested(6)))).toContain('MV102');
    expect(rulesOf(await inspectBytes(nested(20)))).toEqual(['MV205', 'MV909']);
  });

  test('stop at a number of entries', async () => {
    const entries: Entry[] = Array.from({ length: 20 }, (_, index) => ({ name: `e${index}`, content: harmless }));
    expect(rulesOf(await inspectBytes(zip(entries), 'model', { limits: { entries: 10 } }))).toContain('MV206');
  });

  test('stop at a size', async () => {
    const bomb = gzipSync(Buffer.alloc(1 << 20));
    const inspection = await inspectBytes(bomb, 'model', { limits: { unpackedBytes: 1000 } });
    expect(rulesOf(inspection)).toContain('MV205');
  });

  test('stop at a ratio', async () => {
    const bomb = gzipSync(gzipSync(Buffer.alloc(300 << 20)));
    expect(rulesOf(await inspectBytes(bomb))).toContain('MV205');
  });
});

describe('joblib arrays', () => {
  const text = op.text;
  const dtype = (code: string, flags = 0): Buffer =>
    Buffer.concat([
      op.global('numpy', 'dtype'),
      ...[text(code), Buffer.from([0x89]), Buffer.from([0x88]), op.tuple3, op.reduce],
      ...[
        op.mark,
        op.binint1(3),
        text('<'),
        op.none,
        op.none,
        op.none,
        op.int('-1'),
        op.int('-1'),
        op.binint1(flags),
        op.tuple,
        op.build,
      ],
    ]);
  /** A wrapper of an array of `count` elements, whose bytes follow. */
  const array = (count: Buffer, bytes: Buffer, element = dtype('f8')): Buffer =>
    Buffer.concat([
      op.global('joblib.numpy_pickle', 'NumpyArrayWrapper'),
      ...[op.emptyTuple, op.newobj, op.emptyDict, op.mark],
      ...[text('subclass'), op.global('numpy', 'ndarray'), text('shape'), count, op.tuple1, text('order'), text('C')],
      ...[text('dtype'), element, text('allow_mmap'), Buffer.from([0x89]), op.setitems, op.build],
      bytes,
    ]);

  test('are passed over by their shape', async () => {
    const inspection = await inspectBytes(pickle(4, array(op.binint1(2), Buffer.alloc(16, 0xff))));
    expect(inspection.findings).toEqual([]);
    expect(inspection.files[0]!.format).toBe('joblib');
  });

  test.each([
    [
      'payload behind an array',
      pickle(4, array(op.binint1(2), Buffer.alloc(16, 0xff)), op.pop, evil.subarray(2, -1)),
      'MV102',
    ],
    ['more bytes than there are', pickle(4, array(op.int('1000000'), Buffer.alloc(16))), 'MV111'],
    [
      'shape that is computed',
      pickle(4, array(Buffer.concat([op.global('builtins', 'int'), op.emptyTuple, op.reduce]), Buffer.alloc(8))),
      'MV111',
    ],
    ['negative shape', pickle(4, array(op.int('-1'), Buffer.alloc(8))), 'MV111'],
    [
      'flags that turn numbers into objects',
      pickle(4, array(op.binint1(2), Buffer.alloc(16), dtype('f8', 1))),
      'MV111',
    ],
    ['element type that is no string', pickle(4, array(op.binint1(2), Buffer.alloc(16), op.none)), 'MV111'],
    [
      'array in the middle of a frame',
      Buffer.concat([op.proto(4), op.frame(250), array(op.binint1(2), Buffer.alloc(16)), Buffer.alloc(300, 0x30)]),
      'MV111',
    ],
    [
      'array bytes that are a payload for pickle.load',
      pickle(4, array(op.binint1(8), Buffer.concat([evil.subarray(2), Buffer.alloc(64)]).subarray(0, 64))),
      'MV112',
    ],
  ])('%s', async (_, file, rule) => {
    const inspection = await inspectBytes(file, 'model.joblib');
    expect(rulesOf(inspection)).toContain(rule);
    expect(inspection.verdict).toBe('fail');
  });

  test('of objects are pickles, reviewed like the outer one', async () => {
    const element = Buffer.concat([
      op.global('numpy', 'dtype'),
      ...[text('O8'), Buffer.from([0x89]), Buffer.from([0x88]), op.tuple3, op.reduce],
      ...[
        op.mark,
        op.binint1(3),
        text('|'),
        op.none,
        op.none,
        op.none,
        op.int('-1'),
        op.int('-1'),
        op.binint1(63),
        op.tuple,
        op.build,
      ],
    ]);
    expect((await inspectBytes(pickle(4, array(op.binint1(2), harmless, element)))).findings).toEqual([]);
    expect(rulesOf(await inspectBytes(pickle(4, array(op.binint1(2), evil, element))))).toContain('MV102');
  });
});
