import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ascendingOrder } from '@mlops-actions/statistics';
import { divide, makeSliceRule } from '../src/slices.ts';
import { newFolder, predictions, tryGate, type Outcome, type Row, type Trial } from './workshop.ts';

const [candidate, champion] = [predictions(2, { rows: 900, own: 1 }), predictions(1.6, { rows: 900, own: 2 })];

/** A trial whose rows have attributes in a table of its own, with rows that no model has seen. */
async function withAttributes(
  attributes: Record<string, (row: number) => string | number>,
  trial: Trial,
): Promise<Outcome> {
  const folder = await newFolder();
  const names = Object.keys(attributes);
  const lines = Array.from({ length: 950 }, (_, row) =>
    [`r${row}`, ...names.map((name) => attributes[name]!(row))].join(),
  );
  const table = path.join(folder, 'attributes.csv');
  await writeFile(table, `${['id', ...names].join()}\n${lines.toReversed().join('\n')}\n`);
  return tryGate({ candidate, champion, folder, ...trial, inputs: { attributes: table, ...trial.inputs } });
}

const sex = (row: number): string => (row % 3 === 0 ? 'female' : 'male');
const age = (row: number): number => 18 + (row % 60);

/** The candidate with some scores changed. */
const changed = (change: (row: Row, index: number) => number): Row[] =>
  candidate.map((row, index) => ({ ...row, score: change(row, index) }));

