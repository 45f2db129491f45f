export { judgeColumns, judgeDrift } from './judge.ts';
export { DRIFT_METRICS, driftTitle, MINIMUM_ROWS, type DriftMetricFacts } from './metrics.ts';
export { checkRules, defaultRules, driftChecks, rangeCheckId, ruleOf } from './rules.ts';
export type { DriftFinding, DriftMetric, DriftOptions, DriftRule } from './types.ts';
