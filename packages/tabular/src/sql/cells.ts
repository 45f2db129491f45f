import { UserError } from '@mlops-actions/action-kit';
import type { SqlDialect } from './dialect.ts';
import { NUMBER, TIMESTAMP } from './grammar.ts';
import type { Parameter } from './statement.ts';
import type { SqlColumn } from './table.ts';

/** What a value of a parameter is, before it has a name. */
export type ParameterValue = Parameter extends infer P ? (P extends Parameter ? Omit<P, 'name'> : never) : never;

/** Gives names to values; equal ones share theirs. */
export class Parameters {
  readonly #dialect: SqlDialect;
  readonly #known = new Map<string, string>();
  readonly list: Parameter[] = [];

  constructor(dialect: SqlDialect) {
    this.#dialect = dialect;
  }

  add(value: ParameterValue): string {
    const key = JSON.stringify(value);
    let reference = this.#known.get(key);
    if (reference === undefined) {
      const parameter = { name: `p${this.list.length}`, ...value } as Parameter;
      reference = this.#dialect.parameter(parameter, this.list.length);
      this.list.push(parameter);
      this.#known.set(key, reference);
    }
    return reference;
  }
}

/** Reads one column: what its cells mean to the definition, as expressions over the table. */
export class Cells {
  readonly column: SqlColumn;
  readonly #dialect: SqlDialect;
  readonly #parameters: Parameters;
  readonly #place: string;

  constructor(column: SqlColumn, dialect: SqlDialect, parameters: Parameters) {
    this.column = column;
    this.#dialect = dialect;
    this.#parameters = parameters;
    this.#place = dialect.identifier(column.name);
  }

  /** Whether there is no value: NULL, empty text or a token. Never NULL itself. */
  missing(tokens: readonly string[] = []): string {
    return `(${this.#place} IS NULL OR ${this.isOneOf(this.column.kind === 'text' ? ['', ...tokens] : tokens)})`;
  }

  /** Whether the value is one of the texts, as the embedded executor would write it; NULL for NULL. */
  isOneOf(texts: readonly string[]): string {
    if (this.isNumeric) {
      const numbers = finiteNumbers(texts);
      return numbers.length === 0
        ? 'FALSE'
        : this.#dialect.isIn(this.number(), this.#parameters.add({ type: 'numbers', value: numbers }));
    }
    if (this.column.kind === 'datetime' || this.column.kind === 'timestamp') {
      const moments = texts.map((text) => Date.parse(text)).filter((moment) => !Number.isNaN(moment));
      return moments.length === 0
        ? 'FALSE'
        : this.#dialect.isIn(this.millis(), this.#parameters.add({ type: 'numbers', value: moments }));
    }
    return texts.length === 0
      ? 'FALSE'
      : this.#dialect.isIn(this.text(), this.#parameters.add({ type: 'texts', value: texts }));
  }

  /** Floating point and decimals, whose texts differ between engines, so that their values are compared instead. */
  get isNumeric(): boolean {
    return this.column.kind === 'float' || this.column.kind === 'decimal';
  }

  /** The value as text. */
  text(): string {
    switch (this.column.kind) {
      case 'text':
        return this.#dialect.text(this.column);
      case 'integer':
      case 'boolean':
      case 'date':
      case 'time':
        return this.#dialect.toText(this.column);
      case 'float':
      case 'decimal':
      case 'datetime':
      case 'timestamp':
      case 'other':
        throw new UserError(
          `The column '${this.column.name}' is of type ${this.column.type}, which different engines write differently as text.`,
          { fix: 'Give it as text by a view, or check its range instead.' },
        );
    }
  }

  /** The value as part of a key: what is equal is the same key. */
  key(): string {
    return this.column.kind === 'text' ? this.text() : this.#place;
  }

  /** The value as a double; NULL where it is none. */
  number(): string {
    switch (this.column.kind) {
      case 'text':
        return this.#readWhere(NUMBER, this.#dialect.parseNumber(this.text()));
      case 'integer':
      case 'float':
      case 'decimal':
        return this.#dialect.toDouble(this.#place);
      case 'boolean':
      case 'date':
      case 'time':
      case 'datetime':
      case 'timestamp':
      case 'other':
        return this.#dialect.toDouble('NULL');
    }
  }

  /** Milliseconds since the epoch; NULL where the value is no point in time. */
  millis(): string {
    switch (this.column.kind) {
      case 'text':
        return this.#readWhere(TIMESTAMP, this.#dialect.parseMillis(this.text()));
      case 'date':
      case 'datetime':
      case 'timestamp':
        return this.#dialect.toMillis(this.column);
      case 'integer':
      case 'float':
      case 'decimal':
      case 'boolean':
      case 'time':
      case 'other':
        return this.#dialect.toDouble('NULL');
    }
  }

  #readWhere(grammar: string, read: string): string {
    return `CASE WHEN ${this.#dialect.matches(this.text(), this.#dialect.literal(grammar))} THEN ${read} END`;
  }
}

/** The texts that are how JavaScript writes some finite number: others are the text of no double. */
export function finiteNumbers(texts: readonly string[]): number[] {
  return texts.map(Number).filter((number, index) => Number.isFinite(number) && String(number) === texts[index]);
}