describe('slices', () => {
  test('a model that is good on the whole and bad in one slice fails there', async () => {
    const policy =
      'threshold: 0.5\nchecks: [{name: ranks, metric: auc, bound: 0.7}, {name: ranks everywhere, metric: auc, bound: 0.7, slice: {column: sex}}]';
    const spoilt = changed(({ score }, row) => (sex(row) === 'female' ? 1 - Number(score) : Number(score)));
    const good = await withAttributes({ sex }, { policy });
    expect(good.verdict).toBe('pass');
    expect(good.record.checks.map(({ name }) => name)).toEqual([
      'ranks',
      'ranks everywhere [sex = female]',
      'ranks everywhere [sex = male]',
    ]);
    const bad = await withAttributes(
      { sex },
      { policy: policy.replace('bound: 0.7}', 'bound: 0.52}'), candidate: spoilt },
    );
    expect(bad.record.checks.map(({ verdict }) => verdict)).toEqual(['pass', 'fail', 'pass']);
    expect(bad.record.checks.map(({ slice }) => slice?.worst)).toEqual([undefined, true, false]);
    expect(bad.outputs['failed-checks']).toBe('ranks everywhere [sex = female]');
    expect(bad.record.checks[1]!.sentence).toMatch(/^AUC where sex = female is 0\.\d+; .* misses the demand/);
    // What is output as the candidate's metrics is that of all rows.
    expect(bad.record.metrics).toEqual({ auc: bad.record.checks[0]!.candidate });
  });

  test('compare both models on the same rows of the slice', async () => {
    const policy = 'checks: [{metric: auc, non-inferiority-margin: 0.05, slice: {column: sex}}]';
    const { verdict, record } = await withAttributes({ sex }, { policy });
    expect(verdict).toBe('pass');
    expect(record.checks.map(({ judged }) => judged.rows)).toEqual([300, 600]);
    expect(record.attributes?.digest).toMatch(/^sha256:/);
  });

  test('too few rows in one slice are inconclusive, however good it is', async () => {
    const policy = 'minimum-slice-rows: 100\nchecks: [{metric: auc, bound: 0.6, slice: {column: region}}]';
    const { verdict, record } = await withAttributes(
      { region: (row) => (row < 40 ? 'island' : 'mainland') },
      { policy },
    );
    expect(verdict).toBe('inconclusive');
    expect(record.checks[0]!.reason).toBe('40 rows are fewer than the 100 that the policy demands');
  });

  test('a slice that the policy names and no row is in is inconclusive', async () => {
    const policy = 'checks: [{metric: auc, bound: 0.6, slice: {column: sex, values: [male, other]}}]';
    const { record } = await withAttributes({ sex }, { policy });
    expect(record.checks.map(({ verdict }) => verdict)).toEqual(['pass', 'inconclusive']);
  });

  test('of numbers by edges, of days by a window', async () => {
    const policy = `checks:
  - {metric: auc, bound: 0.6, slice: {column: age, edges: [30, 60]}}
  - {name: out of time, metric: auc, bound: 0.6, slice: {column: day, from: 2026-04-01}}`;
    const day = (row: number): string => (row < 600 ? '2026-03-31T23:59:59Z' : '2026-04-01');
    const { record } = await withAttributes({ age, day }, { policy });
    expect(record.checks.map(({ slice, judged }) => [slice!.label, judged.rows])).toEqual([
      ['age below 30', 180],
      ['age from 30 to below 60', 450],
      ['age from 60', 270],
      ['day from 2026-04-01', 300],
    ]);
  });

  test('may lie in the prediction file itself', async () => {
    const rows = candidate.map((row, index) => `${row.id},${row.label},${row.score},${sex(index)}`);
    const { verdict } = await tryGate({
      candidate: `id,label,score,sex\n${rows.join('\n')}\n`,
      policy: 'checks: [{metric: auc, bound: 0.6, slice: {column: sex}}]',
    });
    expect(verdict).toBe('pass');
  });

  test.each([
    ['values and edges', '{column: sex, values: [a, b], edges: [1]}', 'a slice has values, or edges'],
    ['edges that fall', '{column: age, edges: [60, 30]}', 'must rise'],
    ['a window of no day', '{column: day, from: 2026-04-01, until: 2026-04-01}', 'no day lies'],
    ['a day that is none', '{column: day, from: 2026-13-01}', 'is no day'],
    ['edges of words', '{column: sex, edges: [1]}', "must hold numbers, not 'female'"],
    ['days of numbers', '{column: age, from: 2026-01-01}', 'must hold dates'],
    ['a slice for each row', '{column: id}', '900 different values'],
    ['a column that is not there', '{column: sec}', "has no column 'sec'. Did you mean 'sex'"],
  ])('%s: refused', async (_, slice, message) => {
    const policy = `checks: [{metric: auc, bound: 0.6, slice: ${slice}}]`;
    await expect(withAttributes({ sex, age }, { policy })).rejects.toMatchObject({
      explanation: expect.stringContaining(message),
    });
  });

  test('attributes that lack rows, or have one twice, are refused', async () => {
    const folder = await newFolder();
    const table = path.join(folder, 'attributes.csv');
    const trial: Trial = {
      candidate,
      policy: 'checks: [{metric: auc, bound: 0.6, slice: {column: sex}}]',
      inputs: { attributes: table },
    };
    await writeFile(table, 'id,sex\nr0,f\n');
    await expect(tryGate(trial)).rejects.toThrow('lacks 899 of the 900 rows');
    await writeFile(table, 'id,sex\nr0,f\nr0,m\n');
    await expect(tryGate(trial)).rejects.toThrow("has the id 'r0' twice (line 3)");
  });

  test('stored metrics have none', async () => {
    await expect(
      tryGate({
        candidate: '{"metrics": {"auc": {"value": 0.8, "n": 400, "positives": 120}}}',
        extension: 'json',
        policy: 'checks: [{metric: auc, bound: 0.6, slice: {column: sex}}]',
      }),
    ).rejects.toThrow('is about slices');
  });

  test('days without a zone are UTC, and spaces, fractions and zones are understood', () => {
    const rule = makeSliceRule({ column: 'at', from: '2026-03-01', until: '2026-03-02' }, 'here');
    const cells = [
      '2026-02-28T23:59:59.999',
      '2026-03-01',
      '2026-03-01 12:00',
      '2026-03-02T00:30:00+01:00',
      '2026-03-02',
    ];
    expect(divide(rule, cells)).toEqual([{ label: 'at from 2026-03-01 before 2026-03-02', rows: [1, 2, 3] }]);
  });
});

