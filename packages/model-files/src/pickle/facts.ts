import type { FileFacts } from '../facts.ts';
import { isLightGbmText, readLightGbm } from '../formats/lightgbm.ts';
import { SliceSource, type ByteSource } from '../source.ts';
import { isKind, type CallValue, type DictValue, type Value } from './values.ts';

/** Values looked at, breadth first: estimators stand near the root, their arrays far from it. */
const MAX_VISITED = 100_000;
/** Items of one container that are looked at. */
const MAX_ITEMS = 1000;
const MAX_TENSORS = 10_000;

/**
 * Reads what scikit-learn, LightGBM and PyTorch leave in a pickle about the model: number and names of features, versions, tensors. The
 * outermost object that says something is believed.
 */
export function collectPickleFacts(root: Value, source: ByteSource, facts: FileFacts): void {
  const queue: Value[] = [root];
  const seen = new Set<Value>();
  for (let index = 0; index < queue.length && index < MAX_VISITED; index++) {
    const value = queue[index]!;
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    if (isKind(value, 'call')) {
      if (isKind(value.state, 'dict')) readAttributes(value.state, source, facts);
      queue.push(value.args, value.state ?? null, value.entries ?? null);
    } else if (isKind(value, 'dict')) {
      readTensors(value, facts);
      queue.push(...value.values.slice(0, MAX_ITEMS));
    } else if (isKind(value, 'list') || isKind(value, 'tuple')) {
      queue.push(...value.items.slice(0, MAX_ITEMS));
    }
  }
}

/** Attributes of a fitted estimator. */
function readAttributes(state: DictValue, source: ByteSource, facts: FileFacts): void {
  const count = state.get('n_features_in_') ?? state.get('_n_features');
  if (typeof count === 'number') facts.featureCount ??= count;
  const names = stringsOf(state.get('feature_names_in_'));
  if (names !== undefined) facts.featureNames ??= names;
  const version = state.get('_sklearn_version');
  if (typeof version === 'string') facts.producer ??= `scikit-learn ${version}`;
  // A LightGBM booster keeps its model as the text of its own format.
  const text = state.get('_handle') ?? state.get('handle') ?? state.get('model_str');
  if (isKind(text, 'span')) {
    const slice = new SliceSource(source, text.offset, text.length);
    if (isLightGbmText(slice)) readLightGbm(slice, facts);
  }
}

/** Strings of a list, a tuple, or a NumPy array of objects: its state is (version, shape, dtype, order, items). */
function stringsOf(value: Value | undefined): string[] | undefined {
  if (isKind(value, 'call') && value.type?.path === 'numpy.ndarray' && isKind(value.state, 'tuple')) {
    return stringsOf(value.state.items[4]);
  }
  if (!isKind(value, 'list') && !isKind(value, 'tuple')) return undefined;
  if (value.truncated || !value.items.every((item) => typeof item === 'string')) return undefined;
  return value.items;
}

/** Named tensors of a state dict. */
function readTensors(dict: DictValue, facts: FileFacts): void {
  dict.keys.forEach((key, index) => {
    const shape = tensorShape(dict.values[index]);
    if (typeof key !== 'string' || shape === undefined) return;
    facts.tensorCount = (facts.tensorCount ?? 0) + 1;
    facts.parameters = (facts.parameters ?? 0) + shape.shape.reduce((product, size) => product * size, 1);
    facts.tensors ??= [];
    if (facts.tensors.length < MAX_TENSORS) facts.tensors.push({ name: key, ...shape });
  });
}

function tensorShape(value: Value | undefined): { dtype: string; shape: number[] } | undefined {
  if (!isKind(value, 'call') || !isKind(value.args, 'tuple')) return undefined;
  const name = value.type?.path;
  if (name === 'torch._utils._rebuild_parameter') return tensorShape(value.args.items[0]);
  if (name !== 'torch._utils._rebuild_tensor_v2') return undefined;
  const [storage, , sizes] = value.args.items;
  const shape = numbersOf(sizes);
  if (!isKind(storage, 'persistent') || shape === undefined) return undefined;
  const type = isKind(storage.id, 'tuple') ? storage.id.items[1] : undefined;
  return { dtype: isKind(type, 'global') ? type.name.replace(/Storage$/, '').toLowerCase() : '?', shape };
}

/** The numbers of a tuple of nothing but numbers. */
function numbersOf(value: Value | undefined): number[] | undefined {
  if (!isKind(value, 'tuple')) return undefined;
  const numbers = value.items.filter((item) => typeof item === 'number');
  return numbers.length === value.items.length && !value.truncated ? numbers : undefined;
}

/** Last element of a storage that a rebuilt tensor touches, plus one; `undefined` where the call is not plain. */
export function tensorExtent(call: CallValue): number | undefined {
  if (!isKind(call.args, 'tuple')) return undefined;
  const [, offset, sizes, steps] = call.args.items;
  const shape = numbersOf(sizes);
  const stride = numbersOf(steps);
  if (typeof offset !== 'number' || shape?.length !== stride?.length || shape === undefined) return undefined;
  if (shape.includes(0)) return 0;
  return shape.reduce((end, size, axis) => end + (size - 1) * stride![axis]!, offset) + 1;
}
