import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  count,
  digestFile,
  log,
  messageOf,
  PREDICATE_BASE,
  subjectOf,
  UserError,
  writeJson,
  type ActionResult,
  type RunContext,
  type Statement,
  type Subject,
  type Verdict,
} from '@mlops-actions/action-kit';
import { readAttributes } from './attributes.ts';
import { commentOnPullRequest } from './comment.ts';
import { runControl, type ControlResult } from './control.ts';
import { evidenceOfPredictions, type Evidence } from './evidence.ts';
import { renderPage } from './html/page.ts';
import { guardScores } from './guards.ts';
import { resolveInputs, type Champion, type Inputs, type Task } from './inputs.ts';
import { joinPredictions } from './join.ts';
import { isDeciding, judge, type Judgement } from './judge.ts';
import { readPredictions } from './predictions.ts';
import { makeRecord, type DecisionRecord, type FileSource, type Source } from './record.ts';
import { summarise } from './report.ts';
import { demand } from './sentences.ts';
import { readRegisteredChampion } from './registry-champion.ts';
import { readReports } from './service.ts';
import { againstStored, evidenceOfMetrics, readStoredMetrics, type StoredMetrics } from './stored-metrics.ts';

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
    await writeJson(decisionPath, {
      _type: 'https://in-toto.io/Statement/v1',
      subject: subjects,
      predicateType: `${PREDICATE_BASE}/gate-decision/v1`,
      predicate: { ...record, decidedAt, run: context },
    } satisfies Statement);
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

interface Gathered {
  evidence: Evidence;
  candidate: Source;
  champion: Source | undefined;
  attributes: FileSource | undefined;
  reports: FileSource[];
  /** Joined rows; unknown for stored metrics. */
  rows: number | undefined;
  events: number | undefined;
}

async function gather(task: Task): Promise<Gathered> {
  const { policy, columns } = task;
  const measurements = await readReports(task.reports, task.candidate.modelDigest);
  const candidate = await sourceOf(task.candidate);
  const registered = task.champion.kind === 'registry' ? await registeredChampion(task.champion, task) : undefined;
  const champion = task.champion.kind === 'file' ? await sourceOf(task.champion) : registered?.source;
  if (champion !== undefined && candidate.digest === champion.digest) {
    throw new UserError(`'${candidate.path}' and '${champion.path}' are the same file, byte for byte.`, {
      fix: 'Give the predictions of the model that serves now: a model must not be compared with itself.',
    });
  }
  if (champion !== undefined && registered === undefined && champion.kind !== candidate.kind) {
    throw new UserError(
      `'${candidate.path}' holds ${candidate.kind} and '${champion.path}' ${champion.kind}: they cannot be compared.`,
      {
        fix: 'Give prediction files of both models, or metrics of both.',
      },
    );
  }
  if (candidate.kind === 'metrics') {
    if (columns.weight !== undefined || columns.cluster !== undefined) {
      throw new UserError(`Weights and clusters are of rows, and '${candidate.path}' holds metrics.`);
    }
    const [own, other] = await Promise.all([
      readStoredMetrics(candidate.path, policy),
      registered ? registered.metrics : champion && readStoredMetrics(champion.path, policy),
    ]);
    return {
      evidence: evidenceOfMetrics(own, other, policy, measurements),
      reports: measurements.sources,
      candidate,
      champion,
      attributes: undefined,
      rows: undefined,
      events: undefined,
    };
  }
  const own = await readPredictions(candidate.path, columns, policy);
  const other = champion && registered === undefined && (await readPredictions(champion.path, columns, policy));
  const used = attributesUsed(task);
  const table = task.attributes === undefined || used.length === 0 ? undefined : await fileOf(task.attributes);
  const attributes =
    used.length === 0
      ? undefined
      : await readAttributes(table?.path ?? candidate.path, { id: columns.id, columns: used }, own);
  const joined = joinPredictions(own, other || undefined, policy, attributes && { attributes, columns });
  guardScores(joined, policy, {
    candidate: candidate.path,
    champion: other ? champion.path : undefined,
    outcome: columns.label,
  });
  const ownEvidence = evidenceOfPredictions(joined, policy.plan, measurements);
  return {
    evidence: registered ? againstStored(ownEvidence, registered.metrics, policy) : ownEvidence,
    reports: measurements.sources,
    candidate,
    champion,
    attributes: table,
    rows: own.ids.length,
    events: policy.task === 'binary' ? joined.events : undefined,
  };
}

/** @returns `undefined` for a first release that the policy allows */
async function registeredChampion(
  { place, modelId, modelDigest, firstRelease }: Extract<Champion, { kind: 'registry' }>,
  { candidate, policy }: Task,
): Promise<{ source: Source; metrics: StoredMetrics } | undefined> {
  const found = await readRegisteredChampion(place, modelId, policy);
  if (found === undefined) {
    if (!firstRelease) {
      throw new UserError(`No version of '${modelId}' has the alias 'champion'.`, {
        fix: "If no model serves yet, set gate.first-release to 'allow', and the absolute checks decide alone.",
      });
    }
    if (!policy.checks.some((check) => check.blocking && check.requirement.kind === 'bound')) {
      throw new UserError('There is no champion, and the policy has no blocking check that does without one.');
    }
    return undefined;
  }
  const digest = modelDigest ?? found.modelDigest;
  if (modelDigest !== undefined && found.modelDigest !== undefined && modelDigest !== found.modelDigest) {
    throw new UserError(`The champion in the registry is ${found.modelDigest}, not ${modelDigest}.`);
  }
  if (digest !== undefined && digest === candidate.modelDigest) {
    throw new UserError(`The candidate is the champion '${found.version}' itself (${digest}).`, {
      fix: 'A model must not be compared with itself.',
    });
  }
  return {
    source: { path: found.version, digest: found.recordDigest ?? 'unknown', modelDigest: digest, kind: 'registry' },
    metrics: found.metrics,
  };
}

/** The columns that the policy looks at beside label and score. */
function attributesUsed({ policy, columns }: Task): string[] {
  const named = [
    columns.weight,
    columns.cluster,
    columns.query,
    ...policy.checks.flatMap(({ slice, column }) => [slice?.column, column]),
  ];
  return [...new Set(named.filter((name) => name !== undefined))];
}

const sourceOf = async ({ path: file, modelDigest }: Task['candidate']): Promise<Source> => ({
  ...(await fileOf(file)),
  modelDigest,
  kind: /\.json$/i.test(file) ? 'metrics' : 'predictions',
});

async function fileOf(file: string): Promise<FileSource> {
  const digest = await digestFile(file).catch((error: unknown) => {
    throw new UserError(`'${file}' cannot be read: ${messageOf(error)}.`, {
      fix: 'Paths in inputs are relative to the working directory, those in model.yaml to its folder.',
      cause: error,
    });
  });
  return { path: file, digest };
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
