import {
  closest,
  log,
  readCommonInputs,
  UserError,
  type CommonInputs,
  type InputReader,
} from '@mlops-actions/action-kit';
import { manifestOf, type ResolvedManifest } from '@mlops-actions/manifest';
import { FORMAT_IDS, type Format, type RuleId } from '@mlops-actions/model-files';
import { readRule, readWaivers, type Waiver } from './waivers.ts';

const FAIL_ON = ['error', 'warning', 'never'] as const;
export type FailOn = (typeof FAIL_ON)[number];

/** The inputs as they were given. */
export interface Inputs extends CommonInputs {
  environment?: string | undefined;
  modelPath?: string | undefined;
  formats?: string[] | undefined;
  failOn?: FailOn | undefined;
  allow?: string[] | undefined;
  checkTensors?: boolean | undefined;
  waivableRules?: string[] | undefined;
  signature?: string | undefined;
  publicKey?: string | undefined;
  signatureOutput?: string | undefined;
  privateKey?: string | undefined;
}

export function readInputs(reader: InputReader): Inputs {
  const privateKey = reader.text('private-key');
  // Line by line, as it would be printed; the first and the last line are everybody's.
  for (const line of privateKey?.split('\n') ?? []) if (!line.startsWith('-----')) log.mask(line.trim());
  return {
    ...readCommonInputs(reader),
    environment: reader.text('environment'),
    modelPath: reader.text('model-path'),
    formats: reader.list('formats'),
    failOn: reader.choice('fail-on', FAIL_ON),
    allow: reader.list('allow'),
    checkTensors: reader.flag('check-tensors'),
    waivableRules: reader.list('waivable-rules'),
    signature: reader.text('signature'),
    publicKey: reader.text('public-key'),
    signatureOutput: reader.text('signature-output'),
    privateKey,
  };
}

/** What is to be reviewed and by which rules: the inputs, checked, with model.yaml under them. */
export interface Task {
  modelPath: string;
  formats: Format[] | undefined;
  failOn: FailOn;
  allow: string[];
  /** Whether the numbers in tensors are read. */
  checkTensors: boolean;
  waivers: Waiver[];
  /** Critical rules that they may cover. */
  waivable: RuleId[];
  /** Paths of the signature to verify and of the key to verify it with. */
  signature: { path: string; publicKey: string } | undefined;
  /** Where to write a signature of a model that passes, and the PEM of the key to sign it with. */
  signing: { path: string; privateKey: string } | undefined;
  /** model.yaml and its path, where there is one. */
  manifest: { path: string; content: ResolvedManifest } | undefined;
  /** Path of the data contract that model.yaml names; for those who check the data. */
  dataContract: string | undefined;
}

/** Lays model.yaml under the inputs and checks what comes out. */
export async function resolveInputs(inputs: Inputs): Promise<Task> {
  const loaded = await manifestOf(inputs, { needed: inputs.modelPath === undefined });
  const { artifact, validation } = loaded?.manifest ?? {};
  const formats = inputs.formats ?? artifact?.formats;
  return {
    // Without the input, the manifest was needed and there is one.
    modelPath: inputs.modelPath ?? loaded!.resolve(artifact!.path),
    formats: formats?.map(readFormat),
    failOn: inputs.failOn ?? validation?.['fail-on'] ?? 'error',
    allow: [...(validation?.allow ?? []), ...(inputs.allow ?? []).map(readName)],
    checkTensors: inputs.checkTensors ?? validation?.['check-tensors'] ?? false,
    waivers: loaded === undefined ? [] : readWaivers(loaded.manifest),
    waivable: (inputs.waivableRules ?? []).map((id) => readRule(id, "Input 'waivable-rules'")),
    signature: readSignature(inputs),
    signing: readSigning(inputs),
    manifest: loaded === undefined ? undefined : { path: loaded.path, content: loaded.manifest },
    dataContract: loaded?.manifest.data?.contract && loaded.resolve(loaded.manifest.data.contract),
  };
}

function readSignature({ signature, publicKey }: Inputs): Task['signature'] {
  if (signature === undefined && publicKey === undefined) return undefined;
  if (signature !== undefined && publicKey !== undefined) return { path: signature, publicKey };
  throw new UserError("The inputs 'signature' and 'public-key' go together, and one is not set.", {
    fix: 'Give both, or neither.',
  });
}

function readSigning({ signature, signatureOutput, privateKey }: Inputs): Task['signing'] {
  if (signatureOutput === undefined && privateKey === undefined) return undefined;
  if (signature !== undefined && signature === signatureOutput) {
    throw new UserError("The inputs 'signature' and 'signature-output' name the same file.", {
      fix: 'Write the new signature to another file than the one to verify.',
    });
  }
  if (signatureOutput !== undefined && privateKey !== undefined) return { path: signatureOutput, privateKey };
  throw new UserError("The inputs 'signature-output' and 'private-key' go together, and one is not set.", {
    fix: 'Give both, or neither.',
  });
}

function readFormat(text: string): Format {
  const found = FORMAT_IDS.find((format) => format === text);
  if (found !== undefined) return found;
  const near = closest(text, FORMAT_IDS);
  throw new UserError(`'${text}' is no format that validate-model knows.`, {
    fix: near === undefined ? `It knows ${FORMAT_IDS.join(', ')}.` : `Did you mean '${near}'?`,
  });
}

function readName(text: string): string {
  if (/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$/.test(text)) return text;
  throw new UserError(`Input 'allow' must hold full paths such as scoring.features.Binner, not '${text}'.`);
}
