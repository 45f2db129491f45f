import { reviewZip } from './containers.ts';
import { FormatError } from './cursor.ts';
import { detect } from './detect.ts';
import { rootDigest } from './digest.ts';
import type { FileFacts } from './facts.ts';
import { compareFindings, FindingLog, worstSeverity, type Finding } from './findings.ts';
import { FORMAT_IDS, formatInfo, type Format } from './formats.ts';
import { scanPickles } from './pickle/scan.ts';
import { readThrough } from './read-through.ts';
import { scanAs } from './scan.ts';
import { Budget, DEFAULT_LIMITS, Scope, type ChecksumClaim, type Limits } from './scope.ts';
import { FileSource, type ByteSource } from './source.ts';
import { listModel, type ModelFile } from './walk.ts';

/** How a model is to be judged. */
export interface InspectOptions {
  /** Full paths of names that pickles, Keras models and skops files may use beside the known ones. */
  allow?: readonly string[];
  /** Formats that are accepted. Default: all, each judged on its own. */
  formats?: readonly Format[];
  /** Lowest severity that fails a file. Default: `error`. */
  failOn?: 'error' | 'warning';
  limits?: Partial<Limits>;
  /** Whether the numbers of tensors are read, to find NaN, infinity and weights that are all zero. Default: false. */
  readTensors?: boolean;
}

/** What was found out about one file. */
export interface InspectedFile {
  /** Relative to the model's folder, with `/`. */
  path: string;
  format: Format;
  /** Bytes. */
  size: number;
  /** `sha256:<hex>`; `undefined` where there are no bytes of its own, as for a link. */
  digest: string | undefined;
  verdict: 'pass' | 'fail';
  /** Worst first. */
  findings: Finding[];
  facts: FileFacts;
}

/** What was found out about a model. */
export interface ModelInspection {
  /** Whether the model was given as one file or as a folder. */
  kind: 'file' | 'folder';
  /** The model's digest (see `digestModel`); `undefined` if the folder holds links out of it and the like. */
  digest: string | undefined;
  files: InspectedFile[];
  /** Formats of the files that carry the model, each once, in the files' order. */
  formats: Format[];
  /** Findings of all files, worst first. */
  findings: Finding[];
  verdict: 'pass' | 'fail';
}

/** Formats whose acceptance implies that of their parts. */
const IMPLIED: Partial<Record<Format, readonly Format[]>> = {
  pickle: ['joblib'],
  joblib: ['pickle', 'gzip', 'zlib', 'zstd', 'bzip2', 'xz', 'lz4'],
  keras: ['hdf5', 'npy'],
  npz: ['npy'],
  skops: ['npy'],
  pytorch: ['pytorch-legacy'],
  'tensorflow-savedmodel': ['tensorflow-checkpoint'],
};

/** Formats that carry no model and no code, and may lie beside one. */
const COMPANIONS: ReadonlySet<Format> = new Set([
  'json',
  'text',
  'image',
  'pdf',
  'table',
  'empty',
  'mlflow',
  'external-data',
]);

/**
 * Reviews the model at `modelPath`, a file or a folder: recognises every file by its content, follows what its loader would do without doing
 * it, and reads what it says about the model. Nothing is imported, run or deserialised, and nothing in the folder is changed.
 */
export async function inspectModel(modelPath: string, options: InspectOptions = {}): Promise<ModelInspection> {
  const listing = await listModel(modelPath);
  const accepted = options.formats === undefined ? undefined : acceptedFormats(options.formats);
  const inspection = new Inspection(listing.files, options, accepted);
  const files: InspectedFile[] = [];
  for (const file of listing.files) files.push(await inspection.file(file));
  for (const file of files) settleClaim(file, inspection.claimed);
  const digest = listing.rejected.length > 0 ? undefined : rootDigest(files as (InspectedFile & { digest: string })[]);
  for (const { path, reason } of listing.rejected) {
    const log = new FindingLog(path);
    log.add('MV907', `${path} ${reason}`, '', {});
    files.push({
      path,
      format: 'unknown',
      size: 0,
      digest: undefined,
      verdict: 'fail',
      findings: log.findings,
      facts: {},
    });
  }
  const wholeModel = new FindingLog('.');
  if (listing.excluded.length > 0) {
    wholeModel.add('MV908', `${listing.excluded.join(', ')}: no part of the model's digest, not reviewed`, '', {});
  }
  if (!inspection.sawModel && listing.rejected.length === 0) wholeModel.add('MV909', 'No file here is a model', '', {});

  for (const file of files) {
    file.findings.sort(compareFindings);
    file.verdict = verdictOf(file.findings, options);
  }
  const findings = [...wholeModel.findings, ...files.flatMap((file) => file.findings)].sort(compareFindings);
  const formats = [...new Set(files.map((file) => file.format))].filter((format) => formatInfo(format).isModel);
  return { kind: listing.kind, digest, files, formats, findings, verdict: verdictOf(findings, options) };
}

