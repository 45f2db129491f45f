import { UserError } from '@mlops-actions/action-kit';

/** Reads an object of a JSON file from outside; whatever is not as it must be is an error that names the place. */
export class JsonReader {
  readonly #file: string;
  readonly #place: string;
  readonly #value: ReadonlyMap<string, unknown>;

  constructor(value: unknown, file: string, place = '') {
    this.#file = file;
    this.#place = place;
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    this.#value = new Map(isObject ? Object.entries(value) : []);
    if (!isObject) throw this.wrong('it is not an object');
  }

  wrong(what: string): UserError {
    const where = this.#place === '' ? '' : ` at ${this.#place}`;
    return new UserError(`'${this.#file}' is not usable${where}: ${what}.`, {
      fix: 'Its form is described by counts.schema.json.',
    });
  }

  raw(key: string): unknown {
    return this.#value.get(key);
  }

  text(key: string): string {
    const value = this.raw(key);
    if (typeof value !== 'string') throw this.wrong(`'${key}' is not a text`);
    return value;
  }

  count(key: string): number {
    return this.#asCount(this.raw(key), key);
  }

  counts(key: string, length: number): number[] {
    const list = this.#list(key);
    if (list.length !== length)
      throw this.wrong(`'${key}' has ${list.length} counts, the definition asks for ${length}`);
    return list.map((value, index) => this.#asCount(value, `${key}[${index}]`));
  }

  optionalDouble(key: string): number | undefined {
    const value = this.raw(key);
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'number') return value;
    if (value === 'Infinity' || value === '-Infinity') return Number(value);
    throw this.wrong(`'${key}' is not a number`);
  }

  objects(key: string): JsonReader[] {
    return this.#list(key).map((value, index) => new JsonReader(value, this.#file, `${key}[${index}]`));
  }

  #list(key: string): unknown[] {
    const value = this.raw(key);
    if (!Array.isArray(value)) throw this.wrong(`'${key}' is not a list`);
    return value as unknown[];
  }

  #asCount(value: unknown, key: string): number {
    if (!Number.isSafeInteger(value) || (value as number) < 0) throw this.wrong(`'${key}' is not a count`);
    return value as number;
  }
}
