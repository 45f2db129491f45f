import { describe, expect, test } from '@jest/globals';
import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { dateFormatPattern, integerBounds, isIsoFormat, stringFormatPattern } from '../src/formats.ts';
import { parseInstant, parseSpan, showSpan } from '../src/instants.ts';

const compiled = new Map<string, RE2JS>();

function fits(pattern: string | undefined, text: string): boolean {
  let regex = compiled.get(pattern!);
  if (regex === undefined) compiled.set(pattern!, (regex = RE2JS.compile(pattern!)));
  return regex.matcher(text).find();
}

describe('string formats', () => {
  test('addresses are those that Node knows', () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16));
    const colons = fc
      .array(fc.oneof(group, fc.constantFrom('', ':', '::', '1.2.3.4', '12345', 'g')), { maxLength: 10 })
      .map((parts) => parts.join(':'));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.ipV6(),
          fc.ipV4(),
          colons,
          fc.constantFrom('::', '::1', '1::', '1:2:3:4:5:6:7::', '::ffff:1.2.3.4', '1.2.3', '256.1.1.1', '01.2.3.4'),
        ),
        (text) => {
          expect(fits(stringFormatPattern('ipv6'), text)).toBe(isIPv6(text));
          expect(fits(stringFormatPattern('ipv4'), text)).toBe(isIPv4(text));
        },
      ),
      { numRuns: 2000 },
    );
  });

  test.each([
    [
      'uuid',
      ['53581432-6c55-4ba2-a65f-72344a91553a'],
      ['53581432-6c55-4ba2-a65f', 'x53581432-6c55-4ba2-a65f-72344a91553a'],
    ],
    ['email', ['a@b.co', 'first.last+tag@sub.example.org'], ['a@b', '@b.co', 'a b@c.de', 'a@@b.co', 'a@b..co']],
    ['hostname', ['example.org', 'a', 'xn--bcher-kva.example.'], ['-a.org', 'a_b.org', '', 'a..b']],
    ['uri', ['https://example.org/a?b#c', 'urn:isbn:0451450523'], ['example.org', 'http:', '://a', 'a b:c d']],
  ])('%s', (format, good, bad) => {
    for (const text of good) expect([text, fits(stringFormatPattern(format), text)]).toEqual([text, true]);
    for (const text of bad) expect([text, fits(stringFormatPattern(format), text)]).toEqual([text, false]);
  });

  test('formats that no value shows have no pattern', () => {
    for (const format of ['password', 'binary', 'byte', 'anything'])
      expect(stringFormatPattern(format)).toBeUndefined();
  });
});

describe('date formats', () => {
  test.each([
    ['yyyy-MM-dd', ['2026-02-28'], ['2026-2-28', '2026-13-01', '26-02-28', '2026-02-28 ']],
    ['dd/MM/yyyy', ['31/12/2026'], ['2026-12-31', '12/31/2026', '1/2/2026']],
    ['d.M.yyyy', ['1.2.2026', '31.12.2026'], ['01.02.2026', '32.1.2026']],
    [
      "yyyy-MM-dd'T'HH:mm:ssXXX",
      ['2026-01-01T10:00:00Z', '2026-01-01T10:00:00+02:00'],
      ['2026-01-01T10:00:00+0200', '2026-01-01T24:00:00Z'],
    ],
    ['yyyy-MM-ddTHH:mm:ssZ', ['2024-03-10T14:22:35Z', '2024-03-10T14:22:35+10:00'], ['2024-03-10T14:22:35']],
    ['YYYY-MM-DDTHH:mm:ss.SSSZ', ['2024-03-10T14:22:35.123Z'], ['2024-03-10T14:22:35Z']],
    ['hh:mm a', ['09:30 AM'], ['21:30 PM', '9:30 AM']],
    ['dd MMM yyyy', ['03 Feb 2026'], ['03 feb 2026', '03 02 2026']],
    ["HH 'o''clock'", ["09 o'clock"], ['09 oclock']],
  ])('%s', (format, good, bad) => {
    const pattern = dateFormatPattern(format);
    for (const text of good) expect([text, fits(pattern, text)]).toEqual([text, true]);
    for (const text of bad) expect([text, fits(pattern, text)]).toEqual([text, false]);
  });

  test('what is not understood has no pattern, and any format gives a pattern that compiles', () => {
    for (const format of ['VV', 'yyyy-DDD', 'QQQ', '[yyyy]', 'GGGG']) expect(dateFormatPattern(format)).toBeUndefined();
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), (format) => {
        const pattern = dateFormatPattern(format);
        if (pattern !== undefined) RE2JS.compile(pattern);
      }),
    );
  });

  test('ISO 8601 is told from the rest', () => {
    for (const format of ['yyyy-MM-dd', 'yyyy-MM-ddTHH:mm:ssZ', "yyyy-MM-dd'T'HH:mm:ss.SSSXXX", 'yyyy-MM-dd HH:mm:ss'])
      expect(isIsoFormat(format)).toBe(true);
    for (const format of ['dd.MM.yyyy', 'yyyyMMdd', 'HH:mm']) expect(isIsoFormat(format)).toBe(false);
  });
});

