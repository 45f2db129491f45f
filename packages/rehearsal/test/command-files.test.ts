import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseAssignments } from '../src/run/command-files.ts';

const name = fc.stringMatching(/^[A-Za-z_][\w-]{0,12}$/);
const line = fc.string({ maxLength: 30 }).filter((text) => !/[\r\n]/.test(text));

/** Writes a value as `@actions/core` does. */
function block(key: string, value: string, delimiter: string): string {
  return `${key}<<${delimiter}\n${value}\n${delimiter}\n`;
}

describe('parseAssignments', () => {
  test('gives back any values that were written in blocks', () => {
    const entry = fc.tuple(
      name,
      fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\r', '')),
    );
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 6 }), fc.uuid(), (entries, id) => {
        const written = entries.map(([key, value]) => block(key, value, `ghadelimiter_${id}`)).join('');
        expect(parseAssignments(written)).toEqual(entries);
      }),
    );
  });

  test('gives back single lines, whatever stands after the first equals sign', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, line), { maxLength: 6 }), (entries) => {
        expect(parseAssignments(entries.map(([key, value]) => `${key}=${value}`).join('\n'))).toEqual(entries);
      }),
    );
  });

  test('either parses or complains, and never invents a name that is not at the start of a line', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '=', '<', '<<', '\n', 'EOF', ' ', '\r\n') }), (text) => {
        let parsed: [string, string][];
        try {
          parsed = parseAssignments(text);
        } catch (error) {
          expect((error as Error).name).toBe('UserError');
          return;
        }
        const lines = text.split(/\r?\n/);
        for (const [key] of parsed) expect(lines.some((each) => each.startsWith(key))).toBe(true);
      }),
    );
  });

  test.each([
    ['name=value\n', [['name', 'value']]],
    ['a=b=c<<d', [['a', 'b=c<<d']]],
    ['a<<b=c\nx\nb=c', [['a', 'x']]],
    ['v<<EOF\n EOF\nEOF2\nEOF\n', [['v', ' EOF\nEOF2']]],
    ['v<<EOF\nEOF\n', [['v', '']]],
    ['\n\nx=\n', [['x', '']]],
    [
      'crlf=1\r\nv<<E\r\na\r\nb\r\nE\r\n',
      [
        ['crlf', '1'],
        ['v', 'a\r\nb'],
      ],
    ],
    ['v<<EOF\nadmin=true\nEOF', [['v', 'admin=true']]],
  ])('%j', (text, expected) => {
    expect(parseAssignments(text)).toEqual(expected);
  });

  test.each(['=value', 'words', '<<EOF\nx\nEOF', 'v<<\nx', 'v<<EOF\nx\nEOF '])('%j is refused', (text) => {
    expect(() => parseAssignments(text)).toThrow(/invalid line|no closing line/);
  });
});
