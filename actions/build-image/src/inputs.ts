import { readCommonInputs, UserError, type CommonInputs, type InputReader } from '@mlops-actions/action-kit';
import { readBudgets, type Budgets } from './budgets.ts';
import { manifestOf, type ModelIdentity } from '@mlops-actions/manifest';
import {
  readSignerInputs,
  readTrustInputs,
  signerOf,
  trustOf,
  type Signer,
  type SignerInputs,
  type TrustInputs,
} from '@mlops-actions/sigstore';
import { isDigest, parseReference, type Compression, type Digest, type Reference } from '@mlops-actions/oci';

/** Builders of Dockerfiles, in the order in which they are looked for. */
export const BUILDERS = ['docker', 'podman', 'buildah'] as const;
export type BuilderName = (typeof BUILDERS)[number];

/** Documents that can be attached to an image. */
export const ATTACHMENTS = ['sbom', 'spdx', 'provenance'] as const;
export type AttachmentKind = (typeof ATTACHMENTS)[number];

/** Something that goes into the image. */
export interface FileMapping {
  /** File or folder on this machine. */
  source: string;
  /** Absolute path in the image. */
  destination: string;
}

/** The inputs as they were given. */
export interface Inputs extends CommonInputs, SignerInputs, TrustInputs {
  environment?: string | undefined;
  modelPath?: string | undefined;
  modelDestination?: string | undefined;
  expectedModelDigest?: string | undefined;
  sourceImage?: string | undefined;
  previousImage?: string | undefined;
  mode?: Mode | undefined;
  baseImage?: string | undefined;
  files?: FileMapping[] | undefined;
  compression?: Compression | undefined;
  dockerfile?: string | undefined;
  context?: string | undefined;
  buildArgs?: Record<string, string> | undefined;
  target?: string | undefined;
  builder?: 'auto' | BuilderName | undefined;
  entrypoint?: string[] | undefined;
  env?: Record<string, string> | undefined;
  labels?: Record<string, string> | undefined;
  user?: string | undefined;
  workdir?: string | undefined;
  port?: number | undefined;
  healthRoute?: string | undefined;
  predictRoute?: string | undefined;
  tags?: string[] | undefined;
  push?: boolean | undefined;
  output?: string | undefined;
  insecure?: string[] | undefined;
  attach?: AttachmentKind[] | undefined;
  modelArtifact?: boolean | undefined;
  probe?: boolean | undefined;
  goldenPath?: string | undefined;
  goldenTolerance?: number | undefined;
  /** Milliseconds. */
  probeTimeout?: number | undefined;
}

export type Mode = 'layered' | 'dockerfile';

export function readInputs(reader: InputReader): Inputs {
  return {
    ...readCommonInputs(reader),
    ...readSignerInputs(reader, ['key', 'keyless']),
    ...readTrustInputs(reader),
    environment: reader.text('environment'),
    modelPath: reader.text('model-path'),
    modelDestination: reader.text('model-destination'),
    expectedModelDigest: reader.text('expected-model-digest'),
    sourceImage: reader.text('source-image'),
    previousImage: reader.text('previous-image'),
    mode: reader.choice('mode', ['layered', 'dockerfile']),
    baseImage: reader.text('base-image'),
    files: readFiles(reader.text('files')),
    compression: reader.choice('compression', ['none', 'gzip', 'zstd']),
    dockerfile: reader.text('dockerfile'),
    context: reader.text('context'),
    buildArgs: reader.pairs('build-args'),
    target: reader.text('target'),
    builder: reader.choice('builder', ['auto', ...BUILDERS]),
    entrypoint: readCommand(reader.text('entrypoint')),
    env: reader.pairs('env'),
    labels: reader.pairs('labels'),
    user: reader.text('user'),
    workdir: reader.text('workdir'),
    port: reader.integer('port', { min: 1, max: 65_535 }),
    healthRoute: reader.text('health-route'),
    predictRoute: reader.text('predict-route'),
    tags: reader.list('tags'),
    push: reader.flag('push'),
    output: reader.text('output'),
    insecure: reader.list('insecure'),
    attach: reader.list('attach')?.map(readAttachment),
    modelArtifact: reader.flag('model-artifact'),
    probe: reader.flag('probe'),
    goldenPath: reader.text('golden-path'),
    goldenTolerance: reader.number('golden-tolerance', { min: 0 }),
    probeTimeout: reader.duration('probe-timeout', { min: 1000 }),
  };
}

/** Lines of `source => destination`. */
function readFiles(text: string | undefined): FileMapping[] | undefined {
  return text
    ?.split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const arrow = line.indexOf('=>');
      const source = line.slice(0, Math.max(0, arrow)).trim();
      const destination = line.slice(arrow + 2).trim();
      if (arrow < 0 || source === '' || destination === '') {
        throw new UserError(`Input 'files' must hold lines of 'source => /destination', not '${line}'.`);
      }
      return { source, destination };
    });
}

