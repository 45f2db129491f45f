import { readFile } from 'node:fs/promises';
import { UserError } from '@mlops-actions/action-kit';
import {
  independentDifference,
  normalQuantile,
  wilson,
  type Estimate,
  type Metric,
  type Statistic,
} from '@mlops-actions/statistics';
import type { Evidence } from './evidence.ts';
import { measurement, type Measurements } from './service.ts';
import { isGap, isQuality, isService, isShift, type Policy } from './policy.ts';

/** A metric as a file states it. */
export interface StoredMetric {
  value: number;
  /** Rows that it was measured on. */
  n?: number;
  /** Of them, rows with the positive label. */
  positives?: number;
  interval?: { low: number; high: number; confidence: number };
  /** Standard error, from which a normal interval is made. */
  'standard-error'?: number;
}

/** What a metrics file states of a model. */
export interface StoredMetrics {
  file: string;
  metrics: ReadonlyMap<string, StoredMetric>;
}

const SIZE_LIMIT = 1024 * 1024;

/**
 * Reads a metrics file: `{"metrics": {"auc": {"value": 0.78, "n": 400, "positives": 122}}}`. Instead of the object a metric may be a bare number.
 *
 * @throws UserError if it is not such a file, or a number in it is not one, or out of the range of its metric
 */
export async function readStoredMetrics(file: string, policy: Policy): Promise<StoredMetrics> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new UserError(`The metrics file '${file}' cannot be read.`, { cause });
  });
  if (bytes.length > SIZE_LIMIT) throw new UserError(`The metrics file '${file}' is larger than 1 MiB.`);
  checkAboutAll(policy, file);
  return { file, metrics: numbersIn(parse(bytes.toString('utf8'), file), {}, file, policy) };
}

/** @throws UserError if a check is about some of the rows */
function checkAboutAll(policy: Policy, file: string): void {
  for (const { name, metric, slice } of policy.checks) {
    if (isService(metric)) continue;
    if (isShift(metric) || isGap(metric) || slice !== undefined) {
      throw new UserError(`The check '${name}' is about slices, and '${file}' holds metrics, not rows.`, {
        fix: 'Give prediction files of both models.',
      });
    }
  }
}

/**
 * The stated metrics that the policy asks for.
 *
 * @param sizes rows that those were measured on which do not say it themselves
 */
export function numbersIn(
  stated: unknown,
  sizes: { n?: number | undefined; positives?: number | undefined },
  file: string,
  policy: Policy,
): Map<string, StoredMetric> {
  const metrics = new Map<string, StoredMetric>();
  if (!isObject(stated)) return metrics;
  for (const { metric } of policy.checks) {
    if (!isQuality(metric) || isGap(metric) || !Object.hasOwn(stated, metric.name)) continue;
    const value = stated[metric.name];
    metrics.set(metric.name, readMetric(isObject(value) ? value : { ...known(sizes), value }, metric, file));
  }
  return metrics;
}

const known = (sizes: object): object =>
  Object.fromEntries(Object.entries(sizes).filter(([, value]) => value !== undefined));

