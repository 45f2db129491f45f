import { expect } from '@jest/globals';
import type { Call, Handler } from './server.ts';

/** The values of the series that an expression gives; `matrix` for ranges of them, `bad` if it cannot be parsed. */
export type Evaluate = (query: string, time: string) => readonly number[] | 'matrix' | 'bad';

/**
 * Cloud Monitoring's `projects.location.prometheus.api.v1.query` as its reference has it: GET, the parameters `query`, `time` and `timeout`, no body; the answer is that
 * of Prometheus' HTTP API, whose values are texts.
 */
export const prometheus =
  (evaluate: Evaluate): Handler =>
  ({ method, path, query, body }: Call) => {
    if (!/^\/v1\/projects\/[^/]+\/location\/global\/prometheus\/api\/v1\/query$/.test(path)) return undefined;
    expect({ method, body }).toEqual({ method: 'GET', body: '' });
    expect([...query.keys()].filter((key) => !['query', 'time', 'timeout'].includes(key))).toEqual([]);
    const time = query.get('time')!;
    expect(new Date(time).toISOString()).toBe(time);
    const values = evaluate(query.get('query')!, time);
    if (values === 'bad') return { json: { status: 'error', errorType: 'bad_data', error: '1:5: parse error' } };
    const seconds = Date.parse(time) / 1000;
    const result = (values === 'matrix' ? [] : values).map((value, index) => ({
      metric: { series: String(index) },
      value: [seconds, String(value).replace('Infinity', '+Inf')],
    }));
    const resultType = values === 'matrix' ? 'matrix' : 'vector';
    return { json: { status: 'success', data: { resultType, result } } };
  };
