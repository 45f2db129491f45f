import { RpcError } from './status.ts';

/** Percentages by deployed model id: empty, or adding up to 100. A model that is not named gets nothing. */
export type TrafficSplit = Readonly<Record<string, number>>;

/** In DeployModel's split, the model that is being deployed. */
export const NEW_MODEL = '0';

/** What is wrong with the percentages themselves; `undefined` if nothing is. */
export function splitProblem(split: TrafficSplit): string | undefined {
  const percentages = Object.values(split);
  if (percentages.length === 0) return undefined;
  const outside = percentages.find((percentage) => !Number.isInteger(percentage) || percentage < 0 || percentage > 100);
  if (outside !== undefined) return `a traffic percentage is ${outside}, not a whole number from 0 to 100`;
  const total = percentages.reduce((sum, percentage) => sum + percentage, 0);
  return total === 100 ? undefined : `the traffic percentages add up to ${total}, not to 100`;
}

/** Checks a split that a request asks for against the models that will be deployed. */
export function checkSplit(split: TrafficSplit, deployedIds: readonly string[]): void {
  const unknown = Object.keys(split).filter((id) => !deployedIds.includes(id));
  if (unknown.length > 0) {
    throw new RpcError('INVALID_ARGUMENT', `The following DeployedModel ID(s) [${unknown.join(', ')}] do not exist.`);
  }
  const problem = splitProblem(split);
  if (problem !== undefined) throw new RpcError('INVALID_ARGUMENT', `Invalid traffic split: ${problem}.`);
}

/** The split with the deployed model's own id in place of `0`. */
export function withNewModel(split: TrafficSplit, id: string): TrafficSplit {
  return Object.fromEntries(
    Object.entries(split).map(([key, percentage]) => [key === NEW_MODEL ? id : key, percentage]),
  );
}

/** Chooses who answers; `chance` is in [0, 1). `undefined` if nobody has traffic. */
export function route(split: TrafficSplit, chance: number): string | undefined {
  const entries = Object.entries(split).filter(([, percentage]) => percentage > 0);
  let left = chance * entries.reduce((sum, [, percentage]) => sum + percentage, 0);
  for (const [id, percentage] of entries) {
    if (left < percentage) return id;
    left -= percentage;
  }
  return entries.at(-1)?.[0];
}
