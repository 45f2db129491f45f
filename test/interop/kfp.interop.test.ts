/** The pipelines of the tests are what the real KFP compiler writes today, and are read. */
import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { checkParameters, parseParameters } from '@mlops-actions/pipelines';
import { loadPipeline } from '../../packages/pipelines/src/kfp/load.ts';
import { declarationOf } from '../../packages/pipelines/src/kfp/spec.ts';
import { foreignTool } from './tools.ts';

const FIXTURES = path.resolve(import.meta.dirname, '../../packages/pipelines/test/fixtures');

const kfp = foreignTool('kfp');
(kfp === undefined ? describe.skip : describe)('pipelines of the real compiler', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kfp-'));
    const python = path.join(path.dirname(realpathSync(kfp!)), 'python');
    const { status, stderr } = spawnSync(python, [path.join(FIXTURES, 'make.py'), folder], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('are the fixtures, apart from the version of the compiler', async () => {
    const files = await readdir(folder);
    expect(files.sort()).toEqual(['looping.json', 'platform.yaml', 'training.yaml']);
    const plain = async (file: string): Promise<string> =>
      (await readFile(file, 'utf8')).replace(/kfp-\d+\.\d+\.\d+/, 'kfp');
    for (const file of files) expect(await plain(path.join(folder, file))).toBe(await plain(path.join(FIXTURES, file)));
  });

  test('declare their parameters with types', async () => {
    const declaration = declarationOf(await loadPipeline(path.join(folder, 'training.yaml')));
    const { values } = checkParameters(declaration, parseParameters('table=t\ndepth=4\nfeatures=["age"]'), 'training');
    expect(values).toEqual({ table: 't', depth: 4, features: ['age'] });
    expect(() => checkParameters(declaration, parseParameters('depht=4'), 'training')).toThrow("did you mean 'depth'?");
  });
});
