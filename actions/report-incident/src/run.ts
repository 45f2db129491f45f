import { log, md, mdJoin, UserError, type ActionResult, type RunContext } from '@mlops-actions/action-kit';
import {
  commentOnce,
  createGitHub,
  findIssue,
  hiddenMarker,
  openIssue,
  readIssue,
  setActiveDeployment,
  type GitHub,
  type Issue,
} from '@mlops-actions/github';
import { manifestOf } from '@mlops-actions/manifest';
import { readFacts, type Facts } from './facts.ts';
import type { Inputs } from './inputs.ts';
import { eventText, issueText, type Occasion } from './issue-text.ts';

const LABEL = 'model-incident';

/** Tells a rollback in the one issue of its incident, and makes GitHub's deployments say what serves. */
export async function run(inputs: Inputs, context: RunContext): Promise<ActionResult> {
  const loaded = await manifestOf(inputs);
  const model = loaded?.manifest.model.name;
  if (model === undefined) {
    throw new UserError('It is not said which model the incident is about.', {
      fix: "Set 'manifest' to its model.yaml.",
    });
  }
  const { environment, reason, dryRun } = inputs;
  const occasion = { model, environment, reason };
  const facts = await readFacts(inputs.report, inputs.jobResult);
  const github = createGitHub({ token: inputs.githubToken });
  const issue = dryRun ? undefined : await tell(github, occasion, facts, inputs, context);
  const changes = dryRun || facts.traffic === undefined ? [] : await align(github, occasion, facts, context);
  const where = issue === undefined ? 'no issue, in a dry run' : `issue #${issue.number}`;
  return {
    verdict: 'pass',
    headline: `Told in ${where}: ${facts.headline}`,
    outputs: { 'incident-url': issue?.url ?? '', 'incident-number': issue === undefined ? '' : String(issue.number) },
    report: { ...occasion, facts, incident: issue && { number: issue.number, url: issue.url }, deployments: changes },
    summary: mdJoin(eventText(occasion, facts, context), issue && md`Incident: #${issue.number}`),
    subjects: [],
  };
}

/** In the issue that asked for the rollback, else in the open one of this model and environment, else in a new one. */
async function tell(
  github: GitHub,
  occasion: Occasion,
  facts: Facts,
  { incidentUrl, incidentLabel = LABEL }: Inputs,
  context: RunContext,
): Promise<Issue> {
  const incident = hiddenMarker(`taken back ${occasion.model} ${occasion.environment}`);
  // A run tells one thing, however often it is tried.
  const event = hiddenMarker(`run ${context.runId}`);
  let issue: Issue | undefined;
  if (incidentUrl !== undefined) issue = await readIssue(github, issueNumber(github, incidentUrl));
  issue ??= await findIssue(github, incidentLabel, incident, { open: true });
  if (issue === undefined) {
    // A closed issue of an earlier incident has the one marker, never both.
    const markers = `${incident}\n${event}`;
    return openIssue(github, incidentLabel, markers, issueText(occasion, facts, [markers], context));
  }
  if (!issue.body.includes(event)) {
    await commentOnce(github, issue, event, eventText(occasion, facts, context).source);
  }
  return issue;
}

function issueNumber({ repository }: GitHub, url: string): number {
  const [, slug, number] = /^https?:\/\/[^/]+\/([^/]+\/[^/]+)\/issues\/([1-9]\d{0,9})$/.exec(url) ?? [];
  if (slug?.toLowerCase() === repository.toLowerCase()) return Number(number);
  throw new UserError(`'${url}' is no issue of ${repository}.`, {
    fix: "Leave 'incident-url' empty, or give the issue's own address.",
  });
}

/** The job that rolled back had `environment:`, and so GitHub now shows the commit of that job as deployed: which it is not. */
async function align(github: GitHub, occasion: Occasion, facts: Facts, context: RunContext): Promise<object[]> {
  const { model, environment } = occasion;
  const changes = await setActiveDeployment(github, {
    environment,
    commit: facts.servingCommit,
    active: `${facts.restored ?? model} serves again`,
    inactive: facts.restored === undefined ? 'Nothing serves' : `${facts.restored} serves instead`,
    ...(context.runUrl !== '' && { logUrl: context.runUrl }),
  });
  if (facts.servingCommit === undefined) {
    log.warning('It is not known which commit of this repository serves: none of its deployments is shown as active.');
  }
  return changes;
}
