import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  count,
  log,
  statement,
  subjectOf,
  writeJson,
  type ActionResult,
  type RunContext,
  type Subject,
  type Verdict,
} from '@mlops-actions/action-kit';
import { commentOnPullRequest } from './comment.ts';
import { runControl, type ControlResult } from './control.ts';
import { gather } from './gather.ts';
import { renderPage } from './html/page.ts';
import { resolveInputs, type Inputs } from './inputs.ts';
import { isDeciding, judge, type Judgement } from './judge.ts';
import { makeRecord, type DecisionRecord, type Source } from './record.ts';
import { summarise } from './report.ts';
import { demand } from './sentences.ts';

/** Files in the evidence folder: the record, and the report for people. */
const DECISION_FILE = 'decision.intoto.json';
const PAGE_FILE = 'evaluate-gate.html';

/** Judges the candidate. */
export async function run(inputs: Inputs, context: RunContext): Promise<ActionResult> {
  const decisionPath = path.join(inputs.evidenceDir, DECISION_FILE);
  const htmlPath = path.join(inputs.evidenceDir, PAGE_FILE);
  // A gate that dies must leave no earlier decision behind.
  await Promise.all([rm(decisionPath, { force: true }), rm(htmlPath, { force: true })]);
  const decidedAt = new Date().toISOString();
  const task = await resolveInputs(inputs, decidedAt.slice(0, 10));
  const { policy } = task;
  log.info(`Policy ${policy.digest} from '${task.policySource.path}': ${count(policy.checks.length, 'check')}.`);
  for (const check of policy.checks) {
    log.info(
      `- ${check.name}: ${check.metric.title} ${demand(check.requirement, check.metric.better)}${check.blocking ? '' : ' (reported only)'}`,
    );
  }

  const gathered = await gather(task);
  const { evidence, candidate, champion } = gathered;
  const compare = champion !== undefined;
  const isFirst = !compare && (task.champion.kind === 'none' || task.champion.kind === 'registry');
  const judgement = judge(policy, evidence, compare);
  const control = runControl(policy, evidence, compare);
  const verdict: Verdict = control.proven ? judgement.verdict : 'fail';
  const headline = headlineOf(verdict, judgement, control, isFirst);

  const record = makeRecord({ ...gathered, task, judgement, control, verdict, headline });
  tell(record);
  const subjects = subjectsOf(candidate);
  if (!inputs.dryRun) {
    await mkdir(inputs.evidenceDir, { recursive: true });
    await writeFile(htmlPath, renderPage({ record, evidence, policy, run: context, decidedAt }));
    await writeJson(decisionPath, statement('gate-decision', subjects, { ...record, decidedAt, run: context }));
  }
  const summary = summarise(record, evidence);
  const comment =
    inputs.comment === true && !inputs.dryRun
      ? await commentOnPullRequest(record, summary, { token: inputs.githubToken ?? '', run: context })
      : undefined;
  const undecided = judgement.checks.filter((check) => isDeciding(check) && check.verdict !== 'pass');
  return {
    verdict,
    headline,
    outputs: {
      'decision-path': inputs.dryRun ? '' : decisionPath,
      'html-path': inputs.dryRun ? '' : htmlPath,
      'comment-url': comment ?? '',
      'policy-digest': policy.digest,
      metrics: JSON.stringify({ candidate: record.metrics, champion: record.championMetrics }),
      'failed-checks': undecided.map(({ name }) => name.replaceAll('\n', ' ')).join('\n'),
    },
    report: { ...record },
    summary,
    subjects,
    tolerated: verdict === 'inconclusive' && task.onInconclusive === 'warn',
  };
}

function headlineOf(verdict: Verdict, judgement: Judgement, control: ControlResult, isFirst: boolean): string {
  const first = isFirst ? 'No champion exists: judged by the absolute checks alone. ' : '';
  if (!control.proven) {
    return `${first}This gate cannot fail: it passes ${control.how}.`;
  }
  const deciding = judgement.checks.filter(isDeciding);
  const waived = judgement.checks.some((check) => check.waiver?.expired === false && check.verdict !== 'pass');
  const named = (wanted: Verdict): string =>
    deciding
      .filter((check) => check.verdict === wanted)
      .map(({ name }) => `'${name}'`)
      .join(', ');
  switch (verdict) {
    case 'pass': {
      const met = deciding.length === 1 ? 'the blocking check' : `all ${deciding.length} blocking checks`;
      return `${first}The candidate meets ${met}${waived ? ' that nobody has waived' : ''}, and the gate stopped its degraded copy.`;
    }
    case 'fail':
      return `${first}The candidate misses ${named('fail')}.`;
    case 'inconclusive':
      return `${first}The data cannot decide ${named('inconclusive')}.`;
  }
}

function tell({ checks, skippedChecks, negativeControl: control, remarks, champion }: DecisionRecord): void {
  for (const check of checks) log.info(`${check.verdict.toUpperCase()} ${check.name}: ${check.sentence}`);
  for (const { how, verdict } of control.trials) log.info(`Negative control: ${how}: ${verdict}.`);
  if (champion === 'none') {
    log.warning(
      `There is no champion to compare with. Only the absolute checks were made${skippedChecks.length > 0 ? `; skipped: ${skippedChecks.map(({ name }) => name).join(', ')}` : ''}.`,
      { title: 'First release' },
    );
  }
  if (control.proven && control.toothless.length > 0) {
    log.warning(`These checks pass even a worthless candidate: ${control.toothless.join(', ')}.`, {
      title: 'Checks that hold back nothing',
    });
  }
  for (const remark of remarks) log.warning(remark, { title: 'evaluate-gate' });
}

const subjectsOf = (candidate: Source): Subject[] => [
  ...(candidate.modelDigest === undefined ? [] : [subjectOf('model', candidate.modelDigest)]),
  subjectOf(candidate.path, candidate.digest),
];
