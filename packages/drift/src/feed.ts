import type { Verdict } from '@mlops-actions/action-kit';
import { robustBaseline, type Season } from './baseline.ts';

/** How many rows a window brought. */
export interface WindowVolume {
  /** Start and end of the window, ISO 8601 in UTC. */
  from: string;
  to: string;
  rows: number;
}

export interface VolumeOptions {
  /** Less than 1 - `threshold` times what is usual, or more than 1 / (1 - `threshold`) times, is an anomaly: 0.5 is half or double. Default 0.5. */
  threshold?: number;
  /** Chance that a usual window is not called an anomaly. Default 0.99. */
  confidence?: number;
  /** With fewer past windows the answer is inconclusive. Default 6. */
  minimumHistory?: number;
  /** Default: the weekday for windows of a day, otherwise none. */
  season?: Season;
}

/** What was found of a feed as a whole. */
export interface FeedFinding {
  metric: 'volume' | 'freshness';
  /** Rows; hours since the newest row. */
  value: number | undefined;
  /** What is usual; undefined without enough history. */
  expected: number | undefined;
  low: number | undefined;
  high: number | undefined;
  verdict: Verdict;
  reason: string;
}

const HOUR = 3600 * 1000;

/**
 * Judges the number of rows of a window against those of past windows, see {@link robustBaseline}. It fails if the volume is off by more than the
 * threshold and farther than usual windows are; off by more, but within what is usual, it is inconclusive.
 */
export function judgeVolume(
  current: WindowVolume,
  history: readonly WindowVolume[],
  { threshold = 0.5, confidence = 0.99, minimumHistory = 6, season = usualSeason(current) }: VolumeOptions = {},
): FeedFinding {
  if (!(threshold > 0 && threshold < 1)) throw new RangeError(`The threshold must be in (0, 1), not ${threshold}.`);
  const start = Date.parse(current.from);
  const past = history.filter(({ from }) => Date.parse(from) < start).map(({ from, rows }) => ({ from, value: rows }));
  const finding = {
    metric: 'volume' as const,
    value: current.rows,
    expected: undefined,
    low: undefined,
    high: undefined,
  };
  if (past.length < Math.max(2, minimumHistory)) {
    return {
      ...finding,
      verdict: 'inconclusive',
      reason: `Whether ${current.rows} rows are usual cannot be judged: ${past.length} of the ${minimumHistory} past windows that it takes are known.`,
    };
  }
  const baseline = robustBaseline(current.from, past, season);
  const [low, high] = baseline.bounds(confidence);
  const usual = `usual are ${Math.round(baseline.expected)}, from ${Math.round(low)} to ${Math.round(high)}`;
  const change = Math.abs(Math.log1p(current.rows) - Math.log1p(baseline.expected));
  const isFar = change > -Math.log(1 - threshold);
  const isUnusual = baseline.pValue(current.rows) < 1 - confidence;
  const judged = { ...finding, expected: baseline.expected, low, high };
  if (!isFar) return { ...judged, verdict: 'pass', reason: `The window has ${current.rows} rows; ${usual}.` };
  if (!isUnusual) {
    return {
      ...judged,
      verdict: 'inconclusive',
      reason: `The window has ${current.rows} rows, far from what is expected, but past windows varied as much; ${usual}.`,
    };
  }
  const way = current.rows < baseline.expected ? 'only ' : 'as many as ';
  return { ...judged, verdict: 'fail', reason: `The window has ${way}${current.rows} rows; ${usual}.` };
}

function usualSeason({ from, to }: WindowVolume): Season {
  const length = Date.parse(to) - Date.parse(from);
  return length > 0 && length <= 25 * HOUR ? 'weekday' : 'none';
}

/**
 * Judges how old the newest row is.
 *
 * @param newest time of the newest row in milliseconds since the epoch; undefined if no row has a time
 * @param asOf time that it is judged at
 */
export function judgeFreshness(newest: number | undefined, asOf: number, maximumAgeHours: number): FeedFinding {
  const finding = { metric: 'freshness' as const, expected: undefined, low: undefined, high: maximumAgeHours };
  if (newest === undefined || !Number.isFinite(newest)) {
    return { ...finding, value: undefined, verdict: 'inconclusive', reason: 'No row has a time to judge its age by.' };
  }
  const hours = (asOf - newest) / HOUR;
  const shown = `The newest row is ${Number(hours.toPrecision(3))} hours old`;
  if (hours < -1) {
    return {
      ...finding,
      value: hours,
      verdict: 'fail',
      reason: 'The newest row lies in the future: a clock or a unit is wrong.',
    };
  }
  return hours > maximumAgeHours
    ? { ...finding, value: hours, verdict: 'fail', reason: `${shown}, more than ${maximumAgeHours}.` }
    : { ...finding, value: hours, verdict: 'pass', reason: `${shown}, within ${maximumAgeHours}.` };
}
