import { UserError } from '@mlops-actions/action-kit';
import type { Gate } from '@mlops-actions/manifest';
import { canonicalLabel } from './labels.ts';

/** One of several numbers that a model predicts: the probability of a class, or the forecast at a level. */
export interface OutputColumn {
  /** The class's label, or the level, as decimal number. */
  name: string;
  column: string;
}

/**
 * The score columns of a policy: classes in the order of their labels, forecasts in that of their levels; none for models that predict one number.
 *
 * @throws UserError if there are none where there must be, or levels are none, or two are the same
 */
export function outputsOf(gate: Pick<Gate, 'task' | 'score-columns'>, file: string): OutputColumn[] {
  const { task = 'binary', 'score-columns': columns } = gate;
  if (task !== 'multiclass' && task !== 'quantile') {
    if (columns === undefined) return [];
    throw new UserError(`'${file}' names score-columns, and ${task} models have one score.`, {
      fix: "Name it by 'score-column', or set the gate's task.",
    });
  }
  const what = task === 'multiclass' ? 'class' : 'level';
  if (columns === undefined) {
    throw new UserError(`'${file}' does not say in which column each ${what} is.`, {
      fix:
        task === 'multiclass'
          ? "Set gate.score-columns, such as {low: p_low, high: p_high}: the column of every class's probability."
          : 'Set gate.score-columns, such as {0.05: q05, 0.95: q95}: the column of every forecast.',
    });
  }
  const outputs = Object.entries(columns).map(([name, column]) => ({ name: canonicalLabel(name), column }));
  const wrong = task === 'quantile' && outputs.find(({ name }) => !(Number(name) > 0 && Number(name) < 1));
  if (wrong) throw new UserError(`'${file}': the level '${wrong.name}' of score-columns must lie between 0 and 1.`);
  for (const key of ['name', 'column'] as const) {
    const values = outputs.map((output) => output[key]);
    const twice = values.find((value, index) => values.indexOf(value) !== index);
    if (twice !== undefined) throw new UserError(`'${file}': score-columns has '${twice}' twice.`);
  }
  return outputs.sort((a, b) => Number(a.name) - Number(b.name) || (a.name < b.name ? -1 : 1));
}
