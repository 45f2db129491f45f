import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { evaluateExpression } from '../src/language/evaluate.ts';
import { filesBelow, globMatcher } from '../src/language/glob.ts';
import { data, NoOperationTraceWriter, parseWorkflow } from '../src/language/github.ts';
import { withSingleLineTemplates } from '../src/language/single-line.ts';
import { fromData, toData, type Value, type ValueMap } from '../src/language/value.ts';
import { expandMatrix } from '../src/model/matrix.ts';
import { within } from '../src/model/repository.ts';
import { parseUses } from '../src/model/uses.ts';

import { removeFolders, temporaryFolder } from './support.ts';

afterAll(removeFolders);

const parsed = parseWorkflow({ name: 'x.yml', content: 'on: push' }, new NoOperationTraceWriter()).value!;
const at = { token: parsed, file: 'x.yml' };

function evaluated(expression: string, contexts: Record<string, Value> = {}): Value {
  return evaluateExpression(expression, at, { contexts, functions: {} });
}

describe('expressions', () => {
  test('see contexts without regard to case, and missing properties as null', () => {
    const contexts = { steps: { Build: { outputs: { digest: 'd', constructor: 'own' } } } };
    expect(evaluated('steps.build.OUTPUTS.digest', contexts)).toBe('d');
    expect(evaluated('steps.build.outputs.constructor', contexts)).toBe('own');
    expect(evaluated('steps.build.outputs.toString', contexts)).toBeNull();
    expect(evaluated('steps.other.outputs.x', contexts)).toBeNull();
  });

  test('read every doubled quote as one', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("'", 'a', ' ', '{') }), (text) => {
        expect(evaluated(`'${text.replaceAll("'", "''")}'`)).toBe(text);
      }),
    );
  });

  test('say where and why they cannot be evaluated', () => {
    expect(() => evaluated("fromJSON('{')")).toThrow(
      /^x\.yml:1: the expression 'fromJSON\('\{'\)' cannot be evaluated/,
    );
    expect(() => evaluated('unknown.x')).toThrow('Unrecognized named-value');
  });

  test('JSON survives the way into the evaluator and back', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(!JSON.stringify(value).includes('-0'));
        const distinct = (item: unknown): boolean =>
          item === null ||
          typeof item !== 'object' ||
          (new Set(Object.keys(item).map((key) => key.toLowerCase())).size === Object.keys(item).length &&
            Object.values(item).every(distinct));
        fc.pre(distinct(value));
        expect(JSON.stringify(fromData(toData(value as Value)))).toBe(JSON.stringify(value));
      }),
    );
    expect(toData({}).kind).toBe(data.Kind.Dictionary);
  });
});

describe('withSingleLineTemplates', () => {
  test('keeps every value and every line', () => {
    const content = [
      'a: |',
      '  one ${{ x }}',
      '    \'two\' "three" \\n',
      '',
      '  four',
      'b: >-',
      '  folded ${{ y }}',
      '  text',
      'c: "quoted ${{ z }}',
      '  on two lines" # comment',
      'd: |',
      '  no expression',
      'e: [1, 2]',
      '',
    ].join('\n');
    const changed = withSingleLineTemplates(content);
    expect(parse(changed)).toEqual(parse(content));
    expect(changed.split('\n').findIndex((line) => line.startsWith('e:'))).toBe(12);
    expect(changed).toContain('"one ${{ x }}');
  });

  test('leaves what is not YAML to the parser', () => {
    expect(withSingleLineTemplates('a: [b')).toBe('a: [b');
  });
});

