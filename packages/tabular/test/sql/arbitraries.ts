import fc from 'fast-check';
import type { Check, ColumnDefinition, Definition } from '../../src/definition.ts';
import type { SqlColumn, SqlKind } from '../../src/sql/index.ts';
import type { TestTable } from './engines.ts';

/** Names that are awkward as identifiers, as keys and as text. */
const NAMES = [
  'a',
  'B',
  '__proto__',
  'select',
  'sp ace',
  'quote"d',
  "it's",
  'ü',
  '1st',
  'x; DROP TABLE t --',
  '$p0',
  'x0',
];

const text = fc.oneof(
  fc.constantFrom(
    'CH',
    'DE',
    'fr',
    'NA',
    '-999',
    '',
    'true',
    'FALSE',
    'é',
    '😀',
    'ﬀ',
    '\u{e000}',
    ' ',
    'a"b',
    "a'b",
    'a,b',
    'a\nb',
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.integer().map(String),
  fc.constantFrom(
    '1.5',
    ' 1.5',
    '1.5 ',
    '+1',
    '.5',
    '5.',
    '1e5',
    '1E+5',
    '1e400',
    '-1e400',
    '1e-400',
    '0x10',
    '1_0',
    'inf',
    '-Infinity',
    'NaN',
    'nan',
    '+nan',
    '--1',
    '1,5',
    '٣',
  ),
  fc.constantFrom(
    '2026-01-31',
    '2026-02-30',
    '2024-02-29',
    '0000-01-01',
    '0001-01-01',
    '9999-12-31T23:59:59.999Z',
    '2026-01-31T10:00Z',
    '2026-01-31 10:00:00',
    '1969-12-31T23:59:59.9999Z',
    '2026-01-31T10:00:00.1234567+02:00',
    '2026-01-31t10:00:00-0930',
    '2026-01-31T24:00:00Z',
    '2026-01-31T10:00:60Z',
    '2026-1-31',
    '10:30',
    '23:59:59.5',
    '24:00',
  ),
  fc.string({ maxLength: 6 }).filter((value) => !/[\0\r]/.test(value)),
);

const moment = fc.integer({ min: Date.UTC(1950, 0, 1), max: Date.UTC(2050, 0, 1) });

/** Values of a kind as SQL casts them from text. */
const VALUES: Partial<Record<SqlKind, fc.Arbitrary<string>>> = {
  text,
  integer: fc.oneof(fc.integer({ min: -5, max: 5 }), fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n })).map(String),
  float: fc.oneof(
    fc.constantFrom('NaN', 'Infinity', '-Infinity', '0', '-0', '0.1', '1', '2.5', '1e21'),
    fc.double({ noNaN: true }).map(String),
  ),
  boolean: fc.boolean().map(String),
  timestamp: moment.map((millis) => new Date(millis).toISOString().replace('T', ' ').replace('Z', '')),
};

const numbers = (values: readonly string[]): fc.Arbitrary<number[]> =>
  fc
    .uniqueArray(
      fc.oneof(
        fc.constantFrom(...values.map(Number).filter(Number.isFinite), 0, 1),
        fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
      ),
      { maxLength: 6, comparator: (a, b) => a === b },
    )
    .map((edges) => edges.sort((a, b) => a - b));

const moments = fc.uniqueArray(fc.oneof(moment, fc.constantFrom(0, -1, Date.UTC(2026, 0, 31))), { maxLength: 5 });
const some = (values: readonly string[]): fc.Arbitrary<string[]> =>
  fc.uniqueArray(fc.constantFrom(...values.filter((value) => value !== ''), 'CH', '1', 'other'), { maxLength: 5 });

function columnDefinition(name: string, kind: SqlKind, values: readonly string[]): fc.Arbitrary<ColumnDefinition> {
  const missing = fc.option(kind === 'float' ? fc.constant<string[]>(['1', '-999']) : some(values), { nil: undefined });
  const categorical = fc
    .record({ categories: some(values), missing })
    .map(({ categories, missing }): ColumnDefinition => ({
      name,
      kind: 'categorical',
      categories,
      ...(missing && { missing }),
    }));
  const numeric = fc
    .record({ edges: numbers(values), missing })
    .map(({ edges, missing }): ColumnDefinition => ({ name, kind: 'numeric', edges, ...(missing && { missing }) }));
  const timestamp = fc.record({ edges: moments, missing }).map(({ edges, missing }): ColumnDefinition => ({
    name,
    kind: 'timestamp',
    edges: [...edges].sort((a, b) => a - b),
    ...(missing && { missing }),
  }));
  // The text of a timestamp or of NaN is written differently by different engines: refused, which has its own test.
  if (kind === 'timestamp') return timestamp;
  if (kind === 'float')
    return fc.oneof(
      numeric,
      categorical.filter(
        ({ kind: k, ...c }) =>
          k === 'categorical' && !('categories' in c && c.categories.some((v) => !Number.isFinite(Number(v)))),
      ),
    );
  return fc.oneof(numeric, timestamp, categorical);
}

