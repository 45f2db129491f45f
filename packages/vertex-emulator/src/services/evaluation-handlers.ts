import { applyReadMask, listPage, type ListRules } from '../listing.ts';
import { parseEvaluation, parseModel } from '../names.ts';
import { touched } from '../registry.ts';
import { renderEvaluation } from '../render.ts';
import { withModel } from '../state.ts';
import { RpcError } from '../status.ts';
import type { ListRequest, WireEvaluation } from '../wire.ts';
import type { Context, Handlers } from './context.ts';
import { findModel, findModelVersion, required } from './lookup.ts';

const EVALUATION_RULES: ListRules = { filter: ['display_name'], orderBy: [] };

/** The methods of ModelService for evaluations, which belong to a version. */
export function evaluationHandlers({ store }: Context): Handlers {
  return {
    ImportModelEvaluation(request: { parent?: string; modelEvaluation?: WireEvaluation }) {
      const name = parseModel('parent', request.parent);
      const wire = required('model_evaluation', request.modelEvaluation);
      return store.change('ImportModelEvaluation', (state, moment) => {
        const { model, version } = findModelVersion(state, name);
        const { displayName, metricsSchemaUri, metrics, metadata, sliceDimensions } = wire;
        const { dataItemSchemaUri, annotationSchemaUri } = wire;
        const evaluation = {
          ...{ displayName, metricsSchemaUri, metrics, metadata, sliceDimensions },
          ...{ dataItemSchemaUri, annotationSchemaUri },
          id: moment.chance.id(),
          versionId: version.id,
          createTime: moment.now,
        };
        const changed = touched({ ...model, evaluations: [...model.evaluations, evaluation] }, moment);
        return [withModel(state, changed), renderEvaluation(changed, evaluation)];
      });
    },

    GetModelEvaluation(request: { name?: string }) {
      const name = parseEvaluation('name', request.name);
      const model = findModel(store.state, name);
      const evaluation = model.evaluations.find(({ id }) => id === name.evaluation);
      if (evaluation === undefined) throw new RpcError('NOT_FOUND', 'The ModelEvaluation does not exist.');
      return renderEvaluation(model, evaluation);
    },

    ListModelEvaluations(request: ListRequest & { parent?: string }) {
      const { model, version } = findModelVersion(store.state, parseModel('parent', request.parent));
      const evaluations = model.evaluations.filter(({ versionId }) => versionId === version.id);
      const page = listPage(
        evaluations,
        request,
        ({ displayName = '' }) => ({ fields: { display_name: displayName } }),
        EVALUATION_RULES,
      );
      return {
        modelEvaluations: page.items.map((evaluation) => applyReadMask(renderEvaluation(model, evaluation), request)),
        nextPageToken: page.nextPageToken,
      };
    },
  };
}
