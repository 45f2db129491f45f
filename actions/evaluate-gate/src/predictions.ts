import { count, UserError } from '@mlops-actions/action-kit';
import { readTable, type Cell } from '@mlops-actions/tabular';
import { FaultCounter } from './faults.ts';
import { orderByIds, repeatedRows } from './ids.ts';
import { predictedColumns, type Columns } from './inputs.ts';
import { canonicalLabel } from './labels.ts';
import type { Policy } from './policy.ts';

/** The rows of one prediction file. */
export interface Predictions {
  file: string;
  ids: string[];
  /** Rows in the order of {@link orderByIds}; no id is there twice. */
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
  const ids: string[] = [];
  const labels: number[] = [];
  const faults = new FaultCounter(file);
  const predicted = predictedColumns(columns);
  const outputs = predicted.map((): number[] => []);
  const scores = new Float64Array(predicted.length);
  const reader = labelReader(policy);

  for await (const batch of readTable(file, { columns: [columns.id, columns.label, ...predicted] })) {
    const [idCells, labelCells, ...scoreCells] = batch.columns as [Cell[], Cell[], ...Cell[][]];
    for (let index = 0; index < batch.length; index++) {
      const fault = (what: string): void => faults.add(what, batch.placeOf(index));
      const id = textOf(idCells[index]!);
      if (id === '') fault(`no ${columns.id}`);
      const label = reader.read(labelCells[index]!);
      if (label === undefined) fault(`no usable ${columns.label}`);
      ids.push(id);
      labels.push(label ?? NaN);
      for (let output = 0; output < predicted.length; output++) {
        scores[output] = numberOf(scoreCells[output]![index]!);
        if (Number.isNaN(scores[output])) fault(`a ${predicted[output]!} that is not a finite number`);
        outputs[output]!.push(scores[output]!);
      }
      const wrong = wrongScores(policy.task, scores, columns);
      if (wrong !== undefined) fault(wrong);
    }
  }
  const order = orderByIds(ids);
  const repeated = repeatedRows(ids, order).filter((row) => ids[row] !== '');
  if (repeated.length > 0) await addRepeated(faults, repeated, columns.id);
  faults.report();
  if (ids.length === 0) throw new UserError(`'${file}' has no rows.`);
  if (outputs.every((output) => output.every((score) => score === output[0]))) {
    throw new UserError(
      `'${file}' has the score ${outputs.map(([score]) => score).join(', ')} in every row: a constant is no model.`,
    );
  }
  return {
    file,
    ids,
    order,
    labels: reader.finish(labels, file),
    outputs: outputs.map((output) => Float64Array.from(output)),
  };
}

/** Where rows stand is not kept of all of them, so that it is looked up again. */
async function addRepeated(faults: FaultCounter, rows: readonly number[], column: string): Promise<void> {
  let [start, next] = [0, 0];
  for await (const batch of readTable(faults.file, { columns: [column] })) {
    for (; next < rows.length && rows[next]! < start + batch.length; next++) {
      faults.add(`an ${column} that was there before`, batch.placeOf(rows[next]! - start));
    }
    start += batch.length;
  }
}

/** Probabilities that were rounded still sum to 1 as nearly as this. */
const SUM_TOLERANCE = 0.01;

/** What is wrong with the scores of a row. */
function wrongScores(task: Policy['task'], scores: Float64Array, { score, outputs }: Columns): string | undefined {
  switch (task) {
    case 'binary':
      return scores[0]! < 0 || scores[0]! > 1 ? `a ${score} outside of 0 to 1` : undefined;
    case 'multiclass': {
      let sum = 0;
      for (let output = 0; output < scores.length; output++) {
        if (scores[output]! < 0 || scores[output]! > 1) return `a ${outputs[output]!.column} outside of 0 to 1`;
        sum += scores[output]!;
      }
      return Math.abs(sum - 1) > SUM_TOLERANCE ? 'probabilities that do not sum to 1' : undefined;
    }
    case 'quantile':
      for (let output = 1; output < scores.length; output++) {
        if (scores[output]! < scores[output - 1]!) return 'forecasts that cross: one at a higher level lies lower';
      }
      return undefined;
    case 'regression':
    case 'ranking':
      return undefined;
  }
}

/** Reads labels one by one, and checks them all at the end. */
interface LabelReader {
  /** `undefined` for a cell that holds no usable label. */
  read(cell: Cell): number | undefined;
  finish(labels: number[], file: string): Float64Array;
}

