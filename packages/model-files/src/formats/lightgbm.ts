import type { FileFacts } from '../facts.ts';
import type { Scope } from '../scope.ts';
import { Cursor, FormatError } from '../cursor.ts';
import { readBytes, type ByteSource } from '../source.ts';
import { treeProblem } from './trees.ts';

/** Header lines of a LightGBM text model are few; feature names of a wide table make them long. */
const MAX_HEADER_LINES = 100;
const MAX_LINE = 16 << 20;

export function isLightGbmText(source: ByteSource): boolean {
  return /^tree\r?\nversion=v\d/.test(readBytes(source, 0, 64).toString('latin1'));
}

/** Reads the header of a LightGBM text model. It holds numbers and names alone; its loader runs nothing. */
export function readLightGbm(source: ByteSource, facts: FileFacts): void {
  const cursor = new Cursor(source);
  const header = new Map<string, string>();
  for (let count = 0; count < MAX_HEADER_LINES && cursor.remaining > 0; count++) {
    const line = lineOf(cursor);
    if (line === undefined || line.startsWith('Tree=')) break;
    const at = line.indexOf('=');
    if (at > 0) header.set(line.slice(0, at), line.slice(at + 1));
  }
  facts.producer ??= `LightGBM text ${header.get('version') ?? ''}`.trim();
  const names = header.get('feature_names')?.split(' ');
  if (names !== undefined) facts.featureNames ??= names;
  const last = Number(header.get('max_feature_idx'));
  if (Number.isSafeInteger(last)) facts.featureCount ??= last + 1;
}

/** Reviews a LightGBM text model: reads its header, and follows its trees. */
export function scanLightGbm(source: ByteSource, scope: Scope): void {
  readLightGbm(source, scope.facts);
  const features = scope.facts.featureCount ?? 0;
  const cursor = new Cursor(source);
  let name = '';
  let tree = new Map<string, number[]>();
  for (let line = lineOf(cursor); line !== undefined; line = lineOf(cursor)) {
    const at = line.indexOf('=');
    const key = line.slice(0, Math.max(0, at));
    if (key === 'Tree' || line === 'end of trees') {
      reviewTree(name, tree, features, scope);
      name = line.slice(at + 1);
      tree = new Map();
    } else if (TREE_ARRAYS.has(key)) {
      const text = line.slice(at + 1);
      tree.set(key, text === '' ? [] : text.split(' ').map(Number));
    }
    if (line === 'end of trees') return;
  }
  scope.report('MV401', 'The LightGBM model breaks off, or a line of it is too long to review');
}

const TREE_ARRAYS = new Set(['num_leaves', 'split_feature', 'left_child', 'right_child']);

/** Children below zero are leaves: -1 is the first. */
function reviewTree(name: string, tree: ReadonlyMap<string, number[]>, features: number, scope: Scope): void {
  const leaves = tree.get('num_leaves')?.[0];
  if (leaves === undefined) return;
  const [left, right, splits] = [
    tree.get('left_child') ?? [],
    tree.get('right_child') ?? [],
    tree.get('split_feature') ?? [],
  ];
  const problem =
    left.length === Math.max(0, leaves - 1) || leaves === 1
      ? treeProblem({ left, right, features: splits }, features, (child) => ~child < leaves)
      : `has ${leaves} leaves and ${left.length} splits`;
  if (problem !== undefined) scope.report('MV401', `Tree ${name} ${problem}`, { symbol: `tree ${name}` });
}

function lineOf(cursor: Cursor): string | undefined {
  try {
    return cursor.line(MAX_LINE)?.toString('utf8').trimEnd();
  } catch (error) {
    if (error instanceof FormatError) return undefined; // no line feed at the end
    throw error;
  }
}
