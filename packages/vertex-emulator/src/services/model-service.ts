import { checkDisplayName, checkLabels, checkMask } from '../fields.ts';
import { applyReadMask, listPage, type ListRules, type Subject } from '../listing.ts';
import { checkSpec } from '../model-spec.ts';
import { modelName, parseModel, parsePlace, placeName, type ModelName } from '../names.ts';
import {
  addVersion,
  checkAliases,
  checkModelId,
  deleteVersion,
  findVersion,
  mapVersion,
  mergeAliases,
  newModel,
  touched,
  type NewVersion,
} from '../registry.ts';
import { renderModel, renderOperation } from '../render.ts';
import { deploymentsOf, withModel, without, type Model, type ModelVersion, type State } from '../state.ts';
import { invalidField, RpcError } from '../status.ts';
import type { FieldMask, ListRequest, WireModel } from '../wire.ts';
import type { Context, Handlers } from './context.ts';
import { evaluationHandlers } from './evaluation-handlers.ts';
import { checkEtag, findModel, findModelVersion, required } from './lookup.ts';

const SERVICE = 'ModelService';

const MODEL_RULES: ListRules = {
  filter: ['model', 'display_name', 'labels', 'base_model_name'],
  orderBy: ['display_name', 'create_time', 'update_time'],
};
const VERSION_RULES: ListRules = { filter: ['labels'], orderBy: ['create_time', 'update_time'] };

const MODEL_FIELDS = ['display_name', 'description'];
const VERSION_FIELDS = ['version_description'];

