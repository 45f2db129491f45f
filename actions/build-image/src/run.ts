import { count, formatBytes, log, subjectOf, type ActionResult, type RunContext } from '@mlops-actions/action-kit';
import {
  composeIndex,
  formatPlatform,
  formatReference,
  formatRepository,
  pushImage,
  RegistryClient,
  Uploads,
  writeArchive,
  writeLayout,
  type Image,
  type ImageOrIndex,
  type Repository,
} from '@mlops-actions/oci';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildImages, type Build } from './build.ts';
import { contractFindings } from './contract.ts';
import { copyImage } from './copy.ts';
import { registryCredentials } from './credentials.ts';
import { resolveInputs, type AttachmentKind, type Inputs, type Plan } from './inputs.ts';
import type { ModelContent } from './model.ts';
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
  const uploads = earlyUploads(plan, client, inputs.dryRun);
  try {
    const build = await buildImages(plan, client, context, { folder: workFolder, dryRun: inputs.dryRun, uploads });
    const target = targetOf(build);
    const record: BuildRecord = {
      ...build,
      plan,
      dryRun: inputs.dryRun,
      target,
      findings: contractFindings(
        plan,
        build.images.map(({ image }) => image),
      ),
      attached: [],
      attachments: [],
      signatures: undefined,
      modelArtifact: undefined,
      publication: undefined,
      probe: undefined,
    };
    for (const { kind, digest, size, files } of layerRows(record)) {
      log.info(
        `${kind} layer ${digest}, ${formatBytes(size)}${files === undefined ? '' : `, ${count(files, 'file')}`}`,
      );
    }
    for (const finding of record.findings) log.warning(finding, { title: 'Vertex AI container contract' });
    if (!inputs.dryRun && target !== undefined) {
      record.probe = await maybeProbe(runnable(build), plan);
      if (record.probe?.passed !== false)
        Object.assign(record, await release({ ...record, target }, client, uploads, context, inputs.evidenceDir));
    }
    return conclude(record);
  } finally {
    await uploads?.stop();
    await rm(workFolder, { recursive: true, force: true });
  }
}

/**
 * While one layer is hashed another can be sent. Not so where a probe decides whether anything is to be published: without a manifest nobody
 * can pull a layer, but the registry would have it.
 */
function earlyUploads({ push, probe, tags }: Plan, client: RegistryClient, dryRun: boolean): Uploads | undefined {
  const [first] = tags;
  return first === undefined || !push || probe !== undefined || dryRun ? undefined : new Uploads(client, first);
}

/** What the tags are to name: the image, or the index over those of several platforms. */
function targetOf({ images }: Build): ImageOrIndex | undefined {
  const [first, ...others] = images.map(({ image }) => image);
  return first === undefined || others.length === 0 ? first : composeIndex([first, ...others]);
}

/** The image that this machine can run, if there is one, else the first. */
function runnable({ images }: Build): Image {
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  return (images.find(({ image }) => image.config.architecture === architecture) ?? images[0]!).image;
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
async function output(
  target: ImageOrIndex,
  plan: Plan,
  client: RegistryClient,
  uploads: Uploads | undefined,
): Promise<Publication> {
  if (plan.output !== undefined) {
    const names = new Set(plan.tags.flatMap(({ tag }) => (tag === undefined ? [] : [tag])));
    const write = plan.output.endsWith('.tar') ? writeArchive : writeLayout;
    await write(target, plan.output, [...names]);
    log.info(`Wrote the image layout ${plan.output}`);
  }
  return plan.push
    ? log.group('Push the image', () => publish(target, plan.tags, client, uploads))
    : { references: [], outcomes: new Map(), bytes: { uploaded: 0, mounted: 0, skipped: 0 } };
}

/** Writes the image to where it was asked for, and beside it what says what it is. */
async function release(
  record: BuildRecord & { target: ImageOrIndex },
  client: RegistryClient,
  uploads: Uploads | undefined,
  context: RunContext,
  evidenceDir: string,
): Promise<Pick<BuildRecord, 'publication' | 'attachments' | 'attached' | 'signatures' | 'modelArtifact'>> {
  const { plan, target, model } = record;
  const { signer } = plan;
  const attachments = await writeAttachments(plan.attach, record, context, evidenceDir);
  // Before the push: an image that cannot be signed is not published.
  const name = imageName(plan);
  const sealed = signer && (await signAll(name, target, attachments, signer, evidenceDir));
  const publication = await output(target, plan, client, uploads);
  const repositories = [...new Map(publication.references.map((each) => [formatRepository(each), each])).values()];
  await declareImage(target.digest, repositories);
  // Signed provenance needs no unsigned copy beside it; an SBOM is read by tools that know no signatures.
  const bare = attachments.filter(({ kind }) => sealed === undefined || kind !== 'provenance');
  const attached = await attachAll(bare, repositories, client);
  const signatures: BuildRecord['signatures'] = sealed && {
    signed: sealed.signed.map(({ kind, predicateType }) => ({ kind, predicateType })),
    file: sealed.file,
    attached: await attachSignatures(sealed.signed, repositories, client),
    commands:
      repositories.length === 0 ? [] : await verificationCommands(name, sealed.signed, signer, context.repository),
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
  const { plan, target, model, probe, publication, dryRun } = record;
  const failed = probe?.passed === false;
  const [first] = plan.tags;
  // A dry run says what the reference would be; a run that pushed nothing has none to give.
  const named =
    target !== undefined && first !== undefined && (dryRun ? plan.push : (publication?.references.length ?? 0) > 0);
  const files = (wanted: AttachmentKind): string =>
    record.attachments.flatMap(({ kind, file }) => (kind === wanted ? [file] : [])).join('\n');
  const name = named ? `${formatRepository(first)}@${target.digest}` : '';
  return {
    verdict: failed ? 'fail' : 'pass',
    headline: headlineOf(record, name),
    outputs: {
      image: name,
      digest: target?.digest ?? '',
      'platform-digests': JSON.stringify(
        Object.fromEntries(record.images.map(({ base, image }) => [formatPlatform(base.platform), image.digest])),
      ),
      'model-digest': model.digest,
      tags: (publication?.references ?? []).map(formatReference).join('\n'),
      'model-artifact': record.modelArtifact ?? '',
      'sbom-path': files('sbom'),
      'spdx-path': files('spdx'),
      'provenance-path': files('provenance'),
      'bundle-path': record.signatures?.file ?? '',
      'layout-path': publication === undefined ? '' : (plan.output ?? ''),
    },
    report: reportOf(record, name),
    summary: summarise(record, name),
    subjects: [
      ...(target === undefined
        ? []
        : [subjectOf(first === undefined ? 'image' : formatRepository(first), target.digest)]),
      subjectOf('model', model.digest),
    ],
  };
}

function headlineOf({ plan, dryRun, target, probe, publication }: BuildRecord, name: string): string {
  if (dryRun) {
    const what =
      target === undefined
        ? 'the Dockerfile would be built, the model laid over it'
        : `the image would be ${target.digest}`;
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
