import { closest, readCommonInputs, UserError, type CommonInputs, type InputReader } from '@mlops-actions/action-kit';
import { manifestOf, type ResolvedManifest } from '@mlops-actions/manifest';
import { FORMAT_IDS, type Format, type RuleId } from '@mlops-actions/model-files';
import {
  readSignerInputs,
  readTrustInputs,
  signerOf,
  trustOf,
  type Signer,
  type SignerInputs,
  type Trust,
  type TrustInputs,
} from '@mlops-actions/sigstore';
import { readRule, readWaivers, type Waiver } from './waivers.ts';

const FAIL_ON = ['error', 'warning', 'never'] as const;
export type FailOn = (typeof FAIL_ON)[number];

/** The inputs as they were given. */
export interface Inputs extends CommonInputs, SignerInputs, TrustInputs {
  environment?: string | undefined;
  modelPath?: string | undefined;
  formats?: string[] | undefined;
  failOn?: FailOn | undefined;
  allow?: string[] | undefined;
  checkTensors?: boolean | undefined;
  waivableRules?: string[] | undefined;
  signature?: string | undefined;
  signatureOutput?: string | undefined;
}

export function readInputs(reader: InputReader): Inputs {
  return {
    ...readCommonInputs(reader),
    ...readSignerInputs(reader),
    ...readTrustInputs(reader),
    environment: reader.text('environment'),
    modelPath: reader.text('model-path'),
    formats: reader.list('formats'),
    failOn: reader.choice('fail-on', FAIL_ON),
    allow: reader.list('allow'),
    checkTensors: reader.flag('check-tensors'),
    waivableRules: reader.list('waivable-rules'),
    signature: reader.text('signature'),
    signatureOutput: reader.text('signature-output'),
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
  /** Path of the signature to verify, and who must have made it. */
  signature: { path: string; trust: Trust } | undefined;
  /** Where to write a signature of a model that passes, and who signs. */
  signing: { path: string; signer: Signer } | undefined;
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
    signature: await readSignature(inputs),
    signing: await readSigning(inputs),
    manifest: loaded === undefined ? undefined : { path: loaded.path, content: loaded.manifest },
    dataContract: loaded?.manifest.data?.contract && loaded.resolve(loaded.manifest.data.contract),
  };
}

async function readSignature(inputs: Inputs): Promise<Task['signature']> {
  const trust = await trustOf(inputs);
  if (inputs.signature === undefined && trust === undefined) return undefined;
  if (inputs.signature !== undefined && trust !== undefined) return { path: inputs.signature, trust };
  throw new UserError("Inputs that go together are not all set: 'signature' and who must have made it.", {
    fix: "Give 'signature' and one of 'public-key', 'certificate-chain' and 'certificate-identity', or none of them.",
  });
}

async function readSigning(inputs: Inputs): Promise<Task['signing']> {
  const { signature, signatureOutput } = inputs;
  const signer = await signerOf(inputs);
  if (signatureOutput === undefined && signer === undefined) return undefined;
  if (signature !== undefined && signature === signatureOutput) {
    throw new UserError("The inputs 'signature' and 'signature-output' name the same file.", {
      fix: 'Write the new signature to another file than the one to verify.',
    });
  }
  if (signatureOutput !== undefined && signer !== undefined) return { path: signatureOutput, signer };
  throw new UserError("Inputs that go together are not all set: 'signature-output' and who signs.", {
    fix: "Give 'signature-output' and 'private-key' or 'sign: keyless', or none of them.",
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
