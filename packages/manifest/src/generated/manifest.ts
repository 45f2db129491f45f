// Generated from packages/manifest/schema/model.schema.json by `npm run generate`. Do not edit.

/**
 * A path relative to the folder of model.yaml, with forward slashes.
 */
export type Path = string;
/**
 * A duration such as 90s, 10m or 1h30m.
 */
export type Duration = string;
export type DriftMetric =
  | 'psi'
  | 'js-divergence-bits'
  | 'l-infinity'
  | 'ks'
  | 'wasserstein-per-std'
  | 'hellinger'
  | 'total-variation'
  | 'cramers-v'
  | 'missing-rate'
  | 'invalid-rate'
  | 'new-category-rate'
  | 'out-of-range-rate'
  | 'constant'
  | 'presence';
export type MonitorAction = 'none' | 'investigate' | 'retrain' | 'rollback';
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

/**
 * model.yaml: the one file a team writes. Paths are relative to its folder.
 */
export interface Manifest {
  /**
   * Version of this format.
   */
  'schema-version': 1;
  model: ModelIdentity;
  artifact: Artifact;
  contract?: Contract;
  validation?: Validation;
  image?: Image;
  registry?: Registry;
  data?: DataValidation;
  gate?: Gate;
  endpoint?: Endpoint;
  pipeline?: Pipeline;
  monitor?: Monitor;
  /**
   * What differs between environments; laid over the sections above when an action is given `environment`.
   */
  environments?: {
    [k: string]: Environment;
  };
}
/**
 * Who the model is and who answers for it: the entry of the model inventory.
 */
export interface ModelIdentity {
  /**
   * Short name, used wherever an id is not given: lower case letters, digits and hyphens.
   */
  name: string;
  /**
   * Name for people.
   */
  'display-name'?: string;
  /**
   * What it predicts, in one sentence.
   */
  description?: string;
  /**
   * Team or address that answers for the model.
   */
  owner: string;
  /**
   * Materiality of the model in the organisation's inventory.
   */
  'risk-tier'?: 'high' | 'medium' | 'low';
  /**
   * The decision that the model supports, and for whom.
   */
  'intended-use'?: string;
  /**
   * Where the model must not be used, or is known to be weak.
   */
  limitations?: string[];
  /**
   * SPDX identifier of the model's licence.
   */
  license?: string;
  /**
   * Data that the model was trained on.
   */
  datasets?: Dataset[];
}
export interface Dataset {
  name: string;
  /**
   * Where the data is.
   */
  uri?: string;
  /**
   * SPDX identifier.
   */
  license?: string;
}
/**
 * The model's file or folder.
 */
export interface Artifact {
  path: Path;
  /**
   * Formats that are accepted; any other is an error. Without it every format is accepted and judged by its content.
   *
   * @minItems 1
   */
  formats?: [string, ...string[]];
}
/**
 * What goes in and what comes out; checked against the model's file.
 */
export interface Contract {
  inputs?: Feature[];
  outputs?: Feature[];
}
/**
 * One input or output of the model.
 */
export interface Feature {
  name: string;
  /**
   * Logical type.
   */
  type: 'string' | 'integer' | 'number' | 'boolean';
  /**
   * Shape of one example; omitted for a scalar. -1 is any size.
   */
  shape?: number[];
  /**
   * The categories that a string may have.
   */
  values?: string[];
  minimum?: number;
  maximum?: number;
  description?: string;
}
/**
 * How validate-model judges.
 */
export interface Validation {
  /**
   * Lowest severity that fails; never reports only.
   */
  'fail-on'?: 'error' | 'warning' | 'never';
  /**
   * Globals that a pickle may use beside the known ones, such as `scoring.features.Binner`.
   */
  allow?: string[];
  /**
   * Whether the numbers in tensors are read, to refuse NaN and infinity.
   */
  'check-tensors'?: boolean;
  /**
   * Size that the model's files may have together, in MiB.
   */
  'max-size-mib'?: number;
  /**
   * How many numbers the model's tensors may hold.
   */
  'max-parameters'?: number;
  /**
   * Findings that somebody has decided to live with for a while; an expired waiver fails.
   */
  waivers?: FindingWaiver[];
}
/**
 * A decision on certain bytes: it ends with its day, or when the file changes.
 */
