import { randomBytes } from 'node:crypto';
import { UserError } from '@mlops-actions/action-kit';
import type { Counted, CountOptions, TableCounts } from './counted.ts';
import type { Definition } from './definition.ts';
import { createExecutor } from './executor.ts';
import { writeQuarantine } from './quarantine.ts';
import type { CountRequest } from './request.ts';
import type { Source } from './source.ts';
import { countableColumns, splitSource } from './split.ts';
import { TableCounter } from './table-counter.ts';

const EVIDENCE_PER_CHECK = 20;

/**
 * Counts a table by a definition.
 *
 * @throws UserError naming file and row: no data, a column missing, files that are broken, a check that cannot be made
 */
export async function countTable(source: Source, definition: Definition, options: CountOptions = {}): Promise<Counted> {
  const request: CountRequest = {
    ...definition,
    evidencePerCheck: options.evidencePerCheck ?? EVIDENCE_PER_CHECK,
    key: options.key ?? [],
    salt: randomBytes(16).toString('hex'),
  };
  const { counts, evidence, quarantined } = await countParts(source, request, options);
  return { counts, evidence, quarantined };
}

export async function countParts(source: Source, request: CountRequest, options: CountOptions): Promise<TableCounts> {
  assertSound(request);
  options.signal?.throwIfAborted();
  const files = await splitSource(source);
  const parts = files.flat();
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const executor = createExecutor(request, {
    wanted: options.workers,
    parts: parts.length,
    bytes,
    signal: options.signal,
  });
  const table = new TableCounter(source, files, request, executor, options);
  try {
    const counted = await table.count();
    if (options.quarantine === undefined) return counted;
    const columns = await countableColumns(source);
    const once = columns.filter((name) => columns.indexOf(name) === columns.lastIndexOf(name));
    return { ...counted, quarantined: await writeQuarantine(options.quarantine, table.parts, once, request) };
  } finally {
    await executor.close();
    await table.close();
  }
}

function assertSound({ columns, checks }: Definition): void {
  const names = columns.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new RangeError(`The definition has the column '${twice}' twice.`);
  const ids = checks.map(({ id }) => id);
  const double = ids.find((id, index) => ids.indexOf(id) !== index);
  if (double !== undefined) throw new RangeError(`The definition has the check '${double}' twice.`);
  for (const check of checks) {
    if (check.test === 'unique' && check.columns.length === 0) {
      throw new UserError(`The check '${check.id}' names no column.`);
    }
  }
}
