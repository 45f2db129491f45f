import { parseDuration, UserError } from '@mlops-actions/action-kit';
import type { MonitorWindow } from '@mlops-actions/monitoring';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * The time that a run looks at, half open, in UTC:
 *
 * - `2026-10`, `2026-10-05`, `2026-W41` (ISO 8601: Monday to Sunday), `2026-10-05T13` (an hour);
 * - `2026-10-01/2026-10-08`, from a date or instant to before another;
 * - `last-hour`, `last-day`, `last-week`, `last-month`: the last whole one before `asOf`;
 * - a duration such as `7d`: so long before the last full day (of durations under a day: hour) before `asOf`, so that a run that starts late looks at
 *   the same time.
 *
 * @param asOf milliseconds since the epoch
 * @throws UserError for anything else, and for a window that ends before it starts
 */
export function parseWindow(text: string, asOf: number): MonitorWindow {
  const window = named(text, asOf) ?? between(text) ?? calendar(text) ?? back(text, asOf);
  if (window === undefined) {
    throw new UserError(`'${text}' is not a window.`, {
      fix: 'Write 2026-10, 2026-10-05, 2026-W41, 2026-10-01/2026-10-08, last-day, last-week, last-month or a duration such as 7d.',
    });
  }
  const [from, to] = window;
  if (!(from < to)) throw new UserError(`The window '${text}' does not end after it starts.`);
  return { from: iso(from), to: iso(to) };
}

const iso = (time: number): string => new Date(time).toISOString();

type Range = [from: number, to: number] | undefined;

function named(text: string, asOf: number): Range {
  const day = Math.floor(asOf / DAY) * DAY;
  const date = new Date(asOf);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  // 1970-01-01 was a Thursday.
  const monday = day - ((new Date(day).getUTCDay() + 6) % 7) * DAY;
  switch (text) {
    case 'last-hour': {
      const hour = Math.floor(asOf / HOUR) * HOUR;
      return [hour - HOUR, hour];
    }
    case 'last-day':
      return [day - DAY, day];
    case 'last-week':
      return [monday - 7 * DAY, monday];
    case 'last-month':
      return [Date.UTC(year, month - 1), Date.UTC(year, month)];
    default:
      return undefined;
  }
}

function between(text: string): Range {
  const [from, to, more] = text.split('/');
  if (to === undefined || more !== undefined) return undefined;
  const [start, end] = [instantOf(from!), instantOf(to)];
  return start === undefined || end === undefined ? undefined : [start, end];
}

function calendar(text: string): Range {
  const [, year, month, day, hour] = /^(\d{4})-(\d{2})(?:-(\d{2})(?:T(\d{2}))?)?$/.exec(text) ?? [];
  if (year !== undefined) {
    const [y, m, d, h] = [Number(year), Number(month) - 1, Number(day ?? 1), Number(hour ?? 0)];
    const from = Date.UTC(y, m, d, h);
    // A month 13 or a 31 February would silently be another day.
    if (!iso(from).startsWith(text)) return undefined;
    if (hour !== undefined) return [from, from + HOUR];
    return day === undefined ? [from, Date.UTC(y, m + 1)] : [from, from + DAY];
  }
  const [, weekYear, week] = /^(\d{4})-W(\d{2})$/.exec(text) ?? [];
  if (weekYear === undefined) return undefined;
  // The first week is the one with 4 January in it.
  const fourth = Date.UTC(Number(weekYear), 0, 4);
  const first = fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * DAY;
  const from = first + (Number(week) - 1) * 7 * DAY;
  const thursday = new Date(from + 3 * DAY);
  return Number(week) >= 1 && thursday.getUTCFullYear() === Number(weekYear) ? [from, from + 7 * DAY] : undefined;
}

function back(text: string, asOf: number): Range {
  const length = /[a-z]$/.test(text) ? parseDuration(text) : undefined;
  if (length === undefined || length < HOUR) return undefined;
  const unit = length % DAY === 0 ? DAY : HOUR;
  const end = Math.floor(asOf / unit) * unit;
  return [end - length, end];
}

/**
 * A cell as a point in time, in milliseconds since the epoch: ISO 8601, of which a date is its midnight and a time without a zone is in UTC; or a number
 * of milliseconds. Undefined if it is neither.
 */
export function instantOf(cell: string | number | boolean | null): number | undefined {
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : undefined;
  if (typeof cell !== 'string') return undefined;
  const text = cell.trim();
  const [, date, time, zone] =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?) ?(Z|UTC|[+-]\d{2}:?\d{2})?)?$/i.exec(text) ?? [];
  if (date === undefined) return undefined;
  const offset = zone === undefined || /^(z|utc)$/i.test(zone) ? 'Z' : zone.replace(/(\d{2}):?(\d{2})$/, '$1:$2');
  const parsed = Date.parse(time === undefined ? `${date}T00:00Z` : `${date}T${time}${offset}`);
  return Number.isNaN(parsed) || !isDay(date) ? undefined : parsed;
}

const isDay = (date: string): boolean => {
  const parsed = Date.parse(`${date}T00:00Z`);
  return !Number.isNaN(parsed) && iso(parsed).startsWith(date);
};

/** A window as people write it: `2026-10`, `2026-10-05`, or from and to. */
export function windowName({ from, to }: MonitorWindow): string {
  for (const text of [from.slice(0, 7), from.slice(0, 10)]) {
    const range = calendar(text);
    if (range !== undefined && iso(range[0]) === from && iso(range[1]) === to) return text;
  }
  const short = (time: string): string => time.replace('T00:00:00.000Z', '').replace(':00.000Z', 'Z');
  return `${short(from)}/${short(to)}`;
}
