import { standingOf } from '../pickle/allowlist.ts';
import { FormatError } from '../cursor.ts';
import type { Scope } from '../scope.ts';
import { isRecord } from './safetensors.ts';

/** Modules of Keras whose classes and functions a saved model may name. Utilities that load or download are in none of them. */
const MODULES =
  /^(builtins|keras|(tf_keras|keras|keras\.src|keras\.src\.backend\.\w+|keras\.api|tensorflow\.keras|tensorflow\.python\.keras|keras\.api\._v2\.keras)\.(layers|models|engine|initializers|regularizers|constraints|activations|losses|metrics|optimizers|dtype_policies|mixed_precision|random|saving\.legacy|distribution|quantizers)(\.\w+)*)$/;

/** Of these, a saved model names classes alone; their functions load models. */
const CLASS_MODULES = /\.(layers|models|engine|saving\.legacy)(\.|$)/;

/** Layers that carry or load code or another model. */
const CODE_CLASSES = new Set([
  'Lambda',
  '__lambda__',
  'TorchModuleWrapper',
  'TFSMLayer',
  'JaxLayer',
  'FlaxLayer',
  'PyDataset',
]);

/** Keras's own marks of values that are no objects. */
const VALUES = new Set([
  '__keras_tensor__',
  '__tensor__',
  '__numpy__',
  '__bytes__',
  '__ellipsis__',
  '__slice__',
  '__complex__',
  '__tuple__',
]);

/** Layers whose configuration may name a file. */
const FILE_KEYS = new Set(['vocabulary', 'filepath', 'file_path', 'mask_path', 'vocabulary_file', 'merges', 'proto']);

const MAX_NODES = 2_000_000;

/** Reviews a Keras configuration: every object in it that is to be built from a class or function. */
export function scanKerasConfig(config: unknown, scope: Scope): void {
  const stack: unknown[] = [config];
  for (let visited = 0; stack.length > 0; visited++) {
    if (visited > MAX_NODES) throw new FormatError('the Keras configuration is too large to review');
    const node = stack.pop();
    if (Array.isArray(node)) for (const item of node) stack.push(item);
    if (!isRecord(node)) continue;
    if (typeof node['class_name'] === 'string') scanObject(node['class_name'], node, scope);
    for (const [key, value] of Object.entries(node)) {
      if (FILE_KEYS.has(key) && typeof value === 'string' && /[/\\]|\.\w+$/.test(value)) {
        scope.report('MV304', `The Keras configuration names the file '${value}' as its ${key}`, { symbol: value });
      }
      if (typeof value === 'string') scanText(key, value, scope);
      stack.push(value);
    }
  }
}

/** Texts that some version of Keras takes for a function or a module, wherever they stand. */
function scanText(key: string, value: string, scope: Scope): void {
  const isLoader = /(^|\.)(get_file|enable_unsafe_deserialization|load_model|load_weights)$/.test(value);
  const isModule = key.endsWith('_module') && /^[\w.]+$/.test(value) && !MODULES.test(value);
  if ((isLoader || isModule) && !scope.allow.has(value)) {
    scope.report('MV302', `The Keras configuration names ${value} as its ${key}`, { symbol: value });
  }
}

function scanObject(className: string, node: Record<string, unknown>, scope: Scope): void {
  const { module, registered_name: registered, config } = node;
  const name = isRecord(config) && typeof config['name'] === 'string' ? config['name'] : className;
  if (VALUES.has(className)) return;
  if (CODE_CLASSES.has(className)) {
    scope.report('MV301', `Layer ${name} is a ${className}, which carries code`, { symbol: className });
    return;
  }
  // A function is named by its configuration: {"class_name": "function", "module": "os", "config": "system"}.
  const symbol = className === 'function' && typeof config === 'string' ? config : className;
  const path = typeof module === 'string' ? `${module}.${symbol}` : symbol;
  if (scope.allow.has(path)) return;
  const standing = standingOf(typeof module === 'string' ? module : '', symbol, scope.allow);
  // Keras writes `builtins` for its own functions, and takes Python's where it has none of that name.
  const isLoader = typeof module === 'string' && CLASS_MODULES.test(module) && /^[a-z]/.test(symbol);
  // Of Python's own module, Keras writes functions alone.
  const isForeign =
    typeof module === 'string' && (!MODULES.test(module) || (module === 'builtins' && className !== 'function'));
  if (typeof module === 'string' && (isForeign || standing.use === 'danger' || isLoader)) {
    const why = standing.use === 'danger' ? `, which ${standing.why}` : '';
    scope.report('MV302', `The Keras configuration names ${path}${why}`, { symbol: path });
  } else if (
    typeof registered === 'string' &&
    registered.includes('>') &&
    !scope.allow.has(registered.replace('>', '.'))
  ) {
    scope.report('MV302', `The Keras configuration names the registered class ${registered}`, { symbol: registered });
  } else if (!/^[\w>]+$/.test(symbol) || symbol.startsWith('__')) {
    scope.report('MV302', `The Keras configuration names ${path}, which is no plain class or function`, {
      symbol: path,
    });
  }
}
