import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '@mlops-actions/action-kit';
import { ONCE, type Vertex } from './clients.ts';
import { requireEndpoint, stateOf, type EndpointState } from './endpoints.ts';
import { answerLost, explaining } from './errors.ts';
import type { Labels } from './labels.ts';
import { encodeLedger, type LedgerEntry } from './ledger.ts';
import { endpointName } from './names.ts';
import { sameSplit, type TrafficSplit } from './traffic.ts';

/** Somebody else moved the traffic while this run did: nothing more may be moved without looking at the whole again. */
export class TrafficConflict extends UserError {
  constructor(endpointId: string, cause?: unknown) {
    super(`Somebody else changed the traffic of endpoint ${endpointId} during this run.`, {
      fix: 'Look at who did, then run again. A concurrency group per endpoint keeps two runs apart.',
      cause,
    });
  }
}

/**
 * The endpoint as it is now, for a plan that was made before: a deployment takes minutes, in which a rollback may have moved the traffic.
 *
 * @param planned the endpoint that the plan is for; `undefined` for one that was still to be made
 * @throws TrafficConflict if somebody else changed traffic or ledger since
 */
export async function requireUntouched(
  vertex: Vertex,
  endpointId: string,
  planned: EndpointState | undefined,
): Promise<EndpointState> {
  const now = await requireEndpoint(vertex, endpointId);
  if (isUntouched(now, planned ?? { split: {}, ledger: { entries: [], unreadable: [] } })) return now;
  throw new TrafficConflict(endpointId);
}

const isUntouched = (now: Served, before: Served): boolean =>
  sameSplit(now.split, before.split) && JSON.stringify(now.ledger) === JSON.stringify(before.ledger);

type Served = Pick<EndpointState, 'split' | 'ledger'>;

/** Times that a request whose answer was lost is made. */
const ATTEMPTS = 5;

/**
 * Moves traffic and writes the ledger, in one update that only holds if the endpoint is still as `before` says.
 *
 * @throws TrafficConflict if somebody else changed traffic or ledger meanwhile
 */
export async function moveTraffic(
  vertex: Vertex,
  before: EndpointState,
  split: TrafficSplit,
  entries: readonly LedgerEntry[],
): Promise<EndpointState> {
  for (let attempt = 1; ; attempt++) {
    const labels = encodeLedger(entries, before.labels);
    try {
      const [endpoint] = await vertex.endpoints.updateEndpoint(
        {
          endpoint: { name: endpointName(vertex, before.id), etag: before.etag, trafficSplit: { ...split }, labels },
          updateMask: { paths: ['traffic_split', 'labels'] },
        },
        { ...ONCE },
      );
      return stateOf(endpoint);
    } catch (error) {
      const now = await requireEndpoint(vertex, before.id);
      if (sameSplit(now.split, split) && sameLabels(now.labels, labels)) return now;
      if (!isUntouched(now, before)) throw new TrafficConflict(before.id, error);
      const outdated = now.etag !== before.etag;
      if (attempt === ATTEMPTS || !(outdated || answerLost(error))) {
        return explaining(`move the traffic of endpoint ${before.id}`, () => Promise.reject(error as Error));
      }
      before = now;
      if (!outdated) await sleep(200 * 2 ** attempt);
    }
  }
}

/**
 * Writes traffic and ledger as they are: what a rollback needs from the service, without its effect. The etag is another afterwards.
 *
 * @throws UserError if the update is refused, whatever the reason
 */
export async function rewriteTraffic(vertex: Vertex, endpoint: EndpointState): Promise<EndpointState> {
  const { id, etag, split } = endpoint;
  const labels = encodeLedger(endpoint.ledger.entries, endpoint.labels);
  return explaining(`write the traffic of endpoint ${id} as it is`, async () => {
    const update = { name: endpointName(vertex, id), etag, trafficSplit: { ...split }, labels };
    const updateMask = { paths: ['traffic_split', 'labels'] };
    return stateOf((await vertex.endpoints.updateEndpoint({ endpoint: update, updateMask }, { ...ONCE }))[0]);
  });
}

function sameLabels(a: Labels, b: Labels): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
