import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import {
  columnsOf,
  countsOf,
  countTable,
  definitionOf,
  emptyCounts,
  mergeCounts,
  profileTable,
  readProfile,
  resolveSource,
  writeProfile,
  type Definition,
} from '../src/index.ts';
import { readCsv } from '../src/read-csv.ts';
import { readPlainNumber } from '../src/numbers.ts';
import { KeySpool } from '../src/unique.ts';
import { KeyDigests } from '../src/keys.ts';
import { Column } from '../src/column.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'count-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function file(name: string, content: string | Buffer): Promise<string> {
  const place = path.join(folder, name);
  await mkdir(path.dirname(place), { recursive: true });
  await writeFile(place, content);
  return place;
}

const DEFINITION: Definition = {
  columns: [
    { name: 'x', kind: 'numeric', edges: [1, 2] },
    { name: 'c', kind: 'categorical', categories: ['a', 'b'] },
  ],
  checks: [
    { id: 'present', test: 'present', column: 'c' },
    { id: 'unique', test: 'unique', columns: ['x'] },
  ],
};

test('numbers are read as Number reads them, to the last bit, or left to it', () => {
  const digits = fc.tuple(
    fc.oneof(fc.bigInt({ min: 0n, max: 10n ** 12n }), fc.bigInt({ min: 0n, max: 10n ** 20n })),
    fc.nat(25),
    fc.constantFrom(0, 0, -3, 5, -30, 30),
  );
  const text = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    digits.map(([whole, scale, exponent]) => {
      const padded = String(whole).padStart(scale + 1, '0');
      const point = padded.length - scale;
      return `${padded.slice(0, point)}.${padded.slice(point)}${exponent === 0 ? '' : `e${exponent}`}`;
    }),
    fc.string({ unit: fc.constantFrom('0', '7', '.', '-', '+', 'e', 'E', ' ', 'x'), maxLength: 8 }),
  );
  let read = 0;
  fc.assert(
    fc.property(text, (number) => {
      const bytes = Buffer.from(number);
      const value = readPlainNumber(bytes, 0, bytes.length);
      if (Number.isNaN(value)) return;
      read++;
      expect(value).toBe(Number(number));
      expect(number).toMatch(/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i);
    }),
    { numRuns: 5000 },
  );
  expect(read).toBeGreaterThan(400);
});

test('CSV is read as csv-parse reads it', async () => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'ä', '"', ',', '\n', '\r\n', ' ', '7'), maxLength: 5 });
  const record = fc
    .tuple(cell, cell, cell)
    .map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(','));
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 9 }), fc.nat(30), async (records, cut) => {
      const text = ['x,y,z', ...records].join('\n');
      const bytes = Buffer.from(text);
      async function* chunks(): AsyncGenerator<Buffer> {
        yield bytes.subarray(0, cut);
        yield bytes.subarray(cut);
      }
      const rows: unknown[][] = [];
      for await (const { length, columns } of readCsv('x', chunks(), ['x', 'y', 'z'])) {
        for (let row = 0; row < length; row++) rows.push(columns.map((column) => column[row]));
      }
      expect(rows).toEqual(parse(text, { record_delimiter: ['\n'] }).slice(1));
    }),
    { numRuns: 300 },
  );
});

