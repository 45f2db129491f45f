import { count, UserError } from '@mlops-actions/action-kit';
import { makeSample, type Sample } from '@mlops-actions/statistics';
import { readTable, type Cell } from '@mlops-actions/tabular';
import type { Attributes } from './attributes.ts';
import type { Columns } from './inputs.ts';
import { canonicalLabel } from './labels.ts';
import type { Policy } from './policy.ts';

/** The rows of one prediction file. */
export interface Predictions {
  file: string;
  ids: string[];
  /** Row of each id. */
  rowOf: Map<string, number>;
  /** As {@link canonicalLabel} writes them; of regressions, the numbers. */
  labels: string[];
  scores: Float64Array;
}

/** Predictions of one or two models over the same rows, in the order of the ids, so that the order of the files bears on nothing. */
export interface JoinedPredictions {
  candidate: Sample;
  champion: Sample | undefined;
  /** Rows with the positive label; of regressions, none. */
  events: number;
  /** Number of the cluster of each row, where rows come in clusters. */
  units?: Uint32Array | undefined;
  /** What else is known of the rows, where the policy asks for it. */
  attributes?: Attributes | undefined;
}

/**
 * Reads a prediction file.
 *
 * @throws UserError if an id is missing or there twice, a label is missing, or a score is not a number or, of a binary model, not in [0, 1]:
 *   with the number of such rows, and the places of the first
 */
export async function readPredictions(file: string, columns: Columns, policy: Policy): Promise<Predictions> {
  const ids: string[] = [];
  const labels: string[] = [];
  const scores: number[] = [];
  const rowOf = new Map<string, number>();
  const faults = new FaultCounter(file);

  for await (const batch of readTable(file, { columns: [columns.id, columns.label, columns.score] })) {
    const [idCells, labelCells, scoreCells] = batch.columns as [Cell[], Cell[], Cell[]];
    for (let index = 0; index < batch.length; index++) {
      const fault = (what: string): void => faults.add(what, batch.placeOf(index));
      const id = textOf(idCells[index]!);
      const label = labelOf(labelCells[index]!, policy.task);
      const score = numberOf(scoreCells[index]!);
      if (id === '') fault(`no ${columns.id}`);
      else if (rowOf.has(id)) fault(`an ${columns.id} that was there before`);
      else rowOf.set(id, ids.length);
      if (label === undefined) fault(`no usable ${columns.label}`);
      if (Number.isNaN(score)) fault(`a ${columns.score} that is not a finite number`);
      else if (policy.task === 'binary' && (score < 0 || score > 1)) fault(`a ${columns.score} outside of 0 to 1`);
      ids.push(id);
      labels.push(label ?? '');
      scores.push(score);
    }
  }
  faults.report();
  if (ids.length === 0) throw new UserError(`'${file}' has no rows.`);
  if (scores.every((score) => score === scores[0])) {
    throw new UserError(`'${file}' has the score ${scores[0]} in every row: a constant is no model.`);
  }
  return { file, ids, rowOf, labels, scores: Float64Array.from(scores) };
}

/**
 * Joins predictions by id.
 *
 * @throws UserError if the files have not the same ids, disagree about a label, or predict alike; or if labels do not vary, or are not those
 *   that the policy speaks of
 */
export function joinPredictions(
  candidate: Predictions,
  champion: Predictions | undefined,
  policy: Policy,
  known: { attributes: Attributes; columns: Columns } | undefined = undefined,
): JoinedPredictions {
  const order = candidate.ids.toSorted().map((id) => candidate.rowOf.get(id)!);
  const labels = numericLabels(
    order.map((row) => candidate.labels[row]!),
    policy,
    candidate.file,
  );
  const scores = order.map((row) => candidate.scores[row]!);
  const { weights, ...rest } = known === undefined ? {} : arrange(known.attributes, known.columns, order);
  const sample = makeSample(labels, scores, weights);
  const events = policy.task === 'binary' ? labels.reduce((sum, label) => sum + label, 0) : 0;
  if (champion === undefined) return { candidate: sample, champion: undefined, events, ...rest };

  const rows = matchRows(candidate, champion, order);
  const championScores = rows.map((row) => champion.scores[row]!);
  if (championScores.every((score, index) => score === scores[index])) {
    throw new UserError(`'${candidate.file}' and '${champion.file}' predict the same in every row.`, {
      fix: 'Give the predictions of the model that serves now: a model must not be compared with itself.',
    });
  }
  return { candidate: sample, champion: makeSample(labels, championScores, weights), events, ...rest };
}

/** Attributes in the order of the joined rows, and what they say of weights and clusters. */
function arrange(
  attributes: Attributes,
  { weight, cluster }: Columns,
  order: number[],
): { weights?: Float64Array; units?: Uint32Array; attributes: Attributes } {
  const arranged = new Map([...attributes].map(([name, cells]) => [name, order.map((row) => cells[row]!)]));
  return {
    attributes: arranged,
    ...(weight !== undefined && { weights: weightsOf(arranged.get(weight)!, weight) }),
    ...(cluster !== undefined && { units: clustersOf(arranged.get(cluster)!, cluster) }),
  };
}