export interface FindingWaiver {
  /**
   * Identifier of the rule, such as MV301.
   */
  rule: string;
  /**
   * Digest of the file, or of the whole model, that it is about; the report has both.
   */
  digest: string;
  /**
   * Who answers for the decision.
   */
  owner: string;
  /**
   * Why the finding is acceptable.
   */
  reason: string;
  /**
   * Last day on which it holds, in UTC, such as 2026-12-31.
   */
  expires: string;
}
/**
 * The serving image.
 */
export interface Image {
  mode?: 'layered' | 'dockerfile';
  /**
   * Image that serves; pin it by digest. `scratch` starts from nothing.
   */
  'base-image'?: string;
  dockerfile?: Path;
  /**
   * Files and folders that go into the image beside the model: path here -> absolute path in the image.
   */
  files?: {
    [k: string]: string;
  };
  /**
   * Command line of the server.
   *
   * @minItems 1
   */
  entrypoint?: [string, ...string[]];
  env?: Strings;
  labels?: Strings1;
  /**
   * References to push to.
   */
  tags?: string[];
  /**
   * Port that the server listens on (default 8080).
   */
  port?: number;
  /**
   * Route that answers 200 when the server is ready.
   */
  'health-route'?: string;
  /**
   * Route of predictions.
   */
  'predict-route'?: string;
  'golden-path'?: Path;
  /**
   * Largest absolute difference between a golden prediction and the answer (default 1e-6).
   */
  'golden-tolerance'?: number;
  budgets?: Budgets;
}
/**
 * Environment of the server.
 */
export interface Strings {
  [k: string]: string;
}
/**
 * Labels of the image.
 */
export interface Strings1 {
  [k: string]: string;
}
/**
 * Bounds of what the probe of build-image measures; an image over one of them is not published.
 */
export interface Budgets {
  /**
   * From the start of the server to its first healthy answer.
   */
  'start-time'?: string;
  /**
   * Median time of a request for one prediction.
   */
  'latency-p50'?: string;
  /**
   * Its 95th percentile.
   */
  'latency-p95'?: string;
  /**
   * Its 99th percentile.
   */
  'latency-p99'?: string;
  /**
   * Memory that the server may take, in MiB; a container is held to it.
   */
  'memory-mib'?: number;
}
/**
 * The model's place in Vertex AI Model Registry.
 */
export interface Registry {
  'model-id'?: string;
  'display-name'?: string;
  /**
   * Version aliases to set; never `default`.
   */
  aliases?: string[];
  labels?: Labels;
}
/**
 * Labels: keys and values of lower case letters, digits, _ and -, at most 63 characters.
 */
export interface Labels {
  [k: string]: string;
}
/**
 * What validate-data checks: the data that the model is trained on or fed with, and what was agreed about it.
 */
export interface DataValidation {
  /**
   * A path relative to the folder of model.yaml, with forward slashes.
   */
  contract?: string;
  /**
   * Name of the contract's object that the data is; needed only where it has several.
   */
  'schema-object'?: string;
  /**
   * Files, folders or patterns of files, relative to this folder, or `gs://bucket/folder/`.
   *
   * @minItems 1
   */
  data?: [Path, ...Path[]];
  /**
   * Table or view in BigQuery: `project.dataset.table`.
   */
  table?: string;
  /**
   * Bytes that one statement in BigQuery may bill at most (default 10 GB).
   */
  'maximum-bytes-billed'?: number;
  /**
   * A path relative to the folder of model.yaml, with forward slashes.
   */
  profile?: string;
  /**
   * Columns that name a row; only their salted hash is shown.
   *
   * @minItems 1
   */
  'key-columns'?: [string, ...string[]];
  /**
   * What the step fails for (default `error`).
   */
  'fail-on'?: 'error' | 'warning' | 'never';
}
/**
 * The policy that decides whether a candidate may be released.
 */
