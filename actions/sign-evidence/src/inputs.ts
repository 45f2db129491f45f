import { readCommonInputs, UserError, type CommonInputs, type InputReader } from '@mlops-actions/action-kit';
import { manifestOf, type ResolvedManifest } from '@mlops-actions/manifest';
import { readSignerInputs, signerOf, type Signer, type SignerInputs } from '@mlops-actions/sigstore';

/** The inputs as they were given. */
export interface Inputs extends CommonInputs, SignerInputs {
  environment?: string | undefined;
  evidence?: string[] | undefined;
  require?: string[] | undefined;
  modelDigest?: string | undefined;
  image?: string | undefined;
  modelVersion?: string | undefined;
}

export function readInputs(reader: InputReader): Inputs {
  return {
    ...readCommonInputs(reader),
    ...readSignerInputs(reader),
    environment: reader.text('environment'),
    evidence: reader.list('evidence'),
    require: reader.list('require'),
    modelDigest: reader.text('model-digest'),
    image: reader.text('image'),
    modelVersion: reader.text('model-version'),
  };
}

/** What is to be signed, and how. */
export interface Task {
  /** Files and folders. */
  evidence: string[];
  /** Actions that must have left a verdict for the release to have passed. */
  required: string[];
  /** What other jobs said, which the evidence must not contradict. Digests are `sha256:...`. */
  expected: { model: string | undefined; image: string | undefined; version: string | undefined };
  model: ResolvedManifest['model'] | undefined;
  signer: Signer;
}

/** Lays model.yaml under the inputs and checks what comes out. */
export async function resolveInputs(inputs: Inputs): Promise<Task> {
  const loaded = await manifestOf(inputs);
  const method = inputs.sign ?? (inputs.privateKey === undefined ? 'keyless' : undefined);
  return {
    evidence: inputs.evidence ?? [inputs.evidenceDir],
    required: inputs.require ?? [],
    expected: {
      model: digestIn('model-digest', inputs.modelDigest),
      image: digestIn('image', inputs.image),
      version: inputs.modelVersion,
    },
    model: loaded?.manifest.model,
    // There is a method, or a key that stands for one.
    signer: (await signerOf({ ...inputs, sign: method }))!,
  };
}

/** The digest of a text that is one, or ends with one. */
function digestIn(input: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const digest = /(?:^|@)(sha256:[0-9a-f]{64})$/.exec(text)?.[1];
  if (digest !== undefined) return digest;
  throw new UserError(`Input '${input}' must be a digest or end with one (sha256:...), not '${text}'.`);
}
