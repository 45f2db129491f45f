import { evaluate, type Scope } from '../language/evaluate.ts';
import { complaint, type Template } from '../language/tokens.ts';
import { sameValue, scalarText, type Value, type ValueMap } from '../language/value.ts';

/** How a job is multiplied. */
export interface Strategy {
  failFast: boolean;
  /** Undefined: no limit. */
  maxParallel?: number;
  /** One entry for each run of the job; a job without a matrix has one empty entry. */
  combinations: ValueMap[];
  /** Whether the job has a matrix at all. */
  hasMatrix: boolean;
}

/** GitHub's limit of jobs that a matrix may make. */
const LIMIT = 256;

/** Evaluates a `strategy` field. */
export function readStrategy(template: Template | undefined, scope: Scope): Strategy {
  if (template === undefined) return { failFast: true, combinations: [{}], hasMatrix: false };
  const strategy = asMap(evaluate(template, scope)) ?? {};
  const { 'fail-fast': failFast, 'max-parallel': maxParallel, matrix } = strategy;
  if (typeof maxParallel === 'number' && !(maxParallel >= 1))
    throw complaint(template, "'max-parallel' must be at least 1.");
  const common = {
    failFast: failFast !== false,
    ...(typeof maxParallel === 'number' && { maxParallel: Math.floor(maxParallel) }),
  };
  if (matrix === undefined) return { ...common, combinations: [{}], hasMatrix: false };
  const map = asMap(matrix);
  if (map === undefined) throw complaint(template, "'matrix' must be a map.");
  return { ...common, combinations: expandMatrix(map, template), hasMatrix: true };
}

/**
 * The combinations of a matrix: the product of its lists, less what `exclude` matches, with `include` laid over.
 * An entry of `include` extends every combination whose original values it leaves as they are; if there is none, it is a combination of its own.
 */
export function expandMatrix(matrix: ValueMap, at: Template): ValueMap[] {
  const { include, exclude, ...vectors } = matrix;
  let originals: ValueMap[] = Object.keys(vectors).length === 0 ? [] : [{}];
  for (const [name, values] of Object.entries(vectors)) {
    if (!Array.isArray(values)) throw complaint(at, `the matrix's '${name}' must be a list.`);
    if (values.length === 0) throw complaint(at, `the matrix's '${name}' has no values.`);
    originals = originals.flatMap((combination) => values.map((value) => ({ ...combination, [name]: value })));
    if (originals.length > LIMIT * LIMIT) break;
  }
  const excluded = filters(exclude, 'exclude', at);
  originals = originals.filter((combination) => !excluded.some((filter) => matches(combination, filter)));

  const extended = originals.map((combination) => ({ ...combination }));
  const added: ValueMap[] = [];
  for (const entry of filters(include, 'include', at)) {
    const fitting = originals.flatMap((original, index) => (fits(original, entry) ? [index] : []));
    if (fitting.length === 0) added.push({ ...entry });
    for (const index of fitting) Object.assign(extended[index]!, entry);
  }
  const combinations = [...extended, ...added];
  if (combinations.length === 0) throw complaint(at, 'the matrix has no combinations.');
  if (combinations.length > LIMIT) {
    throw complaint(
      at,
      `the matrix has ${combinations.length} combinations, more than the ${LIMIT} that GitHub allows.`,
    );
  }
  return combinations;
}

function filters(list: Value | undefined, name: string, at: Template): ValueMap[] {
  if (list === undefined) return [];
  if (!Array.isArray(list)) throw complaint(at, `the matrix's '${name}' must be a list.`);
  return list.map((item) => {
    const map = asMap(item);
    if (map === undefined) throw complaint(at, `every entry of the matrix's '${name}' must be a map.`);
    return map;
  });
}

const matches = (combination: ValueMap, filter: ValueMap): boolean =>
  Object.entries(filter).every(([key, value]) => sameValue(combination[key], value));

const fits = (original: ValueMap, entry: ValueMap): boolean =>
  Object.entries(entry).every(([key, value]) => !(key in original) || sameValue(original[key], value));

/** A combination in a job's name: `(22, linux)`. */
export function combinationLabel(combination: ValueMap): string {
  const texts = Object.values(combination).flatMap(leaves);
  return texts.length === 0 ? '' : ` (${texts.join(', ')})`;
}

function leaves(value: Value): string[] {
  const text = scalarText(value);
  if (text !== undefined) return [text];
  return Object.values(value as ValueMap | Value[]).flatMap(leaves);
}

function asMap(value: Value | undefined): ValueMap | undefined {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : undefined;
}
