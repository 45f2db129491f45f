import {
  count,
  formatBytes,
  log,
  mdCode,
  mdTable,
  subjectOf,
  UserError,
  type ActionResult,
} from '@mlops-actions/action-kit';
import { trustOf, type Trust } from '@mlops-actions/sigstore';
import { verifyImage } from '@mlops-actions/sigstore/image';
import { manifestOf } from '@mlops-actions/manifest';
import {
  copyAttached,
  formatPlatform,
  formatReference,
  formatRepository,
  isDigest,
  parseReference,
  platformOf,
  pullImage,
  RegistryClient,
  type Digest,
  type Image,
  type Reference,
} from '@mlops-actions/oci';
import { registryCredentials } from './credentials.ts';
import { readExpectedDigest, readTag } from './input-forms.ts';
import type { Inputs } from './inputs.ts';
import { MODEL_DIGEST_LABEL } from './labels.ts';
import { publish } from './publish.ts';

/** Copies an image that was built and judged before to another registry, without building anything. */
export async function copyImage(inputs: Inputs, source: string): Promise<ActionResult> {
  refuseOthers(inputs);
  const from = parseReference(source);
  if (from.digest === undefined) {
    throw new UserError(`The image '${source}' is not pinned by digest.`, {
      fix: "Give name@sha256:..., such as the output 'image' of the build that was judged: a tag may mean another image by now.",
    });
  }
  const tags = await readTags(inputs);
  const trust = await trustOf(inputs);
  const client = new RegistryClient({ credentials: registryCredentials(), insecure: inputs.insecure ?? [] });
  const image = await pullImage(client, from);
  if (image.digest !== from.digest) {
    throw new UserError(`'${source}' is an index of several images, not the image that serves.`, {
      fix: 'Give the digest of the image itself.',
    });
  }
  const modelDigest = modelIn(image, source, readExpectedDigest(inputs.expectedModelDigest));
  const signedBy = trust && (await signerOfImage(client, from, image.digest, trust));
  const name = `${formatRepository(tags[0])}@${image.digest}`;
  if (inputs.dryRun) {
    return conclude({
      image,
      tags,
      name,
      modelDigest,
      source,
      signedBy,
      attached: [],
      headline: 'A dry run: the image would be copied; nothing was written.',
    });
  }
  const { bytes } = await publish(image, tags, client);
  const attached = new Set<Digest>();
  for (const repository of new Map(tags.map((tag) => [formatRepository(tag), tag])).values()) {
    for (const digest of await copyAttached(client, from, repository, image.digest)) attached.add(digest);
  }
  log.info(`${count(attached.size, 'attached document')} came along.`);
  const headline = `Copied ${name} as it is (${formatBytes(bytes.uploaded)} sent), with ${count(attached.size, 'attached document')}.`;
  return conclude({ image, tags, name, modelDigest, source, signedBy, attached: [...attached], headline });
}

/** Who signed an image that must be signed. */
async function signerOfImage(client: RegistryClient, from: Reference, digest: Digest, trust: Trust): Promise<string> {
  const verified = await verifyImage(client, from, digest, trust);
  if (verified.holds) {
    log.info(`${formatReference(from)} was signed by ${verified.by}`);
    return verified.by;
  }
  throw new UserError(`The image '${formatReference(from)}' is not signed as it must be: ${verified.reason}.`, {
    fix: 'Promote only what the release workflow signed; look where this image comes from.',
  });
}

/** What says what to build says nothing of a copy. */
function refuseOthers(inputs: Inputs): void {
  const others = {
    'model-path': inputs.modelPath,
    'previous-image': inputs.previousImage,
    mode: inputs.mode,
    'base-image': inputs.baseImage,
    platforms: inputs.platforms,
    files: inputs.files,
    dockerfile: inputs.dockerfile,
    entrypoint: inputs.entrypoint,
    env: inputs.env,
    labels: inputs.labels,
    output: inputs.output,
    attach: inputs.attach,
    'lock-files': inputs.lockFiles,
    sign: inputs.sign,
    'private-key': inputs.privateKey,
    'signing-config': inputs.signingConfig,
    'model-artifact': inputs.modelArtifact || undefined,
    probe: inputs.probe || undefined,
  } satisfies Record<string, unknown>;
  for (const [name, value] of Object.entries(others)) {
    if (value === undefined) continue;
    throw new UserError(`Input '${name}' has no meaning beside 'source-image': nothing is built.`, {
      fix: 'Remove one of the two.',
    });
  }
  if (inputs.push === false) throw new UserError("Input 'push' is false, and a copy is nothing but a push.");
}

async function readTags(inputs: Inputs): Promise<[Reference, ...Reference[]]> {
  const [first, ...others] = (inputs.tags ?? (await manifestOf(inputs))?.manifest.image?.tags ?? []).map(readTag);
  if (first !== undefined) return [first, ...others];
  throw new UserError('It is not said where the image is copied to.', {
    fix: "Set 'tags', or image.tags of the environment in model.yaml.",
  });
}

function modelIn(image: Image, source: string, expected: Digest | undefined): Digest {
  const found = image.config.config?.Labels?.[MODEL_DIGEST_LABEL];
  if (!isDigest(found)) {
    throw new UserError(`The image '${source}' does not say which model it holds.`, {
      fix: `Only images of build-image can be promoted; they have the label ${MODEL_DIGEST_LABEL}.`,
    });
  }
  if (expected === undefined || expected === found) return found;
  throw new UserError(`The image '${source}' holds the model ${found}, where ${expected} was expected.`);
}

function conclude(copy: {
  image: Image;
  tags: readonly Reference[];
  name: string;
  modelDigest: Digest;
  source: string;
  signedBy: string | undefined;
  attached: readonly Digest[];
  headline: string;
}): ActionResult {
  const { image, tags, name, modelDigest, source, signedBy, attached, headline } = copy;
  const references = tags.map(formatReference);
  return {
    verdict: 'pass',
    headline,
    outputs: {
      image: name,
      digest: image.digest,
      'platform-digests': JSON.stringify({ [formatPlatform(platformOf(image))]: image.digest }),
      'model-digest': modelDigest,
      tags: references.join('\n'),
      'model-artifact': '',
      'sbom-path': '',
      'spdx-path': '',
      'provenance-path': '',
      'bundle-path': '',
      'layout-path': '',
    },
    report: {
      copied: { from: source, to: references },
      signedBy,
      image: { digest: image.digest },
      model: { digest: modelDigest },
      attached,
    },
    summary: mdTable(
      ['', ''],
      [
        ['Copied from', mdCode(source)],
        ...references.map((reference) => ['to', mdCode(reference)]),
        ['Digest, which stays', mdCode(image.digest)],
        ['Model', mdCode(modelDigest)],
        ...(signedBy === undefined ? [] : [['Signed by', mdCode(signedBy)]]),
      ],
    ),
    subjects: [subjectOf(formatRepository(tags[0]!), image.digest), subjectOf('model', modelDigest)],
  };
}