describe('fairness', () => {
  const parity = (rest: string): string =>
    `threshold: 0.5\nchecks: [{metric: auc, bound: 0.6}, {name: parity, metric: demographic-parity-difference, slice: {column: sex}, ${rest}}]`;
  const favouring = changed(({ score }, row) => (sex(row) === 'female' ? 0.6 + 0.4 * Number(score) : Number(score)));

  test('a model that treats groups alike passes, one that does not fails', async () => {
    expect((await withAttributes({ sex }, { policy: parity('bound: 0.15') })).verdict).toBe('pass');
    const { verdict, record } = await withAttributes({ sex }, { policy: parity('bound: 0.15'), candidate: favouring });
    expect(verdict).toBe('fail');
    expect(record.checks[1]).toMatchObject({ verdict: 'fail', title: 'difference in selection rates by sex' });
    expect(record.checks[1]!.sentence).toMatch(/^Difference in selection rates by sex is 0\.\d+ \(lower is better\)/);
  });

  test('may be compared with the champion', async () => {
    const policy = parity('non-inferiority-margin: 0.2');
    expect((await withAttributes({ sex }, { policy })).verdict).toBe('pass');
    expect((await withAttributes({ sex }, { policy, candidate: favouring })).verdict).toBe('fail');
  });

  test.each(['equal-opportunity-difference', 'equalised-odds-difference'])(
    '%s finds errors that differ',
    async (metric) => {
      const policy = `threshold: 0.5\nchecks: [{metric: auc, bound: 0.55}, {metric: ${metric}, bound: 0.3, slice: {column: sex}}]`;
      const missing = changed(({ score }, row) => (sex(row) === 'female' ? Number(score) / 2 : Number(score)));
      expect((await withAttributes({ sex }, { policy })).verdict).toBe('pass');
      expect((await withAttributes({ sex }, { policy, candidate: missing })).verdict).toBe('fail');
    },
  );

  test('groups that are too small are inconclusive, counted by the rows that the rate is of', async () => {
    const policy = 'threshold: 0.5\nchecks: [{metric: equal-opportunity-difference, bound: 0.6, slice: {column: sex}}]';
    const { verdict, record } = await withAttributes({ sex: (row) => (row < 100 ? 'female' : 'male') }, { policy });
    expect(verdict).toBe('inconclusive');
    expect(record.checks[0]!.reason).toMatch(/^\d\d rows are fewer than the 50/);
  });

  test('the stability of a metric between windows', async () => {
    const policy = 'checks: [{metric: auc, bound: 0.55}, {metric: auc-gap, bound: 0.15, slice: {column: quarter}}]';
    const quarter = (row: number): number => 1 + (row % 2);
    const fading = changed(({ score }, row) =>
      quarter(row) === 2 ? 0.5 + (Number(score) - 0.5) * ((row % 5) - 2) * 0.1 : Number(score),
    );
    expect((await withAttributes({ quarter }, { policy })).verdict).toBe('pass');
    expect((await withAttributes({ quarter }, { policy, candidate: fading })).verdict).toBe('fail');
  });

  test.each([
    [
      'without a threshold of its own',
      'checks: [{metric: demographic-parity-difference, bound: 0.1, slice: {column: sex}}]',
      'gate.threshold',
    ],
    [
      'without groups',
      'threshold: 0.5\nchecks: [{metric: demographic-parity-difference, bound: 0.1}]',
      'there are none',
    ],
    [
      'of one group',
      'threshold: 0.5\nchecks: [{metric: auc-gap, bound: 0.1, slice: {column: sex, values: [male]}}]',
      'there are none',
    ],
  ])('%s: refused', async (_, policy, message) => {
    await expect(withAttributes({ sex }, { policy })).rejects.toThrow(message);
  });

  test('a bound that lets even an unfair copy pass holds back nothing, and is named', async () => {
    const { record } = await withAttributes({ sex }, { policy: parity('bound: 0.95') });
    expect(record.negativeControl.trials.at(-1)!.how).toContain('raised where sex = male');
    expect(record.negativeControl.toothless).toEqual(['parity']);
    const strict = await withAttributes({ sex }, { policy: parity('bound: 0.15') });
    expect(strict.record.negativeControl.toothless).toEqual([]);
  });

  test('a policy of fairness alone passes a worthless model, and so cannot fail', async () => {
    const policy =
      'threshold: 0.5\nchecks: [{metric: demographic-parity-difference, bound: 0.15, slice: {column: sex}}]';
    const { verdict, record } = await withAttributes({ sex }, { policy });
    expect(record.negativeControl.trials.map((trial) => trial.verdict)).toEqual(['pass', 'fail']);
    expect(verdict).toBe('fail');
  });
});

