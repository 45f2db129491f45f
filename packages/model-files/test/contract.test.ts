import { describe, expect, test } from '@jest/globals';
import { checkContract, type FileFacts, type InspectedFile, type ModelContract } from '../src/index.ts';

const file = (facts: FileFacts): InspectedFile => ({
  path: 'model',
  format: 'onnx',
  size: 1,
  digest: 'sha256:00',
  verdict: 'pass',
  findings: [],
  facts,
});

const check = (facts: FileFacts, contract: ModelContract): string[] =>
  checkContract([file(facts)], contract).map(({ rule, location }) => `${rule} ${location.symbol ?? ''}`.trim());

const contract: ModelContract = {
  inputs: [
    { name: 'age', type: 'integer' },
    { name: 'job', type: 'string' },
  ],
  outputs: [{ name: 'probability', type: 'number' }],
};

describe('a contract against named inputs and outputs', () => {
  const inputs = [
    { name: 'age', type: 'tensor(int64)', shape: ['?', 1] },
    { name: 'job', type: 'tensor(string)', shape: ['?', 1] },
  ];
  const outputs = [{ name: 'probability', type: 'tensor(float)', shape: ['?'] }];

  test('agrees', () => {
    expect(check({ inputs, outputs }, contract)).toEqual([]);
  });

  test('integers may go into floating point, numbers not into integers', () => {
    const port = (type: string): FileFacts => ({ inputs: [{ name: 'x', type }] });
    expect(check(port('tensor(float)'), { inputs: [{ name: 'x', type: 'integer' }] })).toEqual([]);
    expect(check(port('tensor(int64)'), { inputs: [{ name: 'x', type: 'number' }] })).toEqual(['MV603 x']);
  });

  test('tells what is missing, extra or of another type', () => {
    expect(check({ inputs: inputs.slice(1), outputs }, contract)).toEqual(['MV601 age']);
    expect(check({ inputs: [...inputs, { name: 'zip' }], outputs }, contract)).toEqual(['MV602 zip']);
    expect(check({ inputs, outputs: [...outputs, { name: 'label' }] }, contract)).toEqual(['MV605 label']);
    expect(check({ inputs: [inputs[0]!, { ...inputs[1]!, type: 'tensor(float)' }], outputs }, contract)).toEqual([
      'MV603 job',
    ]);
  });

  test('tells another shape', () => {
    const image = (shape: (string | number)[]): FileFacts => ({
      inputs: [{ name: 'x', type: 'tensor(float)', shape }],
    });
    const wanted: ModelContract = { inputs: [{ name: 'x', type: 'number', shape: [3, -1] }] };
    expect(check(image(['N', 3, 640]), wanted)).toEqual([]);
    expect(check(image(['N', 'C', 640]), wanted)).toEqual([]);
    expect(check(image(['N', 1, 640]), wanted)).toEqual(['MV603 x']);
    expect(check(image(['N', 3]), wanted)).toEqual(['MV603 x']);
    expect(check(image(['N', 7]), { inputs: [{ name: 'x', type: 'number' }] })).toEqual(['MV603 x']);
  });
});

describe('a contract against a tensor that takes all features', () => {
  const numbers: ModelContract = { inputs: ['a', 'b'].map((name) => ({ name, type: 'number' as const })) };
  const vector = (width: number | string): FileFacts => ({
    inputs: [{ name: 'X', type: 'tensor(float)', shape: ['?', width] }],
  });

  test('compares the width', () => {
    expect(check(vector(2), numbers)).toEqual([]);
    expect(check(vector('n'), numbers)).toEqual([]);
    expect(check(vector(3), numbers)).toEqual(['MV603 X']);
  });

  test('takes no text', () => {
    expect(check(vector(2), contract)).toContain('MV603 job');
  });
});

describe('a contract against features of a table', () => {
  test('compares names, whatever characters the library replaced', () => {
    expect(check({ featureNames: ['job', 'age'] }, contract)).toEqual([]);
    expect(check({ featureNames: ['job_title'] }, { inputs: [{ name: 'job title', type: 'string' }] })).toEqual([]);
    expect(check({ featureNames: ['age', 'zip'] }, contract)).toEqual(['MV601 job', 'MV602 zip']);
  });

  test('compares the count where names were not given', () => {
    expect(check({ featureNames: ['Column_0', 'Column_1'] }, contract)).toEqual([]);
    expect(check({ featureCount: 3 }, contract)).toEqual(['MV603']);
  });
});

test('a contract that no file can be held against is told', () => {
  expect(check({}, contract)).toEqual(['MV604']);
});
