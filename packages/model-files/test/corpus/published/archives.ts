import { brotliCompressSync, gzipSync } from 'node:zlib';
import { tar } from '../../helpers/tar.ts';
import { zip } from '../../helpers/zip.ts';
import { command, joined, uint, type Attack } from './bytes.ts';

/** An extended header; its record begins with its own length. */
const pax = (name: string, value: string): { name: string; content: string; type: string } => {
  const rest = ` ${name}=${value}\n`;
  const length = [1, 2, 3]
    .map((digits) => digits + rest.length)
    .find((sum, index) => String(sum).length === index + 1)!;
  return { name: 'pax', content: `${length}${rest}`, type: 'x' };
};

/** Archives that readers disagree about, that leave their folder, or that nobody here can open. */
export const ARCHIVE_ATTACKS: readonly Attack[] = [
  [
    'entry with another name in its Unicode field',
    'm.zip',
    zip([
      { name: 'notes.txt', content: 'x', extra: joined(uint(2, 0x7075), uint(2, 14), '\x01', uint(4, 0), 'model.pkl') },
    ]),
  ],
  ['pickle named as notes in a zip', 'm.zip', zip([{ name: 'm/notes.txt', content: command }])],
  [
    'EOCD in the comment',
    'm.zip',
    zip([{ name: 'a.txt', content: 'x' }], {
      comment: joined(Buffer.from('504b0506', 'hex'), Buffer.alloc(18)).toString('latin1'),
    }),
  ],
  [
    'two zips in a row',
    'm.zip',
    joined(zip([{ name: 'a/data.pkl', content: command }]), zip([{ name: 'a.txt', content: 'x' }])),
  ],
  [
    'zip with method bzip2 that nobody reads',
    'm.zip',
    zip([{ name: 'a.pkl', content: command, method: 12, localMethod: 12 }]),
  ],
  ['zip with method deflate64', 'm.zip', zip([{ name: 'a.pkl', content: command, method: 9, localMethod: 9 }])],
  ['zip with method zstd', 'm.zip', zip([{ name: 'a.pkl', content: command, method: 93, localMethod: 93 }])],
  ['zip with an absolute path', 'm.zip', zip([{ name: '/etc/cron.d/x', content: 'x' }])],
  ['zip with a drive', 'm.zip', zip([{ name: 'C:\\x', content: 'x' }])],
  ['zip with backslashes', 'm.zip', zip([{ name: '..\\..\\x', content: 'x' }])],
  ['zip with a device', 'm.zip', zip([{ name: 'dev', content: '', unixMode: 0o020644 }])],
  [
    'zip of nested zips, ten deep',
    'm.zip',
    Array.from({ length: 10 }).reduce<Buffer>(
      (inner) => zip([{ name: 'z.zip', content: inner, deflate: true }]),
      zip([{ name: 'd.pkl', content: command }]),
    ),
  ],
  ['gzip, twelve deep', 'm.gz', Array.from({ length: 12 }).reduce<Buffer>((inner) => gzipSync(inner), command)],
  ['gzip bomb', 'm.gz', gzipSync(Buffer.alloc(200_000_000), { level: 9 })],
  ['tar hard link that leaves', 'm.tar', tar([{ name: 'a', content: '', type: '1' }])],
  ['tar symlink', 'm.tar', tar([{ name: 'a', content: '', type: '2' }])],
  ['tar device', 'm.tar', tar([{ name: 'a', content: '', type: '3' }])],
  ['tar path by pax', 'm.tar', tar([pax('path', '../../x'), { name: 'a', content: 'x' }])],
  ['tar link by pax', 'm.tar', tar([pax('linkpath', '/etc/passwd'), { name: 'a', content: '', type: '2' }])],
  [
    'tar long name that leaves',
    'm.tar',
    tar([
      { name: '././@LongLink', content: '../../' + 'a'.repeat(120) + '\0', type: 'L' },
      { name: 'a', content: 'x' },
    ]),
  ],
  [
    'tar behind its end',
    'm.tar',
    joined(tar([{ name: 'a', content: 'x' }]), tar([{ name: 'b.pkl', content: command }])),
  ],
  ['tar absolute', 'm.tar', tar([{ name: '/etc/cron.d/x', content: 'x' }])],
  ['tar whose size by pax hides an entry', 'm.tar', tar([pax('size', '0'), { name: 'a', content: command }])],
  ['rar 5', 'm.rar', joined('Rar!', Buffer.from('1a070100', 'hex'), Buffer.alloc(40))],
  ['rar 4', 'm.rar', joined('Rar!', Buffer.from('1a0700', 'hex'), Buffer.alloc(40))],
  ['cab', 'm.cab', joined('MSCF', Buffer.alloc(60))],
  ['ar', 'm.deb', Buffer.from('!<arch>\ndebian-binary   0           0     0     100644  4         `\n2.0\n')],
  ['cpio', 'm.cpio', Buffer.from('070701' + '0'.repeat(104))],
  ['compress', 'm.Z', joined(Buffer.from('1f9d90', 'hex'), Buffer.alloc(40, 1))],
  ['lzip', 'm.lz', joined('LZIP', Buffer.of(1, 0x0c), Buffer.alloc(40, 1))],
  ['lzop', 'm.lzo', joined(Buffer.from('894c5a4f000d0a1a0a', 'hex'), Buffer.alloc(40, 1))],
  ['brotli', 'm.br', brotliCompressSync(command)],
  ['snappy', 'm.sz', joined(Buffer.from('ff060000734e61507059', 'hex'), Buffer.alloc(40, 1))],
  ['squashfs', 'm.sqsh', joined('hsqs', Buffer.alloc(96, 1))],
  ['SQLite', 'm.db', joined('SQLite format 3\0', Buffer.alloc(84))],
  ['ISO image', 'm.iso', joined(Buffer.alloc(32769), 'CD001', Buffer.alloc(2048))],
];
