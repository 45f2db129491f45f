import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { random } from '@mlops-actions/statistics';
import { tryGate, type Outcome } from './workshop.ts';

/** What models of one world predict: `error` is how much of a prediction is noise. The same `world` has the same truth. */
interface Model {
  error: number;
  own: number;
  rows?: number;
}

type Table = (string | number)[][];
const csv = (header: string, rows: Table): string => `${header}\n${rows.map((row) => `${row.join()}\n`).join('')}`;

const numbers = (seed: number): { uniform(): number; normal(): number } => {
  const generator = random(seed);
  const uniform = (): number => generator.uniform();
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
};

const CLASSES = ['good', 'middling', 'poor'];

function multiclass(
  { error, own, rows = 600 }: Model,
  change: (row: Table[number], index: number) => Table[number] = (row) => row,
): string {
  const [truth, noise] = [numbers(1), numbers(100 + own)];
  const table = Array.from({ length: rows }, (_, row): Table[number] => {
    const label = truth.uniform() < 0.5 ? 0 : truth.uniform() < 0.6 ? 1 : 2;
    const logits = CLASSES.map((_name, k) => (k === label ? 1.2 : 0) + error * noise.normal());
    const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0);
    return [`r${row}`, CLASSES[label]!, ...logits.map((logit) => Math.exp(logit) / sum)];
  });
  return csv('id,label,p_good,p_middling,p_poor', table.map(change));
}

const MULTICLASS = `
task: multiclass
score-columns: {good: p_good, middling: p_middling, poor: p_poor}
resamples: 400
`;

function quantile({ error, own, rows = 600 }: Model, { width = 1, shift = 0, cross = false } = {}): string {
  const [truth, noise] = [numbers(2), numbers(200 + own)];
  const table = Array.from({ length: rows }, (_, row): Table[number] => {
    const signal = 10 * truth.normal();
    const label = signal + truth.normal();
    const middle = signal + error * noise.normal() + shift;
    const reach = width * 1.645 * Math.sqrt(1 + error * error);
    return [`r${row}`, label, cross && row === 5 ? middle + 9 : middle - reach, middle, middle + reach];
  });
  return csv('id,label,q05,q50,q95', table);
}

const QUANTILE = `
task: quantile
score-columns: {0.05: q05, 0.5: q50, 0.95: q95}
resamples: 400
`;

function ranking(
  { error, own, rows = 1500 }: Model,
  change: (row: Table[number], index: number) => Table[number] = (row) => row,
): string {
  const [truth, noise] = [numbers(3), numbers(300 + own)];
  const table = Array.from({ length: rows }, (_, row): Table[number] => {
    const relevance = Math.floor(3 * truth.uniform() ** 2);
    return [`r${row}`, relevance, relevance + error * noise.normal(), `q${Math.floor(row / 6)}`];
  });
  return csv('id,label,score,query', table.map(change));
}

const RANKING = `
task: ranking
query-column: query
cutoff: 5
resamples: 400
`;

const checks = (...given: string[]): string => `checks: [${given.map((check) => `{${check}}`).join(', ')}]\n`;

const verdictOf = async (candidate: string, champion: string, policy: string): Promise<string> =>
  (await tryGate({ candidate, champion, policy })).verdict;

describe('a worse candidate fails, a better one passes', () => {
  const serving = multiclass({ error: 1, own: 1 });
  const [better, worse] = [multiclass({ error: 0.55, own: 2 }), multiclass({ error: 4, own: 3 })];
  test.each([
    ['accuracy', 0.01],
    ['balanced-accuracy', 0.01],
    ['precision-macro', 0.01],
    ['recall-weighted', 0.01],
    ['f1-macro', 0.01],
    ['f1-micro', 0.01],
    ['mcc', 0.01],
    ['auc-macro', 0.01],
    ['auc-weighted', 0.01],
    ['log-loss', 0.02],
    ['brier', 0.02],
  ])('in %s of classes', async (metric, margin) => {
    const policy = MULTICLASS + checks(`metric: ${metric}, non-inferiority-margin: ${margin}`);
    expect(await verdictOf(better, serving, policy)).toBe('pass');
    expect(await verdictOf(worse, serving, policy)).toBe('fail');
  });

  test.each([
    ['pinball', 0.05],
    ['interval-score', 0.5],
  ])('in %s of forecasts', async (metric, margin) => {
    const policy = QUANTILE + checks(`metric: ${metric}, non-inferiority-margin: ${margin}`);
    const champion = quantile({ error: 1, own: 1 });
    expect(await verdictOf(quantile({ error: 0.3, own: 2 }), champion, policy)).toBe('pass');
    expect(await verdictOf(quantile({ error: 3, own: 3 }), champion, policy)).toBe('fail');
  });

  test.each([['ndcg'], ['map'], ['mrr']])('in %s of rankings', async (metric) => {
    const policy = RANKING + checks(`metric: ${metric}, non-inferiority-margin: 0.02`);
    const champion = ranking({ error: 1, own: 1 });
    expect(await verdictOf(ranking({ error: 0.3, own: 2 }), champion, policy)).toBe('pass');
    expect(await verdictOf(ranking({ error: 4, own: 3 }), champion, policy)).toBe('fail');
  });
});

