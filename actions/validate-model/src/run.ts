import {
  actionPage,
  count,
  log,
  subjectOf,
  writeJson,
  type ActionResult,
  type RunContext,
} from '@mlops-actions/action-kit';
import {
  checkContract,
  compareFindings,
  inspectModel,
  type ModelInspection,
  type Finding,
} from '@mlops-actions/model-files';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { bomOf } from './bom.ts';
import { checkBudget } from './budget.ts';
import { checkCard } from './card.ts';
import { resolveInputs, type Inputs, type Task } from './inputs.ts';
import { describePlace, fileVerdict, repositoryPath, reportOf, summarise, verdictOf, type Review } from './report.ts';
import { sarifOf } from './sarif.ts';
import { checkSignature, writeSignature } from './signature.ts';
import { applyWaivers, type JudgedFinding } from './waivers.ts';

/** GitHub shows ten annotations of a kind in a step. */
const MAX_ANNOTATIONS = 10;

/** Reviews the model. */
export async function run(inputs: Inputs, _context: RunContext): Promise<ActionResult> {
  const sarifPath = path.join(inputs.evidenceDir, 'validate-model.sarif');
  const bomPath = path.join(inputs.evidenceDir, 'validate-model.cdx.json');
  await Promise.all([rm(sarifPath, { force: true }), rm(bomPath, { force: true })]);
  const task = await resolveInputs(inputs);
  // A signature of an earlier attempt vouches for nothing that has not passed yet; the one to verify stays.
  if (task.signing !== undefined && !inputs.dryRun) await rm(task.signing.path, { force: true });
  const inspection = await inspectModel(task.modelPath, {
    allow: task.allow,
    failOn: task.failOn === 'warning' ? 'warning' : 'error',
    readTensors: task.checkTensors,
    ...(task.formats !== undefined && { formats: task.formats }),
  });
  const { findings: ofSignature, signedBy } = await checkSignature(task, inspection);
  const review = judge(task, inspection, ofSignature, signedBy);
  tell(review);
  await writeJson(sarifPath, sarifOf(review, actionPage('docs/reference/validate-model-rules.md')));
  await writeJson(bomPath, await bomOf({ modelPath: task.modelPath, inspection, manifest: task.manifest?.content }));

  // What did not pass is not vouched for, whatever is tolerated.
  const signature = review.verdict === 'pass' && !inputs.dryRun ? await writeSignature(task, inspection) : undefined;
  const digest = inspection.digest;
  return {
    verdict: review.verdict,
    headline: headlineOf(review),
    outputs: {
      'model-digest': digest ?? '',
      format: inspection.formats.join(','),
      'findings-count': String(review.findings.length),
      'sarif-path': sarifPath,
      'data-contract': task.dataContract ?? '',
      'bom-path': bomPath,
      'signature-path': signature ?? '',
    },
    report: reportOf(review, sarifPath),
    summary: summarise(review),
    subjects:
      digest === undefined
        ? []
        : [subjectOf(task.manifest?.content.model.name ?? path.basename(task.modelPath), digest)],
    tolerated: task.failOn === 'never',
  };
}

/** The findings of the files, of the signature, of the contract and of the model card, and what they add up to. */
function judge(
  task: Task,
  inspection: ModelInspection,
  ofSignature: readonly Finding[],
  signedBy: string | undefined,
): Review {
  const { manifest, modelPath, failOn } = task;
  let findings: JudgedFinding[] = [...inspection.findings, ...ofSignature];
  if (manifest !== undefined) {
    const { contract } = manifest.content;
    if (contract !== undefined) findings.push(...checkContract(inspection.files, contract));
    findings.push(...checkCard(manifest.content, manifest.path));
    findings.push(...checkBudget(inspection, manifest.content.validation ?? {}));
    const { files, digest } = inspection;
    const reviewed = { findings, files, digest, manifestPath: manifest.path, waivable: task.waivable };
    findings = applyWaivers(reviewed, task.waivers, new Date().toISOString().slice(0, 10));
  }
  findings.sort(compareFindings);
  const verdict = verdictOf(findings, failOn);
  return { modelPath, manifestPath: manifest?.path, failOn, inspection, signedBy, findings, verdict };
}

function headlineOf({ inspection, findings: all }: Review): string {
  const findings = all.filter(({ waiver }) => waiver === undefined);
  const waived = all.length > findings.length ? ` ${count(all.length - findings.length, 'finding')} waived.` : '';
  const files = count(inspection.files.length, 'file');
  const bad = (['error', 'warning'] as const)
    .map((severity) => ({ severity, number: findings.filter((finding) => finding.severity === severity).length }))
    .filter(({ number }) => number > 0)
    .map(({ severity, number }) => count(number, severity));
  const [worst] = findings;
  if (bad.length === 0 || worst === undefined)
    return `${files} reviewed (${inspection.formats.join(', ')}), nothing to object to.${waived}`;
  return `${files} reviewed, ${bad.join(' and ')}; the worst: ${worst.message} (${worst.rule}, ${describePlace(worst)}).${waived}`;
}

function tell(review: Review): void {
  for (const file of review.inspection.files) {
    log.info(`${file.path}: ${file.format}, ${count(file.size, 'byte')}, ${fileVerdict(review, file)}`);
  }
  let annotations = 0;
  for (const finding of review.findings) {
    const line = `${finding.rule} ${finding.message} (${describePlace(finding)})`;
    if (finding.waiver !== undefined) log.info(`waived by ${finding.waiver.owner}: ${line}`);
    else if (finding.severity === 'error' && annotations++ < MAX_ANNOTATIONS) {
      log.error(line, { title: `validate-model ${finding.rule}`, file: repositoryPath(review, finding) });
    } else log.info(`${finding.severity}: ${line}`);
  }
}
