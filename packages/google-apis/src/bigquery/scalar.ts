import { UserError } from '@mlops-actions/action-kit';
import { assertReadOnly } from '@mlops-actions/tabular/sql';
import type { GoogleClient } from '../client.ts';
import { dryRun, runQuery } from './jobs.ts';
import type { BoundedQuery } from './query.ts';

/** A SELECT of somebody who is not trusted with more than reading some datasets. */
export interface ScalarQuery extends Omit<BoundedQuery, 'what' | 'parameters'> {
  /** `project.dataset` of all that it may read. */
  datasets: readonly string[];
}

/**
 * Runs one SELECT, such as that of a contract's `sql` rule, and gives its only value as text; null if that is NULL.
 *
 * What may run is decided three times: by the statement's own tokens, by BigQuery's word for it in a dry run, and by what it would read: nothing
 * outside the datasets, no functions of a project's own (which may call out), not more than the bound.
 *
 * @throws UserError if it is refused or fails, or if it gives anything but one value
 */
export async function queryScalar(
  client: GoogleClient,
  { datasets, ...bounded }: ScalarQuery,
): Promise<{ value: string | null; bytesBilled: number; job: string }> {
  assertReadOnly(bounded.sql);
  const query: BoundedQuery = { ...bounded, what: 'run the SQL of a rule' };
  const plan = await dryRun(client, query);
  if (plan.statementType !== 'SELECT') {
    throw new UserError(`BigQuery says that the SQL of a rule is ${plan.statementType}, not SELECT.`, {
      fix: 'Write one SELECT that gives one value.',
    });
  }
  const foreign = plan.tables.find((table) => !datasets.some((dataset) => table.startsWith(`${dataset}.`)));
  if (foreign !== undefined) {
    throw new UserError(`The SQL of a rule reads '${foreign}', which is outside ${datasets.join(', ')}.`, {
      fix: 'Let rules read only what their contract is about.',
    });
  }
  if (plan.routines.length > 0) {
    throw new UserError(`The SQL of a rule calls the function '${plan.routines[0]!}'.`, {
      fix: "Write it with GoogleSQL's own functions: a project's functions may call out.",
    });
  }
  const { rows, columns, bytesBilled, job } = await runQuery(client, query);
  if (rows.length !== 1 || columns.length !== 1) {
    throw new UserError(
      `The SQL of a rule gave ${rows.length} rows of ${columns.length} columns, and must give one value.`,
    );
  }
  return { value: rows[0]!.get(columns[0]!.name) ?? null, bytesBilled, job };
}
