import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkParameters, parseParameters, type Declaration, type Parameter } from '../src/index.ts';

const parameter = (rest: Partial<Parameter>): Parameter => ({ name: 'p', type: 'any', required: false, ...rest });
const check = (declared: Partial<Parameter>[], text: string, open = false): unknown =>
  checkParameters({ parameters: declared.map(parameter), open }, parseParameters(text), 'train').values;

describe('parameters as text', () => {
  test('are lines of key=value, where a value may hold anything', () => {
    expect(check([{ type: 'text' }, { name: 'q', type: 'text' }], '# a comment\np = a=b: {c}\n\nq=')).toEqual({
      p: 'a=b: {c}',
      q: '',
    });
  });

  test('are read by the declared type', () => {
    const declared: Partial<Parameter>[] = [
      { name: 'text', type: 'text' },
      { name: 'whole', type: 'integer' },
      { name: 'number', type: 'number' },
      { name: 'flag', type: 'boolean' },
      { name: 'list', type: 'list' },
      { name: 'object', type: 'object' },
      { name: 'none', nullable: true },
    ];
    const text = 'text=3\nwhole=3\nnumber=1e-3\nflag=True\nlist=[1, "b"]\nobject={"a": null}\nnone=null';
    expect(check(declared, text)).toEqual({
      ...{ text: '3', whole: 3, number: 0.001, flag: true, list: [1, 'b'], object: { a: null }, none: null },
    });
  });

  test.each([
    ['integer', '3.5'],
    ['integer', '9007199254740993'],
    ['integer', ''],
    ['integer', '0x10'],
    ['number', 'NaN'],
    ['number', 'Infinity'],
    ['number', '1e999'],
    ['boolean', 'yes'],
    ['list', '{}'],
    ['list', '[1'],
    ['object', '[]'],
  ] as const)('of type %s are not %s', (type, value) => {
    expect(() => check([{ type }], `p=${value}`)).toThrow("'p' must be");
  });

  test('twice are an error', () => {
    expect(() => parseParameters('p=1\np=2')).toThrow("has 'p' twice");
  });
});

describe('parameters as JSON or YAML', () => {
  test('keep their types, which must be the declared ones', () => {
    expect(check([{ type: 'integer' }, { name: 'q', type: 'list' }], 'p: 3\nq:\n  - a=b\n')).toEqual({
      p: 3,
      q: ['a=b'],
    });
    expect(check([{ type: 'text' }], '{"p": "3"}')).toEqual({ p: '3' });
    expect(() => check([{ type: 'text' }], 'p: 3')).toThrow("'p' must be text, not 3");
    expect(() => check([{ type: 'integer' }], 'p: "3"')).toThrow('a whole number, not "3"');
  });

  test.each(['p: .nan', 'p: {q: [.inf]}', '[1, 2]', 'just text', 'p: [', 'p: 1\np: 2', 'a: &a [*a]'])(
    'are not %s',
    (text) => {
      expect(() => parseParameters(text)).toThrow();
    },
  );
});

test('every problem is named at once, with the nearest name', () => {
  const declared = [
    { name: 'table', required: true },
    { name: 'depth', type: 'integer' as const },
    { name: 'mode', choices: ['full', 'sample'] },
  ];
  expect(() => check(declared, 'tabel=t\ndepth=x\nmode=samples\ncolour=red')).toThrow(
    /no 'tabel', did you mean 'table'\?.*'depth' must be a whole number.*did you mean 'sample'\?.*no 'colour', it takes table, depth, mode\..*'table' is missing/,
  );
});

test('what is not declared goes through only where the engine takes it, and only if it is no slip of the pen', () => {
  expect(() => check([{ name: 'table' }], 'tables=t', true)).toThrow('did you mean');
  expect(check([{ name: 'table' }], 'colour=red', true)).toEqual({ colour: 'red' });
});

test('names that mean something to JavaScript are names like others', () => {
  expect(check([{ name: '__proto__' }, { name: 'constructor' }], '__proto__=1\nconstructor=2')).toEqual(
    Object.fromEntries([
      ['__proto__', '1'],
      ['constructor', '2'],
    ]),
  );
  expect(() => check([], 'toString=1')).toThrow("no 'toString'");
});

test('what is given as a value of its type comes out as it is, whatever it is', () => {
  const json = fc.jsonValue({ noUnicodeString: false }).filter((value) => value !== undefined);
  fc.assert(
    fc.property(fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), json, { maxKeys: 5 }), (values) => {
      const declaration: Declaration = {
        open: false,
        parameters: Object.keys(values).map((name) => parameter({ name })),
      };
      const given = parseParameters(JSON.stringify(values));
      expect(JSON.stringify(checkParameters(declaration, given, 'train').values)).toBe(JSON.stringify(values));
    }),
  );
});
