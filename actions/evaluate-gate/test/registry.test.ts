import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { importEvaluation, setAliases, uploadVersion } from '@mlops-actions/vertex';
import { place, startWorld, type World } from '../../../packages/vertex/test/support/world.ts';
import { newFolder, predictions, tryGate, type Outcome, type Trial } from './workshop.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;

/** A version with the alias `champion`, and evaluations. */
async function serve(
  modelId: string,
  ...evaluations: { metrics: Record<string, number>; metadata?: Record<string, string | number> }[]
): Promise<void> {
  const container = { imageUri: await world.image(), predictRoute: '/predict', healthRoute: '/health', port: 8080 };
  const upload = {
    modelId,
    displayName: modelId,
    container,
    labels: {},
    description: undefined,
    artifactUri: undefined,
    modelDigest: undefined,
  };
  const version = await uploadVersion(world.vertex, upload, { modelExists: false, timeout: 10_000 });
  const id = { modelId, versionId: version.versionId };
  await setAliases(world.vertex, id, ['champion']);
  for (const [index, { metrics, metadata = {} }] of evaluations.entries()) {
    await importEvaluation(world.vertex, id, {
      displayName: `mlops-actions-${index}`,
      metrics,
      metadata,
    });
  }
}

const good = predictions(2, { rows: 600 });
const policy = (rest = ''): string =>
  `${rest}\nchecks: [{metric: auc, non-inferiority-margin: 0.05}, {metric: auc, bound: 0.7}]`;

const against = (modelId: string, trial: Trial = {}): Promise<Outcome> =>
  tryGate({
    candidate: good,
    policy: policy(),
    ...trial,
    inputs: {
      champion: 'registry',
      'project-id': place.project,
      region: place.region,
      'model-id': modelId,
      ...trial.inputs,
    },
  });

describe('the champion of the registry', () => {
  test('is judged by its imported metrics, with intervals where sample sizes are there', async () => {
    await serve('sized', {
      metrics: { auc: 0.86 },
      metadata: { rows: 600, events: 180, modelDigest: digest('b'), recordDigest: digest('c') },
    });
    const { record } = await against('sized');
    expect(record.champion).toMatchObject({ kind: 'registry', digest: digest('c'), modelDigest: digest('b') });
    expect(record.championMetrics).toEqual({ auc: 0.86 });
    expect(record.checks[0]!.judged.method).toContain('taken as independent');
    expect(record.remarks.join()).toContain('The champion was not scored on these rows');
    await expect(against('sized', { inputs: { 'model-digest': digest('b') } })).rejects.toThrow('is the champion');
  });

  test('as bare numbers only if the policy allows it', async () => {
    await serve('bare', { metrics: { auc: 0.8 } });
    await expect(against('bare')).rejects.toThrow('as a bare number, without sample size');
    const { verdict } = await against('bare', { policy: policy('allow-point-metrics: true') });
    expect(verdict).toBe('pass');
  });

  test('counts with the evaluation that is hardest to match', async () => {
    await serve('twice', { metrics: { auc: 0.6 } }, { metrics: { auc: 0.999 } });
    const { record } = await against('twice', { policy: policy('allow-point-metrics: true') });
    expect(record.championMetrics).toEqual({ auc: 0.999 });
    expect(record.checks[0]!.verdict).toBe('fail');
  });

  test('must have an evaluation, and the metrics that are asked for', async () => {
    await serve('unknown');
    await expect(against('unknown')).rejects.toThrow('has no evaluation');
    await serve('other', { metrics: { brier: 0.1 } });
    await expect(against('other')).rejects.toThrow("has no metric 'auc'");
  });

  test('may be absent only if the policy says so, and the absolute checks then decide', async () => {
    await expect(against('nobody')).rejects.toThrow("No version of 'nobody' has the alias 'champion'");
    const { record, verdict, headline } = await against('nobody', { policy: policy('first-release: allow') });
    expect(verdict).toBe('pass');
    expect(headline).toMatch(/^No champion exists/);
    expect(record).toMatchObject({ champion: 'none', skippedChecks: [{ name: 'auc non-inferiority' }] });
  });

  test('cannot be sliced', async () => {
    await expect(
      against('sized', { policy: 'checks: [{metric: auc, non-inferiority-margin: 0.05, slice: {column: id}}]' }),
    ).rejects.toThrow('and the registry has none');
  });

  test('must be somewhere', async () => {
    await expect(against('sized', { inputs: { region: '' } })).rejects.toThrow('in which registry');
  });
});

