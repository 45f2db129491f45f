import { permutation, random } from '@mlops-actions/statistics';
import type { JoinedPredictions } from './join.ts';
import type { Slice } from './slices.ts';

/** What a candidate predicts after it was made worse on purpose. */
export interface Degradation {
  /** How it was made worse. */
  how: string;
  /** What was spoilt: everything, or the probabilities but not the ranks, or how alike the slices of a rule are. */
  spoilt: 'everything' | 'probabilities' | 'slices';
  outputs: Float64Array[];
}

/**
 * Candidates that are worse than the given one: one that is worthless altogether, where there are probabilities one whose probabilities do not mean what
 * they say, and one for each division into slices, that is the more unequal.
 */
export function degradations(
  joined: JoinedPredictions,
  divisions: readonly (readonly Slice[])[],
  seed: number,
): Degradation[] {
  const dealt = dealtOut(joined, seed);
  const named = PREDICTED[joined.task];
  const everything: Degradation =
    joined.task === 'quantile'
      ? {
          how: `the candidate's ${named}, dealt out to the rows at random (seed ${seed}) and drawn together to a tenth of their width`,
          spoilt: 'everything',
          outputs: drawnTogether(dealt, 0.1),
        }
      : {
          how: `the candidate's ${named}, dealt out to the rows ${joined.task === 'ranking' ? 'of each query ' : ''}at random (seed ${seed})`,
          spoilt: 'everything',
          outputs: dealt,
        };
  return [
    everything,
    ...spoiltProbabilities(joined),
    ...divisions.map((slices): Degradation => {
      const { label, rows } = slices.reduce((most, slice) => (slice.rows.length > most.rows.length ? slice : most));
      return {
        how: `the candidate's ${named}, dealt out at random and ${joined.task === 'ranking' ? 'turned round' : 'raised'} where ${label}`,
        spoilt: 'slices',
        outputs: unequal(joined, dealt, rows),
      };
    }),
  ];
}

const PREDICTED: Record<JoinedPredictions['task'], string> = {
  binary: 'scores',
  multiclass: 'probabilities',
  regression: 'predictions',
  quantile: 'forecasts',
  ranking: 'scores',
};

/** The predictions of other rows; of rankings, of other rows of the query. */
function dealtOut({ candidate }: JoinedPredictions, seed: number): Float64Array[] {
  const { outputs, queries } = candidate;
  const order = permutation(candidate.labels.length, random(seed));
  if (queries === undefined) return outputs.map((output) => output.map((_, row) => output[order[row]!]!));
  // Within a query, the rows in their random order give their scores to those in the order of the file.
  const byQuery = Map.groupBy(order, (row) => queries[row]!);
  const next = new Map<number, number>();
  const source = Uint32Array.from(queries, (query) => {
    const place = next.get(query) ?? 0;
    next.set(query, place + 1);
    return byQuery.get(query)![place]!;
  });
  return outputs.map((output) => output.map((_, row) => output[source[row]!]!));
}

function spoiltProbabilities({ task, candidate }: JoinedPredictions): Degradation[] {
  const { outputs, labels } = candidate;
  switch (task) {
    case 'binary': {
      const end = mean(outputs[0]!) < 0.5 ? 1 : 0;
      return [
        {
          how: `the candidate's scores, each moved half way to ${end}, so that they rank as before`,
          spoilt: 'probabilities',
          outputs: [outputs[0]!.map((score) => (score + end) / 2)],
        },
      ];
    }
    case 'multiclass': {
      const rows = outputs.map((_, k) => labels.reduce((sum, label) => sum + (label === k ? 1 : 0), 0));
      const rarest = rows.indexOf(Math.min(...rows));
      return [
        {
          how: "the candidate's probabilities, each moved half way to certainty of the rarest class, so that they rank as before",
          spoilt: 'probabilities',
          outputs: outputs.map((output, k) => output.map((score) => (score + (k === rarest ? 1 : 0)) / 2)),
        },
      ];
    }
    case 'quantile':
      return [
        {
          how: "the candidate's forecasts, drawn together to a quarter of their width",
          spoilt: 'probabilities',
          outputs: drawnTogether(outputs, 0.25),
        },
        {
          how: "the candidate's forecasts, drawn apart to ten times their width",
          spoilt: 'probabilities',
          outputs: drawnTogether(outputs, 10),
        },
      ];
    case 'regression':
    case 'ranking':
      return [];
  }
}

/** Forecasts about the middle of the lowest and the highest, at `factor` times their distance from it. */
function drawnTogether(outputs: readonly Float64Array[], factor: number): Float64Array[] {
  const [lowest, highest] = [outputs[0]!, outputs.at(-1)!];
  return outputs.map((output) =>
    output.map((value, row) => {
      const middle = (lowest[row]! + highest[row]!) / 2;
      return middle + factor * (value - middle);
    }),
  );
}

/** Worthless in some of the rows, and there predicting more than elsewhere. */
function unequal(
  { task, candidate }: JoinedPredictions,
  dealt: readonly Float64Array[],
  rows: readonly number[],
): Float64Array[] {
  const { outputs } = candidate;
  const result = outputs.map((output) => Float64Array.from(output));
  // Far enough to leave the range of the others, and so to err wherever they hit.
  const [from, to] = [outputs[0]!.reduce((a, b) => Math.min(a, b)), outputs.at(-1)!.reduce((a, b) => Math.max(a, b))];
  const raised = (value: number, output: number): number => {
    switch (task) {
      case 'binary':
        return (value + 9) / 10;
      case 'multiclass':
        return (value + (output === outputs.length - 1 ? 9 : 0)) / 10;
      case 'regression':
      case 'quantile':
        return value + (to - from);
      case 'ranking':
        return -value;
    }
  };
  const source = task === 'ranking' ? outputs : dealt;
  result.forEach((column, output) => {
    for (const row of rows) column[row] = raised(source[output]![row]!, output);
  });
  return result;
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
