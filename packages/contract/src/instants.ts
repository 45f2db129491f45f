/** Points in time and lengths of time as contracts write them. */

const INSTANT = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?\s?(Z|[+-]\d\d(?::?\d\d)?)?)?$/;

/** Milliseconds since the epoch of an ISO 8601 date or timestamp. A date is its midnight, and what has no zone is UTC. Undefined if it is none. */
export function parseInstant(text: string): number | undefined {
  const parts = INSTANT.exec(text.trim());
  if (parts === null) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = parts;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  // The 31st of February would become a day of March.
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const milliseconds = Number(fraction.padEnd(3, '0').slice(0, 3));
  const time = ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000 + milliseconds;
  return date.getTime() + time - offset(zone);
}

function offset(zone: string): number {
  if (zone === 'Z') return 0;
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

/** Whether a text is a time of day such as `09:30` or `09:30:00.5`. Those compare as texts. */
export const isTimeOfDay = (text: string): boolean => /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?$/.test(text);

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** As datacontract-cli counts them. */
const MONTH = 30 * DAY;
const YEAR = 365 * DAY;

/**
 * The milliseconds of a service level's value and unit; without a unit they are days, a text may be an ISO 8601 duration. `m` alone means minutes,
 * for a retention months, as in datacontract-cli. Undefined if it is no length of time.
 */
export function parseSpan(
  value: number | string | boolean | undefined,
  unit: string | undefined,
  shortM: 'minutes' | 'months',
): number | undefined {
  if (typeof value === 'string') {
    const iso = parseIsoDuration(value);
    if (iso !== undefined) return iso;
    if (!/^\d+(\.\d+)?$/.test(value.trim())) return undefined;
  }
  const amount = typeof value === 'boolean' || value === undefined ? NaN : Number(value);
  const length = unitLength(unit?.trim().toLowerCase() ?? 'd', shortM);
  return Number.isFinite(amount) && amount >= 0 && length !== undefined ? amount * length : undefined;
}

function unitLength(unit: string, shortM: 'minutes' | 'months'): number | undefined {
  switch (unit) {
    case 's':
    case 'sec':
    case 'second':
    case 'seconds':
      return SECOND;
    case 'min':
    case 'minute':
    case 'minutes':
      return MINUTE;
    case 'h':
    case 'hr':
    case 'hour':
    case 'hours':
      return HOUR;
    case 'd':
    case 'day':
    case 'days':
      return DAY;
    case 'w':
    case 'week':
    case 'weeks':
      return 7 * DAY;
    case 'm':
      return shortM === 'minutes' ? MINUTE : MONTH;
    case 'mo':
    case 'month':
    case 'months':
      return MONTH;
    case 'y':
    case 'yr':
    case 'year':
    case 'years':
      return YEAR;
    default:
      return undefined;
  }
}

const ISO_DURATION =
  /^P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/i;

function parseIsoDuration(text: string): number | undefined {
  const parts = ISO_DURATION.exec(text.trim());
  if (parts === null) return undefined;
  const lengths = [YEAR, MONTH, 7 * DAY, DAY, HOUR, MINUTE, SECOND];
  return lengths.reduce((total, length, index) => total + Number(parts[index + 1] ?? 0) * length, 0);
}

/** A length of time for people: `3 d 4 h`, at most two units. */
export function showSpan(milliseconds: number): string {
  const units: [number, string][] = [
    [DAY, 'd'],
    [HOUR, 'h'],
    [MINUTE, 'min'],
    [SECOND, 's'],
  ];
  let rest = Math.round(Math.abs(milliseconds) / SECOND) * SECOND;
  const shown: string[] = [];
  for (const [length, name] of units) {
    const amount = Math.floor(rest / length);
    rest -= amount * length;
    if (amount > 0 && shown.length < 2) shown.push(`${amount} ${name}`);
    else if (shown.length > 0) break;
  }
  return `${milliseconds < 0 ? '-' : ''}${shown.length === 0 ? '0 s' : shown.join(' ')}`;
}
