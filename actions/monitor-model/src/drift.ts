import { log, UserError } from '@mlops-actions/action-kit';
import { defaultRules, driftChecks, judgeDrift, ruleOf, type DriftFinding, type DriftRule } from '@mlops-actions/drift';
import type { CompletePolicy } from '@mlops-actions/monitoring';
import {
  definitionOf,
  profileTable,
  type Counts,
  type Definition,
  type Profile,
  type Source,
} from '@mlops-actions/tabular';
import type { Task } from './task.ts';

/** A reference with the rules that are judged by it. */
export interface Reference {
  profile: Profile;
  rules: DriftRule[];
}

const DISTRIBUTIONS = [
  'psi',
  'js-divergence-bits',
  'l-infinity',
  'ks',
  'wasserstein-per-std',
  'hellinger',
  'total-variation',
];

/**
 * What is asked of the inputs: of the columns that the model reads, or of all but key, label, time and what is ignored.
 *
 * @throws UserError for a rule about a column that is unknown or ignored
 */
export function inputReference(profile: Profile, { modelInputs, columns, policy }: Task): Reference {
  const ignored = new Set([...(policy.drift.ignore ?? []), columns.key, columns.label, columns.score]);
  if (columns.time !== undefined) ignored.add(columns.time);
  const read = modelInputs === undefined ? undefined : new Set(modelInputs);
  const named = new Set((policy.drift.rules ?? []).map(({ column }) => column));
  const kept = profile.columns.filter(
    ({ name }) => !ignored.has(name) && (read === undefined || read.has(name) || named.has(name)),
  );
  const unread =
    modelInputs?.filter((name) => !ignored.has(name) && !kept.some((column) => column.name === name)) ?? [];
  if (unread.length > 0) {
    log.warning(
      `The reference profile has no column ${unread.map((name) => `'${name}'`).join(', ')}: drift of it is not seen.`,
    );
  }
  if (kept.length === 0) {
    throw new UserError('The reference profile has none of the columns that the model reads.', {
      fix: 'Build the profile from the features that the model was trained on.',
    });
  }
  const own = { ...profile, columns: kept };
  return {
    profile: own,
    rules: rulesOf(
      own,
      policy.drift,
      (policy.drift.rules ?? []).filter(({ column }) => column !== columns.score),
    ),
  };
}

/**
 * What is asked of the scores: the profile's own column of them, or else the predictions that the model was accepted on.
 *
 * @returns undefined if neither is there
 */
export async function scoreReference(
  profile: Profile | undefined,
  accepted: { source: Source; column: string } | undefined,
  { columns, policy }: Task,
): Promise<Reference | undefined> {
  const own = profile?.columns.find(({ name }) => name === columns.score);
  let scores: Profile | undefined;
  if (profile !== undefined && own !== undefined) scores = { ...profile, columns: [own] };
  else if (accepted !== undefined) {
    const built = await profileTable(accepted.source, { columns: [{ name: accepted.column, kind: 'numeric' }] });
    scores = { ...built, columns: built.columns.map((column) => ({ ...column, name: columns.score })) };
  }
  if (scores === undefined) return undefined;
  const given = (policy.drift.rules ?? []).filter(({ column }) => column === columns.score);
  return { profile: scores, rules: rulesOf(scores, policy.drift, given) };
}

/** The default rules with another measure where one is wished for, and the given ones in place of those of the same column and metric. */
function rulesOf(profile: Profile, drift: CompletePolicy['drift'], given: readonly DriftRule[]): DriftRule[] {
  const rules = defaultRules(profile).map((rule) => {
    if (!DISTRIBUTIONS.includes(rule.metric)) return rule;
    const chosen = fits(drift.metric, profile, rule.column) ? ruleOf(rule.column, drift.metric!) : rule;
    return drift.threshold === undefined || (drift.metric !== undefined && chosen === rule)
      ? chosen
      : { ...chosen, threshold: drift.threshold };
  });
  const signal = ({ column, metric }: DriftRule): string => `${metric} ${column}`;
  const byRule = new Map([...rules, ...given].map((rule) => [signal(rule), rule]));
  const minimumRows = drift['minimum-rows'];
  return [...byRule.values()].map((rule) => ({ ...(minimumRows !== undefined && { minimumRows }), ...rule }));
}

/** Measures of order say nothing of categories. */
function fits(metric: DriftRule['metric'] | undefined, profile: Profile, name: string): boolean {
  if (metric === undefined) return false;
  const isOrdered = profile.columns.find((column) => column.name === name)?.kind !== 'categorical';
  return isOrdered || (metric !== 'ks' && metric !== 'wasserstein-per-std');
}

/** What must be counted for some references, of the columns that are there. */
export function definitionFor(references: readonly Reference[], present: readonly string[]): Definition {
  const there = new Set(present);
  const parts = references.map(({ profile, rules }) => ({
    columns: definitionOf(profile).columns,
    checks: driftChecks(profile, rules),
  }));
  return {
    columns: parts.flatMap(({ columns }) => columns).filter(({ name }) => there.has(name)),
    checks: parts.flatMap(({ checks }) => checks).filter((check) => !('column' in check) || there.has(check.column)),
  };
}

export function judgeReference(
  { profile, rules }: Reference,
  counts: Counts,
  { drift }: CompletePolicy,
): DriftFinding[] {
  return judgeDrift(profile, counts, rules, {
    ...(drift.confidence !== undefined && { confidence: drift.confidence }),
    ...(drift.correction !== undefined && { correction: drift.correction }),
  });
}
