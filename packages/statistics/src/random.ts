/**
 * Seeded random numbers, the same on every machine: xoshiro128** 1.1 (D. Blackman and S. Vigna, "Scrambled Linear Pseudorandom
 * Number Generators", 2018) with its four words of state drawn from the seed by SplitMix32. Not for secrets.
 */
export interface Random {
  /** A uniform number in [0, 1) with 32 random bits. */
  uniform(): number;
  /** A uniform whole number in [0, n), 1 <= n <= 2^32, without bias. */
  below(n: number): number;
}

const { imul } = Math;

/** @param seed whole number; its lowest 32 bits count */
export function random(seed: number): Random {
  let state = seed >>> 0;
  const splitMix = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = imul(z ^ (z >>> 16), 0x85ebca6b);
    z = imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
  let [a, b, c, d] = [splitMix(), splitMix(), splitMix(), splitMix()];

  const next = (): number => {
    const scrambled = imul(rotateLeft(imul(b, 5), 7), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotateLeft(d, 11);
    return scrambled;
  };

  return {
    uniform: () => next() / 2 ** 32,
    below(n) {
      // Values from the last, incomplete run of n would be drawn too often.
      const limit = 2 ** 32 - (2 ** 32 % n);
      let value = next();
      while (value >= limit) value = next();
      return value % n;
    },
  };
}

const rotateLeft = (x: number, k: number): number => (x << k) | (x >>> (32 - k));

/** The numbers 0 to n - 1 in random order (Fisher and Yates; Knuth, TAOCP 2, algorithm 3.4.2 P). */
export function permutation(n: number, generator: Random): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, index) => index);
  for (let last = n - 1; last > 0; last--) {
    const other = generator.below(last + 1);
    const value = order[last]!;
    order[last] = order[other]!;
    order[other] = value;
  }
  return order;
}
