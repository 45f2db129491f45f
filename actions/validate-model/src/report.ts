import {
  formatBytes,
  Markdown,
  md,
  mdCode,
  mdDetails,
  mdJoin,
  mdTable,
  mdVerdict,
  type Verdict,
} from '@mlops-actions/action-kit';
import type { Finding, InspectedFile, ModelInspection, Severity } from '@mlops-actions/model-files';
import path from 'node:path';
import type { FailOn } from './inputs.ts';
import type { JudgedFinding } from './waivers.ts';

/** Everything that the action found out. */
export interface Review {
  modelPath: string;
  manifestPath: string | undefined;
  failOn: FailOn;
  inspection: ModelInspection;
  /** Who signed the model, if a signature was verified and holds. */
  signedBy: string | undefined;
  /** Of the files, the contract and the model card; worst first. */
  findings: JudgedFinding[];
  verdict: Verdict;
}

/** The report's part that is this action's own. */
export function reportOf(review: Review, sarifPath: string): Record<string, unknown> {
  const { modelPath, failOn, inspection, findings } = review;
  return {
    model: { path: modelPath, digest: inspection.digest, formats: inspection.formats },
    failOn,
    signedBy: review.signedBy,
    sarif: sarifPath,
    files: inspection.files.map((file) => ({
      ...file,
      verdict: fileVerdict(review, file),
      findings: findings.filter((finding) => finding.location.path === file.path),
    })),
    findings,
  };
}

/** What findings add up to; waived ones weigh nothing. */
export function verdictOf(findings: readonly JudgedFinding[], failOn: FailOn): 'pass' | 'fail' {
  const fails = findings.some(
    ({ severity, waiver }) =>
      waiver === undefined && (severity === 'error' || (severity === 'warning' && failOn === 'warning')),
  );
  return fails ? 'fail' : 'pass';
}

/** The verdict on one file by its own findings. */
export function fileVerdict({ findings, failOn }: Review, { path: file }: InspectedFile): 'pass' | 'fail' {
  return verdictOf(
    findings.filter((finding) => finding.location.path === file),
    failOn,
  );
}

/** Where a finding is, for people: `model.pt, archive/data.pkl, byte 42`. */
export function describePlace({ location }: Finding): string {
  const { path: file, member, offset } = location;
  return [file === '.' ? 'the model' : file, member, offset === undefined ? undefined : `byte ${offset}`]
    .filter((part) => part !== undefined)
    .join(', ');
}

/** The file that a finding is about, from the repository's root with `/`. */
export function repositoryPath({ modelPath, manifestPath, inspection }: Review, { location }: Finding): string {
  if (location.path === manifestPath) return portable(manifestPath);
  const isModelItself = inspection.kind === 'file' || location.path === '.';
  return portable(isModelItself ? modelPath : path.join(modelPath, location.path));
}

function portable(file: string): string {
  return path.relative(process.cwd(), file).split(path.sep).join('/');
}

const MARKS: Record<Severity, string> = { error: '❌', warning: '⚠️', note: 'ℹ️' };
/** Rows that a summary shows; the report has all. */
const MAX_ROWS = 100;

/** The job summary: findings worst first, then the files. */
export function summarise(review: Review): Markdown {
  const { inspection } = review;
  const findings = review.findings.filter(({ waiver }) => waiver === undefined);
  const waived = review.findings.filter(({ waiver }) => waiver !== undefined);
  return mdJoin(
    findings.length === 0 ? undefined : findingTable(findings),
    waived.length === 0 ? undefined : mdDetails(`Waived (${waived.length})`, waiverTable(waived)),
    mdDetails(`Files (${inspection.files.length})`, fileTable(review)),
    inspection.digest === undefined ? undefined : md`Model digest ${mdCode(inspection.digest)}`,
    review.signedBy === undefined ? undefined : md`Signed by ${mdCode(review.signedBy)}`,
  );
}

function findingTable(findings: readonly Finding[]): Markdown {
  const table = mdTable(
    ['', 'rule', 'finding', 'where'],
    findings
      .slice(0, MAX_ROWS)
      .map((finding) => [new Markdown(MARKS[finding.severity]), finding.rule, finding.message, describePlace(finding)]),
  );
  const more = findings.length - MAX_ROWS;
  return mdJoin(table, more > 0 ? md`${more} more findings are in the report.` : undefined);
}

function waiverTable(findings: readonly JudgedFinding[]): Markdown {
  return mdTable(
    ['rule', 'finding', 'where', 'owner', 'reason', 'until'],
    findings
      .slice(0, MAX_ROWS)
      .map((finding) => [
        ...[finding.rule, finding.message, describePlace(finding)],
        ...[finding.waiver?.owner, finding.waiver?.reason, finding.waiver?.expires],
      ]),
  );
}

function fileTable(review: Review): Markdown {
  const { files } = review.inspection;
  const table = mdTable(
    ['', 'file', 'format', 'size', 'digest'],
    files
      .slice(0, MAX_ROWS)
      .map((file) => [
        mdVerdict(fileVerdict(review, file)),
        mdCode(file.path),
        file.format,
        formatBytes(file.size),
        file.digest === undefined ? '' : mdCode(file.digest.slice(0, 19)),
      ]),
  );
  const more = files.length - MAX_ROWS;
  return mdJoin(table, more > 0 ? md`${more} more files are in the report.` : undefined);
}
