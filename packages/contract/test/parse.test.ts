import { describe, expect, test } from '@jest/globals';
import { UserError } from '@mlops-actions/action-kit';
import fc from 'fast-check';
import { compileObject, diffContracts, parseContract } from '../src/index.ts';
import { contractOf, documentOf, tableContract } from './workshop.ts';

const errorOf = (text: string): string => {
  try {
    parseContract(text, 'contract.yaml');
  } catch (error) {
    if (error instanceof UserError) return error.explanation;
    throw error;
  }
  throw new Error('It was accepted.');
};

const errorOfParts = (parts: Record<string, unknown>): string => errorOf(JSON.stringify(documentOf(parts)));

const HEAD = 'apiVersion: v3.1.0\nkind: DataContract\nid: orders\nversion: 1.0.0\nstatus: active\n';

describe('reading a contract', () => {
  test('takes what it checks from a document of the standard', () => {
    const contract = parseContract(
      `${HEAD}
servers:
  - server: warehouse
    type: bigquery
    project: acme-data
    dataset: shop
schema:
  - name: orders
    physicalName: orders_v1
    logicalType: object
    properties:
      - name: order_id
        physicalName: id
        logicalType: string
        primaryKey: true
        primaryKeyPosition: 1
        required: true
        unique: true
        logicalTypeOptions: { minLength: 3, maxLength: 40, pattern: '^[A-Z]+$' }
        quality:
          - id: few_missing
            metric: missingValues
            arguments: { missingValues: [null, '', N/A, 0] }
            mustBeLessThan: 1
            unit: percent
            severity: warning
            dimension: completeness
    quality:
      - metric: rowCount
        mustBeBetween: [1, 100]
slaProperties:
  - property: latency
    value: 4
    unit: d
    element: orders.order_id
`,
      'contract.yaml',
    );
    expect(contract.servers).toEqual([
      expect.objectContaining({ name: 'warehouse', type: 'bigquery', project: 'acme-data', dataset: 'shop' }),
    ]);
    const [orders] = contract.objects;
    expect(orders).toMatchObject({ name: 'orders', physicalName: 'orders_v1' });
    expect(orders!.quality).toEqual([
      expect.objectContaining({
        place: 'schema[0].quality[0]',
        metric: 'rowCount',
        threshold: { operator: 'mustBeBetween', low: 1, high: 100 },
      }),
    ]);
    expect(orders!.properties[0]).toMatchObject({
      name: 'order_id',
      column: 'id',
      primaryKey: 1,
      required: true,
      unique: true,
      options: { minLength: 3, maxLength: 40, pattern: '^[A-Z]+$' },
    });
    expect(orders!.properties[0]!.quality[0]).toMatchObject({
      id: 'few_missing',
      severity: 'warning',
      dimension: 'completeness',
      missing: ['', 'N/A', '0'],
      unit: 'percent',
      threshold: { operator: 'mustBeLessThan', value: 1 },
    });
    expect(contract.serviceLevels[0]).toMatchObject({
      property: 'latency',
      value: 4,
      unit: 'd',
      elements: ['orders.order_id'],
    });
  });

  test('an element of a service level may leave out the name of the only object', () => {
    const contract = tableContract([{ name: 'at' }], [], {
      slaProperties: [{ property: 'ly', value: 1, element: 'at' }],
    });
    expect(contract.serviceLevels[0]!.elements).toEqual(['orders.at']);
  });

  test('3.0 spells its rules and strict bounds in another way', () => {
    const contract = contractOf({
      apiVersion: 'v3.0.2',
      schema: [
        {
          name: 'orders',
          properties: [
            {
              name: 'unit',
              logicalType: 'string',
              quality: [
                { rule: 'validValues', validValues: ['kg', 'g'] },
                { rule: 'duplicateCount', mustBeLessThan: 10, unit: 'rows' },
              ],
            },
            {
              name: 'price',
              logicalType: 'number',
              logicalTypeOptions: { minimum: 0, exclusiveMinimum: true, maximum: 5, exclusiveMaximum: false },
            },
          ],
          quality: [{ rule: 'rowCount', mustBeGreaterThan: 3 }],
        },
      ],
    });
    const [unit, price] = contract.objects[0]!.properties;
    expect(unit!.quality).toMatchObject([
      { metric: 'invalidValues', valid: { values: ['kg', 'g'] }, threshold: { operator: 'mustBe', value: 0 } },
      { metric: 'duplicateValues', threshold: { operator: 'mustBeLessThan', value: 10 } },
    ]);
    expect(price!.options).toEqual({ exclusiveMinimum: 0, maximum: 5 });
    expect(contract.objects[0]!.quality[0]).toMatchObject({ metric: 'rowCount' });
  });

  test('rules of our engine are read, those of other engines are kept apart', () => {
    const [property, object] = [
      { type: 'custom', engine: 'mlops-actions', implementation: { metric: 'psi', threshold: 0.2 } },
      { type: 'custom', engine: 'mlops-actions', implementation: 'metric: volume\nminimumRatio: 0.5' },
    ];
    const contract = tableContract(
      [{ name: 'price', quality: [property, { type: 'custom', engine: 'soda', implementation: 'whatever' }] }],
      [object],
    );
    expect(contract.objects[0]!.properties[0]!.quality).toMatchObject([
      { type: 'drift', metric: 'psi', threshold: 0.2 },
      { type: 'foreign', engine: 'soda' },
    ]);
    expect(contract.objects[0]!.quality).toMatchObject([{ type: 'volume', minimumRatio: 0.5 }]);
  });
});

