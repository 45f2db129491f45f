import { ONCE, PAGED, type Vertex } from './clients.ts';
import { explaining } from './errors.ts';
import { modelVersionName, shortVersion, type ModelVersionId } from './names.ts';
import { fromValue, toValue, type Json } from './values.ts';

/** An evaluation of a version. */
export interface Evaluation {
  displayName: string;
  metrics: Json;
  metadata: Json;
}

/**
 * Imports an evaluation on a version, unless one of the same display name is there.
 *
 * @returns the evaluation's name, and whether it was made now
 */
export async function importEvaluation(
  vertex: Vertex,
  id: ModelVersionId,
  evaluation: Evaluation,
): Promise<{ name: string; imported: boolean }> {
  const parent = modelVersionName(vertex, id);
  return explaining(`import the evaluation of ${shortVersion(id)}`, async () => {
    for await (const present of vertex.models.listModelEvaluationsAsync({ parent, pageSize: 100 }, { ...PAGED })) {
      if (present.displayName === evaluation.displayName) return { name: present.name ?? '', imported: false };
    }
    const [made] = await vertex.models.importModelEvaluation(
      {
        parent,
        modelEvaluation: {
          displayName: evaluation.displayName,
          metrics: toValue(evaluation.metrics),
          metadata: toValue(evaluation.metadata),
        },
      },
      { ...ONCE },
    );
    return { name: made.name ?? '', imported: true };
  });
}

/** The evaluations of a version. */
export async function listEvaluations(vertex: Vertex, id: ModelVersionId): Promise<Evaluation[]> {
  const parent = modelVersionName(vertex, id);
  return explaining(`list the evaluations of ${shortVersion(id)}`, async () => {
    const evaluations: Evaluation[] = [];
    for await (const found of vertex.models.listModelEvaluationsAsync({ parent, pageSize: 100 }, { ...PAGED })) {
      evaluations.push({
        displayName: found.displayName ?? '',
        metrics: fromValue(found.metrics ?? {}),
        metadata: fromValue(found.metadata ?? {}),
      });
    }
    return evaluations;
  });
}
