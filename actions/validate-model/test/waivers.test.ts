import { describe, expect, test } from '@jest/globals';
import type { Finding } from '@mlops-actions/model-files';
import { verdictOf } from '../src/report.ts';
import { applyWaivers, readWaivers, type Waiver } from '../src/waivers.ts';

const file = `sha256:${'a'.repeat(64)}`;
const model = `sha256:${'b'.repeat(64)}`;

const finding = (rule: Finding['rule'], path: string): Finding => ({
  rule,
  severity: 'error',
  message: 'x',
  location: { path },
});
const waiver = (more: Partial<Waiver> = {}): Waiver => ({
  rule: 'MV305',
  digest: file,
  owner: 'risk@example.com',
  reason: 'read by hand',
  expires: '2026-06-30',
  ...more,
});
const judge = (
  waivers: Waiver[],
  findings: Finding[],
  today = '2026-06-30',
  waivable: readonly Waiver['rule'][] = [],
) =>
  applyWaivers(
    {
      findings,
      files: [
        { path: 'm.keras', digest: file },
        { path: 'other.keras', digest: model.replace('b', 'c') },
      ],
      digest: model,
      manifestPath: 'model.yaml',
      waivable,
    },
    waivers,
    today,
  );

describe('a waiver', () => {
  test('takes the weight of its rule in its file, up to and with its last day', () => {
    const judged = judge([waiver()], [finding('MV305', 'm.keras')]);
    expect(judged).toMatchObject([{ rule: 'MV305', waiver: { owner: 'risk@example.com' } }]);
    expect(verdictOf(judged, 'error')).toBe('pass');
  });

  test('that has expired covers nothing and fails, even where nothing needs it', () => {
    const judged = judge([waiver()], [finding('MV305', 'm.keras')], '2026-07-01');
    expect(judged.map(({ rule, waiver: by }) => [rule, by])).toEqual([
      ['MV305', undefined],
      ['MV702', undefined],
    ]);
    expect(verdictOf(judge([waiver()], [], '2026-07-01'), 'error')).toBe('fail');
  });

  test.each([
    ['another rule', finding('MV302', 'm.keras')],
    ['another file', finding('MV305', 'other.keras')],
  ])('does not cover %s, and says that it covers nothing', (_, other) => {
    const judged = judge([waiver()], [other]);
    expect(judged.map(({ rule }) => rule)).toEqual([other.rule, 'MV703']);
    expect(verdictOf(judged, 'error')).toBe('fail');
  });

  test('of a critical rule covers nothing and fails, unless the workflow opens the rule', () => {
    const critical = [waiver({ rule: 'MV102' })];
    const judged = judge(critical, [finding('MV102', 'm.keras')]);
    expect(judged.map(({ rule, waiver: by }) => [rule, by])).toEqual([
      ['MV102', undefined],
      ['MV705', undefined],
    ]);
    const opened = judge(critical, [finding('MV102', 'm.keras')], '2026-06-30', ['MV102']);
    expect(verdictOf(opened, 'error')).toBe('pass');
    expect(verdictOf(judge(critical, [finding('MV102', 'm.keras')], '2026-06-30', ['MV103']), 'error')).toBe('fail');
  });

  test('by the digest of the model covers all its files', () => {
    const judged = judge([waiver({ digest: model })], [finding('MV305', 'm.keras'), finding('MV305', 'other.keras')]);
    expect(verdictOf(judged, 'error')).toBe('pass');
  });

  test.each([
    ['a rule that does not exist', { rule: 'MV999' as Waiver['rule'] }, /rule MV999/],
    ['a day that does not exist', { expires: '2026-02-30' }, /day 2026-02-30/],
  ])('with %s is a mistake', (_, more, message) => {
    const manifest = { validation: { waivers: [waiver(more)] } } as unknown as Parameters<typeof readWaivers>[0];
    expect(() => readWaivers(manifest)).toThrow(message);
  });
});
