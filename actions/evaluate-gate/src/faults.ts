import { count, UserError } from '@mlops-actions/action-kit';

/** Counts what is wrong with the rows of a file, to tell it all at once. */
export class FaultCounter {
  readonly file: string;
  readonly #faults = new Map<string, { rows: number; places: string[] }>();

  constructor(file: string) {
    this.file = file;
  }

  add(what: string, place: string): void {
    const fault = this.#faults.get(what) ?? { rows: 0, places: [] };
    fault.rows++;
    if (fault.places.length < 3) fault.places.push(place);
    this.#faults.set(what, fault);
  }

  /** @throws UserError if there was any fault */
  report(): void {
    if (this.#faults.size === 0) return;
    const told = [...this.#faults].map(
      ([what, { rows, places }]) =>
        `${count(rows, 'row')} with ${what} (${places.join(', ')}${rows > 3 ? ', ...' : ''})`,
    );
    throw new UserError(`'${this.file}' has ${told.join('; ')}.`, { fix: 'The gate judges whole files only.' });
  }
}
