import { op, pickle } from '../../helpers/assembler.ts';
import { message, number } from '../../helpers/protobuf.ts';
import { joined, json, uint, type Attack } from './bytes.ts';
import { gguf } from './gguf.ts';

const tfNode = (operation: string, ...attributes: Buffer[]): Buffer =>
  message(1, message(1, 'n'), message(2, operation), ...attributes);
const savedModel = (...graph: Buffer[]): Buffer =>
  joined(number(1, 1), message(2, message(1, 'meta'), message(2, ...graph)));
const onnx = (...graph: Buffer[]): Buffer =>
  joined(number(1, 9), message(2, 'test'), message(7, ...graph), message(8, message(1, ''), number(2, 17)));

const SECRETS: readonly (readonly [technique: string, value: string | Buffer])[] = [
  [
    'Google service account',
    json({ type: 'service_account', private_key_id: 'x', private_key: '-----BEGIN PRIVATE KEY-----\nMIIEvQ\n' }),
  ],
  ['fine-grained GitHub token', 'github_pat_' + '11ABCDEFG0abcdefghijkl_' + 'a1B2c3D4e5'.repeat(6).slice(0, 59)],
  ['GitHub token', 'ghp_' + 'a1B2c3D4e5F6g7H8i9'.repeat(2)],
  ['Slack token', 'xoxb-' + '123456789012-123456789012-' + 'a1B2c3D4e5F6g7H8i9J0k1L2'],
  [
    'Azure storage',
    'DefaultEndpointsProtocol=https;AccountName=x;AccountKey=' +
      Buffer.alloc(64, 'abc1').toString('base64') +
      ';EndpointSuffix=core.windows.net',
  ],
  ['Hugging Face token', 'hf_' + 'aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeFgH'],
  ['OpenAI key', 'sk-proj-' + 'aB1cD2eF3g'.repeat(5)],
  ['Anthropic key', 'sk-ant-api03-' + 'aB1cD2eF3g'.repeat(9)],
  ['Google API key', 'AIza' + 'SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q'],
  ['Databricks token', 'dapi' + '0123456789abcdef'.repeat(2)],
  [
    'JSON web token',
    'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U',
  ],
  ['password in a URL', 'postgresql://admin:S3cretPassw0rd@db.internal:5432/risk'],
  ['GitLab token', 'glpat-' + 'a1B2c3D4e5F6g7H8i9J0'],
  ['AWS secret access key', 'aws_secret_access_key = ' + 'wJalrXUtnFEMIK7MDENGbPxRfiCYzzzzzzKEYaaa'],
];
const token = 'ghp_' + 'a1B2c3D4e5F6g7H8i9'.repeat(2);
/** Keys in settings, and in places where nobody looks for them. None is real. */
export const SECRET_ATTACKS: readonly Attack[] = [
  ...SECRETS.map(([technique, value]): Attack => [
    `${technique} in a configuration`,
    'config.yaml',
    joined('key: ', value, '\n'),
  ]),
  ['token in a pickle', 'm.pkl', pickle(4, joined(op.emptyDict, op.text('token'), op.text(token), op.setitem))],
  [
    'token in safetensors metadata',
    'm.safetensors',
    (() => {
      const h = JSON.stringify({ __metadata__: { token } });
      return joined(uint(8, h.length), h);
    })(),
  ],
  ['token in GGUF metadata', 'm.gguf', gguf([['general.source', token]])],
  ['token in ONNX metadata', 'm.onnx', joined(onnx(), message(14, message(1, 'token'), message(2, token)))],
  [
    'token in a TensorFlow constant',
    'saved_model.pb',
    savedModel(tfNode('Const', message(5, message(1, 'value'), message(2, message(8, message(8, token)))))),
  ],
  ['token in a notebook', 'a.ipynb', json({ cells: [{ source: `t = "${token}"` }] })],
  ['.env', '.env', Buffer.from(`GITHUB_TOKEN=${token}\n`)],
  ['.netrc', '.netrc', Buffer.from('machine x login y password S3cretPassw0rd\n')],
];
