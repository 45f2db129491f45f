import type { ServingContainer } from './container.ts';
import { ServingError } from './errors.ts';
import { exitedError, requestContainer } from './http.ts';

export interface HealthOptions {
  /** Path of the health check, from `/` on. */
  healthRoute: string;
  /** Milliseconds until it must have answered 200. */
  timeout: number;
  /** Milliseconds between two checks; 100 unless told otherwise. */
  interval?: number;
  /** Gives up early. */
  signal?: AbortSignal;
}

/** Vertex AI waits this long for one health check, in milliseconds. */
const CHECK_TIMEOUT = 10_000;

/**
 * Asks the health route until it answers 200, as Vertex AI does before it sends traffic.
 *
 * @throws ServingError that says how far the server came: `exited`, `not-listening`, `unhealthy` or `timeout`.
 */
export async function waitUntilHealthy(container: ServingContainer, options: HealthOptions): Promise<void> {
  const { healthRoute, timeout, interval = 100, signal } = options;
  const deadline = performance.now() + timeout;
  for (;;) {
    const left = deadline - performance.now();
    const failure = await check(container, healthRoute, Math.max(1, Math.min(CHECK_TIMEOUT, left)), signal);
    signal?.throwIfAborted();
    if (failure === undefined) return;
    if (failure.failure === 'exited') throw failure;
    if (performance.now() + interval >= deadline) throw neverHealthy(container, options, failure);
    await Promise.race([container.exited, new Promise((resolve) => setTimeout(resolve, interval))]);
    if (container.exit !== undefined) throw await exitedError(container);
  }
}

/** One health check: what was wrong, if anything. */
async function check(
  container: ServingContainer,
  healthRoute: string,
  timeout: number,
  signal: AbortSignal | undefined,
): Promise<ServingError | undefined> {
  try {
    const { status } = await requestContainer(container, {
      method: 'GET',
      route: healthRoute,
      timeout,
      ...(signal !== undefined && { signal }),
    });
    if (status === 200) return undefined;
    return new ServingError(
      'unhealthy',
      status === 404
        ? `the server listens but has no route '${healthRoute}' (404)`
        : `the health route '${healthRoute}' answered ${status} instead of 200`,
    );
  } catch (error) {
    if (error instanceof ServingError) return error;
    throw error;
  }
}

function neverHealthy(container: ServingContainer, options: HealthOptions, last: ServingError): ServingError {
  const notListening = last.failure === 'not-listening';
  const why = notListening
    ? `nothing listens on port ${container.port}, which it was given by AIP_HTTP_PORT`
    : last.message.replace(/\.$/, '');
  return new ServingError(last.failure, `Model server never became ready within ${options.timeout / 1000} s: ${why}.`, {
    logTail: container.logTail(),
    fix: notListening
      ? "The server must listen on 0.0.0.0, not 127.0.0.1, and on the port that AIP_HTTP_PORT names, which may be another than the model's own."
      : "Check the model's health route (AIP_HEALTH_ROUTE) against the server's.",
  });
}
