import { describe, expect, test } from '@jest/globals';
import { inputReader, runContext, UserError, type ActionResult } from '@mlops-actions/action-kit';
import { startSigstoreEmulator } from '@mlops-actions/sigstore-emulator';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { action } from '../src/index.ts';

const fixtures = path.join(import.meta.dirname, '../../../test/fixtures/model-files');

/** A working folder with a model.yaml and a model. */
async function workshop(model: string, manifest?: string): Promise<string> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'validate-model-'));
  await mkdir(path.join(root, 'model'));
  await cp(path.join(fixtures, model), path.join(root, 'model', path.basename(model)));
  if (manifest !== undefined) await writeFile(path.join(root, 'model.yaml'), manifest);
  return root;
}

/** Runs the action as the runner would, with inputs by their names in action.yml. */
async function run(root: string, inputs: Record<string, string> = {}): Promise<ActionResult> {
  const all: Record<string, string> = {
    manifest: path.join(root, 'model.yaml'),
    'evidence-dir': path.join(root, 'evidence'),
    ...inputs,
  };
  return action.run(action.readInputs(inputReader((name) => all[name] ?? '')), runContext({}));
}

const manifest = (more = '', artifact = ''): string => `schema-version: 1
model:
  name: test
  owner: team@example.com
  risk-tier: low
artifact:
  path: model
${artifact}${more}`;

const rules = (result: ActionResult): string[] =>
  (result.report['findings'] as { rule: string }[]).map(({ rule }) => rule);

interface Sarif {
  runs: {
    tool: { driver: { rules: { id: string }[] } };
    results: {
      ruleId: string;
      ruleIndex: number;
      level: string;
      locations: {
        physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number; byteOffset?: number } };
      }[];
      partialFingerprints: Record<string, string>;
    }[];
    artifacts: { hashes: Record<string, string> }[];
  }[];
}
/** SARIF 2.1.0 by its own schema, which Microsoft's package ships in JSON Schema's draft 4: its root's keywords are of another time. */
const schemaFile = path.join(
  import.meta.dirname,
  '../../../node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json',
);
const schema = JSON.parse(readFileSync(schemaFile, 'utf8')) as Record<string, unknown>;
for (const keyword of ['$schema', 'id']) Reflect.deleteProperty(schema, keyword);
const validator = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats.default(validator);
const isSarif = validator.compile(schema);

/** The SARIF file of a run, which the schema accepts. */
function sarif(result: ActionResult): Sarif {
  const log: unknown = JSON.parse(readFileSync(result.outputs['sarif-path']!, 'utf8'));
  isSarif(log);
  expect(isSarif.errors).toBeNull();
  return log as Sarif;
}

