import { count, formatBytes, formatDuration, parseDuration } from '@mlops-actions/action-kit';
import type { Image } from '@mlops-actions/manifest';

/** Bounds of what the probe measures, all inclusive. */
export interface Budgets {
  /** Milliseconds from start to the first healthy answer. */
  startTime?: number;
  /** Milliseconds of a request for one prediction. */
  latency: Partial<Record<Percentile, number>>;
  /** Bytes of resident memory. */
  memory?: number;
}

export const PERCENTILES = ['p50', 'p95', 'p99'] as const;
export type Percentile = (typeof PERCENTILES)[number];

/** What the probe measured. */
export interface Measured {
  /** Milliseconds. */
  healthyAfter: number;
  /** Milliseconds; not there without golden rows to ask for. */
  latency?: Record<Percentile, number>;
  /** Bytes; not there where the system does not tell. */
  memory?: number;
  /** Processes that were killed at the limit of memory, which is the budget. */
  outOfMemoryKills?: number;
}

/** Milliseconds as people read them, to a tenth where there are few. */
export const formatLatency = (time: number): string =>
  time < 100 ? `${Number(time.toFixed(1))} ms` : formatDuration(time);

/** The budgets of model.yaml. */
export function readBudgets(budgets: NonNullable<Image['budgets']> = {}): Budgets {
  const latency = PERCENTILES.flatMap((percentile) => {
    const text = budgets[`latency-${percentile}`];
    return text === undefined ? [] : [[percentile, parseDuration(text)!] as const];
  });
  return {
    ...(budgets['start-time'] !== undefined && { startTime: parseDuration(budgets['start-time'])! }),
    latency: Object.fromEntries(latency),
    ...(budgets['memory-mib'] !== undefined && { memory: budgets['memory-mib'] * 1024 * 1024 }),
  };
}

/** What is over its budget, half a sentence each. A budget for what could not be measured is not kept: nothing shows it. */
export function overBudget(
  budgets: Budgets,
  { healthyAfter, latency, memory, outOfMemoryKills = 0 }: Measured,
): string[] {
  const judge = (what: string, bound: number | undefined, value: number | undefined, show: (n: number) => string) => {
    if (bound === undefined || (value !== undefined && value <= bound)) return [];
    return [
      value === undefined
        ? `${what} could not be measured`
        : `${what} is ${show(value)}, over the ${show(bound)} allowed`,
    ];
  };
  return [
    ...judge('the time to start', budgets.startTime, healthyAfter, formatDuration),
    ...PERCENTILES.flatMap((percentile) =>
      judge(`latency ${percentile}`, budgets.latency[percentile], latency?.[percentile], formatLatency),
    ),
    ...judge('peak memory', budgets.memory, memory, formatBytes),
    ...(outOfMemoryKills === 0
      ? []
      : [`${count(outOfMemoryKills, 'process', 'processes')} of the server had to be killed for want of memory`]),
  ];
}

/** Percentiles by nearest rank; of no values there are none. */
export function percentiles(values: readonly number[]): Record<Percentile, number> | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const rank = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1]!;
  return { p50: rank(0.5), p95: rank(0.95), p99: rank(0.99) };
}
