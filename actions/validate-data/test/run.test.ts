import { access, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { startGitHubEmulator } from '@mlops-actions/github-emulator';
import { countTable, resolveSource, type Definition } from '@mlops-actions/tabular';
import { renderCounts } from '@mlops-actions/tabular/counts-file';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { complaint, contract, folderOf, outcomes, readLines, ruleOf, run } from './workshop.ts';

const ORDERS = contract(
  [
    { name: 'id', logicalType: 'integer', primaryKey: true, required: true },
    {
      name: 'kind',
      logicalType: 'string',
      quality: [{ id: 'kinds', metric: 'invalidValues', arguments: { validValues: ['a', 'b'] }, mustBe: 0 }],
    },
    {
      name: 'price',
      logicalType: 'number',
      logicalTypeOptions: { minimum: 0 },
      quality: [{ id: 'known', metric: 'nullValues', mustBeLessThan: 50, unit: 'percent', severity: 'warning' }],
    },
  ],
  [{ id: 'rows', metric: 'rowCount', mustBeBetween: [3, 5] }],
);

const GOOD = 'id,kind,price\n1,a,1.5\n2,b,0\n3,a,\n';

describe('rows against their contract', () => {
  test('the same rows in every format get the same verdict', async () => {
    const rows = [
      { id: 1, kind: 'a', price: 1.5 },
      { id: 2, kind: 'c', price: -1 },
      { id: 2, kind: null, price: null },
    ];
    const csv = `id,kind,price\n${rows.map(({ id, kind, price }) => `${id},${kind ?? ''},${price ?? ''}\n`).join('')}`;
    const ndjson = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    const folder = await folderOf({
      'c.yaml': ORDERS,
      'csv/o.csv': csv,
      'gz/o.csv.gz': gzipSync(csv),
      'ndjson/o.ndjson': ndjson,
      'parquet/o.parquet': new Uint8Array(
        parquetWriteBuffer({
          columnData: [
            { name: 'id', data: rows.map(({ id }) => id), type: 'INT32' },
            { name: 'kind', data: rows.map(({ kind }) => kind), type: 'STRING', nullable: true },
            { name: 'price', data: rows.map(({ price }) => price), type: 'DOUBLE', nullable: true },
          ],
        }),
      ),
      'parts/kind=a/o.csv': 'id,price\n1,1.5\n',
      'parts/kind=c/o.csv': 'id,price\n2,-1\n',
      'parts/kind=/o.csv': 'id,price\n2,\n',
    });
    for (const data of ['csv/o.csv', 'gz/o.csv.gz', 'ndjson', 'parquet/*.parquet']) {
      const result = await run({ contract: path.join(folder, 'c.yaml'), data: path.join(folder, data) });
      const broken = Object.entries(outcomes(result)).filter(([, outcome]) => outcome !== 'pass');
      expect([data, result.verdict, Object.fromEntries(broken)]).toEqual([
        data,
        'fail',
        { 'orders.primary-key': 'fail', kinds: 'fail', 'orders.price.range': 'fail' },
      ]);
      expect(result.outputs).toMatchObject({
        rows: '3',
        'failed-checks': 'kinds\norders.price.range\norders.primary-key',
      });
    }
  });

  test('nested columns of Parquet are there, and not looked into', async () => {
    const folder = await folderOf({ 'c.yaml': contract([{ name: 'nested', logicalType: 'object', required: true }]) });
    const data = path.join(import.meta.dirname, '../../../packages/tabular/test/fixtures/none.parquet');
    const result = await run({ contract: path.join(folder, 'c.yaml'), data });
    expect(outcomes(result)).toEqual({
      'orders.nested.column': 'pass',
      'orders.nested.required': 'skipped',
      'orders.nested.type': 'skipped',
    });
  });

  test('folders named column=value are columns', async () => {
    const folder = await folderOf({
      'c.yaml': contract([
        { name: 'day', logicalType: 'date', required: true },
        { name: 'id', unique: true },
      ]),
      'parts/day=2026-01-01/o.csv': 'id\n1\n2\n',
      'parts/day=2026-01-02/o.csv': 'id\n2\n',
    });
    const result = await run({ contract: path.join(folder, 'c.yaml'), data: path.join(folder, 'parts') });
    expect(outcomes(result)).toMatchObject({
      'orders.day.column': 'pass',
      'orders.day.type': 'pass',
      'orders.id.unique': 'fail',
    });
  });

  test('good rows pass, and the headline says what that means', async () => {
    const folder = await folderOf({ 'c.yaml': ORDERS, 'o.csv': GOOD });
    const result = await run({ contract: path.join(folder, 'c.yaml'), data: path.join(folder, 'o.csv') });
    expect(result).toMatchObject({ verdict: 'pass', headline: '3 rows keep all 12 rules that were checked.' });
    expect(result.subjects.map(({ name }) => path.basename(name))).toEqual(['c.yaml', 'o.csv']);
  });

  test('warnings fail where the step is to fail for them, and never stays never', async () => {
    const folder = await folderOf({ 'c.yaml': ORDERS, 'o.csv': 'id,kind,price\n1,a,\n2,b,\n3,a,1\n' });
    const inputs = { contract: path.join(folder, 'c.yaml'), data: path.join(folder, 'o.csv') };
    expect((await run(inputs)).verdict).toBe('pass');
    expect((await run({ ...inputs, 'fail-on': 'warning' })).verdict).toBe('fail');
    const broken = await folderOf({ 'o.csv': 'id,kind,price\n1,x,1\n2,b,1\n3,a,1\n' });
    expect(await run({ ...inputs, data: path.join(broken, 'o.csv'), 'fail-on': 'never' })).toMatchObject({
      verdict: 'fail',
      tolerated: true,
    });
  });

  test('evidence names rows by place and hashed key, never by value; the quarantine holds the rows', async () => {
    const folder = await folderOf({ 'c.yaml': ORDERS, 'o.csv': 'id,kind,price\n4711,secret,1\n4712,b,\n4713,a,-5\n' });
    const quarantine = path.join(folder, 'bad.ndjson');
    const inputs = {
      contract: path.join(folder, 'c.yaml'),
      data: path.join(folder, 'o.csv'),
      'key-columns': 'id',
      'quarantine-path': quarantine,
    };
    const result = await run(inputs);
    const [evidence] = ruleOf(result, 'kinds').evidence!;
    expect(evidence!.place).toMatch(/o\.csv line 2$/);
    expect(evidence!.key).toMatch(/^[0-9a-f]{16}$/);
    const shown = JSON.stringify(result.report) + result.summary.source;
    expect(shown).not.toContain('secret');
    expect(shown).not.toContain('4711');
    expect(result.outputs['quarantine-path']).toBe(quarantine);
    const lines = await readLines(quarantine);
    // The missing price is one of the few that may be missing.
    expect(lines).toHaveLength(2);
    expect(JSON.stringify(lines[0])).toContain('secret');
    await run({ ...inputs, data: path.join(await folderOf({ 'o.csv': GOOD }), 'o.csv') });
    await expect(access(quarantine)).rejects.toThrow('ENOENT');
  });

  test('hostile names and values stay text in the summary', async () => {
    const name = '<img src=x onerror=alert(1)>|`@team';
    const folder = await folderOf({
      'c.yaml': contract([{ name, required: true, logicalType: 'integer' }]),
      'o.csv': `"${name}"\n"::error::x"\n`,
    });
    const result = await run({ contract: path.join(folder, 'c.yaml'), data: path.join(folder, 'o.csv') });
    expect(result.verdict).toBe('fail');
    expect(result.summary.source).not.toContain('<img');
    expect(result.summary.source).not.toContain('@team');
  });

  test('freshness is measured from the moment that is given', async () => {
    const folder = await folderOf({
      'c.yaml': contract([{ name: 'at', logicalType: 'timestamp' }], [], {
        slaProperties: [{ property: 'latency', value: 1, unit: 'd', element: 'orders.at' }],
      }),
      'o.csv': 'at\n2026-03-01T00:00:00Z\n2026-03-02T12:00:00Z\n',
    });
    const at = async (asOf: string) =>
      outcomes(await run({ contract: path.join(folder, 'c.yaml'), data: path.join(folder, 'o.csv'), 'as-of': asOf }))[
        'orders.at.freshness'
      ];
    expect(await at('2026-03-03T11:59:59Z')).toBe('pass');
    expect(await at('2026-03-03T12:00:00Z')).toBe('fail');
    expect(await at('2026-03-02')).toBe('inconclusive');
  });
});

describe('nothing passes by being absent', () => {
  test('no file, an empty folder, and files without rows', async () => {
    const folder = await folderOf({
      'c.yaml': contract([{ name: 'id', required: true }]),
      'empty/readme.txt': '',
      'o.csv': 'id\n',
    });
    const inputs = { contract: path.join(folder, 'c.yaml') };
    await expect(complaint({ ...inputs, data: path.join(folder, 'nowhere.csv') })).resolves.toContain('nowhere.csv');
    await expect(complaint({ ...inputs, data: path.join(folder, 'empty') })).resolves.toContain('empty');
    await expect(complaint(inputs)).resolves.toContain('It is not said which data are to be checked.');
    expect((await run({ ...inputs, data: path.join(folder, 'o.csv') })).verdict).toBe('inconclusive');
  });

  test('a contract alone, save where a review looks only at what is checked out', async () => {
    const folder = await folderOf({
      'c.yaml': ORDERS,
      'broken.yaml': { ...ORDERS, schema: 'none' },
      'earlier.yaml': contract([{ name: 'gone', logicalType: 'integer' }]),
      'model.yaml': {
        'schema-version': 1,
        model: { name: 'shop', owner: 'shop@acme.example' },
        artifact: { path: 'model' },
        data: { contract: 'c.yaml', data: ['gs://elsewhere/orders.csv'] },
      },
    });
    const file = (name: string): string => path.join(folder, name);
    const alone = { contract: file('c.yaml'), offline: 'true' };
    await expect(run(alone)).resolves.toMatchObject({ verdict: 'pass', outputs: { rows: '' } });
    await expect(run({ ...alone, 'baseline-contract': file('earlier.yaml') })).resolves.toMatchObject({
      verdict: 'fail',
    });
    await expect(run({ manifest: file('model.yaml'), offline: 'true' })).resolves.toMatchObject({ verdict: 'pass' });
    await expect(complaint({ ...alone, contract: file('broken.yaml') })).resolves.toContain('broken.yaml');
    await expect(complaint({ offline: 'true' })).resolves.toContain('It is not said which data are to be checked.');
    await expect(complaint({ ...alone, data: 'gs://elsewhere/orders.csv' })).resolves.toContain("'offline'");
    await expect(complaint({ ...alone, table: 'a.b.c' })).resolves.toContain("'offline'");
  });

  test('without a contract there must be rows', async () => {
    const folder = await folderOf({ 'o.csv': 'id\n', 'p.csv': 'id\n1\n' });
    expect((await run({ data: path.join(folder, 'o.csv') })).verdict).toBe('fail');
    expect((await run({ data: path.join(folder, 'p.csv') })).verdict).toBe('pass');
  });

  test('a column that is not there', async () => {
    const folder = await folderOf({ 'c.yaml': ORDERS, 'o.csv': 'id,kind\n1,a\n2,b\n3,a\n' });
    const result = await run({ contract: path.join(folder, 'c.yaml'), data: path.join(folder, 'o.csv') });
    expect(result.verdict).toBe('fail');
    expect(outcomes(result)).toMatchObject({ 'orders.price.column': 'fail', 'orders.price.range': 'inconclusive' });
  });

  test('a service that is not asked for is not asked: sql and other engines are skipped', async () => {
    const folder = await folderOf({
      'c.yaml': contract(
        [{ name: 'id' }],
        [
          { id: 'q', type: 'sql', query: 'SELECT 1', mustBe: 1 },
          { id: 's', type: 'custom', engine: 'soda', implementation: 'x' },
          { id: 't', type: 'text', description: 'Nice.' },
        ],
      ),
      'o.csv': 'id\n1\n',
    });
    const result = await run({ contract: path.join(folder, 'c.yaml'), data: path.join(folder, 'o.csv') });
    expect(outcomes(result)).toEqual({ 'orders.id.column': 'pass', q: 'skipped', s: 'skipped', t: 'skipped' });
    expect(result.headline).toContain('(3 skipped)');
  });
});

describe('the reference profile', () => {
  const numbers = (from: number) =>
    `x\n${Array.from({ length: 1000 }, (_, index) => `${from + (index % 100)}\n`).join('')}`;

  test('is written once, and later data are compared with it', async () => {
    const folder = await folderOf({
      'drift.yaml': contract(
        [
          {
            name: 'x',
            quality: [
              { id: 'psi', type: 'custom', engine: 'mlops-actions', implementation: { metric: 'psi', threshold: 0.2 } },
            ],
          },
        ],
        [
          {
            id: 'volume',
            type: 'custom',
            engine: 'mlops-actions',
            implementation: { metric: 'volume', minimumRatio: 0.5, maximumRatio: 2 },
          },
        ],
      ),
      'train.csv': numbers(0),
      'same.csv': numbers(0),
      'moved.csv': numbers(60),
      'few.csv': numbers(0).split('\n').slice(0, 401).join('\n'),
    });
    const profile = path.join(folder, 'profile.json');
    const made = await run({ data: path.join(folder, 'train.csv'), 'profile-output': profile });
    expect(made).toMatchObject({ verdict: 'pass', outputs: { 'profile-path': profile } });
    const judged = async (data: string, contractFile: string | undefined = 'drift.yaml') =>
      run({
        data: path.join(folder, data),
        profile,
        ...(contractFile !== '' && { contract: path.join(folder, contractFile) }),
      });
    expect(outcomes(await judged('same.csv'))).toMatchObject({ psi: 'pass', volume: 'pass' });
    expect(outcomes(await judged('moved.csv'))).toMatchObject({ psi: 'fail', volume: 'pass' });
    expect(outcomes(await judged('few.csv'))).toMatchObject({ volume: 'fail' });
    // The reference may be replaced by data that are like it, and by no others.
    const before = await readFile(profile, 'utf8');
    const replaced = (data: string) => run({ data: path.join(folder, data), profile, 'profile-output': profile });
    expect((await replaced('moved.csv')).outputs['profile-path']).toBe('');
    expect(await readFile(profile, 'utf8')).toBe(before);
    expect((await replaced('same.csv')).outputs['profile-path']).toBe(profile);
    // Without a rule of its own, everything is compared by the usual ones.
    expect((await judged('same.csv', '')).verdict).toBe('pass');
    expect((await judged('moved.csv', '')).verdict).toBe('fail');
  });

  test('rules that need one are open without it', async () => {
    const folder = await folderOf({
      'c.yaml': contract([
        {
          name: 'x',
          quality: [{ id: 'psi', type: 'custom', engine: 'mlops-actions', implementation: { metric: 'psi' } }],
        },
      ]),
      'o.csv': numbers(0),
    });
    const result = await run({ contract: path.join(folder, 'c.yaml'), data: path.join(folder, 'o.csv') });
    expect([result.verdict, outcomes(result)['psi']]).toEqual(['inconclusive', 'inconclusive']);
  });

  test('one of data that break the contract is not written', async () => {
    const folder = await folderOf({ 'c.yaml': contract([{ name: 'x', logicalType: 'boolean' }]), 'o.csv': numbers(0) });
    const profile = path.join(folder, 'profile.json');
    const result = await run({
      contract: path.join(folder, 'c.yaml'),
      data: path.join(folder, 'o.csv'),
      'profile-output': profile,
    });
    expect(result).toMatchObject({ verdict: 'fail', outputs: { 'profile-path': '' } });
    await expect(access(profile)).rejects.toThrow('ENOENT');
  });
});

describe('a changed contract', () => {
  test('that breaks its readers without a new major version fails, alone or with data', async () => {
    const after = (version: string) => contract([{ name: 'id' }], [], { version });
    const folder = await folderOf({
      'before.yaml': contract([{ name: 'id', required: true }]),
      'patch.yaml': after('1.0.1'),
      'major.yaml': after('2.0.0'),
      'o.csv': 'id\n1\n',
    });
    const compare = (file: string, more: Record<string, string> = {}) =>
      run({ contract: path.join(folder, file), 'baseline-contract': path.join(folder, 'before.yaml'), ...more });
    const patch = await compare('patch.yaml', { data: path.join(folder, 'o.csv') });
    expect(patch).toMatchObject({ verdict: 'fail', outputs: { 'breaking-changes': '1', rows: '1' } });
    expect(patch.headline).toContain('after 1.0.0 its version must be 2.0.0, not 1.0.1');
    expect(patch.summary.source).toContain('may be missing now');
    expect(await compare('major.yaml')).toMatchObject({
      verdict: 'pass',
      outputs: { 'breaking-changes': '1', rows: '' },
    });
    expect((await compare('major.yaml', { 'fail-on': 'warning' })).verdict).toBe('fail');
    expect(await compare('before.yaml')).toMatchObject({ verdict: 'pass', outputs: { 'breaking-changes': '0' } });
  });
});

describe('the pull request', () => {
  test('is told by one comment, which follows the contract; that it cannot be told is no verdict', async () => {
    const github = await startGitHubEmulator({ repositories: ['acme/shop'] });
    const number = github.openPullRequest('acme/shop');
    const folder = await folderOf({
      'before.yaml': contract([{ name: 'id', required: true }]),
      'after.yaml': contract([{ name: 'id' }]),
      'event.json': { pull_request: { number } },
    });
    const before = { ...process.env };
    Object.assign(process.env, { GITHUB_API_URL: github.url, GITHUB_EVENT_PATH: path.join(folder, 'event.json') });
    try {
      const compare = (file: string, token: string) =>
        run({
          contract: path.join(folder, file),
          'baseline-contract': path.join(folder, 'before.yaml'),
          comment: 'true',
          'github-token': token,
        });
      const token = github.issueToken({
        repository: 'acme/shop',
        permissions: { 'pull-requests': 'write', issues: 'write' },
      });
      const comments = () => github.state('acme/shop').issues[0]!.comments.map(({ body }) => body);
      await compare('after.yaml', token);
      expect(comments()).toEqual([expect.stringContaining('may be missing now')]);
      expect(
        (await compare('after.yaml', github.issueToken({ repository: 'acme/shop', permissions: {} }))).verdict,
      ).toBe('fail');
      await compare('before.yaml', token);
      // One comment for each contract; the other file's is another.
      expect(comments()).toHaveLength(2);
      await compare('before.yaml', token);
      expect(comments()).toHaveLength(2);
    } finally {
      process.env = before;
      await github.close();
    }
  });
});

describe('what other tools found', () => {
  const fixture = (name: string) => path.join(import.meta.dirname, 'fixtures', name);

  test('counts with the rest', async () => {
    const folder = await folderOf({ 'o.csv': 'id\n1\n' });
    const dbt = await run({ data: path.join(folder, 'o.csv'), results: fixture('dbt-run-results.json') });
    expect(dbt.verdict).toBe('fail');
    expect(dbt.outputs['failed-checks']).toContain('not_null_orders_id');
    const gx = await run({ results: fixture('great-expectations-*.json') });
    expect([gx.verdict, (gx.report['results'] as unknown[]).length]).toEqual(['fail', 2]);
    await expect(complaint({ results: fixture('none-*.json') })).resolves.toContain('No file matches');
    expect(JSON.stringify(gx.report)).not.toContain('partial_unexpected');
  });
});

describe('where the data are', () => {
  const servers = (location: string, type = 'local') => ({
    servers: [{ server: 'files', type, path: location, format: 'csv' }],
  });

  test('can be said by model.yaml and by a local server of the contract, within the repository', async () => {
    const folder = await folderOf({
      'model.yaml':
        'schema-version: 1\nmodel: { name: m, owner: o }\nartifact: { path: model.onnx }\ndata: { contract: c.yaml, data: [o.csv], key-columns: [id] }\n',
      'c.yaml': contract([{ name: 'id', required: true }]),
      'o.csv': 'id\n1\n2\n',
      'outside.yaml': contract([{ name: 'id' }], [], servers('../../../../../../../../etc/{model}.csv')),
      'link.yaml': contract([{ name: 'id' }], [], servers('/etc/passwd')),
      's3.yaml': contract([{ name: 'id' }], [], { servers: [{ server: 'lake', type: 's3', location: 's3://b/x' }] }),
    });
    expect(await run({ manifest: path.join(folder, 'model.yaml') })).toMatchObject({
      verdict: 'pass',
      outputs: { rows: '2' },
    });
    await expect(complaint({ contract: path.join(folder, 'outside.yaml') })).resolves.toContain(
      'outside of the working directory',
    );
    await expect(complaint({ contract: path.join(folder, 'link.yaml') })).resolves.toContain(
      'outside of the working directory',
    );
    await expect(complaint({ contract: path.join(folder, 's3.yaml'), server: 'lake' })).resolves.toContain(
      'none that can be read from here',
    );
    await expect(complaint({ contract: path.join(folder, 's3.yaml'), server: 'lale' })).resolves.toContain(
      "Did you mean 'lake'?",
    );
  });

  test('is said once', async () => {
    await expect(complaint({ data: 'a', table: 'b.c.d' })).resolves.toContain('Only one of the inputs');
    await expect(complaint({ data: 'a', engine: 'bigquery' })).resolves.toContain("Set 'table' instead");
    await expect(complaint({ data: 'a', 'allow-sql': 'true' })).resolves.toContain('is for the engine bigquery');
    await expect(complaint({ 'baseline-contract': path.join(import.meta.dirname, 'nothing.yaml') })).resolves.toContain(
      'nothing.yaml',
    );
  });

  test('and of which object they are', async () => {
    const folder = await folderOf({
      'c.yaml': contract([], [], {
        schema: [
          { name: 'orders', properties: [{ name: 'id' }] },
          { name: 'lines', properties: [{ name: 'no' }] },
        ],
      }),
      'o.csv': 'no\n1\n',
    });
    const inputs = { contract: path.join(folder, 'c.yaml'), data: path.join(folder, 'o.csv') };
    await expect(complaint(inputs)).resolves.toContain("Set the input 'schema-object' to one of orders, lines.");
    await expect(complaint({ ...inputs, 'schema-object': 'line' })).resolves.toContain("Did you mean 'lines'?");
    expect((await run({ ...inputs, 'schema-object': 'lines' })).verdict).toBe('pass');
  });
});

describe('counts of another engine', () => {
  test('the definition is written, counted elsewhere, and judged here', async () => {
    const folder = await folderOf({ 'c.yaml': ORDERS, 'o.csv': 'id,kind,price\n1,a,1\n2,x,-1\n2,b,\n' });
    const definition = path.join(folder, 'definition.json');
    const written = await run({ contract: path.join(folder, 'c.yaml'), 'definition-path': definition });
    expect(written.verdict).toBe('inconclusive');
    const { columns, checks } = JSON.parse(await readFile(definition, 'utf8')) as Definition;
    expect(checks).toContainEqual({ id: 'kinds', column: 'kind', test: 'values', values: ['a', 'b'] });

    // Any engine may count; here it is our own.
    const { counts } = await countTable(await resolveSource([path.join(folder, 'o.csv')]), { columns, checks });
    const countsPath = path.join(folder, 'counts.json');
    await writeFile(countsPath, JSON.stringify(renderCounts(counts, { columns, checks }, 'Ours')));
    const elsewhere = await run({ contract: path.join(folder, 'c.yaml'), 'counts-path': countsPath });
    const here = await run({ contract: path.join(folder, 'c.yaml'), data: path.join(folder, 'o.csv') });
    expect(elsewhere).toMatchObject({
      verdict: 'fail',
      outputs: { rows: '3', 'failed-checks': here.outputs['failed-checks'] },
    });
    // Which columns there are, counts do not say.
    expect(outcomes(elsewhere)).toEqual(
      Object.fromEntries(
        Object.entries(outcomes(here)).map(([id, outcome]) => [id, id.endsWith('.column') ? 'skipped' : outcome]),
      ),
    );

    const other = await folderOf({ 'c.yaml': contract([{ name: 'id', required: true }]) });
    await expect(complaint({ contract: path.join(other, 'c.yaml'), 'counts-path': countsPath })).resolves.toContain(
      'another definition',
    );
  });
});
