import { UserError } from '@mlops-actions/action-kit';
import {
  findDeployed,
  isGood,
  latestGood,
  latestOf,
  latestOfVersion,
  mainModel,
  parseModelVersion,
  sameVersion,
  shareOf,
  shortVersion,
  type DeployedModel,
  type EndpointState,
  type LedgerEntry,
  type ModelVersionId,
} from '@mlops-actions/vertex';
import type { Rollback } from './inputs.ts';

/** What is to be done, from what is there. Pure. */
export interface Plan {
  /** The version that is to serve. */
  target: ModelVersionId;
  /** Where it is deployed; `undefined` if it has to be deployed again. */
  deployed: DeployedModel | undefined;
  /** The version that is taken back; `undefined` where nothing serves. */
  subject: ModelVersionId | undefined;
  /** What the ledger says of it then: one that was on trial when its release died was found neither good nor bad, and may be released again. */
  conclusion: 'rolled-back' | 'inconclusive';
  /** Whether the target has all traffic already. */
  done: boolean;
}

/** Instead of a version to take back: whichever is on trial. */
export const TRIAL = 'trial';

/** Plans a rollback. @throws UserError if there is nothing to go back to, or the target never served well and `force` is not set */
export function planRollback(endpoint: EndpointState, wanted: Rollback): Plan {
  const subject = subjectOf(endpoint);
  if (subject !== undefined && isAnother(endpoint, subject, wanted)) {
    return { target: idOf(subject), deployed: subject, subject: undefined, conclusion: 'rolled-back', done: true };
  }
  const conclusion = wanted.from === TRIAL ? 'inconclusive' : 'rolled-back';
  if (wanted.to === 'previous') return { ...planPrevious(endpoint, subject), conclusion };
  const byId = endpoint.deployed.find(({ id }) => id === wanted.to);
  const target = byId ?? parseModelVersion(wanted.to, wanted.place, subject?.modelId ?? wanted.modelId);
  if (byId !== undefined && endpoint.deployed.some((model) => model !== byId && model.versionId === wanted.to)) {
    throw new UserError(`'${wanted.to}' is both a version and the id of a deployed model on endpoint ${endpoint.id}.`, {
      fix: `Write ${byId.modelId}@${wanted.to} for the version.`,
    });
  }
  const deployed = byId ?? whereDeployed(endpoint, target);
  const done = deployed !== undefined && shareOf(endpoint.split, deployed.id) === 100;
  if (!done && !wanted.force) refuseUntried(endpoint, target);
  return { target: idOf(target), deployed, subject: done ? undefined : subject && idOf(subject), conclusion, done };
}

/** Whether what serves is not what was to be taken back: somebody has released since, or taken it back, and that stands. */
function isAnother({ ledger }: EndpointState, subject: DeployedModel, { from, place }: Rollback): boolean {
  if (from === undefined || from === subject.id) return false;
  if (from === TRIAL) return latestOf(ledger.entries, subject.id)?.verdict !== 'trial';
  return !sameVersion(subject, parseModelVersion(from, place, subject.modelId));
}

/**
 * `previous` takes back one version. Run again, it finds that done, rather than going back one more: a monitor that calls twice must not
 * take two versions back.
 */
function planPrevious(endpoint: EndpointState, subject: DeployedModel | undefined): Omit<Plan, 'conclusion'> {
  const { entries, unreadable } = endpoint.ledger;
  const [before, last] = entries.slice(-2);
  if (
    subject !== undefined &&
    before?.verdict === 'rolled-back' &&
    last?.deployedModelId === subject.id &&
    shareOf(endpoint.split, subject.id) === 100
  ) {
    return { target: idOf(subject), deployed: subject, subject: idOf(before), done: true };
  }
  const taken = subject && takenBackByHand(entries, subject);
  if (subject !== undefined && taken !== undefined) {
    const done = shareOf(endpoint.split, subject.id) === 100;
    return { target: idOf(subject), deployed: subject, subject: idOf(taken), done };
  }
  const target = previousGood(entries, subject);
  if (target === undefined) {
    const why = unreadable.length > 0 ? ` (its labels ${unreadable.join(', ')} cannot be read)` : '';
    throw new UserError(`The ledger of endpoint ${endpoint.id} knows no other version that served and passed${why}.`, {
      fix: "Name the version to go back to by 'to', with 'force: true' if it never served here.",
    });
  }
  return {
    target: idOf(target),
    deployed:
      endpoint.deployed.find((model) => model.id === target.deployedModelId && answers(model)) ??
      whereDeployed(endpoint, target),
    subject: subject && idOf(subject),
    done: false,
  };
}

/**
 * The version that the ledger thinks serves, if somebody has gone back from it past the ledger, as in the console: what serves passed before it
 * did. To go to the last other that passed would put it back.
 */
function takenBackByHand(entries: readonly LedgerEntry[], serving: DeployedModel): LedgerEntry | undefined {
  const own = latestOf(entries, serving.id);
  if (!isGood(own)) return undefined;
  return latestGood(entries, (entry) => entry.sequence > own!.sequence && !sameVersion(entry, serving));
}

/** The last entry, not of this version, whose version was found good when it last served. */
export function previousGood(
  entries: readonly LedgerEntry[],
  version: ModelVersionId | undefined,
): LedgerEntry | undefined {
  return latestGood(
    entries,
    (entry) => !(version !== undefined && sameVersion(entry, version)) && isGood(latestOfVersion(entries, entry)),
  );
}

/** What a rollback takes back: the model on trial if there is one, else the one with most traffic. */
export function subjectOf(endpoint: EndpointState): DeployedModel | undefined {
  const onTrial = endpoint.deployed.filter(
    ({ id }) => shareOf(endpoint.split, id) > 0 && latestOf(endpoint.ledger.entries, id)?.verdict === 'trial',
  );
  return onTrial[0] ?? mainModel(endpoint);
}

function whereDeployed(endpoint: EndpointState, version: ModelVersionId): DeployedModel | undefined {
  return findDeployed({ ...endpoint, deployed: endpoint.deployed.filter(answers) }, version);
}

/** A deployed model without any replica is no better than one that is not deployed. */
const answers = ({ availableReplicas }: DeployedModel): boolean => availableReplicas !== 0;

function refuseUntried(endpoint: EndpointState, target: ModelVersionId): void {
  const { entries } = endpoint.ledger;
  const name = shortVersion(target);
  const latest = entries.findLast((entry) => sameVersion(entry, target));
  if (latest?.verdict === 'rolled-back') {
    throw new UserError(`${name} was rolled back on endpoint ${endpoint.id} itself.`, {
      fix: "Choose another version, or set 'force: true'.",
    });
  }
  if (!entries.some((entry) => sameVersion(entry, target) && isGood(entry))) {
    throw new UserError(`${name} never served on endpoint ${endpoint.id} and passed, by its ledger.`, {
      fix: "Choose one that did, or set 'force: true'.",
    });
  }
}

const idOf = ({ modelId, versionId }: ModelVersionId): ModelVersionId => ({ modelId, versionId });
