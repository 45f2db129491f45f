import { readFile } from 'node:fs/promises';
import { UserError } from '@mlops-actions/action-kit';
import type { Metric } from '@mlops-actions/statistics';
import { isGap, isQuality, isService, isShift } from './checks.ts';
import type { Policy } from './policy.ts';

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
