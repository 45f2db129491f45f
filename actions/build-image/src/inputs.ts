import { readCommonInputs, UserError, type CommonInputs, type InputReader } from '@mlops-actions/action-kit';
import { readBudgets, type Budgets } from './budgets.ts';
import { manifestOf, type ModelIdentity } from '@mlops-actions/manifest';
import { parseReference, type Compression, type Digest, type Platform, type Reference } from '@mlops-actions/oci';
import {
  readSignerInputs,
  readTrustInputs,
  signerOf,
  trustOf,
  type Signer,
  type SignerInputs,
  type TrustInputs,
} from '@mlops-actions/sigstore';
import {
  readFoundationInputs,
  resolveFoundation,
  resolvePlatforms,
  type Foundation,
  type FoundationInputs,
} from './foundation.ts';
import {
  absolute,
  checkEnv,
  readCommand,
  readExpectedDigest,
  readFiles,
  readTag,
  route,
  type FileMapping,
} from './input-forms.ts';

/** What the probe can start an image by. */
export const PROBE_RUNTIMES = ['auto', 'docker', 'podman', 'process'] as const;
export type ProbeRuntime = (typeof PROBE_RUNTIMES)[number];

/** Documents that can be attached to an image. */
export const ATTACHMENTS = ['sbom', 'spdx', 'provenance'] as const;
export type AttachmentKind = (typeof ATTACHMENTS)[number];

/** The inputs as they were given. */
export interface Inputs extends CommonInputs, FoundationInputs, SignerInputs, TrustInputs {
  environment?: string | undefined;
  modelPath?: string | undefined;
  modelDestination?: string | undefined;
  expectedModelDigest?: string | undefined;
  sourceImage?: string | undefined;
  previousImage?: string | undefined;
  files?: FileMapping[] | undefined;
  compression?: Compression | undefined;
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
  lockFiles?: string[] | undefined;
  modelArtifact?: boolean | undefined;
  probe?: boolean | undefined;
  probeRuntime?: ProbeRuntime | undefined;
  goldenPath?: string | undefined;
  goldenTolerance?: number | undefined;
  /** Milliseconds. */
  probeTimeout?: number | undefined;
}

export function readInputs(reader: InputReader): Inputs {
  return {
    ...readCommonInputs(reader),
    ...readFoundationInputs(reader),
    ...readSignerInputs(reader, ['key', 'keyless']),
    ...readTrustInputs(reader),
    environment: reader.text('environment'),
    modelPath: reader.text('model-path'),
    modelDestination: reader.text('model-destination'),
    expectedModelDigest: reader.text('expected-model-digest'),
    sourceImage: reader.text('source-image'),
    previousImage: reader.text('previous-image'),
    files: readFiles(reader.text('files')),
    compression: reader.choice('compression', ['none', 'gzip', 'zstd']),
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
    lockFiles: reader.list('lock-files'),
    modelArtifact: reader.flag('model-artifact'),
    probe: reader.flag('probe'),
    probeRuntime: reader.choice('probe-runtime', PROBE_RUNTIMES),
    goldenPath: reader.text('golden-path'),
    goldenTolerance: reader.number('golden-tolerance', { min: 0 }),
    probeTimeout: reader.duration('probe-timeout', { min: 1000 }),
  };
}

function readAttachment(text: string): AttachmentKind {
  const found = ATTACHMENTS.find((kind) => kind === text);
  if (found !== undefined) return found;
  throw new UserError(`Input 'attach' takes ${ATTACHMENTS.join(', ')}, not '${text}'.`);
}

/** What is to be built: the inputs, checked, with model.yaml under them. */
export interface Plan {
  foundation: Foundation;
  /** At least one; several make an index. */
  platforms: Platform[];
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
  /** Lock files beside the image whose packages are in its SBOM. */
  lockFiles: string[];
  /** Who signs the image and the documents, if they are signed. */
  signer: Signer | undefined;
  /** Whether the model is pushed as an artifact of its own. */
  modelArtifact: boolean;
  probe:
    | { runtime: ProbeRuntime; goldenPath: string | undefined; tolerance: number; timeout: number; budgets: Budgets }
    | undefined;
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
  if (inputs.lockFiles !== undefined && !inputs.attach?.some((kind) => kind === 'sbom' || kind === 'spdx')) {
    throw new UserError("Input 'lock-files' is set, and no SBOM is asked for.", {
      fix: "Set 'attach' to sbom or spdx.",
    });
  }
  return {
    foundation: resolveFoundation(inputs, image, fromManifest),
    platforms: resolvePlatforms(inputs),
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
    lockFiles: inputs.lockFiles ?? [],
    signer: await signerOf(inputs),
    modelArtifact: inputs.modelArtifact ?? false,
    probe:
      inputs.probe === true
        ? {
            runtime: inputs.probeRuntime ?? 'auto',
            goldenPath: inputs.goldenPath ?? fromManifest(image['golden-path']),
            tolerance: inputs.goldenTolerance ?? image['golden-tolerance'] ?? 1e-6,
            timeout: inputs.probeTimeout ?? 120_000,
            budgets: readBudgets(image.budgets),
          }
        : undefined,
  };
}
