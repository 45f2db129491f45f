import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readEndpoint } from '@mlops-actions/vertex';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ID, prepare, run, scenarios } from '../../../test/e2e/releases.ts';
import type { World } from '../../../packages/vertex/test/support/world.ts';
import type { AnalysisRequest } from '../src/analysis.ts';
import { parseAnswer, runCommand } from '../src/command.ts';

const request: AnalysisRequest = {
  endpoint: 'projects/p/locations/europe-west4/endpoints/credit-risk',
  deployedModelId: '2',
  modelVersion: 'credit-risk@2',
  previousDeployedModelId: '1',
  share: 5,
  from: '2026-01-01T00:00:00.000Z',
  to: '2026-01-01T00:30:00.000Z',
};
const ask = (script: string, timeout = 20_000): ReturnType<typeof runCommand> =>
  runCommand({ command: [process.execPath, '-e', script], timeout }, request);

describe('the program', () => {
  test('reads the step and answers by the last line of its output', async () => {
    const script = `
      let text = '';
      process.stdin.on('data', (part) => (text += part)).on('end', () => {
        console.log('looking');
        console.log(JSON.stringify({ verdict: 'fail', reason: Object.values(JSON.parse(text)).join(' ') }));
      });`;
    expect(await ask(script)).toEqual({
      verdict: 'fail',
      reason: `the analysis says: ${Object.values(request).join(' ')}`,
    });
  });

  test.each([
    ['an exit code', `console.log('{"verdict":"pass"}'); process.exitCode = 3`, /exit code 3/],
    ['a signal', `process.kill(process.pid, 'SIGKILL')`, /was killed/],
    ['silence', '', /no verdict/],
    ['a word that is no verdict', `console.log('{"verdict":"ok"}')`, /no verdict/],
    ['a verdict that is not in the last line', `console.log('{"verdict":"pass"}'); console.log('done')`, /no verdict/],
  ])('that ends by %s leaves the step inconclusive', async (_, script, reason) => {
    const judgement = await ask(script);
    expect(judgement.verdict).toBe('inconclusive');
    expect(judgement.reason).toMatch(reason);
  });

  test('that does not exist leaves the step inconclusive', async () => {
    const judgement = await runCommand({ command: ['no-such-judge'], timeout: 1000 }, request);
    expect(judgement).toMatchObject({ verdict: 'inconclusive', reason: expect.stringMatching(/could not be started/) });
  });

  test('that takes too long is ended with all that it started', async () => {
    const child = `require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' }); setInterval(() => {}, 1000)`;
    expect(await ask(child, 1000)).toEqual({ verdict: 'inconclusive', reason: 'the analysis took longer than 1 s' });
  });

  test('never sees the inputs of the action', async () => {
    process.env['INPUT_SECRET'] = 'hidden';
    try {
      const seen = await ask(
        `console.log(JSON.stringify({ verdict: 'pass', reason: String(process.env.INPUT_SECRET) }))`,
      );
      expect(seen.reason).toBe('the analysis says: undefined');
    } finally {
      delete process.env['INPUT_SECRET'];
    }
  });
});

test('an answer that is no object, or whose reason is no text, is understood or refused', () => {
  for (const output of ['', 'null', '[]', '"pass"', '{"verdict":null}', '{verdict:"pass"}']) {
    expect(parseAnswer(output)).toBeUndefined();
  }
  expect(parseAnswer('{"verdict":"pass","reason":7}\n\n')).toEqual({
    verdict: 'pass',
    reason: 'the analysis says: pass',
  });
});

describe('a canary that it judges', () => {
  let world: World;
  beforeAll(async () => {
    world = await prepare(scenarios['canary']!);
  });
  afterAll(() => world.close());

  const judged = (file: string, verdictAt: (share: string) => string): Record<string, string> => ({
    'analysis-command': [
      process.execPath,
      '-e',
      `const { share } = JSON.parse(require('fs').readFileSync(0)); require('fs').appendFileSync(${JSON.stringify(file)}, share + ' '); ` +
        `console.log(JSON.stringify({ verdict: ${verdictAt('share')}, reason: 'at ' + share }));`,
    ].join('\n'),
  });

  test('gives all traffic back where it says fail, and goes on where it says pass', async () => {
    const file = path.join(world.folder, 'asked');
    const before = (await readEndpoint(world.vertex, ID))!.split;
    const failed = await run(
      world,
      scenarios['canary']!,
      judged(file, (share) => `${share} < 60 ? 'pass' : 'fail'`),
    );
    expect(failed.verdict).toBe('fail');
    expect(failed.headline).toContain('the analysis says: at 60');
    expect(readFileSync(file, 'utf8')).toBe('20 60 ');
    expect((await readEndpoint(world.vertex, ID))!.split).toEqual(before);

    const passed = await run(
      world,
      scenarios['canary']!,
      judged(file, () => `'pass'`),
    );
    expect(passed.verdict).toBe('pass');
    expect(readFileSync(file, 'utf8')).toBe('20 60 20 60 100 ');
    expect(world.emulator.state().violations).toEqual([]);
  });
});
