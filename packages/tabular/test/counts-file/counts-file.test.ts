import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import type { ColumnCounts, Counts } from '../../src/counts.ts';
import type { ColumnDefinition, Definition } from '../../src/definition.ts';
import { parseCounts, renderCounts, renderDefinition, type CountsFile } from '../../src/counts-file/index.ts';

let valid: ValidateFunction;
beforeAll(async () => {
  const schema = await readFile(new URL('../../schema/counts.schema.json', import.meta.url), 'utf8');
  valid = new Ajv2020().compile(JSON.parse(schema) as object);
});

const count = fc.nat(1000);
const name = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'a"b', ' '));

/** A column, and counts of it that add up to some rows. */
const counted: fc.Arbitrary<[ColumnDefinition, ColumnCounts, number]> = fc.oneof(
  fc
    .tuple(name, fc.uniqueArray(fc.double({ noNaN: true, noDefaultInfinity: true })), count, count, count)
    .chain(([column, edges, nulls, nans, invalid]) =>
      fc
        .tuple(
          fc.array(count, { minLength: edges.length + 1, maxLength: edges.length + 1 }),
          fc.double({ noNaN: true }),
        )
        .map(([bins, extreme]): [ColumnDefinition, ColumnCounts, number] => {
          const values = bins.reduce((a, b) => a + b, 0);
          const end = values > 0 ? extreme + 0 : undefined;
          return [
            { name: column, kind: 'numeric', edges: edges.sort((a, b) => a - b) },
            { kind: 'numeric', nulls, nans, invalid, bins, minimum: end, maximum: end },
            values + nulls + nans + invalid,
          ];
        }),
    ),
  fc
    .tuple(name, fc.uniqueArray(fc.string()), count, count)
    .chain(([column, categories, nulls, other]) =>
      fc
        .array(count, { minLength: categories.length, maxLength: categories.length })
        .map((counts): [ColumnDefinition, ColumnCounts, number] => [
          { name: column, kind: 'categorical', categories },
          { kind: 'categorical', nulls, categories: counts, other },
          counts.reduce((a, b) => a + b, 0) + nulls + other,
        ]),
    ),
);

test('what is written is what is read, by the schema, whatever columns are called', () => {
  fc.assert(
    fc.property(counted, ([column, columnCounts, rows]) => {
      const definition: Definition = { columns: [column], checks: [{ id: 'c', test: 'present', column: column.name }] };
      const counts: Counts = {
        rows,
        columns: new Map([[column.name, columnCounts]]),
        checks: new Map([['c', { checked: rows, failed: 0 }]]),
      };
      const file: unknown = JSON.parse(JSON.stringify(renderCounts(counts, definition)));
      expect(valid(file)).toBe(true);
      expect(parseCounts(file, definition)).toEqual(counts);
    }),
  );
});

describe('a file is refused', () => {
  const definition: Definition = {
    columns: [
      { name: 'a', kind: 'numeric', edges: [0] },
      { name: 'b', kind: 'categorical', categories: ['x'] },
    ],
    checks: [{ id: 'c', test: 'present', column: 'a' }],
  };
  const good = (): CountsFile => ({
    'counts-version': 1,
    definition: renderDefinition(definition).digest,
    rows: 3,
    columns: [
      { name: 'a', kind: 'numeric', nulls: 1, nans: 0, invalid: 0, bins: [1, 1], minimum: -1, maximum: 1 },
      { name: 'b', kind: 'categorical', nulls: 0, categories: [2], other: 1 },
    ],
    checks: [{ id: 'c', checked: 3, failed: 1 }],
  });

  test('but not if it is right', () => {
    expect(parseCounts(good(), definition).rows).toBe(3);
  });

  const faults: [string, (file: ReturnType<typeof good>) => unknown, RegExp][] = [
    ['of another version', (file) => ({ ...file, 'counts-version': 2 }), /counts-version/],
    ['of another definition', (file) => ({ ...file, definition: 'sha256:0' }), /another definition/],
    ['that is a list', () => [], /not an object/],
    ['without a column', (file) => ({ ...file, columns: file.columns.slice(1) }), /lacks the column 'a'/],
    ['with a column twice', (file) => ({ ...file, columns: [...file.columns, file.columns[0]] }), /twice/],
    [
      'with a column that nobody asked for',
      (file) => ({ ...file, columns: [...file.columns, { ...file.columns[1], name: 'z' }] }),
      /'z'/,
    ],
    ['that does not add up', (file) => ({ ...file, rows: 4 }), /add up to 3 of 4 rows/],
    [
      'with a bin too few',
      (file) => ({ ...file, columns: [{ ...file.columns[0], bins: [2] }, file.columns[1]] }),
      /asks for 2/,
    ],
    [
      'with a part of a row',
      (file) => ({ ...file, columns: [{ ...file.columns[0], bins: [0.5, 1.5] }, file.columns[1]] }),
      /not a count/,
    ],
    [
      'with a negative count',
      (file) => ({ ...file, columns: [{ ...file.columns[0], nulls: -1 }, file.columns[1]] }),
      /not a count/,
    ],
    [
      'with values but no least one',
      (file) => ({ ...file, columns: [{ ...file.columns[0], minimum: null }, file.columns[1]] }),
      /do not fit 'bins'/,
    ],
    [
      'of another kind',
      (file) => ({ ...file, columns: [{ ...file.columns[0], kind: 'timestamp' }, file.columns[1]] }),
      /'kind' is not numeric/,
    ],
    ['without a check', (file) => ({ ...file, checks: [] }), /lacks the check 'c'/],
    [
      'with more failures than rows looked at',
      (file) => ({ ...file, checks: [{ id: 'c', checked: 1, failed: 2 }] }),
      /do not fit/,
    ],
    [
      'that looked at more rows than there are',
      (file) => ({ ...file, checks: [{ id: 'c', checked: 4, failed: 2 }] }),
      /do not fit/,
    ],
  ];
  test.each(faults)('%s', (_, spoil, message) => {
    expect(() => parseCounts(spoil(good()), definition)).toThrow(message);
  });
});

test('the digest of a definition does not depend on the order of keys', () => {
  const a: Definition = { columns: [{ name: 'a', kind: 'numeric', edges: [1] }], checks: [] };
  const b: Definition = { checks: [], columns: [{ edges: [1], kind: 'numeric', name: 'a' }] };
  expect(renderDefinition(a).digest).toBe(renderDefinition(b).digest);
});
