import { describe, expect, test } from '@jest/globals';
import type { Counts } from '@mlops-actions/tabular';
import fc from 'fast-check';
import {
  compileObject,
  evaluatePlan,
  fillQuery,
  verdictOf,
  type Contract,
  type DataFacts,
  type RuleResult,
} from '../src/index.ts';
import { allowsNoRows, meets, percent } from '../src/thresholds.ts';
import { tableContract } from './workshop.ts';

const AS_OF = Date.parse('2026-03-31T12:00:00Z');

/** Judges a contract of one object by counts that are made up: `failed` by rule id, nothing else fails. */
function judge(
  contract: Contract,
  {
    rows = 100,
    failed = {},
    checked = rows,
    facts = {},
    newest,
    oldest,
    queries,
  }: {
    rows?: number;
    failed?: Record<string, number>;
    checked?: number;
    facts?: DataFacts;
    newest?: string;
    oldest?: string;
    queries?: Parameters<typeof evaluatePlan>[1]['queries'];
  } = {},
): Map<string, RuleResult> {
  const plan = compileObject(contract, contract.objects[0]!, { columns: columnsOf(contract), ...facts });
  const counts: Counts = {
    rows,
    columns: new Map(
      plan.definition.columns.map(({ name }) => [
        name,
        {
          kind: 'timestamp',
          nulls: 0,
          nans: 0,
          invalid: 0,
          bins: [newest === undefined ? 0 : rows],
          minimum: oldest === undefined ? undefined : Date.parse(oldest),
          maximum: newest === undefined ? undefined : Date.parse(newest),
        },
      ]),
    ),
    checks: new Map(plan.definition.checks.map(({ id }) => [id, { checked, failed: failed[id] ?? 0 }])),
  };
  const results = evaluatePlan(plan, { counts, asOf: AS_OF, ...(queries !== undefined && { queries }) });
  return new Map(results.map((result) => [result.rule.id, result]));
}

const columnsOf = (contract: Contract) => contract.objects[0]!.properties.map(({ column }) => ({ name: column }));
const outcome = (results: ReadonlyMap<string, RuleResult>, id: string) => results.get(id)?.outcome;

describe('thresholds', () => {
  test.each([
    [{ operator: 'mustBe', value: 5 }, [5], [4, 6]],
    [{ operator: 'mustNotBe', value: 5 }, [4, 6], [5]],
    [{ operator: 'mustBeGreaterThan', value: 5 }, [5.1, 6], [4, 5]],
    [{ operator: 'mustBeGreaterOrEqualTo', value: 5 }, [5, 6], [4.9]],
    [{ operator: 'mustBeLessThan', value: 5 }, [4.9], [5, 6]],
    [{ operator: 'mustBeLessOrEqualTo', value: 5 }, [4, 5], [5.1]],
    // Both ends belong to the range, as in datacontract-cli.
    [{ operator: 'mustBeBetween', low: 5, high: 10 }, [5, 7, 10], [4.9, 10.1]],
    [{ operator: 'mustNotBeBetween', low: 5, high: 10 }, [4.9, 10.1], [5, 7, 10]],
  ] as const)('%j', (threshold, good, bad) => {
    for (const value of good) expect(meets(value, threshold)).toBe(true);
    for (const value of [...bad, NaN]) expect(meets(value, threshold)).toBe(false);
  });

  test('a share is exact where it can be, and never rounds what is there away', () => {
    expect(percent(7, 100)).toBe(7);
    expect(percent(1, 3)).toBeCloseTo(33.3333333333, 9);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), fc.nat(), (rows, some) => {
        const failed = some % (rows + 1);
        expect(percent(failed, rows) === 0).toBe(failed === 0);
        expect(percent(failed, rows) === 100).toBe(failed === rows);
      }),
    );
  });

  test('no rows are agreed to only by naming the least number as 0', () => {
    expect(allowsNoRows({ operator: 'mustBeGreaterOrEqualTo', value: 0 })).toBe(true);
    expect(allowsNoRows({ operator: 'mustBeBetween', low: 0, high: 9 })).toBe(true);
    expect(allowsNoRows({ operator: 'mustBe', value: 0 })).toBe(true);
    expect(allowsNoRows({ operator: 'mustBeLessThan', value: 1000 })).toBe(false);
    expect(allowsNoRows({ operator: 'mustNotBe', value: 5 })).toBe(false);
    expect(allowsNoRows({ operator: 'mustBeGreaterOrEqualTo', value: 1 })).toBe(false);
  });
});

