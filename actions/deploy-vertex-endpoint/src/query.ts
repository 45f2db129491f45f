import { messageOf, UserError } from '@mlops-actions/action-kit';
import { createGoogleClient, queryPrometheus, type GoogleClient, type Sample } from '@mlops-actions/google-apis';
import type { AnalysisRequest, Judgement } from './analysis.ts';

/** A PromQL query of Cloud Monitoring whose value judges a traffic step. */
export interface AnalysisQuery {
  /** With placeholders, such as `{{deployed-model-id}}`. */
  query: string;
  success: Condition;
  /** Without it, what is no success is a failure; with it, what is neither is inconclusive. */
  failure: Condition | undefined;
  /** Milliseconds that it may take. */
  timeout: number;
}

const OPERATORS = ['<', '<=', '>', '>='] as const;

/** What must hold of the value: `< 0.01`. */
export interface Condition {
  operator: (typeof OPERATORS)[number];
  bound: number;
}

/** What the placeholders of a query stand for. Ids and durations, so that nothing can end a text in PromQL. */
const PLACEHOLDERS: Readonly<Record<string, (request: AnalysisRequest) => string>> = {
  'endpoint-id': ({ endpoint }) => endpoint.slice(endpoint.lastIndexOf('/') + 1),
  'deployed-model-id': ({ deployedModelId }) => deployedModelId,
  'previous-deployed-model-id': ({ previousDeployedModelId }) => previousDeployedModelId ?? '',
  window: ({ from, to }) => `${Math.max(1, Math.round((Date.parse(to) - Date.parse(from)) / 1000))}s`,
};
const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** @throws UserError for a condition or a placeholder that is none */
export function parseQuery(given: {
  query: string;
  success: string;
  failure: string | undefined;
  timeout: number;
}): AnalysisQuery {
  for (const [, name = ''] of given.query.matchAll(PLACEHOLDER)) {
    if (Object.hasOwn(PLACEHOLDERS, name)) continue;
    throw new UserError(`'{{${name}}}' in 'analysis-query' stands for nothing.`, {
      fix: `There are ${Object.keys(PLACEHOLDERS)
        .map((known) => `{{${known}}}`)
        .join(', ')}.`,
    });
  }
  const { query, success, failure, timeout } = given;
  return {
    query,
    success: parseCondition('analysis-success-condition', success),
    failure: failure === undefined ? undefined : parseCondition('analysis-failure-condition', failure),
    timeout,
  };
}

function parseCondition(name: string, text: string): Condition {
  const [, operator, bound = ''] = /^\s*(<=|>=|<|>)\s*([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*$/.exec(text) ?? [];
  const known = OPERATORS.find((candidate) => candidate === operator);
  if (known !== undefined) return { operator: known, bound: Number(bound) };
  throw new UserError(`'${name}' is '${text}', which is no condition.`, {
    fix: `Write one of ${OPERATORS.join(', ')} and a number, such as '< 0.01'.`,
  });
}

/** The query about one step. */
export const fillIn = (query: string, request: AnalysisRequest): string =>
  query.replace(PLACEHOLDER, (_, name: string) => PLACEHOLDERS[name]!(request));

/**
 * Asks Cloud Monitoring before anything is changed, of a model that nobody knows: a query that is refused, or that the credentials may not
 * make, is found out now and not while the new model serves.
 */
export async function tryQuery(
  { query, timeout }: AnalysisQuery,
  project: string,
  client: GoogleClient = createGoogleClient(),
): Promise<void> {
  const now = new Date();
  const nobody = { endpoint: 'none', deployedModelId: '0', previousDeployedModelId: '0', modelVersion: '', share: 0 };
  const to = now.toISOString();
  const expression = fillIn(query, { ...nobody, from: to, to });
  await queryPrometheus(client, { project, query: expression, at: now, signal: AbortSignal.timeout(timeout) });
}

/** Asks the query about a step. No data, more than one series or a fault say nothing for the new model. */
export async function judgeByQuery(
  analysis: AnalysisQuery,
  request: AnalysisRequest,
  client: GoogleClient = createGoogleClient(),
): Promise<Judgement> {
  const { query, timeout } = analysis;
  if (request.previousDeployedModelId === null && query.includes('previous-deployed-model-id')) {
    return { verdict: 'pass', reason: 'the query compares with a previous model, and there is none' };
  }
  const project = /^projects\/([^/]+)\//.exec(request.endpoint)![1]!;
  try {
    const samples = await queryPrometheus(client, {
      project,
      query: fillIn(query, request),
      at: new Date(request.to),
      signal: AbortSignal.timeout(timeout),
    });
    return judgeSamples(analysis, samples);
  } catch (error) {
    return { verdict: 'inconclusive', reason: `the query could not be answered: ${messageOf(error)}` };
  }
}

/** What the samples of a query say. */
export function judgeSamples({ success, failure }: AnalysisQuery, samples: readonly Sample[]): Judgement {
  const [sample, ...others] = samples;
  if (sample === undefined) return { verdict: 'inconclusive', reason: 'the query gives no data' };
  if (others.length > 0) {
    return { verdict: 'inconclusive', reason: `the query gives ${samples.length} series, not one: aggregate them` };
  }
  const { value } = sample;
  if (Number.isNaN(value))
    return { verdict: 'inconclusive', reason: 'the query gives NaN, as a ratio of nothing does' };
  const shown = (condition: Condition): string => `${condition.operator} ${condition.bound}`;
  if (failure !== undefined && holds(failure, value)) {
    return { verdict: 'fail', reason: `the query gives ${value}, and ${shown(failure)} is a failure` };
  }
  if (holds(success, value)) return { verdict: 'pass', reason: `the query gives ${value}, which is ${shown(success)}` };
  return {
    verdict: failure === undefined ? 'fail' : 'inconclusive',
    reason: `the query gives ${value}, which is not ${shown(success)}`,
  };
}

function holds({ operator, bound }: Condition, value: number): boolean {
  switch (operator) {
    case '<':
      return value < bound;
    case '<=':
      return value <= bound;
    case '>':
      return value > bound;
    case '>=':
      return value >= bound;
  }
}