function readAttachment(text: string): AttachmentKind {
  const found = ATTACHMENTS.find((kind) => kind === text);
  if (found !== undefined) return found;
  throw new UserError(`Input 'attach' takes ${ATTACHMENTS.join(', ')}, not '${text}'.`);
}

/** A command line: a JSON list of words, or words between spaces. */
function readCommand(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  const invalid = (): UserError =>
    new UserError(`Input 'entrypoint' cannot be read: ${text}`, {
      fix: 'Write it as a JSON list: ["node", "/app/server.mjs"].',
    });
  if (!text.startsWith('[')) {
    if (/["'\\]/.test(text)) throw invalid(); // Quotes would mean a shell, and there is none.
    return text.split(/\s+/);
  }
  let words: unknown;
  try {
    words = JSON.parse(text);
  } catch {
    throw invalid();
  }
  if (!Array.isArray(words) || words.length === 0 || !words.every((word) => typeof word === 'string')) throw invalid();
  return words;
}

/** What the image starts from. */
export type Foundation =
  | {
      mode: 'layered';
      base:
        | { kind: 'scratch' }
        | { kind: 'registry'; reference: Reference }
        | { kind: 'layout'; directory: string; name?: string };
    }
  | {
      mode: 'dockerfile';
      dockerfile: string;
      context: string;
      buildArgs: Record<string, string>;
      target: string | undefined;
      builder: 'auto' | BuilderName;
    };

/** What is to be built: the inputs, checked, with model.yaml under them. */
export interface Plan {
  foundation: Foundation;
  model: { path: string; destination: string; expectedDigest: Digest | undefined; identity: ModelIdentity | undefined };
  /** Image whose layers are taken as they are if they hold the model. */
  previousImage: Reference | undefined;
  files: FileMapping[];
  compression: Compression;
  entrypoint: string[] | undefined;
  env: Record<string, string>;
  labels: Record<string, string>;
  user: string | undefined;
  workdir: string | undefined;
  port: number;
  healthRoute: string;
  predictRoute: string;
  tags: Reference[];
  push: boolean;
  output: string | undefined;
  insecure: string[];
  /** Documents to make, and to attach where the image is pushed. */
  attach: AttachmentKind[];
  /** Who signs the image and the documents, if they are signed. */
  signer: Signer | undefined;
  /** Whether the model is pushed as an artifact of its own. */
  modelArtifact: boolean;
  probe: { goldenPath: string | undefined; tolerance: number; timeout: number; budgets: Budgets } | undefined;
}

/** Where a model lies in the image unless told otherwise. */
export const MODEL_DESTINATION = '/opt/ml/model';
/** Where the image is written if it goes nowhere else. */
const DEFAULT_OUTPUT = 'oci-image';

/** Lays model.yaml under the inputs and checks what comes out. */
export async function resolveInputs(inputs: Inputs): Promise<Plan> {
  const loaded = await manifestOf(inputs);
  const { model: identity, artifact, image = {} } = loaded?.manifest ?? {};
  const fromManifest = (relative: string | undefined): string | undefined =>
    relative === undefined ? undefined : loaded!.resolve(relative);

  const modelPath = inputs.modelPath ?? fromManifest(artifact?.path);
  if (modelPath === undefined) {
    throw new UserError('It is not said which model goes into the image.', {
      fix: "Set 'model-path', or artifact.path in model.yaml.",
    });
  }
  if ((await trustOf(inputs)) !== undefined) {
    throw new UserError('It is said who must have signed, and there is no image to verify.', {
      fix: "'public-key' and 'certificate-identity' are for the image of 'source-image'.",
    });
  }
  const tags = (inputs.tags ?? image.tags ?? []).map(readTag);
  const push = inputs.push ?? true;
  if (inputs.push === true && tags.length === 0) {
    throw new UserError("Input 'push' is true, and no reference says where to.", {
      fix: "Set 'tags', or image.tags in model.yaml.",
    });
  }
  if (inputs.modelArtifact === true && !(push && tags.length > 0)) {
    throw new UserError("Input 'model-artifact' is true, and the image is not pushed.", {
      fix: "Set 'tags': the model goes beside the image.",
    });
  }
  return {
    foundation: readFoundation(inputs, image, fromManifest),
    model: {
      path: modelPath,
      destination: absolute('model-destination', inputs.modelDestination ?? MODEL_DESTINATION),
      expectedDigest: readExpectedDigest(inputs.expectedModelDigest),
      identity,
    },
    previousImage: inputs.previousImage === undefined ? undefined : parseReference(inputs.previousImage),
    files:
      inputs.files ??
      Object.entries(image.files ?? {}).map(([source, destination]) => ({
        source: fromManifest(source)!,
        destination,
      })),
    compression: inputs.compression ?? 'none',
    entrypoint: inputs.entrypoint ?? image.entrypoint,
    env: checkEnv({ ...image.env, ...inputs.env }),
    labels: { ...image.labels, ...inputs.labels },
    user: inputs.user,
    workdir: inputs.workdir === undefined ? undefined : absolute('workdir', inputs.workdir),
    port: inputs.port ?? image.port ?? 8080,
    healthRoute: route('health-route', inputs.healthRoute ?? image['health-route'] ?? '/health'),
    predictRoute: route('predict-route', inputs.predictRoute ?? image['predict-route'] ?? '/predict'),
    tags,
    push: push && tags.length > 0,
    output: inputs.output ?? (push && tags.length > 0 ? undefined : DEFAULT_OUTPUT),
    insecure: inputs.insecure ?? [],
    attach: [...new Set(inputs.attach)],
    signer: await signerOf(inputs),
    modelArtifact: inputs.modelArtifact ?? false,
    probe:
      inputs.probe === true
        ? {
            goldenPath: inputs.goldenPath ?? fromManifest(image['golden-path']),
            tolerance: inputs.goldenTolerance ?? image['golden-tolerance'] ?? 1e-6,
            timeout: inputs.probeTimeout ?? 120_000,
            budgets: readBudgets(image.budgets),
          }
        : undefined,
  };
}

function readFoundation(
  inputs: Inputs,
  image: { mode?: Mode; 'base-image'?: string; dockerfile?: string },
  fromManifest: (relative: string | undefined) => string | undefined,
): Foundation {
  const mode = inputs.mode ?? image.mode ?? 'layered';
  const misplaced = (
    mode === 'layered'
      ? {
          dockerfile: inputs.dockerfile,
          context: inputs.context,
          'build-args': inputs.buildArgs,
          target: inputs.target,
          builder: inputs.builder === 'auto' ? undefined : inputs.builder,
        }
      : { 'base-image': inputs.baseImage }
  ) satisfies Record<string, unknown>;
  for (const [name, value] of Object.entries(misplaced)) {
    if (value !== undefined)
      throw new UserError(`Input '${name}' has no meaning in mode '${mode}'.`, { fix: `Remove it, or set 'mode'.` });
  }
  if (mode === 'layered') return { mode, base: readBase(inputs.baseImage, image['base-image'], fromManifest) };
  return {
    mode,
    dockerfile: inputs.dockerfile ?? fromManifest(image.dockerfile) ?? 'Dockerfile',
    context: inputs.context ?? '.',
    buildArgs: inputs.buildArgs ?? {},
    target: inputs.target,
    builder: inputs.builder ?? 'auto',
  };
}

/** `scratch`, `oci:folder[:name]`, or a reference to a registry. */
function readBase(
  input: string | undefined,
  inManifest: string | undefined,
  fromManifest: (relative: string | undefined) => string | undefined,
): Extract<Foundation, { mode: 'layered' }>['base'] {
  const text = input ?? inManifest;
  if (text === undefined) {
    throw new UserError('It is not said which image serves.', {
      fix: "Set 'base-image', or image.base-image in model.yaml; 'scratch' starts from nothing.",
    });
  }
  if (text === 'scratch') return { kind: 'scratch' };
  const layout = /^oci:(.+?)(?::([^:/\\]+))?$/.exec(text);
  if (layout === null) return { kind: 'registry', reference: parseReference(text) };
  const [, folder, name] = layout;
  return {
    kind: 'layout',
    directory: input === undefined ? fromManifest(folder)! : folder!,
    ...(name !== undefined && { name }),
  };
}

export function readTag(text: string): Reference {
  const reference = parseReference(text);
  if (reference.digest === undefined) return reference;
  throw new UserError(`The tag '${text}' names a digest, which is only known once the image is built.`, {
    fix: 'Write registry/repository:tag, or registry/repository to push by digest alone.',
  });
}

export function readExpectedDigest(text: string | undefined): Digest | undefined {
  if (text === undefined || isDigest(text)) return text;
  throw new UserError(`Input 'expected-model-digest' must be sha256: and 64 hexadecimal digits, not '${text}'.`);
}

function absolute(name: string, text: string): string {
  if (text.startsWith('/')) return text;
  throw new UserError(`Input '${name}' must be an absolute path in the image, not '${text}'.`);
}

function route(name: string, text: string): string {
  if (/^\/[\x21-\x7e]*$/.test(text)) return text;
  throw new UserError(`Input '${name}' must be a path that begins with a slash, not '${text}'.`);
}

/** Vertex AI sets variables of its own, which nobody else may set (ModelContainerSpec.env). */
function checkEnv(env: Record<string, string>): Record<string, string> {
  for (const name of Object.keys(env)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      throw new UserError(`'${name}' is not a name of an environment variable.`);
    if (name.startsWith('AIP_'))
      throw new UserError(`The environment variable '${name}' is set by Vertex AI.`, { fix: "Remove it from 'env'." });
  }
  return env;
}
