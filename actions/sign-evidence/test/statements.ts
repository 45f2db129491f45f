import { statement, subjectOf, type Statement } from '@mlops-actions/action-kit';

export const MODEL = `sha256:${'a'.repeat(64)}`;
export const IMAGE = `sha256:${'b'.repeat(64)}`;
export const OTHER = `sha256:${'c'.repeat(64)}`;
export const RUN = { repository: 'acme/credit-risk', runId: '4711', commit: 'd'.repeat(40) };
const PLACE = { project: 'acme-qa', region: 'europe-west4' };
export const ACTIONS = ['validate-model', 'build-image', 'register-version', 'evaluate-gate', 'deploy-vertex-endpoint'];

/** What the five actions of a release leave, in the parts that matter. */
const REPORTS: Record<string, Record<string, unknown>> = {
  'validate-model': { model: { digest: MODEL, formats: ['onnx'] } },
  'build-image': { image: `r/n@${IMAGE}`, digest: IMAGE, model: { digest: MODEL } },
  'register-version': { place: PLACE, model: { id: 'm' }, version: '3', imageDigest: IMAGE, modelDigest: MODEL },
  'evaluate-gate': { candidate: { modelDigest: MODEL }, policyDigest: OTHER },
  'deploy-vertex-endpoint': {
    place: PLACE,
    endpoint: 'e',
    modelVersion: { modelId: 'm', versionId: '3' },
    servedDigest: IMAGE,
    approval: { approvedBy: ['eva'] },
  },
};

export function left(action: string, over: Record<string, unknown> = {}): Statement {
  const report = { action, verdict: 'pass', dryRun: false, run: RUN, ...REPORTS[action], ...over };
  return statement(action, [subjectOf('r/n', IMAGE), subjectOf('model', MODEL)], report);
}
