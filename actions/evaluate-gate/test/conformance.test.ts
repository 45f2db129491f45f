import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { csv, newFolder, predictions, tryGate, type Row } from './workshop.ts';

/**
 * What published gates get wrong: a worse candidate must fail whichever way its metric points, a better one must pass, nothing may be compared with itself,
 * and neither missing data nor a fault may ever look like a pass.
 */
const champion = predictions(1.5, { rows: 800, own: 2 });
const better = predictions(2.5, { rows: 800, own: 3 });
const worse = predictions(0.5, { rows: 800, own: 4 });

const relative = (metric: string, margin: number): string =>
  `minimum-rows: 100\nresamples: 400\ncosts: {false-positive: 1, false-negative: 5}\nchecks:\n  - {metric: ${metric}, non-inferiority-margin: ${margin}}\n`;

describe('in both directions of metrics', () => {
  test.each([
    ['auc', 0.02],
    ['ks', 0.02],
    ['accuracy', 0.01],
    ['mcc', 0.02],
    ['brier', 0.005],
    ['log-loss', 0.01],
    ['capture', 0.02],
    ['lift', 0.2],
    ['expected-cost', 0.05],
  ])('%s: a worse candidate fails, a better one passes', async (metric, margin) => {
    const policy = relative(metric, margin);
    expect((await tryGate({ candidate: worse, champion, policy })).verdict).toBe('fail');
    expect((await tryGate({ candidate: better, champion, policy })).verdict).toBe('pass');
  });

  test.each([
    ['rmse', 0.02, true],
    ['mae', 0.02, true],
    ['r2', 0.02, true],
  ])('%s, of regressions', async (metric, margin) => {
    const truth = predictions(1, { rows: 300 });
    const regression = (error: number, own: number): Row[] => {
      const noise = predictions(0, { rows: 300, own, world: own });
      return truth.map(({ id, score }, row) => ({
        id,
        label: 100 * Number(score),
        score: 100 * Number(score) + error * (Number(noise[row]!.score) - 0.3),
      }));
    };
    const policy = `task: regression\n${relative(metric, margin)}`;
    const serving = regression(20, 5);
    expect((await tryGate({ candidate: regression(60, 6), champion: serving, policy })).verdict).toBe('fail');
    expect((await tryGate({ candidate: regression(4, 7), champion: serving, policy })).verdict).toBe('pass');
  });

  test('an absolute bound holds below as it does above', async () => {
    const policy = 'checks:\n  - {metric: auc, bound: 0.8}\n  - {metric: brier, bound: 0.17}\n';
    expect((await tryGate({ candidate: better, policy })).verdict).toBe('pass');
    const { record } = await tryGate({ candidate: worse, policy });
    expect(record.checks.map(({ verdict }) => verdict)).toEqual(['fail', 'fail']);
  });

  test('superiority is more than being as good', async () => {
    const policy = 'checks:\n  - {metric: auc, superiority-margin: 0}\n';
    const twin = predictions(1.5, { rows: 800, own: 9 });
    expect((await tryGate({ candidate: better, champion, policy })).verdict).toBe('pass');
    expect((await tryGate({ candidate: twin, champion, policy })).verdict).toBe('inconclusive');
    expect((await tryGate({ candidate: worse, champion, policy })).verdict).toBe('fail');
  });
});

describe('self-comparison', () => {
  test('the same bytes under two names', async () => {
    await expect(tryGate({ candidate: champion, champion })).rejects.toThrow('the same file, byte for byte');
  });

  test('the same predictions in other bytes', async () => {
    await expect(tryGate({ candidate: champion, champion: champion.toReversed() })).rejects.toThrow(
      'predict the same in every row',
    );
  });

  test('the same model digest', async () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    await expect(
      tryGate({ candidate: better, champion, inputs: { 'model-digest': digest, 'champion-model-digest': digest } }),
    ).rejects.toThrow('are the same model');
  });
});

