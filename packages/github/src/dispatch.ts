import type { GitHub } from './client.ts';

/** GitHub's bounds. */
const MOST_PROPERTIES = 10;
const MOST_BYTES = 60_000;

/**
 * Sends a `repository_dispatch`, which starts the workflows of the default branch that wait for the event. With the job's own token too: this event is
 * one of the two that it may start workflows by.
 *
 * GitHub neither lists events nor knows keys against doing twice. A call whose answer was lost is therefore made again, and the payload must name what it
 * asks for, so that whoever receives it twice does it once.
 */
export async function repositoryDispatch(
  github: GitHub,
  eventType: string,
  clientPayload: Readonly<Record<string, unknown>> & { id: string },
): Promise<void> {
  if (Object.keys(clientPayload).length > MOST_PROPERTIES) throw new RangeError('The payload has too many properties.');
  if (Buffer.byteLength(JSON.stringify(clientPayload)) > MOST_BYTES) throw new RangeError('The payload is too large.');
  await github.once<undefined>(
    {
      method: 'POST',
      path: '/dispatches',
      json: { event_type: eventType, client_payload: clientPayload },
      what: `send the event '${eventType}'`,
      needs: 'contents: write',
    },
    () => Promise.resolve(undefined),
  );
}