describe('rules', () => {
  const contract = tableContract(
    [
      { name: 'id', logicalType: 'string', primaryKey: true, required: true },
      { name: 'line', logicalType: 'integer', primaryKey: true, logicalTypeOptions: { minimum: 1, format: 'u8' } },
      {
        name: 'email',
        logicalType: 'string',
        unique: true,
        logicalTypeOptions: { format: 'email', maxLength: 80 },
        quality: [{ id: 'mostly', metric: 'nullValues', mustBeLessThan: 5, unit: 'percent', severity: 'warning' }],
      },
    ],
    [{ metric: 'rowCount', mustBeGreaterThan: 10 }],
  );

  test('every promise is a rule of its own, with its place', () => {
    const places = [...judge(contract).values()].map(({ rule }) => [rule.id, rule.place]);
    expect(places).toEqual([
      ['orders.id.column', 'schema[0].properties[0]'],
      ['orders.id.required', 'schema[0].properties[0].required'],
      ['orders.id.type', 'schema[0].properties[0].logicalType'],
      ['orders.line.column', 'schema[0].properties[1]'],
      ['orders.line.type', 'schema[0].properties[1].logicalType'],
      ['orders.line.format', 'schema[0].properties[1].logicalTypeOptions.format'],
      ['orders.line.range', 'schema[0].properties[1].logicalTypeOptions.minimum'],
      ['orders.email.column', 'schema[0].properties[2]'],
      ['orders.email.unique', 'schema[0].properties[2].unique'],
      ['orders.email.type', 'schema[0].properties[2].logicalType'],
      ['orders.email.format', 'schema[0].properties[2].logicalTypeOptions.format'],
      ['orders.email.length', 'schema[0].properties[2].logicalTypeOptions.maxLength'],
      ['mostly', 'schema[0].properties[2].quality[0]'],
      ['orders.line.primary-key', 'schema[0].properties[1].primaryKey'],
      ['orders.primary-key', 'schema[0]'],
      ['orders.rowCount', 'schema[0].quality[0]'],
    ]);
  });

  test('ids stay apart, whatever authors choose', () => {
    const rule = { metric: 'nullValues', mustBe: 0 };
    const twice = tableContract(
      [
        {
          name: 'a',
          required: true,
          quality: [
            { ...rule, id: 'orders.a.required' },
            { ...rule, id: 'x' },
            { ...rule, id: 'x-2' },
            { ...rule, id: 'x' },
          ],
        },
      ],
      [{ type: 'text', id: 'out-of-range:a' }],
    );
    expect([...judge(twice).keys()]).toEqual([
      'orders.a.column',
      'orders.a.required',
      'orders.a.required-2',
      'x',
      'x-2',
      'x-3',
      'rule out-of-range:a',
    ]);
    const many = tableContract([{ name: 'a', quality: Array(15_000).fill({ ...rule, id: 'x' }) }]);
    expect(judge(many).size).toBe(15_001);
  });

  test('columns with types of their own have no writing to be judged', () => {
    const dates = tableContract([
      { name: 'day', logicalType: 'date', logicalTypeOptions: { format: 'dd.MM.yyyy', minimum: '2020-01-01' } },
    ]);
    const kinds = (columns: DataFacts['columns']) =>
      [...judge(dates, { facts: { columns } }).values()].map(({ rule, outcome: found }) => `${rule.kind} ${found}`);
    expect(kinds([{ name: 'day' }])).toEqual(['column pass', 'format pass', 'range skipped']);
    expect(kinds([{ name: 'day', type: 'DATE' }])).toEqual([
      'column pass',
      'type pass',
      'format skipped',
      'range pass',
    ]);
  });

  test('one row that fails breaks what no row may', () => {
    const clean = judge(contract);
    expect(verdictOf([...clean.values()])).toBe('pass');
    const rules = [
      'orders.id.required',
      'orders.line.type',
      'orders.line.format',
      'orders.line.range',
      'orders.email.unique',
      'orders.email.format',
      'orders.email.length',
      'orders.line.primary-key',
      'orders.primary-key',
    ];
    for (const id of rules) {
      const results = judge(contract, { failed: { [id]: 1 } });
      expect([...results].filter(([, result]) => result.outcome !== 'pass').map(([broken]) => broken)).toEqual([id]);
      expect(results.get(id)).toMatchObject({ observed: '1 of 100', rows: { checked: 100, failed: 1 } });
      expect(verdictOf([...results.values()])).toBe('fail');
    }
  });

  test('a warning counts only if it is asked to', () => {
    const results = [...judge(contract, { failed: { mostly: 5 } }).values()];
    expect(verdictOf(results)).toBe('pass');
    expect(verdictOf(results, { warnings: true })).toBe('fail');
    expect(outcome(judge(contract, { failed: { mostly: 4 } }), 'mostly')).toBe('pass');
  });

  test('a column that the data lacks fails, and what is said of it is open', () => {
    const results = judge(contract, { facts: { columns: [{ name: 'id' }, { name: 'LINE' }] } });
    expect(outcome(results, 'orders.email.column')).toBe('fail');
    expect(outcome(results, 'orders.email.unique')).toBe('inconclusive');
    // Names in other case are the same column where there is one only.
    expect(outcome(results, 'orders.line.range')).toBe('pass');
  });

  test('nested columns and words are skipped, and nothing but skipped rules shows nothing', () => {
    const other = tableContract([
      {
        name: 'tags',
        quality: [
          { type: 'text', description: 'Made by people.' },
          { type: 'custom', engine: 'soda', implementation: 'x' },
          { type: 'sql', query: 'SELECT 1', mustBe: 1 },
        ],
      },
    ]);
    const results = judge(other, { facts: { noSql: 'not here' } });
    expect([...results.values()].map(({ outcome: found }) => found)).toEqual(['pass', 'skipped', 'skipped', 'skipped']);
    const counted = judge(other, { facts: { columns: undefined, noSql: 'not here' } });
    expect(verdictOf([...counted.values()])).toBe('inconclusive');
    const nested = judge(contract, {
      facts: { columns: [{ name: 'id' }, { name: 'line' }, { name: 'email', countable: false }] },
    });
    expect(outcome(nested, 'orders.email.unique')).toBe('skipped');
  });

  test('without rows nothing passes, unless the contract agrees to none', () => {
    const empty = judge(contract, { rows: 0 });
    expect(outcome(empty, 'orders.rowCount')).toBe('fail');
    expect(outcome(empty, 'orders.id.required')).toBe('inconclusive');
    const upper = tableContract([{ name: 'id', required: true }], [{ metric: 'rowCount', mustBeLessThan: 10 }]);
    expect(outcome(judge(upper, { rows: 0 }), 'orders.id.required')).toBe('inconclusive');
    const agreed = tableContract([{ name: 'id', required: true }], [{ metric: 'rowCount', mustBeGreaterOrEqualTo: 0 }]);
    expect(verdictOf([...judge(agreed, { rows: 0 }).values()])).toBe('pass');
  });
});

