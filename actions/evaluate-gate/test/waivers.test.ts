import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Gate, Strictness } from '@mlops-actions/manifest';
import { makePolicy, policyRecord } from '../src/policy.ts';
import { newFolder, predictions, tryGate, type Outcome, type Trial } from './workshop.ts';

const candidate = predictions(1.5, { rows: 600, own: 1 });

const waived = (expires: string, name = 'probabilities'): string => `
checks:
  - {name: ranking, metric: auc, bound: 0.7}
  - {name: probabilities, metric: brier, bound: 0.05}
waivers:
  - {check: ${name}, owner: head.of.models@bank.example, reason: recalibration is under way (MR-7), expires: ${expires}}
`;

describe('a waiver', () => {
  test('lets a check go unmet, and says who answers for it', async () => {
    const { verdict, headline, record, outputs, summary } = await tryGate({ candidate, policy: waived('2999-12-31') });
    expect(verdict).toBe('pass');
    expect(headline).toContain('that nobody has waived');
    expect(record.checks[1]).toMatchObject({
      verdict: 'fail',
      waiver: { owner: 'head.of.models@bank.example', expired: false },
    });
    expect(record.checks[1]!.sentence).toContain(
      'Waived until 2999-12-31 by head.of.models@bank.example: recalibration',
    );
    expect(record.remarks).toEqual([
      expect.stringContaining("'probabilities' is not met (fail), and waived until 2999-12-31"),
    ]);
    expect(outputs['failed-checks']).toBe('');
    expect(summary.source).toContain('probabilities &#40;waived&#41;');
    expect(record.policy.waivers).toHaveProperty('probabilities.reason', 'recalibration is under way (MR-7)');
  });

  test('that has expired waives nothing', async () => {
    const { verdict, record } = await tryGate({ candidate, policy: waived('2001-01-01') });
    expect(verdict).toBe('fail');
    expect(record.checks[1]!.sentence).toContain('expired on 2001-01-01');
  });

  test('that has expired makes a check fail that the rows cannot decide', async () => {
    const value = (
      await tryGate({ candidate, policy: 'checks: [{metric: auc, bound: 0.7}, {metric: brier, bound: 0.2}]' })
    ).record.metrics['brier']!;
    const policy = waived('2001-01-01').replace('0.05', value.toFixed(4));
    const { verdict, record } = await tryGate({ candidate, policy });
    expect(record.checks[1]).toMatchObject({ shown: 'inconclusive', verdict: 'fail' });
    expect(record.checks[1]!.sentence).toMatch(/these rows cannot tell.*expired/);
    expect(verdict).toBe('fail');
  });

  test('of a check that is met is not needed', async () => {
    const { record } = await tryGate({ candidate, policy: waived('2999-12-31').replace('0.05', '0.3') });
    expect(record.remarks).toEqual([expect.stringContaining('is not needed any more')]);
  });

  test('does not count when the gate proves that it can say no', async () => {
    const policy =
      'checks: [{name: lax, metric: auc, bound: 0.1}, {name: strict, metric: auc, bound: 0.7}]\nwaivers: [{check: strict, owner: o, reason: r, expires: 2999-01-01}]';
    expect((await tryGate({ candidate, policy })).verdict).toBe('fail');
  });

  test.each([
    ['of no check', waived('2999-12-31', 'probabilites'), "no such check. Did you mean 'probabilities'"],
    ['until no day', waived('2999-13-31'), 'is no day'],
    [
      'of the only other check',
      waived('2999-12-31').replace('bound: 0.7}', 'bound: 0.7, blocking: false}'),
      'is waived: such a gate cannot fail',
    ],
    [
      'of a check that is reported only',
      waived('2999-12-31', 'ranking').replace('bound: 0.7}', 'bound: 0.7, blocking: false}'),
      'nothing to waive',
    ],
    ['without a reason', waived('2999-12-31').replace(/reason: [^,]*, /, ''), "must have 'reason'"],
  ])('%s is refused', async (_, policy, message) => {
    await expect(tryGate({ candidate, policy })).rejects.toMatchObject({
      explanation: expect.stringContaining(message),
    });
  });

  test('holds on its last day and not on the next, and its end is part of the rules', () => {
    const gate: Gate = {
      checks: [
        { name: 'a', metric: 'auc', bound: 0.7 },
        { metric: 'ks', bound: 0.3 },
      ],
      waivers: [{ check: 'a', owner: 'o', reason: 'r', expires: '2026-03-31' }],
    };
    const on = (today: string): ReturnType<typeof makePolicy> => makePolicy(gate, { file: 'policy.yaml', today });
    expect(on('2026-03-31').checks[0]!.waiver!.expired).toBe(false);
    expect(on('2026-04-01').checks[0]!.waiver!.expired).toBe(true);
    expect(on('2026-04-01').digest).toBe(on('2026-03-31').digest);
    const later = { ...gate, waivers: [{ ...gate.waivers![0]!, expires: '2026-04-30' }] };
    expect(makePolicy(later, { file: 'policy.yaml', today: '2026-03-31' }).digest).not.toBe(on('2026-03-31').digest);
  });
});