test('integer formats are the ranges of their types, as far as numbers hold them', () => {
  expect(integerBounds('i8')).toEqual({ minimum: -128, maximum: 127 });
  expect(integerBounds('u16')).toEqual({ minimum: 0, maximum: 65535 });
  expect(integerBounds('i32')).toEqual({ minimum: -2147483648, maximum: 2147483647 });
  expect(integerBounds('u64')).toEqual({ minimum: 0 });
  expect(integerBounds('i64')).toEqual({});
  expect(integerBounds('f32')).toBeUndefined();
});

describe('instants and spans', () => {
  test('an instant that JavaScript writes is read back', () => {
    fc.assert(
      fc.property(
        fc.date({ noInvalidDate: true, min: new Date('0001-01-01'), max: new Date('9999-12-31') }),
        (date) => {
          expect(parseInstant(date.toISOString())).toBe(date.getTime());
        },
      ),
    );
  });

  test.each([
    ['2026-01-01', '2026-01-01T00:00:00Z'],
    ['2026-01-01 10:00', '2026-01-01T10:00:00Z'],
    ['2026-01-01T10:00:00.5', '2026-01-01T10:00:00.500Z'],
    ['2026-01-01T10:00:00+0530', '2026-01-01T04:30:00Z'],
    ['2026-01-01T10:00:00-08', '2026-01-01T18:00:00Z'],
  ])('%s', (text, iso) => {
    expect(parseInstant(text)).toBe(Date.parse(iso));
  });

  test('what is no date is none', () => {
    for (const text of ['2026-02-30', '2026-13-01', '2026-01-01T24:00', 'yesterday', '1.1.2026', ''])
      expect(parseInstant(text)).toBeUndefined();
  });

  test('spans take the units of the standard, and m as datacontract-cli does', () => {
    const hour = 3_600_000;
    expect(parseSpan(4, 'd', 'minutes')).toBe(96 * hour);
    expect(parseSpan(4, undefined, 'minutes')).toBe(96 * hour);
    expect(parseSpan('2', 'hours', 'minutes')).toBe(2 * hour);
    expect(parseSpan(30, 'm', 'minutes')).toBe(hour / 2);
    expect(parseSpan(1, 'm', 'months')).toBe(30 * 24 * hour);
    expect(parseSpan(3, 'y', 'months')).toBe(3 * 365 * 24 * hour);
    expect(parseSpan('P1DT12H', undefined, 'minutes')).toBe(36 * hour);
    for (const value of ['soon', 'P', 'PT', true, undefined, -1, NaN])
      expect(parseSpan(value, 'd', 'minutes')).toBeUndefined();
    expect(parseSpan(1, 'fortnight', 'minutes')).toBeUndefined();
    expect([showSpan(0), showSpan(90_000), showSpan(50 * hour), showSpan(-2 * hour)]).toEqual([
      '0 s',
      '1 min 30 s',
      '2 d 2 h',
      '-2 h',
    ]);
  });
});
