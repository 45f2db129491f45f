import { describe, expect, test } from '@jest/globals';
import { statement, subjectOf, type Statement, type Verdict } from '@mlops-actions/action-kit';
import fc from 'fast-check';
import type { EvidenceFile } from '../src/collect.ts';
import { recordOf, type ReleaseRecord } from '../src/record.ts';
import { ACTIONS, IMAGE, left, MODEL, OTHER, RUN } from './statements.ts';

const file = (of: Statement, index: number): EvidenceFile => ({
  path: `${index}.intoto.json`,
  digest: `sha256:${String(index).padStart(64, '0')}`,
  statement: of,
});

const make = (
  statements: Statement[],
  over: { required?: string[]; model?: string; image?: string; version?: string } = {},
): ReturnType<typeof recordOf> =>
  recordOf(
    statements.map(file),
    {
      evidence: [],
      required: over.required ?? ACTIONS,
      expected: { model: over.model, image: over.image, version: over.version },
      model: undefined,
      signer: { method: 'key', privateKey: '' },
    },
    'acme/credit-risk 4711',
  );

function recorded(...args: Parameters<typeof make>): ReleaseRecord {
  const made = make(...args);
  if ('contradictions' in made) throw new Error(made.contradictions.join(' '));
  return made.record;
}

const refused = (...args: Parameters<typeof make>): string[] => {
  const made = make(...args);
  return 'contradictions' in made ? made.contradictions : [];
};

const all = ACTIONS.map((action) => left(action));

test('of a release that went through says what it was, who approved and that it passed', () => {
  expect(recorded(all)).toMatchObject({
    verdict: 'pass',
    model: { digest: MODEL },
    image: { name: 'r/n', digest: IMAGE },
    modelVersion: 'projects/acme-qa/locations/europe-west4/models/m@3',
    endpoint: 'projects/acme-qa/locations/europe-west4/endpoints/e',
    approvedBy: ['eva'],
    policyDigest: OTHER,
    verdicts: Object.fromEntries(ACTIONS.map((action) => [action, 'pass'])),
  });
});

test('lists every file, those of others too', () => {
  const sbom = statement('x', [], {});
  sbom.predicateType = 'https://spdx.dev/Document';
  const { evidence } = recorded([...all, sbom]);
  expect(evidence).toHaveLength(6);
  expect(evidence.at(-1)).toEqual({
    path: '5.intoto.json',
    digest: expect.any(String),
    predicateType: sbom.predicateType,
  });
});

describe('says that the release did not pass', () => {
  test.each<[string, Statement[], Verdict, RegExp]>([
    ['the gate stopped it', [...all.slice(0, 3), left('evaluate-gate', { verdict: 'fail' })], 'fail', /evaluate-gate/],
    [
      'a step could not decide',
      [...all.slice(0, 4), left(ACTIONS[4]!, { verdict: 'inconclusive' })],
      'inconclusive',
      /deploy/,
    ],
    ['a step left nothing', all.slice(0, 4), 'inconclusive', /nothing is there of deploy-vertex-endpoint/],
    [
      'a step was rehearsed only',
      [...all.slice(0, 4), left(ACTIONS[4]!, { dryRun: true })],
      'inconclusive',
      /nothing is there of deploy/,
    ],
    [
      'a verdict is no word that counts',
      [...all.slice(0, 4), left(ACTIONS[4]!, { verdict: 'PASS' })],
      'inconclusive',
      /nothing is there/,
    ],
    ['a second attempt failed', [...all, left('evaluate-gate', { verdict: 'fail' })], 'fail', /evaluate-gate/],
  ])('where %s', (_, statements, verdict, reason) => {
    expect(recorded(statements)).toMatchObject({ verdict, reason: expect.stringMatching(reason) });
  });

  test('whatever else is there: it passes only if all that is required passed and nothing else did not', () => {
    const verdict = fc.constantFrom<Verdict>('pass', 'fail', 'inconclusive');
    const some = fc.array(fc.tuple(fc.constantFrom(...ACTIONS), verdict, fc.boolean()), { maxLength: 8 });
    fc.assert(
      fc.property(some, fc.subarray(ACTIONS), (steps, required) => {
        const statements = steps.map(([action, word, dryRun]) => left(action, { verdict: word, dryRun }));
        const real = steps.filter(([, , dryRun]) => !dryRun);
        const passed = real.length > 0 && real.every(([, word]) => word === 'pass');
        const complete = required.every((action) => real.some(([name]) => name === action));
        expect(recorded(statements, { required }).verdict === 'pass').toBe(passed && complete);
      }),
    );
  });
});

describe('is refused', () => {
  test.each<[string, Statement[], RegExp]>([
    [
      'two models',
      [left('validate-model', { model: { digest: OTHER } }), ...all.slice(1)],
      /The model is sha256:c+ by validate-model and sha256:a+ by/,
    ],
    ['two images', [...all.slice(0, 4), left(ACTIONS[4]!, { servedDigest: OTHER })], /The image is/],
    [
      'two versions',
      [...all.slice(0, 4), left(ACTIONS[4]!, { modelVersion: { modelId: 'm', versionId: '4' } })],
      /The version is/,
    ],
    ['another run', [...all.slice(0, 4), left(ACTIONS[4]!, { run: { ...RUN, runId: '1' } })], /The run is/],
    [
      'another commit',
      [...all.slice(0, 4), left(ACTIONS[4]!, { run: { ...RUN, commit: 'e'.repeat(40) } })],
      /The commit is/,
    ],
  ])('where it is of %s', (_, statements, sentence) => {
    expect(refused(statements)).toEqual([expect.stringMatching(sentence)]);
  });

  test('where other jobs said otherwise', () => {
    expect(refused(all, { model: OTHER })).toEqual([
      expect.stringMatching(/The model is sha256:c+ by the job that made it/),
    ]);
    expect(refused(all, { image: OTHER })).toEqual([expect.stringMatching(/The image is/)]);
    expect(refused(all, { version: 'projects/p/locations/l/models/m@3' })).toEqual([
      expect.stringMatching(/The version is/),
    ]);
    expect(
      refused(all, { model: MODEL, image: IMAGE, version: 'projects/acme-qa/locations/europe-west4/models/m@3' }),
    ).toEqual([]);
  });
});

test('reports of any form are read without a fault', () => {
  fc.assert(
    fc.property(fc.anything(), fc.constantFrom(...ACTIONS), (report, action) => {
      const odd = statement(action, [subjectOf('model', MODEL)], report);
      expect(make([odd])).toBeDefined();
    }),
  );
});
