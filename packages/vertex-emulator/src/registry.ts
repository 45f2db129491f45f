import { RpcError, invalidField } from './status.ts';
import type { Choices } from './options.ts';
import type { Place } from './names.ts';
import type { Model, ModelSpec, ModelVersion } from './state.ts';
import type { Moment } from './identity.ts';

/** The rules of models, versions and aliases. Pure: each function makes a new model from an old one. */

export const DEFAULT_ALIAS = 'default';

const MODEL_ID = /^[a-z_][a-z0-9_-]{0,62}$/;
const ALIAS = { lower: /^[a-z][a-z0-9-]{0,126}[a-z0-9]$/, any: /^[a-z][a-zA-Z0-9-]{0,126}[a-z0-9]$/ };

/** What is uploaded as a version. */
export interface NewVersion {
  spec: ModelSpec;
  description: string;
  labels: Readonly<Record<string, string>>;
  aliases: readonly string[];
  imageDigest?: string;
  copyOf?: string;
}

export function checkModelId(id: string): string {
  if (!MODEL_ID.test(id)) throw invalidField('model_id', `Invalid model ID '${id}'.`);
  return id;
}

export function checkAliases(aliases: readonly string[], choices: Choices): readonly string[] {
  for (const alias of aliases) {
    if (!ALIAS[choices.aliasCase].test(alias)) {
      throw invalidField('version_aliases', `Invalid version alias '${alias}'.`);
    }
  }
  return aliases;
}

/** A model with its first version, which always is the default. */
export function newModel(
  facts: Place & { id: string; displayName: string; description: string },
  version: NewVersion,
  moment: Moment,
): Model {
  const empty: Model = {
    ...facts,
    labels: {},
    versions: [],
    lastVersion: 0,
    evaluations: [],
    createTime: moment.now,
    updateTime: moment.now,
    etag: '',
  };
  return addVersion(empty, { ...version, aliases: [...version.aliases, DEFAULT_ALIAS] }, moment);
}

/** The model with one more version. Aliases that another version held move to the new one. */
export function addVersion(model: Model, version: NewVersion, moment: Moment): Model {
  const id = String(model.lastVersion + 1);
  const { aliases, ...facts } = version;
  const added: ModelVersion = { ...facts, id, aliases: [], createTime: moment.now, updateTime: moment.now };
  const grown = { ...model, versions: [...model.versions, added], lastVersion: model.lastVersion + 1 };
  return touched(giveAliases(grown, id, aliases, moment), moment);
}

/** The version that follows `@` in a name: an id, an alias, or nothing for the default. */
export function findVersion(model: Model, version = DEFAULT_ALIAS): ModelVersion | undefined {
  return model.versions.find(({ id, aliases }) => id === version || aliases.includes(version));
}

/**
 * Adds and removes (`-alias`) aliases of a version, in no order: one that is both added and removed stays as it is. An alias that another
 * version holds moves. `default` can move, not vanish.
 */
export function mergeAliases(
  model: Model,
  versionId: string,
  changes: readonly string[],
  choices: Choices,
  moment: Moment,
): Model {
  const removals = changes.filter((change) => change.startsWith('-')).map((change) => change.slice(1));
  const additions = changes.filter((change) => !change.startsWith('-'));
  checkAliases([...removals, ...additions], choices);
  const added = additions.filter((alias) => !removals.includes(alias));
  const held = model.versions.find(({ id }) => id === versionId)!.aliases;
  const removed = removals.filter((alias) => !additions.includes(alias) && held.includes(alias));
  if (removed.includes(DEFAULT_ALIAS)) {
    throw new RpcError(
      choices.removeDefaultAlias,
      'The alias "default" cannot be removed: exactly one version must hold it. Add it to another version instead.',
    );
  }
  const reduced = mapVersion(model, versionId, (version) => ({
    ...version,
    aliases: version.aliases.filter((alias) => !removed.includes(alias)),
    updateTime: moment.now,
  }));
  return touched(giveAliases(reduced, versionId, added, moment), moment);
}

/** The model without a version. It must not be the only one; whether it is deployed is for the caller to know. */
export function deleteVersion(model: Model, versionId: string, choices: Choices, moment: Moment): Model {
  if (model.versions.length === 1) {
    throw new RpcError(
      'FAILED_PRECONDITION',
      'The only version of a Model cannot be deleted; delete the Model instead.',
    );
  }
  const holdsDefault = model.versions.find(({ id }) => id === versionId)!.aliases.includes(DEFAULT_ALIAS);
  if (holdsDefault && choices.deleteDefaultVersion === 'refuse') {
    throw new RpcError('FAILED_PRECONDITION', 'The default version of a Model cannot be deleted.');
  }
  const versions = model.versions.filter(({ id }) => id !== versionId);
  const evaluations = model.evaluations.filter((evaluation) => evaluation.versionId !== versionId);
  const reduced = { ...model, versions, evaluations };
  const heir = versions.at(-1)!.id;
  return touched(holdsDefault ? giveAliases(reduced, heir, [DEFAULT_ALIAS], moment) : reduced, moment);
}

/** Changes one version of a model. */
export function mapVersion(model: Model, versionId: string, change: (version: ModelVersion) => ModelVersion): Model {
  return {
    ...model,
    versions: model.versions.map((version) => (version.id === versionId ? change(version) : version)),
  };
}

/** A changed model gets a new etag and update time. */
export const touched = (model: Model, { now, chance }: Moment): Model => ({
  ...model,
  updateTime: now,
  etag: chance.etag(),
});

function giveAliases(model: Model, versionId: string, aliases: readonly string[], { now }: Moment): Model {
  const moved = new Set(aliases);
  if (moved.size === 0) return model;
  return {
    ...model,
    versions: model.versions.map((version) => {
      const kept = version.aliases.filter((alias) => !moved.has(alias));
      if (version.id === versionId) return { ...version, aliases: [...kept, ...moved] };
      return kept.length === version.aliases.length ? version : { ...version, aliases: kept, updateTime: now };
    }),
  };
}