describe('absent, broken and short data never pass', () => {
  const broken = (change: (rows: Row[]) => Row[]): Row[] => change(better.map((row) => ({ ...row })));

  test.each<[string, Row[] | string, RegExp]>([
    ['no rows', 'id,label,score\n', /has no rows/],
    ['empty', '', /is empty/],
    [
      'NaN',
      broken((rows) => rows.with(3, { ...rows[3]!, score: 'NaN' })),
      /1 row with a score that is not a finite number \(line 5\)/,
    ],
    ['infinite', broken((rows) => rows.with(3, { ...rows[3]!, score: 'inf' })), /not a finite number/],
    ['hexadecimal', broken((rows) => rows.with(3, { ...rows[3]!, score: '0x1' })), /not a finite number/],
    ['missing score', broken((rows) => rows.with(3, { ...rows[3]!, score: '' })), /not a finite number/],
    ['missing label', broken((rows) => rows.with(3, { ...rows[3]!, label: '' })), /no usable label/],
    ['missing id', broken((rows) => rows.with(3, { ...rows[3]!, id: '' })), /1 row with no id/],
    [
      'out of range',
      broken((rows) => rows.map((row) => ({ ...row, score: 600 * Number(row.score) }))),
      /800 rows with a score outside of 0 to 1/,
    ],
    ['constant', broken((rows) => rows.map((row) => ({ ...row, score: 0.3 }))), /a constant is no model/],
    ['one class', broken((rows) => rows.map((row) => ({ ...row, label: 1 }))), /Every row of .* has the label '1'/],
    [
      'no events',
      broken((rows) => rows.map((row) => ({ ...row, label: 0 }))),
      /No row of .* has the positive label '1'/,
    ],
    ['three labels', broken((rows) => rows.with(0, { ...rows[0]!, label: 2 })), /3 different labels/],
    ['duplicate ids', broken((rows) => [...rows, rows[7]!]), /1 row with an id that was there before \(line 802\)/],
    ['fewer rows', broken((rows) => rows.slice(0, 700)), /has 100 rows \(r700, r701, r702, \.\.\.\) more/],
    [
      'other rows',
      broken((rows) => rows.with(0, { ...rows[0]!, id: 'x' })),
      /lacks 1 row \(x\) and has 1 row \(r0\) more/,
    ],
    [
      'other labels',
      broken((rows) => rows.with(0, { ...rows[0]!, label: 1 - Number(rows[0]!.label) })),
      /disagree about the label of 1 row \(r0\)/,
    ],
  ])('%s', async (_, candidate, message) => {
    await expect(tryGate({ candidate, champion })).rejects.toThrow(message);
  });

  test('a missing file', async () => {
    await expect(tryGate({ inputs: { candidate: 'no/such.csv' }, champion })).rejects.toThrow(
      "'no/such.csv' cannot be read",
    );
  });

  test('fewer rows than the policy demands, however good the candidate', async () => {
    const { verdict, record } = await tryGate({
      candidate: better.slice(0, 99),
      policy: 'checks: [{metric: auc, bound: 0.6}]',
    });
    expect(verdict).toBe('inconclusive');
    expect(record.checks[0]!.sentence).toBe(
      'AUC cannot be judged: 99 rows are fewer than the 100 that the policy demands.',
    );
  });

  test('rows that cannot tell', async () => {
    const policy = 'minimum-rows: 20\nchecks: [{metric: auc, non-inferiority-margin: 0.01}]';
    const candidate = predictions(1.5, { rows: 60, own: 3 });
    const { verdict, record } = await tryGate({ candidate, champion: predictions(1.5, { rows: 60, own: 2 }), policy });
    expect(verdict).toBe('inconclusive');
    expect(record.checks[0]!.sentence).toMatch(/these rows cannot tell/);
  });

  test('no predicted positives leave precision undefined', async () => {
    const candidate = better.map((row) => ({ ...row, score: Number(row.score) / 10 }));
    const { verdict, record } = await tryGate({ candidate, policy: 'checks: [{metric: precision, bound: 0.2}]' });
    expect(verdict).toBe('inconclusive');
    expect(record.checks[0]!.reason).toBe('these rows leave the metric undefined');
  });
});

