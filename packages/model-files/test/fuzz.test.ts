import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Cursor } from '../src/cursor.ts';
import { PickleMachine } from '../src/pickle/machine.ts';
import { looksLikePickle } from '../src/pickle/sniff.ts';
import { MemorySource } from '../src/source.ts';
import { callOf, evil, op, pickle } from './helpers/assembler.ts';
import { inspectBytes } from './helpers/model.ts';
import { tar } from './helpers/tar.ts';
import { zip } from './helpers/zip.ts';

const RUNS = 300;

/** Opcodes that leave an attack as it is: they push something and take it away again. */
const noise = fc.oneof(
  fc.constant(Buffer.concat([op.none, op.pop])),
  fc.constant(Buffer.concat([op.mark, op.none, op.popMark])),
  fc.constant(Buffer.concat([op.mark, op.pop])),
  fc.string({ maxLength: 20 }).map((text) => Buffer.concat([op.text(text), op.memoize, op.pop])),
  fc.nat(255).map((index) => Buffer.concat([op.emptyList, op.binput(index), op.pop])),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.concat([op.shortBytes(Buffer.from(bytes)), op.pop])),
  fc.integer().map((value) => Buffer.concat([op.int(String(value)), op.pop])),
);

const attack = fc.constantFrom(
  callOf('os', 'system'),
  callOf('my_package.hidden', 'run'),
  Buffer.concat([op.text('builtins'), op.text('exec'), op.stackGlobal, op.text('1'), op.tuple1, op.reduce]),
  Buffer.concat([op.mark, op.global('subprocess', 'Popen'), op.text('id'), op.obj]),
  Buffer.concat([op.mark, op.text('id'), op.inst('posix', 'system')]),
  Buffer.concat([op.global('collections', 'OrderedDict'), op.emptyDict, op.build]),
);

describe('the pickle machine', () => {
  test('ends on any bytes, in a known way', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
        const source = new MemorySource(Buffer.from(bytes));
        looksLikePickle(source, true);
        expect(new Cursor(source).remaining).toBe(bytes.length);
      }),
      { numRuns: 2000 },
    );
  });

  test('finds an attack whatever surrounds it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(noise, { maxLength: 8 }),
        attack,
        fc.array(noise, { maxLength: 8 }),
        async (before, payload, after) => {
          const file = pickle(4, ...before, payload, op.pop, ...after, op.none);
          expect((await inspectBytes(file, 'm.pkl')).verdict).toBe('fail');
        },
      ),
      { numRuns: RUNS },
    );
  });

  test('finds an attack in a file that is cut or changed anywhere behind it', async () => {
    const payload = Buffer.concat([op.proto(4), callOf('os', 'system')]);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (tail) => {
        expect((await inspectBytes(Buffer.concat([payload, Buffer.from(tail)]), 'm.pkl')).verdict).toBe('fail');
      }),
      { numRuns: RUNS },
    );
  });
});

describe('the review', () => {
  const bases = [
    evil,
    pickle(2, op.global('collections', 'OrderedDict'), op.emptyTuple, op.reduce),
    zip([
      { name: 'm/data.pkl', content: evil },
      { name: 'm/version', content: '3', deflate: true },
    ]),
    tar([{ name: 'a', content: evil }]),
    Buffer.from('{"chat_template": "{{ x }}", "learner": {}}'),
    Buffer.from(
      'GGUF\x03\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0a\x08\0\0\0\x01\0\0\0\0\0\0\0b',
      'latin1',
    ),
    Buffer.from('\x08\x09\x3a\x06\x0a\x04\x22\x02Id\x42\x02\x10\x11', 'latin1'),
    Buffer.from('\x93NUMPY\x01\0\x46\0', 'latin1'),
  ];

  test('ends on mutated files of every kind, without throwing', async () => {
    const mutation = fc.record({
      base: fc.constantFrom(...bases),
      cut: fc.double({ min: 0, max: 1, noNaN: true }),
      changes: fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(mutation, async ({ base, cut, changes }) => {
        const bytes = Buffer.from(base.subarray(0, Math.ceil(base.length * (1 - cut * cut))));
        for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;
        const inspection = await inspectBytes(bytes, 'm');
        expect(['pass', 'fail']).toContain(inspection.verdict);
      }),
      { numRuns: RUNS * 2 },
    );
  });

  test('never lets anything pass that is no model', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const inspection = await inspectBytes(Buffer.from(bytes), 'm');
        if (inspection.verdict === 'pass') expect(inspection.formats).not.toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });
});

test('memory and time stay bounded on a stream of pushes', () => {
  const source = new MemorySource(Buffer.alloc(1 << 20, 0x4e));
  const end = new PickleMachine(new Cursor(source), {
    global: () => {
      throw new Error('unreachable');
    },
    call: () => undefined,
    build: (target) => target,
    mutate: () => undefined,
    extension: () => undefined,
    persistent: (id) => id,
    data: () => undefined,
    oddity: () => undefined,
  }).run();
  expect(end.how).toBe('broken');
});