function columnCheck(column: string, kind: SqlKind, values: readonly string[]): fc.Arbitrary<Check> {
  const bound = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e4, max: 1e4 });
  const checks: fc.Arbitrary<object>[] = [
    fc.constant({ test: 'present' }),
    fc
      .constantFrom('string', 'integer', 'number', 'boolean', 'date', 'timestamp', 'time')
      .map((type) => ({ test: 'type', type })),
    fc
      .tuple(bound, bound)
      .map(([minimum, exclusiveMaximum]) => ({ test: 'range', type: 'number', bounds: { minimum, exclusiveMaximum } })),
    fc
      .constantFrom(0, 1, 0.5, 1e6)
      .map((exclusiveMinimum) => ({ test: 'range', type: 'number', bounds: { exclusiveMinimum } })),
    moment.map((maximum) => ({ test: 'range', type: 'timestamp', bounds: { maximum } })),
    fc.constantFrom(1, 0.5, 3, 0.1).map((divisor) => ({ test: 'multiple-of', divisor })),
    fc.boolean().map((count) => ({ test: 'unique', columns: [column], ...(count && { count: 'keys' }) })),
  ];
  if (kind === 'text' || kind === 'integer' || kind === 'boolean') {
    checks.push(
      some(values).map((list) => ({ test: 'values', values: list })),
      some(values).map((list) => ({ test: 'values', values: list, not: true })),
      fc.tuple(fc.nat(3), fc.nat(12)).map(([minimum, maximum]) => ({ test: 'length', minimum, maximum })),
      fc.constantFrom('^[A-Z]{2}$', '[0-9]', '^a', '\\.', '(CH|DE)').map((pattern) => ({ test: 'pattern', pattern })),
      fc
        .constantFrom('CH', 'é', '\u{e000}', '😀', 'a')
        .map((minimum) => ({ test: 'range', type: 'string', bounds: { minimum } })),
    );
  }
  return fc.oneof(...checks).map((check) => ({ column, ...check }) as unknown as Check);
}

/** A table of columns of the kinds, and what to count in it. */
export function tableAndDefinition(
  kinds: readonly SqlKind[],
): fc.Arbitrary<{ table: TestTable; definition: Definition }> {
  return fc
    .record({
      names: fc.shuffledSubarray(NAMES, { minLength: 3, maxLength: 3 }),
      kinds: fc.array(fc.constantFrom(...kinds), { minLength: 3, maxLength: 3 }),
      height: fc.nat(25),
    })
    .chain(({ names, kinds: chosen, height }) => {
      const columns: SqlColumn[] = names.map((name, index) => ({ name, kind: chosen[index]!, type: chosen[index]! }));
      const cells = columns.map(({ kind }) =>
        fc.array(fc.option(VALUES[kind]!, { freq: 6 }), { minLength: height, maxLength: height }),
      );
      return fc.tuple(...cells).chain((byColumn) => {
        const present = byColumn.map((column) => column.filter((cell) => cell !== null));
        return fc.record({
          table: fc.constant({
            columns,
            rows: Array.from({ length: height }, (_, row) => byColumn.map((column) => column[row]!)),
          }),
          definition: fc.record({
            columns: fc.tuple(...columns.map(({ name, kind }, index) => columnDefinition(name, kind, present[index]!))),
            checks: fc
              .array(
                fc
                  .nat(columns.length - 1)
                  .chain((index) => columnCheck(columns[index]!.name, columns[index]!.kind, present[index]!)),
                { maxLength: 5 },
              )
              .map((checks) => checks.map((check, index): Check => ({ ...check, id: `check ${index}` }))),
          }),
        });
      });
    });
}