export interface Gate {
  candidate?: Path;
  /**
   * Predictions or metrics of the model that serves now; `registry` for the metrics of the version behind the alias `champion`; `none` where no model serves yet.
   */
  champion?: string;
  /**
   * Column that names a row (default `id`).
   */
  'id-column'?: string;
  /**
   * Column of the observed outcome (default `label`).
   */
  'label-column'?: string;
  /**
   * Column of the prediction (default `score`).
   */
  'score-column'?: string;
  /**
   * Columns of models that predict several numbers. Multiclass: the column of each class's probability, by the class's label. Quantile: the column of each forecast, by its level (such as 0.05).
   */
  'score-columns'?: {
    [k: string]: string;
  };
  /**
   * With champion `registry`, where no version has the alias yet: `refuse` to judge (default), or `allow` the absolute checks to decide alone.
   */
  'first-release'?: 'refuse' | 'allow';
  /**
   * Models that rank nearly perfectly (an AUC above 0.995): `refuse` to judge them, since a column has probably leaked the outcome (default), or `allow` them where prediction is that easy.
   */
  'near-perfect'?: 'refuse' | 'allow';
  /**
   * A path relative to the folder of model.yaml, with forward slashes.
   */
  attributes?: string;
  /**
   * Column of attributes by which rows count more or less; default: all alike.
   */
  'weight-column'?: string;
  /**
   * Column of attributes that says which rows belong together, such as a customer; intervals then come from the bootstrap of whole clusters.
   */
  'cluster-column'?: string;
  /**
   * Ranking: column of attributes that says which query a row answers.
   */
  'query-column'?: string;
  /**
   * What is predicted (default `binary`): an event, one of several classes, a number, quantiles of a number, or an order of answers to queries.
   */
  task?: 'binary' | 'multiclass' | 'regression' | 'quantile' | 'ranking';
  /**
   * Label of the event that the score is the probability of (default 1).
   */
  'positive-label'?: string | number;
  /**
   * Score from which a row counts as positive, for the metrics that need it (default 0.5).
   */
  threshold?: number;
  /**
   * Share of the rows, those with the highest scores, that capture and lift look at (default 0.1).
   */
  'top-share'?: number;
  /**
   * Ranking: so many answers of a query, those with the best scores, are looked at (default 10).
   */
  cutoff?: number;
  /**
   * What a wrong decision costs, in any one unit, for expected-cost.
   */
  costs?: {
    /**
     * Calling an event that is none.
     */
    'false-positive': number;
    /**
     * Not calling an event.
     */
    'false-negative': number;
  };
  /**
   * Below this many rows the verdict is inconclusive (default 100). Of rankings queries are counted, and clusters where there are any.
   */
  'minimum-rows'?: number;
  /**
   * Below this many rows in a slice its check is inconclusive (default 50).
   */
  'minimum-slice-rows'?: number;
  /**
   * Confidence of the intervals (default 0.95).
   */
  confidence?: number;
  /**
   * Bootstrap resamples (default 2000).
   */
  resamples?: number;
  /**
   * Seed of resampling and of the negative control (default 1).
   */
  seed?: number;
  /**
   * What an inconclusive verdict does to the step: `fail` it (default) or `warn`.
   */
  'on-inconclusive'?: 'fail' | 'warn';
  /**
   * Accept metrics without sample size or interval, where rows cannot be had (default false).
   */
  'allow-point-metrics'?: boolean;
  /**
   * @minItems 1
   */
  checks: [Check, ...Check[]];
  /**
   * Checks that somebody answers for although they are not met.
   */
  waivers?: CheckWaiver[];
}
/**
 * One requirement. Whether higher or lower is better is a property of the metric. Exactly one of bound, non-inferiority-margin, superiority-margin.
 */