describe('service levels', () => {
  const contract = tableContract([{ name: 'at', logicalType: 'timestamp' }], [], {
    slaProperties: [
      { property: 'latency', value: 4, unit: 'd', element: 'orders.at' },
      { property: 'Retention', value: 1, unit: 'm', element: 'at' },
      { property: 'availability', value: 99.9 },
    ],
  });
  const times = (newest?: string, oldest?: string, rows = 10) => {
    const results = judge(contract, {
      rows,
      ...(newest !== undefined && { newest }),
      ...(oldest !== undefined && { oldest }),
    });
    return [outcome(results, 'orders.at.freshness'), outcome(results, 'orders.at.retention')];
  };

  test('are measured from the moment that is given, and the limit itself is too old', () => {
    expect(times('2026-03-27T12:00:00.001Z', '2026-03-01T12:00:00.001Z')).toEqual(['pass', 'pass']);
    expect(times('2026-03-27T12:00:00Z', '2026-03-01T12:00:00Z')).toEqual(['fail', 'fail']);
  });

  test('a future that is newest says nothing; no times at all break the promise', () => {
    expect(times('2026-04-01T00:00:00Z', '2026-03-30T00:00:00Z')).toEqual(['inconclusive', 'pass']);
    expect(times(undefined, undefined)).toEqual(['fail', 'fail']);
    expect(times(undefined, undefined, 0)).toEqual(['inconclusive', 'inconclusive']);
  });

  test('of an element that is nowhere, or without a length of time, are open', () => {
    const other = tableContract([{ name: 'at' }], [], {
      slaProperties: [
        { property: 'latency', value: 4, element: 'order.att' },
        { property: 'latency', value: 'soon', element: 'at' },
      ],
    });
    const found = [...judge(other).values()].filter(({ rule }) => rule.kind === 'freshness');
    expect(found.map(({ outcome: result }) => result)).toEqual(['inconclusive', 'inconclusive']);
  });
});

describe('queries', () => {
  const contract = tableContract(
    [],
    [{ id: 'q', type: 'sql', query: 'SELECT COUNT(*) FROM {object}', mustBeLessThan: 5 }],
  );
  const answered = (answer: { value: string | null } | { error: string } | { refused: string }) =>
    outcome(judge(contract, { queries: new Map([['q', answer]]) }), 'q');

  test('are judged by their one value, and by nothing else', () => {
    expect(answered({ value: '4' })).toBe('pass');
    expect(answered({ value: '5' })).toBe('fail');
    expect(answered({ value: 'true' })).toBe('pass');
    for (const value of [null, '', 'many', 'NaN', 'Infinity']) expect(answered({ value })).toBe('inconclusive');
    expect(answered({ error: 'no such table' })).toBe('inconclusive');
    expect(answered({ refused: 'it is DELETE' })).toBe('fail');
    expect(outcome(judge(contract), 'q')).toBe('inconclusive');
  });

  test('names take the place of their placeholders, in quotes or not', () => {
    const names = { table: '`p.d.t`', column: '`c`', dataset: '`d`', project: undefined };
    expect(fillQuery('SELECT MAX({column}) FROM ${table} -- "{object}"', names)).toEqual({
      sql: 'SELECT MAX(`c`) FROM `p.d.t` -- `p.d.t`',
    });
    expect(fillQuery('SELECT {project}, {what}', names)).toEqual({ unknown: '{project}' });
  });
});
