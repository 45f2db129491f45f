import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { createGoogleClient } from '@mlops-actions/google-apis';
import { loadPipeline } from '../src/kfp/load.ts';
import { declarationOf, outputSources, parsePipeline, withCaching } from '../src/kfp/spec.ts';

const fixture = (file: string): string => path.join(import.meta.dirname, 'fixtures', file);
const parse = (text: string) => parsePipeline(Buffer.from(text), 'pipeline.yaml');

describe('a compiled pipeline', () => {
  test('declares its parameters', async () => {
    const { parameters, open } = declarationOf(await loadPipeline(fixture('training.yaml')));
    expect(open).toBe(false);
    expect(parameters.map(({ name, type, required }) => `${name}: ${type}${required ? '' : '?'}`)).toEqual([
      ...[
        'depth: integer?',
        'features: list?',
        'learning_rate: number?',
        'options: object?',
        'publishing: boolean?',
        'table: text',
      ],
    ]);
  });

  test('says where its outputs come from', async () => {
    const { artifacts } = outputSources(await loadPipeline(fixture('training.yaml')));
    expect([...artifacts]).toEqual([['Output', [{ task: 'train', output: 'model' }]]]);
    const { parameters } = outputSources(await loadPipeline(fixture('looping.json')));
    expect([...parameters]).toEqual([['Output', [{ task: 'train', output: 'auc' }]]]);
  });

  test('has caching switched for every task, also of what is nested, and nothing else changed', async () => {
    for (const file of ['training.yaml', 'looping.json']) {
      const { spec } = await loadPipeline(fixture(file));
      const off = withCaching(spec, false);
      const text = JSON.stringify(off);
      expect(text).not.toContain('"enableCache":true');
      const tasks = (component: { dag?: { tasks?: object } }): number => Object.keys(component.dag?.tasks ?? {}).length;
      const components = Object.values(spec['components'] as object) as object[];
      const count = [spec['root'] as object, ...components].reduce((sum, component) => sum + tasks(component), 0);
      expect(text.match(/"enableCache":false/g)).toHaveLength(count);
      expect(withCaching(off, false)).toEqual(off);
      const blind = (value: unknown): unknown =>
        JSON.parse(JSON.stringify(value, (key, item: unknown) => (key === 'cachingOptions' ? undefined : item)));
      expect(blind(off)).toEqual(blind(spec));
    }
  });

  test('may have a second document for Kubernetes, and be wrapped into a PipelineJob', async () => {
    const { platformSpec, name } = await loadPipeline(fixture('platform.yaml'));
    expect(name).toBe('train-on-kubernetes');
    expect(Object.keys(platformSpec!)).toEqual(['platforms']);
    const { spec } = await loadPipeline(fixture('training.yaml'));
    expect(parse(JSON.stringify({ displayName: 'x', pipelineSpec: spec })).spec).toEqual(spec);
  });

  test('is read as PyYAML wrote it: 1e3, 0o17 and yes are text there', () => {
    const { spec } = parse(`
pipelineInfo: {name: p}
schemaVersion: 2.1.0
root: {dag: {tasks: {}}}
values: [1e3, 0o17, 'yes', 1.0e+3, 12, 3.0, true]
`);
    expect(spec['values']).toEqual(['1e3', '0o17', 'yes', 1000, 12, 3, true]);
    expect(spec['schemaVersion']).toBe('2.1.0');
  });

  const VALID = '{"pipelineInfo":{"name":"p"},"schemaVersion":"2.1.0","root":{"dag":{}}}';

  test.each([
    ['', 'it is not an object'],
    ['[]', 'it is not an object'],
    ['{', 'neither YAML nor JSON'],
    ['{"a": 1}', 'no pipelineInfo.name'],
    [VALID.replace('2.1.0', '2.0.0'), 'schemaVersion is 2.0.0'],
    [VALID.replace('"dag":{}', ''), 'no root.dag'],
    ['apiVersion: argoproj.io/v1alpha1\nkind: Workflow', 'a workflow of Argo'],
    [`${VALID}\n---\n{"a": 1}`, "second document has no 'platforms'"],
    [`${VALID}\n---\nplatforms: {}\n---\n{}`, 'more than two documents'],
    ['a: &a {b: 1}\nc: *d', 'neither YAML nor JSON'],
  ])('is not %j', (text, problem) => {
    expect(() => parse(text)).toThrow(problem);
  });

  test('that wants artifacts as inputs is refused, since nobody could give them', () => {
    const spec = VALID.replace('"dag":{}', '"dag":{},"inputDefinitions":{"artifacts":{"rows":{}}}');
    expect(() => declarationOf(parse(spec))).toThrow('wants artifacts as inputs (rows)');
  });

  test('that is missing or too large is told as such', async () => {
    await expect(loadPipeline('no/such.yaml')).rejects.toThrow("no pipeline at 'no/such.yaml'");
    expect(() => parsePipeline(Buffer.alloc(10 * 1024 * 1024 + 1), 'x')).toThrow('larger than 10 MiB');
  });
});

describe('a template of Artifact Registry', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.close();
  });

  test('is fetched, and known by its digest', async () => {
    const bytes = await readFile(fixture('training.yaml'));
    const asked: string[] = [];
    server = createServer((request, response) => {
      asked.push(request.url!);
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(bytes));
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server!.once('listening', resolve));
    const environment = { GOOGLE_APIS_EMULATOR_HOST: `127.0.0.1:${(server.address() as AddressInfo).port}` };
    const google = () => createGoogleClient({ environment });
    const loaded = await loadPipeline('https://europe-west4-kfp.pkg.dev/p/repo/train/v1', google);
    expect(asked).toEqual(['/p/repo/train/v1']);
    expect(loaded.templateUri).toBe('https://europe-west4-kfp.pkg.dev/p/repo/train/v1');
    expect(loaded.digest).toBe((await loadPipeline(fixture('training.yaml'))).digest);
  });

  test.each([
    'https://europe-west4-kfp.pkg.dev/p/repo/train',
    'https://evil.example/europe-west4-kfp.pkg.dev/a/b/c/d',
    'http://x-kfp.pkg.dev/a/b/c/d',
  ])('is not %s', async (address) => {
    await expect(loadPipeline(address)).rejects.toThrow('not a template of Artifact Registry');
  });
});