describe('parts', () => {
  test('wherever a large file is cut, within quoted line breaks too, threads find what one reader finds, at the same lines', async () => {
    const breaks = `"${'1,a,"" \n'.repeat(400)}"`;
    const lines = Array.from(
      { length: 11_000 },
      (_, i) => `${i % 10_990},${i % 5 === 0 ? '' : 'a'},${i % 3 === 0 ? breaks : '0'}`,
    );
    const text = `x,c,note\n${lines.join('\n')}\n${Array.from({ length: 60_000 }, (_, i) => `${i + 20_000},b,${'z'.repeat(400)}`).join('\n')}`;
    const large = await resolveSource([await file('large.csv', text)]);
    const packed = await resolveSource([await file('packed/large.csv.gz', gzipSync(text, { level: 1 }))]);
    const [one, two, whole] = [
      await countTable(large, DEFINITION, { workers: 1 }),
      await countTable(large, DEFINITION, { workers: 2 }),
      await countTable(packed, DEFINITION, { workers: 1 }),
    ];
    expect(one.counts.rows).toBe(71_000);
    expect(two).toEqual(one);
    expect(whole.counts).toEqual(one.counts);
    const lineOf = (places: { place: string }[] | undefined): (string | undefined)[] =>
      places!.map(({ place }) => place.split(' line ')[1]);
    for (const id of ['present', 'unique']) {
      expect(lineOf(one.evidence.get(id))).toEqual(lineOf(whole.evidence.get(id)));
      expect(one.evidence.get(id)).not.toHaveLength(0);
    }
    const profiles = [await profileTable(large, {}, { workers: 1 }), await profileTable(large, {}, { workers: 2 })];
    expect(profiles[1]).toEqual(profiles[0]);
  });

  test('a fault far into a large file is told with its line', async () => {
    const lines = Array.from({ length: 300_000 }, (_, i) => `${i},a,${'z'.repeat(100)}`);
    lines[250_000] = '1,a';
    const source = await resolveSource([await file('ragged.csv', ['x,c,note', ...lines].join('\n'))]);
    for (const workers of [1, 2]) {
      await expect(countTable(source, DEFINITION, { workers })).rejects.toThrow(
        'line 250002 has 2 values, the header has 3',
      );
    }
  });

  test('files of a partitioned folder are one table, and their folders are columns', async () => {
    await file('hive/day=2026-01-01/a.csv', 'x\n1\n2\n');
    await file('hive/day=2026-01-02/a.csv', 'x\n3\n');
    await file('hive/_SUCCESS', '');
    const source = await resolveSource([path.join(folder, 'hive')]);
    expect(source.files).toHaveLength(2);
    expect((await columnsOf(source)).map(({ name }) => name)).toEqual(['x', 'day']);
    const { counts } = await countTable(source, {
      columns: [{ name: 'day', kind: 'categorical', categories: ['2026-01-01', '2026-01-02'] }],
      checks: [],
    });
    expect(counts.columns.get('day')).toEqual({ kind: 'categorical', nulls: 0, categories: [2, 1], other: 0 });
  });

  test('counts of files add up to those of the table', async () => {
    const rows = fc.array(fc.constantFrom('1,a', '2,b', ',c', 'x,', '1.5,a'), { maxLength: 9 });
    const definition = { ...DEFINITION, checks: DEFINITION.checks.slice(0, 1) };
    const count = async (name: string, lines: string[]) =>
      (await countTable(await resolveSource([await file(name, ['x,c', ...lines].join('\n'))]), definition)).counts;
    await fc.assert(
      fc.asyncProperty(rows, rows, async (a, b) => {
        const merged = mergeCounts(await count('m1.csv', a), await count('m2.csv', b));
        expect(merged).toEqual(await count('m3.csv', [...a, ...b]));
        expect(mergeCounts(emptyCounts(definition), merged)).toEqual(merged);
      }),
      { numRuns: 30 },
    );
  });
});

