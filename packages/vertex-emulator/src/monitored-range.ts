import { invalidField } from './status.ts';
import type { Timestamp } from './wire.ts';

/** google.type.Interval. */
export interface Interval {
  startTime?: Timestamp;
  endTime?: Timestamp;
}

/** A ModelMonitoringJob as a request brings it. */
export interface WireJob {
  displayName?: string;
  modelMonitoringSpec?: {
    objectiveSpec?: { targetDataset?: { timeInterval?: Interval; timeOffset?: { offset?: string; window?: string } } };
  };
}

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, d: 24 * 3_600_000, w: 7 * 24 * 3_600_000 };

/** The time that a job looks at: an interval, or some time back from now. Without either it is the day before. */
export function rangeOf({ modelMonitoringSpec }: WireJob, now: string): { from: string; until: string } {
  const { timeInterval, timeOffset } = modelMonitoringSpec?.objectiveSpec?.targetDataset ?? {};
  const iso = (time: number): string => new Date(time).toISOString();
  if (timeInterval?.startTime !== undefined && timeInterval.endTime !== undefined) {
    return { from: iso(milliseconds(timeInterval.startTime)), until: iso(milliseconds(timeInterval.endTime)) };
  }
  const until = Date.parse(now) - lengthOf('offset', timeOffset?.offset ?? '0h');
  return { from: iso(until - lengthOf('window', timeOffset?.window ?? '1d')), until: iso(until) };
}

function lengthOf(field: string, text: string): number {
  const [, number, unit = ''] = /^(\d+)([hdw])$/i.exec(text) ?? [];
  if (number === undefined)
    throw invalidField(`target_dataset.time_offset.${field}`, `'${text}' is no length of time.`);
  return Number(number) * UNITS[unit.toLowerCase()]!;
}

export const milliseconds = ({ seconds, nanos }: Timestamp): number =>
  Number(seconds) * 1000 + (nanos ?? 0) / 1_000_000;
