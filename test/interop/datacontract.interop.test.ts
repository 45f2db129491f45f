/** validate-data and the real datacontract-cli on the same contracts and rows: every rule with the same verdict. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { inputReader, runContext } from '@mlops-actions/action-kit';
import fc from 'fast-check';
import { action } from '../../actions/validate-data/src/index.ts';
import { foreignTool } from './tools.ts';

const OPERATORS = [
  'mustBe',
  'mustNotBe',
  'mustBeGreaterThan',
  'mustBeGreaterOrEqualTo',
  'mustBeLessThan',
  'mustBeLessOrEqualTo',
] as const;

/** A threshold near what small tables give, so that its edges are hit. */
const threshold = (most: number): fc.Arbitrary<Record<string, unknown>> =>
  fc.oneof(
    fc.tuple(fc.constantFrom(...OPERATORS), fc.nat(most)).map(([operator, value]) => ({ [operator]: value })),
    fc
      .tuple(fc.constantFrom('mustBeBetween', 'mustNotBeBetween'), fc.nat(most), fc.integer({ min: 1, max: 3 }))
      .map(([operator, low, width]) => ({ [operator]: [low, low + width] })),
  );

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });

/** At most one rule a metric: datacontract-cli keeps one result for each column and metric. */
const rules = (column: string, metrics: readonly string[]): fc.Arbitrary<Record<string, unknown>[]> =>
  fc
    .subarray([...metrics], { minLength: 1 })
    .chain((chosen) => fc.tuple(...chosen.map((metric) => rule(`${column}_${metric}`, metric))));

const rule = (id: string, metric: string): fc.Arbitrary<Record<string, unknown>> =>
  fc
    .record({
      operator: threshold(5),
      unit: metric === 'duplicateValues' ? fc.constant(undefined) : maybe(fc.constant('percent')),
      severity: maybe(fc.constantFrom('warning', 'error')),
      arguments: argumentsOf(metric),
    })
    .map(({ operator, ...parts }) => ({ id, metric, ...operator, ...parts }));

function argumentsOf(metric: string): fc.Arbitrary<object | undefined> {
  switch (metric) {
    case 'missingValues':
      return fc.subarray(['x', 'n/a']).map((missingValues) => ({ missingValues: [null, '', ...missingValues] }));
    case 'invalidValues':
      return fc.oneof(
        fc.subarray(['x', 'y', 'zz'], { minLength: 1 }).map((validValues) => ({ validValues })),
        fc.constantFrom({ pattern: '^[a-z]$' }, { pattern: 'z' }),
      );
    default:
      return fc.constant(undefined);
  }
}

const table = fc.record({
  rows: fc.array(
    fc.record({
      number: maybe(fc.integer({ min: -2, max: 12 })),
      word: maybe(fc.constantFrom('x', 'y', 'zz', 'n/a')),
      // Keys are never missing: two missing values are alike to them, and not to us, as in SQL.
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      other: fc.constantFrom('p', 'q'),
    }),
    { minLength: 1, maxLength: 8 },
  ),
  // For the same reason at most one end of a range, inclusive or not, and one exclusive end.
  options: fc
    .tuple(
      fc.constantFrom('minimum', 'exclusiveMinimum', 'none'),
      fc.constantFrom('maximum', 'exclusiveMaximum', 'none'),
      fc.nat(3),
      fc.integer({ min: 4, max: 12 }),
    )
    .map(([low, high, minimum, maximum]) => ({
      ...(low !== 'none' && { [low]: minimum }),
      ...(high !== 'none' && { [low === 'exclusiveMinimum' ? 'maximum' : high]: maximum }),
    })),
  required: fc.boolean(),
  unique: fc.boolean(),
  lengths: fc.record(
    { minLength: fc.integer({ min: 1, max: 2 }), maxLength: fc.integer({ min: 2, max: 3 }) },
    { requiredKeys: [] },
  ),
  word: rules('word', ['nullValues', 'missingValues', 'invalidValues']),
  key: rules('key', ['duplicateValues', 'nullValues']),
  rowCount: threshold(8),
});