function labelReader(policy: Policy): LabelReader {
  return policy.task === 'binary' || policy.task === 'multiclass' ? nameReader(policy) : valueReader(policy);
}

/** More labels than this are no classes, and need not be remembered. */
const NAME_LIMIT = 1000;

function nameReader({ task, classes, positiveLabel }: Policy): LabelReader {
  /** Numbers of the labels as they are written, which is not always in one way. */
  const written = new Map<Cell, number>();
  const names: string[] = [];
  const read = (cell: Cell): number | undefined => {
    const known = written.get(cell);
    if (known !== undefined) return known;
    if (cell === null || cell === '') return undefined;
    const name = canonicalLabel(cell);
    let number = names.indexOf(name);
    if (number < 0 && names.length < NAME_LIMIT) number = names.push(name) - 1;
    if (number < 0) return NAME_LIMIT;
    written.set(cell, number);
    return number;
  };
  return {
    read,
    finish(labels, file) {
      if (task === 'multiclass') checkClasses(names, classes!, file);
      else checkOutcomes(names, positiveLabel, file);
      const numbers = names.map((name) =>
        task === 'multiclass' ? classes!.indexOf(name) : name === positiveLabel ? 1 : 0,
      );
      return Float64Array.from(labels, (label) => numbers[label]!);
    },
  };
}

function checkOutcomes(names: readonly string[], positiveLabel: string, file: string): void {
  if (names.length > 2) {
    const many = names.length === NAME_LIMIT ? `${NAME_LIMIT} or more` : `${names.length}`;
    throw new UserError(`'${file}' has ${many} different labels (${names.slice(0, 5).join(', ')}, ...), not two.`, {
      fix: "If it holds classes or numbers to be predicted, set gate.task to 'multiclass' or 'regression'.",
    });
  }
  if (!names.includes(positiveLabel)) {
    throw new UserError(
      `No row of '${file}' has the positive label '${positiveLabel}'; there are: ${names.join(', ')}.`,
      {
        fix:
          names.length === 2
            ? 'Set gate.positive-label.'
            : 'Without events nothing can be measured: give rows with both outcomes.',
      },
    );
  }
  if (names.length < 2) {
    throw new UserError(`Every row of '${file}' has the label '${positiveLabel}': nothing can be measured.`);
  }
}

function checkClasses(names: readonly string[], classes: readonly string[], file: string): void {
  const strange = names.filter((name) => !classes.includes(name));
  if (strange.length > 0) {
    throw new UserError(
      `'${file}' has labels that are no class of gate.score-columns: ${strange.slice(0, 5).join(', ')}${strange.length > 5 ? ', ...' : ''}.`,
      { fix: `The classes are: ${classes.join(', ')}.` },
    );
  }
  const absent = classes.filter((name) => !names.includes(name));
  if (absent.length > 0) {
    throw new UserError(
      `No row of '${file}' has the class ${absent
        .slice(0, 5)
        .map((name) => `'${name}'`)
        .join(', ')}.`,
      {
        fix: 'How a class is told from others cannot be measured without it: give rows of all classes.',
      },
    );
  }
}

const valueReader = ({ task }: Policy): LabelReader => ({
  read(cell) {
    const value = cell === null ? NaN : numberOf(cell);
    return Number.isNaN(value) || (task === 'ranking' && value < 0) ? undefined : value;
  },
  finish(labels, file) {
    if (labels.every((value) => value === labels[0])) throw new UserError(`'${file}' has one label in every row.`);
    return Float64Array.from(labels);
  },
});

export const textOf = (cell: Cell): string => (cell === null ? '' : String(cell).trim());

/** Decimal notation, as JSON, Python, R and SQL print it. */
const DECIMAL = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

/** A finite number, or NaN. */
export function numberOf(cell: Cell): number {
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : NaN;
  if (typeof cell !== 'string') return NaN;
  const text = cell.trim();
  const value = DECIMAL.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) ? value : NaN;
}

/** Some ids, for messages. */
export function someIds(ids: readonly string[]): string {
  if (ids.length === 0) return 'none';
  const shown = ids.slice(0, 3).map((id) => (id.length > 40 ? `${id.slice(0, 40)}...` : id));
  return `${count(ids.length, 'row')} (${shown.join(', ')}${ids.length > 3 ? ', ...' : ''})`;
}
