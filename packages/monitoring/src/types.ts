import type { Verdict } from '@mlops-actions/action-kit';

/** What a monitor can call for, from the mildest to the gravest. */
export type MonitorAction = 'none' | 'investigate' | 'retrain' | 'rollback';

/** What a finding is about; the policy says, for each kind, how often it must be seen and what it calls for. */
export type FindingKind =
  | 'data-quality'
  | 'volume'
  | 'freshness'
  | 'input-drift'
  | 'prediction-drift'
  | 'performance'
  | 'estimated-performance'
  | 'slice-performance'
  | 'calibration'
  | 'service';

/** One thing that was judged in one window. Plain JSON: numbers are finite, and what is not known is left out. */
export interface Finding {
  kind: FindingKind;
  /** What it was judged of: a column, `predictions`, a slice (`region = north`), an endpoint. */
  subject: string;
  /** The measure, by its name in a policy: `psi`, `auc`, `error-rate`. */
  metric: string;
  value?: number;
  /** What the value was held against: a threshold of drift, a bound, a largest loss. */
  threshold?: number;
  /** The value of the reference, where the metric is compared with one. */
  reference?: number;
  /** Bounds of the value at the policy's confidence. */
  low?: number;
  high?: number;
  /** What chance alone stays below, with the policy's confidence. */
  nullQuantile?: number;
  /** Rows it rests on. */
  rows: number;
  verdict: Verdict;
  /** Set where the verdict is inconclusive for no reason of doubt: labels that are not due yet, a slice that is small. */
  pending?: true;
  /** Set where no labels were seen: computed from the model's own probabilities. */
  estimated?: true;
  /** One sentence. Names from the data are in it: escape it where it is shown. */
  reason: string;
}

/** A half-open interval of time, [from, to), as ISO 8601 dates or instants in UTC. */
export interface MonitorWindow {
  from: string;
  to: string;
}

/** What was found in one window. */
export interface WindowRecord {
  window: MonitorWindow;
  /** Rows that were scored. */
  rows: number;
  /** What served: a version or a digest. Another one starts a fresh baseline. */
  modelVersion: string;
  findings: Finding[];
  /** The worst of the findings that are not pending. */
  verdict: Verdict;
}

/** A time of trouble, from the window in which an alarm was raised until enough quiet ones followed. */
export interface Incident {
  /** Names it for good: `2026-09-01T00:00:00.000Z`, the start of the window that raised it. */
  id: string;
  status: 'open' | 'healed';
  /** The version that served at the last alarm. */
  modelVersion: string;
  /** Start of the window that raised it, of the last one with an alarm, and of the one that healed it. */
  opened: string;
  lastAlarm: string;
  healed?: string;
  /** Windows without an alarm since the last one that had one. */
  quietWindows: number;
  /** Windows since it was healed. */
  windowsSinceHealed: number;
  /** How often it came back after it had healed. */
  reopenings: number;
  /** The gravest action it has called for under that version. */
  action: MonitorAction;
  /** The signals that raised alarms, `kind/metric/subject`, in order of appearance. */
  signals: string[];
}

/** Everything a monitor remembers: a plain JSON value. */
export interface MonitorState {
  'state-version': 1;
  /** Name of the monitored model. */
  model: string;
  /** What is left of the windows that were dropped. */
  base: MonitorMemory;
  /** Oldest first. */
  windows: WindowRecord[];
  /** The open incident or the last one that healed. */
  incident?: Incident;
}

/** What is remembered about the past of a window; folding windows into it one by one gives the present. */
export interface MonitorMemory {
  /** The version that serves, and in how many windows it has served. */
  modelVersion?: string;
  versionWindows: number;
  /**
   * By signal `kind/metric/subject`: its last verdicts under this version, oldest first, a letter each: `p`, `f`, `i`, and `n` for a window in which it
   * was not asked about.
   */
  signals: [signal: string, verdicts: string][];
  /** The alarms that stand: each was raised and the signal has not passed since. */
  alarms: Alarm[];
  incident?: Incident;
  /** Start of the newest window that was folded in. */
  upTo?: string;
}

/** An alarm that stands. */
export interface Alarm {
  signal: string;
  /** Start of the last window in which the signal failed. */
  window: string;
  /** What it calls for. */
  action: MonitorAction;
  /** What was found there. */
  finding: Finding;
}

/** How many of the last windows must fail before an alarm: `failures` of `windows`. */
export interface AlarmRule {
  failures: number;
  windows: number;
}

/** What {@link decide} goes by. The `monitor` section of model.yaml is laid over {@link DEFAULT_DECISIONS}. */
export interface DecisionPolicy {
  /** By kind of finding. */
  alarms: Record<FindingKind, AlarmRule>;
  /** What an alarm calls for. `estimated-performance` never calls for a rollback. */
  actions: Record<FindingKind, MonitorAction>;
  /** What an alarm calls for while the release is recent. */
  'actions-after-release': Record<FindingKind, MonitorAction>;
  /** A release is recent in its first so many windows. */
  'release-windows': number;
  /** Quiet windows after which an incident is healed. */
  'heal-after': number;
  /** An alarm within so many windows after healing reopens the incident. */
  'reopen-within': number;
  /** Windows in a row without a single pass of a signal after which somebody must look why. */
  'blind-windows': number;
  /** Windows that the state keeps. */
  'keep-windows': number;
}

/** What is to be done. */
export interface Decision {
  /** `fail` with an alarm; `inconclusive` if something failed but not often enough, or the window could not be judged; else `pass`. */
  verdict: Verdict;
  /** Whether an alarm stands: also one that labels for an earlier window have raised. */
  breached: boolean;
  action: MonitorAction;
  /** Sentences, gravest first. */
  reasons: string[];
  /** The signals whose alarms stand. */
  alarms: Alarm[];
  /** What the newest window did to the incident. */
  change: 'none' | 'opened' | 'updated' | 'healed' | 'reopened';
  incident?: Incident;
  next: MonitorState;
}
