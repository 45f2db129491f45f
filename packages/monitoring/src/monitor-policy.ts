import type { DriftMetric, DriftOptions, DriftRule, VolumeOptions } from '@mlops-actions/drift';
import { DEFAULT_CALIBRATION, type CalibrationPolicy } from './calibration.ts';
import { DEFAULT_PERFORMANCE, type PerformanceCheck, type PerformancePolicy } from './performance-policy.ts';
import { DEFAULT_DECISIONS } from './policy.ts';
import { DEFAULT_SERVICE, type ServicePolicy } from './service.ts';
import type { AlarmRule, DecisionPolicy, FindingKind, MonitorAction } from './types.ts';

/**
 * The `monitor` section of model.yaml: whatever is left out has the defaults of {@link completePolicy}, and each of those its reason where it is defined.
 */
export interface MonitorPolicy {
  drift?: {
    /** Metric of the distribution of each column (default `psi`), beside the checks for broken columns. */
    metric?: DriftMetric;
    /** Threshold of that metric (default: that of the metric). */
    threshold?: number;
    /** Rules that take the place of the default ones of the same column and metric, or come beside them. */
    rules?: readonly DriftRule[];
    /** Columns that are not looked at, such as identifiers. */
    ignore?: readonly string[];
    confidence?: number;
    correction?: DriftOptions['correction'];
    'minimum-rows'?: number;
  };
  volume?: {
    threshold?: number;
    confidence?: number;
    'minimum-history'?: number;
    season?: VolumeOptions['season'];
  };
  freshness?: { 'maximum-age-hours': number };
  performance?: Partial<Omit<PerformancePolicy, 'checks'>> & { checks: readonly PerformanceCheck[] };
  /** Whether to estimate the performance of windows without labels (default true where the reference has labels). */
  'estimated-performance'?: boolean;
  calibration?: Partial<CalibrationPolicy> | false;
  service?: Partial<ServicePolicy>;
  alarms?: Partial<Record<FindingKind, AlarmRule>>;
  actions?: Partial<Record<FindingKind, MonitorAction>>;
  'actions-after-release'?: Partial<Record<FindingKind, MonitorAction>>;
  'release-windows'?: number;
  'heal-after'?: number;
  'reopen-within'?: number;
  'blind-windows'?: number;
  'keep-windows'?: number;
}

/** A policy with nothing left out. */
export interface CompletePolicy {
  drift: NonNullable<MonitorPolicy['drift']>;
  volume: VolumeOptions;
  freshness: { 'maximum-age-hours': number } | undefined;
  performance: PerformancePolicy | undefined;
  'estimated-performance': boolean;
  calibration: CalibrationPolicy | undefined;
  service: ServicePolicy;
  decisions: DecisionPolicy;
}

/** Lays a policy over the defaults. What says how to decide is not checked here: `decide` does. */
export function completePolicy(policy: MonitorPolicy): CompletePolicy {
  const { volume = {} } = policy;
  return {
    drift: policy.drift ?? {},
    volume: {
      ...(volume.threshold === undefined ? {} : { threshold: volume.threshold }),
      ...(volume.confidence === undefined ? {} : { confidence: volume.confidence }),
      ...(volume['minimum-history'] === undefined ? {} : { minimumHistory: volume['minimum-history'] }),
      ...(volume.season === undefined ? {} : { season: volume.season }),
    },
    freshness: policy.freshness,
    performance: policy.performance === undefined ? undefined : { ...DEFAULT_PERFORMANCE, ...policy.performance },
    'estimated-performance': policy['estimated-performance'] ?? true,
    calibration: policy.calibration === false ? undefined : { ...DEFAULT_CALIBRATION, ...policy.calibration },
    service: { ...DEFAULT_SERVICE, ...policy.service },
    decisions: {
      alarms: { ...DEFAULT_DECISIONS.alarms, ...policy.alarms },
      actions: { ...DEFAULT_DECISIONS.actions, ...policy.actions },
      'actions-after-release': { ...DEFAULT_DECISIONS['actions-after-release'], ...policy['actions-after-release'] },
      'release-windows': policy['release-windows'] ?? DEFAULT_DECISIONS['release-windows'],
      'heal-after': policy['heal-after'] ?? DEFAULT_DECISIONS['heal-after'],
      'reopen-within': policy['reopen-within'] ?? DEFAULT_DECISIONS['reopen-within'],
      'blind-windows': policy['blind-windows'] ?? DEFAULT_DECISIONS['blind-windows'],
      'keep-windows': policy['keep-windows'] ?? DEFAULT_DECISIONS['keep-windows'],
    },
  };
}
