import type { Scope } from '../scope.ts';
import { readBytes, type ByteSource } from '../source.ts';
import { FormatError } from '../cursor.ts';
import { duplicateKey, parseJson } from './json.ts';
import { scanKerasConfig } from './keras.ts';
import { isRecord } from './safetensors.ts';
import { scanTemplate } from './template.ts';
import { readCatboostJson } from './catboost.ts';
import { scanConfiguration, scanRequirements, scanYaml } from './configuration.ts';
import { MAX_TEXT, readText } from './text-source.ts';
import { scanSecrets } from './secrets.ts';
import { scanXgboost } from './xgboost.ts';

/** Text of no format that is known: settings, requirements, templates, prose. */
export function scanPlainText(source: ByteSource, scope: Scope, name: string): void {
  const text = readText(source, scope);
  scanSecrets(text, scope);
  reviewText(text, scope, name);
  const binary = text.search(/[\0\ufffd]/);
  if (binary >= 0) scope.report('MV903', 'The file begins as text and goes on as something else');
}

function reviewText(text: string, scope: Scope, name: string): void {
  if (text.includes('{%') || text.includes('{{')) scanTemplate(text, 'of the file', scope);
  // Prose may speak of what settings must not hold.
  if (!/\.(md|rst)$/i.test(name)) {
    scanYaml(text, scope);
    scanRequirements(text, scope);
  }
}

