import type { FileFacts } from '../facts.ts';
import { readBytes, type ByteSource } from '../source.ts';
import { isRecord } from './safetensors.ts';

/** Feature names and count of an XGBoost model in JSON: numbers and names alone; its loader runs nothing. */
export function readXgboost(learner: Record<string, unknown>, facts: FileFacts): void {
  facts.producer ??= 'XGBoost JSON';
  const names = learner['feature_names'];
  if (Array.isArray(names) && names.length > 0 && names.every((name) => typeof name === 'string'))
    facts.featureNames ??= names;
  const parameters = learner['learner_model_param'];
  const count = isRecord(parameters) ? Number(parameters['num_feature']) : NaN;
  if (Number.isSafeInteger(count)) facts.featureCount ??= count;
}

/** True for the UBJSON form: an object whose first key is `learner` or `version`. */
export function isXgboostUbj(source: ByteSource): boolean {
  return /^\{[Lil][\s\S]{1,8}?(learner|version)/.test(readBytes(source, 0, 32).toString('latin1'));
}