describe('what is wrong is told with its place', () => {
  const property = (parts: Record<string, unknown>) =>
    errorOfParts({ schema: [{ name: 'o', properties: [{ name: 'a', ...parts }] }] });
  const rule = (parts: Record<string, unknown>) => property({ quality: [parts] });

  test.each([
    ['no contract', 'hello', 'contract.yaml:1: the document is no data contract: it must be a mapping.'],
    [
      'another kind',
      'kind: Recipe\n',
      "contract.yaml:1: 'kind' must be DataContract, not 'Recipe'. Only the Open Data Contract Standard is read.",
    ],
    [
      'a version that is not read',
      HEAD.replace('v3.1.0', 'v2.2.2'),
      "contract.yaml:1: 'apiVersion' is 'v2.2.2', which is not read here. Versions 3.0 and 3.1 of the standard are; did you mean 'v3.0.2'?",
    ],
    [
      'a misspelt key',
      `${HEAD}shcema: []\n`,
      "contract.yaml:1: the document has the unknown key 'shcema'. Did you mean 'schema'?",
    ],
    ['a key twice', `${HEAD}id: again\n`, 'contract.yaml:6: Map keys must be unique.'],
    [
      'a bound that is no number',
      `${HEAD}schema:\n  - name: o\n    properties:\n      - name: a\n        logicalType: integer\n        logicalTypeOptions:\n          minimum: ten\n`,
      "contract.yaml:12: 'schema[0].properties[0].logicalTypeOptions.minimum' must be a number, not 'ten'.",
    ],
  ])('%s', (_, text, message) => {
    expect(errorOf(text)).toBe(message);
  });

  test('of properties and their options', () => {
    expect(property({ requird: true })).toContain("has the unknown key 'requird'. Did you mean 'required'?");
    expect(property({ logicalType: 'integr' })).toContain("Did you mean 'integer'?");
    expect(property({ logicalType: 'integer', logicalTypeOptions: { maximun: 3 } })).toContain(
      "Did you mean 'maximum'?",
    );
    expect(property({ logicalType: 'boolean', logicalTypeOptions: { minimum: 3 } })).toContain(
      'which the type boolean has',
    );
    expect(property({ logicalType: 'string', logicalTypeOptions: { pattern: '(?=a)' } })).toContain(
      'Patterns are RE2 syntax',
    );
    expect(property({ logicalType: 'string', logicalTypeOptions: { minLength: 3, maxLength: 2 } })).toContain(
      'which no text has',
    );
    expect(property({ logicalType: 'integer', logicalTypeOptions: { minimum: 1, exclusiveMinimum: true } })).toContain(
      'Write exclusiveMinimum: 1 instead of true.',
    );
    expect(property({ logicalType: 'number', logicalTypeOptions: { multipleOf: 0 } })).toContain('must be more than 0');
    expect(errorOfParts({ schema: [{ name: 'o', properties: [{ name: 'a' }, { name: 'a' }] }] })).toContain(
      "two entries of the name 'a'",
    );
  });

  test('of rules', () => {
    expect(rule({ metric: 'nullValue', mustBe: 0 })).toContain("Did you mean 'nullValues'?");
    expect(rule({ metric: 'nullValues' })).toContain('and has none');
    expect(rule({ metric: 'nullValues', mustBe: 0, mustBeLessThan: 3 })).toContain(
      'has mustBe and mustBeLessThan. Make it two rules.',
    );
    expect(rule({ metric: 'nullValues', mustBeBetween: [3, 1] })).toContain('must name the smaller number first');
    expect(rule({ metric: 'nullValues', mustBeBetween: [3] })).toContain('must be two numbers');
    expect(rule({ metric: 'nullValues', mustBe: 0, unit: 'furlongs' })).toContain('must be rows or percent');
    expect(rule({ metric: 'rowCount', mustBe: 0 })).toContain('which is of an object');
    expect(rule({ metric: 'invalidValues', mustBe: 0 })).toContain('must have validValues or pattern');
    expect(rule({ metric: 'nullValues', mustBeLesThan: 3 })).toContain("Did you mean 'mustBeLessThan'?");
    expect(rule({ type: 'sql', mustBe: 0 })).toContain("'schema[0].properties[0].quality[0].query' must be set");
    expect(rule({ type: 'custom', engine: 'mlops-actions', implementation: { metric: 'psy' } })).toContain(
      "Did you mean 'psi'?",
    );
    expect(
      errorOfParts({
        schema: [
          {
            name: 'o',
            properties: [{ name: 'abc' }],
            quality: [{ metric: 'duplicateValues', mustBe: 0, arguments: { properties: ['abd'] } }],
          },
        ],
      }),
    ).toContain("Did you mean 'abc'?");
  });
});

