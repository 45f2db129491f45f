import { predict, requestContainer, ServingError, type ServingContainer } from '@mlops-actions/serving';
import type { GoldenRow } from './golden.ts';
import { percentiles, type Percentile } from './budgets.ts';

/** Requests that latency is measured by, and milliseconds that they may take together. */
const REQUESTS = 100;
const TIME_LIMIT = 10_000;

/** Latency of requests for one prediction each, one after the other, in milliseconds; `undefined` without rows to ask for. */
export async function measureLatency(
  container: ServingContainer,
  predictRoute: string,
  rows: readonly GoldenRow[],
): Promise<Record<Percentile, number> | undefined> {
  const times: number[] = [];
  const startedAt = performance.now();
  for (let index = 0; rows.length > 0 && index < REQUESTS && performance.now() - startedAt < TIME_LIMIT; index++) {
    const sentAt = performance.now();
    await predict(container, { predictRoute, instances: [rows[index % rows.length]!.instance] });
    times.push(performance.now() - sentAt);
  }
  return percentiles(times);
}

/** @throws ServingError if a server answers to its own machine alone, where Vertex AI could not reach it. */
export async function checkListening(container: ServingContainer): Promise<void> {
  if (await container.listensEverywhere()) return;
  throw new ServingError('not-listening', 'The server listens on 127.0.0.1 alone, where Vertex AI cannot reach it.', {
    logTail: container.logTail(),
    fix: 'Let it listen on 0.0.0.0.',
  });
}

const MALFORMED: readonly (readonly [string, string])[] = [
  ['an empty body', ''],
  ['a body that is not JSON', '{"instances": ['],
  ['brackets without end', '['.repeat(100_000)],
  ['a body without instances', '{}'],
  ['instances that are no list', '{"instances": "x"}'],
  ['an instance of no kind that it knows', '{"instances": [[{"\\u0000": null}]]}'],
];
/** Milliseconds. */
const ANSWER_TIMEOUT = 10_000;

/** How a server answered a request that it should refuse. */
export interface MalformedAnswer {
  request: string;
  status: number;
}

/**
 * Sends requests that nobody should send. A server may answer what it likes, best a 400, but it has to answer and to stay: on Vertex AI
 * one that ends takes every other request of its replica with it.
 *
 * @throws ServingError if it does not.
 */
export async function sendMalformed(
  container: ServingContainer,
  routes: { predictRoute: string; healthRoute: string },
): Promise<MalformedAnswer[]> {
  const answers: MalformedAnswer[] = [];
  for (const [request, body] of MALFORMED) {
    try {
      const sent = {
        method: 'POST',
        route: routes.predictRoute,
        body: Buffer.from(body),
        timeout: ANSWER_TIMEOUT,
      } as const;
      const { status } = await requestContainer(container, sent);
      answers.push({ request, status });
      const health = await requestContainer(container, {
        method: 'GET',
        route: routes.healthRoute,
        timeout: ANSWER_TIMEOUT,
      });
      if (health.status !== 200) throw new ServingError('unhealthy', `The health route answers ${health.status}.`);
    } catch (error) {
      if (!(error instanceof ServingError)) throw error;
      throw new ServingError(error.failure, `The server does not survive ${request}: ${error.message}`, {
        logTail: container.logTail(),
        fix: 'Answer 400 to requests that cannot be read.',
      });
    }
  }
  return answers;
}

/** What answers say for which the server takes the blame. */
export function serverErrors(answers: readonly MalformedAnswer[]): string[] {
  const blamed = answers.filter(({ status }) => status >= 500);
  if (blamed.length === 0) return [];
  const list = blamed.map(({ request, status }) => `${status} to ${request}`).join(', ');
  return [
    `The server answers ${list}. A caller repeats what fails with 5xx, and the endpoint's error rate counts it; answer 400.`,
  ];
}
