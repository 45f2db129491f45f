export { robustBaseline, type Baseline, type PastValue, type Season } from './baseline.ts';
export { judgeFreshness, judgeVolume, type FeedFinding, type VolumeOptions, type WindowVolume } from './feed.ts';
export { judgeColumns, judgeDrift } from './judge.ts';
export { DRIFT_METRICS, driftTitle, MINIMUM_ROWS, type DriftMetricFacts } from './metrics.ts';
export { checkRules, defaultRules, driftChecks, rangeCheckId, ruleOf } from './rules.ts';
export type { DriftFinding, DriftMetric, DriftOptions, DriftRule } from './types.ts';