const ACTING_PYTHON =
  /\b(os\.(system|popen|exec\w*|spawn\w*|posix_spawn\w*)|subprocess\.\w+|pty\.spawn|eval|exec|compile|__import__|importlib\.import_module|pickle\.loads?|marshal\.loads?|joblib\.load|torch\.load|urllib\.request\.\w+|requests\.(get|post|put)|socket\.socket|ctypes\.\w+|runpy\.\w+|shutil\.rmtree)\s*\(/;

export function scanPython(source: ByteSource, scope: Scope): void {
  const text = readText(source, scope);
  scanSecrets(text, scope);
  scope.report('MV311', 'Python source lies among the model’s files');
  scanPythonCode(text, scope);
}

function scanPythonCode(text: string, scope: Scope): void {
  text.split('\n').forEach((line, index) => {
    const call = ACTING_PYTHON.exec(line.replace(/#.*$/, ''))?.[1];
    if (call !== undefined) scope.report('MV312', `Line ${index + 1} calls ${call}`, { symbol: call });
  });
}

/** The cells of a Jupyter notebook. */
function scanNotebook(cells: readonly unknown[], scope: Scope): void {
  for (const cell of cells) {
    if (!isRecord(cell) || cell['cell_type'] !== 'code') continue;
    const source = Array.isArray(cell['source']) ? cell['source'].join('') : cell['source'];
    if (typeof source !== 'string') continue;
    scope.report('MV311', 'A notebook with code lies among the model’s files', { symbol: 'notebook' });
    scanPythonCode(source, scope);
  }
}

export function scanShell(source: ByteSource, scope: Scope): void {
  scanSecrets(readText(source, scope), scope);
  scope.report('MV312', 'A script for a shell or another interpreter lies among the model’s files');
}

/** TorchScript code prints as Python; operators of libraries and those that read files are what leaves the interpreter. */
const ACTING_TORCHSCRIPT =
  /\b(?:torch\.(from_file|save|load|_load_from_file)|ops\.(?!aten\b|prim\b|quantized\b|prepacked\b|image\b|torchvision\b|_quantized\b|mkldnn\b|inductor\b|profiler\b|static_runtime\b|xnnpack\b|rnn\b|onednn\b|sparse\b)(\w+\.\w+)|ops\.aten\.(from_file|save))/;

export function scanTorchScriptCode(source: ByteSource, scope: Scope): void {
  const text = readText(source, scope);
  for (const line of text.split('\n')) {
    const found = ACTING_TORCHSCRIPT.exec(line)?.[0];
    if (found !== undefined) scope.report('MV306', `TorchScript code uses ${found}`, { symbol: found });
  }
}

/** JSON: by what it holds, a booster, a Keras model, or the settings of a tokenizer. Returns the format that it turned out to be. */
export function scanJson(source: ByteSource, scope: Scope, name: string): 'json' | 'xgboost-json' | 'catboost' {
  if (source.size > MAX_TEXT && /^\s*\{\s*"learner"/.test(readBytes(source, 0, 256).toString('utf8'))) {
    scope.report('MV901', 'Not scanned deeply: XGBoost JSON of this size');
    return 'xgboost-json';
  }
  const text = readText(source, scope);
  scanSecrets(text, scope);
  if (source.size > MAX_TEXT) return 'json';
  let value: unknown;
  try {
    value = parseJson(text, 'the file');
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    // JSON lines, a template, or text that merely begins like JSON.
    reviewText(text, scope, name);
    return 'json';
  }
  scanConfiguration(value, scope);
  if (!isRecord(value)) return 'json';
  if (Array.isArray(value['cells'])) scanNotebook(value['cells'], scope);
  const twice = duplicateKey(text);
  if (twice !== undefined) scope.report('MV401', `The key ${twice} stands twice in the JSON`, { symbol: twice });
  if (isRecord(value['learner'])) {
    scanXgboost(value['learner'], scope);
    return 'xgboost-json';
  }
  if (isRecord(value['model_info']) && (Array.isArray(value['oblivious_trees']) || Array.isArray(value['trees']))) {
    readCatboostJson(value, scope);
    return 'catboost';
  }
  if (typeof value['class_name'] === 'string' || isRecord(value['keras_api'])) scanKerasConfig(value, scope);
  scanTokenizer(value, scope);
  return 'json';
}

function scanTokenizer(settings: Record<string, unknown>, scope: Scope): void {
  const templates = settings['chat_template'];
  if (typeof templates === 'string') scanTemplate(templates, 'chat_template', scope);
  else if (Array.isArray(templates)) {
    for (const entry of templates) {
      if (isRecord(entry) && typeof entry['template'] === 'string')
        scanTemplate(entry['template'], 'chat_template', scope);
    }
  }
}

/** An MLflow model description names the loaders of its flavors, and code to be put on the path or run. */
export function scanMlflow(source: ByteSource, scope: Scope): void {
  const text = readText(source, scope);
  scanSecrets(text, scope);
  for (const [, loader = ''] of text.matchAll(/["']?\bloader_module\b["']?[ \t]*:[ \t]*["']?([\w.]+)/g)) {
    if (/^mlflow\./.test(loader) || scope.allow.has(loader)) continue;
    scope.report('MV314', `The MLflow model is loaded by ${loader}`, { symbol: loader });
  }
  for (const [, key = '', value = ''] of text.matchAll(
    /["']?\b(code|python_model|model_code_path)\b["']?[ \t]*:[ \t]*["']?([^\s"'#,}]+)/g,
  )) {
    if (value === 'null' || scope.allow.has(`mlflow.${key}`)) continue;
    // A folder of code is imported by name, if at all, and its files are reviewed; a model of code is run.
    scope.report(key === 'code' ? 'MV311' : 'MV314', `The MLflow model brings its own code (${key}: ${value})`, {
      symbol: key,
    });
  }
}

/** XML without entities or document types; PMML's extensions hold no scripts. */
export function scanXml(source: ByteSource, scope: Scope, isPmml: boolean): void {
  const text = readText(source, scope);
  scanSecrets(text, scope);
  for (const [found] of text.matchAll(/<!(ENTITY|DOCTYPE)\b/gi)) {
    scope.report('MV309', `The XML declares ${found.slice(2)}`, { symbol: found.slice(2).toUpperCase() });
  }
  for (const [, name = ''] of text.matchAll(/<(?:\w+:)?(script|include)\b/gi)) {
    scope.report('MV309', `The XML holds a ${name} element`, { symbol: name });
  }
  // OpenVINO's intermediate representation: layers of the standard need no library.
  for (const [, name = ''] of text.matchAll(/<layer\b[^<>]*\b(library\s*=|type\s*=\s*["'](?:Python|Custom)["'])/gi)) {
    scope.report('MV305', `A layer of the OpenVINO model is code of its own (${name})`, { symbol: name });
  }
  if (!isPmml) return;
  if (/<(?:\w+:)?Extension\b[^<>]*(script|java|python|class)/i.test(text)) {
    scope.report('MV309', 'A PMML extension names code', { symbol: 'Extension' });
  }
  readPmmlFields(text, scope);
}

const attribute = (tag: string, name: string): string | undefined => new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];

/** Inputs and outputs: the outer mining schema, with the types of the data dictionary. */
function readPmmlFields(text: string, scope: Scope): void {
  const types = new Map<string, string>();
  for (const [tag] of text.matchAll(/<(?:\w+:)?DataField\b[^<>]*>/g)) {
    types.set(attribute(tag, 'name') ?? '', attribute(tag, 'dataType') ?? '?');
  }
  const opening = /<(?:\w+:)?MiningSchema\b[^<>]*>/.exec(text);
  const from = opening === null ? text.length : opening.index + opening[0].length;
  const schema = text.slice(from, Math.max(from, text.indexOf('MiningSchema>', from)));
  const fields = [...schema.matchAll(/<(?:\w+:)?MiningField\b[^<>]*>/g)].map(([tag]) => ({
    name: attribute(tag, 'name') ?? '',
    usage: attribute(tag, 'usageType') ?? 'active',
  }));
  const ports = (outputs: boolean): { name: string; type?: string | undefined }[] =>
    fields
      .filter(({ usage }) => (usage === 'target' || usage === 'predicted') === outputs)
      .map(({ name }) => ({ name, type: types.get(name) }));
  scope.facts.inputs = ports(false);
  scope.facts.outputs = ports(true);
}