describe('reports of earlier steps', () => {
  const checks =
    'checks: [{metric: auc, bound: 0.7}, {metric: latency-p95, bound: 100}, {metric: image-size, bound: 5e6}]';
  const report = {
    probe: { latency: { p50: 3, p95: 80, p99: 120 }, peakMemory: 1e8 },
    layers: [{ size: 3e6 }, { size: 1e6 }],
    model: { digest: digest('a') },
  };

  async function withReports(reports: object[], inputs: Record<string, string> = {}, given = checks): Promise<Outcome> {
    const folder = await newFolder();
    const files = await Promise.all(
      reports.map(async (content, index) => {
        const file = path.join(folder, `report-${index}.json`);
        await writeFile(file, JSON.stringify(content));
        return file;
      }),
    );
    return tryGate({ candidate: good, policy: given, folder, inputs: { reports: files.join('\n'), ...inputs } });
  }

  test('are held to their bounds', async () => {
    const { verdict, record } = await withReports([report]);
    expect(verdict).toBe('pass');
    expect(record.checks.map(({ candidate }) => candidate).slice(1)).toEqual([80, 4e6]);
    expect(record.checks[1]!.sentence).toBe(
      '95th percentile of the latency in milliseconds is 80 (lower is better); as reported, which meets the demand of at most 100.',
    );
    const slow = await withReports([{ ...report, probe: { latency: { p95: 101 } } }]);
    expect(slow.record.checks.map(({ verdict: one }) => one)).toEqual(['pass', 'fail', 'pass']);
    const stated = await withReports([{ service: { 'latency-p95': 20, 'image-size': 1 } }]);
    expect(stated.verdict).toBe('pass');
  });

  test.each<[string, object[], Record<string, string>, RegExp]>([
    ['not there', [], {}, /asks for latency-p95, and no report says it/],
    ['of another model', [report], { 'model-digest': digest('d') }, /is about the model sha256:a+/],
    ['that measure nothing', [{ verdict: 'pass' }], {}, /measures nothing/],
    ['that differ', [report, { service: { 'latency-p95': 5 } }], {}, /Two reports differ about latency-p95/],
    ['of no number', [{ service: { 'latency-p95': 'fast' } }], {}, /must be a number from 0 up, not "fast"/],
  ])('%s are refused', async (_, reports, inputs, message) => {
    await expect(withReports(reports, inputs)).rejects.toThrow(message);
  });

  test('do not make a gate', async () => {
    const { headline } = await withReports([report], {}, 'checks: [{metric: latency-p95, bound: 100}]');
    expect(headline).toMatch(/^This gate cannot fail/);
  });
});

describe('stability', () => {
  const day = (row: number): string => `2026-0${1 + Math.floor(row / 400)}-1${row % 10}`;
  const table = (shift: (row: number) => number): string =>
    `id,label,score,day,income,region\n${predictions(2, { rows: 1600 })
      .map(
        ({ id, label, score }, row) =>
          `${id},${label},${Math.min(1, Number(score) * (1 + shift(row)))},${day(row)},${row % 97 === 0 ? '' : 1000 + ((row * 37) % 500) + 400 * shift(row)},${'nesw'[row % 4]}`,
      )
      .join('\n')}\n`;
  const late = (row: number): number => (row >= 1200 ? 2 : 0);
  const checks = `checks:
  - {metric: auc, bound: 0.7}
  - {name: scores, metric: psi, bound: 0.25, slice: {column: day, from: 2026-04-01}}
  - {name: income, metric: csi, column: income, bound: 0.25, slice: {column: day, from: 2026-04-01}}
  - {name: region, metric: csi, column: region, bound: 0.25, slice: {column: day, from: 2026-04-01}}
`;

  test('of scores and attributes passes where nothing shifted, and fails where it did', async () => {
    const steady = await tryGate({ candidate: table(() => 0), policy: checks });
    expect(steady.verdict).toBe('pass');
    expect(steady.record.checks[1]!.sentence).toMatch(
      /^Population stability index of the scores where day from 2026-04-01, beside all other rows is 0\.0/,
    );
    const shifted = await tryGate({ candidate: table(late), policy: checks });
    expect(shifted.record.checks.map(({ verdict }) => verdict)).toEqual(['pass', 'fail', 'fail', 'pass']);
    // Attributes are not the candidate's: that a control passes them is no news.
    expect(steady.record.negativeControl.toothless).toEqual([]);
  });

  test('of few rows is not known', async () => {
    const rows = table(() => 0).split('\n');
    const { record } = await tryGate({
      candidate: `${[...rows.slice(0, 300), ...rows.slice(1300, 1360)].join('\n')}\n`,
      policy: checks.replaceAll('0.25', '0.05'),
    });
    expect(record.checks.slice(1).map(({ verdict }) => verdict)).not.toContain('pass');
  });

  test.each([
    ['{metric: psi, bound: 0.1}', /compares a slice with all other rows/],
    ['{metric: psi, non-inferiority-margin: 0.1, slice: {column: day}}', /takes a 'bound' alone/],
    ['{metric: csi, bound: 0.1, slice: {column: day}}', /csi needs the 'column'/],
    ['{metric: auc, column: income, bound: 0.6}', /'column' is for csi/],
    ['{metric: image-size, bound: 5, slice: {column: day}}', /not about rows/],
  ])('%s is refused', async (check, message) => {
    await expect(tryGate({ candidate: good, policy: `checks: [{metric: auc, bound: 0.7}, ${check}]` })).rejects.toThrow(
      message,
    );
  });
});