function parse(text: string, file: string): Record<string, unknown> {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new UserError(`The metrics file '${file}' is not JSON.`, { cause });
  }
  const metrics = isObject(content) && Object.hasOwn(content, 'metrics') ? content['metrics'] : undefined;
  if (isObject(metrics)) return metrics;
  throw new UserError(`'${file}' has no object 'metrics'.`, {
    fix: 'Prediction files are .csv, .ndjson or .parquet; a .json file is {"metrics": {"auc": {"value": 0.78, "n": 400, "positives": 122}}}.',
  });
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readMetric(stated: unknown, metric: Metric, file: string): StoredMetric {
  const place = `'${file}', metric '${metric.name}'`;
  const object = isObject(stated) ? stated : { value: stated };
  const number = (
    from: Record<string, unknown>,
    key: string,
    smallest: number,
    largest: number,
  ): number | undefined => {
    const value = Object.hasOwn(from, key) ? from[key] : undefined;
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isFinite(value) && value >= smallest && value <= largest) return value;
    throw new UserError(
      `${place}: '${key}' must be a number from ${smallest} to ${largest}, not ${JSON.stringify(value)}.`,
    );
  };
  const [smallest, largest] = metric.range;
  const value = number(object, 'value', smallest, largest);
  if (value === undefined) throw new UserError(`${place} has no 'value'.`);
  const n = number(object, 'n', 1, Number.MAX_SAFE_INTEGER);
  const positives = number(object, 'positives', 0, n ?? Number.MAX_SAFE_INTEGER);
  const standardError = number(object, 'standard-error', Number.MIN_VALUE, Number.MAX_VALUE);
  const interval = Object.hasOwn(object, 'interval') ? object['interval'] : undefined;
  if (interval === undefined) {
    return {
      value,
      ...(n !== undefined && { n }),
      ...(positives !== undefined && { positives }),
      ...(standardError !== undefined && { 'standard-error': standardError }),
    };
  }
  const bounds = isObject(interval) ? interval : {};
  const low = number(bounds, 'low', -Number.MAX_VALUE, value);
  const high = number(bounds, 'high', value, Number.MAX_VALUE);
  const confidence = number(bounds, 'confidence', 0.5, 0.999999);
  if (low === undefined || high === undefined || confidence === undefined) {
    throw new UserError(`${place}: 'interval' must have low, high and confidence.`);
  }
  return { value, ...(n !== undefined && { n }), interval: { low, high, confidence } };
}

/** Evidence from stored metrics. Differences take the two as independent, which is cautious where the rows were the same. */
export function evidenceOfMetrics(
  candidate: StoredMetrics,
  champion: StoredMetrics | undefined,
  policy: Policy,
  measurements: Measurements = { sources: [], values: new Map() },
): Evidence {
  const look = (model: StoredMetrics, metric: Statistic): StoredMetric => {
    const found = model.metrics.get(metric.name);
    if (found === undefined)
      throw new UserError(`'${model.file}' has no metric '${metric.name}', which the policy asks for.`);
    return found;
  };
  const estimate = (model: StoredMetrics, metric: Statistic): Estimate => {
    const made = estimateOf(look(model, metric), metric);
    if (made !== undefined) return made;
    if (policy.allowPointMetrics) return pointEstimate(look(model, metric));
    throw new UserError(`'${model.file}' gives '${metric.name}' as a bare number, without sample size or interval.`, {
      fix: "Add 'n' (and 'positives'), 'standard-error' or 'interval', or give prediction files; gate.allow-point-metrics accepts bare numbers.",
    });
  };
  return {
    kind: 'metrics',
    unit: 'row',
    hasChampion: champion !== undefined,
    samples: undefined,
    value: (model, metric) => (model === 'candidate' ? candidate : champion)?.metrics.get(metric.name)?.value,
    estimate: (model, metric) => {
      const stored = model === 'candidate' ? candidate : champion;
      if (stored === undefined) throw new Error('A champion was asked for where there is none.');
      return estimate(stored, metric);
    },
    shifts: () => {
      throw new Error('Stored metrics have no rows to be counted.');
    },
    measured: (metric) => measurement(measurements, metric),
    slices: () => {
      throw new Error('Stored metrics have no rows to be sliced.');
    },
    difference: (metric) => {
      if (champion === undefined) throw new Error('A difference was asked for without a champion.');
      return independentDifference(estimate(candidate, metric), estimate(champion, metric));
    },
    degraded: () => [
      {
        how: 'every metric of the candidate, moved half way to the worst that it can be',
        spoilt: 'everything',
        evidence: evidenceOfMetrics(degrade(candidate, policy), champion, policy, measurements),
      },
    ],
    remarks: () => [
      'Judged by stored metrics: whether both models were measured on the same rows cannot be seen from them.',
    ],
  };
}

