import { evaluateText, type Scope } from '../language/evaluate.ts';
import type { Value, ValueMap } from '../language/value.ts';
import { combinationLabel, type Strategy } from '../model/matrix.ts';
import type { Job } from '../model/workflow.ts';
import type { WorkflowScope } from './run-context.ts';

/** One run of a job. */
export interface Instance {
  id: string;
  name: string;
  matrix: Value;
  strategy: ValueMap;
}

/** A run of a job for one combination of its matrix, with the id and name that tell it from the others. */
export function describeInstance(
  scope: WorkflowScope,
  job: Job,
  { failFast, maxParallel, combinations, hasMatrix }: Strategy,
  index: number,
  combination: ValueMap,
  expressions: Scope,
): Instance {
  const label = hasMatrix ? combinationLabel(combination) : '';
  const strategy = {
    'fail-fast': failFast,
    'job-index': index,
    'job-total': combinations.length,
    'max-parallel': maxParallel ?? combinations.length,
  };
  const matrix = hasMatrix ? combination : null;
  const own = `${job.id}${label}`;
  const written =
    job.name === undefined
      ? job.id
      : evaluateText(job.name, { ...expressions, contexts: { ...expressions.contexts, matrix, strategy } });
  // A name that speaks of the matrix tells its runs apart already.
  const name = (written || job.id) + (job.name?.token.isExpression ? '' : label);
  return {
    id: scope.parent === undefined ? own : `${scope.parent.id}/${own}`,
    name: scope.parent === undefined ? name : `${scope.parent.name} / ${name}`,
    matrix,
    strategy,
  };
}
