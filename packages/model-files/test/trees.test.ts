import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { treeProblem, type BinaryTree } from '../src/formats/trees.ts';
import { readUbjson } from '../src/formats/ubjson.ts';
import { MemorySource } from '../src/source.ts';

const FEATURES = 5;
const isLeaf = (child: number): boolean => child === -1;
const problemOf = (tree: BinaryTree): string | undefined => treeProblem(tree, FEATURES, isLeaf);

/** Trees as XGBoost writes them: every node splits a leaf of those before it, or is one. */
const trees = fc
  .array(fc.record({ leaf: fc.nat(), feature: fc.nat(FEATURES - 1) }), { maxLength: 30 })
  .map((splits) => {
    const tree = { left: [-1], right: [-1], features: [0] };
    for (const { leaf, feature } of splits) {
      const leaves = tree.left.flatMap((child, node) => (child === -1 ? [node] : []));
      const node = leaves[leaf % leaves.length]!;
      tree.left[node] = tree.left.length;
      tree.right[node] = tree.left.length + 1;
      tree.features[node] = feature;
      for (const side of [tree.left, tree.right]) side.push(-1, -1);
      tree.features.push(0, 0);
    }
    return tree;
  });

describe('a tree', () => {
  test('that a booster grew has no problem', () => {
    fc.assert(fc.property(trees, (tree) => expect(problemOf(tree)).toBeUndefined()));
  });

  test('with an inner node that leads back, astray or to a feature that is not there has one', () => {
    const inner = trees.filter(({ left }) => left[0] !== -1);
    fc.assert(
      fc.property(inner, fc.nat(), fc.constantFrom('back', 'astray', 'twice', 'feature'), (tree, at, how) => {
        const nodes = tree.left.flatMap((child, node) => (child === -1 ? [] : [node]));
        const node = nodes[at % nodes.length]!;
        if (how === 'feature') tree.features[node] = FEATURES;
        else tree.left[node] = how === 'back' ? 0 : how === 'astray' ? tree.left.length : tree.right[node]!;
        expect(problemOf(tree)).toBeDefined();
      }),
    );
  });
});

/** Values in Universal Binary JSON, in one of the forms that the format has for each. */
function write(value: unknown, typed: boolean): Buffer {
  const integer = (number: number): Buffer => {
    const bytes = Buffer.alloc(5, 'l');
    bytes.writeInt32BE(number, 1);
    return bytes;
  };
  const text = (string: string): Buffer => Buffer.concat([integer(Buffer.byteLength(string)), Buffer.from(string)]);
  if (value === null) return Buffer.from('Z');
  if (typeof value === 'boolean') return Buffer.from(value ? 'T' : 'F');
  if (typeof value === 'number') return integer(value);
  if (typeof value === 'string') return Buffer.concat([Buffer.from('S'), text(value)]);
  if (Array.isArray(value)) {
    if (typed && value.every((item) => typeof item === 'number')) {
      return Buffer.concat([
        Buffer.from('[$l#'),
        integer(value.length),
        ...value.map((item) => integer(item).subarray(1)),
      ]);
    }
    return Buffer.concat([Buffer.from('['), ...value.map((item) => write(item, typed)), Buffer.from(']')]);
  }
  const entries = Object.entries(value as Record<string, unknown>).flatMap(([key, item]) => [
    text(key),
    write(item, typed),
  ]);
  return Buffer.concat([Buffer.from('{'), ...entries, Buffer.from('}')]);
}

describe('Universal Binary JSON', () => {
  const values = fc
    .jsonValue()
    .filter(
      (value) =>
        !/\d\.|e[+-]?\d|[1-9]\d{9}/.test(JSON.stringify(value)) && !JSON.stringify(value).includes('__proto__'),
    );

  test('is read as it was written', () => {
    fc.assert(
      fc.property(values, fc.boolean(), (value, typed) => {
        const read = readUbjson(new MemorySource(write(value, typed)));
        expect(JSON.parse(JSON.stringify(read))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test.each([
    ['a length beyond the file', '[$l#l\x7f\xff\xff\xff'],
    ['a negative length', 'Si\xff'],
    ['a key twice', '{i\x01aZi\x01aZ}'],
    ['bytes behind it', 'ZZ'],
    ['an unknown mark', '?'],
    ['no end', '[[[['],
    ['a hundred lists in each other', `${'['.repeat(100)}${']'.repeat(100)}`],
  ])('with %s is refused', (_, bytes) => {
    expect(() => readUbjson(new MemorySource(Buffer.from(bytes, 'latin1')))).toThrow();
  });
});
