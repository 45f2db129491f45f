export { checkParameters, type Declaration, type GivenParameters, type Parameter } from './declaration.ts';
export {
  ENGINES,
  hasEnded,
  type Artifact,
  type Engine,
  type EngineName,
  type FoundRun,
  type Run,
  type RunOutputs,
  type RunState,
  type RunView,
  type Submission,
  type Task,
  type TaskState,
} from './engine.ts';
export { EngineFailure, kindOf, type FailureKind } from './failure.ts';
export { follow, type Ending, type FollowOptions } from './follow.ts';
export { parseParameters, valuesGiven } from './given.ts';
export { openEngine, type Target } from './open.ts';
export type { Json, JsonObject } from './json.ts';
export { fingerprintOf, keyOfStep, runName, type StepFacts } from './key.ts';
export { growingPace, retrying, type Pace } from './retrying.ts';
export { findGoing, start, type Started, type StartRequest } from './start.ts';
