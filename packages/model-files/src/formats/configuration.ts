import { standingOf } from '../pickle/allowlist.ts';
import type { Scope } from '../scope.ts';
import { isRecord } from './safetensors.ts';

/** Nodes of a configuration that are looked at; what is larger is data. */
const MAX_NODES = 200_000;

/** Packages whose classes a configuration may name: it is how they are configured. */
const FRAMEWORKS =
  /^(torch|torchvision|torchmetrics|pytorch_lightning|lightning|nemo|megatron|apex|transformers|diffusers|sentence_transformers|onnxruntime|tokenizers|sklearn|omegaconf)\./;

/** Keys by which jsonpickle rebuilds objects. */
const JSONPICKLE = new Set(['py/object', 'py/function', 'py/reduce', 'py/type', 'py/newargsex', 'py/repr', 'py/bytes']);

/** Reviews settings in JSON for names that their reader imports: Hydra's targets, jsonpickle, modules of Hugging Face's libraries. */
export function scanConfiguration(root: unknown, scope: Scope): void {
  if (isRecord(root)) scanHuggingFace(root, scope);
  const stack: unknown[] = [root];
  for (let visited = 0; stack.length > 0 && visited < MAX_NODES; visited++) {
    const node = stack.pop();
    if (Array.isArray(node)) {
      for (const item of node) if (typeof item === 'object') stack.push(item);
      continue;
    }
    if (!isRecord(node)) continue;
    for (const [key, value] of Object.entries(node)) {
      if (key === '_target_' && typeof value === 'string') reviewTarget(value, scope);
      else if (JSONPICKLE.has(key)) reviewJsonPickle(key, value, scope);
      if (typeof value === 'object') stack.push(value);
    }
    // modules.json of sentence-transformers: a list of {idx, name, path, type}.
    if (typeof node['idx'] === 'number' && typeof node['path'] === 'string' && typeof node['type'] === 'string') {
      reviewTarget(node['type'], scope);
    }
  }
}

function reviewTarget(path: string, scope: Scope): void {
  const at = path.lastIndexOf('.');
  const standing = standingOf(path.slice(0, Math.max(0, at)), path.slice(at + 1), scope.allow);
  const isKnown = standing.use !== 'danger' && (standing.use !== 'unlisted' || FRAMEWORKS.test(path));
  if (isKnown) return;
  const why = standing.use === 'danger' ? `, which ${standing.why}` : '';
  scope.report('MV315', `The configuration has ${path} imported and called${why}`, { symbol: path });
}

function reviewJsonPickle(key: string, value: unknown, scope: Scope): void {
  if (key === 'py/bytes') return;
  if (typeof value === 'string' && key !== 'py/repr') reviewTarget(value, scope);
  else scope.report('MV315', `The JSON rebuilds an object by ${key}`, { symbol: key });
}

function scanHuggingFace(settings: Record<string, unknown>, scope: Scope): void {
  for (const key of ['auto_map', 'custom_pipelines']) {
    const named = settings[key];
    if (!isRecord(named)) continue;
    scope.report('MV311', `The settings name Python classes to be loaded from beside the model (${key})`, {
      symbol: key,
    });
    const remote = /"[\w.-]+\/[\w.-]+--/.exec(JSON.stringify(named))?.[0].slice(1, -2);
    if (remote !== undefined) {
      scope.report('MV315', `The settings have code of the repository ${remote} loaded`, { symbol: remote });
    }
  }
  // model_index.json of diffusers: a part's library and class.
  if (typeof settings['_class_name'] !== 'string') return;
  for (const [part, value] of Object.entries(settings)) {
    if (!Array.isArray(value) || typeof value[0] !== 'string' || typeof value[1] !== 'string') continue;
    const path = `${value[0]}.${value[1]}`;
    if (!part.startsWith('_') && !/^(stable_diffusion|flax_.*|pipelines?)$/.test(value[0])) reviewTarget(path, scope);
  }
}

/** Reviews settings in YAML and the like, by the marks that make a reader import something; they are not parsed. */
export function scanYaml(text: string, scope: Scope): void {
  for (const [, path = ''] of text.matchAll(/["']?_target_["']?\s*:\s*["']?([A-Za-z_][\w.]*)/g))
    reviewTarget(path, scope);
  const tag = /!!python\/\S+|tag:yaml\.org,2002:python\/\S+/.exec(text)?.[0];
  if (tag !== undefined)
    scope.report('MV315', `The YAML builds a Python object (${tag.slice(0, 80)})`, { symbol: 'YAML' });
}

/** Reviews a list of Python requirements: none comes from where its sender cannot be known. */
export function scanRequirements(text: string, scope: Scope): void {
  const found =
    /(?:--(?:extra-)?index-url|--find-links|-i|-f)[=\s]+["']?(http:\/\/\S+)|(--trusted-host\b)|\b((?:git\+)?http:\/\/\S+\.(?:git|whl|zip|tar\.gz)\b)/.exec(
      text,
    );
  const what = found?.[1] ?? found?.[2] ?? found?.[3];
  if (what !== undefined) {
    scope.report('MV316', `Requirements come over a connection that does not prove its end (${what})`, {
      symbol: what,
    });
  }
}
