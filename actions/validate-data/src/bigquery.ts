import { formatBytes, log, messageOf, UserError } from '@mlops-actions/action-kit';
import { fillQuery } from '@mlops-actions/contract';
import {
  countInBigQuery,
  createGoogleClient,
  describeTable,
  profileInBigQuery,
  queryScalar,
  type BigQueryOptions,
  type GoogleClient,
} from '@mlops-actions/google-apis';
import { assertReadOnly, describeFilter, parseBigQueryTable, tableName } from '@mlops-actions/tabular/sql';
import type { DataAccess } from './access.ts';
import type { DataTask } from './data-task.ts';
import type { Task } from './task.ts';

/** Opens a table or view in BigQuery, where one statement counts all. */
export async function openTable(
  { table, jobProject, maximumBytesBilled, filter }: DataTask & { engine: 'bigquery' },
  task: Task,
  client: GoogleClient = createGoogleClient(),
): Promise<DataAccess> {
  const reference = parseBigQueryTable(table, jobProject);
  const name = tableName(reference);
  const described = await describeTable(client, reference);
  const options: BigQueryOptions = {
    maximumBytesBilled,
    ...(jobProject !== undefined && { jobProject }),
    filter,
    labels: { 'managed-by': 'mlops-actions', action: 'validate-data' },
    onEstimate: ({ bytes, dollars }) =>
      log.info(`BigQuery will read at most ${formatBytes(bytes)}, about $${dollars.toFixed(4)} on demand.`),
  };
  const project = jobProject ?? reference.project;
  return {
    description: filter === undefined ? name : `${name}, ${describeFilter(filter)}`,
    // Lists and records are there, yet hold nothing that is counted.
    columns: described.columns.map((column) => ({
      name: column.name,
      type: column.type,
      countable: column.kind !== 'other',
    })),
    subject: undefined,
    async count(definition) {
      const { counts, bytesBilled, dollars, job } = await countInBigQuery(client, name, definition, options);
      log.info(`BigQuery billed ${formatBytes(bytesBilled)}, about $${dollars.toFixed(4)} (job ${job}).`);
      return { counts, evidence: new Map(), cost: { bytesBilled, dollars, job } };
    },
    quarantine: undefined,
    profile: async () => (await profileInBigQuery(client, name, {}, options)).profile,
    query: task.allowSql
      ? async (written, column) => {
          const filled = fillQuery(written, {
            table: quoted(name),
            column: column === undefined ? undefined : quoted(column),
            dataset: quoted(reference.dataset),
            project: quoted(reference.project),
          });
          if ('unknown' in filled) return { error: `its placeholder ${filled.unknown} stands for nothing here` };
          try {
            assertReadOnly(filled.sql);
          } catch (error) {
            return { refused: messageOf(error) };
          }
          try {
            const { value } = await queryScalar(client, {
              project,
              location: described.location,
              sql: filled.sql,
              labels: { 'managed-by': 'mlops-actions', action: 'validate-data' },
              maximumBytesBilled,
              datasets: [`${reference.project}.${reference.dataset}`],
            });
            return { value };
          } catch (error) {
            if (error instanceof UserError) return { error: error.message };
            throw error;
          }
        }
      : undefined,
    close: () => Promise.resolve(),
  };
}

/** A name in backticks, within which only the backtick and the backslash have a meaning. */
const quoted = (name: string): string => `\`${name.replaceAll(/[\\`]/g, (character) => `\\${character}`)}\``;
