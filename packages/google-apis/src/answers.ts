import { UserError } from '@mlops-actions/action-kit';

/**
 * Reading JSON answers: a field that is not what the API's reference says is an error, never a default, since a gate must not pass because
 * an answer lacked a field.
 */
export class Answer {
  readonly #api: string;
  readonly #path: string;
  readonly #value: Record<string, unknown>;

  constructor(api: string, value: unknown, path = 'the answer') {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(api, path, 'an object');
    this.#api = api;
    this.#path = path;
    this.#value = value as Record<string, unknown>;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#value, name) && this.#value[name] !== null;
  }

  #get(name: string): unknown {
    return this.has(name) ? this.#value[name] : undefined;
  }

  #place(name: string): string {
    return `${this.#path}.${name}`;
  }

  text(name: string): string {
    const value = this.#get(name);
    if (typeof value !== 'string') throw malformed(this.#api, this.#place(name), 'text');
    return value;
  }

  optionalText(name: string): string | undefined {
    return this.has(name) ? this.text(name) : undefined;
  }

  /** A whole number: 64-bit ones come as text. */
  integer(name: string): number {
    const value = this.#get(name);
    const number = typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isSafeInteger(number)) {
      throw malformed(this.#api, this.#place(name), 'a whole number');
    }
    return number;
  }

  optionalInteger(name: string): number | undefined {
    return this.has(name) ? this.integer(name) : undefined;
  }

  boolean(name: string): boolean {
    const value = this.#get(name);
    if (typeof value !== 'boolean') throw malformed(this.#api, this.#place(name), 'true or false');
    return value;
  }

  optionalBoolean(name: string): boolean | undefined {
    return this.has(name) ? this.boolean(name) : undefined;
  }

  object(name: string): Answer {
    return new Answer(this.#api, this.#get(name), this.#place(name));
  }

  optionalObject(name: string): Answer | undefined {
    return this.has(name) ? this.object(name) : undefined;
  }

  /** Objects; none if there is no such field, as the APIs leave out empty lists. */
  objects(name: string): Answer[] {
    return this.list(name).map((item, index) => new Answer(this.#api, item, `${this.#place(name)}[${index}]`));
  }

  list(name: string): readonly unknown[] {
    const value = this.#get(name) ?? [];
    if (!Array.isArray(value)) throw malformed(this.#api, this.#place(name), 'a list');
    return value;
  }

  /** A map of texts, such as labels; empty if there is no such field. */
  texts(name: string): ReadonlyMap<string, string> {
    const value = this.#get(name) ?? {};
    if (typeof value !== 'object' || Array.isArray(value)) throw malformed(this.#api, this.#place(name), 'an object');
    return new Map(
      Object.entries(value).map(([key, text]: [string, unknown]) => {
        if (typeof text !== 'string') throw malformed(this.#api, `${this.#place(name)}.${key}`, 'text');
        return [key, text];
      }),
    );
  }

  raw(name: string): unknown {
    return this.#get(name);
  }
}

const malformed = (api: string, place: string, wanted: string): UserError =>
  new UserError(`${api} gave an answer that does not follow its reference: ${place} is not ${wanted}.`, {
    fix: 'Check what stands between the runner and the API: a proxy, or an emulator of something else.',
  });