export interface Check {
  /**
   * Name in the record; default: metric and kind.
   */
  name?: string;
  metric: string;
  /**
   * The candidate must be at least this good.
   */
  bound?: number;
  /**
   * The candidate may be worse than the champion by less than this.
   */
  'non-inferiority-margin'?: number;
  /**
   * The candidate must be better than the champion by more than this.
   */
  'superiority-margin'?: number;
  /**
   * Of csi: column of attributes whose distribution is compared between slices.
   */
  column?: string;
  /**
   * False: reported, but does not decide (default true).
   */
  blocking?: boolean;
  slice?: Slice;
}
/**
 * The check is made in every slice, and the worst decides; a metric that ends in -gap or -difference compares the slices. At most one of values, edges, and from or until; none of them: a slice for each value.
 */
export interface Slice {
  /**
   * Column of attributes.
   */
  column: string;
  /**
   * The values that make a slice each; rows with others are left out.
   *
   * @minItems 1
   */
  values?: [string | number | boolean, ...(string | number | boolean)[]];
  /**
   * Of numbers, rising: below the first, from each to below the next, from the last on.
   *
   * @minItems 1
   */
  edges?: [number, ...number[]];
  /**
   * Of dates: rows from this day on are the slice, in UTC.
   */
  from?: string;
  /**
   * Of dates: rows before this day are the slice, in UTC.
   */
  until?: string;
}
/**
 * Lets a check go unmet until a day. After it the check fails, even where it was inconclusive.
 */
export interface CheckWaiver {
  /**
   * Name of the check.
   */
  check: string;
  /**
   * Who answers for it.
   */
  owner: string;
  /**
   * Why it may go unmet.
   */
  reason: string;
  /**
   * Last day that it holds, in UTC.
   */
  expires: string;
}
/**
 * How the model is served on Vertex AI.
 */
export interface Endpoint {
  'endpoint-id'?: string;
  'display-name'?: string;
  /**
   * Who can reach an endpoint that is made: at the region's API, at a host of its own, or from networks that Private Service Connect lets in.
   */
  access?: 'shared' | 'dedicated' | 'private';
  /**
   * Projects whose networks may reach a private endpoint.
   *
   * @minItems 1
   */
  'private-projects'?: [string, ...string[]];
  /**
   * Address at which the runners' network reaches a private endpoint.
   */
  'prediction-host'?: string;
  /**
   * Such as n1-standard-2.
   */
  'machine-type'?: string;
  'min-replicas'?: number;
  'max-replicas'?: number;
  /**
   * Such as NVIDIA_L4.
   */
  'accelerator-type'?: string;
  'accelerator-count'?: number;
  /**
   * Account that the container runs as.
   */
  'service-account'?: string;
  /**
   * How traffic moves: by steps, all at once with the old model at hand, or all at once (default canary).
   */
  strategy?: 'canary' | 'blue-green' | 'immediate';
  /**
   * Percentages of traffic that the new model gets, rising to 100.
   *
   * @minItems 1
   */
  'traffic-steps'?: [number, ...number[]];
  'bake-time'?: Duration;
  'probe-path'?: Path;
  /**
   * Largest absolute difference between an expected prediction and the answer (default 1e-6).
   */
  'probe-tolerance'?: number;
  /**
   * Fraction by which the new model's median latency may exceed the others'; without it latency does not decide.
   */
  'max-latency-increase'?: number;
  /**
   * A program, with its arguments, that judges each traffic step after its probes.
   *
   * @minItems 1
   */
  'analysis-command'?: [string, ...string[]];
  /**
   * A PromQL query of Cloud Monitoring whose value judges each traffic step after its probes; needs analysis-success-condition.
   */
  'analysis-query'?: string;
  /**
   * What the value must be for a pass, such as `< 0.01`.
   */
  'analysis-success-condition'?: string;
  /**
   * What the value is for a fail, such as `> 0.05`; what is neither is inconclusive. Without it, all that is no pass is a fail.
   */
  'analysis-failure-condition'?: string;
  /**
   * A duration such as 90s, 10m or 1h30m.
   */
  'analysis-timeout'?: string;
  /**
   * What becomes of a model that was not good, once it has no traffic (default keep).
   */
  'on-failure'?: 'keep' | 'undeploy';
  /**
   * Whether somebody who had no hand in the model must have approved its deployment at GitHub (default false). No workflow can lift it.
   */
  'require-approval'?: boolean;
  /**
   * Whether the version aliases `champion` and `previous-champion` follow the traffic (default true).
   */
  'champion-aliases'?: boolean;
  /**
   * Previous models that stay deployed without traffic.
   */
  'keep-warm'?: number;
  timeout?: Duration;
  labels?: Labels;
}
/**
 * The pipeline that trains the model, or prepares its data, and where it runs. The engine's address is not written here but in the workflow: whoever changes this file must not send its credentials elsewhere.
 */
