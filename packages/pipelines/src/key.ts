import { createHash } from 'node:crypto';
import { canonical, type Json } from './json.ts';

/** Names of runs, from what makes two starts the same. */

/** The step of a workflow that starts a run. */
export interface StepFacts {
  repository: string;
  /** Of the workflow run; its attempts share it. */
  runId: string;
  job: string;
  /** Id of the step. */
  step: string;
}

const digest = (value: Json): string => createHash('sha256').update(canonical(value)).digest('hex');

/** What is asked for: two starts with different fingerprints are not the same start. */
export const fingerprintOf = (request: Json): string => digest(request).slice(0, 32);

/**
 * The key that a step has when none is given: the same in every attempt of a workflow run, another for another step, pipeline or set of
 * parameters.
 */
export const keyOfStep = ({ repository, runId, job, step }: StepFacts, fingerprint: string): string =>
  canonical([repository, runId, job, step, fingerprint]);

/** Letters of a name that come from the pipeline's; with the digest and the try, a name stays within Kubernetes' 63. */
const LONGEST_SLUG = 40;
const DIGEST_DIGITS = 16;

/**
 * The name of a run: lower-case letters, digits and hyphens, beginning with a letter, at most 63.
 *
 * @param attempt from 1: a run that failed or was cancelled is followed by another of the same key
 */
export function runName(pipeline: string, key: string, attempt: number): string {
  const plain = pipeline.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const slug = (/^[a-z]/.test(plain) ? plain : `p-${plain}`).slice(0, LONGEST_SLUG).replace(/^-+|-+$/g, '');
  const base = `${slug}-${digest([pipeline, key]).slice(0, DIGEST_DIGITS)}`;
  return attempt === 1 ? base : `${base}-${attempt}`;
}
