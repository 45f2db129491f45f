import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, UserError } from '@mlops-actions/action-kit';
import type { Vertex } from './clients.ts';
import type { EndpointState } from './endpoints.ts';
import { explaining, Status, statusOf } from './errors.ts';
import { endpointName } from './names.ts';
import { agrees, fromValue, toValue, type Json } from './values.ts';

/** One request of a probe set. */
export interface ProbeCase {
  /** Line in the file, from 1. */
  line: number;
  instance: Json;
  /** What the new model must answer, where it is known. */
  prediction: Json | undefined;
}

/** Largest probe file that is read, and most cases in it: every traffic step sends the whole set. */
const FILE_LIMIT = 16 * 1024 * 1024;
const CASE_LIMIT = 10_000;

/**
 * Reads a probe set: JSON Lines of `{"instance": ..., "prediction": ...}`, the prediction being optional.
 *
 * @throws UserError if there is no such file, no case in it, or a line that is none
 */
export async function readProbeFile(file: string): Promise<ProbeCase[]> {
  const text = await readText(file);
  const cases: ProbeCase[] = [];
  for (const [index, source] of text.split('\n').entries()) {
    if (source.trim() === '') continue;
    const line = index + 1;
    const parsed = parseJson(source);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed) || !Object.hasOwn(parsed, 'instance')) {
      throw new UserError(`Line ${line} of the probe file '${file}' is not a JSON object with an 'instance'.`, {
        fix: 'Write one {"instance": ..., "prediction": ...} a line; the prediction may be left out.',
      });
    }
    const { instance, prediction } = parsed as { instance: Json; prediction?: Json };
    cases.push({ line, instance, prediction });
    if (cases.length > CASE_LIMIT) throw new UserError(`The probe file '${file}' has more than ${CASE_LIMIT} lines.`);
  }
  if (cases.length === 0) {
    throw new UserError(`The probe file '${file}' is empty.`, { fix: 'A step without probes shows nothing.' });
  }
  return cases;
}

async function readText(file: string): Promise<string> {
  let handle;
  try {
    handle = await open(file);
    const { size } = await handle.stat();
    if (size > FILE_LIMIT) throw new UserError(`The probe file '${file}' is larger than 16 MiB.`);
    return await handle.readFile('utf8');
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`The probe file '${file}' cannot be read.`, {
      fix: "Check 'probe-path': it is relative to the working directory, in model.yaml to model.yaml's folder.",
      cause: error,
    });
  } finally {
    await handle?.close();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An answer, with the deployed model that gave it. */
export interface Answer {
  prediction: Json;
  deployedModelId: string;
  versionId: string;
}

/** Sends one instance somewhere. */
export type Predict = (instance: Json) => Promise<Answer>;

/** Times that a request which found nobody is sent again. A container's own errors are not sent again: they are the finding. */
const RESENDS = 2;

/**
 * Predictions through an endpoint, by its traffic split: nobody can address one deployed model, but every answer names its own. A dedicated
 * endpoint is asked at its own host, a private one at the address that the caller's network has for it.
 *
 * @param host `host[:port]` that stands for the endpoint in the caller's network
 * @throws UserError if the endpoint is private and no such host is given
 */
export function predictor(vertex: Vertex, endpoint: EndpointState, host = endpoint.dedicatedHost): Predict {
  const name = endpointName(vertex, endpoint.id);
  if (endpoint.access === 'private' && host === undefined) {
    throw new UserError(`Endpoint ${endpoint.id} is private, and it is not said where this network reaches it.`, {
      fix: "Set 'prediction-host' to the address of its Private Service Connect endpoint, and run on a runner in that network.",
    });
  }
  const ask = host === undefined ? overGrpc(vertex, name) : overHttp(vertex, endpoint, host);
  return async (instance) => {
    for (let attempt = 0; ; attempt++) {
      try {
        return await ask(instance);
      } catch (error) {
        const code = statusOf(error);
        const transient = code === Status.UNAVAILABLE || code === Status.RESOURCE_EXHAUSTED;
        // What no probe can mend is an error of the run and no finding about the model.
        if (code === Status.PERMISSION_DENIED || code === Status.UNAUTHENTICATED) {
          return explaining(`predict through endpoint ${endpoint.id}`, () => Promise.reject(error as Error));
        }
        if (!transient || attempt === RESENDS) throw error;
        await sleep(250 * 2 ** attempt);
      }
    }
  };
}

/** The API of the region, for shared endpoints. */
function overGrpc(vertex: Vertex, endpoint: string): Predict {
  return async (instance) => {
    const request = { endpoint, instances: [toValue(instance)] };
    const [answer] = await vertex.predictions.predict(request, { timeout: PREDICTION_TIMEOUT });
    return answerOf(answer.predictions?.map(fromValue), answer.deployedModelId, answer.modelVersionId);
  };
}

/** The same as REST, which is all that dedicated and private endpoints speak. */
function overHttp(vertex: Vertex, endpoint: EndpointState, host: string): Predict {
  // Only an emulator, and an endpoint that no other network reaches, may be spoken to in the clear.
  const scheme = vertex.emulator === undefined && endpoint.access !== 'private' ? 'https' : 'http';
  const url = `${scheme}://${host}/v1/${endpointName(vertex, endpoint.id)}:predict`;
  return async (instance) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...(await vertex.authorization()), 'content-type': 'application/json' },
      body: JSON.stringify({ instances: [instance] }),
      redirect: 'error',
      signal: AbortSignal.timeout(PREDICTION_TIMEOUT),
    }).catch((cause: unknown) => {
      throw Object.assign(new Error(`no answer from ${host}`, { cause }), { code: Status.UNAVAILABLE });
    });
    const text = await response.text();
    const body = parseJson(text) as RestAnswer | undefined;
    if (!response.ok) {
      const code = STATUS_OF_HTTP[response.status] ?? Status.INTERNAL;
      throw Object.assign(new Error(body?.error?.message ?? `${response.status}: ${text.slice(0, 200)}`), { code });
    }
    return answerOf(body?.predictions, body?.deployedModelId, body?.modelVersionId);
  };
}