/** Rows of the candidate beside stored metrics of the champion: differences take the two as independent. */
export function againstStored(own: Evidence, champion: StoredMetrics, policy: Policy): Evidence {
  const stored = evidenceOfMetrics(champion, undefined, policy);
  return {
    ...own,
    hasChampion: true,
    value: (model, metric) =>
      model === 'candidate' ? own.value(model, metric) : champion.metrics.get(metric.name)?.value,
    estimate: (model, statistic) =>
      model === 'candidate' ? own.estimate(model, statistic) : stored.estimate('candidate', statistic),
    difference: (metric) =>
      independentDifference(own.estimate('candidate', metric), stored.estimate('candidate', metric)),
    degraded: (rules) =>
      own
        .degraded(rules)
        .map(({ evidence, ...rest }) => ({ ...rest, evidence: againstStored(evidence, champion, policy) })),
    remarks: () => [
      ...own.remarks(),
      `The champion was not scored on these rows: it is judged by the metrics that the registry holds of '${champion.file}'.`,
    ],
  };
}

function estimateOf(stored: StoredMetric, metric: Statistic): Estimate | undefined {
  const { value, n, positives, interval } = stored;
  const common = { value, rows: n ?? NaN, smallestAlpha: 1e-12 };
  if (interval !== undefined) {
    const statedZ = -normalQuantile((1 - interval.confidence) / 2);
    return {
      ...common,
      method: `stated ${(100 * interval.confidence).toFixed(1)} % interval, scaled as a normal one`,
      bounds: (alpha) => {
        const scale = -normalQuantile(alpha) / statedZ;
        return [value - (value - interval.low) * scale, value + (interval.high - value) * scale];
      },
    };
  }
  const normal = (standardError: number, method: string): Estimate => ({
    ...common,
    method,
    bounds: (alpha) => {
      const reach = -normalQuantile(alpha) * standardError;
      return [value - reach, value + reach];
    },
  });
  if (stored['standard-error'] !== undefined) return normal(stored['standard-error'], 'stated standard error');
  if (n === undefined) return undefined;
  if (metric.name === 'accuracy') {
    return { ...common, method: 'Wilson score', bounds: (alpha) => wilson(value * n, n, alpha) };
  }
  if (positives === undefined || positives < 2 || n - positives < 2) return undefined;
  if (metric.name === 'recall' || metric.name === 'specificity') {
    const trials = metric.name === 'recall' ? positives : n - positives;
    return { ...common, method: 'Wilson score', bounds: (alpha) => wilson(value * trials, trials, alpha) };
  }
  if (metric.name === 'auc') return normal(hanleyMcNeil(value, positives, n - positives), 'Hanley and McNeil');
  if (metric.name === 'gini')
    return normal(2 * hanleyMcNeil((value + 1) / 2, positives, n - positives), 'Hanley and McNeil');
  return undefined;
}

/** Standard error of an AUC from the class sizes alone (J. A. Hanley and B. J. McNeil, Radiology 143, 1982). 0 at an AUC of 0 or 1. */
function hanleyMcNeil(area: number, events: number, others: number): number {
  const q1 = area / (2 - area);
  const q2 = (2 * area * area) / (1 + area);
  const variance =
    (area * (1 - area) + (events - 1) * (q1 - area * area) + (others - 1) * (q2 - area * area)) / (events * others);
  // At complete separation the formula gives 0: certainty that no sample can give.
  return Math.sqrt(Math.max(variance, 1 / (12 * Math.min(events, others) ** 2)));
}

const pointEstimate = ({ value, n }: StoredMetric): Estimate => ({
  value,
  rows: n ?? NaN,
  method: 'point comparison, without any interval',
  smallestAlpha: 1e-12,
  bounds: () => [value, value],
});

function degrade(model: StoredMetrics, policy: Policy): StoredMetrics {
  const metrics = new Map(
    [...model.metrics].map(([name, stored]) => {
      const { metric } = policy.checks.find((check) => check.metric.name === name)!;
      const worst = metric.range[metric.better === 'higher' ? 0 : 1];
      // Where there is no worst, it is moved by as much as it is large.
      const away = Number.isFinite(worst)
        ? (worst - stored.value) / 2
        : Math.sign(worst) * Math.max(1, Math.abs(stored.value));
      const { interval } = stored;
      return [
        name,
        {
          ...stored,
          value: stored.value + away,
          ...(interval !== undefined && {
            interval: { ...interval, low: interval.low + away, high: interval.high + away },
          }),
        },
      ] as const;
    }),
  );
  return { file: model.file, metrics };
}
