/** What stands in place of a secret. */
export const MASK = '***';

/**
 * Hides secrets in text: each as it is, line by line (logs are), and in the forms that programs print them in: JSON, URL and base64.
 */
export class Masker {
  readonly #values: Set<string>;

  /** A masker that starts with the secrets of another and does not add to it. */
  constructor(parent?: Masker) {
    this.#values = new Set(parent === undefined ? [] : parent.#values);
  }

  /** Hides a secret from now on. Blank text hides nothing. */
  add(secret: string): void {
    for (const part of [secret, ...secret.split(/\r\n|\r|\n/)]) {
      for (const form of formsOf(part)) if (form.trim() !== '') this.#values.add(form);
    }
  }

  /** Whether the text holds a secret. */
  covers(text: string): boolean {
    for (const value of this.#values) if (text.includes(value)) return true;
    return false;
  }

  /** The text with every secret replaced; secrets that overlap or touch leave one mask. */
  mask(text: string): string {
    const hidden: [start: number, end: number][] = [];
    for (const value of this.#values) {
      // Overlapping occurrences count too: `aa` covers all of `aaa`.
      for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1))
        hidden.push([at, at + value.length]);
    }
    if (hidden.length === 0) return text;
    hidden.sort(([a], [b]) => a - b);
    let shown = '';
    let end = 0;
    let [open, close] = hidden[0]!;
    for (const [from, to] of hidden.slice(1)) {
      if (from <= close) {
        close = Math.max(close, to);
        continue;
      }
      shown += text.slice(end, open) + MASK;
      end = close;
      [open, close] = [from, to];
    }
    return shown + text.slice(end, open) + MASK + text.slice(close);
  }
}

function formsOf(secret: string): string[] {
  const forms = [secret, secret.trim(), JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret.toWellFormed())];
  // A secret inside a longer base64 text looks different at each of the three alignments; the characters that its neighbours shape are left out.
  const bytes = Buffer.from(secret);
  if (bytes.length >= 6) {
    for (const shift of [0, 1, 2]) {
      const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
        .toString('base64')
        .replace(/=+$/, '');
      const clean = encoded.slice(shift === 0 ? 0 : shift + 1, Math.floor(((shift + bytes.length) * 8) / 6));
      forms.push(clean, clean.replaceAll('+', '-').replaceAll('/', '_'));
    }
  }
  return forms;
}
