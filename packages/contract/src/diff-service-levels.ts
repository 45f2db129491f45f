import type { Add } from './change.ts';
import { parseSpan } from './instants.ts';
import type { Contract, ServiceLevel } from './model.ts';

/** Canonical names of service levels, by any name the standard allows. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['ly', 'latency'],
  ['freshness', 'latency'],
  ['re', 'retention'],
  ['fy', 'frequency'],
  ['av', 'availability'],
  ['th', 'throughput'],
  ['er', 'errorrate'],
  ['ga', 'generalavailability'],
  ['es', 'endofsupport'],
  ['el', 'endoflife'],
  ['td', 'timetodetect'],
  ['tn', 'timetonotify'],
  ['tr', 'timetorepair'],
]);

const nameOf = ({ property }: ServiceLevel): string => NAMES.get(property.toLowerCase()) ?? property.toLowerCase();

/** Whether more is worse (1) or better (-1) to those who read the data. */
const WORSE: ReadonlyMap<string, 1 | -1> = new Map([
  ['latency', 1],
  ['frequency', 1],
  ['timetodetect', 1],
  ['timetonotify', 1],
  ['timetorepair', 1],
  ['errorrate', 1],
  // Data are kept for at least so long, and the product lives for so long.
  ['retention', -1],
  ['availability', -1],
  ['throughput', -1],
  ['endofsupport', -1],
  ['endoflife', -1],
]);

const keyOf = (level: ServiceLevel): string => JSON.stringify([nameOf(level), [...level.elements].sort()]);

export function diffServiceLevels(before: Contract, after: Contract, add: Add): void {
  const left = [...after.serviceLevels];
  for (const level of before.serviceLevels) {
    const at = left.findIndex((other) => keyOf(other) === keyOf(level));
    const next = at < 0 ? undefined : left.splice(at, 1)[0];
    const subject = level.elements.join(', ');
    if (next === undefined) {
      add('breaking', subject, `has no service level ${level.property} now`, level.place);
      continue;
    }
    if (sizeOf(level) === sizeOf(next)) continue;
    const what = `has ${next.property} ${show(next)}, which was ${show(level)}`;
    const order = Math.sign(Number(sizeOf(next)) - Number(sizeOf(level)));
    const worse = WORSE.get(nameOf(level));
    // What cannot be ordered may have become worse.
    add(
      worse === undefined || Number.isNaN(order) || order === worse ? 'breaking' : 'compatible',
      subject,
      what,
      next.place,
    );
  }
  for (const level of left) {
    add('compatible', level.elements.join(', '), `has a service level ${level.property} now`, level.place);
  }
}

const show = ({ value, unit }: ServiceLevel): string => `${String(value)}${unit === undefined ? '' : ` ${unit}`}`;

/** Milliseconds, a date as milliseconds, a bare number, or the text as it is. */
function sizeOf(level: ServiceLevel): number | string {
  const { value, unit } = level;
  if (unit !== undefined || (typeof value === 'string' && value.startsWith('P'))) {
    const span = parseSpan(value, unit, nameOf(level) === 'retention' ? 'months' : 'minutes');
    if (span !== undefined) return span;
  }
  if (typeof value === 'number') return value;
  const date = Date.parse(String(value));
  return Number.isNaN(date) ? `${String(value)} ${unit ?? ''}` : date;
}
