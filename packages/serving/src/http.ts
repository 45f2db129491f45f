import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '@mlops-actions/action-kit';
import { formatExit, type ServingContainer } from './container.ts';
import { ServingError } from './errors.ts';

/** What Vertex AI lets through a shared public endpoint, in bytes. */
const DEFAULT_MAX_BYTES = 1_500_000;
/** How long Vertex AI waits for an answer of a shared public endpoint, in milliseconds. */
const DEFAULT_TIMEOUT = 60_000;

/** One HTTP request to a container. */
export interface ContainerRequest {
  method: 'GET' | 'POST';
  /** Path, from `/` on. */
  route: string;
  body?: Uint8Array;
  contentType?: string;
  /** Milliseconds until the whole answer must be there; a minute unless told otherwise. */
  timeout?: number;
  /** Bytes that the answer may have; 1.5 MB unless told otherwise. */
  maxBytes?: number;
  /** Gives up early, as if the connection had broken. */
  signal?: AbortSignal;
}

export interface ContainerResponse {
  status: number;
  /** Media type; empty if the server names none. */
  contentType: string;
  body: Buffer;
}

/**
 * Sends one request and reads the whole answer, whatever its status.
 *
 * @throws ServingError `exited`, `not-listening`, `timeout`, `too-large` or `disconnected`.
 */
export async function requestContainer(
  container: ServingContainer,
  request: ContainerRequest,
): Promise<ContainerResponse> {
  if (container.exit !== undefined) throw await exitedError(container);
  try {
    return await send(container, request);
  } catch (error) {
    if (error instanceof ServingError) throw error;
    const refused = (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
    // The socket breaks a moment before the end of the server is known; an engine takes longer to say it.
    const waiting = new AbortController();
    await Promise.race([container.exited, sleep(refused ? 100 : 1000, undefined, { signal: waiting.signal })]);
    waiting.abort();
    if (container.exit !== undefined) throw await exitedError(container);
    throw new ServingError(
      refused ? 'not-listening' : 'disconnected',
      refused
        ? `Nothing listens on port ${container.port}, which the container was given by AIP_HTTP_PORT.`
        : `The model server broke off its answer to ${request.method} ${request.route}: ${messageOf(error)}.`,
      { logTail: container.logTail(), cause: error },
    );
  }
}

/** The error of a container that ended by itself. */
export async function exitedError(container: ServingContainer): Promise<ServingError> {
  const how = formatExit(await container.exited);
  return new ServingError('exited', `Model server exited unexpectedly (${how}).`, { logTail: container.logTail() });
}

function send(container: ServingContainer, request: ContainerRequest): Promise<ContainerResponse> {
  const { timeout = DEFAULT_TIMEOUT, maxBytes = DEFAULT_MAX_BYTES } = request;
  const logTail = (): string => container.logTail();
  return new Promise((resolve, reject) => {
    const outgoing = http.request({
      host: '127.0.0.1', // For the header alone.
      port: container.port,
      method: request.method,
      path: request.route,
      createConnection: (_, callback) => {
        container.connect().then(
          (socket) => callback(null, socket),
          (error: Error) => callback(error, undefined as never),
        );
        return undefined;
      },
      ...(request.signal !== undefined && { signal: request.signal }),
      headers: {
        ...(request.body !== undefined && {
          'content-type': request.contentType ?? 'application/json',
          'content-length': request.body.byteLength,
        }),
      },
    });
    const fail = (error: Error): void => {
      clearTimeout(timer);
      outgoing.destroy();
      reject(error);
    };
    const timer = setTimeout(() => {
      fail(
        new ServingError(
          'timeout',
          `The model server did not answer ${request.method} ${request.route} within ${timeout / 1000} s.`,
          { logTail: logTail() },
        ),
      );
    }, timeout);
    outgoing.on('error', fail);
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('error', fail);
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        chunks.push(chunk);
        if (size > maxBytes) {
          fail(
            new ServingError(
              'too-large',
              `The answer to ${request.method} ${request.route} is larger than ${maxBytes} bytes.`,
              { logTail: logTail() },
            ),
          );
        }
      });
      response.on('end', () => {
        clearTimeout(timer);
        resolve({
          status: response.statusCode!,
          contentType: response.headers['content-type'] ?? '',
          body: Buffer.concat(chunks),
        });
      });
    });
    outgoing.end(request.body);
  });
}