test('uniqueness is exact when the keys do not fit into memory', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(60), { maxLength: 200 }),
      fc.integer({ min: 24, max: 2000 }),
      async (keys, memory) => {
        const spool = new KeySpool(memory);
        try {
          const column = new Column();
          for (let part = 0; part * 50 < keys.length; part++) {
            const values = keys.slice(part * 50, part * 50 + 50);
            const digests = new KeyDigests('salt');
            digests.start(values.length);
            column.load({ kind: 'values', type: 'integer', values }, values.length, String);
            digests.add(column);
            await spool.add(part, digests.records(values.map((_, row) => row + 1)));
          }
          const repeated = keys.filter((key, index) => keys.indexOf(key) < index).length;
          const twice = new Set(keys.filter((key, index) => keys.indexOf(key) < index)).size;
          expect(await spool.resolve('rows', 5)).toMatchObject({ keys: keys.length, repeated });
          expect(await spool.resolve('keys', 5)).toMatchObject({ keys: keys.length, repeated: twice });
          const first = keys.flatMap((key, i) =>
            keys.indexOf(key) < i ? [{ part: Math.floor(i / 50), number: (i % 50) + 1 }] : [],
          );
          expect((await spool.resolve('rows', 5)).first).toEqual(first.slice(0, 5));
        } finally {
          await spool.close();
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('evidence names rows without what is in them; the quarantine has the rows', async () => {
  const source = await resolveSource([await file('e.csv', 'x,c,__proto__\n1,a,secret\n1,,"q""\n"\n2,b,\n')]);
  const quarantine = path.join(folder, 'q.ndjson');
  const { evidence, quarantined } = await countTable(source, DEFINITION, { key: ['__proto__'], quarantine });
  expect(evidence.get('present')).toEqual([{ place: 'e.csv line 3', key: expect.stringMatching(/^[0-9a-f]{16}$/) }]);
  expect(evidence.get('unique')).toEqual([{ place: 'e.csv line 3' }]);
  expect(quarantined).toBe(1);
  expect(await readFile(quarantine, 'utf8')).toBe(
    '{"place":"e.csv line 3","checks":["present","unique"],"row":{"x":"1","c":"","__proto__":"q\\"\\n"}}\n',
  );
});

describe('profiles', () => {
  test('the reference counted again by its own definition gives its own counts; a changed file is refused', async () => {
    const rows = Array.from(
      { length: 3000 },
      (_, i) => `${i % 7 === 0 ? 'NA' : i / 8},${'abc'[i % 3]},2026-01-${(i % 28) + 1},00${i % 5}`,
    );
    const source = await resolveSource([await file('p.csv', ['x,c,d,code', ...rows].join('\n'))]);
    const profile = await profileTable(source);
    expect(profile.columns.map(({ name, kind }) => [name, kind])).toEqual([
      ['x', 'numeric'],
      ['c', 'categorical'],
      ['d', 'categorical'],
      ['code', 'categorical'],
    ]);
    const [x] = profile.columns;
    expect(x).toMatchObject({
      missing: ['NA'],
      nulls: 429,
      invalid: 0,
      whole: false,
      minimum: 0.125,
      maximum: 374.875,
    });
    expect((await countTable(source, definitionOf(profile))).counts).toEqual(countsOf(profile));
    const place = path.join(folder, 'p.json');
    await writeProfile(place, profile);
    expect(await readProfile(place)).toEqual(profile);
    await writeFile(place, (await readFile(place, 'utf8')).replace('"a"', '"A"'));
    await expect(readProfile(place)).rejects.toThrow('was changed');
  });

  test('a million different values neither fill the memory nor get into the profile', async () => {
    const rows = Array.from({ length: 1_000_000 }, (_, i) => (i % 3 === 0 ? 'common' : `id-${i}`));
    const source = await resolveSource([await file('million.csv', ['id', ...rows].join('\n'))]);
    const [id] = (await profileTable(source, {}, { workers: 1 })).columns;
    expect(id).toMatchObject({ categories: [{ value: 'common', count: 333_334 }], other: 666_666 });
  });
});

describe('bad input', () => {
  test.each([
    ['zero bytes', 'z.csv', '', /is empty/],
    [
      'a line that is not UTF-8',
      'u.csv',
      Buffer.from('x,c\n1,\xe4\n', 'latin1'),
      /line 2 holds bytes that are not UTF-8/,
    ],
    ['cut-off gzip', 'g.csv.gz', gzipSync('x,c\n'.repeat(9000)).subarray(0, 40), /not a whole gzip file/],
    ['a huge cell', 'h.csv', `x,c\n1,a\n1,"${'y'.repeat(5_000_000)}"\n`, /line 3 is longer than 4 MiB/],
    ['no such column', 'n.csv', 'x,C\n1,a\n', /has no column 'c'/],
    ['a double column', 'd.csv', 'x,c,c\n1,a,b\n', /'c' more than once/],
    ['no Parquet', 'p.parquet', 'PAR1xxxx', /not a readable Parquet file/],
  ])('%s', async (_, name, content, message) => {
    const source = await resolveSource([await file(`bad/${name}`, content)]);
    await expect(countTable(source, DEFINITION)).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(message),
    });
  });

  test('no rows are no rows, NUL is no number, and nowhere is a UserError', async () => {
    const none = await countTable(await resolveSource([await file('bad/header.csv', 'x,c\n')]), DEFINITION);
    expect(none.counts).toEqual(emptyCounts(DEFINITION));
    const nul = await countTable(await resolveSource([await file('bad/nul.csv', 'x,c\n1\0,a\n')]), DEFINITION);
    expect(nul.counts.columns.get('x')).toMatchObject({ invalid: 1 });
    await mkdir(path.join(folder, 'nothing'));
    await expect(resolveSource([path.join(folder, 'nothing')])).rejects.toThrow('There is no data');
    await expect(profileTable(await resolveSource([path.join(folder, 'bad/header.csv')]))).rejects.toThrow('no rows');
  });
});
