import { formatBytes, md, mdBlock, mdCode, mdDetails, mdJoin, mdTable, type Markdown } from '@mlops-actions/action-kit';
import { formatPlatform, formatReference, type ImageOrIndex } from '@mlops-actions/oci';
import type { Build } from './build.ts';
import type { Plan } from './inputs.ts';
import type { ProbeResult } from './probe.ts';
import { summariseProbe } from './probe-report.ts';
import type { Publication } from './publish.ts';
import type { Attached, Attachment } from './supply-chain/attachments.ts';
import type { AttachedSignature, Signed } from './supply-chain/sign.ts';

/** Everything that a build came to know. */
export interface BuildRecord extends Build {
  plan: Plan;
  dryRun: boolean;
  /** What the tags name; not there in a dry run of a Dockerfile. */
  target: ImageOrIndex | undefined;
  /** Not there in a dry run, and if the probe failed. */
  publication: Publication | undefined;
  probe: ProbeResult | undefined;
  /** What of Vertex AI's contract the image will probably break. */
  findings: readonly string[];
  /** Documents about the image, in the evidence folder. */
  attachments: readonly Attachment[];
  /** The documents as registries hold them. */
  attached: readonly Attached[];
  /** What was signed, where the bundles are, and how to verify them. */
  signatures:
    | {
        signed: readonly Pick<Signed, 'kind' | 'predicateType'>[];
        file: string;
        attached: readonly AttachedSignature[];
        commands: readonly string[];
      }
    | undefined;
  /** The model's own artifact by digest, if it was pushed. */
  modelArtifact: string | undefined;
}

/** A layer as reports show it. */
export interface LayerRow {
  kind: string;
  digest: string;
  size: number;
  /** Regular files; not counted for the base's layers, which are not read. */
  files?: number;
  /** What the push did with it. */
  outcome?: string;
}

/** The layers, lowest first. */
export function layerRows({ images, newLayers, publication }: BuildRecord): LayerRow[] {
  const rows: LayerRow[] = [
    ...images.flatMap(({ base }) =>
      (base.image?.layers ?? []).map(({ descriptor }) => ({
        kind: images.length === 1 ? 'base' : `base ${formatPlatform(base.platform)}`,
        digest: descriptor.digest,
        size: descriptor.size,
      })),
    ),
    ...newLayers.map(({ kind, descriptor, files }) => ({
      kind,
      digest: descriptor.digest,
      size: descriptor.size,
      files: files.length,
    })),
  ];
  return rows.map((row) => {
    const outcome = publication?.outcomes.get(row.digest);
    return outcome === undefined ? row : { ...row, outcome };
  });
}

/** The fields of the JSON report. `name` is the pushed image by digest, or empty. */
export function reportOf(record: BuildRecord, name: string): Record<string, unknown> {
  const { plan, images, target, model, publication, probe } = record;
  const [first] = images;
  return {
    mode: plan.foundation.mode,
    image: name,
    digest: target?.digest,
    platforms: images.map(({ base, image }) => ({
      platform: formatPlatform(base.platform),
      digest: image.digest,
      base: base.image?.digest,
    })),
    tags: plan.tags.map(formatReference),
    output: plan.output,
    model: { path: plan.model.path, destination: plan.model.destination, digest: model.digest, source: model.source },
    previousImage: plan.previousImage && {
      reference: formatReference(plan.previousImage),
      digest: record.previous?.digest,
    },
    base: first && { reference: first.base.reference, digest: first.base.image?.digest },
    layers: layerRows(record),
    bytes: publication?.bytes,
    attached: record.attached,
    signatures: record.signatures,
    modelArtifact: record.modelArtifact,
    config: first?.image.config.config,
    contract: {
      findings: record.findings,
      port: plan.port,
      healthRoute: plan.healthRoute,
      predictRoute: plan.predictRoute,
    },
    probe,
  };
}

/** The job summary. */
export function summarise(record: BuildRecord, name: string): Markdown {
  const { plan, images, target, publication } = record;
  const facts: [string, Markdown | string][] = [
    ['Image', name === '' ? (record.dryRun ? 'not pushed: a dry run' : 'not pushed') : mdCode(name)],
    ['Digest', target === undefined ? 'known after the build' : mdCode(target.digest)],
    [
      'Model',
      record.model.source === 'files'
        ? mdCode(record.model.digest)
        : md`${mdCode(record.model.digest)} (${record.model.source})`,
    ],
  ];
  if (images.length === 0) facts.push(['Base', mdCode(plan.foundation.mode)]);
  for (const { base, image } of images) {
    const platform = images.length === 1 ? '' : ` ${formatPlatform(base.platform)}`;
    if (platform !== '') facts.push([`Image${platform}`, mdCode(image.digest)]);
    facts.push([`Base${platform}`, mdCode([base.reference, base.image?.digest].filter(Boolean).join(' '))]);
  }
  if (plan.tags.length > 0) facts.push(['Tags', mdCode(plan.tags.map(formatReference).join(', '))]);
  if (plan.output !== undefined) facts.push(['Image layout', mdCode(plan.output)]);
  if (publication !== undefined && plan.push) {
    const { uploaded, mounted, skipped } = publication.bytes;
    facts.push([
      'Sent',
      `${formatBytes(uploaded)}; ${formatBytes(mounted)} mounted, ${formatBytes(skipped)} there already`,
    ]);
  }
  if (record.modelArtifact !== undefined) facts.push(['Model artifact', mdCode(record.modelArtifact)]);
  for (const { kind, reference } of record.attached) facts.push([`Attached ${kind}`, mdCode(reference)]);
  const { signatures } = record;
  if (signatures !== undefined) facts.push(['Signed', signatures.signed.map(({ kind }) => kind).join(', ')]);
  const layers = layerRows(record).map(({ kind, digest, size, files, outcome }) => [
    kind,
    mdCode(`${digest.slice(0, 'sha256:'.length + 12)}…`),
    formatBytes(size),
    files === undefined ? '' : String(files),
    outcome ?? '',
  ]);
  return mdJoin(
    mdTable(['', ''], facts),
    mdTable(['Layer', 'Digest', 'Size', 'Files', 'Push'], layers),
    ...record.findings.map((finding) => md`⚠️ ${finding}`),
    signatures === undefined || signatures.commands.length === 0
      ? undefined
      : mdDetails('Verify the signatures', mdBlock(signatures.commands.join('\n'))),
    record.probe && summariseProbe(record.probe),
  );
}