function weightsOf(cells: Cell[], column: string): Float64Array {
  const weights = Float64Array.from(cells, numberOf);
  const bad = weights.reduce((sum, weight) => sum + (weight >= 0 ? 0 : 1), 0);
  if (bad > 0) {
    throw new UserError(`The weights in '${column}' are not numbers from 0 up in ${count(bad, 'row')}.`);
  }
  if (weights.every((weight) => weight === 0)) throw new UserError(`The weights in '${column}' are 0 in every row.`);
  return weights;
}

function clustersOf(cells: Cell[], column: string): Uint32Array {
  const numbers = new Map<string, number>();
  return Uint32Array.from(cells, (cell) => {
    const name = textOf(cell);
    if (name === '')
      throw new UserError(`The column '${column}', which says what rows belong together, has an empty cell.`);
    const number = numbers.get(name) ?? numbers.size;
    numbers.set(name, number);
    return number;
  });
}

/** For each candidate's row in `order`, the champion's row with its id. */
function matchRows(candidate: Predictions, champion: Predictions, order: number[]): number[] {
  const missing = candidate.ids.filter((id) => !champion.rowOf.has(id));
  const extra = champion.ids.filter((id) => !candidate.rowOf.has(id));
  if (missing.length > 0 || extra.length > 0) {
    throw new UserError(
      `'${candidate.file}' and '${champion.file}' are not about the same rows: the second lacks ${some(missing)} and has ${some(extra)} more.`,
      { fix: 'Score both models on the same rows.' },
    );
  }
  const rows = order.map((row) => champion.rowOf.get(candidate.ids[row]!)!);
  const disagreeing = order.filter((row, index) => candidate.labels[row] !== champion.labels[rows[index]!]);
  if (disagreeing.length > 0) {
    throw new UserError(
      `'${candidate.file}' and '${champion.file}' disagree about the label of ${some(disagreeing.map((row) => candidate.ids[row]!))}.`,
      { fix: 'Both must hold the observed outcome of the same rows.' },
    );
  }
  return rows;
}

function some(ids: string[]): string {
  if (ids.length === 0) return 'none';
  const shown = ids.slice(0, 3).map((id) => (id.length > 40 ? `${id.slice(0, 40)}...` : id));
  return `${count(ids.length, 'row')} (${shown.join(', ')}${ids.length > 3 ? ', ...' : ''})`;
}

function numericLabels(labels: string[], policy: Policy, file: string): number[] {
  if (policy.task === 'regression') {
    const values = labels.map(Number);
    if (values.every((value) => value === values[0])) throw new UserError(`'${file}' has one label in every row.`);
    return values;
  }
  const distinct = [...new Set(labels)];
  if (distinct.length > 2) {
    throw new UserError(
      `'${file}' has ${distinct.length} different labels (${distinct.slice(0, 5).join(', ')}, ...), not two.`,
      {
        fix: "If it holds numbers to be predicted, set gate.task to 'regression'.",
      },
    );
  }
  if (!distinct.includes(policy.positiveLabel)) {
    throw new UserError(
      `No row of '${file}' has the positive label '${policy.positiveLabel}'; there are: ${distinct.join(', ')}.`,
      {
        fix:
          distinct.length === 2
            ? 'Set gate.positive-label.'
            : 'Without events nothing can be measured: give rows with both outcomes.',
      },
    );
  }
  if (distinct.length < 2) {
    throw new UserError(`Every row of '${file}' has the label '${policy.positiveLabel}': nothing can be measured.`);
  }
  return labels.map((label) => (label === policy.positiveLabel ? 1 : 0));
}

const textOf = (cell: Cell): string => (cell === null ? '' : String(cell).trim());

function labelOf(cell: Cell, task: Policy['task']): string | undefined {
  if (cell === null || cell === '') return undefined;
  if (task === 'binary') return canonicalLabel(cell);
  const value = numberOf(cell);
  return Number.isNaN(value) ? undefined : String(value);
}

/** Decimal notation, as JSON, Python, R and SQL print it. */
const DECIMAL = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

function numberOf(cell: Cell): number {
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : NaN;
  if (typeof cell !== 'string') return NaN;
  const text = cell.trim();
  const value = DECIMAL.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) ? value : NaN;
}

/** Counts what is wrong with the rows of a file, to tell it all at once. */
class FaultCounter {
  readonly #file: string;
  readonly #faults = new Map<string, { rows: number; places: string[] }>();

  constructor(file: string) {
    this.#file = file;
  }

  add(what: string, place: string): void {
    const fault = this.#faults.get(what) ?? { rows: 0, places: [] };
    fault.rows++;
    if (fault.places.length < 3) fault.places.push(place);
    this.#faults.set(what, fault);
  }

  report(): void {
    if (this.#faults.size === 0) return;
    const told = [...this.#faults].map(
      ([what, { rows, places }]) =>
        `${count(rows, 'row')} with ${what} (${places.join(', ')}${rows > 3 ? ', ...' : ''})`,
    );
    throw new UserError(`'${this.#file}' has ${told.join('; ')}.`, { fix: 'The gate judges whole files only.' });
  }
}
