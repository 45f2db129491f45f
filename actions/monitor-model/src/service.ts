import { readFile, stat } from 'node:fs/promises';
import { messageOf, UserError } from '@mlops-actions/action-kit';
import type { MonitorWindow, ServiceWindow } from '@mlops-actions/monitoring';
import { instantOf } from './window.ts';

const SIZE_LIMIT = 16 * 1024 * 1024;

/**
 * Reads what a service did in a window from a file: JSON (an object or a list of them), NDJSON or CSV with a header, each row with `requests`, `errors`,
 * `p50`, `p95`, ... (milliseconds; any quantile as `p` and percent) and, unless there is only one, `from`, the start of its window.
 *
 * Rows that begin within the window are put together: requests and errors are added up, of latencies the largest counts, since quantiles cannot be added.
 *
 * @returns undefined if no row is of the window
 * @throws UserError
 */
export async function readServiceFile(file: string, window: MonitorWindow): Promise<ServiceWindow | undefined> {
  const rows = parse(await readLimited(file), file).map((row, index) => serviceRow(row, `'${file}', row ${index + 1}`));
  const [from, to] = [Date.parse(window.from), Date.parse(window.to)];
  if (rows.length > 1 && rows.some((row) => row.from === undefined)) {
    throw new UserError(`'${file}' has several rows, of which not all say by 'from' when they begin.`);
  }
  const mine = rows.filter((row) => row.from === undefined || (row.from >= from && row.from < to));
  if (mine.length === 0) return undefined;
  const latencies = new Map<number, number>();
  for (const { latencies: of } of mine) {
    for (const [quantile, milliseconds] of of) {
      latencies.set(quantile, Math.max(latencies.get(quantile) ?? 0, milliseconds));
    }
  }
  return {
    from: window.from,
    requests: mine.reduce((sum, { requests }) => sum + requests, 0),
    errors: mine.reduce((sum, { errors }) => sum + errors, 0),
    latencies: [...latencies].sort(([a], [b]) => a - b).map(([quantile, milliseconds]) => ({ quantile, milliseconds })),
  };
}

async function readLimited(file: string): Promise<string> {
  try {
    if ((await stat(file)).size > SIZE_LIMIT) throw new UserError(`'${file}' is larger than 16 MiB.`);
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError(`The service metrics '${file}' cannot be read: ${messageOf(cause)}.`, { cause });
  }
}

type Row = ReadonlyMap<string, unknown>;

function parse(text: string, file: string): Row[] {
  const start = text.trimStart();
  try {
    if (start.startsWith('[') || start.startsWith('{')) {
      const values = /^\{[^\n]*\}\s*\n\s*\{/.test(start)
        ? start
            .split('\n')
            .filter((line) => line.trim() !== '')
            .map((line) => JSON.parse(line) as unknown)
        : [JSON.parse(start) as unknown].flat();
      return values.map((value) => new Map(Object.entries(value as object)));
    }
  } catch (cause) {
    throw new UserError(`'${file}' is not valid JSON: ${messageOf(cause)}.`, { cause });
  }
  const [header = '', ...lines] = start.split(/\r?\n/).filter((line) => line.trim() !== '');
  const names = header.split(',').map((name) => name.trim());
  return lines.map((line, index) => {
    const cells = line.split(',');
    if (cells.length !== names.length) {
      throw new UserError(`'${file}', line ${index + 2}: it has ${cells.length} cells, the header ${names.length}.`);
    }
    return new Map(names.map((name, column) => [name, cells[column]!.trim()]));
  });
}

function serviceRow(
  row: Row,
  place: string,
): { from: number | undefined; requests: number; errors: number; latencies: Map<number, number> } {
  const whole = (name: string): number => {
    const value = Number(row.get(name) ?? NaN);
    if (Number.isSafeInteger(value) && value >= 0 && row.get(name) !== '') return value;
    throw new UserError(`${place}: '${name}' must be a whole number.`);
  };
  const given = row.get('from');
  const from = given === undefined || given === '' ? undefined : instantOf(given as string);
  if (given !== undefined && given !== '' && from === undefined)
    throw new UserError(`${place}: 'from' must be a time.`);
  const latencies = new Map<number, number>();
  for (const [name, value] of row) {
    const percent = /^p(\d{1,2}(?:\.\d+)?)$/.exec(name)?.[1];
    if (percent === undefined || value === '' || value === null) continue;
    const milliseconds = Number(value);
    if (!(milliseconds >= 0 && milliseconds < Infinity))
      throw new UserError(`${place}: '${name}' must be milliseconds.`);
    latencies.set(Number((Number(percent) / 100).toPrecision(12)), milliseconds);
  }
  return { from, requests: whole('requests'), errors: whole('errors'), latencies };
}
