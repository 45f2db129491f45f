import type { Random } from '@mlops-actions/statistics';

/** Whole numbers that parsers trip over, as little- and big-endian bytes. */
const EXTREMES = [
  0n,
  1n,
  0x7fn,
  0xffn,
  0x7fffn,
  0xffffn,
  0x7fffffffn,
  0xffffffffn,
  0x7fffffffffffffffn,
  0xffffffffffffffffn,
];

type Mutation = (bytes: Buffer, random: Random, other: Buffer) => Buffer;

const at = (bytes: Buffer, random: Random): number => random.below(bytes.length + 1);
/** A stretch of at most 64 bytes, more often a short one. */
const stretch = (bytes: Buffer, random: Random): [from: number, to: number] => {
  const from = at(bytes, random);
  return [from, Math.min(bytes.length, from + 1 + random.below(1 << random.below(7)))];
};

/** What is done to a file: structure is kept often enough that parsers get deep into it. */
const MUTATIONS: readonly Mutation[] = [
  function flipBit(bytes, random) {
    const changed = Buffer.from(bytes);
    if (changed.length > 0) changed[random.below(changed.length)]! ^= 1 << random.below(8);
    return changed;
  },
  function setByte(bytes, random) {
    const changed = Buffer.from(bytes);
    if (changed.length > 0) changed[random.below(changed.length)] = random.below(256);
    return changed;
  },
  function setNumber(bytes, random) {
    const changed = Buffer.from(bytes);
    const width = [1, 2, 4, 8][random.below(4)]!;
    if (changed.length < width) return changed;
    const value = BigInt.asUintN(width * 8, EXTREMES[random.below(EXTREMES.length)]!);
    const number = Buffer.alloc(8);
    number.writeBigUInt64LE(value);
    const written = number.subarray(0, width);
    if (random.below(2) === 1) written.reverse();
    written.copy(changed, random.below(changed.length - width + 1));
    return changed;
  },
  function remove(bytes, random) {
    const [from, to] = stretch(bytes, random);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  function repeat(bytes, random) {
    const [from, to] = stretch(bytes, random);
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from, to), bytes.subarray(to)]);
  },
  function insert(bytes, random) {
    const place = at(bytes, random);
    const inserted = Buffer.from(Array.from({ length: 1 + random.below(8) }, () => random.below(256)));
    return Buffer.concat([bytes.subarray(0, place), inserted, bytes.subarray(place)]);
  },
  function truncate(bytes, random) {
    return bytes.subarray(0, at(bytes, random));
  },
  function splice(bytes, random, other) {
    const [from, to] = stretch(other, random);
    const place = at(bytes, random);
    return Buffer.concat([bytes.subarray(0, place), other.subarray(from, to), bytes.subarray(place)]);
  },
  function prepend(bytes, random, other) {
    const [from, to] = stretch(other, random);
    return Buffer.concat([other.subarray(from, to), bytes]);
  },
];

/** A file with one to six mutations; `other` lends bytes. */
export function mutate(bytes: Buffer, random: Random, other: Buffer): Buffer {
  let changed = bytes;
  for (let left = 1 + random.below(6); left > 0; left--) {
    changed = MUTATIONS[random.below(MUTATIONS.length)]!(changed, random, other);
  }
  return changed;
}
