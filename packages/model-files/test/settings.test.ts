import { describe, expect, test } from '@jest/globals';
import { inspectBytes, rulesOf } from './helpers/model.ts';
import { zip } from './helpers/zip.ts';

/** The rules beside that a file of settings alone is no model. */
const rules = async (content: string, name: string, allow: string[] = []): Promise<string[]> =>
  rulesOf(await inspectBytes(content, name, { allow })).filter((rule) => rule !== 'MV909');

describe('settings pass', () => {
  test.each([
    [
      'NeMo',
      'config.yaml',
      'model:\n  _target_: nemo.collections.asr.models.EncDecCTCModel\n  optim:\n    _target_: torch.optim.AdamW\n',
    ],
    [
      'diffusers',
      'model_index.json',
      '{"_class_name":"X","unet":["diffusers","UNet2DConditionModel"],"safety_checker":[null,null]}',
    ],
    [
      'sentence-transformers',
      'modules.json',
      '[{"idx":0,"name":"0","path":"","type":"sentence_transformers.models.Transformer"}]',
    ],
    [
      'requirements',
      'requirements.txt',
      '--extra-index-url https://download.pytorch.org/whl/cpu\nscikit-learn==1.9.1\n',
    ],
    ['conda', 'conda.yaml', 'channels:\n- conda-forge\ndependencies:\n- python=3.11\n- pip:\n  - mlflow\n'],
    ['prose about YAML tags', 'README.md', 'Never load `!!python/object/apply:os.system`.\n'],
    ['an address with a placeholder', 'config.yaml', 'database: postgresql://user:password@localhost/db\n'],
    ['a chat template', 'chat_template.jinja', CHAT_TEMPLATE()],
  ])('%s', async (_, name, content) => {
    expect(await rules(content, name)).toEqual([]);
  });

  test('a class of one’s own, where it is allowed', async () => {
    const content = '{"head": {"_target_": "scoring.heads.Linear"}}';
    expect(await rules(content, 'config.json')).toEqual(['MV315']);
    expect(await rules(content, 'config.json', ['scoring.heads.Linear'])).toEqual([]);
  });
});

/** In the manner of published models: joins texts, counts, indexes, calls methods and filters. */
function CHAT_TEMPLATE(): string {
  return `{%- macro show(tool) -%}{{ tool | tojson(indent=2) }}{%- endmacro -%}
{%- if messages[0]['role'] == 'system' -%}{%- set system_message = messages[0]['content'] | trim -%}{%- set rest = messages[1:] -%}
{%- else -%}{%- set system_message = '' -%}{%- set rest = messages -%}{%- endif -%}
{%- set ns = namespace(last=rest | length - 1) -%}
{%- for message in rest -%}
{%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) -%}{{ raise_exception('Roles must alternate') }}{%- endif -%}
{{ '<|' + message.role ~ '|>\\n' + message['content'].split('</think>')[-1].lstrip('\\n') | default('', true) + eos_token }}
{%- for call in message.tool_calls | selectattr('type', 'equalto', 'function') | map(attribute='function') -%}{{ show(call) }}{%- endfor -%}
{%- endfor -%}
{%- if add_generation_prompt -%}{{ '<|assistant|>' }}{%- endif -%}`;
}

describe('an MLflow model', () => {
  const description = (flavor: string): string => `flavors:\n  python_function:\n    ${flavor}\nmodel_uuid: x\n`;

  test.each([
    ['loader_module: scoring.loader', 'scoring.loader'],
    ['model_code_path: model.py', 'mlflow.model_code_path'],
    ['python_model: python_model.pkl', 'mlflow.python_model'],
  ])('with %s is refused, unless it is allowed', async (flavor, allow) => {
    expect(await rules(description(flavor), 'MLmodel')).toEqual(['MV314']);
    expect(await rules(description(flavor), 'MLmodel', [allow])).toEqual([]);
  });

  test('with a folder of code is a warning: its files are reviewed', async () => {
    expect(await rules(description('code: code'), 'MLmodel')).toEqual(['MV311']);
  });
});

describe('what torch.export saves', () => {
  const exported = (usesPickle: boolean, weight: Buffer): Buffer =>
    zip([
      { name: 'm/archive_format', content: 'pt2' },
      { name: 'm/models/model.json', content: '{}' },
      {
        name: 'm/data/weights/model_weights_config.json',
        content: JSON.stringify({ config: { w: { path_name: 'weight_0', use_pickle: usesPickle } } }),
      },
      { name: 'm/data/weights/weight_0', content: weight },
    ]);

  test('passes with tensors as they are', async () => {
    expect(rulesOf(await inspectBytes(exported(false, Buffer.from([0, 1, 2, 3])), 'm.pt2'))).toEqual([]);
  });

  test('is refused where a weight is a pickle that calls, or is on no list', async () => {
    const evil = Buffer.from("cos\nsystem\n(S'true'\ntR.");
    expect(rulesOf(await inspectBytes(exported(true, evil), 'm.pt2'))).toContain('MV102');
    const unlisted = zip([
      { name: 'm/archive_format', content: 'pt2' },
      { name: 'm/models/model.json', content: '{}' },
      { name: 'm/data/weights/weight_0', content: evil },
    ]);
    expect(rulesOf(await inspectBytes(unlisted, 'm.pt2'))).toContain('MV102');
  });
});
