import { endpointName, modelName } from './names.ts';
import { DEFAULT_ALIAS } from './registry.ts';
import type { Endpoint, Model, State } from './state.ts';
import { splitProblem } from './traffic.ts';

/** Something that must never be, or never happen, and was. */
export interface Violation {
  invariant: Invariant;
  /** Name of the endpoint or model. */
  resource: string;
  detail: string;
}

export type Invariant =
  /** The traffic split is empty or adds up to 100. */
  | 'traffic-sum'
  /** Traffic goes only to deployed models. */
  | 'traffic-to-missing-model'
  /** Traffic goes only to deployed models with a replica that answers. */
  | 'traffic-to-unhealthy-model'
  /** Whatever is deployed exists in the registry. */
  | 'deployed-version-missing'
  /** One version of a model is its default, and only one. */
  | 'one-default-version'
  /** An alias names one version. */
  | 'alias-unique'
  /** Version ids ascend and are not given twice. */
  | 'version-ids'
  /** An endpoint that answered goes on answering. */
  | 'endpoint-stopped-serving'
  /** A changed resource has another etag. */
  | 'etag-changes';

/** What is wrong with a state by itself. */
export const checkState = remembered((state: State): Violation[] => [
  ...Object.values(state.endpoints).flatMap((endpoint) => checkEndpoint(endpoint, state)),
  ...Object.values(state.models).flatMap(checkModel),
]);

/** What is wrong with a change from one state to the next; what was wrong before is not told again. */
export function checkChange(before: State, after: State): Violation[] {
  const old = new Set(checkState(before).map(key));
  const found = checkState(after).filter((violation) => !old.has(key(violation)));
  for (const [name, endpoint] of Object.entries(after.endpoints)) {
    const earlier = before.endpoints[name];
    if (earlier === undefined || earlier === endpoint) continue;
    if (isServing(earlier) && !isServing(endpoint)) {
      found.push({
        invariant: 'endpoint-stopped-serving',
        resource: name,
        detail: `It answered with the split ${JSON.stringify(earlier.trafficSplit)}, and does not with ${JSON.stringify(endpoint.trafficSplit)}.`,
      });
    }
    // A deployment that has begun or was given up shows nowhere in the resource.
    const shows = { ...endpoint, deploying: earlier.deploying };
    if (earlier.etag === endpoint.etag && JSON.stringify(earlier) !== JSON.stringify(shows)) {
      found.push({ invariant: 'etag-changes', resource: name, detail: 'It changed, and its etag did not.' });
    }
  }
  for (const [name, model] of Object.entries(after.models)) {
    const earlier = before.models[name];
    if (earlier === undefined || earlier === model) continue;
    if (earlier.createTime === model.createTime && earlier.lastVersion > model.lastVersion) {
      found.push({ invariant: 'version-ids', resource: name, detail: 'Version ids can be given twice.' });
    }
    if (earlier.etag === model.etag) {
      found.push({ invariant: 'etag-changes', resource: name, detail: 'It changed, and its etag did not.' });
    }
  }
  return found;
}

function checkEndpoint(endpoint: Endpoint, state: State): Violation[] {
  const found: Violation[] = [];
  const violated = (invariant: Invariant, detail: string): void => {
    found.push({ invariant, resource: endpointName(endpoint), detail });
  };
  const problem = splitProblem(endpoint.trafficSplit);
  if (problem !== undefined) violated('traffic-sum', problem);
  for (const [id, percentage] of Object.entries(endpoint.trafficSplit)) {
    const deployed = endpoint.deployedModels.find((model) => model.id === id);
    if (deployed === undefined) violated('traffic-to-missing-model', `${percentage}% goes to ${id}.`);
    else if (percentage > 0 && deployed.status.availableReplicaCount === 0) {
      violated('traffic-to-unhealthy-model', `${percentage}% goes to ${id}: ${deployed.status.message}`);
    }
  }
  for (const { id, model, modelVersionId } of [...endpoint.deployedModels, ...endpoint.deploying]) {
    if (state.models[model]?.versions.some((version) => version.id === modelVersionId) !== true) {
      violated('deployed-version-missing', `${id} is a deployment of ${model}@${modelVersionId}.`);
    }
  }
  return found;
}

const checkModel = remembered((model: Model): Violation[] => {
  const found: Violation[] = [];
  const violated = (invariant: Invariant, detail: string): void => {
    found.push({ invariant, resource: modelName(model), detail });
  };
  const holders = new Map<string, string[]>();
  let last = 0;
  for (const { id, aliases } of model.versions) {
    for (const alias of aliases) holders.set(alias, [...(holders.get(alias) ?? []), id]);
    if (Number(id) <= last || Number(id) > model.lastVersion) violated('version-ids', `Version ${id} follows ${last}.`);
    last = Number(id);
  }
  for (const [alias, versions] of holders) {
    if (versions.length > 1) violated('alias-unique', `'${alias}' names the versions ${versions.join(', ')}.`);
  }
  if (holders.get(DEFAULT_ALIAS)?.length !== 1) {
    violated('one-default-version', `${holders.get(DEFAULT_ALIAS)?.length ?? 0} versions hold the alias 'default'.`);
  }
  return found;
});

/** Whether somebody who answers has traffic. */
function isServing({ trafficSplit, deployedModels }: Endpoint): boolean {
  return deployedModels.some(({ id, status }) => (trafficSplit[id] ?? 0) > 0 && status.availableReplicaCount > 0);
}

/** States and models are never changed in place, so what was found of one once is true for ever. */
function remembered<K extends object, T>(compute: (key: K) => T): (key: K) => T {
  const known = new WeakMap<K, T>();
  return (key) => {
    if (!known.has(key)) known.set(key, compute(key));
    return known.get(key)!;
  };
}

const key = ({ invariant, resource, detail }: Violation): string => JSON.stringify([invariant, resource, detail]);