describe('a gate that cannot fail', () => {
  test('is told so, and passes nothing', async () => {
    const { verdict, headline, record, summary } = await tryGate({
      candidate: better,
      policy: 'checks: [{metric: auc, bound: 0.1}]',
    });
    expect(record.checks[0]!.verdict).toBe('pass');
    expect(record.negativeControl).toMatchObject({ verdict: 'pass', proven: false });
    expect(verdict).toBe('fail');
    expect(headline).toMatch(/^This gate cannot fail/);
    expect(summary.source).toContain('This gate cannot fail');
  });

  test('does not pass for on-inconclusive: warn either', async () => {
    const { tolerated } = await tryGate({
      candidate: better,
      policy: 'checks: [{metric: auc, bound: 0.1}]',
      inputs: { 'on-inconclusive': 'warn' },
    });
    expect(tolerated).toBe(false);
  });

  test('single checks that hold back nothing are named', async () => {
    const { verdict, record } = await tryGate({
      candidate: better,
      policy: 'checks: [{metric: auc, bound: 0.7}, {name: lax, metric: accuracy, bound: 0.1}]',
    });
    expect(verdict).toBe('pass');
    expect(record.negativeControl.toothless).toEqual(['lax']);
  });

  test.each([
    ['no checks', 'checks: []', /checks/],
    ['none that blocks', 'checks: [{metric: auc, bound: 0.7, blocking: false}]', /such a gate cannot fail/],
    ['a bound that all meet', 'checks: [{metric: auc, bound: 0}]', /decides nothing/],
    ['a bound that none can meet', 'checks: [{metric: auc, bound: 1.5}]', /decides nothing/],
    [
      'a margin as wide as the metric',
      'checks: [{metric: auc, non-inferiority-margin: 1}]',
      /as wide as all that auc can be/,
    ],
    ['two kinds at once', 'checks: [{metric: auc, bound: 0.7, superiority-margin: 0}]', /exactly one of/],
    ['an unknown metric', 'checks: [{metric: aucc, bound: 0.7}]', /no metric 'aucc'/],
    ['a metric of another task', 'checks: [{metric: rmse, bound: 0.7}]', /a metric of regression models/],
    [
      'two checks of one name',
      'checks: [{metric: auc, bound: 0.7}, {metric: auc, bound: 0.6}]',
      /two gate checks named 'auc bound'/,
    ],
    ['a slip in a key', 'checks: [{metric: auc, bounds: 0.7}]', /unknown key 'bounds'.*did you mean 'bound'/],
    ['costs that nobody said', 'checks: [{metric: expected-cost, bound: 3}]', /gate\.costs does not say/],
    ['data', 'candidate: a.csv\nchecks: [{metric: auc, bound: 0.7}]', /says how to judge, not what/],
  ])('%s is refused', async (_, policy, message) => {
    await expect(tryGate({ candidate: better, policy })).rejects.toThrow(message);
  });
});

describe('defaults block', () => {
  test('without a policy there is no verdict', async () => {
    await expect(tryGate({ inputs: { policy: '' }, champion })).rejects.toThrow("There is no 'model.yaml'");
  });

  test('without a champion a comparison is an error', async () => {
    await expect(tryGate({ candidate: better })).rejects.toThrow('compares with a champion, and none is named');
  });

  test('an inconclusive verdict fails the step unless told otherwise', async () => {
    const trial = { candidate: better.slice(0, 50), policy: 'checks: [{metric: auc, bound: 0.6}]' };
    expect((await tryGate(trial)).tolerated).toBe(false);
    const warned = await tryGate({ ...trial, inputs: { 'on-inconclusive': 'warn' } });
    expect(warned).toMatchObject({ verdict: 'inconclusive', tolerated: true });
  });
});