describe("the organisation's policy", () => {
  const TIERS = `
every-model:
  minimum-rows: 300
  on-inconclusive: fail
  checks: [{name: better than chance, metric: auc, bound: 0.6}, {name: errors, metric: rmse, bound: 100}]
tiers:
  high: {confidence: 0.99, longest-waiver: 90, checks: [{name: of use, metric: brier, bound: 0.1}]}
`;

  async function under(organisation: string, trial: Trial, tier?: string): Promise<Outcome> {
    const folder = await newFolder();
    const file = path.join(folder, 'organisation.yaml');
    await writeFile(file, organisation);
    const manifest = path.join(folder, 'model.yaml');
    await writeFile(
      manifest,
      `schema-version: 1\nmodel: {name: m, owner: o${tier === undefined ? '' : `, risk-tier: ${tier}`}}\nartifact: {path: data}\n`,
    );
    return tryGate({ candidate, folder, ...trial, inputs: { 'organisation-policy': file, manifest, ...trial.inputs } });
  }

  test('adds its checks, and the tier chooses how strict it is', async () => {
    const policy = 'checks: [{metric: auc, bound: 0.65}]';
    const low = await under(TIERS, { policy }, 'low');
    expect(low.record.checks.map(({ name }) => name)).toEqual(['auc bound', 'organisation: better than chance']);
    expect(low.record).toMatchObject({
      verdict: 'pass',
      policy: { minimumRows: 300, confidence: 0.95 },
      organisationPolicy: { tier: 'low' },
    });
    const high = await under(TIERS, { policy }, 'high');
    expect(high.verdict).toBe('fail');
    expect(high.outputs['failed-checks']).toBe('organisation: of use');
    expect(high.record.policy.confidence).toBe(0.99);
    expect(high.record.policyDigest).not.toBe(low.record.policyDigest);
  });

  test('does not let an inconclusive verdict be tolerated', async () => {
    const policy = 'on-inconclusive: warn\nchecks: [{metric: auc, bound: 0.65}]';
    const short = candidate.slice(0, 250);
    const trial: Trial = { candidate: short, policy, inputs: { 'on-inconclusive': 'warn' } };
    expect(await under(TIERS, trial, 'low')).toMatchObject({ verdict: 'inconclusive', tolerated: false });
  });

  test.each([
    ['a model without a tier', TIERS, undefined, 'checks: [{metric: auc, bound: 0.65}]', 'the model has none'],
    ['a waiver that lasts too long', TIERS, 'high', waived('2999-12-31'), 'the organisation allows 90'],
    [
      'a waiver of its own checks',
      TIERS,
      'low',
      waived('2999-12-31', "'organisation: better than chance'"),
      'cannot be waived',
    ],
    [
      'a key that would loosen',
      'every-model: {allow-point-metrics: true}',
      'low',
      'checks: [{metric: auc, bound: 0.65}]',
      'must be false',
    ],
    ['an unknown key', 'every-models: {}', 'low', 'checks: [{metric: auc, bound: 0.65}]', "did you mean 'every-model'"],
    ['nothing at all', '{}', 'low', 'checks: [{metric: auc, bound: 0.65}]', 'must NOT have fewer than 1 properties'],
  ])('%s is refused', async (_, organisation, tier, policy, message) => {
    await expect(under(organisation, { policy }, tier)).rejects.toThrow(message);
  });

  test('only tightens', () => {
    const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
    const numbers = {
      'minimum-rows': optional(fc.integer({ min: 2, max: 1000 })),
      'minimum-slice-rows': optional(fc.integer({ min: 2, max: 1000 })),
      confidence: optional(fc.double({ min: 0.6, max: 0.999, noNaN: true })),
    };
    const present = <T extends object>(record: T): T =>
      Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
    const demand = fc
      .record({
        ...numbers,
        'allow-point-metrics': optional(fc.constant(false as const)),
        bound: fc.double({ min: 0.1, max: 0.9, noNaN: true }),
      })
      .map(
        ({ bound, ...rest }): Strictness =>
          present({ ...rest, checks: [{ name: `${bound}`, metric: 'auc', bound }] }) as Strictness,
      );
    const own = fc
      .record({ ...numbers, 'allow-point-metrics': optional(fc.boolean()) })
      .map((keys) => present(keys) as Partial<Gate>);
    fc.assert(
      fc.property(
        own,
        fc.uniqueArray(demand, { maxLength: 2, selector: ({ checks }) => checks![0]!.name }),
        (keys, demands) => {
          const gate: Gate = { ...keys, checks: [{ metric: 'ks', bound: 0.3 }] };
          const context = { file: 'policy.yaml', today: '2026-03-31' };
          const alone = policyRecord(makePolicy(gate, context));
          const together = makePolicy(gate, { ...context, demands });
          expect(together.minimumRows).toBeGreaterThanOrEqual(alone.minimumRows);
          expect(together.confidence).toBeGreaterThanOrEqual(alone.confidence);
          expect(together.minimumSliceRows).toBeGreaterThanOrEqual(makePolicy(gate, context).minimumSliceRows);
          expect(Number(together.allowPointMetrics)).toBeLessThanOrEqual(Number(alone.allowPointMetrics));
          expect(policyRecord(together).checks).toEqual(expect.arrayContaining(alone.checks));
          expect(together.checks).toHaveLength(1 + demands.length);
        },
      ),
    );
  });
});
