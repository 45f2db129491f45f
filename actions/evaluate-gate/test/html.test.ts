import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { html } from '@mlops-actions/action-kit';
import { numberAxis } from '../src/html/plot.ts';
import { predictions, tryGate, type Trial } from './workshop.ts';

async function pageOf(trial: Trial): Promise<string> {
  const { outputs } = await tryGate(trial);
  return readFile(outputs['html-path']!, 'utf8');
}

const [candidate, champion] = [predictions(2, { own: 1 }), predictions(1.5, { own: 2 })];

describe('the HTML report', () => {
  test('has the sentence of every check, the outcome of the control and the plots of both models', async () => {
    const { record, outputs } = await tryGate({ candidate, champion });
    const page = await readFile(outputs['html-path']!, 'utf8');
    for (const check of record.checks) expect(page).toContain(html`${check.sentence}`.source);
    expect(page).toContain('Can this gate say no?');
    for (const title of [
      'Ranking',
      'Precision and recall',
      'Calibration',
      'Scores of the candidate',
      'Scores of the champion',
    ]) {
      expect(page).toContain(`<h3>${title}`);
    }
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('holds neither script, nor style that its rule does not allow, nor address', async () => {
    const page = await pageOf({ candidate, champion });
    expect(page).not.toMatch(/<script|style="|<link|<img|https?:|url\(/);
    expect(page).toContain("default-src 'none'");
  });

  test('tells a first release, and a check that cannot be judged', async () => {
    const page = await pageOf({
      candidate: candidate.slice(0, 90),
      champion: 'none',
      policy: 'checks: [{metric: auc, bound: 0.6}, {metric: ks, superiority-margin: 0}]',
    });
    expect(page).toContain('No champion exists');
    expect(page).toContain('? inconclusive');
    expect(page).not.toContain('Scores of the champion');
  });

  test('of stored metrics has no plots', async () => {
    const page = await pageOf({
      candidate: '{"metrics": {"auc": {"value": 0.8, "n": 400, "positives": 120}}}',
      extension: 'json',
      policy: 'checks: [{metric: auc, bound: 0.6}]',
    });
    expect(page).toContain('judged by stored metrics');
    expect(page).not.toContain('<figure>');
  });

  test('of regressions shows the errors', async () => {
    const rows = predictions(1, { rows: 300 }).map(({ id, score }, row) => ({
      id,
      label: 100 * Number(score),
      score: 100 * Number(score) + (row % 7) - 3,
    }));
    const page = await pageOf({ candidate: rows, policy: 'task: regression\nchecks: [{metric: rmse, bound: 5}]' });
    expect(page.match(/<figure>/g)).toHaveLength(1);
    expect(page).toContain('prediction minus observed value');
  });
});

test('holes of a template are text, whatever they hold', () => {
  expect(
    html`<p title="${'"><script>'}">${'a & b\u202e'}</p>${[html`<b></b>`, html`<i></i>`]}${undefined}`.source,
  ).toBe('<p title="&#34;&#62;&#60;script&#62;">a &#38; b\ufffd</p><b></b><i></i>');
});

test('ticks stand at round numbers within the axis', () => {
  expect(numberAxis('x', 0, 0.17).ticks).toEqual([0, 0.05, 0.1, 0.15]);
  expect(numberAxis('x', -30, 30).ticks).toEqual([-20, 0, 20]);
  expect(numberAxis('x', 1, 1).ticks.length).toBeGreaterThan(1);
});
