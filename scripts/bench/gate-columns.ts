import { random } from '@mlops-actions/statistics';

export const ROWS = 1_000_000;
export const CLASSES = 4;
/** Answers to each query. */
export const ANSWERS = 10;
export const LEVELS = [0.05, 0.5, 0.95];

/** Columns of numbers by name. */
export type Columns = ReadonlyMap<string, Float64Array>;

/** What models of every task predict, and what came of it. Of the binary models a tenth of the rows are events, which lie about one and a half standard deviations higher. */
export function makeColumns(): Columns {
  const generator = random(1);
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - generator.uniform())) * Math.cos(2 * Math.PI * generator.uniform());
  const columns = new Map<string, Float64Array>();
  const column = (name: string): Float64Array => {
    const made = columns.get(name) ?? new Float64Array(ROWS);
    columns.set(name, made);
    return made;
  };
  const [labels, first, second] = [column('labels'), column('first'), column('second')];
  const [amounts, predicted, levels] = [
    column('amounts'),
    column('predicted'),
    LEVELS.map((_, k) => column(`level-${k}`)),
  ];
  const [observed, classes] = [column('class'), Array.from({ length: CLASSES }, (_, k) => column(`class-${k}`))];
  const [relevance, ranked] = [column('relevance'), column('ranked')];
  for (let row = 0; row < ROWS; row++) {
    const label = generator.uniform() < 0.1 ? 1 : 0;
    const shared = 0.8 * normal();
    labels[row] = label;
    first[row] = 1 / (1 + Math.exp(2.5 - 1.6 * label - shared - 0.6 * normal()));
    second[row] = 1 / (1 + Math.exp(2.5 - 1.5 * label - shared - 0.6 * normal()));

    const known = normal();
    amounts[row] = 1000 * Math.exp(0.5 * known + 0.3 * normal());
    predicted[row] = 1000 * Math.exp(0.5 * known);
    levels.forEach((level, k) => (level[row] = predicted[row]! * Math.exp(0.45 * (k - 1))));

    const is = Math.floor(CLASSES * generator.uniform() ** 1.5);
    observed[row] = is;
    const evidence = classes.map((_, k) => Math.exp(normal() + (k === is ? 1.5 : 0)));
    const sum = evidence.reduce((total, one) => total + one, 0);
    classes.forEach((probability, k) => (probability[row] = evidence[k]! / sum));

    // Every query has an answer that is relevant.
    relevance[row] = row % ANSWERS === 0 ? 3 : Math.floor(4 * generator.uniform() ** 3);
    ranked[row] = relevance[row]! + 2 * normal();
  }
  return columns;
}
