import { expect, test } from '@jest/globals';
import { UserError } from '@mlops-actions/action-kit';
import { refusal } from '../src/registry-errors.ts';

const GOOGLE = 'europe-west4-docker.pkg.dev';

test.each([
  [GOOGLE, 401, 'pull,push', /google-github-actions\/auth .*uploadArtifacts \(roles\/artifactregistry\.writer\)/],
  [GOOGLE, 403, 'pull,push', /permission artifactregistry\.repositories\.uploadArtifacts .*artifactregistry\.writer/],
  [GOOGLE, 403, 'pull', /permission artifactregistry\.repositories\.downloadArtifacts .*artifactregistry\.reader/],
  ['ghcr.io', 401, 'pull', /Log in to ghcr\.io/],
  ['ghcr.io', 403, 'pull,push', /Grant the access repository:acme\/model:pull,push/],
])('%s answering %d to %s says what is missing', async (registry, status, actions, fix) => {
  const request = {
    method: 'POST',
    url: new URL(`https://${registry}/v2/acme/model/blobs/uploads/`),
    scopes: [`repository:acme/model:${actions}`],
  };
  const body = Buffer.from('{"errors":[{"code":"DENIED","message":"no access"}]}');
  const answer = {
    status,
    headers: {},
    body: (async function* () {
      yield body;
    })(),
    discard: () => undefined,
  };
  const error = (await refusal(registry, request, answer)) as UserError;
  expect(error).toBeInstanceOf(UserError);
  expect(error.explanation).toMatch(/DENIED no access/);
  expect(error.explanation).toMatch(fix);
});