/** google.cloud.aiplatform.v1.ModelService. */
export function modelService(context: Context): Handlers {
  const { store, operations, choices, containers } = context;
  return {
    UploadModel(request: { parent?: string; model?: WireModel; modelId?: string; parentModel?: string }) {
      const place = parsePlace('parent', request.parent);
      const wire = required('model', request.model);
      const displayName = checkDisplayName('model.display_name', wire.displayName);
      const spec = checkSpec(wire);
      const version = {
        spec,
        description: wire.versionDescription ?? '',
        labels: checkLabels('model.labels', wire.labels),
        aliases: checkAliases(wire.versionAliases, choices),
      };
      const target = destination(place, request);
      return renderOperation(
        operations.start({
          service: SERVICE,
          method: 'UploadModel',
          target: modelName(target),
          async run(progress) {
            await progress.pause();
            const imageDigest = await containers?.images.ingest(spec.containerSpec.imageUri!);
            return (state, moment) => {
              const model = grow(
                state,
                target,
                { displayName, description: wire.description ?? '' },
                { ...version, ...(imageDigest !== undefined && { imageDigest }) },
                moment,
              );
              return uploaded(state, model);
            };
          },
        }),
      );
    },

    CopyModel(request: { parent?: string; sourceModel?: string; modelId?: string; parentModel?: string }) {
      const place = parsePlace('parent', request.parent);
      const source = parseModel('source_model', request.sourceModel);
      if (source.project !== place.project) {
        throw invalidField('source_model', 'The Model must be in the same project as the copy.');
      }
      const { model, version } = findModelVersion(store.state, source);
      const target = destination(place, request);
      return renderOperation(
        operations.start({
          service: SERVICE,
          method: 'CopyModel',
          target: modelName(target),
          async run(progress) {
            await progress.pause();
            return (state, moment) => {
              const { spec, description, labels, imageDigest } = version;
              const copyOf = `${modelName(model)}@${version.id}`;
              const copy = {
                ...{ spec, description, copyOf, aliases: [] },
                labels: choices.copiedLabels === 'keep' ? labels : {},
                ...(imageDigest !== undefined && { imageDigest }),
              };
              return uploaded(state, grow(state, target, model, copy, moment));
            };
          },
        }),
      );
    },

    GetModel(request: { name?: string }) {
      const name = parseModel('name', request.name);
      const { model, version } = findModelVersion(store.state, name);
      return renderModel(store.state, model, version, named(name));
    },

    ListModels(request: ListRequest & { parent?: string }) {
      const prefix = `${placeName(parsePlace('parent', request.parent))}/models/`;
      const { state } = store;
      const models = Object.entries(state.models).flatMap(([name, model]) => (name.startsWith(prefix) ? [model] : []));
      const page = listPage(models, request, modelSubject, MODEL_RULES);
      return {
        models: page.items.map((model) =>
          applyReadMask(renderModel(state, model, findVersion(model)!, 'model'), request),
        ),
        nextPageToken: page.nextPageToken,
      };
    },

    ListModelVersions(request: ListRequest & { name?: string }) {
      const { state } = store;
      const model = findModel(state, parseModel('name', request.name));
      const page = listPage(model.versions, request, (version) => versionSubject(model, version), VERSION_RULES);
      return {
        models: page.items.map((version) => applyReadMask(renderModel(state, model, version, 'version'), request)),
        nextPageToken: page.nextPageToken,
      };
    },

    UpdateModel(request: { model?: WireModel; updateMask?: FieldMask }) {
      const wire = required('model', request.model);
      const name = parseModel('model.name', wire.name);
      const paths = checkMask(request.updateMask, [...MODEL_FIELDS, ...VERSION_FIELDS, 'labels']);
      const ofVersion = name.version !== undefined && name.version !== '-';
      const foreign = paths.filter((path) => (ofVersion ? MODEL_FIELDS : VERSION_FIELDS).includes(path));
      if (foreign.length > 0) {
        throw new RpcError(
          'FAILED_PRECONDITION',
          `${foreign.join(', ')} cannot be updated by the name of a Model ${ofVersion ? 'version' : 'without a version'}.`,
        );
      }
      if (paths.includes('labels')) checkLabels('model.labels', wire.labels);
      if (paths.includes('display_name')) checkDisplayName('model.display_name', wire.displayName);
      return store.change('UpdateModel', (state, moment) => {
        const { model, version } = findModelVersion(state, ofVersion ? name : bare(name));
        checkEtag(wire.etag, model.etag, choices);
        const changed = ofVersion
          ? mapVersion(model, version.id, (old) => ({
              ...old,
              ...(paths.includes('version_description') && { description: wire.versionDescription ?? '' }),
              ...(paths.includes('labels') && { labels: wire.labels }),
              updateTime: moment.now,
            }))
          : {
              ...model,
              ...(paths.includes('display_name') && { displayName: wire.displayName! }),
              ...(paths.includes('description') && { description: wire.description ?? '' }),
              ...(paths.includes('labels') && { labels: wire.labels }),
            };
        return answered(state, touched(changed, moment), version.id, ofVersion ? 'version' : 'model');
      });
    },

    MergeVersionAliases(request: { name?: string; versionAliases: string[] }) {
      const name = parseModel('name', request.name);
      if (name.version === undefined) throw invalidField('name', 'The name must include a version.');
      if (request.versionAliases.length === 0) throw invalidField('version_aliases', 'Required field is not set.');
      return store.change('MergeVersionAliases', (state, moment) => {
        const { model, version } = findModelVersion(state, name);
        const merged = mergeAliases(model, version.id, request.versionAliases, choices, moment);
        return answered(state, merged, version.id, 'version');
      });
    },

    DeleteModel(request: { name?: string }) {
      const name = parseModel('name', request.name);
      if (name.version !== undefined) throw invalidField('name', 'The name must not include a version.');
      return renderOperation(
        operations.startDone({
          service: SERVICE,
          method: 'DeleteModel',
          target: modelName(name),
          place: placeName(name),
          finish(state) {
            const model = findModel(state, name);
            checkNotDeployed(state, model);
            return { state: { ...state, models: without(state.models, modelName(model)) }, response: {} };
          },
        }),
      );
    },

    DeleteModelVersion(request: { name?: string }) {
      const name = parseModel('name', request.name);
      if (name.version === undefined) throw invalidField('name', 'The name must include a version.');
      return renderOperation(
        operations.startDone({
          service: SERVICE,
          method: 'DeleteModelVersion',
          target: `${modelName(name)}@${name.version}`,
          place: placeName(name),
          finish(state, moment) {
            const { model, version } = findModelVersion(state, name);
            checkNotDeployed(state, model, version);
            return { state: withModel(state, deleteVersion(model, version.id, choices, moment)), response: {} };
          },
        }),
      );
    },

    ...evaluationHandlers(context),
  };

  /** Where UploadModel and CopyModel put a version: a model that exists, or a new one. */
  function destination(
    place: { project: string; location: string },
    { modelId = '', parentModel = '' }: { modelId?: string; parentModel?: string },
  ): Destination {
    if (parentModel === '') {
      const id = modelId === '' ? store.chance.id() : checkModelId(modelId);
      const target = { ...place, id, exists: false };
      if (store.state.models[modelName(target)] !== undefined) throw alreadyExists(target);
      return target;
    }
    if (modelId !== '') throw invalidField('model_id', 'It cannot be set together with parent_model.');
    const parent = parseModel('parent_model', parentModel);
    if (placeName(parent) !== placeName(place)) {
      throw invalidField('parent_model', 'The Model must be in the location of the request.');
    }
    findModel(store.state, parent);
    return { ...place, id: parent.id, exists: true };
  }
}