interface RestAnswer {
  predictions?: Json[];
  deployedModelId?: string;
  modelVersionId?: string;
  error?: { message?: string };
}

const PREDICTION_TIMEOUT = 60_000;

const STATUS_OF_HTTP: Readonly<Record<number, number>> = {
  400: Status.INVALID_ARGUMENT,
  401: Status.UNAUTHENTICATED,
  403: Status.PERMISSION_DENIED,
  404: Status.NOT_FOUND,
  429: Status.RESOURCE_EXHAUSTED,
  503: Status.UNAVAILABLE,
};

function answerOf(
  predictions: Json[] = [],
  deployedModelId: string | null | undefined,
  versionId: string | null | undefined,
): Answer {
  if (predictions.length !== 1) throw new Error(`${predictions.length} predictions for one instance`);
  return { prediction: predictions[0]!, deployedModelId: deployedModelId ?? '', versionId: versionId ?? '' };
}

/** What one deployed model answered. */
export interface ArmAnswers {
  deployedModelId: string;
  versionId: string;
  answers: number;
  /** Milliseconds, sorted. */
  latencies: number[];
}

/** What went wrong with one request. */
export interface ProbeFailure {
  line: number;
  problem: string;
}

export interface ProbeResult {
  requests: number;
  /** Requests without an answer: no answer, no name of who failed. */
  errors: ProbeFailure[];
  /** Answers of the watched model that are not what the probe set expects. */
  mismatches: ProbeFailure[];
  arms: ArmAnswers[];
  /** Whether all answered often enough. */
  enough: boolean;
}

export interface ProbeOptions {
  /** The deployed model whose answers are compared and counted. */
  watch: string;
  /** Percentage of traffic that it gets. */
  share: number;
  /** Answers that it must give. */
  answers: number;
  /** Answers that the others must give together; none unless told otherwise. */
  answersOfOthers?: number;
  /** Largest difference of a number from the expected one. */
  tolerance: number;
  /** Whether expected predictions are those of the watched model. */
  compare: boolean;
  /** Milliseconds that a new split may take to show: until then, requests are not counted against the bound. */
  settle: number;
}

