import { createHash, randomBytes } from 'node:crypto';

/** The emulator's source of chance and of time. With a seed, chance repeats itself. */
export interface Chance {
  /** A number in [0, 1). */
  number(): number;
  /** A resource id such as the service generates: 19 digits. */
  id(): string;
  etag(): string;
}

/** What a transition takes from outside, so that it is pure. */
export interface Moment {
  readonly now: string;
  readonly chance: Chance;
}

/** Chance from a seed: SHA-256 in counter mode. */
export function seededChance(seed: string = randomBytes(16).toString('hex')): Chance {
  let counter = 0;
  const bytes = (): Buffer => createHash('sha256').update(`${seed}:${counter++}`).digest();
  return {
    number: () => bytes().readUIntBE(0, 6) / 2 ** 48,
    id: () => String(1n * 10n ** 18n + (bytes().readBigUInt64BE() % (8n * 10n ** 18n))),
    etag: () => `AMEw9y${bytes().toString('base64url')}`,
  };
}
