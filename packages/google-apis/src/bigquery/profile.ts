import type { Profile, ProfileRequest } from '@mlops-actions/tabular';
import { compileCounts, countsFromRows, profileBySql } from '@mlops-actions/tabular/sql';
import type { GoogleClient } from '../client.ts';
import { toCountRow } from './count.ts';
import { openDesk, type BigQueryOptions, type Bill } from './desk.ts';

/**
 * The reference profile of a table, without fetching its rows. It runs two statements, which may together bill as much as allowed.
 *
 * @throws UserError if it would bill more than allowed, or the table is empty
 */
export async function profileInBigQuery(
  client: GoogleClient,
  table: string,
  request: ProfileRequest,
  options: BigQueryOptions,
): Promise<{ profile: Profile } & Bill> {
  const desk = await openDesk(client, table, options);
  const profile = await profileBySql(
    desk.table,
    request,
    async (statement) => (await desk.run(`survey ${table}`, statement)).rows,
    async (definition) => {
      const { rows } = await desk.run(`count ${table}`, compileCounts(definition, desk.table, 'bigquery'));
      return countsFromRows(definition, rows.map(toCountRow));
    },
  );
  return { profile, ...desk.bill };
}
