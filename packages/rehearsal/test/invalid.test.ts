import { afterAll, expect, test } from '@jest/globals';
import path from 'node:path';
import { rehearse } from '../src/index.ts';
import { errors, FIXTURES, removeFolders, temporaryFolder } from './support.ts';

afterAll(removeFolders);

const repository = path.join(FIXTURES, 'invalid');
const started: string[] = [];

async function start(name: string): ReturnType<typeof rehearse> {
  return rehearse({
    workflow: path.join(repository, '.github', 'workflows', name.includes('.') ? name : `${name}.yml`),
    repository,
    slug: 'acme/invalid',
    secrets: { KEY: 'the key' },
    outDir: await temporaryFolder(),
    onEvent: (event) => started.push(event.type),
  });
}

// Each of these stops the run before any job starts, as it does on GitHub.
test.each([
  ['unknown-key', ".github/workflows/unknown-key.yml:5: Unexpected value 'step'"],
  ['bad-expression', ".github/workflows/bad-expression.yml:8: Unrecognized named-value: 'secret'"],
  ['cycle', ".github/workflows/cycle.yml:4: Job 'a' depends on job 'b' which creates a cycle"],
  ['not-yaml.txt', '.github/workflows/not-yaml.txt:'],
  [
    'containers',
    ".github/workflows/containers.yml:5: a rehearsal runs no containers, so 'container' cannot be rehearsed.",
  ],
  [
    'beyond-grant',
    ".github/workflows/beyond-grant.yml:5: the nested job 'deploy' of .github/workflows/callee.yml requests 'id-token: write', but is only allowed 'id-token: none'.",
  ],
  ['missing-input', ".github/workflows/missing-input.yml:5: the input 'count' is required."],
  ['unknown-input', ".github/workflows/unknown-input.yml:5: the workflow has no input 'coumt'."],
  [
    'missing-secret',
    ".github/workflows/missing-secret.yml:5: the secret 'key' is required by .github/workflows/callee.yml.",
  ],
  ['unknown-secret', ".github/workflows/unknown-secret.yml:7: .github/workflows/callee.yml takes no secret 'other'."],
  ['not-reusable', ".github/workflows/cycle-free.yml is not reusable: it has no 'on: workflow_call'."],
  ['endless', '.github/workflows/endless.yml:4: workflows call each other more than 10 levels deep.'],
  [
    'unmapped',
    ".github/workflows/unmapped.yml:4: nothing stands for the repository of 'acme/elsewhere/.github/workflows/x.yml@v1'.",
  ],
  ['climbing-call', 'GitHub calls workflows only from .github/workflows'],
  ['absent', "There is no workflow file '"],
])('%s is refused before it starts', async (name, message) => {
  started.length = 0;
  await expect(start(name)).rejects.toThrow(message);
  expect(started).toEqual([]);
});

test('an input whose type is wrong fails the call', async () => {
  const result = await start('wrong-type');
  expect(result.jobs).toMatchObject([
    {
      id: 'call',
      conclusion: 'failure',
      error: expect.stringContaining('the input \'count\' must be a number, not "three"'),
    },
  ]);
});

test('a reference that is neither self, local nor a repository fails the job', async () => {
  const result = await start('climbing-step');
  expect(errors(result, 'a').join()).toContain("'../../x' is no reference to an action or workflow.");
});
