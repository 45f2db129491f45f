import { UserError } from '@mlops-actions/action-kit';
import type { Column } from '@mlops-actions/tabular';
import { canonicalLabel } from './labels.ts';
import { numbersOf } from './numbers.ts';
import type { Policy } from './policy.ts';

/** Reads labels batch by batch, and checks them all at the end. */
export interface LabelReader {
  /** NaN where a cell holds no usable label. Valid until the next batch. */
  read(column: Column): Float64Array;
  /** What the labels that were read are to the task. */
  finish(labels: Float64Array, file: string): Float64Array;
}

export function labelReader(policy: Policy): LabelReader {
  return policy.task === 'binary' || policy.task === 'multiclass' ? nameReader(policy) : valueReader(policy);
}

/** More labels than this are no classes, and need not be remembered. */
const NAME_LIMIT = 1000;

function nameReader({ task, classes, positiveLabel }: Policy): LabelReader {
  const names: string[] = [];
  /** Numbers of the labels as they are written, which is not always in one way. */
  const written = new Map<string | boolean, number>();
  const numberOf = (label: string | boolean): number => {
    const known = written.get(label);
    if (known !== undefined) return known;
    if (label === '') return NaN;
    const name = canonicalLabel(label);
    let number = names.indexOf(name);
    if (number < 0 && names.length < NAME_LIMIT) number = names.push(name) - 1;
    if (number < 0) return NAME_LIMIT;
    written.set(label, number);
    return number;
  };
  return {
    read(column) {
      const { rows, cells, dictionary } = column;
      const ids = column.ids();
      // Each text is looked at once in a batch. What is typed as true or false is a text like others to the dictionary.
      const typed = cells.kind === 'values' && (cells.type === 'boolean' || cells.type === 'json');
      const numbers = dictionary.texts.map((text) => (typed ? NaN : numberOf(text)));
      const labels = new Float64Array(rows);
      for (let row = 0; row < rows; row++) {
        const id = ids[row]!;
        const value = typed ? cells.values[row] : undefined;
        labels[row] =
          id < 0 ? NaN : typed ? numberOf(typeof value === 'boolean' ? value : dictionary.texts[id]!) : numbers[id]!;
      }
      return labels;
    },
    finish(labels, file) {
      if (task === 'multiclass') checkClasses(names, classes!, file);
      else checkOutcomes(names, positiveLabel, file);
      const numbers = names.map((name) =>
        task === 'multiclass' ? classes!.indexOf(name) : name === positiveLabel ? 1 : 0,
      );
      return labels.map((label) => numbers[label]!);
    },
  };
}

function checkOutcomes(names: readonly string[], positiveLabel: string, file: string): void {
  if (names.length > 2) {
    const many = names.length === NAME_LIMIT ? `${NAME_LIMIT} or more` : `${names.length}`;
    throw new UserError(`'${file}' has ${many} different labels (${names.slice(0, 5).join(', ')}, ...), not two.`, {
      fix: "If it holds classes or numbers to be predicted, set gate.task to 'multiclass' or 'regression'.",
    });
  }
  if (!names.includes(positiveLabel)) {
    throw new UserError(
      `No row of '${file}' has the positive label '${positiveLabel}'; there are: ${names.join(', ')}.`,
      {
        fix:
          names.length === 2
            ? 'Set gate.positive-label.'
            : 'Without events nothing can be measured: give rows with both outcomes.',
      },
    );
  }
  if (names.length < 2) {
    throw new UserError(`Every row of '${file}' has the label '${positiveLabel}': nothing can be measured.`);
  }
}

function checkClasses(names: readonly string[], classes: readonly string[], file: string): void {
  const strange = names.filter((name) => !classes.includes(name));
  if (strange.length > 0) {
    throw new UserError(
      `'${file}' has labels that are no class of gate.score-columns: ${strange.slice(0, 5).join(', ')}${strange.length > 5 ? ', ...' : ''}.`,
      { fix: `The classes are: ${classes.join(', ')}.` },
    );
  }
  const absent = classes.filter((name) => !names.includes(name));
  if (absent.length > 0) {
    throw new UserError(
      `No row of '${file}' has the class ${absent
        .slice(0, 5)
        .map((name) => `'${name}'`)
        .join(', ')}.`,
      {
        fix: 'How a class is told from others cannot be measured without it: give rows of all classes.',
      },
    );
  }
}

const valueReader = ({ task }: Policy): LabelReader => ({
  read(column) {
    const values = numbersOf(column);
    if (task === 'ranking') values.forEach((value, row) => (values[row] = value < 0 ? NaN : value));
    return values;
  },
  finish(labels, file) {
    if (labels.every((value) => value === labels[0])) throw new UserError(`'${file}' has one label in every row.`);
    return labels;
  },
});
