import {
  log,
  md,
  messageOf,
  UserError,
  worstVerdict,
  type ActionResult,
  type RunContext,
  type Verdict,
} from '@mlops-actions/action-kit';
import {
  append,
  awaitRunningDeployments,
  CHAMPION_ALIAS,
  deployDark,
  followTraffic,
  fullSplit,
  judge,
  latestOf,
  ledgerDigest,
  modelVersionName,
  moveTraffic,
  predictor,
  probe,
  readEndpoint,
  requireEndpoint,
  requireModelVersion,
  requireUntouched,
  rewriteTraffic,
  ROLLED_BACK_LABEL,
  sameVersion,
  servedDigest,
  setVersionLabels,
  shortVersion,
  totalOf,
  withVertex,
  type EndpointState,
  type LedgerEntry,
  type ModelVersionId,
  type ProbeResult,
  type Vertex,
} from '@mlops-actions/vertex';
import { resolveInputs, type Inputs, type Rollback } from './inputs.ts';
import { planRollback, previousGood, subjectOf, TRIAL, type Plan } from './plan.ts';
import { reportOf, subjectsOf, summarise, type Outcome } from './report.ts';

/** Returns the traffic to a version that served before; or, in a dry run, tells to which and how. */
export async function run(inputs: Inputs, context: RunContext): Promise<ActionResult> {
  const wanted = await resolveInputs(inputs);
  return withVertex(wanted.place, async (vertex) => {
    const startedAt = Date.now();
    if (wanted.from === TRIAL && totalOf((await readEndpoint(vertex, wanted.endpointId))?.split ?? {}) === 0) {
      return nothingServes(wanted);
    }
    let before = await requireEndpoint(vertex, wanted.endpointId);
    let plan = planRollback(before, wanted);
    if (!inputs.dryRun && !wanted.drill && !plan.done && plan.deployed === undefined) {
      // An earlier run may have begun it. Only what is read after the wait counts: it may have ended in between.
      await awaitRunningDeployments(vertex, before.id, wanted.timeout);
      before = await requireEndpoint(vertex, before.id);
      plan = planRollback(before, wanted);
    }
    const mode = plan.done ? undefined : plan.deployed === undefined ? 'redeploy' : 'warm';
    log.info(
      plan.done
        ? `${shortVersion(plan.target)} has all traffic already`
        : `Back to ${shortVersion(plan.target)}, ${mode === 'warm' ? 'which is still deployed' : 'which is to be deployed again'}`,
    );
    const outcome: Outcome = {
      dryRun: inputs.dryRun,
      wanted,
      plan,
      target: await requireModelVersion(vertex, plan.target),
      mode,
      before,
      after: before,
      moved: undefined,
      marked: false,
      unwritten: [],
      repository: context.repository,
      verification: undefined,
    };
    if (wanted.drill) {
      outcome.verification = await drill(vertex, outcome);
    } else if (!inputs.dryRun) {
      if (!plan.done) await apply(vertex, outcome, startedAt);
      // The traffic has moved by now: what the registry does not take is told, undoes nothing, and is made up for by the next run.
      await attempt(outcome, 'marked as rolled back', () => mark(vertex, outcome));
      if (wanted.championAliases) await attempt(outcome, 'told by its aliases', () => moveAliases(vertex, outcome));
      if (!plan.done) outcome.verification = await verify(vertex, outcome.after, plan.target, wanted);
    }
    return resultOf(outcome);
  });
}

/** Deploys the target if need be, then moves all traffic and writes the ledger in one update. */
async function apply(vertex: Vertex, outcome: Outcome, startedAt: number): Promise<void> {
  const { plan, wanted } = outcome;
  let endpoint = outcome.before;
  let id = plan.deployed?.id;
  if (id === undefined) {
    id = await log.group(`Deploy ${shortVersion(plan.target)} again`, () => redeploy(vertex, endpoint, plan, wanted));
    endpoint = await requireUntouched(vertex, wanted.endpointId, endpoint);
  }
  outcome.after = await moveTraffic(vertex, endpoint, { [id]: 100 }, entriesAfter(endpoint, id, outcome));
  outcome.moved = Date.now() - startedAt;
  log.info(`All traffic goes to ${id}, which is ${shortVersion(plan.target)}`);
}

