import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ResolvedManifest } from '@mlops-actions/manifest';
import type { ModelInspection } from '@mlops-actions/model-files';

/** What the bill of materials is made of. */
export interface BomSource {
  modelPath: string;
  inspection: ModelInspection;
  /** model.yaml, where there is one. */
  manifest: ResolvedManifest | undefined;
}

type Component = Record<string, unknown> & { 'bom-ref': string };

/** PyPI packages by the module that a pickle imports. */
const PACKAGES: Readonly<Record<string, string>> = {
  catboost: 'catboost',
  joblib: 'joblib',
  lightgbm: 'lightgbm',
  numpy: 'numpy',
  pandas: 'pandas',
  scipy: 'scipy',
  sklearn: 'scikit-learn',
  torch: 'torch',
  xgboost: 'xgboost',
};

/**
 * The bill of materials of the model as CycloneDX 1.6 JSON (https://cyclonedx.org/docs/1.6/json/): the model with its card, its files, its
 * data sets, and the libraries that it needs, as its `requirements.txt` declares or its pickles show them. The same model and model.yaml give
 * the same document, so it holds no time.
 */
export async function bomOf(source: BomSource): Promise<Record<string, unknown>> {
  const { modelPath, inspection, manifest } = source;
  const model = manifest?.model;
  const name = model?.name ?? path.basename(modelPath);
  const datasets = (model?.datasets ?? []).map(({ name: dataset, uri, license }, index): Component => ({
    type: 'data',
    'bom-ref': `dataset:${index}`,
    name: dataset,
    ...licensesOf(license),
    data: [{ type: 'dataset', name: dataset, ...(uri !== undefined && { contents: { url: uri } }) }],
  }));
  const files = inspection.files.map(({ path: file, digest }): Component => ({
    type: 'file',
    'bom-ref': `file:${file}`,
    name: file,
    ...hashesOf(digest),
  }));
  const libraries = librariesOf(inspection, await readRequirements(source));
  const components = [...files, ...datasets, ...libraries];
  const body = {
    metadata: {
      tools: { components: [{ type: 'application', name: 'validate-model', group: 'mlops-actions' }] },
      component: {
        type: 'machine-learning-model',
        'bom-ref': 'model',
        name,
        ...(model?.description !== undefined && { description: model.description }),
        ...(model?.owner !== undefined && { publisher: model.owner }),
        ...hashesOf(inspection.digest),
        ...licensesOf(model?.license),
        modelCard: cardOf(source, datasets),
      },
    },
    components,
    dependencies: [
      { ref: 'model', dependsOn: components.map((component) => component['bom-ref']) },
      ...components.map((component) => ({ ref: component['bom-ref'] })),
    ],
  };
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify(body))}`,
    version: 1,
    ...body,
  };
}

function cardOf({ inspection, manifest }: BomSource, datasets: readonly Component[]): Record<string, unknown> {
  const { model, contract } = manifest ?? {};
  const ports = (features: readonly { name: string; type: string }[] = []): { format: string }[] =>
    features.map(({ name, type }) => ({ format: `${name}: ${type}` }));
  const parameters = inspection.files.reduce((sum, { facts }) => sum + (facts.parameters ?? 0), 0);
  return {
    'bom-ref': 'model-card',
    modelParameters: {
      ...(datasets.length > 0 && { datasets: datasets.map((dataset) => ({ ref: dataset['bom-ref'] })) }),
      inputs: ports(contract?.inputs),
      outputs: ports(contract?.outputs),
    },
    considerations: {
      ...(model?.['intended-use'] !== undefined && { useCases: [model['intended-use']] }),
      ...(model?.limitations !== undefined && { technicalLimitations: model.limitations }),
    },
    properties: [
      { name: 'mlops-actions:formats', value: inspection.formats.join(',') },
      ...(parameters > 0 ? [{ name: 'mlops-actions:parameters', value: String(parameters) }] : []),
      ...(model?.['risk-tier'] === undefined ? [] : [{ name: 'mlops-actions:risk-tier', value: model['risk-tier'] }]),
    ],
  };
}

/** Declared libraries with their versions, the scikit-learn that saved a pickle, and what else pickles import, without a version. */
function librariesOf(inspection: ModelInspection, requirements: ReadonlyMap<string, string | undefined>): Component[] {
  const found = new Map(requirements);
  for (const { facts } of inspection.files) {
    const [, saved] = /^scikit-learn (\S+)$/.exec(facts.producer ?? '') ?? [];
    if (saved !== undefined && found.get('scikit-learn') === undefined) found.set('scikit-learn', saved);
    for (const imported of facts.imports ?? []) {
      const module = imported.split('.')[0]!;
      const library = Object.hasOwn(PACKAGES, module) ? PACKAGES[module]! : undefined;
      if (library !== undefined && !found.has(library)) found.set(library, undefined);
    }
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, version]) => {
      const purl = `pkg:pypi/${name}${version === undefined ? '' : `@${encodeURIComponent(version)}`}`;
      return { type: 'library', 'bom-ref': purl, name, ...(version !== undefined && { version }), purl };
    });
}

/** No list of requirements comes near. */
const MAX_REQUIREMENTS = 1 << 20;

/** What the model's own `requirements.txt` declares: names as PyPI normalises them, with versions where they are pinned. */
async function readRequirements({ modelPath, inspection }: BomSource): Promise<Map<string, string | undefined>> {
  const declared = new Map<string, string | undefined>();
  if (inspection.kind !== 'folder' || !inspection.files.some((file) => file.path === 'requirements.txt'))
    return declared;
  const file = path.join(modelPath, 'requirements.txt');
  if ((await stat(file)).size > MAX_REQUIREMENTS) return declared;
  for (const line of (await readFile(file, 'utf8')).split('\n')) {
    const [, name, version] = /^\s*([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*(?:==\s*([\w.+!-]+))?/.exec(line) ?? [];
    if (name !== undefined) declared.set(name.toLowerCase().replace(/[-_.]+/g, '-'), version);
  }
  return declared;
}

function hashesOf(digest: string | undefined): { hashes?: { alg: string; content: string }[] } {
  return digest === undefined ? {} : { hashes: [{ alg: 'SHA-256', content: digest.slice('sha256:'.length) }] };
}

function licensesOf(license: string | undefined): { licenses?: { expression: string }[] } {
  return license === undefined ? {} : { licenses: [{ expression: license }] };
}

/** A UUID of version 8 (RFC 9562) from what it names. */
function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
