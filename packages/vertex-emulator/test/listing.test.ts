import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { listPage, parseFilter, type Subject } from '../src/listing.ts';

const subject: Subject = { fields: { model: 'm1', display_name: 'a "b"' }, labels: { team: 'risk', 'a key': 'x' } };
const matches = (filter: string): boolean => parseFilter(filter, ['model', 'display_name', 'labels'])(subject);

describe('filters', () => {
  test.each([
    ['', true],
    ['model=m1', true],
    ['model = "m1"', true],
    ['model!=m1', false],
    ['displayName="a \\"b\\""', true],
    ['labels.team=risk', true],
    ['labels.team="other"', false],
    ['labels.team:*', true],
    ['labels:team', true],
    ['labels:absent', false],
    ['labels."a key"=x', true],
    ['labels.__proto__:*', false],
    ['model=m1 AND labels.team=risk', true],
    ['model=m1 AND labels.team=other', false],
  ])('%s', (filter, expected) => {
    expect(matches(filter)).toBe(expected);
  });

  test.each([
    ['name=x', "field 'name' is not supported"],
    ['model', "expected a comparison at 'model'"],
    ['model=m1 OR model=m2', "expected AND at 'OR model=m2'"],
    ['labels=x', "'=' cannot be used so"],
    ['labels.team!=x', "'!=' cannot be used so"],
    ['model:m1', "':' cannot be used so"],
  ])('%s is refused', (filter, why) => {
    expect(() => matches(filter)).toThrow(why);
  });
});

describe('pages', () => {
  const item = (n: number): Subject => ({ fields: { create_time: String(n % 5), name: String(n) } });
  const rules = { filter: ['name'], orderBy: ['create_time'] };
  const page = (items: number[], request: object) => listPage(items, request, item, rules);

  test('together they are the list, each item once and in order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 12 }), (length, pageSize) => {
        const items = Array.from({ length }, (_, i) => i);
        const found: number[] = [];
        let pageToken = '';
        do {
          const next = page(items, { pageSize, pageToken, orderBy: 'create_time desc' });
          expect(next.items.length).toBeLessThanOrEqual(pageSize);
          found.push(...next.items);
          pageToken = next.nextPageToken;
        } while (pageToken !== '');
        expect([...found].sort((a, b) => a - b)).toEqual(items);
        expect(found.map((n) => n % 5)).toEqual(items.map((n) => n % 5).sort((a, b) => b - a));
      }),
    );
  });

  test('a token belongs to its query', () => {
    const { nextPageToken: pageToken } = page([1, 2, 3], { pageSize: 1 });
    expect(page([1, 2, 3], { pageSize: 1, pageToken }).items).toEqual([2]);
    expect(() => page([1, 2, 3], { pageToken, filter: 'name=2' })).toThrow('page_token');
    expect(() => page([1, 2, 3], { pageToken: 'nonsense' })).toThrow('page_token');
    expect(() => page([1], { orderBy: 'size' })).toThrow("Cannot order by 'size'");
    expect(() => page([1], { pageSize: -1 })).toThrow('page_size');
  });
});