interface Destination {
  project: string;
  location: string;
  id: string;
  exists: boolean;
}

/** The model with the version added. What was true when the operation began is checked again. */
function grow(
  state: State,
  target: Destination,
  facts: { displayName: string; description: string },
  version: NewVersion,
  moment: Parameters<typeof newModel>[2],
): Model {
  if (target.exists) return addVersion(findModel(state, target), version, moment);
  if (state.models[modelName(target)] !== undefined) throw alreadyExists(target);
  const { project, location, id } = target;
  const { displayName, description } = facts;
  return newModel({ project, location, id, displayName, description }, version, moment);
}

function uploaded(state: State, model: Model): { state: State; response: object } {
  return {
    state: withModel(state, model),
    response: { model: modelName(model), modelVersionId: model.versions.at(-1)!.id },
  };
}

function answered(state: State, model: Model, versionId: string, by: 'model' | 'version'): readonly [State, object] {
  const changed = withModel(state, model);
  return [changed, renderModel(changed, model, findVersion(model, versionId)!, by)];
}

const alreadyExists = (model: Destination): RpcError =>
  new RpcError('ALREADY_EXISTS', `Model ${modelName(model)} already exists.`);

const named = (name: ModelName): 'model' | 'version' => (name.version === undefined ? 'model' : 'version');

const bare = ({ project, location, id }: ModelName): ModelName => ({ project, location, id });

function checkNotDeployed(state: State, model: Model, version?: ModelVersion): void {
  const deployments = deploymentsOf(state, model, version?.id);
  if (deployments.length === 0) return;
  const endpoints = [...new Set(deployments.map(({ endpoint }) => endpoint))].join(', ');
  throw new RpcError(
    'FAILED_PRECONDITION',
    `The Model is deployed or being deployed at the following Endpoint(s): ${endpoints}. Please undeploy the model before retry.`,
  );
}

function modelSubject(model: Model): Subject {
  const base = findVersion(model)!.spec.baseModelSource as
    { modelGardenSource?: { publicModelName?: string } } | undefined;
  return {
    fields: {
      model: model.id,
      display_name: model.displayName,
      create_time: model.createTime,
      update_time: model.updateTime,
      base_model_name: base?.modelGardenSource?.publicModelName ?? '',
    },
    labels: { ...model.labels, ...findVersion(model)!.labels },
  };
}

function versionSubject(model: Model, version: ModelVersion): Subject {
  return {
    fields: { create_time: version.createTime, update_time: version.updateTime },
    labels: { ...model.labels, ...version.labels },
  };
}