describe('validate-model', () => {
  test('signs a model that passes, beside it or among its files, and no other', async () => {
    const root = await mkdtemp(path.join(os.tmpdir(), 'validate-model-'));
    await cp(path.join(fixtures, 'signed'), root, { recursive: true });
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const publicKey = path.join(root, 'own.pub');
    await writeFile(publicKey, pair.publicKey.export({ type: 'spki', format: 'pem' }));
    const privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    const model = { 'model-path': path.join(root, 'model'), manifest: '' };
    for (const file of [path.join(root, 'signatures/own.sig'), path.join(root, 'model/own.sig')]) {
      const signed = await run(root, { ...model, 'signature-output': file, 'private-key': privateKey });
      expect([signed.verdict, signed.outputs['signature-path']]).toEqual(['pass', file]);
      expect((await run(root, { ...model, signature: file, 'public-key': publicKey })).verdict).toBe('pass');
    }
    const late = path.join(root, 'late.sig');
    await writeFile(late, 'of an earlier attempt');
    await writeFile(path.join(root, 'model/evil.pkl'), "cos\nsystem\n(S'true'\ntR.");
    const refused = await run(root, {
      ...model,
      'signature-output': late,
      'private-key': privateKey,
      'fail-on': 'never',
    });
    expect([refused.verdict, refused.tolerated, refused.outputs['signature-path']]).toEqual(['fail', true, '']);
    expect(existsSync(late)).toBe(false);
    await expect(run(root, { ...model, 'signature-output': late })).rejects.toThrow(/'signature-output' and who signs/);
  });

  test('signs and verifies by the identity of the run', async () => {
    const root = await mkdtemp(path.join(os.tmpdir(), 'validate-model-'));
    await cp(path.join(fixtures, 'signed'), root, { recursive: true });
    const sigstore = await startSigstoreEmulator();
    const workflow = 'acme/credit/.github/workflows/train.yml@refs/heads/main';
    Object.assign(
      process.env,
      { SIGSTORE_EMULATOR_HOST: new URL(sigstore.url).host },
      sigstore.jobEnvironment({ sub: 'train', repository: 'acme/credit', job_workflow_ref: workflow }),
    );
    try {
      const model = { 'model-path': path.join(root, 'model'), manifest: '' };
      const signature = path.join(root, 'keyless.sig');
      await run(root, { ...model, 'signature-output': signature, sign: 'keyless' });
      const verify = (name: string): ReturnType<typeof run> =>
        run(root, {
          ...model,
          signature,
          'certificate-identity': `https://github.com/${name}`,
          'certificate-github-workflow-repository': 'acme/credit',
        });
      expect(await verify(workflow)).toMatchObject({
        verdict: 'pass',
        report: { signedBy: `https://github.com/${workflow}` },
      });
      expect(rules(await verify('acme/credit/.github/workflows/other.yml@refs/heads/main'))).toEqual(['MV801']);
      await writeFile(path.join(root, 'model/README.md'), 'not listed');
      expect(rules(await verify(workflow))).toEqual(['MV801']);
    } finally {
      delete process.env['SIGSTORE_EMULATOR_HOST'];
      await sigstore.close();
    }
  });

  test('holds the model to the budgets of model.yaml, and reads its numbers where that is asked for', async () => {
    const judged = async (validation: string): Promise<string[]> =>
      rules(await run(await workshop('benign/safetensors/model.safetensors', manifest(`validation: {${validation}}`))));
    expect(await judged('max-size-mib: 1, max-parameters: 1000000, check-tensors: true')).toEqual([]);
    expect(await judged('max-size-mib: 0.0001')).toEqual(['MV704']);
    expect(await judged('max-parameters: 1')).toEqual(['MV704']);
  });

  test('verifies a signature, and refuses what was changed since', async () => {
    const root = await mkdtemp(path.join(os.tmpdir(), 'validate-model-'));
    await cp(path.join(fixtures, 'signed'), root, { recursive: true });
    await writeFile(path.join(root, 'model.yaml'), manifest());
    const inputs = {
      signature: path.join(root, 'model.sig'),
      'public-key': path.join(root, 'key.pub'),
    };
    expect((await run(root, inputs)).verdict).toBe('pass');
    await cp(inputs.signature, path.join(root, 'model', 'mine.sig'));
    expect((await run(root, { ...inputs, signature: path.join(root, 'model', 'mine.sig') })).verdict).toBe('pass');
    expect(rules(await run(root, inputs))).toContain('MV801');
    await expect(run(root, { ...inputs, 'public-key': '' })).rejects.toThrow(/go together/);
    await expect(run(root, { ...inputs, 'public-key': path.join(root, 'none') })).rejects.toThrow(/does not exist/);
  });

  test('writes a bill of materials of what model.yaml and the files say', async () => {
    const root = await workshop(
      'benign/sklearn/scorecard.joblib',
      manifest('contract:\n  inputs:\n    - {name: age, type: number}\n').replace(
        '  risk-tier: low\n',
        '  risk-tier: low\n  license: Apache-2.0\n  datasets:\n    - {name: German Credit, uri: "https://example.com/d", license: CC-BY-4.0}\n',
      ),
    );
    await writeFile(
      path.join(root, 'model', 'requirements.txt'),
      '# pinned\nscikit_learn[x]==1.9.1 ; python_version > "3"\nnumpy>=2\n',
    );
    const result = await run(root);
    const text = readFileSync(result.outputs['bom-path']!, 'utf8');
    const bom = JSON.parse(text) as {
      metadata: { component: Record<string, unknown> };
      components: { type: string; name: string; version?: string; purl?: string }[];
      dependencies: { ref: string; dependsOn?: string[] }[];
    };
    expect(bom).toMatchObject({
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      serialNumber: expect.stringMatching(/^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      metadata: {
        component: {
          type: 'machine-learning-model',
          name: 'test',
          hashes: [{ alg: 'SHA-256', content: result.outputs['model-digest']!.slice('sha256:'.length) }],
          licenses: [{ expression: 'Apache-2.0' }],
          modelCard: { modelParameters: { datasets: [{ ref: 'dataset:0' }], inputs: [{ format: 'age: number' }] } },
        },
      },
    });
    expect(bom.components).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'data', name: 'German Credit' }),
        expect.objectContaining({ type: 'file', name: 'scorecard.joblib' }),
        expect.objectContaining({ type: 'library', name: 'scikit-learn', purl: 'pkg:pypi/scikit-learn@1.9.1' }),
        expect.objectContaining({ type: 'library', name: 'numpy', purl: 'pkg:pypi/numpy' }),
      ]),
    );
    expect(bom.dependencies.map(({ ref }) => ref).slice(1)).toEqual(bom.dependencies[0]!.dependsOn);
    await run(root);
    expect(readFileSync(result.outputs['bom-path']!, 'utf8')).toBe(text);
  });

  test.each([
    ['9999-12-31', 'pass'],
    ['2000-01-01', 'fail'],
  ])('lets a waiver of model.yaml that ends on %s decide: %s', async (expires, verdict) => {
    const root = await workshop('malicious/keras/lambda.keras', manifest());
    const before = await run(root);
    expect(before.verdict).toBe('fail');
    const { files, findings } = before.report as {
      files: { digest: string }[];
      findings: { rule: string; severity: string }[];
    };
    const waivers = [...new Set(findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule))].map(
      (rule) =>
        `    - {rule: ${rule}, digest: '${files[0]!.digest}', owner: risk, reason: read by hand, expires: ${expires}}\n`,
    );
    await writeFile(path.join(root, 'model.yaml'), manifest(`validation:\n  waivers:\n${waivers.join('')}`));
    // Code in a Keras model is critical: the workflow must open its rule.
    expect((await run(root)).verdict).toBe('fail');
    const result = await run(root, { 'waivable-rules': 'MV301' });
    expect(result.verdict).toBe(verdict);
    const isWaived = verdict === 'pass';
    expect(rules(result).includes('MV702')).toBe(!isWaived);
    expect(sarif(result).runs[0]!.results.some((entry) => 'suppressions' in entry)).toBe(isWaived);
    expect(result.summary.source.includes('read by hand')).toBe(isWaived);
  });

  test('passes a real model and says what it is', async () => {
    const result = await run(await workshop('benign/onnx/model.onnx', manifest()));
    expect(result.verdict).toBe('pass');
    expect(result.outputs).toMatchObject({ format: 'onnx', 'findings-count': '0' });
    expect(result.outputs['model-digest']).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(result.subjects).toEqual([{ name: 'test', digest: { sha256: result.outputs['model-digest']!.slice(7) } }]);
    expect(result.report['files']).toMatchObject([
      { path: 'model.onnx', format: 'onnx', verdict: 'pass', findings: [] },
    ]);
  });

  test('refuses a poisoned pickle, and shows what it would run', async () => {
    const result = await run(await workshop('malicious/sklearn/attribute-4.pkl', manifest()));
    expect(result.verdict).toBe('fail');
    expect(result.headline).toContain("system('true')");
    expect(result.report['files']).toMatchObject([
      {
        format: 'pickle',
        verdict: 'fail',
        findings: [{ rule: 'MV102', severity: 'error', location: { path: 'attribute-4.pkl' } }],
      },
    ]);
  });

  test('writes SARIF with stable fingerprints, that do not depend on where the file is', async () => {
    const first = sarif(await run(await workshop('malicious/torch/state.pt', manifest())));
    const second = sarif(await run(await workshop('malicious/torch/state.pt', manifest())));
    const [result] = first.runs[0]!.results;
    expect(result).toMatchObject({ ruleId: 'MV102', level: 'error' });
    expect(result!.locations[0]!.physicalLocation.region.startLine).toBe(1);
    expect(result!.locations[0]!.physicalLocation.artifactLocation.uri).toMatch(/model\/state\.pt$/);
    expect(first.runs[0]!.tool.driver.rules[result!.ruleIndex]!.id).toBe('MV102');
    expect(result!.partialFingerprints).toEqual(second.runs[0]!.results[0]!.partialFingerprints);
    expect(result!.partialFingerprints['primaryLocationLineHash']).toMatch(/^[0-9a-f]{16}:1$/);
    expect(first.runs[0]!.artifacts[0]!.hashes['sha-256']).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each([
    ['with offsets, from a pickle', 'malicious/sklearn/attribute-4.pkl'],
    ['of members, from an archive', 'malicious/torch/duplicate.pt'],
    ['without places, from a graph', 'malicious/tflite/read-file.tflite'],
    ['of nothing', 'benign/onnx/model.onnx'],
  ])('writes SARIF that its schema accepts, %s', async (_, model) => {
    const [log] = sarif(await run(await workshop(model, manifest()))).runs;
    const offsets = log!.results.map(({ locations }) => locations[0]!.physicalLocation.region.byteOffset);
    expect(offsets.some((offset) => offset !== undefined)).toBe(model.endsWith('.pkl'));
  });

  test('fail-on decides, input before model.yaml', async () => {
    const root = await workshop('benign/onnx/model.onnx', manifest('validation:\n  fail-on: warning\n'));
    await writeFile(path.join(root, 'model', 'helper.py'), 'import numpy\n');
    expect((await run(root)).verdict).toBe('fail');
    expect((await run(root, { 'fail-on': 'error' })).verdict).toBe('pass');
    const poisoned = await workshop('malicious/sklearn/getattr.pkl', manifest());
    expect(await run(poisoned, { 'fail-on': 'never' })).toMatchObject({ verdict: 'fail', tolerated: true });
  });

  test('formats decide, input before model.yaml', async () => {
    const root = await workshop('benign/sklearn/scorecard.joblib', manifest('', '  formats: [onnx]\n'));
    expect(rules(await run(root))).toEqual(['MV906']);
    expect((await run(root, { formats: 'onnx, joblib' })).verdict).toBe('pass');
    await expect(run(root, { formats: 'onxn' })).rejects.toThrow(
      expect.objectContaining({ fix: "Did you mean 'onnx'?" }),
    );
  });

  test('allow adds names to those of model.yaml', async () => {
    const root = await mkdtemp(path.join(os.tmpdir(), 'validate-model-'));
    await mkdir(path.join(root, 'model'));
    await writeFile(path.join(root, 'model', 'm.pkl'), Buffer.from('\x80\x04ca.b\nC\n0cd.e\nF\n.', 'latin1'));
    await writeFile(path.join(root, 'model.yaml'), manifest('validation:\n  allow: [a.b.C]\n'));
    expect(rules(await run(root))).toEqual(['MV101']);
    expect((await run(root, { allow: 'd.e.F' })).verdict).toBe('pass');
    await expect(run(root, { allow: 'os' })).rejects.toThrow(UserError);
  });

  test('holds the model to the contract', async () => {
    const contract = (second: string): string => `contract:
  inputs:
    - {name: age, type: number}
    - {name: ${second}, type: number}
`;
    expect((await run(await workshop('benign/lightgbm/model.txt', manifest(contract('amount'))))).verdict).toBe('pass');
    expect(rules(await run(await workshop('benign/lightgbm/model.txt', manifest(contract('income')))))).toEqual([
      'MV601',
      'MV602',
    ]);
  });

  test('asks for a model card by risk tier', async () => {
    const high = manifest().replace('risk-tier: low', 'risk-tier: high');
    const result = await run(await workshop('benign/onnx/model.onnx', high));
    expect(rules(result)).toEqual(['MV701', 'MV701', 'MV701', 'MV701']);
    expect(result.verdict).toBe('pass');
  });

  test('needs no model.yaml where the path is given', async () => {
    const root = await workshop('benign/onnx/model.onnx');
    const result = await run(root, { manifest: '', 'model-path': path.join(root, 'model', 'model.onnx') });
    expect(result.verdict).toBe('pass');
    expect(sarif(result).runs[0]!.artifacts).toHaveLength(1);
  });

  test.each([
    ['no manifest and no path', {}, /no model manifest/],
    ['a missing path', { 'model-path': 'nowhere' }, /no model at 'nowhere'/],
  ])('%s is an error', async (_, inputs, message) => {
    const root = await mkdtemp(path.join(os.tmpdir(), 'validate-model-'));
    const manifestPath = 'model-path' in inputs ? '' : path.join(root, 'model.yaml');
    await expect(run(root, { manifest: manifestPath, ...inputs })).rejects.toThrow(message);
  });

  test('shows hostile names and texts escaped', async () => {
    const root = await workshop('benign/onnx/model.onnx', manifest());
    await writeFile(
      path.join(root, 'model', '<img src=x>|`a`\n::set-output name=x::y.pkl'),
      Buffer.from('\x80\x04c<b>|x\n::error::y\n.', 'latin1'),
    );
    const result = await run(root);
    expect(result.verdict).toBe('fail');
    expect(result.summary.source).not.toMatch(/<img|<b>|::set-output|::error/);
    expect(
      result.summary.source
        .split('\n')
        .filter((line) => line.startsWith('|'))
        .every((line) => line.endsWith('|')),
    ).toBe(true);
  });
});
