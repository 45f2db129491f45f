import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { UserError } from '@mlops-actions/action-kit';
import type { Estimate } from '@mlops-actions/statistics';
import type { FileSource } from './record.ts';
import { SERVICE_METRICS, type ServiceMetric } from './side-metrics.ts';

/** What reports of earlier steps say of how the model serves. */
export interface Measurements {
  sources: FileSource[];
  /** By the name of the metric. */
  values: ReadonlyMap<string, number>;
}

const SIZE_LIMIT = 10 * 1024 * 1024;

/**
 * Reads reports of build-image (its `report-path`) or other JSON files with the metrics under `service`, such as `{"service": {"latency-p95": 120}}`.
 *
 * @param modelDigest a report about another model is none
 * @throws UserError if a file is none of these, two differ about a metric, or it is about another model
 */
export async function readReports(files: readonly string[], modelDigest: string | undefined): Promise<Measurements> {
  const values = new Map<string, number>();
  const sources: FileSource[] = [];
  for (const file of files) {
    const bytes = await readFile(file).catch((cause: unknown) => {
      throw new UserError(`The report '${file}' cannot be read.`, {
        fix: "Pass the output 'report-path' of build-image; artifacts of another job must be downloaded first.",
        cause,
      });
    });
    const report = bytes.length > SIZE_LIMIT ? undefined : parse(bytes.toString('utf8'));
    if (report === undefined) throw new UserError(`The report '${file}' is not a JSON object of at most 10 MiB.`);
    const about = at(report, 'model', 'digest');
    if (modelDigest !== undefined && typeof about === 'string' && about !== modelDigest) {
      throw new UserError(`The report '${file}' is about the model ${about}, not about ${modelDigest}.`);
    }
    const found = measuredIn(report);
    if (found.size === 0) throw new UserError(`The report '${file}' measures nothing that a gate could check.`);
    for (const [name, value] of found) {
      if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) {
        throw new UserError(`'${file}': ${name} must be a number from 0 up, not ${JSON.stringify(value)}.`);
      }
      if (values.has(name) && values.get(name) !== value) throw new UserError(`Two reports differ about ${name}.`);
      values.set(name, value);
    }
    sources.push({ path: file, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` });
  }
  return { sources, values };
}

/** What a report states of each metric, as it stands there. */
function measuredIn(report: object): Map<string, unknown> {
  const layers = at(report, 'layers');
  const sizes = Array.isArray(layers) ? layers.map((layer: unknown) => at(layer, 'size')) : [];
  const stated: [string, unknown][] = [
    ...[...SERVICE_METRICS.keys()].map((name): [string, unknown] => [name, at(report, 'service', name)]),
    ['latency-p50', at(report, 'probe', 'latency', 'p50')],
    ['latency-p95', at(report, 'probe', 'latency', 'p95')],
    ['latency-p99', at(report, 'probe', 'latency', 'p99')],
    ['start-time', at(report, 'probe', 'healthyAfter')],
    ['peak-memory', at(report, 'probe', 'peakMemory')],
    ['image-size', sizes.length === 0 ? undefined : sizes.reduce((sum: number, size) => sum + Number(size), 0)],
  ];
  return new Map(stated.filter(([, value]) => value !== undefined));
}

function at(value: unknown, ...keys: string[]): unknown {
  let found = value;
  for (const key of keys) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Record<string, unknown>)[key];
  }
  return found;
}

function parse(text: string): object | undefined {
  try {
    const parsed = JSON.parse(text) as unknown;
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** @throws UserError if no report says it */
export function measurement({ values }: Measurements, { name }: ServiceMetric): Estimate {
  const value = values.get(name);
  if (value === undefined) {
    throw new UserError(`The policy asks for ${name}, and no report says it.`, {
      fix: "Name the report of build-image by the input 'reports'; it measures latency and memory where it probes the image.",
    });
  }
  return { value, rows: Infinity, method: 'as reported', smallestAlpha: 1e-12, bounds: () => [value, value] };
}
