import { compileRowCount, compileSelect, type Selection } from '@mlops-actions/tabular/sql';
import type { GoogleClient } from '../client.ts';
import { openDesk, type BigQueryOptions, type Bill } from './desk.ts';

/** Which rows to read of a table, at most about how many. */
export interface RowsRequest extends Omit<Selection, 'sample'> {
  /** Rows that are read; of more, a sample by the hash of `sampleBy` is, or without that it is an error. */
  mostRows: number;
  /** Column by whose values a sample is taken, such as a key. */
  sampleBy?: string | undefined;
}

/** A sample is as large as wished only on average. */
const LEEWAY = 1.5;

/**
 * Reads rows of a table where counts are not enough, within bounds of rows and of what is billed; as texts, see {@link Selection}.
 *
 * @param take is given the rows page by page, as lists in the order of the columns
 * @returns the rows that there are, and the share of them that was read
 * @throws UserError if it would bill more than allowed, or there are too many rows to be read without a sample
 */
export async function readRowsInBigQuery(
  client: GoogleClient,
  table: string,
  { mostRows, sampleBy, ...selection }: RowsRequest,
  options: BigQueryOptions,
  take: (rows: (string | null)[][]) => void | Promise<void>,
): Promise<{ rows: number; share: number } & Bill> {
  const desk = await openDesk(client, table, options);
  const counted = await desk.run(`count the rows of ${table}`, compileRowCount(desk.table, selection.where));
  const rows = Number(counted.rows[0]?.get('n') ?? 0);
  const share = sampleBy === undefined || rows <= mostRows ? 1 : mostRows / rows;
  const sample = sampleBy === undefined ? undefined : { by: sampleBy, share };
  const names = selection.columns.map((_, index) => `c${index}`);
  await desk.stream(
    `read rows of ${table}`,
    compileSelect(desk.table, { ...selection, sample }),
    share < 1 ? Math.ceil(mostRows * LEEWAY) : mostRows,
    (page) => take(page.map((row) => names.map((name) => row.get(name) ?? null))),
  );
  return { rows, share, ...desk.bill };
}