/** Deploys the target in the shape of the model that it takes over from: it is known to run and to carry the load. */
async function redeploy(vertex: Vertex, endpoint: EndpointState, { target }: Plan, wanted: Rollback): Promise<string> {
  const { shape } = subjectOf(endpoint) ?? endpoint.deployed[0] ?? {};
  if (shape === undefined) {
    throw new UserError(
      `Nothing on endpoint ${endpoint.id} says on what machines ${shortVersion(target)} should run.`,
      {
        fix: 'Use deploy-vertex-endpoint, which takes the shape from its inputs and model.yaml.',
      },
    );
  }
  return deployDark(vertex, endpoint.id, { version: target, shape, timeout: wanted.timeout });
}

/** The ledger: what served is marked as rolled back, the target begins a new entry. */
function entriesAfter(endpoint: EndpointState, id: string, { plan, target }: Outcome): readonly LedgerEntry[] {
  const since = Math.floor(Date.now() / 1000);
  let entries = endpoint.ledger.entries;
  const serving = subjectOf(endpoint);
  if (serving !== undefined && plan.subject !== undefined && !sameVersion(serving, target)) {
    const entry = latestOf(entries, serving.id);
    entries =
      entry === undefined
        ? append(entries, {
            ...plan.subject,
            deployedModelId: serving.id,
            since,
            digest: undefined,
            verdict: plan.conclusion,
          })
        : judge(entries, entry.sequence, plan.conclusion);
  }
  const passed = entries.findLast((entry) => sameVersion(entry, target))?.verdict === 'passed';
  return append(entries, {
    ...plan.target,
    deployedModelId: id,
    since,
    digest: ledgerDigest(servedDigest(target)),
    verdict: passed ? 'passed' : 'adopted',
  });
}

async function attempt(outcome: Outcome, what: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    log.warning(`It is not ${what} in the registry: ${messageOf(error)}`);
    outcome.unwritten.push(what);
  }
}

/** Marks the version that was taken back in the registry too, for other endpoints and for the time when the ledger has forgotten it. */
async function mark(vertex: Vertex, outcome: Outcome): Promise<void> {
  const { subject, conclusion } = outcome.plan;
  if (subject === undefined || conclusion !== 'rolled-back') return;
  const { labels } = await requireModelVersion(vertex, subject);
  const { endpointId } = outcome.wanted;
  if (labels[ROLLED_BACK_LABEL] !== endpointId) {
    await setVersionLabels(vertex, subject, { ...labels, [ROLLED_BACK_LABEL]: endpointId });
  }
  outcome.marked = true;
}

/** Moves `champion` to who serves, and `previous-champion` to who would be next. */
async function moveAliases(vertex: Vertex, { target, after }: Outcome): Promise<void> {
  if (target.aliases.includes(CHAMPION_ALIAS)) return;
  await followTraffic(vertex, target, previousGood(after.ledger.entries, target));
}

/** Proves the way back: all that a rollback needs is looked at, and the update that it would make is made with nothing changed. */
async function drill(vertex: Vertex, outcome: Outcome): Promise<Verification> {
  const { plan, before } = outcome;
  const name = shortVersion(plan.target);
  const found = (verdict: Verdict, reason: string): Verification => ({ verdict, reason, probe: undefined });
  if (plan.done) return found('inconclusive', `${name} has all traffic: there is no way back to try`);
  const { deployed } = plan;
  if (deployed === undefined) {
    return found('inconclusive', `${name} is not deployed: the way back is a deployment, which a drill does not try`);
  }
  const wanted = deployed.shape?.minReplicas ?? 1;
  const there = deployed.availableReplicas;
  if (there !== undefined && there < wanted) {
    return found('fail', `only ${there} of ${wanted} replicas of ${name} are available`);
  }
  outcome.after = await rewriteTraffic(vertex, before);
  return found(
    'pass',
    `${name} is deployed as ${deployed.id} with ${there ?? wanted} of ${wanted} replicas, and the endpoint takes updates`,
  );
}

