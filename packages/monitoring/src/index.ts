export { DEFAULT_CALIBRATION, judgeCalibration, recalibrationLine, type CalibrationPolicy } from './calibration.ts';
export { decide, emptyState } from './decide.ts';
export { estimateWithoutLabels, expectedSample, judgeEstimated, type PerformanceEstimate } from './estimated.ts';
export { calibrationOf, IDENTITY, isotonic, type Calibration } from './isotonic.ts';
export { signalOf } from './memory.ts';
export { completePolicy, type CompletePolicy, type MonitorPolicy } from './monitor-policy.ts';
export { sliceKey } from './candidates.ts';
export { judgePerformance, referenceValues } from './performance.ts';
export {
  DEFAULT_PERFORMANCE,
  type LabelledWindow,
  type PerformanceCheck,
  type PerformancePolicy,
  type ReferenceValue,
} from './performance-policy.ts';
export { ACTIONS, checkDecisions, DEFAULT_DECISIONS, FINDING_KINDS, graver } from './policy.ts';
export { fromDrift, fromFeed, makeRecord } from './record.ts';
export { confidenceSequence, sequenceReach, SEQUENTIAL_METRICS, TUNING_ROWS } from './sequence.ts';
export { DEFAULT_SERVICE, judgeService, judgeServiceSoFar, type ServicePolicy, type ServiceWindow } from './service.ts';
export { parseState, trendOf, windowsOf } from './state.ts';
export type * from './types.ts';
