import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { ChecksumClaim } from './scope.ts';
import { chunksOf, type ByteSource } from './source.ts';

/** One pass over a file: its SHA-256, and the checksums that archives in it state. */
export function readThrough(source: ByteSource, claims: readonly ChecksumClaim[]): string {
  const hash = createHash('sha256');
  // Overlapping entries are a finding already; checking them all could take as long as their number squared.
  const total = claims.reduce((sum, { length }) => sum + length, 0);
  const pending =
    total <= source.size
      ? claims.map((claim) => ({ claim, crc: 0 })).sort((a, b) => a.claim.start - b.claim.start)
      : [];
  let first = 0;
  let position = 0;
  for (const chunk of chunksOf(source)) {
    hash.update(chunk);
    const end = position + chunk.length;
    for (let index = first; index < pending.length && pending[index]!.claim.start < end; index++) {
      const entry = pending[index]!;
      const from = Math.max(entry.claim.start, position);
      const to = Math.min(entry.claim.start + entry.claim.length, end);
      if (from < to) entry.crc = crc32(chunk.subarray(from - position, to - position), entry.crc);
    }
    while (first < pending.length && pending[first]!.claim.start + pending[first]!.claim.length <= end) first++;
    position = end;
  }
  for (const { claim, crc } of pending) {
    if (crc !== claim.crc32) {
      claim.scope.report('MV206', `The checksum of ${claim.name} does not match`, {
        offset: claim.start,
        symbol: claim.name,
      });
    }
  }
  return `sha256:${hash.digest('hex')}`;
}
