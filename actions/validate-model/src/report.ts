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
import type { Finding, ModelInspection, Severity } from '@mlops-actions/model-files';
import path from 'node:path';
import type { FailOn } from './inputs.ts';

/** Everything that the action found out. */
export interface Review {
  modelPath: string;
  manifestPath: string | undefined;
  failOn: FailOn;
  inspection: ModelInspection;
  /** Of the files, the contract and the model card; worst first. */
  findings: Finding[];
  verdict: Verdict;
}

/** The report's part that is this action's own. */
export function reportOf(
  { modelPath, failOn, inspection, findings }: Review,
  sarifPath: string,
): Record<string, unknown> {
  return {
    model: { path: modelPath, digest: inspection.digest, formats: inspection.formats },
    failOn,
    sarif: sarifPath,
    files: inspection.files.map((file) => {
      const own = findings.filter((finding) => finding.location.path === file.path);
      return { ...file, verdict: failsAlone(own, failOn) ? 'fail' : 'pass', findings: own };
    }),
    findings,
  };
}

function failsAlone(findings: readonly Finding[], failOn: FailOn): boolean {
  return findings.some(({ severity }) => severity === 'error' || (severity === 'warning' && failOn === 'warning'));
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
export function summarise({ inspection, findings }: Review): Markdown {
  return mdJoin(
    findings.length === 0 ? undefined : findingTable(findings),
    mdDetails(`Files (${inspection.files.length})`, fileTable(inspection)),
    inspection.digest === undefined ? undefined : md`Model digest ${mdCode(inspection.digest)}`,
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

function fileTable({ files }: ModelInspection): Markdown {
  const table = mdTable(
    ['', 'file', 'format', 'size', 'digest'],
    files
      .slice(0, MAX_ROWS)
      .map(({ path: file, format, size, digest, verdict }) => [
        mdVerdict(verdict),
        mdCode(file),
        format,
        formatBytes(size),
        digest === undefined ? '' : mdCode(digest.slice(0, 19)),
      ]),
  );
  const more = files.length - MAX_ROWS;
  return mdJoin(table, more > 0 ? md`${more} more files are in the report.` : undefined);
}
