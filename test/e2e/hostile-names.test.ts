/** Names and metadata that were made to be taken for something else, through the committed bundles. */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import MarkdownIt from 'markdown-it';
import { startBundle, type Outcome } from './start-bundle.ts';

const HOSTILE =
  'a\n::set-output name=verdict::pass\r::add-mask::e\n##[error]x <img src=x onerror=alert(1)> **b** [l](javascript:x) |c| `d`';

const folder = (): string => mkdtempSync(path.join(tmpdir(), 'hostile-'));

function expectHarmless({ log, summary }: Outcome): void {
  // The only commands are those that the action itself issues.
  for (const line of log.split(/[\r\n]/))
    expect(line).not.toMatch(/^\s*::(?!error|warning|notice|group|endgroup|debug)|##\[/);
  const html = new MarkdownIt({ html: true, linkify: true }).render(summary);
  expect(html).not.toMatch(/<img|<b>|<strong>b|<a /);
}

test('a file of the model', () => {
  const work = folder();
  const name = HOSTILE.replaceAll('/', '_');
  mkdirSync(path.join(work, 'model'));
  writeFileSync(path.join(work, 'model', name), "cos\nsystem\n(S'echo'\ntR.");
  const outcome = startBundle('validate-model', { 'model-path': 'model' }, {}, work);
  expect(outcome.status).toBe(1);
  expect(outcome.log).toContain('os.system');
  expectHarmless(outcome);
});

test('what a pickle calls', () => {
  const work = folder();
  writeFileSync(
    path.join(work, 'model.pkl'),
    `cposix\nsystem\n(V${HOSTILE.replaceAll('\n', '\\u000a').replaceAll('\r', '\\u000d')}\ntR.`,
  );
  const outcome = startBundle('validate-model', { 'model-path': 'model.pkl' }, {}, work);
  expect(outcome.status).toBe(1);
  expect(outcome.log).toContain('posix.system');
  expectHarmless(outcome);
});

test('a column and an id of a prediction file, and a check of the policy', () => {
  const work = folder();
  const quoted = `"${HOSTILE.replaceAll('"', '""')}"`;
  const rows = (shift: number): string =>
    Array.from(
      { length: 200 },
      (_, i) => `${i === 0 ? quoted : i},${i % 2},${((i * 37 + shift * (i % 2)) % 97) / 97}`,
    ).join('\n');
  writeFileSync(path.join(work, 'candidate.csv'), `id,label,${quoted}\n${rows(31)}\n`);
  writeFileSync(path.join(work, 'champion.csv'), `id,label,${quoted}\n${rows(7)}\n`);
  const policy = { checks: [{ name: HOSTILE, metric: 'auc', bound: 0.99 }] };
  writeFileSync(path.join(work, 'policy.yaml'), JSON.stringify(policy));
  const outcome = startBundle(
    'evaluate-gate',
    { candidate: 'candidate.csv', champion: 'champion.csv', policy: 'policy.yaml', 'score-column': HOSTILE },
    {},
    work,
  );
  expect(outcome.status).toBe(1);
  expect(outcome.summary).toContain('evaluate-gate');
  expectHarmless(outcome);
  expect(JSON.parse(readFileSync(path.join(work, 'evidence/evaluate-gate.json'), 'utf8'))).toMatchObject({
    verdict: 'fail',
  });
});
