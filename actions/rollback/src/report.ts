import {
  formatDuration,
  md,
  mdCode,
  mdJoin,
  mdTable,
  subjectOf,
  type Markdown,
  type Subject,
} from '@mlops-actions/action-kit';
import {
  fullSplit,
  imageDigest,
  labelValue,
  quantile,
  shareOf,
  shortVersion,
  type EndpointState,
  type ModelVersion,
} from '@mlops-actions/vertex';
import type { Rollback } from './inputs.ts';
import type { Plan } from './plan.ts';
import type { Verification } from './run.ts';

/** All that a run knows in the end. */
export interface Outcome {
  dryRun: boolean;
  wanted: Rollback;
  plan: Plan;
  /** The version that is to serve, as the registry has it. */
  target: ModelVersion;
  /** `undefined` where nothing was to be done. */
  mode: 'warm' | 'redeploy' | undefined;
  before: EndpointState;
  after: EndpointState;
  /** Milliseconds until the traffic had moved. */
  moved: number | undefined;
  /** Whether the version that was taken back is marked in the registry. */
  marked: boolean;
  /** `owner/name` of the repository that this runs in. */
  repository: string;
  /** What the registry did not take, as the end of "it is not ...". */
  unwritten: string[];
  verification: Verification | undefined;
}

/** The report's fields. */
export function reportOf(outcome: Outcome): Record<string, unknown> {
  const { wanted, plan, before, after, verification } = outcome;
  return {
    place: wanted.place,
    endpoint: wanted.endpointId,
    reason: wanted.reason,
    to: wanted.to,
    forced: wanted.force,
    restored: plan.target,
    restoredCommit: commitOf(outcome),
    rolledBack: plan.subject,
    mode: outcome.mode,
    drill: wanted.drill,
    changed: !plan.done && !wanted.drill,
    millisecondsToMove: outcome.moved,
    markedInRegistry: outcome.marked,
    trafficBefore: fullSplit(before),
    trafficAfter: fullSplit(after),
    verification: verification && {
      ...verification,
      probe: verification.probe && {
        ...verification.probe,
        arms: verification.probe.arms.map(({ latencies, ...arm }) => ({
          ...arm,
          medianMilliseconds: quantile(latencies, 0.5),
        })),
      },
    },
    ledger: after.ledger.entries,
  };
}

/** The commit of this repository that the target was released from; `undefined` if its labels do not say so. */
const commitOf = ({ target: { labels }, repository }: Outcome): string | undefined =>
  labels['repository'] === labelValue(repository) ? labels['commit'] : undefined;

/** What the statement is about: the image that serves now. */
export function subjectsOf({ target }: Outcome): Subject[] {
  const image = target.container?.imageUri ?? '';
  const digest = imageDigest(image);
  return digest === undefined ? [] : [subjectOf(image.replace(/@.*$/, ''), digest)];
}

/** Job summary of a rollback. */
export function summarise({ wanted, plan, mode, before, after, moved, verification, dryRun }: Outcome): Markdown {
  const models = after.deployed.map((model) => [
    mdCode(model.id),
    shortVersion(model),
    `${shareOf(before.split, model.id)} %`,
    `${shareOf(after.split, model.id)} %`,
  ]);
  return mdJoin(
    md`Reason: ${wanted.reason}`,
    mdTable(
      ['', ''],
      [
        [wanted.drill ? 'Would serve' : 'Serves', shortVersion(plan.target)],
        [
          wanted.drill ? 'Would be taken back' : 'Taken back',
          plan.subject === undefined ? 'nothing' : shortVersion(plan.subject),
        ],
        [
          'How',
          mode === undefined
            ? 'it had all traffic'
            : mode === 'warm'
              ? 'one update'
              : 'deployed again, then one update',
        ],
        ...(moved === undefined ? [] : [['Took', formatDuration(moved)]]),
        ...(verification === undefined ? [] : [[wanted.drill ? 'Drill' : 'Answers', verification.reason]]),
      ],
    ),
    mdTable(['Deployed model', 'Version', 'Traffic before', dryRun ? 'Traffic now' : 'Traffic after'], models),
    plan.subject === undefined || plan.conclusion !== 'rolled-back' || wanted.drill
      ? undefined
      : md`${shortVersion(plan.subject)} is not released again unless deploy-vertex-endpoint is told so (${mdCode('allow-rolled-back')}).`,
  );
}
