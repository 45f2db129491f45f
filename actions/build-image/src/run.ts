import {
  count,
  formatBytes,
  log,
  subjectOf,
  UserError,
  type ActionResult,
  type RunContext,
} from '@mlops-actions/action-kit';
import {
  composeImage,
  familyOf,
  formatReference,
  formatRepository,
  MediaType,
  pushImage,
  RegistryClient,
  writeArchive,
  writeLayout,
  type Image,
  type Layer,
  type Repository,
} from '@mlops-actions/oci';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findPrevious, resolveBase, type Base } from './base.ts';
import { filesLayer } from './content.ts';
import { contractFindings } from './contract.ts';
import { copyImage } from './copy.ts';
import { registryCredentials } from './credentials.ts';
import { resolveInputs, type Inputs, type Plan } from './inputs.ts';
import { imageLabels, sourceDateEpoch } from './labels.ts';
import { modelContent, type ModelContent } from './model.ts';
import type { ProbeResult } from './probe.ts';
import { publish, type Publication } from './publish.ts';
import { attachAll, clearAttachments, imageName, writeAttachments } from './supply-chain/attachments.ts';
import { declareImage } from './supply-chain/declare.ts';
import { attachSignatures, clearSignatures, signAll } from './supply-chain/sign.ts';
import { verificationCommands } from './supply-chain/verification-commands.ts';
import { layerRows, reportOf, summarise, type BuildRecord } from './report.ts';

/** Builds the image, proves that it serves if asked to, and only then writes and pushes it. */
export async function run(inputs: Inputs, context: RunContext): Promise<ActionResult> {
  await Promise.all([clearAttachments(inputs.evidenceDir), clearSignatures(inputs.evidenceDir)]);
  if (inputs.sourceImage !== undefined) return copyImage(inputs, inputs.sourceImage);
  const plan = await resolveInputs(inputs);
  const client = new RegistryClient({ credentials: registryCredentials(), insecure: plan.insecure });
  // A built Dockerfile is read from this folder until the image is pushed.
  const workFolder = await mkdtemp(path.join(tmpdir(), 'build-image-'));
  try {
    const base = await findBase(plan, client, path.join(workFolder, 'layout'), inputs.dryRun);
    const previous = plan.previousImage && (await findPrevious(plan.previousImage, client));
    const { model, layers } = await buildContent(plan, base, previous);
    const image = base === 'not-built' ? undefined : compose(plan, base, layers, model.digest, context);
    const record: BuildRecord = {
      plan,
      dryRun: inputs.dryRun,
      base: base === 'not-built' ? undefined : base,
      model,
      previous,
      findings: image === undefined ? [] : contractFindings(plan, image),
      attached: [],
      attachments: [],
      signatures: undefined,
      modelArtifact: undefined,
      image,
      newLayers: layers,
      publication: undefined,
      probe: undefined,
    };
    for (const { kind, digest, size, files } of layerRows(record)) {
      log.info(
        `${kind} layer ${digest}, ${formatBytes(size)}${files === undefined ? '' : `, ${count(files, 'file')}`}`,
      );
    }
    for (const finding of record.findings) log.warning(finding, { title: 'Vertex AI container contract' });
    if (!inputs.dryRun && image !== undefined) {
      record.probe = await maybeProbe(image, plan);
      if (record.probe?.passed !== false)
        Object.assign(record, await release({ ...record, image }, client, context, inputs.evidenceDir));
    }
    return conclude(record);
  } finally {
    await rm(workFolder, { recursive: true, force: true });
  }
}

async function findBase(
  plan: Plan,
  client: RegistryClient,
  layout: string,
  dryRun: boolean,
): Promise<Base | 'not-built'> {
  const { foundation } = plan;
  if (foundation.mode === 'layered') return resolveBase(foundation.base, client);
  if (dryRun) return 'not-built';
  const { buildDockerfile } = await import('./builder.ts');
  const image = await buildDockerfile(foundation, layout, sourceDateEpoch() ?? 0);
  return { reference: foundation.dockerfile, image, name: undefined };
}

