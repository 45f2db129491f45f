import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createGoogleClient, type GoogleClient } from '@mlops-actions/google-apis';
import { RefusedCall, startServer, type TestServer } from '../../../packages/google-apis/test/support/server.ts';
import { prometheus, type Evaluate } from '../../../packages/google-apis/test/support/prometheus.ts';
import type { AnalysisRequest } from '../src/analysis.ts';
import { judgeByQuery, judgeSamples, parseQuery, tryQuery } from '../src/query.ts';

const request: AnalysisRequest = {
  endpoint: 'projects/acme-qa/locations/europe-west4/endpoints/credit-risk',
  deployedModelId: '22',
  modelVersion: 'credit-risk@2',
  previousDeployedModelId: '11',
  share: 5,
  from: '2026-01-01T00:00:00.000Z',
  to: '2026-01-01T00:30:00.000Z',
};

const settings = { success: '< 0.01', failure: '> 0.05' as string | undefined, timeout: 5_000 };

describe('what is asked', () => {
  let server: TestServer;
  let evaluate: Evaluate;
  let client: GoogleClient;
  beforeEach(async () => {
    server = await startServer(prometheus((query, time) => evaluate(query, time)));
    client = createGoogleClient({
      environment: { GOOGLE_APIS_EMULATOR_HOST: server.host },
      sleep: async () => undefined,
    });
  });
  afterEach(() => server.close());

  test('is about this endpoint, these models and this step', async () => {
    const seen: string[] = [];
    evaluate = (query, time) => {
      seen.push(query, time);
      return [0.001];
    };
    const query = parseQuery({
      ...settings,
      query: 'rate(a{e="{{endpoint-id}}",d="{{ deployed-model-id }}",p!="{{previous-deployed-model-id}}"}[{{window}}])',
    });
    expect(await judgeByQuery(query, request, client)).toEqual({
      verdict: 'pass',
      reason: 'the query gives 0.001, which is < 0.01',
    });
    expect(seen).toEqual(['rate(a{e="credit-risk",d="22",p!="11"}[1800s])', request.to]);
    expect(server.calls[0]!.path).toBe('/v1/projects/acme-qa/location/global/prometheus/api/v1/query');
  });

  test('of a first release is not asked where it compares with a previous model', async () => {
    const query = parseQuery({ ...settings, query: 'a{d="{{previous-deployed-model-id}}"}' });
    expect(await judgeByQuery(query, { ...request, previousDeployedModelId: null }, client)).toMatchObject({
      verdict: 'pass',
    });
    expect(server.calls).toEqual([]);
  });

  test.each<[string, Evaluate]>([
    ['no series', () => []],
    ['a ratio of nothing', () => [NaN]],
    ['two series', () => [0, 0]],
    ['a range of values', () => 'matrix'],
    [
      'a fault',
      () => {
        throw new RefusedCall({ status: 403, reason: 'forbidden', message: 'Permission denied' });
      },
    ],
  ])('%s is inconclusive', async (_, given) => {
    evaluate = given;
    const judgement = await judgeByQuery(parseQuery({ ...settings, query: 'a' }), request, client);
    expect(judgement).toMatchObject({ verdict: 'inconclusive', reason: expect.stringMatching(/^the query /) });
  });

  test('is tried beforehand: what is refused is told with the role that is missing, or with what is wrong in it', async () => {
    const query = parseQuery({ ...settings, query: 'sum(a{d="{{deployed-model-id}}"})' });
    evaluate = () => [];
    await tryQuery(query, 'acme-qa', client);
    expect(server.calls[0]!.query.get('query')).toBe('sum(a{d="0"})');
    server.fail({ on: /query/, with: { status: 403, reason: 'forbidden', message: 'Permission denied' } });
    await expect(tryQuery(query, 'acme-qa', client)).rejects.toMatchObject({
      fix: expect.stringContaining('roles/monitoring.viewer'),
    });
    evaluate = () => 'bad';
    await expect(tryQuery(query, 'acme-qa', client)).rejects.toThrow(/parse error/);
  });
});

describe('what its value says', () => {
  const judged = (value: number, failure: string | undefined = settings.failure): string =>
    judgeSamples(parseQuery({ ...settings, failure, query: 'a' }), [{ labels: new Map(), value }]).verdict;

  test('pass by the one condition, fail by the other, inconclusive between', () => {
    expect([0, 0.009, 0.01, 0.05, 0.051, Infinity].map((value) => judged(value))).toEqual([
      'pass',
      'pass',
      'inconclusive',
      'inconclusive',
      'fail',
      'fail',
    ]);
  });

  test('without a condition of failure, all that is no pass is a fail', () => {
    const alone = (value: number): string =>
      judgeSamples(parseQuery({ ...settings, failure: undefined, query: 'a' }), [{ labels: new Map(), value }]).verdict;
    expect([0.009, 0.01, Infinity].map(alone)).toEqual(['pass', 'fail', 'fail']);
  });

  test('where both hold, it failed', () => {
    expect(judged(0.001, '< 1')).toBe('fail');
  });
});

test.each([
  [{ success: '0.01' }, /'0.01', which is no condition/],
  [{ success: '== 1' }, /no condition/],
  [{ failure: '< x' }, /'analysis-failure-condition'/],
  [{ query: 'a{d="{{deployed_model}}"}' }, /'{{deployed_model}}' in 'analysis-query' stands for nothing/],
])('%j is refused', (over, message) => {
  expect(() => parseQuery({ ...settings, query: 'a', ...over })).toThrow(message);
});
