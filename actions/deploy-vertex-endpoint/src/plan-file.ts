import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { UserError } from '@mlops-actions/action-kit';
import {
  servedDigest,
  shareOf,
  shortVersion,
  type EndpointState,
  type ModelVersion,
  type ProbeCase,
} from '@mlops-actions/vertex';
import type { Deployment } from './deployment.ts';
import type { Plan } from './plan.ts';

/**
 * A plan as a file: what was approved, to be applied later and only if it still holds. `release` and `world` must be the same then; both leave
 * out what the release itself changes, so that a run that was killed half-way can be finished under the same plan.
 */
export interface PlanDocument {
  format: typeof FORMAT;
  /** What was asked for. */
  release: Record<string, unknown>;
  /** Who else is on the endpoint, and where traffic returns to. */
  world: Record<string, unknown>;
  /** What there is to do, for who reads it. */
  changes: Record<string, unknown>;
}

const FORMAT = 'mlops-actions/deployment-plan/1';

/** The plan as a file would hold it. Nothing in it differs from run to run by itself. */
export function planDocument(
  plan: Plan,
  wanted: Deployment,
  version: ModelVersion,
  cases: readonly ProbeCase[] | undefined,
  before: EndpointState | undefined,
): PlanDocument {
  const { place, endpointId, shape, strategy, steps, analyses, onFailure, keepWarm, championAliases } = wanted;
  const others = (before?.deployed ?? []).filter(({ id }) => id !== plan.deployed?.id);
  const document = {
    format: FORMAT,
    release: {
      place,
      endpoint: endpointId,
      modelVersion: shortVersion(wanted.version),
      servedDigest: servedDigest(version),
      ...{ shape, strategy, steps, analyses, onFailure, keepWarm, championAliases },
      // The file may lie elsewhere when the plan is applied; what is in it must be the same.
      probe: cases && {
        ...wanted.probe,
        path: undefined,
        cases: createHash('sha256').update(JSON.stringify(cases)).digest('hex'),
      },
    },
    world: {
      returnsTo: plan.base,
      others: others
        .map((model) => ({ id: model.id, version: shortVersion(model), shape: model.shape }))
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
    },
    changes: {
      createEndpoint: plan.createEndpoint,
      deploy: plan.deployed === undefined,
      resize: plan.resize,
      trafficNow: before?.split ?? {},
      steps: plan.steps,
      undeploy: plan.surplus,
      moveAliases: plan.aliases,
      billedWithoutTrafficAfterwards: others
        .filter(({ id }) => shareOf(plan.base, id) > 0)
        .slice(0, keepWarm)
        .map(({ id, shape: has }) => ({ id, replicas: has?.minReplicas, machineType: has?.machineType })),
    },
  };
  return JSON.parse(JSON.stringify(document)) as PlanDocument;
}

/** Reads a plan that an earlier dry run wrote. */
export async function readPlan(file: string): Promise<PlanDocument> {
  let plan: unknown;
  try {
    plan = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new UserError(`The plan '${file}' cannot be read as JSON.`, {
      fix: "Give the file at the output 'plan-path' of a dry run.",
      cause,
    });
  }
  if (isObject(plan) && plan['format'] === FORMAT && isObject(plan['release']) && isObject(plan['world'])) {
    return plan as unknown as PlanDocument;
  }
  throw new UserError(`'${file}' is not a plan of this action (format '${FORMAT}').`, {
    fix: "Give the file at the output 'plan-path' of a dry run, made by the same version of the action.",
  });
}

/** @throws UserError that names what is not as it was planned */
export function checkPlan(approved: PlanDocument, now: PlanDocument): void {
  const differences = (['release', 'world'] as const).flatMap((part) => differing(part, approved[part], now[part]));
  if (differences.length === 0) return;
  throw new UserError(`The plan does not hold any more: ${differences.slice(0, 5).join('; ')}.`, {
    fix: 'Make a new plan by a dry run, and have it approved. Nothing was changed.',
  });
}

function differing(path: string, planned: unknown, now: unknown): string[] {
  if (isObject(planned) && isObject(now)) {
    const keys = new Set([...Object.keys(planned), ...Object.keys(now)]);
    return [...keys].sort().flatMap((key) => differing(`${path}.${key}`, planned[key], now[key]));
  }
  const [was, is] = [JSON.stringify(planned), JSON.stringify(now)];
  return was === is ? [] : [`${path} was ${shown(was)} and is ${shown(is)}`];
}

const shown = (json: string | undefined): string => (json ?? 'not there').slice(0, 200);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
