import { describe, expect, test } from '@jest/globals';
import { parseManifest } from '@mlops-actions/manifest/parse';
import { auc, estimateDifference, makeSample, METRICS, type Sample } from '@mlops-actions/statistics';
import { readProfile } from '@mlops-actions/tabular';
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '../../examples/credit-risk');
const VERSIONS = ['1-scorecard', '2-gradient-boosting', '3-overfitted'] as const;
const PROTECTED = ['personal_status_sex', 'age_years', 'foreign_worker'];

interface Provenance {
  data: { file: string; sha256: string; splits: Record<string, number> };
  versions: Record<string, { attributes: string[]; metrics: Record<string, Record<string, number>> }>;
  'comparisons on the test rows': {
    version: string;
    against: string;
    roc_auc_difference: number;
    lower: number;
    upper: number;
  }[];
  sha256: Record<string, string>;
}

type Row = Record<string, string>;

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

/** The example's CSV files hold neither quotes nor commas in cells. */
function readCsv(file: string): Row[] {
  const [header, ...lines] = read(file)
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  return lines.map((cells) => Object.fromEntries(header!.map((name, column) => [name, cells[column]!])));
}

const applications = readCsv('data/applications.csv');
const provenance = JSON.parse(read('PROVENANCE.json')) as Provenance;
const manifest = parseManifest(read('model.yaml'), 'model.yaml');
const inputs = manifest.contract!.inputs!;

describe('the data', () => {
  test('are the 1,000 applications of the source, 300 of them bad', () => {
    expect(applications).toHaveLength(1000);
    expect(new Set(applications.map(({ id }) => id)).size).toBe(1000);
    expect(applications.filter(({ bad }) => bad === '1')).toHaveLength(300);
    expect(applications.filter(({ bad }) => bad === '0')).toHaveLength(700);
    // id, split, 20 attributes, label
    expect(Object.keys(applications[0]!)).toHaveLength(23);
  });

  test('are split by the documented rule: the last 100, then the 400 smallest hashes of the id, then the rest', () => {
    const hash = ({ id }: Row): string => createHash('sha256').update(id!).digest('hex');
    const earlier = applications.slice(0, 900);
    const test = new Set(earlier.toSorted((a, b) => (hash(a) < hash(b) ? -1 : 1)).slice(0, 400));
    for (const [index, row] of applications.entries()) {
      expect(row['split']).toBe(index >= 900 ? 'out_of_time' : test.has(row) ? 'test' : 'train');
    }
    expect(provenance.data.splits).toEqual({ train: 500, test: 400, out_of_time: 100 });
  });

  test('hold what the contract in model.yaml says of them, and the protected attributes beside', () => {
    const attributes = Object.keys(applications[0]!).slice(2, -1);
    expect(inputs.map(({ name }) => name)).toEqual(attributes.filter((name) => !PROTECTED.includes(name)));
    for (const { name, type, values, minimum = -Infinity, maximum = Infinity } of inputs) {
      for (const row of applications) {
        if (type === 'string') expect(values).toContain(row[name]);
        else {
          expect(Number.isInteger(Number(row[name]))).toBe(true);
          expect(Number(row[name])).toBeGreaterThanOrEqual(minimum);
          expect(Number(row[name])).toBeLessThanOrEqual(maximum);
        }
      }
    }
  });
});

