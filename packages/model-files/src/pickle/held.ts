import { PickleLimit } from './listener.ts';

/** What values take in memory, in bytes: estimates, on the large side, of what V8 allots. */
export const SIZE = { reference: 16, text: 24, span: 56, tuple: 88, list: 80, dict: 152, call: 88 } as const;

/** What the values of a pickle may take altogether: some millions of them, which honest pickles keep in arrays. */
const MAX_HELD = 768 * 2 ** 20;

/**
 * What the values of a pickle take. Counted is what was made, freed or not: almost all of it stays in the memo, and a count does not depend
 * on when the garbage is collected.
 */
export class HeldMemory {
  #bytes = 0;

  take(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > MAX_HELD) this.#giveUp();
  }

  /** To be called now and then with the number of values on the stack. */
  check(stacked: number): void {
    if (this.#bytes + stacked * SIZE.reference > MAX_HELD) this.#giveUp();
  }

  #giveUp(): never {
    throw new PickleLimit(`its values would take more than ${MAX_HELD / 2 ** 20} MiB`);
  }
}