export interface Pipeline {
  engine?: 'vertex' | 'kubeflow' | 'airflow' | 'argo';
  /**
   * A compiled pipeline (a path relative to this file), a template of Artifact Registry, a DAG id, or a workflow or workflow template of Argo.
   */
  pipeline?: string;
  /**
   * Values by name; the action's input is laid over them.
   */
  parameters?: {
    [k: string]: unknown;
  };
  /**
   * Folder in Cloud Storage for what the tasks leave.
   */
  'output-root'?: string;
  /**
   * Account that the tasks run as.
   */
  'service-account'?: string;
  /**
   * VPC network of the tasks (projects/NUMBER/global/networks/NAME).
   */
  network?: string;
  /**
   * Cloud KMS key (projects/.../locations/.../keyRings/.../cryptoKeys/...).
   */
  'encryption-key'?: string;
  /**
   * Namespace of Kubernetes.
   */
  namespace?: string;
  /**
   * Experiment of Kubeflow Pipelines.
   */
  experiment?: string;
  /**
   * Whether tasks may be answered from the cache; each as the pipeline says (default), all or none.
   */
  caching?: 'default' | 'on' | 'off';
  /**
   * Whether tasks that do not depend on one that failed still run (slow, the service's default) or not (fast).
   */
  'failure-policy'?: 'fast' | 'slow';
  timeout?: Duration;
  labels?: Labels;
}
/**
 * What monitor-model watches while the model serves, and how it decides.
 */
