import type { Counts, Definition } from '@mlops-actions/tabular';
import { compileCounts, countsFromRows } from '@mlops-actions/tabular/sql';
import type { GoogleClient } from '../client.ts';
import { openDesk, type BigQueryOptions, type Bill } from './desk.ts';
import type { Row } from './query.ts';

/**
 * Counts a table (`project.dataset.table`) where it is, by one statement.
 *
 * @throws UserError if it would bill more than allowed, before it runs
 */
export async function countInBigQuery(
  client: GoogleClient,
  table: string,
  definition: Definition,
  options: BigQueryOptions,
): Promise<{ counts: Counts; job: string } & Omit<Bill, 'jobs'>> {
  const desk = await openDesk(client, table, options);
  const statement = compileCounts(definition, desk.table, 'bigquery');
  const { rows, job } = await desk.run(`count ${table}`, statement);
  const { bytesEstimated, bytesBilled, dollars } = desk.bill;
  return { counts: countsFromRows(definition, rows.map(toCountRow)), job, bytesEstimated, bytesBilled, dollars };
}

export const toCountRow = (row: Row) => ({
  item: row.get('item'),
  slot: row.get('slot'),
  value: row.get('value'),
  n: row.get('n'),
  least: row.get('least'),
  greatest: row.get('greatest'),
});