describe('hostile contracts', () => {
  test('prototypes are out of reach', () => {
    const contract = parseContract(
      `${HEAD}schema:\n  - name: __proto__\n    properties:\n      - name: constructor\n      - name: __proto__\n        required: true\n`,
      'c',
    );
    expect(contract.objects[0]!.name).toBe('__proto__');
    expect(contract.objects[0]!.properties.map(({ name }) => name)).toEqual(['constructor', '__proto__']);
    expect(({} as { required?: unknown }).required).toBeUndefined();
    expect(errorOf(`${HEAD}__proto__: { polluted: true }\n`)).toContain("unknown key '__proto__'");
  });

  test('aliases that multiply, depth, and size end in a clear error', () => {
    const bomb = Array.from(
      { length: 12 },
      (_, level) =>
        `a${level}: &a${level} [${Array(10)
          .fill(level === 0 ? 'x' : `*a${level - 1}`)
          .join(', ')}]`,
    ).join('\n');
    expect(errorOf(`${bomb}\n`)).toContain('aliases');
    expect(errorOf(`${HEAD}schema: ${'['.repeat(20_000)}`)).toMatch(/contract\.yaml/);
    expect(errorOf(`${HEAD}# ${'x'.repeat(1024 * 1024)}`)).toBe('contract.yaml is larger than 1 MiB.');
  });

  test('any text is read or refused, and nothing else is thrown', () => {
    const scalar = fc.oneof(
      fc.string(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.constantFrom('library', 'psi', 'v3.1.0', 'mlops-actions', 'rowCount', 'integer', 'P3D', '2024-02-30'),
    );
    const key = fc.oneof(
      fc.constantFrom(
        'schema',
        'properties',
        'quality',
        'name',
        'logicalType',
        'logicalTypeOptions',
        'metric',
        'mustBe',
        'mustBeBetween',
        'arguments',
        'validValues',
        'pattern',
        'minimum',
        'slaProperties',
        'property',
        'value',
        'element',
        'servers',
        'server',
        'type',
        'engine',
        'implementation',
        'unit',
        '__proto__',
        'constructor',
        'required',
        'primaryKey',
      ),
      fc.string(),
    );
    const { node } = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 6 },
        scalar,
        fc.array(tie('node'), { maxLength: 4 }),
        fc.dictionary(key, tie('node'), { maxKeys: 6 }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(key, node, { maxKeys: 6 }), fc.boolean(), (parts, standard) => {
        const document = standard ? documentOf(parts) : parts;
        try {
          const contract = parseContract(JSON.stringify(document), 'c');
          for (const object of contract.objects) {
            const { rules, definition } = compileObject(contract, object, {});
            const ids = rules.map(({ id }) => id);
            expect(new Set(ids).size).toBe(ids.length);
            expect(new Set(definition.checks.map(({ id }) => id)).size).toBe(definition.checks.length);
          }
          expect(diffContracts(contract, contract).changes).toEqual([]);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
      { numRuns: 400 },
    );
    fc.assert(
      fc.property(fc.string({ maxLength: 200, unit: 'binary' }), (text) => {
        expect(errorOf(text)).not.toBe('');
      }),
      { numRuns: 200 },
    );
  });
});
