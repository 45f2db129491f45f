import { expect, test } from '@jest/globals';
import { actionPage, runContext } from '../src/index.ts';

test("a page of the running action is one of the repository that it comes from, whoever's copy that is", () => {
  const env = {
    GITHUB_ACTION_REPOSITORY: 'acme-bank/mlops-actions',
    GITHUB_ACTION_REF: 'v0.1.0',
    GITHUB_SERVER_URL: 'https://ghe.acme-bank.example',
  };
  expect(actionPage('docs/a.md', env)).toBe(
    'https://ghe.acme-bank.example/acme-bank/mlops-actions/blob/v0.1.0/docs/a.md',
  );
  expect(actionPage('docs/a.md', { GITHUB_ACTION_REPOSITORY: '', GITHUB_ACTION_REF: '' })).toBeUndefined();
});

test('the run is named by its page on GitHub, and by nothing elsewhere', () => {
  expect(runContext({ GITHUB_REPOSITORY: 'a/b', GITHUB_RUN_ID: '7' }).runUrl).toBe(
    'https://github.com/a/b/actions/runs/7',
  );
  expect(runContext({}).runUrl).toBe('');
});
