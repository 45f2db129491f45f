import type { Threshold, Unit } from './model.ts';

/** No row may: what `required`, `unique` and the options of a type demand. */
export const NONE: Threshold = { operator: 'mustBe', value: 0 };

/**
 * Whether a value meets a threshold. The ends of a range belong to it, as in datacontract-cli; the standard's text says both that and the contrary.
 * NaN meets none.
 */
export function meets(value: number, threshold: Threshold): boolean {
  if (Number.isNaN(value)) return false;
  switch (threshold.operator) {
    case 'mustBe':
      return value === threshold.value;
    case 'mustNotBe':
      return value !== threshold.value;
    case 'mustBeGreaterThan':
      return value > threshold.value;
    case 'mustBeGreaterOrEqualTo':
      return value >= threshold.value;
    case 'mustBeLessThan':
      return value < threshold.value;
    case 'mustBeLessOrEqualTo':
      return value <= threshold.value;
    case 'mustBeBetween':
      return threshold.low <= value && value <= threshold.high;
    case 'mustNotBeBetween':
      return value < threshold.low || value > threshold.high;
  }
}

/** A threshold in words: `less than 30 percent`. */
export function showThreshold(threshold: Threshold, unit: Unit | undefined = undefined): string {
  const suffix = unit === 'percent' ? ' %' : '';
  const show = (value: number): string => `${value}${suffix}`;
  switch (threshold.operator) {
    case 'mustBe':
      return show(threshold.value);
    case 'mustNotBe':
      return `not ${show(threshold.value)}`;
    case 'mustBeGreaterThan':
      return `more than ${show(threshold.value)}`;
    case 'mustBeGreaterOrEqualTo':
      return `at least ${show(threshold.value)}`;
    case 'mustBeLessThan':
      return `less than ${show(threshold.value)}`;
    case 'mustBeLessOrEqualTo':
      return `at most ${show(threshold.value)}`;
    case 'mustBeBetween':
      return `${threshold.low} to ${show(threshold.high)}`;
    case 'mustNotBeBetween':
      return `not ${threshold.low} to ${show(threshold.high)}`;
  }
}

/** Whether a demand on the number of rows says itself that there may be none: it names a least number, and that is 0. */
export const allowsNoRows = (threshold: Threshold): boolean =>
  ['mustBe', 'mustBeGreaterThan', 'mustBeGreaterOrEqualTo', 'mustBeBetween'].includes(threshold.operator) &&
  meets(0, threshold);

/** `failed` of `rows` in percent. A share that is not nothing never rounds to 0, nor one that is not all to 100. */
export function percent(failed: number, rows: number): number {
  // Twelve digits: 7 of 100 is 7, not 7.000000000000001.
  return Number(((failed / rows) * 100).toPrecision(12));
}