export interface Monitor {
  /**
   * What the model was asked: files, folders or patterns of files, relative to this folder, or `gs://bucket/folder/`. Rows outside of the window are left out where there is a time column.
   *
   * @minItems 1
   */
  current?: [Path, ...Path[]];
  /**
   * The same as a table or view in BigQuery, or the log of an endpoint's requests: `project.dataset.table`.
   */
  table?: string;
  /**
   * Bytes that one statement in BigQuery may bill at most (default 10 GB).
   */
  'maximum-bytes-billed'?: number;
  /**
   * A path relative to the folder of model.yaml, with forward slashes.
   */
  profile?: string;
  /**
   * Tables of key, time and score, where the scores are not in `current`; files, `gs://bucket/folder/` or `bq://project.dataset.table`.
   *
   * @minItems 1
   */
  predictions?: [Path, ...Path[]];
  /**
   * Tables of key and observed outcome, as they have come in so far; files, `gs://bucket/folder/` or `bq://project.dataset.table`.
   *
   * @minItems 1
   */
  labels?: [Path, ...Path[]];
  /**
   * A path relative to the folder of model.yaml, with forward slashes.
   */
  reference?: string;
  /**
   * A path relative to the folder of model.yaml, with forward slashes.
   */
  metrics?: string;
  /**
   * Column that names a row, by which labels are joined (default `id`).
   */
  'key-column'?: string;
  /**
   * Column of the time of the request. Without it every row counts as in the window.
   */
  'time-column'?: string;
  /**
   * Column of the prediction (default `score`).
   */
  'score-column'?: string;
  /**
   * Column of the observed outcome (default `label`).
   */
  'label-column'?: string;
  /**
   * The outcome that is the event (default 1).
   */
  'positive-label'?: string | number | boolean;
  /**
   * The time that one run looks at: `last-hour`, `last-day` (default), `last-week`, `last-month`, a duration, or a time such as 2026-10 or 2026-10-01/2026-10-08.
   */
  window?: string;
  /**
   * A path relative to the folder of model.yaml, with forward slashes.
   */
  state?: string;
  /**
   * How inputs and predictions are compared with the reference.
   */
  drift?: {
    /**
     * Measure of the distribution of each column (default psi).
     */
    metric?:
      | 'psi'
      | 'js-divergence-bits'
      | 'l-infinity'
      | 'ks'
      | 'wasserstein-per-std'
      | 'hellinger'
      | 'total-variation'
      | 'cramers-v'
      | 'missing-rate'
      | 'invalid-rate'
      | 'new-category-rate'
      | 'out-of-range-rate'
      | 'constant'
      | 'presence';
    /**
     * Its threshold (default: that of the metric).
     */
    threshold?: number;
    /**
     * Rules in place of the default ones of the same column and metric, or beside them.
     */
    rules?: DriftRule[];
    /**
     * Columns that are not looked at, such as identifiers.
     */
    ignore?: string[];
    /**
     * Chance that data without drift raises no alarm, over all rules (default 0.95).
     */
    confidence?: number;
    /**
     * Correction for many rules (default benjamini-hochberg).
     */
    correction?: 'holm' | 'benjamini-hochberg' | 'none';
    /**
     * With fewer rows a rule is inconclusive (default 200).
     */
    'minimum-rows'?: number;
  };
  /**
   * How the number of rows is compared with past windows.
   */
  volume?: {
    /**
     * 0.5 (default): half or double is an anomaly, if past windows did not vary as much.
     */
    threshold?: number;
    /**
     * Chance that a usual window is no anomaly (default 0.99).
     */
    confidence?: number;
    /**
     * Past windows before it is judged (default 6).
     */
    'minimum-history'?: number;
    /**
     * Whether weekdays differ (default: for windows of a day).
     */
    season?: 'weekday' | 'none';
  };
  /**
   * How old the newest row may be at the end of the window.
   */
  freshness?: {
    'maximum-age-hours': number;
  };
  /**
   * Quality by labels.
   */
  performance?: {
    /**
     * @minItems 1
     */
    checks: [PerformanceCheck, ...PerformanceCheck[]];
    /**
     * Columns whose every value is judged by itself.
     */
    slices?: string[];
    /**
     * Days after the end of a window when its labels are due (default 30).
     */
    'label-lag-days'?: number;
    /**
     * With labels for a smaller share of the rows it is inconclusive (default 0.8).
     */
    'minimum-label-share'?: number;
    /**
     * Default 200.
     */
    'minimum-rows'?: number;
    /**
     * Rows that each class must have (default 30).
     */
    'minimum-events'?: number;
    /**
     * Default 0.95.
     */
    confidence?: number;
    /**
     * Score from which a row is decided for the event (default 0.5).
     */
    threshold?: number;
  };
  /**
   * Whether quality is estimated where labels are not there yet (default true).
   */
  'estimated-performance'?: boolean;
  /**
   * How far probabilities may be off; false: not judged.
   */
  calibration?: {
    [k: string]: unknown;
  };
  /**
   * What the service must hold.
   */
  service?: {
    /**
     * Largest share of requests that may fail (default 0.01).
     */
    'maximum-error-rate'?: number;
    /**
     * Largest latency by quantile.
     */
    'maximum-latency-ms'?: LatencyBound[];
    /**
     * Times the error rate of past windows (default 3).
     */
    'error-rate-ratio'?: number;
    /**
     * Times the usual latency (default 2).
     */
    'latency-ratio'?: number;
    confidence?: number;
    /**
     * Default 200.
     */
    'minimum-requests'?: number;
    /**
     * Default 6.
     */
    'minimum-history'?: number;
  };
  /**
   * How many of the last windows must fail before an alarm, by kind of finding.
   */
  alarms?: {
    [k: string]: AlarmRule;
  };
  /**
   * What an alarm calls for, by kind of finding.
   */
  actions?: {
    [k: string]: MonitorAction;
  };
  /**
   * The same in the first windows of a version.
   */
  'actions-after-release'?: {
    [k: string]: MonitorAction;
  };
  /**
   * Windows in which a version counts as just released (default 3).
   */
  'release-windows'?: number;
  /**
   * Quiet windows after which an incident is closed (default 3).
   */
  'heal-after'?: number;
  /**
   * An alarm within so many windows after that reopens it (default 3).
   */
  'reopen-within'?: number;
  /**
   * Windows without a single pass of a signal after which somebody must look (default 4).
   */
  'blind-windows'?: number;
  /**
   * Windows that the state keeps (default 120).
   */
  'keep-windows'?: number;
}
export interface DriftRule {
  column: string;
  metric: DriftMetric;
  /**
   * More than this is too much, in the unit of the metric.
   */
  threshold: number;
  /**
   * With fewer rows it is inconclusive.
   */
  'minimum-rows'?: number;
  /**
   * Whether missing values are a category of their own (default excluded).
   */
  missing?: 'category' | 'excluded';
}
export interface PerformanceCheck {
  /**
   * A metric as in `gate.checks`, such as auc.
   */
  metric: string;
  /**
   * Largest loss against the reference, in the unit of the metric.
   */
  'degradation-margin'?: number;
  /**
   * Worst value that will do.
   */
  bound?: number;
}
export interface LatencyBound {
  quantile: number;
  milliseconds: number;
}
/**
 * So many failures in so many windows.
 */
