import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LABEL_COUNT, LABEL_LENGTH } from '../src/labels.ts';
import {
  append,
  decodeLedger,
  encodeLedger,
  judge,
  latestGood,
  latestOf,
  latestOfVersion,
  LEDGER_LENGTH,
  type LedgerEntry,
  type LedgerVerdict,
} from '../src/ledger.ts';

const verdict = fc.constantFrom<LedgerVerdict>('trial', 'passed', 'failed', 'inconclusive', 'rolled-back', 'adopted');
const entry = fc.record({
  modelId: fc.stringMatching(/^[a-z][a-z0-9_-]{0,62}$/),
  versionId: fc.integer({ min: 1, max: 9_999_999 }).map(String),
  deployedModelId: fc.stringMatching(/^[1-9]\d{0,18}$/),
  since: fc.integer({ min: 0, max: 4_000_000_000 }),
  digest: fc.option(fc.stringMatching(/^[0-9a-f]{12}$/), { nil: undefined }),
  verdict,
});
const entries = fc
  .array(entry, { maxLength: LEDGER_LENGTH })
  .map((some) => some.reduce<readonly LedgerEntry[]>((ledger, one) => append(ledger, one), []));
const foreign = fc.dictionary(fc.stringMatching(/^[a-k][a-z0-9_-]{0,62}$/), fc.stringMatching(/^[a-z0-9_-]{0,63}$/), {
  maxKeys: 40,
});

const example = (over: Partial<Omit<LedgerEntry, 'sequence'>> = {}): Omit<LedgerEntry, 'sequence'> => ({
  modelId: 'credit-risk',
  versionId: '3',
  deployedModelId: '4567890123456789012',
  since: 1_800_000_000,
  digest: '9f86d081884c',
  verdict: 'passed',
  ...over,
});

describe('the ledger in labels', () => {
  test('looks as documented', () => {
    expect(encodeLedger(append([], example()), { team: 'risk' })).toEqual({
      team: 'risk',
      'mlops-model-0': 'credit-risk',
      'mlops-ledger-1': '1_0_3_4567890123456789012_tro8w0_9f86d081884c_p',
    });
  });

  test('is read as it was written, whatever else is on the endpoint', () => {
    fc.assert(
      fc.property(entries, foreign, (ledger, labels) => {
        const decoded = decodeLedger(encodeLedger(ledger, labels));
        expect(decoded.unreadable).toEqual([]);
        expect(decoded.entries).toEqual(ledger);
      }),
    );
  });

  test('keeps within the limits of labels and leaves the labels of others alone', () => {
    fc.assert(
      fc.property(entries, foreign, (ledger, labels) => {
        const encoded = encodeLedger(ledger, labels);
        expect(Object.keys(encoded).length).toBeLessThanOrEqual(LABEL_COUNT);
        expect(encoded).toMatchObject(labels);
        for (const [key, value] of Object.entries(encoded)) {
          expect(key).toMatch(/^[a-z][a-z0-9_-]{0,62}$/);
          expect(value).toMatch(/^[a-z0-9_-]*$/);
          expect(value.length).toBeLessThanOrEqual(LABEL_LENGTH);
        }
      }),
    );
  });

  test('written again, it is the same', () => {
    fc.assert(
      fc.property(entries, foreign, (ledger, labels) => {
        const once = encodeLedger(ledger, labels);
        expect(encodeLedger(decodeLedger(once).entries, once)).toEqual(once);
      }),
    );
  });

  test('drops the oldest when there are too many, also for the room that an endpoint has left', () => {
    let ledger: readonly LedgerEntry[] = [];
    for (let version = 1; version <= 20; version++) ledger = append(ledger, example({ versionId: String(version) }));
    expect(decodeLedger(encodeLedger(ledger, {})).entries.map((one) => one.versionId)).toEqual(
      Array.from({ length: LEDGER_LENGTH }, (_, i) => String(20 - LEDGER_LENGTH + 1 + i)),
    );
    const crowded = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`label-${i}`, 'x']));
    expect(decodeLedger(encodeLedger(ledger, crowded)).entries.map((one) => one.versionId)).toEqual(['18', '19', '20']);
  });

  test('an endpoint that is full of labels is refused, rather than served without a way back', () => {
    const full = Object.fromEntries(Array.from({ length: 62 }, (_, i) => [`label-${i}`, 'x']));
    const one = append([], example());
    expect(decodeLedger(encodeLedger(one, full)).entries).toHaveLength(1);
    expect(() => encodeLedger(append(one, example({ versionId: '4' })), full)).toThrow(
      /62 labels, which leaves no room/,
    );
  });

  test('what cannot be read is told and never overwritten', () => {
    const labels = {
      'mlops-ledger-1': '2_from_the_future',
      'mlops-ledger-2': '1_7_3_1_0_x_p',
      'mlops-ledger-x': '1_0_3_1_0_x_p',
      'mlops-model-0': 'other',
    };
    expect(decodeLedger(labels)).toEqual({
      entries: [],
      unreadable: ['mlops-ledger-1', 'mlops-ledger-2', 'mlops-ledger-x'],
    });
    const written = encodeLedger([{ ...example(), sequence: 9 }], labels);
    expect(written).toMatchObject(labels);
    expect(decodeLedger(written).entries).toEqual([{ ...example(), sequence: 9 }]);
  });
});

describe('what the ledger is asked', () => {
  const ledger = [
    example({ versionId: '1', deployedModelId: '11', digest: '111111111111' }),
    example({ versionId: '2', deployedModelId: '22', digest: '222222222222', verdict: 'rolled-back' }),
    example({ versionId: '3', deployedModelId: '33', digest: '333333333333', verdict: 'failed' }),
  ].reduce<readonly LedgerEntry[]>((all, one) => append(all, one), []);

  test('the last good one is neither failed nor rolled back', () => {
    expect(latestGood(ledger, () => true)?.versionId).toBe('1');
    expect(latestGood(judge(ledger, 1, 'rolled-back'), () => true)).toBeUndefined();
  });

  test('a verdict that was replaced counts no more', () => {
    const again = append(ledger, example({ versionId: '1', deployedModelId: '11', verdict: 'failed' }));
    expect(latestGood(again, () => true)).toBeUndefined();
    expect(latestOf(again, '11')?.verdict).toBe('failed');
  });

  test('a version is known by its number, and a new number of the same bytes by its digest', () => {
    expect(latestOfVersion(ledger, { modelId: 'credit-risk', versionId: '2' })?.verdict).toBe('rolled-back');
    expect(
      latestOfVersion(ledger, { modelId: 'credit-risk', versionId: '9' }, `sha256:${'2'.repeat(64)}`)?.verdict,
    ).toBe('rolled-back');
    expect(
      latestOfVersion(ledger, { modelId: 'credit-risk', versionId: '9' }, `sha256:${'9'.repeat(64)}`),
    ).toBeUndefined();
    expect(latestOfVersion(ledger, { modelId: 'credit-risk', versionId: '9' })).toBeUndefined();
  });
});
