import { count, UserError } from '@mlops-actions/action-kit';
import { makeClassSample, makeSample, renumber, subset, type Sample } from '@mlops-actions/statistics';
import type { Cell } from '@mlops-actions/tabular';
import type { Attributes } from './attributes.ts';
import type { Columns } from './inputs.ts';
import type { Policy } from './policy.ts';
import { numberOf, textOf } from './numbers.ts';
import { someIds, type Predictions } from './predictions.ts';

/** Predictions of one or two models over the same rows, in an order that hangs on their ids alone, so that the order of the files bears on nothing. */
export interface JoinedPredictions {
  task: Policy['task'];
  /** Labels of the classes, of multiclass models. */
  classes?: string[] | undefined;
  candidate: Sample;
  champion: Sample | undefined;
  /** Rows with the positive label; of other tasks than binary, none. */
  events: number;
  /** Number of the cluster of each row, where rows come in clusters. */
  units?: Uint32Array | undefined;
  /** What else is known of the rows, where the policy asks for it. */
  attributes?: Attributes | undefined;
}

/**
 * Joins predictions by id.
 *
 * @throws UserError if the files have not the same ids, disagree about a label, or predict alike; or if weights, clusters or queries are not what they must be
 */
export function joinPredictions(
  candidate: Predictions,
  champion: Predictions | undefined,
  policy: Policy,
  known: { attributes: Attributes; columns: Columns } | undefined = undefined,
): JoinedPredictions {
  const { task, classes } = policy;
  const common = { task, classes };
  const { order } = candidate;
  const labels = arranged(candidate.labels, order);
  const { weights, queries, ...rest }: Arranged = known ? arrange(known.attributes, known.columns, order) : {};
  if (queries !== undefined) checkQueries(labels, { queries, weights, units: rest.units }, candidate.file);
  const sampleOf = (outputs: Float64Array[]): Sample => sampleOfTask(task, labels, outputs, { weights, queries });
  const own = candidate.outputs.map((output) => arranged(output, order));
  const events = task === 'binary' ? labels.reduce((sum, label) => sum + label, 0) : 0;
  if (champion === undefined) return { ...common, candidate: sampleOf(own), champion: undefined, events, ...rest };

  const rows = matchRows(candidate, champion);
  const theirs = champion.outputs.map((output) => arranged(output, rows));
  if (theirs.every((output, index) => output.every((score, row) => score === own[index]![row]))) {
    throw new UserError(`'${candidate.file}' and '${champion.file}' predict the same in every row.`, {
      fix: 'Give the predictions of the model that serves now: a model must not be compared with itself.',
    });
  }
  return { ...common, candidate: sampleOf(own), champion: sampleOf(theirs), events, ...rest };
}

/** The sample of a model of some task. */
export function sampleOfTask(
  task: Policy['task'],
  labels: Float64Array,
  outputs: readonly Float64Array[],
  { weights, queries }: { weights?: Float64Array | undefined; queries?: Uint32Array | undefined },
): Sample {
  if (task === 'multiclass') return makeClassSample(labels, outputs, weights);
  return makeSample(labels, outputs[0]!, weights, { ...(task === 'quantile' && { outputs }), queries });
}

function arranged(column: Float64Array, order: Uint32Array): Float64Array {
  const result = new Float64Array(order.length);
  for (let index = 0; index < order.length; index++) result[index] = column[order[index]!]!;
  return result;
}

/** Attributes in the order of the joined rows, and what they say of weights, clusters and queries. */
interface Arranged {
  attributes?: Attributes;
  weights?: Float64Array;
  units?: Uint32Array;
  queries?: Uint32Array;
}

function arrange(attributes: Attributes, { weight, cluster, query }: Columns, order: Uint32Array): Arranged {
  const inOrder = new Map([...attributes].map(([name, cells]) => [name, Array.from(order, (row) => cells[row]!)]));
  return {
    attributes: inOrder,
    ...(weight !== undefined && { weights: weightsOf(inOrder.get(weight)!, weight) }),
    ...(cluster !== undefined && { units: groupsOf(inOrder.get(cluster)!, cluster) }),
    ...(query !== undefined && { queries: groupsOf(inOrder.get(query)!, query) }),
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

function groupsOf(cells: Cell[], column: string): Uint32Array {
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

/** @throws UserError if no query has anything to be ranked, or its rows have not one weight, or not one cluster */
function checkQueries(
  labels: Float64Array,
  {
    queries,
    weights,
    units,
  }: { queries: Uint32Array; weights: Float64Array | undefined; units: Uint32Array | undefined },
  file: string,
): void {
  const firstOf = new Map<number, number>();
  let varies = false;
  queries.forEach((query, row) => {
    const first = firstOf.get(query) ?? row;
    firstOf.set(query, first);
    if (labels[row] !== labels[first]) varies = true;
    if (weights !== undefined && weights[row] !== weights[first]) {
      throw new UserError('The weights differ between rows of one query: a weight is that of the whole query.');
    }
    if (units !== undefined && units[row] !== units[first]) {
      throw new UserError('A query has rows in two clusters: clusters must hold whole queries.');
    }
  });
  if (!varies) {
    throw new UserError(`Within every query of '${file}' all rows have one label: any order of them is as good.`);
  }
}

/** For each candidate's row in its order, the champion's row with its id. */
function matchRows(candidate: Predictions, champion: Predictions): Uint32Array {
  const [order, rows] = [candidate.order, champion.order];
  const matched =
    candidate.ids.equals(champion.ids) ||
    (order.length === rows.length &&
      order.every((row, index) => candidate.ids.compare(row, champion.ids, rows[index]!) === 0));
  if (!matched) {
    const [own, theirs] = [new Set(candidate.ids), new Set(champion.ids)];
    const missing = [...own].filter((id) => !theirs.has(id));
    const extra = [...theirs].filter((id) => !own.has(id));
    throw new UserError(
      `'${candidate.file}' and '${champion.file}' are not about the same rows: the second lacks ${someIds(missing)} and has ${someIds(extra)} more.`,
      { fix: 'Score both models on the same rows.' },
    );
  }
  const disagreeing = order.filter((row, index) => candidate.labels[row] !== champion.labels[rows[index]!]);
  if (disagreeing.length > 0) {
    const ids = Array.from(disagreeing.sort(), (row) => candidate.ids.at(row));
    throw new UserError(`'${candidate.file}' and '${champion.file}' disagree about the label of ${someIds(ids)}.`, {
      fix: 'Both must hold the observed outcome of the same rows.',
    });
  }
  return rows;
}

/** Some of the rows. The clusters that are left are numbered anew, or absent ones would be drawn. */
export function pickRows(joined: JoinedPredictions, rows: number[]): JoinedPredictions {
  const { candidate, champion, units, attributes, events } = joined;
  return {
    ...joined,
    candidate: subset(candidate, rows),
    champion: champion && subset(champion, rows),
    events: events === 0 ? 0 : rows.reduce((sum, row) => sum + candidate.labels[row]!, 0),
    units: units && renumber(Uint32Array.from(rows, (row) => units[row]!)),
    attributes: attributes && new Map([...attributes].map(([name, cells]) => [name, rows.map((row) => cells[row]!)])),
  };
}