export interface AlarmRule {
  failures: number;
  windows: number;
}
/**
 * Where an environment is and what differs in it.
 */
export interface Environment {
  /**
   * Google Cloud project.
   */
  'project-id'?: string;
  /**
   * Such as europe-west4.
   */
  region?: string;
  image?: Image;
  registry?: Registry;
  endpoint?: Endpoint;
  pipeline?: Pipeline;
  monitor?: Monitor;
}
export interface Strings2 {
  [k: string]: string;
}
/**
 * What an organisation demands of every gate, a file of its own: it can only make a policy stricter.
 */
export interface OrganisationPolicy {
  'every-model'?: Strictness;
  /**
   * What it demands beyond that of models of a risk tier (`model.risk-tier` of model.yaml).
   */
  tiers?: {
    high?: Strictness;
    medium?: Strictness;
    low?: Strictness;
  };
}
export interface Strictness {
  /**
   * At least so many rows.
   */
  'minimum-rows'?: number;
  /**
   * At least so many rows in a slice.
   */
  'minimum-slice-rows'?: number;
  /**
   * At least this confidence.
   */
  confidence?: number;
  /**
   * False: metrics without sample size or interval are not accepted.
   */
  'allow-point-metrics'?: false;
  /**
   * fail: an inconclusive verdict fails the step.
   */
  'on-inconclusive'?: 'fail';
  /**
   * Days from now that a waiver may last at most; 0: until today.
   */
  'longest-waiver'?: number;
  /**
   * Checks beside those of the model, for models of the metric's task. They cannot be waived.
   */
  checks?: Check[];
}