/** Requests in flight at once. */
const PARALLEL = 4;
/** Chance at which a model that gets its share is still taken for one that gets nothing. */
const RISK = 1e-6;

/**
 * Sends a probe set through an endpoint until the watched model has answered often enough and every case was sent: over and over, at most
 * as often as needed for a model that gets its share to miss the number of answers with a chance of one in a million. Ends at the first
 * failure.
 */
export async function probe(
  predict: Predict,
  cases: readonly ProbeCase[],
  options: ProbeOptions,
): Promise<ProbeResult> {
  const { watch, answers, answersOfOthers = 0 } = options;
  const share = options.share / 100;
  const bound = Math.max(cases.length, requestsNeeded(share, answers), requestsNeeded(1 - share, answersOfOthers));
  const settledAt = Date.now() + options.settle;
  const arms = new Map<string, ArmAnswers>();
  const errors: ProbeFailure[] = [];
  const mismatches: ProbeFailure[] = [];
  const given = (): number => arms.get(watch)?.answers ?? 0;
  const givenByOthers = (): number => [...arms.values()].reduce((sum, arm) => sum + arm.answers, -given());
  const enough = (): boolean => given() >= answers && givenByOthers() >= answersOfOthers;
  let requests = 0;

  const send = async (probeCase: ProbeCase): Promise<void> => {
    const startedAt = performance.now();
    let answer: Answer;
    try {
      answer = await predict(probeCase.instance);
    } catch (error) {
      if (error instanceof UserError) throw error;
      errors.push({ line: probeCase.line, problem: messageOf(error) });
      return;
    }
    const { deployedModelId, versionId } = answer;
    const arm = arms.get(deployedModelId) ?? { deployedModelId, versionId, answers: 0, latencies: [] };
    arms.set(deployedModelId, arm);
    arm.answers++;
    arm.latencies.push(performance.now() - startedAt);
    const { prediction: expected } = probeCase;
    if (deployedModelId === watch && options.compare && expected !== undefined) {
      if (!agrees(answer.prediction, expected, options.tolerance)) {
        mismatches.push({
          line: probeCase.line,
          problem: `answered ${shown(answer.prediction)}, not ${shown(expected)}`,
        });
      }
    }
  };

  const failed = (): boolean => errors.length + mismatches.length > 0;
  while (!failed() && (requests < cases.length || !enough())) {
    if (requests >= bound) {
      if (Date.now() >= settledAt) break;
      await sleep(Math.min(500, Math.max(1, settledAt - Date.now())));
    }
    const left = requests < cases.length ? cases.length - requests : PARALLEL;
    const batch = Array.from({ length: Math.min(PARALLEL, left) }, (_, i) => cases[(requests + i) % cases.length]!);
    requests += batch.length;
    await Promise.all(batch.map(send));
  }
  for (const arm of arms.values()) arm.latencies.sort((a, b) => a - b);
  return { requests, errors, mismatches, arms: [...arms.values()], enough: enough() };
}

const shown = (json: Json): string => {
  const text = JSON.stringify(json);
  return text.length > 200 ? `${text.slice(0, 200)}...` : text;
};

/**
 * Smallest number of requests after which a model that answers each with probability `share` has given fewer than `answers` with a
 * probability of at most {@link RISK} (lower tail of the binomial distribution).
 */
export function requestsNeeded(share: number, answers: number): number {
  if (answers <= 0) return 0;
  if (share >= 1) return answers;
  if (share <= 0) return Infinity;
  // tail[k]: probability of exactly k answers so far, for k below the number that is wanted.
  const tail = Array.from({ length: answers }, (_, k): number => (k === 0 ? 1 : 0));
  for (let requests = 1; ; requests++) {
    for (let k = answers - 1; k >= 0; k--) tail[k] = tail[k]! * (1 - share) + (k > 0 ? tail[k - 1]! * share : 0);
    if (tail.reduce((sum, p) => sum + p, 0) <= RISK) return requests;
  }
}

/** The value below which a fraction of sorted numbers lies (nearest rank); `undefined` for none. */
export function quantile(sorted: readonly number[], fraction: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(sorted.length * fraction) - 1)];
}
