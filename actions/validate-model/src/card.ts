import { ruleOf, type Finding } from '@mlops-actions/model-files';
import type { ResolvedManifest } from '@mlops-actions/manifest';

/** What the model inventory asks of a model by its risk tier. */
const DEMANDED = {
  high: ['description', 'intended-use', 'limitations', 'datasets'],
  medium: ['intended-use', 'limitations'],
  low: [],
} as const;

/** Findings on what model.yaml says about the model itself. */
export function checkCard(manifest: ResolvedManifest, path: string): Finding[] {
  const { model } = manifest;
  const tier = model['risk-tier'];
  const finding = (message: string, symbol: string): Finding => ({
    rule: 'MV701',
    severity: ruleOf('MV701').severity,
    message,
    location: { path, symbol },
  });
  if (tier === undefined) return [finding('The model has no risk tier', 'model.risk-tier')];
  return DEMANDED[tier]
    .filter((key) => (model[key]?.length ?? 0) === 0)
    .map((key) => finding(`A model of tier ${tier} must have model.${key}`, `model.${key}`));
}
