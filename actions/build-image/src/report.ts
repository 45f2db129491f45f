import {
  formatBytes,
  formatDuration,
  md,
  mdBlock,
  mdCode,
  mdDetails,
  mdJoin,
  mdTable,
  type Markdown,
} from '@mlops-actions/action-kit';
import { formatReference, type Image, type Layer } from '@mlops-actions/oci';
import type { Base } from './base.ts';
import type { Plan } from './inputs.ts';
import type { ModelContent } from './model.ts';
import type { ProbeResult } from './probe.ts';
import type { Publication } from './publish.ts';
import type { Attached, Attachment } from './supply-chain/attachments.ts';
import type { AttachedSignature, Signed } from './supply-chain/sign.ts';

/** Everything that a build came to know. */
export interface BuildRecord {
  plan: Plan;
  dryRun: boolean;
  /** Not there in a dry run of a Dockerfile. */
  base: Base | undefined;
  model: ModelContent;
  /** The image that the model's layers could be taken from, if one was named and found. */
  previous: Image | undefined;
  /** Not there in a dry run of a Dockerfile. */
  image: Image | undefined;
  newLayers: readonly Layer[];
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
export function layerRows({ base, newLayers, publication }: BuildRecord): LayerRow[] {
  const rows: LayerRow[] = [
    ...(base?.image?.layers ?? []).map(({ descriptor }) => ({
      kind: 'base',
      digest: descriptor.digest,
      size: descriptor.size,
    })),
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
  const { plan, base, image, model, publication, probe } = record;
  return {
    mode: plan.foundation.mode,
    image: name,
    digest: image?.digest,
    tags: plan.tags.map(formatReference),
    output: plan.output,
    model: { path: plan.model.path, destination: plan.model.destination, digest: model.digest, source: model.source },
    previousImage: plan.previousImage && {
      reference: formatReference(plan.previousImage),
      digest: record.previous?.digest,
    },
    base: base && { reference: base.reference, digest: base.image?.digest },
    layers: layerRows(record),
    bytes: publication?.bytes,
    attached: record.attached,
    signatures: record.signatures,
    modelArtifact: record.modelArtifact,
    config: image?.config.config,
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
  const { plan, base, image, publication } = record;
  const facts: [string, Markdown | string][] = [
    ['Image', name === '' ? (record.dryRun ? 'not pushed: a dry run' : 'not pushed') : mdCode(name)],
    ['Digest', image === undefined ? 'known after the build' : mdCode(image.digest)],
    [
      'Model',
      record.model.source === 'files'
        ? mdCode(record.model.digest)
        : md`${mdCode(record.model.digest)} (${record.model.source})`,
    ],
    [
      'Base',
      base === undefined
        ? mdCode(plan.foundation.mode)
        : mdCode([base.reference, base.image?.digest].filter(Boolean).join(' ')),
    ],
  ];
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

function summariseProbe(probe: ProbeResult): Markdown {
  const mismatches = probe.mismatches.map(({ line, at, expected, actual }) => [
    String(line),
    mdCode(at === '' ? '.' : at),
    mdCode(expected),
    mdCode(actual),
  ]);
  return mdJoin(
    md`**Probe**: ${probe.finding}${probe.healthyAfter === undefined ? '' : ` Healthy after ${formatDuration(probe.healthyAfter)}.`}`,
    probe.malformed.length === 0 ? undefined : mdTable(['', ''], measuredRows(probe)),
    mismatches.length === 0 ? undefined : mdTable(['Golden line', 'Place', 'Expected', 'Answered'], mismatches),
    probe.passed || !probe.logTail ? undefined : mdDetails("End of the server's log", mdBlock(probe.logTail)),
  );
}

function measuredRows({ latency, peakMemory, malformed }: ProbeResult): [string, string][] {
  const rows: [string, string][] = Object.entries(latency ?? {}).map(([percentile, time]) => [
    `Latency ${percentile}`,
    formatDuration(time),
  ]);
  if (peakMemory !== undefined) rows.push(['Peak memory', formatBytes(peakMemory)]);
  for (const { request, status } of malformed) rows.push([`Answer to ${request}`, String(status)]);
  return rows;
}
