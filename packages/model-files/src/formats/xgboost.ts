import type { Scope } from '../scope.ts';
import { readBytes, type ByteSource } from '../source.ts';
import { isRecord } from './safetensors.ts';
import { treeProblem } from './trees.ts';
import { readUbjson } from './ubjson.ts';

/** Reviews an XGBoost model from its JSON: the shape of its trees; reads names and count of its features. Its loader runs nothing. */
export function scanXgboost(learner: Record<string, unknown>, scope: Scope): void {
  const { facts } = scope;
  facts.producer ??= 'XGBoost';
  const names = learner['feature_names'];
  if (Array.isArray(names) && names.length > 0 && names.every((name) => typeof name === 'string'))
    facts.featureNames ??= names;
  const parameters = learner['learner_model_param'];
  const count = isRecord(parameters) ? Number(parameters['num_feature']) : NaN;
  if (Number.isSafeInteger(count)) facts.featureCount ??= count;
  treesOf(learner['gradient_booster']).forEach((tree, index) => {
    const problem = problemOf(tree, count);
    if (problem !== undefined) scope.report('MV401', `Tree ${index} ${problem}`, { symbol: `tree ${index}` });
  });
}

/** The trees of a booster; that of DART keeps another one within. */
function treesOf(booster: unknown): unknown[] {
  if (!isRecord(booster)) return [];
  if (isRecord(booster['gbtree'])) return treesOf(booster['gbtree']);
  const model = booster['model'];
  return isRecord(model) && Array.isArray(model['trees']) ? model['trees'] : [];
}

function problemOf(tree: unknown, featureCount: number): string | undefined {
  if (!isRecord(tree)) return 'is none';
  const { left_children: left, right_children: right, split_indices: features } = tree;
  if (!isNumbers(left) || !isNumbers(right) || !isNumbers(features)) return 'lacks its nodes';
  return treeProblem({ left, right, features }, featureCount, (child) => child === -1);
}

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((item) => Number.isSafeInteger(item));

/** True for the UBJSON form: an object whose first key is `learner` or `version`. */
export function isXgboostUbj(source: ByteSource): boolean {
  return /^\{[Lil][\s\S]{1,8}?(learner|version)/.test(readBytes(source, 0, 32).toString('latin1'));
}

export function scanXgboostUbj(source: ByteSource, scope: Scope): void {
  const model = readUbjson(source);
  const learner = isRecord(model) ? model['learner'] : undefined;
  if (isRecord(learner)) scanXgboost(learner, scope);
  else scope.report('MV401', 'The XGBoost model has no learner');
}
