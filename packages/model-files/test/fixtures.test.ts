import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { inspectModel } from '../src/index.ts';
import { inspectBytes, rulesOf } from './helpers/model.ts';

const folder = path.join(import.meta.dirname, '../../../test/fixtures/model-files');

interface Fixture {
  path: string;
  technique: string;
  verdict: 'benign' | 'malicious';
  rule?: string;
}

const { files } = JSON.parse(readFileSync(path.join(folder, 'manifest.json'), 'utf8')) as { files: Fixture[] };
const titles = (verdict: Fixture['verdict']): [string, Fixture][] =>
  files.filter((file) => file.verdict === verdict).map((file) => [`${file.path}: ${file.technique}`, file]);

describe('files of real frameworks', () => {
  test.each(titles('benign'))('%s passes', async (_, fixture) => {
    const inspection = await inspectModel(path.join(folder, fixture.path));
    expect(inspection.findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
  });

  test.each(titles('malicious'))('%s is refused', async (_, fixture) => {
    const inspection = await inspectModel(path.join(folder, fixture.path));
    expect(inspection.verdict).toBe('fail');
    expect(rulesOf(inspection)).toContain(fixture.rule);
  });
});

test('an HDF5 file that is cut is refused, wherever: its readers refuse it too', async () => {
  const file = readFileSync(path.join(folder, 'malicious/keras/lambda.h5'));
  for (const length of [64, 723, 4096, file.length - 1]) {
    expect((await inspectBytes(file.subarray(0, length), 'm.h5')).verdict).toBe('fail');
  }
});

describe('facts of real files', () => {
  test.each([
    ['benign/sklearn/scorecard.joblib', { featureCount: 3, featureNames: ['age', 'amount', 'job'] }],
    ['benign/sklearn/scorecard.pkl', { featureCount: 3, featureNames: ['age', 'amount', 'job'] }],
    ['benign/lightgbm/model.txt', { featureCount: 2, featureNames: ['age', 'amount'] }],
    ['benign/lightgbm/booster.pkl', { featureCount: 2, featureNames: ['age', 'amount'] }],
    ['benign/xgboost/model.json', { featureCount: 2, featureNames: ['age', 'amount'] }],
    ['benign/safetensors/model.safetensors', { tensorCount: 2, parameters: 8 }],
    ['benign/torch/state.pt', { tensorCount: 9 }],
    ['benign/xgboost/model.ubj', { featureCount: 2, featureNames: ['age', 'amount'] }],
    ['benign/catboost/categories.cbm', { featureCount: 3, featureNames: ['age', 'job', 'amount'] }],
    ['benign/catboost/categories.json', { featureCount: 3, featureNames: ['age', 'job', 'amount'] }],
    ['benign/catboost/unnamed.cbm', { featureCount: 2 }],
    [
      'benign/tflite/dense.tflite',
      {
        tensorCount: 2,
        parameters: 15,
        inputs: [{ name: 'features', type: 'float32', shape: ['?', 4] }],
        outputs: [{ name: 'output_0', type: 'float32', shape: ['?', 1] }],
      },
    ],
    [
      'benign/coreml/network.mlmodel',
      { inputs: [{ name: 'x', type: 'array(float32)' }], outputs: [{ name: 'softmax_0', type: 'array(float32)' }] },
    ],
    ['benign/onnx/model.onnx', { inputs: [{ name: 'X', type: 'tensor(float)', shape: ['?', 2] }] }],
  ])('%s', async (file, facts) => {
    const inspection = await inspectModel(path.join(folder, file));
    expect(inspection.files[0]!.facts).toMatchObject(facts);
  });
});
