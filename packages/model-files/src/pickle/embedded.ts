import { MemorySource, readBytes, SliceSource, type ByteSource } from '../source.ts';
import type { Scope } from '../scope.ts';
import { mayHoldSecret, scanSecrets } from '../formats/secrets.ts';
import { looksLikePickle } from './sniff.ts';
import type { SpanValue } from './values.ts';

/** What is looked through of a text that stays in the file. */
const MAX_TEXT = 1 << 16;
/** Values that are looked into, a pickle; beyond, the review says that it stopped. */
const MAX_CANDIDATES = 10_000;
/** Longest text that is decoded. */
const MAX_DECODED = 1 << 24;

/** The texts and bytes of a pickle that may be more than data: keys, or pickles of their own. */
export class EmbeddedData {
  readonly #source: ByteSource;
  readonly #scope: Scope;
  readonly #pickles: { source: ByteSource; name: string }[] = [];
  #isFull = false;

  constructor(source: ByteSource, scope: Scope) {
    this.#source = source;
    this.#scope = scope;
  }

  add(value: string | SpanValue): void {
    if (typeof value === 'string') return this.#text(value, undefined);
    if (value.type === 'bytes') {
      return this.#pickle(new SliceSource(this.#source, value.offset, value.length), `bytes at ${value.offset}`);
    }
    const text = readBytes(this.#source, value.offset, Math.min(value.length, MAX_TEXT)).toString('latin1');
    this.#text(text, value);
  }

  /** Reviews what was collected. To be called after the run. */
  async review(): Promise<void> {
    for (const { source, name } of this.#pickles) {
      // Numbers may begin like a pickle; what calls or imports nothing does no harm.
      if (!looksLikePickle(source, false)) continue;
      this.#scope.report('MV115', `The pickle carries another one in a value (${name})`);
      await this.#scope.inspect(source, name);
    }
    if (this.#isFull) {
      this.#scope.report(
        'MV904',
        `More than ${MAX_CANDIDATES} values of the pickle begin like pickles; the others were not read`,
      );
    }
  }

  /** @param span where the text goes on, if `text` is only its beginning */
  #text(text: string, span: SpanValue | undefined): void {
    if (mayHoldSecret(text)) scanSecrets(text, this.#scope);
    const encoding = encodingOf(text);
    if (encoding === undefined) return;
    const whole =
      span === undefined
        ? text
        : readBytes(this.#source, span.offset, Math.min(span.length, MAX_DECODED)).toString('latin1');
    this.#pickle(new MemorySource(Buffer.from(whole, encoding)), `text in ${encoding}: ${text.slice(0, 24)}…`);
  }

  #pickle(source: ByteSource, name: string): void {
    if (this.#pickles.length < MAX_CANDIDATES) this.#pickles.push({ source, name });
    else this.#isFull = true;
  }
}

/** How a text would be decoded to a pickle of protocol 2 or later. */
function encodingOf(text: string): 'base64' | 'hex' | undefined {
  if (/^gA[I-V][A-Za-z0-9+/\-_\s]{12}/.test(text)) return 'base64';
  return /^800[2-5][0-9a-f]{12}/i.test(text) ? 'hex' : undefined;
}
