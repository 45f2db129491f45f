import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readCsv } from '../src/read-csv.ts';
import { readTable, type Batch, type Cell } from '../src/index.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tabular-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function file(name: string, content: string | Buffer): Promise<string> {
  const place = path.join(folder, name);
  await writeFile(place, content);
  return place;
}

async function rowsOf(batches: AsyncIterable<Batch>): Promise<{ rows: Cell[][]; places: string[] }> {
  const rows: Cell[][] = [];
  const places: string[] = [];
  for await (const batch of batches) {
    for (let index = 0; index < batch.length; index++) {
      rows.push(batch.columns.map((column) => column[index]!));
      places.push(batch.placeOf(index));
    }
  }
  return { rows, places };
}

const read = async (place: string, columns: string[]): Promise<Cell[][]> =>
  (await rowsOf(readTable(place, { columns }))).rows;

describe('CSV', () => {
  test('quotes, doubled quotes, separators and line breaks in values, CRLF, BOM, blank lines', async () => {
    const place = await file('a.csv', '\ufeffid,note,score\r\n1,"a, ""b""\r\nc",0.5\r\n\r\n2,,"0.25"\r\n');
    const { rows, places } = await rowsOf(readTable(place, { columns: ['score', 'note'] }));
    expect(rows).toEqual([
      ['0.5', 'a, "b"\r\nc'],
      ['0.25', ''],
    ]);
    expect(places).toEqual(['line 2', 'line 5']);
  });

  test('the last line needs no line break', async () => {
    expect(await read(await file('b.csv', 'a,b\n1,"2"'), ['b', 'a'])).toEqual([['2', '1']]);
    expect(await read(await file('b2.csv', 'a,b\n1,2\r\n3,'), ['b'])).toEqual([['2'], ['']]);
  });

  test.each([';', '\t', '|'])('the separator %j is found in the header', async (separator) => {
    const place = await file('c.csv', `id${separator}"a,b"${separator}score\n1${separator}x,y${separator}0,5\n`);
    expect(await read(place, ['a,b', 'score'])).toEqual([['x,y', '0,5']]);
  });

  test('gzip, under whatever name', async () => {
    const packed = gzipSync('id,score\n1,0.5\n');
    expect(await read(await file('d.csv.gz', packed), ['id', 'score'])).toEqual([['1', '0.5']]);
    expect(await read(await file('d.bin', packed), ['id', 'score'])).toEqual([['1', '0.5']]);
  });

  test('wherever the chunks are cut, the rows are the same', async () => {
    const cell = fc.oneof(fc.string(), fc.constantFrom('', '"', 'ä\n', ',', '\r\n', '""', '7'));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 8 }),
        fc.constantFrom('\n', '\r\n'),
        fc.array(fc.nat(40), { maxLength: 30 }),
        async (rows, lineBreak, cuts) => {
          const quote = (text: string): string =>
            /[",\r\n;\t|]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text;
          const bytes = Buffer.from(
            [['x', 'y', 'z'], ...rows].map((row) => row.map(quote).join(',') + lineBreak).join(''),
          );
          const chunks: Buffer[] = [];
          let start = 0;
          for (const cut of cuts) {
            chunks.push(bytes.subarray(start, start + cut));
            start += cut;
          }
          chunks.push(bytes.subarray(start));
          const wellFormed = rows.map((row) => row.map((text) => text.toWellFormed()));
          expect((await rowsOf(readCsv('x.csv', feed(chunks), ['x', 'y', 'z']))).rows).toEqual(wellFormed);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('UTF-16 is known by its byte order mark, Windows-1252 must be said', async () => {
    const text = '\ufeffid,score\nä,1\n';
    expect(await read(await file('u16.csv', Buffer.from(text, 'utf16le')), ['id'])).toEqual([['ä']]);
    expect(await read(await file('u16be.csv', Buffer.from(text, 'utf16le').swap16()), ['id'])).toEqual([['ä']]);
    const latin = await file('latin.csv', Buffer.from('id,score\nä,1\n', 'latin1'));
    const { rows } = await rowsOf(readTable(latin, { columns: ['id'], encoding: 'windows-1252' }));
    expect(rows).toEqual([['ä']]);
  });

  test.each([
    ['ragged', 'id,score\n1,0.5\n2\n', /line 3 has 1 values, the header has 2/],
    ['open quote', 'id,score\n1,"0.5\n', /line 2 has a quote that is not closed/],
    ['stray quote', 'id,score\n1,0"5\n', /line 2 has a quote within/],
    ['text after quote', 'id,score\n"1"x,0.5\n', /line 2 has text after/],
    ['lone CR', 'id,score\r1,0.5\r', /line 1 has a carriage return/],
    ['header only, cut', '\n\n', /no header/],
    ['missing column', 'id,scores\n1,0.5\n', /no column 'score'/],
    ['double column', 'id,score,score\n1,0.5,0.6\n', /'score' more than once/],
    ['empty', '', /is empty/],
    ['binary', Buffer.from('i\0d\0,\0\n\0'), /not text/],
    ['not UTF-8', Buffer.from('id,score\n\xe4,1\n', 'latin1'), /line 2 holds bytes that are not UTF-8/],
    ['huge record', `id,score\n"${'x'.repeat(5 * 1024 * 1024)}",1\n`, /longer than 4 MiB/],
  ])('%s is refused', async (name, content, message) => {
    await expect(read(await file(`bad-${name}.csv`, content), ['id', 'score'])).rejects.toThrow(message);
  });

  test('a suggestion for a misspelt column, and hostile names stay data', async () => {
    const place = await file('e.csv', 'id,Score,__proto__\n1,0.5,x\n');
    await expect(read(place, ['score'])).rejects.toMatchObject({ fix: "Did you mean 'Score'?" });
    expect(await read(place, ['__proto__'])).toEqual([['x']]);
  });

  test('gzip that is cut off is refused', async () => {
    const packed = gzipSync(Buffer.from('id,score\n' + '1,0.5\n'.repeat(5000)));
    const place = await file('f.csv.gz', packed.subarray(0, packed.length - 20));
    await expect(read(place, ['id'])).rejects.toThrow('not a whole gzip file');
  });

  test('missing files and folders are named', async () => {
    await expect(read(path.join(folder, 'none.csv'), ['id'])).rejects.toThrow('There is no file');
    await expect(read(folder, ['id'])).rejects.toThrow('is a folder');
  });
});

async function* feed(chunks: Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks;
}

describe('NDJSON', () => {
  test('values keep their types and large ids their digits', async () => {
    const place = await file(
      'a.ndjson',
      '{"id": 9007199254740993, "score": 0.5, "label": true}\n\n{"id": "x", "label": null, "score": 1e-3}\r\n',
    );
    expect(await read(place, ['id', 'score', 'label'])).toEqual([
      ['9007199254740993', 0.5, true],
      ['x', 0.001, null],
    ]);
  });

  test('is recognised by its content', async () => {
    expect(await read(await file('predictions', '{"id": 1}\n{"id": 2}'), ['id'])).toEqual([[1], [2]]);
  });

  test.each([
    ['not JSON', '{"id": 1}\n{"id": }\n', /line 2 is not JSON/],
    ['an array', '[1]\n', /line 1 is not a JSON object/],
    ['nested', '{"id": {"a": 1}}\n', /line 1 has a nested value in 'id'/],
    ['missing key', '{"id": 1}\n{"ID": 2}\n', /line 2' has no column 'id'/],
    ['inherited key', '{"id": 1}\n{"x": 2}\n', /line 2' has no column 'id'/],
  ])('%s is refused', async (name, content, message) => {
    await expect(read(await file(`bad-${name}.jsonl`, content), ['id'])).rejects.toThrow(message);
  });
});

describe('Parquet', () => {
  const fixture = (name: string): string => new URL(`./fixtures/${name}.parquet`, import.meta.url).pathname;

  test.each(['none', 'snappy', 'gzip', 'brotli', 'zstd'])('%s', async (codec) => {
    const { rows, places } = await rowsOf(readTable(fixture(codec), { columns: ['segment', 'id', 'label', 'score'] }));
    expect(rows).toEqual([
      ['north', 1, 0, 0.25],
      ['süd', 2, 1, 0.5],
      [null, '9007199254740993', 1, NaN],
      ['a,"b"', 4, null, 1],
    ]);
    expect(places).toEqual(['row 1', 'row 2', 'row 3', 'row 4']);
  });

  test('another codec, a nested column and a missing one are named', async () => {
    await expect(read(fixture('lz4'), ['id'])).rejects.toThrow('compressed by LZ4');
    await expect(read(fixture('none'), ['nested'])).rejects.toThrow("'nested' is nested");
    await expect(read(fixture('none'), ['scores'])).rejects.toThrow("no column 'scores'");
  });

  test('whatever byte is damaged, the rows are read or a fault of the file is told', async () => {
    const bytes = await readFile(fixture('zstd'));
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (position, change) => {
        const damaged = Buffer.from(bytes);
        damaged[position]! ^= change;
        const place = await file('damaged.parquet', damaged);
        try {
          expect(await read(place, ['id', 'score'])).toHaveLength(4);
        } catch (error) {
          expect(error).toMatchObject({ name: 'UserError' });
        }
      }),
      { numRuns: 150 },
    );
  });

  test.each([0.1, 0.5, 0.99])('cut off at %d of its length, it is refused', async (share) => {
    const bytes = await readFile(fixture('snappy'));
    const place = await file('cut.parquet', bytes.subarray(0, Math.floor(bytes.length * share)));
    await expect(read(place, ['id'])).rejects.toThrow('not a readable Parquet file');
  });
});