describe('the products of training', () => {
  test('are the committed files', () => {
    const files = globSync('{versions,formats}/**/*', { cwd: ROOT, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'));
    const digest = (file: string): string =>
      createHash('sha256')
        .update(readFileSync(path.join(ROOT, file)))
        .digest('hex');
    expect(Object.fromEntries(files.map((file) => [file, digest(file)]))).toEqual(provenance.sha256);
    expect(digest(provenance.data.file)).toBe(provenance.data.sha256);
  });

  test.each(VERSIONS)('%s was judged on exactly the test rows, with their labels', (version) => {
    const predictions = readCsv(`versions/${version}/evaluation/predictions.csv`);
    const test = applications.filter(({ split }) => split === 'test');
    expect(predictions.map(({ id, label }) => [id, label])).toEqual(test.map(({ id, bad }) => [id, bad]));
  });

  test.each(VERSIONS)('%s has golden lines that follow the contract and agree with its predictions', (version) => {
    const predictions = new Map(
      readCsv(`versions/${version}/evaluation/predictions.csv`).map(({ id, score }) => [id, Number(score)]),
    );
    const test = applications.filter(({ split }) => split === 'test');
    const golden = read(`versions/${version}/evaluation/golden.jsonl`)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { instance: Record<string, unknown>; prediction: unknown });
    expect(golden).toHaveLength(20);
    for (const [index, { instance, prediction }] of golden.entries()) {
      const row = test[index]!;
      const expected = inputs.map(({ name, type }) => [name, type === 'string' ? row[name] : Number(row[name])]);
      expect(instance).toEqual(Object.fromEntries(expected));
      expect(prediction).toEqual({ probability: predictions.get(row['id']) });
    }
  });

  test.each(VERSIONS)('%s uses no protected attribute', (version) => {
    const { attributes } = provenance.versions[version]!;
    expect(inputs.map(({ name }) => name)).toEqual(expect.arrayContaining(attributes));
    expect(attributes.filter((name) => PROTECTED.includes(name))).toEqual([]);
  });

  test('the poisoned pickle calls os.system before it builds its model', () => {
    const pickle = readFileSync(path.join(ROOT, 'versions/4-poisoned/model/model.pkl'));
    expect(pickle.subarray(0, 42).toString('latin1')).toBe(
      '\x80\x04cos\nsystem\n\x8c\x18echo this would have run\x85R0',
    );
    expect(pickle.includes('sklearn.pipeline')).toBe(true);
  });
});

describe('the measured metrics', () => {
  const sampleOf = (version: string): Sample => {
    const rows = readCsv(`versions/${version}/evaluation/predictions.csv`);
    return makeSample(
      rows.map(({ label }) => Number(label)),
      rows.map(({ score }) => Number(score)),
    );
  };
  const plan = { threshold: 0.5, bins: 10, resamples: 200, seed: 1 };

  test.each(VERSIONS)('%s: what Python measured is what this project measures', (version) => {
    const sample = sampleOf(version);
    const { rows, bad, roc_auc, gini, ks, brier } = provenance.versions[version]!.metrics['test']!;
    expect([rows, bad]).toEqual([400, 122]);
    for (const [name, expected] of Object.entries({ auc: roc_auc, gini, ks, brier })) {
      expect(METRICS.get(name)!.compute(sample, plan)).toBeCloseTo(expected!, 6);
    }
  });

  test('the candidate is better than the champion, the overfitted one worse than the candidate', () => {
    const comparisons = provenance['comparisons on the test rows'];
    for (const { version, against, roc_auc_difference, lower, upper } of comparisons) {
      const estimate = estimateDifference(METRICS.get('auc')!, sampleOf(version), sampleOf(against), plan);
      expect(estimate.value).toBeCloseTo(roc_auc_difference, 6);
      const [low, high] = estimate.bounds(0.025);
      expect(low).toBeCloseTo(lower, 6);
      expect(high).toBeCloseTo(upper, 6);
    }
    const between = (version: string, against: string): (typeof comparisons)[number] =>
      comparisons.find((comparison) => comparison.version === version && comparison.against === against)!;
    expect(between('2-gradient-boosting', '1-scorecard').lower).toBeGreaterThan(0.05);
    expect(between('3-overfitted', '2-gradient-boosting').upper).toBeLessThan(-0.1);
  });

  test('are those of the table in the README', () => {
    const table = read('README.md');
    for (const version of VERSIONS) {
      const { train, test, out_of_time } = provenance.versions[version]!.metrics;
      const cells = [
        train!['roc_auc'],
        test!['roc_auc'],
        out_of_time!['roc_auc'],
        test!['gini'],
        test!['ks'],
        test!['brier'],
      ].map((value) => value!.toFixed(3));
      expect(table).toContain(`| ${cells.join(' | ')} |`);
    }
  });
});

describe('the serving container', () => {
  test('pins the runtime that the repository tests with', () => {
    const version = (file: string): string =>
      (JSON.parse(read(file)) as { dependencies: Record<string, string> }).dependencies['onnxruntime-web']!;
    const root = JSON.parse(read('../../package.json')) as { devDependencies: Record<string, string> };
    expect(version('serving/package.json')).toBe(root.devDependencies['onnxruntime-web']);
    const lock = JSON.parse(read('serving/package-lock.json')) as { packages: Record<string, { version: string }> };
    expect(lock.packages['node_modules/onnxruntime-web']!.version).toBe(version('serving/package.json'));
  });

  test('model.yaml names files that are there', () => {
    for (const file of [manifest.image!['golden-path']!, manifest.gate!.candidate!, manifest.gate!.champion!]) {
      expect(read(file)).not.toBe('');
    }
    expect(manifest.artifact.path).toBe('versions/2-gradient-boosting/model');
  });
});

describe('the months that the monitor judges', () => {
  const months = ['2026-08', '2026-09', '2026-10'];
  const scored = (month: string): Row[] => readCsv(`monitoring/traffic/month=${month}/scored.csv`);
  const labels = (month: string): Map<string, Row> =>
    new Map(readCsv(`monitoring/labels/${month}.csv`).map((row) => [row['request_id']!, row]));
  const aucOf = (month: string): number => {
    const outcomes = labels(month);
    const rows = scored(month);
    const sample = makeSample(
      rows.map((row) => Number(outcomes.get(row['request_id']!)!['bad'])),
      rows.map((row) => Number(row['score'])),
    );
    return auc(sample);
  };

  test.each(months)('%s has a label for each of its 1,200 rows, known within a week', (month) => {
    const outcomes = labels(month);
    const rows = scored(month);
    expect([rows.length, outcomes.size]).toEqual([1200, 1200]);
    for (const row of rows) {
      expect(row['time']).toMatch(new RegExp(`^${month}-`));
      const days =
        (Date.parse(outcomes.get(row['request_id']!)!['observed_at']!) - Date.parse(row['time']!)) / 86_400_000;
      expect(days).toBeGreaterThan(0);
      expect(days).toBeLessThanOrEqual(8);
    }
  });

  test('are what the README says: as ever, another public, a broken column', () => {
    expect(aucOf('2026-08')).toBeGreaterThan(0.75);
    expect(aucOf('2026-09')).toBeLessThan(0.68);
    const amounts = (month: string): number => Math.max(...scored(month).map((row) => Number(row['credit_amount'])));
    expect(amounts('2026-09')).toBeLessThan(30_000);
    expect(amounts('2026-10')).toBeGreaterThan(1_000_000);
  });

  test.each(['1-scorecard', '2-gradient-boosting'])(
    'the profile of %s is whole, and has each attribute and the score',
    async (version) => {
      const profile = await readProfile(path.join(ROOT, `monitoring/profiles/${version}.json`));
      expect(profile.rows).toBe(400);
      expect(profile.columns.map(({ name }) => name)).toEqual([...inputs.map(({ name }) => name), 'score']);
    },
  );
});