describe('forecasts that promise a share', () => {
  const policy = QUANTILE + checks('metric: coverage-error, bound: 0.04', 'metric: pinball, bound: 1');

  test('and keep it pass; too narrow or beside it they fail', async () => {
    const pass = await tryGate({ candidate: quantile({ error: 0.3, own: 1 }), policy });
    expect(pass.verdict).toBe('pass');
    expect(pass.record.negativeControl.trials.map(({ spoilt }) => spoilt)).toEqual([
      'everything',
      'probabilities',
      'probabilities',
    ]);
    for (const spoilt of [{ width: 0.4 }, { shift: 3 }, { width: 4 }]) {
      const { record } = await tryGate({ candidate: quantile({ error: 0.3, own: 1 }, spoilt), policy });
      expect(record.checks[0]!.verdict).toBe('fail');
    }
  });

  test('coverage alone is met by forecasts that say nothing, so that such a gate cannot fail', async () => {
    const { headline } = await tryGate({
      candidate: quantile({ error: 0.3, own: 1 }),
      policy: QUANTILE + checks('metric: coverage, bound: 0.8'),
    });
    expect(headline).toMatch(/^This gate cannot fail: it passes the candidate's forecasts, drawn apart/);
  });
});

test('the classes are judged each by itself as slices of the label', async () => {
  const { record } = await tryGate({
    candidate: multiclass({ error: 0.5, own: 1 }),
    policy: MULTICLASS + checks('metric: accuracy, bound: 0.2, slice: {column: label}', 'metric: log-loss, bound: 1'),
  });
  expect(record.checks.slice(0, 3).map(({ title }) => title)).toEqual(
    CLASSES.map((name) => `accuracy where label = ${name}`),
  );
});

describe('rankings count queries', () => {
  const policy = RANKING + checks('metric: ndcg, bound: 0.5');

  test('and not rows', async () => {
    const { record } = await tryGate({ candidate: ranking({ error: 0.5, own: 1 }), policy });
    expect(record.checks[0]!.judged).toMatchObject({
      rows: 250,
      method: 'Student t of queries, corrected for skewness (Hall)',
    });
    const few = await tryGate({ candidate: ranking({ error: 0.5, own: 1, rows: 300 }), policy });
    expect(few.record.checks[0]!.reason).toBe('50 queries are fewer than the 100 that the policy demands');
  });

  test('which slices must hold whole', async () => {
    const half = ranking({ error: 0.5, own: 1 }, (row, index) => [...row, index % 2]).replace(
      'query\n',
      'query,half\n',
    );
    await expect(
      tryGate({ candidate: half, policy: RANKING + checks('metric: ndcg, bound: 0.5, slice: {column: half}') }),
    ).rejects.toThrow('differs between rows of one query');
  });
});

describe('what is no evidence is refused', () => {
  const log = MULTICLASS + checks('metric: log-loss, bound: 1');
  const edit =
    (column: number, value: string | number) =>
    (row: Table[number], index: number): Table[number] =>
      index === 3 ? row.with(column, value) : row;
  const model = { error: 0.5, own: 1 };

  test.each<[string, string, string, RegExp]>([
    [
      'probabilities of more than 1',
      multiclass(model, edit(2, 0.9)),
      log,
      /1 row with probabilities that do not sum to 1 \(line 5\)/,
    ],
    ['probabilities below 0', multiclass(model, edit(2, -0.2)), log, /a p_good outside of 0 to 1/],
    ['NaN among probabilities', multiclass(model, edit(4, 'NaN')), log, /a p_poor that is not a finite number/],
    ['a strange class', multiclass(model, edit(1, 'worse')), log, /labels that are no class .*: worse/],
    [
      'a class without rows',
      multiclass(model, (row) => (row[1] === 'poor' ? row.with(1, 'good') : row)),
      log,
      /No row of .* has the class 'poor'/,
    ],
    [
      'the same in every row',
      multiclass(model, (row) => [row[0]!, row[1]!, 0.5, 0.3, 0.2]),
      log,
      /a constant is no model/,
    ],
    [
      'forecasts that cross',
      quantile(model, { cross: true }),
      QUANTILE + checks('metric: pinball, bound: 1'),
      /1 row with forecasts that cross/,
    ],
    [
      'negative relevance',
      ranking(model, edit(1, -1)),
      RANKING + checks('metric: ndcg, bound: 0.5'),
      /1 row with no usable label/,
    ],
    [
      'relevance that does not vary',
      ranking(model, (row, index) => row.with(1, Math.floor(index / 6) % 2)),
      RANKING + checks('metric: ndcg, bound: 0.5'),
      /any order of them is as good/,
    ],
    [
      'a row of no query',
      ranking(model, edit(3, '')),
      RANKING + checks('metric: ndcg, bound: 0.5'),
      /has an empty cell/,
    ],
  ])('%s', async (_, candidate, policy, message) => {
    await expect(tryGate({ candidate, policy })).rejects.toThrow(message);
  });

  test.each([
    ['no score-columns', 'task: multiclass\nchecks: [{metric: log-loss, bound: 1}]', /in which column each class is/],
    [
      'score-columns of one score',
      'score-columns: {a: b, c: d}\nchecks: [{metric: auc, bound: 0.7}]',
      /binary models have one score/,
    ],
    [
      'a level beyond 1',
      'task: quantile\nscore-columns: {0.5: a, 1.5: b}\nchecks: [{metric: pinball, bound: 1}]',
      /level '1\.5'/,
    ],
    [
      'one column twice',
      'task: multiclass\nscore-columns: {a: p, b: p}\nchecks: [{metric: log-loss, bound: 1}]',
      /has 'p' twice/,
    ],
    [
      'two spellings of one level',
      'task: quantile\nscore-columns: {0.5: a, "0.50": b}\nchecks: [{metric: pinball, bound: 1}]',
      /has '0\.5' twice/,
    ],
    ['no queries', 'task: ranking\nchecks: [{metric: ndcg, bound: 0.5}]', /which query a row answers/],
    ['queries of a binary model', 'query-column: q\nchecks: [{metric: auc, bound: 0.7}]', /answer no queries/],
    [
      'a metric of other tasks',
      'task: ranking\nquery-column: q\nchecks: [{metric: accuracy, bound: 0.5}]',
      /of binary and multiclass models/,
    ],
  ])('%s', async (_, policy, message) => {
    await expect(tryGate({ candidate: multiclass(model), policy })).rejects.toThrow(message);
  });
});

describe('the order of rows is of no account', () => {
  const shuffled = (table: string): string => {
    const [header, ...rows] = table.trimEnd().split('\n');
    return `${[header, ...rows.toReversed()].join('\n')}\n`;
  };
  test.each([
    ['classes', multiclass({ error: 1, own: 1 }), MULTICLASS + checks('metric: f1-macro, bound: 0.3')],
    ['forecasts', quantile({ error: 1, own: 1 }), QUANTILE + checks('metric: pinball, bound: 1')],
    ['rankings', ranking({ error: 1, own: 1 }), RANKING + checks('metric: ndcg, bound: 0.4')],
  ])('for %s', async (_, candidate, policy) => {
    const judged = ({ record }: Outcome): unknown => record.checks.map(({ judged: result }) => result);
    expect(judged(await tryGate({ candidate: shuffled(candidate), policy }))).toEqual(
      judged(await tryGate({ candidate, policy })),
    );
  });
});

test('two equal classes are told apart as events are: the metrics of both tasks agree', async () => {
  const rows = Array.from({ length: 300 }, (_, row) => {
    const draws = numbers(row + 1);
    const label = draws.uniform() < 0.4 ? 1 : 0;
    const p = 1 / (1 + Math.exp(-(2 * label - 1 + draws.normal())));
    return [`r${row}`, label, p, 1 - p];
  });
  const candidate = csv('id,label,score,rest', rows);
  const all = ['accuracy', 'log-loss', 'mcc'].map(
    (metric) => `metric: ${metric}, bound: ${metric === 'log-loss' ? 2 : 0.1}`,
  );
  const binary = await tryGate({ candidate, policy: checks(...all, 'metric: auc, bound: 0.6') });
  const classes = await tryGate({
    candidate,
    policy: `task: multiclass\nscore-columns: {1: score, 0: rest}\n${checks(...all, 'metric: auc-macro, bound: 0.6')}`,
  });
  const values = ({ record }: Outcome): number[] => record.checks.map(({ candidate: value }) => value);
  values(classes).forEach((value, index) => expect(value).toBeCloseTo(values(binary)[index]!, 10));
});

test.each([
  [
    'classes',
    multiclass({ error: 1, own: 1 }),
    MULTICLASS + checks('metric: log-loss, bound: 1.2'),
    'Calibration of poor',
  ],
  [
    'forecasts',
    quantile({ error: 1, own: 1 }),
    QUANTILE + checks('metric: pinball, bound: 1'),
    'Levels of the forecasts',
  ],
])('the report shows %s', async (_, candidate, policy, title) => {
  const { outputs } = await tryGate({ candidate, policy });
  expect(await readFile(outputs['html-path']!, 'utf8')).toContain(title);
});