/** The model and the user's other files, as layers. */
async function buildContent(
  plan: Plan,
  base: Base | 'not-built',
  previous: Image | undefined,
): Promise<{ model: ModelContent; layers: Layer[] }> {
  const family = base === 'not-built' ? 'oci' : familyOf(base.image?.mediaType ?? MediaType.ociManifest);
  if (family === 'docker' && plan.compression === 'zstd') {
    throw new UserError("The base image has Docker's media types, which know no zstd.", {
      fix: "Set 'compression' to gzip or none.",
    });
  }
  const options = { family, mtime: sourceDateEpoch() ?? 0 };
  const model = await modelContent(plan.model, options, previous);
  const files = await filesLayer(plan.files, { ...options, compression: plan.compression });
  return { model, layers: files === undefined ? model.layers : [...model.layers, files] };
}

function compose(plan: Plan, base: Base, layers: Layer[], modelDigest: string, context: RunContext): Image {
  const image = composeImage(base.image, {
    layers,
    env: plan.env,
    labels: imageLabels(plan, modelDigest, context),
    ports: [plan.port],
    created: sourceDateEpoch() ?? 0,
    annotations: {
      ...(base.name !== undefined && { 'org.opencontainers.image.base.name': base.name }),
      ...(base.image !== undefined && { 'org.opencontainers.image.base.digest': base.image.digest }),
    },
    ...(plan.entrypoint !== undefined && { entrypoint: plan.entrypoint }),
    ...(plan.user !== undefined && { user: plan.user }),
    ...(plan.workdir !== undefined && { workingDirectory: plan.workdir }),
  });
  const { Entrypoint, Cmd } = image.config.config ?? {};
  if ((Entrypoint ?? []).length + (Cmd ?? []).length === 0) {
    throw new UserError('The image would have no command to run.', {
      fix: "Set 'entrypoint', or image.entrypoint in model.yaml, or use a base image that has one.",
    });
  }
  return image;
}

async function maybeProbe(image: Image, plan: Plan): Promise<ProbeResult | undefined> {
  if (plan.probe === undefined) return undefined;
  const settings = plan.probe;
  const { probeImage } = await import('./probe.ts');
  return log.group('Probe the image', async () => {
    const result = await probeImage(image, plan, settings);
    log.info(result.finding);
    return result;
  });
}

/** Writes the image to where it was asked for. */
async function output(image: Image, plan: Plan, client: RegistryClient): Promise<Publication> {
  if (plan.output !== undefined) {
    const names = new Set(plan.tags.flatMap(({ tag }) => (tag === undefined ? [] : [tag])));
    const write = plan.output.endsWith('.tar') ? writeArchive : writeLayout;
    await write(image, plan.output, [...names]);
    log.info(`Wrote the image layout ${plan.output}`);
  }
  return plan.push
    ? log.group('Push the image', () => publish(image, plan.tags, client))
    : { references: [], outcomes: new Map(), bytes: { uploaded: 0, mounted: 0, skipped: 0 } };
}