describe('globs', () => {
  test.each([
    ['*.json', 'a.json', true],
    ['*.json', 'a/b.json', false],
    ['**/*.json', 'a.json', true],
    ['**/*.json', 'a/b/c.json', true],
    ['a/**', 'a/b/c', true],
    ['a/**/d', 'a/d', true],
    ['a/**/d', 'a/b/c/d', true],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['[a-c].txt', 'b.txt', true],
    ['[!a-c].txt', 'b.txt', false],
    ['[z-a].txt', '[z-a].txt', true],
    ['a.b', 'axb', false],
    ['(x|y)+', '(x|y)+', true],
    ['**', 'a/b', true],
    ['.hidden', '.hidden', true],
  ])('%s against %s: %s', (glob, file, expected) => {
    expect(globMatcher(glob)(file)).toBe(expected);
  });

  test('take no exponential time', () => {
    const file = Array.from({ length: 200 }, () => 'a').join('/');
    expect(globMatcher(`${'**/a/'.repeat(40)}b`)(file)).toBe(false);
  });

  test('files are listed in order, and links in a circle end', async () => {
    const folder = await temporaryFolder();
    await mkdir(path.join(folder, 'b'));
    await writeFile(path.join(folder, 'b', 'x'), '');
    await writeFile(path.join(folder, 'a'), '');
    await symlink(folder, path.join(folder, 'b', 'around'));
    expect(await filesBelow(folder)).toEqual(['a', 'b/x']);
    expect(await filesBelow(path.join(folder, 'none'))).toEqual([]);
  });
});

describe('references', () => {
  test.each([
    ['$/actions/x', { kind: 'self', path: 'actions/x' }],
    ['./actions/x', { kind: 'local', path: 'actions/x' }],
    ['actions/checkout@v7', { kind: 'repository', slug: 'actions/checkout', path: '', ref: 'v7' }],
    [
      'github/codeql-action/upload-sarif@v4',
      { kind: 'repository', slug: 'github/codeql-action', path: 'upload-sarif', ref: 'v4' },
    ],
    [
      'o/r/.github/workflows/x.yml@a/b',
      { kind: 'repository', slug: 'o/r', path: '.github/workflows/x.yml', ref: 'a/b' },
    ],
  ])('%s', (text, expected) => {
    expect(parseUses(text)).toEqual(expected);
  });

  test.each(['../x', '../../x', '/etc', 'x', 'o/r', 'o/r@', '../o/r@v1', 'docker://alpine', ''])(
    '%j is refused',
    (text) => {
      expect(() => parseUses(text)).toThrow();
    },
  );

  test('may not leave their folder, by name or by link', async () => {
    const folder = await temporaryFolder();
    await mkdir(path.join(folder, 'in'));
    await symlink('/', path.join(folder, 'in', 'out'));
    await expect(within(path.join(folder, 'in'), '../x', "'x'")).rejects.toThrow("'x' leaves its folder.");
    await expect(within(path.join(folder, 'in'), 'out/etc', "'x'")).rejects.toThrow('through a symbolic link');
    await expect(within(folder, 'none', "'x'")).rejects.toThrow("'x' does not exist.");
    await expect(within(folder, 'in', "'x'")).resolves.toBe(path.join(folder, 'in'));
  });
});

describe('matrices', () => {
  test('an entry of include extends what it fits, or stands alone', () => {
    const matrix: ValueMap = {
      model: ['small', 'large'],
      region: ['eu', 'us'],
      include: [
        { note: 'a' },
        { note: 'b', region: 'eu' },
        { model: 'small', tier: 'gold' },
        { model: 'huge' },
        { model: 'huge', region: 'eu' },
      ],
    };
    expect(expandMatrix(matrix, at)).toEqual([
      { model: 'small', region: 'eu', note: 'b', tier: 'gold' },
      { model: 'small', region: 'us', note: 'a', tier: 'gold' },
      { model: 'large', region: 'eu', note: 'b' },
      { model: 'large', region: 'us', note: 'a' },
      { model: 'huge' },
      { model: 'huge', region: 'eu' },
    ]);
  });

  test('without include and exclude have the product of their sizes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), (a, b) => {
        const values = (n: number): Value[] => Array.from({ length: n }, (_, index) => index);
        const combinations = expandMatrix({ a: values(a), b: values(b) }, at);
        expect(new Set(combinations.map((each) => JSON.stringify(each))).size).toBe(a * b);
      }),
    );
  });

  test.each([
    [{ a: [] }, 'has no values'],
    [{ a: 'x' }, 'must be a list'],
    [{ a: [1], exclude: [{ a: 1 }] }, 'has no combinations'],
    [{ a: Array.from({ length: 300 }, (_, index) => index) }, 'more than the 256'],
    [{ include: ['x'] }, 'must be a map'],
  ])('%j is refused', (matrix, message) => {
    expect(() => expandMatrix(matrix as ValueMap, at)).toThrow(message);
  });
});
