import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Crc32c } from '../src/crc32c.ts';

const digestOf = (...chunks: Uint8Array[]): string => {
  const crc = new Crc32c();
  for (const chunk of chunks) crc.update(chunk);
  return crc.digest();
};
const hex = (digest: string): string => Buffer.from(digest, 'base64').toString('hex');

test('the vectors of RFC 3720, appendix B.4, and the check value of the algorithm', () => {
  // The RFC prints the bytes in the order of the wire.
  expect(hex(digestOf(new Uint8Array(32)))).toBe('8a9136aa');
  expect(hex(digestOf(new Uint8Array(32).fill(0xff)))).toBe('62a8ab43');
  expect(hex(digestOf(Uint8Array.from({ length: 32 }, (_, i) => i)))).toBe('46dd794e');
  expect(hex(digestOf(Buffer.from('123456789')))).toBe('e3069283');
});

test('chunks give the checksum of the whole', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(100), (bytes, at) => {
      expect(digestOf(bytes.subarray(0, at), bytes.subarray(at))).toBe(digestOf(bytes));
    }),
  );
});