/** Writes the image to where it was asked for, and beside it what says what it is. */
async function release(
  record: BuildRecord & { image: Image },
  client: RegistryClient,
  context: RunContext,
  evidenceDir: string,
): Promise<Pick<BuildRecord, 'publication' | 'attachments' | 'attached' | 'signatures' | 'modelArtifact'>> {
  const { plan, image, model } = record;
  const { signer } = plan;
  const attachments = await writeAttachments(plan.attach, record, context, evidenceDir);
  // Before the push: an image that cannot be signed is not published.
  const name = imageName(plan);
  const sealed = signer && (await signAll({ name, digest: image.digest }, attachments, signer, evidenceDir));
  const publication = await output(image, plan, client);
  const repositories = [...new Map(publication.references.map((each) => [formatRepository(each), each])).values()];
  await declareImage(image.digest, repositories);
  // Signed provenance needs no unsigned copy beside it; an SBOM is read by tools that know no signatures.
  const bare = attachments.filter(({ kind }) => sealed === undefined || kind !== 'provenance');
  const attached = await attachAll(bare, image, repositories, client);
  const signatures: BuildRecord['signatures'] = sealed && {
    signed: sealed.signed.map(({ kind, predicateType }) => ({ kind, predicateType })),
    file: sealed.file,
    attached: await attachSignatures(sealed.signed, image, repositories, client),
    commands:
      repositories.length === 0
        ? []
        : await verificationCommands(`${name}@${image.digest}`, sealed.signed, signer, context.repository),
  };
  const modelArtifact = plan.modelArtifact ? await pushModel(model, plan, repositories, client) : undefined;
  return { publication, attachments, attached, signatures, modelArtifact };
}

/** Pushes the model beside the image, whose layers it shares; gives its name in the first repository. */
async function pushModel(
  model: ModelContent,
  plan: Plan,
  repositories: readonly Repository[],
  client: RegistryClient,
): Promise<string> {
  const { modelPack, modelTag } = await import('./supply-chain/model-pack.ts');
  const artifact = modelPack(model, plan);
  for (const repository of repositories) {
    await pushImage(client, artifact, repository, [modelTag(model.digest)]);
    log.info(`Pushed the model as ${formatRepository(repository)}:${modelTag(model.digest)}`);
  }
  return `${formatRepository(repositories[0]!)}@${artifact.digest}`;
}

function conclude(record: BuildRecord): ActionResult {
  const { plan, image, model, probe, publication, dryRun } = record;
  const failed = probe?.passed === false;
  const [first] = plan.tags;
  // A dry run says what the reference would be; a run that pushed nothing has none to give.
  const named =
    image !== undefined && first !== undefined && (dryRun ? plan.push : (publication?.references.length ?? 0) > 0);
  const name = named ? `${formatRepository(first)}@${image.digest}` : '';
  return {
    verdict: failed ? 'fail' : 'pass',
    headline: headlineOf(record, name),
    outputs: {
      image: name,
      digest: image?.digest ?? '',
      'model-digest': model.digest,
      tags: (publication?.references ?? []).map(formatReference).join('\n'),
      'model-artifact': record.modelArtifact ?? '',
      'sbom-path': record.attachments.find(({ kind }) => kind === 'sbom')?.file ?? '',
      'spdx-path': record.attachments.find(({ kind }) => kind === 'spdx')?.file ?? '',
      'provenance-path': record.attachments.find(({ kind }) => kind === 'provenance')?.file ?? '',
      'bundle-path': record.signatures?.file ?? '',
      'layout-path': publication === undefined ? '' : (plan.output ?? ''),
    },
    report: reportOf(record, name),
    summary: summarise(record, name),
    subjects: [
      ...(image === undefined
        ? []
        : [subjectOf(first === undefined ? 'image' : formatRepository(first), image.digest)]),
      subjectOf('model', model.digest),
    ],
  };
}

function headlineOf({ plan, dryRun, image, probe, publication }: BuildRecord, name: string): string {
  if (dryRun) {
    const what =
      image === undefined
        ? 'the Dockerfile would be built, the model laid over it'
        : `the image would be ${image.digest}`;
    return `A dry run: ${what}; nothing was written.`;
  }
  if (probe?.passed === false) return `The image does not serve as it should, and was not published. ${probe.finding}`;
  const bytes = publication!.bytes;
  const places = [
    ...(name === '' ? [] : [`pushed ${name} (${formatBytes(bytes.uploaded)} sent)`]),
    ...(plan.output === undefined ? [] : [`wrote the image layout ${plan.output}`]),
  ].join(' and ');
  return `${places.charAt(0).toUpperCase()}${places.slice(1)}.${probe === undefined ? '' : ` ${probe.finding}`}`;
}
