import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isRequestLog, unfold } from '../src/request-log.ts';

const TIME = '2026-10-05T00:00:00.000Z';
const json = (values: readonly unknown[]): string => JSON.stringify(values.map((value) => JSON.stringify(value)));
const rowsOf = (instances: readonly unknown[], predictions: readonly unknown[] = [], places?: string[]) =>
  unfold({ id: '12', time: TIME, request: json(instances), response: json(predictions) }, places)?.map((row) =>
    Object.fromEntries(row),
  );

const scalar = fc.oneof(
  fc.string(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
);

describe('a logged request', () => {
  test('gives every instance with its fields, its place and its prediction', () => {
    const instance = fc.dictionary(fc.constantFrom('age', 'name', 'ok', '__proto__', '1'), scalar);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(instance, scalar), { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        (pairs, whole) => {
          const [instances, predictions] = [pairs.map(([one]) => one), pairs.map(([, two]) => two)];
          const rows = unfold(
            {
              ...{ id: '12', time: TIME },
              request: json(whole ? [{ instances }] : instances),
              response: json(whole ? [{ predictions, deployedModelId: '7' }] : predictions),
            },
            undefined,
          )!;
          expect(rows.map((row) => row.get('id'))).toEqual(pairs.map((_, index) => `12-${index}`));
          for (const [index, row] of rows.entries()) {
            expect(row.get('prediction')).toBe(JSON.parse(JSON.stringify(predictions[index])));
            const sent = JSON.parse(JSON.stringify(instances[index])) as Record<string, unknown>;
            for (const [name, value] of Object.entries(sent)) expect(row.get(name)).toBe(value);
          }
        },
      ),
    );
  });

  test('keeps an id of its own', () => {
    expect(rowsOf([{ id: 'a17' }])).toMatchObject([{ id: 'a17', request_id: '12', logging_time: TIME }]);
  });

  test('of lists has the columns of the contract', () => {
    expect(rowsOf([[3, 'x']], [], ['age', 'kind'])).toMatchObject([{ age: 3, kind: 'x' }]);
    expect(rowsOf([[3]], [], ['age', 'kind'])).toBeUndefined();
    expect(() => rowsOf([[3]])).toThrow('it is not said what their places are');
  });

  test('has a column for every part of a prediction', () => {
    expect(rowsOf([{}], [[0.2, 0.8]])).toMatchObject([{ prediction_0: 0.2, prediction_1: 0.8 }]);
    expect(rowsOf([{}], [{ classes: ['a'], deep: { er: { than: { three: 1 } } } }])).toMatchObject([
      { prediction_classes_0: 'a', prediction_deep_er_than: '{"three":1}' },
    ]);
    expect(rowsOf([{}], [])).toEqual([{ id: '12-0', request_id: '12', logging_time: TIME }]);
  });

  test.each([[null], ['[]x'], ['["{"]'], [json([3])], [json([null])]])('that is %j is no row', (request) => {
    expect(unfold({ id: '1', time: TIME, request, response: null }, undefined)).toBeUndefined();
  });
});

test('a log is known by its columns and their types', () => {
  const columns = [
    { name: 'logging_time', type: 'TIMESTAMP' },
    { name: 'request_payload', type: 'ARRAY<STRING>' },
    { name: 'response_payload', type: 'ARRAY<STRING>' },
  ];
  expect(isRequestLog(columns)).toBe(true);
  for (const column of columns) expect(isRequestLog(columns.filter((other) => other !== column))).toBe(false);
  expect(isRequestLog(columns.map(({ name }) => ({ name, type: 'STRING' })))).toBe(false);
});