/** One table and its contract's object; ids of rules are made unique over all tables. */
function objectOf(
  name: string,
  { options, required, unique, lengths, word, key, rowCount }: typeof table extends fc.Arbitrary<infer T> ? T : never,
) {
  const own = (list: Record<string, unknown>[]) =>
    list.map((rule) => ({ ...rule, id: `${name}_${rule['id'] as string}` }));
  return {
    name,
    properties: [
      { name: 'number', logicalType: 'integer', required, logicalTypeOptions: options },
      { name: 'word', logicalType: 'string', logicalTypeOptions: lengths, quality: own(word) },
      { name: 'key', logicalType: 'string', unique, quality: own(key) },
      { name: 'other', logicalType: 'string' },
    ],
    quality: [
      { id: `${name}_rows`, metric: 'rowCount', ...rowCount },
      {
        id: `${name}_pairs`,
        metric: 'duplicateValues',
        arguments: { properties: ['key', 'other'] },
        mustBeLessThan: 2,
      },
    ],
  };
}

const datacontract = foreignTool('datacontract');
(datacontract === undefined ? describe.skip : describe)('validate-data and datacontract-cli', () => {
  // The same in every run.
  const tables = fc.sample(table, { seed: 20_260_331, numRuns: 60 });
  const names = tables.map((_, index) => `t${index}`);
  let folder = '';
  let theirs: Map<string, string>;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'datacontract-'));
    await mkdir(path.join(folder, 'data'));
    await Promise.all(
      tables.map(({ rows }, index) =>
        writeFile(
          path.join(folder, 'data', `${names[index]!}.csv`),
          `number,word,key,other\n${rows.map(({ number, word, key, other }) => `${number ?? ''},${word ?? ''},${key},${other}\n`).join('')}`,
        ),
      ),
    );
    await writeFile(
      path.join(folder, 'contract.yaml'),
      JSON.stringify({
        apiVersion: 'v3.1.0',
        kind: 'DataContract',
        id: 'both',
        version: '1.0.0',
        status: 'active',
        servers: [
          { server: 'local', type: 'local', path: `${folder}/data/{model}.csv`, format: 'csv', delimiter: ',' },
        ],
        schema: tables.map((one, index) => objectOf(names[index]!, one)),
      }),
    );
    const output = path.join(folder, 'theirs.json');
    // It ends with 1 where a rule is broken.
    await promisify(execFile)(
      datacontract!,
      ['test', '--output', output, '--output-format', 'json', path.join(folder, 'contract.yaml')],
      { cwd: folder },
    ).catch(() => undefined);
    const { checks } = JSON.parse(await readFile(output, 'utf8')) as {
      checks: Record<'qualityId' | 'type' | 'model' | 'field' | 'result', string | null>[];
    };
    theirs = new Map();
    for (const { qualityId, type, model, field, result } of checks) {
      const key = qualityId ?? `${model ?? ''}.${field ?? ''}.${KINDS.get(type ?? '') ?? type ?? ''}`;
      // Several of their checks make one of our rules: a range, a length.
      if (theirs.get(key) !== 'failed') theirs.set(key, result === 'warning' ? 'failed' : (result ?? ''));
    }
  }, 120_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const KINDS: ReadonlyMap<string, string> = new Map([
    ['field_is_present', 'column'],
    ['field_required', 'required'],
    ['field_unique', 'unique'],
    ['field_minimum', 'range'],
    ['field_maximum', 'range'],
    ['field_not_equal', 'range'],
    ['field_min_length', 'length'],
    ['field_max_length', 'length'],
  ]);

  test('agree on every rule of sixty tables', async () => {
    const differences: string[] = [];
    const compared = { pass: 0, fail: 0 };
    for (const name of names) {
      const given: Record<string, string> = {
        contract: path.join(folder, 'contract.yaml'),
        'schema-object': name,
        data: path.join(folder, 'data', `${name}.csv`),
        'evidence-dir': path.join(folder, 'evidence'),
      };
      const { report } = await action.run(
        action.readInputs(inputReader((input) => given[input] ?? '')),
        runContext({}),
      );
      for (const { id, kind, outcome } of report['rules'] as { id: string; kind: string; outcome: 'pass' | 'fail' }[]) {
        // They look at no types of values in text files, as we do.
        if (kind === 'type') continue;
        const their = theirs.get(id);
        compared[outcome]++;
        if (their !== { pass: 'passed', fail: 'failed' }[outcome])
          differences.push(`${id}: ${outcome} here, ${their ?? 'nothing'} there`);
      }
    }
    expect(differences).toEqual([]);
    // Both verdicts are common, else the agreement would say little.
    expect(Math.min(compared.pass, compared.fail)).toBeGreaterThan(100);
  });
});
