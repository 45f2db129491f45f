import { describe, expect, test } from '@jest/globals';
import { UserError } from '@mlops-actions/action-kit';
import { answerLost, explain, explaining, statusOf } from '../src/errors.ts';

const grpc = (code: number, message: string): Error => Object.assign(new Error(`${code} NAME: ${message}`), { code });

describe('explain', () => {
  test.each([
    [
      7,
      "Permission 'aiplatform.models.upload' denied on resource '//x' (or it may not exist).",
      /roles\/aiplatform\.user.*aiplatform\.models\.upload/,
    ],
    [
      7,
      'Vertex AI API has not been used in project 1 before or it is disabled.',
      /Enable the API aiplatform\.googleapis\.com/,
    ],
    [7, "Permission 'iam.serviceAccounts.actAs' denied", /roles\/iam\.serviceAccountUser/],
    [
      8,
      'The following quota metrics exceed quota limits: aiplatform.googleapis.com/custom_model_serving_cpus',
      /custom_model_serving_cpus/,
    ],
    [9, 'Model server exited unexpectedly. Model server logs can be found at https://x', /roles\/logging\.viewer/],
    [3, "The provided location ID doesn't match the endpoint.", /'region'/],
    [12, 'Received http2 header with status: 404', /'region'/],
    [14, 'connect ECONNREFUSED', /Run again/],
    [4, 'Total timeout exceeded: Name resolution failed for target dns:x', /'region'/],
    [16, 'Request had invalid authentication credentials.', /google-github-actions\/auth/],
  ])('%d %s', (code, message, fix) => {
    const error = explain('do it', grpc(code, message));
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toContain(`Vertex AI could not do it: ${message.slice(0, 10)}`);
    expect((error as UserError).fix).toMatch(fix);
    expect(statusOf(error)).toBe(code);
  });

  test('missing credentials name the step and the permission', () => {
    const error = explain('do it', new Error('Could not load the default credentials. Browse to ...')) as UserError;
    expect(error.fix).toMatch(/google-github-actions\/auth.*id-token: write/);
  });

  test('a bug stays a bug', () => {
    const bug = new TypeError('x is undefined');
    expect(explain('do it', bug)).toBe(bug);
    expect(statusOf(bug)).toBeUndefined();
  });

  test('an explanation is not explained again', async () => {
    const first = explain('do it', grpc(5, 'gone'));
    await expect(explaining('do more', () => Promise.reject(first as Error))).rejects.toBe(first);
  });
});

test('only some errors leave it open whether a call was done', () => {
  expect([14, 4, 13, 1].every((code) => answerLost(grpc(code, 'x')))).toBe(true);
  expect([3, 5, 6, 7, 8, 9, 10, 16].some((code) => answerLost(grpc(code, 'x')))).toBe(false);
  expect(answerLost(new Error('x'))).toBe(false);
});
