import { closest, UserError } from '@mlops-actions/action-kit';
import type { Check, ColumnProfile, Profile } from '@mlops-actions/tabular';
import { DRIFT_METRICS } from './metrics.ts';
import type { DriftMetric, DriftRule } from './types.ts';

/** A categorical column with more than this share of unlisted values in the reference is free text or an identifier: its distribution says nothing. */
const LARGEST_UNLISTED_SHARE = 0.5;

/**
 * What is asked of every column where nothing else is said: one measure of distribution (PSI, which credit scoring knows), and what breaks in practice.
 * Of times only presence, missing and invalid values: time itself moves on.
 */
export function defaultRules(profile: Profile): DriftRule[] {
  return profile.columns.flatMap((column) => metricsFor(column).map((metric) => ruleOf(column.name, metric)));
}

/** A rule with the default threshold of its metric. */
export const ruleOf = (column: string, metric: DriftMetric): DriftRule => ({
  column,
  metric,
  threshold: DRIFT_METRICS.get(metric)!.threshold,
});

function metricsFor(column: ColumnProfile): DriftMetric[] {
  const metrics: DriftMetric[] = ['presence', 'missing-rate'];
  if (varies(column) && column.kind !== 'timestamp') metrics.push('constant');
  if (column.kind !== 'categorical') {
    metrics.push('invalid-rate');
    if (column.kind === 'numeric' && column.minimum !== undefined) metrics.push('psi', 'out-of-range-rate');
    return metrics;
  }
  const listed = column.categories.reduce((sum, { count }) => sum + count, 0);
  if (listed > 0 && column.other <= LARGEST_UNLISTED_SHARE * (listed + column.other)) {
    metrics.push('psi', 'new-category-rate');
  }
  return metrics;
}

/** Whether a column had more than one value. */
export function varies(column: ColumnProfile): boolean {
  if (column.kind === 'categorical') {
    return column.categories.filter(({ count }) => count > 0).length + (column.other > 0 ? 1 : 0) > 1;
  }
  return column.minimum !== undefined && column.maximum !== undefined && column.minimum < column.maximum;
}

/** The id of the check that counts values of a column outside of the reference. */
export const rangeCheckId = (column: string): string => `out-of-range:${column}`;

/**
 * Checks that a definition needs, beside the columns of the profile, for these rules to be judged: `{ ...definitionOf(profile), checks: driftChecks(...) }`.
 */
export function driftChecks(profile: Profile, rules: readonly DriftRule[]): Check[] {
  const checks: Check[] = [];
  for (const column of profile.columns) {
    if (!rules.some((rule) => rule.column === column.name && rule.metric === 'out-of-range-rate')) continue;
    if (column.kind === 'categorical' || column.minimum === undefined || column.maximum === undefined) continue;
    checks.push({
      id: rangeCheckId(column.name),
      test: 'range',
      column: column.name,
      type: column.kind === 'numeric' ? 'number' : 'timestamp',
      bounds: { minimum: column.minimum, maximum: column.maximum },
      missing: column.missing,
    });
  }
  return checks;
}

/**
 * Refuses rules that cannot be judged with this profile.
 *
 * @throws UserError that names the rule
 */
export function checkRules(profile: Profile, rules: readonly DriftRule[]): void {
  const columns = new Map(profile.columns.map((column) => [column.name, column]));
  for (const { column: name, metric, threshold, minimumRows } of rules) {
    const place = `The drift rule '${metric}' of column '${name}'`;
    const facts = DRIFT_METRICS.get(metric);
    if (facts === undefined) {
      throw new UserError(`The drift rule of column '${name}' has the unknown metric '${metric}'.`, {
        fix: `Use one of ${[...DRIFT_METRICS.keys()].join(', ')}.`,
      });
    }
    const column = columns.get(name);
    if (column === undefined) {
      const near = closest(name, columns.keys());
      throw new UserError(`${place} is about a column that the reference profile does not have.`, {
        fix:
          near === undefined ? 'Name a column of the profile, or build the profile anew.' : `Did you mean '${near}'?`,
      });
    }
    if (!facts.kinds.includes(column.kind)) {
      throw new UserError(`${place} does not fit: the column is ${column.kind}.`, {
        fix: `'${metric}' is for columns that are ${facts.kinds.join(' or ')}.`,
      });
    }
    if (!(threshold >= 0 && threshold < Infinity && threshold < facts.most)) {
      throw new UserError(`${place} has the threshold ${threshold}, which no value could exceed or be held to.`, {
        fix: `Give a number from 0 to below ${facts.most === Infinity ? 'infinity' : facts.most} (${facts.unit}).`,
      });
    }
    if (minimumRows !== undefined && !(Number.isSafeInteger(minimumRows) && minimumRows >= 1)) {
      throw new UserError(`${place} has the minimum of ${minimumRows} rows.`, {
        fix: 'Give a whole number of at least 1.',
      });
    }
  }
}
