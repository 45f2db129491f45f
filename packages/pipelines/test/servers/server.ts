import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Small stateful servers of the engines' REST APIs, as their published definitions have them: enough of each to run one pipeline of two tasks,
 * `extract` and `train`. A run goes on by one step each time that it is looked at, so nothing depends on a clock.
 */

/** Something that goes wrong at a call. */
export interface HttpFault {
  /** Method and the end of the path, such as `POST /dagRuns`. */
  call: RegExp;
  /** The first call that it hits, from 1, and how many from there on. */
  nth?: number;
  times?: number;
  /** `status`: answered so, with nothing done. `lost`: done, and the connection is cut. `cut`: cut with nothing done. `hang`: never answered. */
  kind: 'status' | 'lost' | 'cut' | 'hang';
  status?: number;
}

export interface StoredRun {
  id: string;
  name: string;
  parameters: Record<string, unknown>;
  /** The request that made it. */
  request: Record<string, unknown>;
  /** Looks at it so far. */
  looks: number;
  cancelled: boolean;
}

/** How runs go. */
export interface Story {
  /** Where a run stays. */
  hold?: 'queued' | 'paused' | 'train';
  /** Whether `train` fails. */
  fails?: boolean;
}

export interface EngineServer {
  /** Address for the input `host`. */
  url: string;
  story: Story;
  faults: HttpFault[];
  /** `authorization` that callers must send; any will do if it is not set. */
  authorization: string | undefined;
  runs: Map<string, StoredRun>;
  calls: { call: string; authorization: string | undefined; body: unknown }[];
  /** How many calls matched. */
  count(call: RegExp): number;
  close(): Promise<void>;
}

/** What a route gives: a status and JSON, or text. */
export interface Reply {
  status?: number;
  json?: unknown;
  text?: string;
}

export interface Request {
  method: string;
  path: string;
  query: URLSearchParams;
  body: Record<string, unknown>;
  authorization: string | undefined;
}

/** Handles a request; `undefined` is 404. */
export type Handle = (request: Request, server: EngineServer) => Reply | undefined;

/** How far a run is: `queued`, the task that runs, or the end. */
export type Stage = 'queued' | 'paused' | 'extract' | 'train' | 'succeeded' | 'failed' | 'cancelled';

/** Looks at a run, which takes it one step on. */
export function look(run: StoredRun, { story }: EngineServer): Stage {
  const step = run.looks++;
  if (run.cancelled) return 'cancelled';
  if (story.hold === 'queued' || story.hold === 'paused') return story.hold;
  if (step === 0) return 'queued';
  if (step === 1) return 'extract';
  if (step === 2 || story.hold === 'train') return 'train';
  return story.fails === true ? 'failed' : 'succeeded';
}

/** Whether a task has run by then, runs, or is yet to. */
export function taskStage(
  task: 'extract' | 'train',
  stage: Stage,
  { fails }: Story,
): 'waiting' | 'running' | 'succeeded' | 'failed' {
  if (stage === 'queued' || stage === 'paused') return 'waiting';
  if (stage === task) return 'running';
  if (task === 'train') {
    if (stage === 'extract' || stage === 'cancelled') return 'waiting';
    return stage === 'failed' && fails === true ? 'failed' : 'succeeded';
  }
  return 'succeeded';
}

/** Starts a server. */
export async function startServer(handle: Handle, path = ''): Promise<EngineServer> {
  const seen = new Map<HttpFault, number>();
  const server: EngineServer = {
    url: '',
    story: {},
    faults: [],
    authorization: undefined,
    runs: new Map(),
    calls: [],
    count: (call) => server.calls.filter((one) => call.test(one.call)).length,
    async close() {
      const closed = new Promise((resolve) => http.close(resolve));
      http.closeAllConnections();
      await closed;
    },
  };
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const url = new URL(incoming.url!, 'http://server');
    const request: Request = {
      method: incoming.method!,
      path: url.pathname.slice(path.length),
      query: url.searchParams,
      body: await readBody(incoming),
      authorization: incoming.headers.authorization,
    };
    const call = `${request.method} ${request.path}`;
    server.calls.push({ call, authorization: request.authorization, body: request.body });
    const fault = server.faults.find((one) => {
      if (!one.call.test(call)) return false;
      const nth = (seen.get(one) ?? 0) + 1;
      seen.set(one, nth);
      return nth >= (one.nth ?? 1) && nth < (one.nth ?? 1) + (one.times ?? 1);
    });
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'cut') return void incoming.socket.destroy();
    const reply: Reply =
      fault?.kind === 'status'
        ? { status: fault.status ?? 502, text: '<html>Bad Gateway</html>' }
        : server.authorization !== undefined && request.authorization !== server.authorization && !isOpen(request)
          ? { status: 401, json: { message: 'Unauthorized' } }
          : (handle(request, server) ?? { status: 404, json: { detail: 'Not Found', message: 'not found' } });
    if (fault?.kind === 'lost') return void incoming.socket.destroy();
    const { status = 200, json, text } = reply;
    outgoing.writeHead(status, { 'content-type': text === undefined ? 'application/json' : 'text/plain' });
    outgoing.end(text ?? JSON.stringify(json ?? {}));
  };
  const http = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch((error: unknown) => outgoing.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  server.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}${path}`;
  return server;
}

/** Airflow tells its version, and gives tokens, without asking who wants to know. */
const isOpen = ({ path }: Request): boolean => /\/version$|^\/auth\/token$/.test(path);

async function readBody(incoming: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of incoming as AsyncIterable<Buffer>) text += chunk.toString();
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}
