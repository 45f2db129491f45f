import { touched } from './endpoints.ts';
import { withEndpoint, type Endpoint, type State } from './state.ts';
import type { Moment } from './identity.ts';

/** What a client that is not under test may do between two calls of the one that is. */
export const CHANGES_BY_OTHERS = [
  /** It labels the endpoint: the etag is another, the traffic the same. */
  'label',
  /** It gives all traffic to the healthy model that had least. */
  'traffic',
] as const;
export type Meanwhile = (typeof CHANGES_BY_OTHERS)[number];

/** The state after another client's change of every endpoint. */
export function changedByAnother(state: State, change: Meanwhile, moment: Moment): State {
  return Object.values(state.endpoints).reduce(
    (changed, endpoint) => withEndpoint(changed, touched(CHANGE[change](endpoint, moment), moment)),
    state,
  );
}

const CHANGE: Record<Meanwhile, (endpoint: Endpoint, moment: Moment) => Endpoint> = {
  label: (endpoint, { chance }) => ({ ...endpoint, labels: { ...endpoint.labels, 'another-client': chance.id() } }),
  traffic(endpoint) {
    const { deployedModels, trafficSplit } = endpoint;
    const shareOf = (id: string): number => trafficSplit[id] ?? 0;
    const [least] = deployedModels
      .filter(({ status }) => status.availableReplicaCount > 0)
      .sort((a, b) => shareOf(a.id) - shareOf(b.id));
    return least === undefined ? endpoint : { ...endpoint, trafficSplit: { [least.id]: 100 } };
  },
};
