import { ruleAnchor, RULE_IDS, ruleOf, type Finding, type RuleId, type Severity } from '@mlops-actions/model-files';
import { createHash } from 'node:crypto';
import { repositoryPath, type Review } from './report.ts';
import type { JudgedFinding, Waiver } from './waivers.ts';

/** GitHub shows this many results of a run. */
const MAX_RESULTS = 5000;
/** Rules that say that something was not reviewed. */
const INCOMPLETE: ReadonlySet<RuleId> = new Set<RuleId>([
  'MV205',
  'MV206',
  'MV208',
  'MV401',
  'MV902',
  'MV903',
  'MV904',
]);

/**
 * The findings as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0), as GitHub code scanning takes it.
 *
 * @param rulesPage address of the page that documents the rules, if there is one
 */
export function sarifOf(review: Review, rulesPage: string | undefined): Record<string, unknown> {
  const used = RULE_IDS.filter((id) => review.findings.some((finding) => finding.rule === id));
  const incomplete = review.findings.filter((finding) => INCOMPLETE.has(finding.rule));
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'validate-model',
            ...(rulesPage !== undefined && { informationUri: rulesPage }),
            rules: used.map((id) => ruleDescriptor(id, rulesPage)),
          },
        },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: incomplete.map((finding) => ({
              level: 'error',
              message: { text: `Not reviewed to the end: ${finding.message}` },
            })),
          },
        ],
        artifacts: review.inspection.files.map((file) => ({
          location: { uri: uriOf(repositoryPath(review, { location: { path: file.path } } as Finding)) },
          length: file.size,
          ...(file.digest !== undefined && { hashes: { 'sha-256': file.digest.slice('sha256:'.length) } }),
        })),
        results: review.findings.slice(0, MAX_RESULTS).map((finding) => resultOf(review, finding, used)),
        columnKind: 'utf16CodeUnits',
      },
    ],
  };
}

function ruleDescriptor(id: RuleId, rulesPage: string | undefined): Record<string, unknown> {
  const { name, severity, title, help, fix, cwe, score } = ruleOf(id);
  return {
    id,
    name,
    shortDescription: { text: title },
    fullDescription: { text: help },
    help: { text: `${help} What to do: ${fix}`, markdown: `${help}\n\n**What to do:** ${fix}` },
    ...(rulesPage !== undefined && { helpUri: `${rulesPage}#${ruleAnchor(id)}` }),
    defaultConfiguration: { level: severity },
    properties: {
      tags: ['security', 'machine-learning', ...(cwe === undefined ? [] : [`external/cwe/cwe-${cwe}`])],
      precision: 'high',
      'problem.severity': PROBLEM_SEVERITY[severity],
      'security-severity': score.toFixed(1),
    },
  };
}

const PROBLEM_SEVERITY: Record<Severity, string> = { error: 'error', warning: 'warning', note: 'recommendation' };

function resultOf(review: Review, finding: JudgedFinding, used: readonly RuleId[]): Record<string, unknown> {
  const { path: file, member, offset, symbol } = finding.location;
  const uri = repositoryPath(review, finding);
  const qualified = [member, symbol].filter((part) => part !== undefined).join('!');
  const fingerprint = fingerprintOf(finding);
  return {
    ruleId: finding.rule,
    ruleIndex: used.indexOf(finding.rule),
    level: finding.severity,
    ...(finding.waiver !== undefined && { suppressions: [suppressionOf(finding.waiver)] }),
    message: { text: member === undefined ? finding.message : `${finding.message} (in ${member})` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(uri) },
          // GitHub wants a line. An offset within an unpacked member is none of the file's, so it stays with the member.
          region: { startLine: 1, ...(offset !== undefined && member === undefined && { byteOffset: offset }) },
        },
        ...(qualified !== '' && { logicalLocations: [{ fullyQualifiedName: qualified }] }),
      },
    ],
    partialFingerprints: { 'validateModel/v1': fingerprint, primaryLocationLineHash: `${fingerprint.slice(0, 16)}:1` },
    properties: { file, ...(member !== undefined && { member }), ...(offset !== undefined && { offset }) },
  };
}

function suppressionOf({ owner, reason, expires }: Waiver): Record<string, string> {
  return { kind: 'external', status: 'accepted', justification: `${reason} (${owner}, until ${expires})` };
}

/** Stays the same when the file moves or the place in it shifts. */
function fingerprintOf({ rule, message, location }: Finding): string {
  const parts = [rule, location.member ?? '', location.symbol ?? message.replace(/\d+/g, '#')];
  return createHash('sha256').update(parts.join('\0')).digest('hex');
}

function uriOf(file: string): string {
  return file.split('/').map(encodeURIComponent).join('/');
}
