import { count, UserError } from '@mlops-actions/action-kit';
import { readColumns, type Column } from '@mlops-actions/tabular';
import { FaultCounter } from './faults.ts';
import { Ids } from './ids.ts';
import { predictedColumns, type Columns } from './inputs.ts';
import { labelReader } from './label-reader.ts';
import { numbersOf } from './numbers.ts';
import type { Policy } from './policy.ts';

/** The rows of one prediction file. */
export interface Predictions {
  file: string;
  ids: Ids;
  /** Rows in an order that hangs on their ids alone; no id is there twice. */
  order: Uint32Array;
  /** Binary: 1 for the event; multiclass: number of the class; otherwise the value. */
  labels: Float64Array;
  /** What the model predicts, a column each. */
  outputs: Float64Array[];
}

/**
 * Reads a prediction file.
 *
 * @throws UserError if an id is missing or there twice, a label is missing or not one that the policy speaks of, or a score is not a number or not one that
 *   the task allows: with the number of such rows, and the places of the first; or if labels or scores do not vary
 */
export async function readPredictions(file: string, columns: Columns, policy: Policy): Promise<Predictions> {
  const ids = new Ids();
  const labels = new Growing();
  const faults = new FaultCounter(file);
  const predicted = predictedColumns(columns);
  const outputs = predicted.map(() => new Growing());
  const reader = labelReader(policy);

  for await (const batch of readColumns(file, { columns: [columns.id, columns.label, ...predicted] })) {
    const { rows, placeOf } = batch;
    const [idColumn, labelColumn, ...scoreColumns] = batch.columns as [Column, Column, ...Column[]];
    const before = ids.length;
    ids.add(idColumn, rows);
    for (let row = 0; row < rows; row++) if (ids.isEmpty(before + row)) faults.add(`no ${columns.id}`, placeOf(row));
    const read = reader.read(labelColumn);
    for (let row = 0; row < rows; row++) {
      if (Number.isNaN(read[row])) faults.add(`no usable ${columns.label}`, placeOf(row));
    }
    labels.add(read);
    const scores = scoreColumns.map(numbersOf);
    scores.forEach((values, output) => {
      for (let row = 0; row < rows; row++) {
        if (Number.isNaN(values[row])) faults.add(`a ${predicted[output]!} that is not a finite number`, placeOf(row));
      }
      outputs[output]!.add(values);
    });
    for (let row = 0; row < rows; row++) {
      const wrong = wrongScores(policy.task, scores, row, columns);
      if (wrong !== undefined) faults.add(wrong, placeOf(row));
    }
  }
  const { order, repeated } = ids.ordered();
  const twice = repeated.filter((row) => !ids.isEmpty(row));
  if (twice.length > 0) await addRepeated(faults, twice, columns.id);
  faults.report();
  if (ids.length === 0) throw new UserError(`'${file}' has no rows.`);
  const all = outputs.map((output) => output.all());
  if (all.every((output) => output.every((score) => score === output[0]))) {
    throw new UserError(
      `'${file}' has the score ${all.map(([score]) => score).join(', ')} in every row: a constant is no model.`,
    );
  }
  return { file, ids, order, labels: reader.finish(labels.all(), file), outputs: all };
}

/** Numbers of which it is not known how many there will be. */
class Growing {
  #values = new Float64Array(1 << 12);
  #length = 0;

  add(more: Float64Array): void {
    if (this.#length + more.length > this.#values.length) {
      const larger = new Float64Array(2 * (this.#length + more.length));
      larger.set(this.#values.subarray(0, this.#length));
      this.#values = larger;
    }
    this.#values.set(more, this.#length);
    this.#length += more.length;
  }

  all(): Float64Array {
    return this.#values.slice(0, this.#length);
  }
}

/** Where rows stand is not kept of all of them, so that it is looked up again. */
async function addRepeated(faults: FaultCounter, rows: readonly number[], column: string): Promise<void> {
  let [start, next] = [0, 0];
  for await (const batch of readColumns(faults.file, { columns: [column] })) {
    for (; next < rows.length && rows[next]! < start + batch.rows; next++) {
      faults.add(`an ${column} that was there before`, batch.placeOf(rows[next]! - start));
    }
    start += batch.rows;
  }
}

/** Probabilities that were rounded still sum to 1 as nearly as this. */
const SUM_TOLERANCE = 0.01;

/** What is wrong with the scores of a row. */
function wrongScores(
  task: Policy['task'],
  scores: readonly Float64Array[],
  row: number,
  { score, outputs }: Columns,
): string | undefined {
  switch (task) {
    case 'binary':
      return scores[0]![row]! < 0 || scores[0]![row]! > 1 ? `a ${score} outside of 0 to 1` : undefined;
    case 'multiclass': {
      let sum = 0;
      for (let output = 0; output < scores.length; output++) {
        const probability = scores[output]![row]!;
        if (probability < 0 || probability > 1) return `a ${outputs[output]!.column} outside of 0 to 1`;
        sum += probability;
      }
      return Math.abs(sum - 1) > SUM_TOLERANCE ? 'probabilities that do not sum to 1' : undefined;
    }
    case 'quantile':
      for (let output = 1; output < scores.length; output++) {
        if (scores[output]![row]! < scores[output - 1]![row]!) {
          return 'forecasts that cross: one at a higher level lies lower';
        }
      }
      return undefined;
    case 'regression':
    case 'ranking':
      return undefined;
  }
}

/** Some ids, for messages. */
export function someIds(ids: readonly string[]): string {
  if (ids.length === 0) return 'none';
  const shown = ids.slice(0, 3).map((id) => (id.length > 40 ? `${id.slice(0, 40)}...` : id));
  return `${count(ids.length, 'row')} (${shown.join(', ')}${ids.length > 3 ? ', ...' : ''})`;
}