describe('weights and clusters', () => {
  test('a weight is a repetition', async () => {
    const weight = (row: number): number => 1 + (row % 3);
    const policy = 'checks: [{metric: brier, bound: 0.24}]';
    const weighted = await withAttributes(
      { weight },
      { policy, champion: 'none', inputs: { 'weight-column': 'weight' } },
    );
    const repeated = candidate.flatMap((row, index) =>
      Array.from({ length: weight(index) }, (_, copy) => ({ ...row, id: `${row.id}-${copy}` })),
    );
    const plain = await tryGate({ candidate: repeated, policy });
    expect(weighted.record.metrics['brier']).toBeCloseTo(plain.record.metrics['brier']!, 12);
    // But copies are no evidence: the weighted interval is the wider one.
    const width = ({ record }: Outcome): number => record.checks[0]!.judged.high - record.checks[0]!.judged.low;
    expect(width(weighted)).toBeGreaterThan(1.2 * width(plain));
  });

  test('rows of one customer are no independent evidence', async () => {
    const copies = candidate
      .slice(0, 300)
      .flatMap((row) => [0, 1, 2].map((copy) => ({ ...row, id: `${row.id}-${copy}` })));
    const rows = copies.map(({ id, label, score }) => `${id},${label},${score},${id.split('-')[0]!}`);
    const file = `id,label,score,customer\n${rows.join('\n')}\n`;
    const policy = (rest: string): string => `resamples: 800\nchecks: [{metric: auc, bound: 0.6}]\n${rest}`;
    const naive = await tryGate({ candidate: file, policy: policy('') });
    const honest = await tryGate({ candidate: file, policy: policy('cluster-column: customer\n') });
    const width = ({ record }: Outcome): number => record.checks[0]!.judged.high - record.checks[0]!.judged.low;
    expect(width(honest) / width(naive)).toBeGreaterThan(1.5);
    expect(honest.record.checks[0]!.judged).toMatchObject({
      rows: 300,
      method: expect.stringContaining('of clusters'),
    });
    const few = await tryGate({ candidate: file, policy: policy('cluster-column: customer\nminimum-rows: 301\n') });
    expect(few.record.checks[0]!.reason).toBe('300 clusters are fewer than the 301 that the policy demands');
  });

  test.each([
    ['negative', () => -1, 'not numbers from 0 up in 900 rows'],
    ['words', () => 'much', 'not numbers from 0 up'],
    ['all 0', () => 0, 'are 0 in every row'],
  ])('weights that are %s are refused', async (_, weight, message) => {
    await expect(withAttributes({ weight }, { inputs: { 'weight-column': 'weight' } })).rejects.toThrow(message);
  });

  test('stored metrics have neither', async () => {
    const stored = '{"metrics": {"auc": {"value": 0.8, "n": 400, "positives": 120}}}';
    const policy = 'weight-column: w\nchecks: [{metric: auc, bound: 0.6}]';
    await expect(tryGate({ candidate: stored, extension: 'json', policy })).rejects.toThrow('Weights and clusters');
  });
});

describe('the control of probabilities', () => {
  test('a policy whose only look at them is too lax cannot fail', async () => {
    const policy = 'checks: [{metric: auc, bound: 0.7}, {metric: brier, bound: 0.9}]';
    const { verdict, record } = await tryGate({ candidate, policy });
    expect(record.negativeControl.trials.map((trial) => trial.verdict)).toEqual(['fail', 'pass']);
    expect(record.negativeControl.toothless).toEqual(['brier bound']);
    expect(verdict).toBe('fail');
  });

  test('is not asked of a policy that looks at ranks alone', async () => {
    const { record } = await tryGate({ candidate, policy: 'checks: [{metric: auc, bound: 0.7}]' });
    expect(record.negativeControl.trials).toHaveLength(1);
  });

  test('leaves the ranks as they are', () => {
    const scores = Float64Array.from(candidate, ({ score }) => Number(score));
    const moved = scores.map((score) => (score + 1) / 2);
    expect([...ascendingOrder(moved)]).toEqual([...ascendingOrder(scores)]);
  });
});
