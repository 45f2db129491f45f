import { describe, expect, test } from '@jest/globals';
import { callOf, harmless, op, pickle } from './helpers/assembler.ts';
import { inspectBytes, messagesOf, rulesOf } from './helpers/model.ts';

describe('a bomb', () => {
  const call = (module: string, name: string, ...args: Buffer[]): Buffer =>
    Buffer.concat([op.global(module, name), op.mark, ...args, op.tuple, op.reduce]);
  const huge = op.long1(0, 0, 0, 0, 0, 1);

  test.each([
    ['zeros', call('builtins', 'bytearray', huge)],
    ['a range that is run through', call('builtins', 'list', call('builtins', 'range', huge))],
    [
      'an array',
      call(
        'numpy.core.multiarray',
        '_reconstruct',
        op.global('numpy', 'ndarray'),
        op.mark,
        huge,
        op.tuple,
        op.text('b'),
      ),
    ],
  ])('of %s is refused, one of ordinary size passes', async (_, huge_) => {
    expect(rulesOf(await inspectBytes(pickle(4, huge_), 'm.pkl'))).toEqual(['MV114']);
    const small = Buffer.from(
      huge_.toString('latin1').replace(huge.toString('latin1'), op.binint1(0).toString('latin1')),
      'latin1',
    );
    expect(rulesOf(await inspectBytes(pickle(4, small), 'm.pkl'))).toEqual([]);
  });

  test('of a key whose hash takes years is refused; the same as a value, or a key of ordinary depth, passes', async () => {
    const nested = (depth: number): Buffer =>
      Buffer.concat([op.none, ...Array.from({ length: depth }, () => Buffer.concat([op.dup, op.tuple2]))]);
    const key = (depth: number): Buffer => pickle(4, op.emptyDict, nested(depth), op.none, op.setitem);
    expect(rulesOf(await inspectBytes(key(40), 'm.pkl'))).toEqual(['MV114']);
    expect(rulesOf(await inspectBytes(key(8), 'm.pkl'))).toEqual([]);
    expect(rulesOf(await inspectBytes(pickle(4, op.emptyDict, op.none, nested(40), op.setitem), 'm.pkl'))).toEqual([]);
  });

  test('of opcodes ends the review with a finding, not the process', async () => {
    const content = Buffer.concat([
      op.proto(4),
      Buffer.alloc(24 << 20, Buffer.concat([op.emptyDict, op.memoize])),
      op.stop,
    ]);
    const inspection = await inspectBytes(content, 'm.pkl');
    expect(rulesOf(inspection)).toEqual(['MV904']);
    expect(messagesOf(inspection)).toMatch(/up to byte \d+ only/);
  });
});

test('a call behind more text than can be followed is not taken for text', async () => {
  const content = Buffer.concat([Buffer.alloc(52 << 20, 'N'), Buffer.from("cos\nsystem\n(S'true'\ntR.")]);
  const inspection = await inspectBytes(content, 'notes.txt');
  expect(inspection.formats).toEqual(['pickle']);
  expect(rulesOf(inspection)).toContain('MV904');
});

describe('a value', () => {
  const evil = pickle(4, callOf('os', 'system'));
  const holding = (value: Buffer): Buffer => pickle(4, op.emptyDict, op.text('a'), value, op.setitem);

  test.each([
    ['bytes', op.shortBytes(evil)],
    ['text in base64', op.text(evil.toString('base64'))],
    ['text in hexadecimal', op.text(evil.toString('hex'))],
    ['long text in base64', op.text4(pickle(4, callOf('os', 'system', 'x'.repeat(250))).toString('base64'))],
  ])('that is a pickle which calls, as %s, is refused and shown', async (_, value) => {
    const inspection = await inspectBytes(holding(value), 'm.pkl');
    expect(rulesOf(inspection)).toEqual(['MV102', 'MV115']);
  });

  test.each([
    ['a pickle that does nothing', op.shortBytes(Buffer.concat([harmless, Buffer.alloc(20)]))],
    ['numbers that begin like one', op.shortBytes(Buffer.concat([Buffer.from([0x80, 4]), Buffer.alloc(30, 7)]))],
    ['text that looks encoded', op.text('gASAbcdefghijklmnopqrstuvwxyz')],
  ])('that is %s passes', async (_, value) => {
    expect(rulesOf(await inspectBytes(holding(value), 'm.pkl'))).toEqual([]);
  });
});
