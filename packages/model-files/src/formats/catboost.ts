import { FormatError } from '../cursor.ts';
import type { Scope } from '../scope.ts';
import { readBytes, SliceSource, type ByteSource } from '../source.ts';
import { rootTable, type Table } from './flatbuffer.ts';
import { scanMetadata } from './metadata.ts';
import { isRecord } from './safetensors.ts';

/** Indices of the fields, from CatBoost's schema (model.fbs, ctr_data.fbs, features.fbs). */
const CORE = { version: 0, trees: 1, info: 2, parts: 3 } as const;
const TREES = {
  splits: 1,
  sizes: 2,
  starts: 3,
  categorical: 4,
  floats: 5,
  leaves: 8,
  text: 12,
  embedding: 18,
} as const;
const FEATURE = { floatFlat: 2, flat: 1, id: { floats: 4, others: 2 } } as const;
const PAIR = { key: 0, value: 1 } as const;
const HEADER = 8;

interface Feature {
  at: number;
  name: string;
}

/** Reviews a CatBoost model in binary form: its trees against each other, its settings, and what follows it; reads its features. */
export function scanCatboost(source: ByteSource, scope: Scope): void {
  const header = readBytes(source, 0, HEADER);
  if (header.length < HEADER) throw new FormatError('the CatBoost model ends in its header');
  const size = header.readUInt32LE(4);
  if (HEADER + size > source.size) throw new FormatError('the CatBoost model ends before its trees do');
  const core = rootTable(new SliceSource(source, HEADER, size));
  scope.facts.producer ??= core.text(CORE.version) || 'CatBoost';
  for (const pair of core.tables(CORE.info)) scanMetadata(pair.text(PAIR.key), pair.text(PAIR.value), scope);
  const trees = core.table(CORE.trees);
  if (trees !== undefined) {
    reviewTrees(trees, scope);
    keepFeatures([...featuresOf(trees)], scope);
  }
  // Tables of category counts and estimators of text follow, each named in the core.
  const rest = source.size - HEADER - size;
  if (rest > 0 && core.vector(CORE.parts, 4).length === 0) {
    scope.report('MV402', `${rest} bytes follow the CatBoost model and belong to no part of it`, {
      offset: HEADER + size,
    });
  }
}

/** The splits of a tree are a range of all splits. */
function reviewTrees(trees: Table, scope: Scope): void {
  const splits = trees.vector(TREES.splits, 4).length;
  const sizes = trees.int32s(TREES.sizes);
  const starts = trees.int32s(TREES.starts);
  if (sizes.length !== starts.length)
    throw new FormatError('the CatBoost model has as many starts of trees as trees, save some');
  sizes.forEach((length, tree) => {
    if (length < 0 || starts[tree]! < 0 || starts[tree]! + length > splits) {
      scope.report('MV401', `Tree ${tree} has splits that are not there`, { symbol: `tree ${tree}` });
    }
  });
  scope.facts.parameters = trees.vector(TREES.leaves, 8).length;
}

/** Features with their place in the table that the model was trained on. */
function* featuresOf(trees: Table): Generator<Feature> {
  for (const feature of trees.tables(TREES.floats)) {
    yield { at: feature.int32(FEATURE.floatFlat, -1), name: feature.text(FEATURE.id.floats) };
  }
  for (const kind of [TREES.categorical, TREES.text, TREES.embedding]) {
    for (const feature of trees.tables(kind)) {
      yield { at: feature.int32(FEATURE.flat, -1), name: feature.text(FEATURE.id.others) };
    }
  }
}

/** Features of a CatBoost model in JSON. */
export function readCatboostJson(model: Record<string, unknown>, scope: Scope): void {
  scope.facts.producer ??= 'CatBoost JSON';
  const info = model['features_info'];
  if (!isRecord(info)) return;
  const features = Object.values(info)
    .flatMap((list): unknown[] => (Array.isArray(list) ? list : []))
    .filter(isRecord)
    .map((feature) => ({
      at: Number(feature['flat_feature_index']),
      name: typeof feature['feature_id'] === 'string' ? feature['feature_id'] : '',
    }));
  keepFeatures(features, scope);
}

function keepFeatures(features: Feature[], { facts }: Scope): void {
  const ordered = features.filter(({ at }) => at >= 0).sort((a, b) => a.at - b.at);
  if (ordered.length === 0) return;
  facts.featureCount ??= ordered.at(-1)!.at + 1;
  // Unnamed features are called by their place, or not at all.
  const areNamed =
    ordered.length === facts.featureCount && ordered.every(({ at, name }) => name !== '' && name !== String(at));
  if (areNamed) facts.featureNames ??= ordered.map(({ name }) => name);
}