describe('a gate that dies', () => {
  test('leaves no earlier decision behind', async () => {
    const folder = await newFolder();
    const { outputs } = await tryGate({ folder, candidate: better, champion });
    const decision = outputs['decision-path']!;
    expect(existsSync(decision)).toBe(true);
    await expect(tryGate({ folder, candidate: 'id,label,score\n1,1,NaN\n', champion })).rejects.toThrow();
    expect(existsSync(decision)).toBe(false);
  });
});

describe('a second run', () => {
  test('decides the same, whatever the order of the rows', async () => {
    const policy = `${relative('auc', 0.03)}  - {metric: ks, non-inferiority-margin: 0.1}\n  - {metric: f1, bound: 0.5}\n`;
    const first = await tryGate({ candidate: better, champion, policy });
    const again = await tryGate({ candidate: better, champion, policy });
    const turned = await tryGate({ candidate: better.toReversed(), champion, policy });
    expect(again.record.checks).toEqual(first.record.checks);
    expect(turned.record.checks).toEqual(first.record.checks);
    expect(turned.record.negativeControl).toEqual(first.record.negativeControl);
  });
});

test('the format of the files bears on nothing', async () => {
  const folder = await newFolder();
  const ndjson = path.join(folder, 'candidate.ndjson');
  const packed = path.join(folder, 'champion.csv.gz');
  await writeFile(ndjson, better.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await writeFile(packed, gzipSync(csv(champion).replaceAll('\n', '\r\n')));
  const plain = await tryGate({ candidate: better, champion });
  const other = await tryGate({ folder, inputs: { candidate: ndjson, champion: packed } });
  expect(other.record.checks).toEqual(plain.record.checks);
});

describe('no champion', () => {
  test('the absolute checks alone decide, and everything says so', async () => {
    const { verdict, headline, record, summary } = await tryGate({ candidate: better, champion: 'none' });
    expect(verdict).toBe('pass');
    expect(headline).toMatch(/^No champion exists: judged by the absolute checks alone/);
    expect(record).toMatchObject({ champion: 'none', skippedChecks: [{ name: 'ranking' }] });
    expect(record.checks.map(({ name }) => name)).toEqual(['probabilities']);
    expect(summary.source).toContain('No champion exists');
  });

  test('a bad first model is stopped all the same', async () => {
    const policy = 'checks: [{metric: auc, bound: 0.75}, {metric: auc, superiority-margin: 0}]';
    expect((await tryGate({ candidate: worse, champion: 'none', policy })).verdict).toBe('fail');
  });

  test('a policy without any absolute check is an error', async () => {
    await expect(tryGate({ candidate: better, champion: 'none', policy: relative('auc', 0.02) })).rejects.toThrow(
      'no blocking check that does without one',
    );
  });

  test('and a champion at once are an error', async () => {
    await expect(
      tryGate({ candidate: better, champion: 'none', inputs: { 'champion-model-digest': `sha256:${'b'.repeat(64)}` } }),
    ).rejects.toThrow('yet');
  });
});

describe('model.yaml', () => {
  test('gives policy, files and columns, which inputs override', async () => {
    const folder = await newFolder();
    await mkdir(path.join(folder, 'data'));
    const renamed = (rows: Row[]): string => csv(rows).replace('id,label,score', 'customer,bad,pd');
    await writeFile(path.join(folder, 'data/new.csv'), renamed(better));
    await writeFile(path.join(folder, 'data/old.csv'), renamed(champion));
    const manifest = path.join(folder, 'model.yaml');
    await writeFile(
      manifest,
      `schema-version: 1
model: {name: m, owner: o}
artifact: {path: data}
gate:
  candidate: data/new.csv
  champion: data/old.csv
  id-column: customer
  label-column: bad
  score-column: pd
  checks: [{metric: auc, non-inferiority-margin: 0.03}]
`,
    );
    const inputs = { manifest, policy: '', candidate: '' };
    const { verdict, record } = await tryGate({ folder, inputs });
    expect(verdict).toBe('pass');
    expect(record.policySource.path).toBe(manifest);
    expect(record.columns).toMatchObject({ id: 'customer', label: 'bad', score: 'pd', outputs: [] });
    await expect(tryGate({ folder, inputs: { ...inputs, 'score-column': 'score' } })).rejects.toThrow(
      "no column 'score'",
    );
    await expect(tryGate({ folder, inputs: { ...inputs, 'score-column': 'bad' } })).rejects.toThrow(
      'must be different ones',
    );
    await expect(tryGate({ folder, inputs: { ...inputs, champion: 'none' } })).rejects.toThrow('no champion');
  });
});

describe('the decision', () => {
  const digest = `sha256:${'c'.repeat(64)}`;

  test('binds model, files, rules and outcome by digest', async () => {
    const { decision, outputs } = await tryGate({ candidate: better, champion, inputs: { 'model-digest': digest } });
    expect(decision._type).toBe('https://in-toto.io/Statement/v1');
    expect(decision.predicateType).toMatch(/gate-decision\/v1$/);
    expect(decision.subject[0]).toEqual({ name: 'model', digest: { sha256: 'c'.repeat(64) } });
    expect(decision.predicate).toMatchObject({
      verdict: 'pass',
      policyDigest: outputs['policy-digest'],
      candidate: { modelDigest: digest, digest: expect.stringMatching(/^sha256:/) },
      rows: 800,
      negativeControl: { proven: true },
    });
    for (const check of decision.predicate.checks) {
      expect(check.judged.low).toBeLessThanOrEqual(check.judged.value);
      expect(check.judged.high).toBeGreaterThanOrEqual(check.judged.value);
      expect(check.judged.method).not.toBe('');
      expect(check.sentence).toMatch(/\.$/);
    }
  });

  test('the digest of the rules is of what they say, not of how they are written', async () => {
    const digestOf = async (policy: string): Promise<string> =>
      (await tryGate({ candidate: better, policy })).outputs['policy-digest']!;
    const plain = await digestOf('checks: [{metric: auc, bound: 0.7}]');
    expect(await digestOf('# a comment\nconfidence: 0.95\nchecks:\n  - bound: 0.70\n    metric: auc\n')).toBe(plain);
    expect(await digestOf('checks: [{metric: auc, bound: 0.71}]')).not.toBe(plain);
    expect(await digestOf('seed: 2\nchecks: [{metric: auc, bound: 0.7}]')).not.toBe(plain);
  });

  test('a dry run judges and decides nothing', async () => {
    const folder = await newFolder();
    const { verdict, outputs, decision } = await tryGate({
      folder,
      candidate: better,
      champion,
      inputs: { 'dry-run': 'true' },
    });
    expect(verdict).toBe('pass');
    expect(outputs['decision-path']).toBe('');
    expect(decision).toBeUndefined();
    expect(existsSync(path.join(folder, 'evidence'))).toBe(false);
  });

  test('hostile names are text in the summary', async () => {
    const policy = `checks: [{name: "<img src=x onerror=alert(1)>|a\\n::error::x", metric: auc, bound: 0.7}]`;
    const { summary } = await tryGate({ candidate: better, policy });
    expect(summary.source).not.toContain('<img');
    expect(summary.source).not.toMatch(/^::/m);
  });
});

test('every input of action.yml is read, and every output is given', async () => {
  const text = await readFile(new URL('../action.yml', import.meta.url), 'utf8');
  const section = (name: string): string[] =>
    [
      ...text
        .split(`\n${name}:\n`)[1]!
        .split(/\n\S/)[0]!
        .matchAll(/^ {2}([a-z-]+):$/gm),
    ].map(([, key]) => key!);
  const read = new Set<string>();
  const { action } = await import('../src/index.ts');
  const { inputReader } = await import('@mlops-actions/action-kit');
  action.readInputs(
    inputReader((name) => {
      read.add(name);
      return '';
    }),
  );
  expect([...read].sort()).toEqual(section('inputs').sort());
  const { outputs } = await tryGate({ candidate: better, champion });
  expect([...Object.keys(outputs), 'verdict', 'report-path', 'evidence-path'].sort()).toEqual(
    section('outputs').sort(),
  );
});
