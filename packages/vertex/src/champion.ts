import type { Vertex } from './clients.ts';
import { sameVersion, type ModelVersionId } from './names.ts';
import { getModelVersion, setAliases } from './registry.ts';

/** Aliases of a model that tell who serves, and who a rollback would go back to. */
export const CHAMPION_ALIAS = 'champion';
export const PREVIOUS_CHAMPION_ALIAS = 'previous-champion';

/**
 * Lets the aliases follow the traffic. `champion` is set last: where it is right, the other was set before, so that a run that
 * dies in between is made up for by whoever finds `champion` elsewhere.
 *
 * @param previous who a rollback would go back to; `undefined` if there is nobody
 */
export async function followTraffic(
  vertex: Vertex,
  champion: ModelVersionId,
  previous: ModelVersionId | undefined,
): Promise<void> {
  const ofThisModel = previous?.modelId === champion.modelId ? previous : undefined;
  const holder = await getModelVersion(vertex, champion.modelId, PREVIOUS_CHAMPION_ALIAS);
  if (ofThisModel === undefined) {
    if (holder !== undefined) await setAliases(vertex, holder, [`-${PREVIOUS_CHAMPION_ALIAS}`]);
  } else if (holder === undefined || !sameVersion(holder, ofThisModel)) {
    await setAliases(vertex, ofThisModel, [PREVIOUS_CHAMPION_ALIAS]);
  }
  if (previous !== undefined && ofThisModel === undefined) await stepDown(vertex, previous);
  const present = await getModelVersion(vertex, champion.modelId, CHAMPION_ALIAS);
  if (present === undefined || !sameVersion(present, champion)) await setAliases(vertex, champion, [CHAMPION_ALIAS]);
}

/** Where another model served before: none of its versions is the champion any more. */
async function stepDown(vertex: Vertex, previous: ModelVersionId): Promise<void> {
  const champion = await getModelVersion(vertex, previous.modelId, CHAMPION_ALIAS);
  await setAliases(vertex, previous, [PREVIOUS_CHAMPION_ALIAS]);
  if (champion !== undefined) await setAliases(vertex, champion, [`-${CHAMPION_ALIAS}`]);
}