/** What the answers after the rollback said. */
export interface Verification {
  verdict: Verdict;
  reason: string;
  probe: ProbeResult | undefined;
}

/** Answers in a row that must come from the target. */
const ANSWERS = 5;

/** Probes until all answers of a round come from the target, or until the split has had its time to show. */
async function verify(
  vertex: Vertex,
  endpoint: EndpointState,
  target: ModelVersionId,
  { cases, settle, predictionHost }: Rollback,
): Promise<Verification> {
  const [watch = ''] = Object.keys(endpoint.split);
  if (cases === undefined) return { verdict: 'pass', reason: 'not probed: there is no probe set', probe: undefined };
  const predict = predictor(vertex, endpoint, predictionHost);
  const until = Date.now() + settle;
  for (;;) {
    const options = { watch, share: 100, answers: ANSWERS, tolerance: 0, compare: false, settle: until - Date.now() };
    const result = await probe(predict, cases, options);
    const [error] = result.errors;
    if (error) {
      return { verdict: 'fail', reason: `probe line ${error.line} got no answer: ${error.problem}`, probe: result };
    }
    const others = result.arms.filter((arm) => arm.deployedModelId !== watch);
    if (others.length === 0 && result.enough) {
      return {
        verdict: 'pass',
        reason: `all ${result.requests} answers came from ${shortVersion(target)}`,
        probe: result,
      };
    }
    if (Date.now() >= until) {
      const who = others.map((arm) => `${arm.deployedModelId} (${arm.answers})`).join(', ');
      return { verdict: 'inconclusive', reason: `others still answer: ${who || 'nobody'}`, probe: result };
    }
  }
}

/** A first release that died, or was not good, left nothing on trial. */
const nothingServes = ({ endpointId, place, reason }: Rollback): ActionResult => ({
  verdict: 'pass',
  headline: `Nothing serves on endpoint ${endpointId}, and so nothing is on trial.`,
  outputs: {
    'restored-model-version': '',
    'rolled-back-model-version': '',
    'traffic-split': '{}',
    mode: '',
    changed: 'false',
  },
  report: { place, endpoint: endpointId, reason, changed: false },
  summary: md`Reason: ${reason}`,
  subjects: [],
});

function resultOf(outcome: Outcome): ActionResult {
  const { wanted, plan, after, verification, mode, dryRun } = outcome;
  const target = shortVersion(plan.target);
  const from = plan.subject === undefined ? '' : ` from ${shortVersion(plan.subject)}`;
  const headline = wanted.drill
    ? `A drill on endpoint ${wanted.endpointId}, no traffic was moved: ${verification?.reason ?? ''}.`
    : plan.done
      ? `${target} has all traffic of endpoint ${wanted.endpointId} already: nothing to roll back.`
      : dryRun
        ? `A dry run: endpoint ${wanted.endpointId} would go back${from} to ${target} (${mode}).`
        : `Endpoint ${wanted.endpointId} is back${from} on ${target} (${mode}); ${verification?.reason ?? ''}.`;
  const unwritten = outcome.unwritten.length > 0;
  return {
    verdict: worstVerdict([verification?.verdict ?? 'pass', unwritten ? 'inconclusive' : 'pass']),
    headline: unwritten
      ? `${headline} But it is not ${outcome.unwritten.join(' and not ')} in the registry: run it again.`
      : headline,
    outputs: {
      'restored-model-version': modelVersionName(wanted.place, plan.target),
      'rolled-back-model-version': plan.subject === undefined ? '' : modelVersionName(wanted.place, plan.subject),
      'traffic-split': JSON.stringify(fullSplit(after)),
      mode: mode ?? '',
      changed: String(!plan.done && !wanted.drill),
    },
    report: reportOf(outcome),
    summary: summarise(outcome),
    subjects: subjectsOf(outcome),
  };
}
