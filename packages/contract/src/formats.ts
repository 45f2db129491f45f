/** `logicalTypeOptions.format` as patterns (RE2 syntax), anchored at both ends. */

const OCTET = '(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
const IPV4 = `(?:${OCTET}\\.){3}${OCTET}`;
const GROUP = '[0-9A-Fa-f]{1,4}';
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';

/** RFC 4291, 2.2: eight groups, a run of them maybe as `::`, the last two maybe as an IPv4 address. */
const IPV6 = [
  `(?:${GROUP}:){7}${GROUP}`,
  `(?:${GROUP}:){6}${IPV4}`,
  ...Array.from({ length: 8 }, (_, before) => {
    const head = before === 0 ? '' : `${GROUP}(?::${GROUP}){${before - 1}}`;
    const rest = 7 - before;
    const groups = rest === 0 ? '' : `(?:${GROUP}(?::${GROUP}){0,${rest - 1}})?`;
    const tail = rest < 2 ? groups : `(?:${groups}|(?:${GROUP}:){0,${rest - 2}}${IPV4})`;
    return `${head}::${tail}`;
  }),
].join('|');

const STRING_FORMATS: ReadonlyMap<string, string> = new Map([
  ['uuid', '[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}'],
  // Deliberately wide: one @, something before it, a host with a dot behind it, no white space.
  ['email', '[^@\\s]+@[^@\\s.]+(?:\\.[^@\\s.]+)+'],
  ['ipv4', IPV4],
  ['hostname', `${LABEL}(?:\\.${LABEL})*\\.?`],
  ['uri', '[A-Za-z][A-Za-z0-9+.-]*:[^\\s]+'],
]);

/** The pattern of a string format; undefined for one that says nothing checkable (`password`, `binary`) or is not known. */
export function stringFormatPattern(format: string): string | undefined {
  const pattern = format.toLowerCase() === 'ipv6' ? IPV6 : STRING_FORMATS.get(format.toLowerCase());
  return pattern === undefined ? undefined : `^(?:${pattern})$`;
}

const ZONE_OFFSET = '[+-](?:0[0-9]|1[0-8])';

/** What runs of a letter mean in the patterns of java.time.format.DateTimeFormatter, for texts in English. */
function letters(letter: string, length: number): string | undefined {
  switch (letter) {
    case 'y':
    case 'u':
      return length === 4 ? '[0-9]{4}' : length === 2 ? '[0-9]{2}' : undefined;
    case 'M':
    case 'L':
      return [
        '(?:[1-9]|1[0-2])',
        '(?:0[1-9]|1[0-2])',
        `(?:${MONTHS.map((name) => name.slice(0, 3)).join('|')})`,
        `(?:${MONTHS.join('|')})`,
      ][length - 1];
    case 'd':
      return ['(?:[1-9]|[12][0-9]|3[01])', '(?:0[1-9]|[12][0-9]|3[01])'][length - 1];
    case 'H':
      return ['(?:1?[0-9]|2[0-3])', '(?:[01][0-9]|2[0-3])'][length - 1];
    case 'h':
      return ['(?:[1-9]|1[0-2])', '(?:0[1-9]|1[0-2])'][length - 1];
    case 'm':
    case 's':
      return ['[1-5]?[0-9]', '[0-5][0-9]'][length - 1];
    case 'S':
      return `[0-9]{${length}}`;
    case 'a':
      return length === 1 ? '(?:AM|PM)' : undefined;
    case 'X':
      return [
        `(?:Z|${ZONE_OFFSET}(?:[0-5][0-9])?)`,
        `(?:Z|${ZONE_OFFSET}[0-5][0-9])`,
        `(?:Z|${ZONE_OFFSET}:[0-5][0-9])`,
      ][length - 1];
    case 'x':
      return [`${ZONE_OFFSET}(?:[0-5][0-9])?`, `${ZONE_OFFSET}[0-5][0-9]`, `${ZONE_OFFSET}:[0-5][0-9]`][length - 1];
    case 'Z':
      // Strictly +0000; the standard's own examples mean Z and +00:00 by it as well.
      return `(?:Z|${ZONE_OFFSET}:?[0-5][0-9])`;
    // Not a letter of patterns, yet the standard's examples write it without the quotes that Java demands.
    case 'T':
      return length === 1 ? 'T' : undefined;
    default:
      return undefined;
  }
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/**
 * The pattern of texts in a date format after java.time.format.DateTimeFormatter; `YYYY` and `DD`, which the standard itself writes for year and
 * day, are read as that. Undefined if it has a part that is not understood. It judges digits, not the calendar: 31 February fits.
 */
export function dateFormatPattern(format: string): string | undefined {
  if (format.length > 100) return undefined;
  let pattern = '';
  const usual = format.replaceAll('YYYY', 'yyyy').replaceAll('DD', 'dd');
  for (const [token] of usual.matchAll(/'(?:[^']|'')*'|([A-Za-z])\1*|./gsu)) {
    if (/^[A-Za-z]/.test(token)) {
      const part = letters(token[0]!, token.length);
      if (part === undefined) return undefined;
      pattern += part;
    } else if (token.startsWith("'")) {
      pattern += literal(token.length < 2 ? token : token === "''" ? "'" : token.slice(1, -1).replaceAll("''", "'"));
    } else {
      if (/[[\]{}#]/.test(token)) return undefined;
      pattern += literal(token);
    }
  }
  return `^${pattern}$`;
}

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, (character) => `\\${character}`);

/** Whether texts of this format are ISO 8601, so that the engine reads them as points in time. */
export const isIsoFormat = (format: string): boolean =>
  /^(yyyy|uuuu|YYYY)-MM-(dd|DD)(( |T|'T')HH:mm(:ss(\.S{1,9})?)?(Z|X{1,3}|x{1,3}|'Z')?)?$/.test(format);

/** The bounds of Rust's integer types, where a double holds them exactly; of the wider ones only the sign. */
export function integerBounds(format: string): { minimum?: number; maximum?: number } | undefined {
  const parts = /^([iu])(8|16|32|64|128)$/.exec(format);
  if (parts === null) return undefined;
  const bits = Number(parts[2]);
  if (parts[1] === 'u') return { minimum: 0, ...(bits <= 32 && { maximum: 2 ** bits - 1 }) };
  return bits <= 32 ? { minimum: -(2 ** (bits - 1)), maximum: 2 ** (bits - 1) - 1 } : {};
}
