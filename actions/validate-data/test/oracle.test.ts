import { expect, test } from '@jest/globals';
import path from 'node:path';
import fc from 'fast-check';
import { contract, folderOf, ruleOf, run } from './workshop.ts';

interface Row {
  number: number | null;
  word: string | null;
}

const row: fc.Arbitrary<Row> = fc.record({
  number: fc.option(fc.oneof(fc.integer({ min: -3, max: 9 }), fc.constantFrom(0.5, -1.25, 1e15))),
  word: fc.option(fc.constantFrom('x', 'y', 'zz', 'N/A', 'ä𝕏', '17', '2026-02-29', '2026-02-28')),
});

type Demand = Record<string, unknown>;

/** A rule, where it stands, and how many rows (or values) break it, said as simply as can be. */
interface Trial {
  property?: Demand;
  quality?: Demand;
  column: 'number' | 'word';
  id: string;
  failed: (rows: readonly Row[]) => number;
}

const present = <T>(values: readonly (T | null)[]): T[] => values.filter((value): value is T => value !== null);
const numbers = (rows: readonly Row[]): number[] => present(rows.map(({ number }) => number));
const words = (rows: readonly Row[]): string[] => present(rows.map(({ word }) => word));
const repeated = (values: readonly unknown[]): unknown[] =>
  [...new Set(values)].filter((value) => values.indexOf(value) !== values.lastIndexOf(value));

const small = fc.integer({ min: -3, max: 9 });
const trials: fc.Arbitrary<Trial> = fc.oneof(
  fc.constant<Trial>({
    column: 'number',
    id: 'orders.number.required',
    property: { required: true },
    failed: (rows) => rows.length - numbers(rows).length,
  }),
  fc.constant<Trial>({
    column: 'word',
    id: 'orders.word.required',
    property: { required: true },
    failed: (rows) => rows.length - words(rows).length,
  }),
  fc.constant<Trial>({
    column: 'number',
    id: 'orders.number.unique',
    property: { unique: true },
    failed: (rows) => numbers(rows).length - new Set(numbers(rows)).size,
  }),
  fc.constant<Trial>({
    column: 'number',
    id: 'orders.number.type',
    property: { logicalType: 'integer' },
    failed: (rows) => numbers(rows).filter((value) => !Number.isInteger(value)).length,
  }),
  fc.constant<Trial>({
    column: 'word',
    id: 'orders.word.type',
    property: { logicalType: 'date' },
    failed: (rows) => words(rows).filter((value) => value !== '2026-02-28').length,
  }),
  fc
    .tuple(fc.constantFrom('minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'), small)
    .map(([option, bound]): Trial => ({
      column: 'number',
      id: 'orders.number.range',
      property: { logicalType: 'number', logicalTypeOptions: { [option]: bound } },
      failed: (rows) =>
        numbers(rows).filter(
          (value) =>
            !{
              minimum: value >= bound,
              maximum: value <= bound,
              exclusiveMinimum: value > bound,
              exclusiveMaximum: value < bound,
            }[option],
        ).length,
    })),
  fc.constantFrom(0.25, 2, 3).map((divisor): Trial => ({
    column: 'number',
    id: 'orders.number.multiple-of',
    property: { logicalType: 'number', logicalTypeOptions: { multipleOf: divisor } },
    failed: (rows) => numbers(rows).filter((value) => value % divisor !== 0).length,
  })),
  fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 3, max: 9 })).map(([minLength, maxLength]): Trial => ({
    column: 'word',
    id: 'orders.word.length',
    property: { logicalType: 'string', logicalTypeOptions: { minLength, maxLength } },
    failed: (rows) =>
      words(rows).filter((value) => [...value].length < minLength || [...value].length > maxLength).length,
  })),
  fc.constantFrom('^[a-z]+$', 'z', '^..$', '/').map((pattern): Trial => ({
    column: 'word',
    id: 'orders.word.pattern',
    property: { logicalType: 'string', logicalTypeOptions: { pattern } },
    failed: (rows) => words(rows).filter((value) => !new RegExp(pattern, 'u').test(value)).length,
  })),
  fc.subarray(['x', 'y', 'zz', 'N/A', '17']).map((values): Trial => ({
    column: 'word',
    id: 'q',
    quality: { metric: 'invalidValues', arguments: { validValues: values } },
    failed: (rows) => words(rows).filter((value) => !values.includes(value)).length,
  })),
  fc
    .tuple(fc.subarray(['x', 'y', 'zz'], { minLength: 1 }), fc.constantFrom('z', '^.$'))
    .map(([values, pattern]): Trial => ({
      column: 'word',
      id: 'q',
      quality: { metric: 'invalidValues', arguments: { validValues: values, pattern } },
      failed: (rows) =>
        words(rows).filter((value) => !values.includes(value) || !new RegExp(pattern).test(value)).length,
    })),
  fc.subarray(['N/A', '17', 'x']).map((tokens): Trial => ({
    column: 'word',
    id: 'q',
    quality: { metric: 'missingValues', arguments: { missingValues: [null, '', ...tokens] } },
    failed: (rows) => rows.filter(({ word }) => word === null || tokens.includes(word)).length,
  })),
  fc.constant<Trial>({
    column: 'number',
    id: 'q',
    quality: { metric: 'nullValues' },
    failed: (rows) => rows.length - numbers(rows).length,
  }),
  fc.constant<Trial>({
    column: 'word',
    id: 'q',
    quality: { metric: 'duplicateValues' },
    failed: (rows) => repeated(words(rows)).length,
  }),
);

const operators: Record<string, (value: number, threshold: number) => boolean> = {
  mustBe: (value, threshold) => value === threshold,
  mustNotBe: (value, threshold) => value !== threshold,
  mustBeGreaterThan: (value, threshold) => value > threshold,
  mustBeGreaterOrEqualTo: (value, threshold) => value >= threshold,
  mustBeLessThan: (value, threshold) => value < threshold,
  mustBeLessOrEqualTo: (value, threshold) => value <= threshold,
};

const csv = (rows: readonly Row[]): string =>
  `number,word\n${rows.map(({ number, word }) => `${number ?? ''},${word ?? ''}\n`).join('')}`;
const ndjson = (rows: readonly Row[]): string => rows.map((one) => `${JSON.stringify(one)}\n`).join('');

test('a rule has the verdict that counting by hand gives it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 12 }),
      trials,
      fc.constantFrom(...Object.keys(operators)),
      fc.nat(4),
      fc.boolean(),
      fc.constantFrom('csv', 'ndjson'),
      async (rows, trial, operator, threshold, inPercent, format) => {
        const share = inPercent && trial.quality !== undefined && trial.quality['metric'] !== 'duplicateValues';
        const quality = trial.quality && {
          id: 'q',
          ...trial.quality,
          [operator]: threshold,
          ...(share && { unit: 'percent' }),
        };
        const folder = await folderOf({
          'c.yaml': contract([
            { name: trial.column, ...trial.property, ...(quality !== undefined && { quality: [quality] }) },
          ]),
          [`o.${format}`]: format === 'csv' ? csv(rows) : ndjson(rows),
        });
        const result = await run({ contract: path.join(folder, 'c.yaml'), data: path.join(folder, `o.${format}`) });
        const failed = trial.failed(rows);
        const value = share ? (failed / rows.length) * 100 : failed;
        const met = trial.quality === undefined ? failed === 0 : operators[operator]!(value, threshold);
        expect(ruleOf(result, trial.id)).toMatchObject({ failedRows: failed, outcome: met ? 'pass' : 'fail' });
      },
    ),
    { numRuns: 150 },
  );
});