function verdictOf(findings: readonly Finding[], { failOn = 'error' }: InspectOptions): 'pass' | 'fail' {
  const worst = worstSeverity(findings);
  return worst === 'error' || (worst === 'warning' && failOn === 'warning') ? 'fail' : 'pass';
}

function acceptedFormats(formats: readonly Format[]): ReadonlySet<Format> {
  return new Set(formats.flatMap((format) => [format, ...(IMPLIED[format] ?? [])]));
}

/** Bytes that another file names as its tensors' are no unknown content. */
function settleClaim(file: InspectedFile, claimed: ReadonlySet<string>): void {
  if (!claimed.has(file.path) || (file.format !== 'unknown' && file.format !== 'tensorflow-checkpoint')) return;
  file.findings = file.findings.filter((finding) => finding.rule !== 'MV903');
  if (file.format === 'unknown') file.format = 'external-data';
}

/** The review of all files of one model. */
class Inspection {
  /** Files that another file says belong to it. */
  readonly claimed = new Set<string>();
  sawModel = false;
  readonly #budget: Budget;
  readonly #allow: ReadonlySet<string>;
  readonly #accepted: ReadonlySet<Format> | undefined;
  readonly #siblings: ReadonlyMap<string, number>;
  readonly #readsTensors: boolean;

  constructor(files: readonly ModelFile[], options: InspectOptions, accepted: ReadonlySet<Format> | undefined) {
    this.#budget = new Budget({ ...DEFAULT_LIMITS, ...options.limits });
    this.#allow = new Set(options.allow);
    this.#accepted = accepted;
    this.#siblings = new Map(files.map((file) => [file.path, file.size]));
    this.#readsTensors = options.readTensors ?? false;
  }

  async file(file: ModelFile): Promise<InspectedFile> {
    const source = new FileSource(file.absolutePath);
    try {
      const log = new FindingLog(file.path);
      const facts: FileFacts = {};
      const checksums: ChecksumClaim[] = [];
      const scope = new Scope({
        log,
        file: source,
        allow: this.#allow,
        budget: this.#budget,
        facts,
        checksums,
        siblings: this.#siblings,
        readsTensors: this.#readsTensors,
        claim: (path) => void this.claimed.add(path),
        inspect: (inner, name, innerScope) => this.#content(inner, name, innerScope),
      });
      const format = await this.#content(source, file.path, scope);
      const digest = readThrough(source, checksums);
      return { path: file.path, format, size: source.size, digest, verdict: 'pass', findings: log.findings, facts };
    } finally {
      source.close();
    }
  }

  /** Recognises and reviews a file, or something unpacked from one. */
  async #content(source: ByteSource, name: string, scope: Scope): Promise<Format> {
    const detected = detect(source, name);
    let { format } = detected;
    try {
      format = await scanAs(format, source, name, scope);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      scope.report(
        formatInfo(format).isModel ? 'MV401' : 'MV206',
        `The ${formatInfo(format).title} cannot be read: ${error.message}`,
      );
    }
    if (detected.alsoPickle) {
      scope.report('MV209', `The ${formatInfo(format).title} is a pickle at the same time`);
      await scanPickles(source, scope.part('as pickle'));
    }
    if (detected.alsoZip) {
      scope.report('MV209', `The ${formatInfo(format).title} is a zip archive at the same time`);
      await this.#guarded(() => reviewZip(source, scope.part('as zip')), scope);
    }
    if (formatInfo(format).isModel) this.sawModel = true;
    this.#checkPolicy(format, name, scope);
    return format;
  }

  async #guarded(body: () => Promise<unknown>, scope: Scope): Promise<void> {
    try {
      await body();
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      scope.report('MV206', `It cannot be read to its end: ${error.message}`);
    }
  }

  #checkPolicy(format: Format, name: string, scope: Scope): void {
    if (this.#accepted !== undefined && !this.#accepted.has(format) && !COMPANIONS.has(format)) {
      scope.report('MV906', `The format ${format} is not accepted here`, { symbol: format });
    }
    const extension = /\.([A-Za-z0-9]+)$/.exec(name)?.[1]?.toLowerCase();
    if (extension === undefined || format === 'empty' || format === 'unknown' || format === 'lfs-pointer') return;
    const owners = FORMAT_IDS.filter((id) => formatInfo(id).extensions.includes(extension));
    if (owners.length > 0 && !owners.includes(format)) {
      scope.report('MV905', `The name ends with .${extension}, the content is ${formatInfo(format).title}`, {
        symbol: extension,
      });
    }
  }
}
