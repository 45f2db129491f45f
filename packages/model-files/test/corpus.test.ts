import { expect, test } from '@jest/globals';
import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { inspectModel } from '../src/index.ts';
import { benignFiles, isNamed, writeVariants } from './corpus/files.ts';

test('every malicious variant is refused', async () => {
  const files = await writeVariants(await mkdtemp(path.join(os.tmpdir(), 'corpus-')));
  expect(files.length).toBeGreaterThanOrEqual(1400);
  const passed: string[] = [];
  for (const { file, family, technique } of files) {
    if (!isNamed(await inspectModel(file))) passed.push(`${family}: ${technique}`);
  }
  expect(passed).toEqual([]);
});

test('no file of a real framework is', async () => {
  const files = await benignFiles();
  expect(files.length).toBeGreaterThanOrEqual(150);
  const refused: string[] = [];
  for (const { file, technique } of files) {
    const { findings } = await inspectModel(file);
    if (findings.some(({ severity }) => severity !== 'note')) refused.push(`${file}: ${technique}`);
  }
  expect(refused).toEqual([]);
});
