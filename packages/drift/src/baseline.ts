import { quantile, studentTwoSided } from '@mlops-actions/statistics';

/** A quantity in a past window. */
export interface PastValue {
  /** Start of the window, ISO 8601 in UTC. */
  from: string;
  /** At least 0. */
  value: number;
}

/** What windows are compared with: those of the same day of the week, of the same day of the month (its last being one of them), or all. */
export type Season = 'weekday' | 'month-day' | 'none';

/** What is usual, by windows of the past. */
export interface Baseline {
  expected: number;
  /** Robust spread of the logarithm of 1 + value. */
  spread: number;
  windows: number;
  /** How many of them are of the same season. */
  sameSeason: number;
  /** Probability that a window as usual is this far off or farther, either way. */
  pValue(value: number): number;
  /** What a window as usual lies within with this probability. */
  bounds(confidence: number): [low: number, high: number];
}

/** So many windows of the same season stand by themselves; with fewer the expectation leans on all windows. */
const SELF_SUFFICIENT = 4;

/** Makes the median of absolute deviations estimate the standard deviation of a normal (F. Hampel, 1974). */
const MAD_TO_DEVIATION = 1.4826;

/** Nothing is taken to be steadier than this, relatively: a few alike windows are no law. */
const LEAST_SPREAD = 0.05;

/**
 * A robust baseline: medians on a logarithmic scale, since volumes and latencies change by factors; the median of the windows of the same season,
 * shrunk towards that of all windows while there are fewer than four; the spread from the median absolute deviation of all windows from their own expectation, no less
 * than Poisson noise and 5 %. One past outlier, or a third of them, moves it little. Deviations are judged by Student's t, for the spread is itself
 * estimated.
 *
 * @param from start of the window that is to be judged
 * @param history at least two past windows
 */
export function robustBaseline(from: string, history: readonly PastValue[], season: Season): Baseline {
  const logs = history.map(({ value }) => Math.log1p(value));
  const classes = history.map((past) => seasonOf(past.from, season));
  const overall = median(logs);
  const centreOf = (own: string): number => {
    const same = logs.filter((_, index) => classes[index] === own);
    const weight = Math.min(1, same.length / SELF_SUFFICIENT);
    return same.length === 0 ? overall : weight * median(same) + (1 - weight) * overall;
  };
  const centre = centreOf(seasonOf(from, season));
  const expected = Math.expm1(centre);
  const deviations = logs.map((log, index) => Math.abs(log - centreOf(classes[index]!)));
  const spread = Math.hypot(MAD_TO_DEVIATION * median(deviations), LEAST_SPREAD, 1 / Math.sqrt(1 + expected));
  const degrees = history.length - 1;
  return {
    expected,
    spread,
    windows: history.length,
    sameSeason: classes.filter((own) => own === seasonOf(from, season)).length,
    pValue: (value) => studentTwoSided((Math.log1p(value) - centre) / spread, degrees),
    bounds(confidence) {
      const reach = spread * studentReach(confidence, degrees);
      return [Math.max(0, Math.expm1(centre - reach)), Math.expm1(centre + reach)];
    },
  };
}

/** The t that is exceeded, either way, with probability 1 - `confidence`. */
function studentReach(confidence: number, degrees: number): number {
  let [low, high] = [0, 1];
  while (studentTwoSided(high, degrees) > 1 - confidence) high *= 2;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (studentTwoSided(middle, degrees) > 1 - confidence) low = middle;
    else high = middle;
  }
  return high;
}

function seasonOf(from: string, season: Season): string {
  const day = new Date(from);
  switch (season) {
    case 'weekday':
      return String(day.getUTCDay());
    case 'month-day': {
      const next = new Date(day.getTime() + 24 * 3600 * 1000);
      return next.getUTCDate() === 1 ? 'last' : String(day.getUTCDate());
    }
    case 'none':
      return '';
  }
}

const median = (values: number[]): number => quantile(Float64Array.from(values).sort(), 0.5);
