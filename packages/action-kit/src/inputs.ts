import * as core from '@actions/core';
import { closest, UserError } from './errors.ts';

/** Bounds of a numeric input, both inclusive. */
export interface Bounds {
  min?: number;
  max?: number;
}

/**
 * Reads an action's inputs into typed values. An input that is not set or empty is `undefined`, so that the value of
 * model.yaml, and after it a default, can stand in for it. Every complaint names the input.
 */
export interface InputReader {
  /** The text, trimmed. */
  text(name: string): string | undefined;
  /** The text, or an error that says how to set it. */
  required(name: string): string;
  /** `true` or `false`, as YAML 1.2 spells them. */
  flag(name: string): boolean | undefined;
  /** One of a closed set of words. */
  choice<const T extends string>(name: string, choices: readonly T[]): T | undefined;
  /** A whole number. */
  integer(name: string, bounds?: Bounds): number | undefined;
  /** A finite number. */
  number(name: string, bounds?: Bounds): number | undefined;
  /** Items separated by line breaks or commas; blank items are dropped. */
  list(name: string): string[] | undefined;
  /** Lines of `key=value`; a value may hold `=`. */
  pairs(name: string): Record<string, string> | undefined;
  /** A duration such as `90s`, `10m`, `1h30m` or `0`, in milliseconds. */
  duration(name: string, bounds?: Bounds): number | undefined;
}

/** The reader of the inputs that the runner passed (`INPUT_*`), or of another source, for tests. */
export function inputReader(get: (name: string) => string = (name) => core.getInput(name)): InputReader {
  const text = (name: string): string | undefined => {
    const value = get(name).trim();
    return value === '' ? undefined : value;
  };
  const number = (name: string, bounds: Bounds = {}): number | undefined => {
    const value = text(name);
    if (value === undefined) return undefined;
    const parsed = Number(value);
    if (!/^[-+]?(\d|\.\d)/.test(value) || !Number.isFinite(parsed)) {
      throw new UserError(`Input '${name}' must be a number, not '${value}'.`);
    }
    return within(name, parsed, bounds, String);
  };
  return {
    text,
    number,
    required(name) {
      const value = text(name);
      if (value === undefined)
        throw new UserError(`Input '${name}' is required.`, { fix: `Set 'with: ${name}: ...' on the step.` });
      return value;
    },
    flag(name) {
      const value = text(name);
      if (value === undefined) return undefined;
      if (/^true$/i.test(value)) return true;
      if (/^false$/i.test(value)) return false;
      throw new UserError(`Input '${name}' must be true or false, not '${value}'.`);
    },
    choice(name, choices) {
      const value = text(name);
      if (value === undefined) return undefined;
      const found = choices.find((choice) => choice === value);
      if (found === undefined) {
        const near = closest(value, choices);
        throw new UserError(`Input '${name}' must be one of ${choices.join(', ')}, not '${value}'.`, {
          ...(near !== undefined && { fix: `Did you mean '${near}'?` }),
        });
      }
      return found;
    },
    integer(name, bounds = {}) {
      const value = number(name, bounds);
      if (value !== undefined && !Number.isSafeInteger(value)) {
        throw new UserError(`Input '${name}' must be a whole number, not ${value}.`);
      }
      return value;
    },
    list(name) {
      const items = (text(name) ?? '')
        .split(/[\n,]/)
        .map((item) => item.trim())
        .filter((item) => item !== '');
      return items.length === 0 ? undefined : items;
    },
    pairs(name) {
      const value = text(name);
      if (value === undefined) return undefined;
      const pairs: Record<string, string> = Object.create(null) as Record<string, string>;
      for (const line of value
        .split('\n')
        .map((item) => item.trim())
        .filter((item) => item !== '')) {
        const at = line.indexOf('=');
        if (at < 1) throw new UserError(`Input '${name}' must hold lines of key=value, not '${line}'.`);
        pairs[line.slice(0, at).trim()] = line.slice(at + 1).trim();
      }
      return pairs;
    },
    duration(name, bounds = {}) {
      const value = text(name);
      if (value === undefined) return undefined;
      const parsed = parseDuration(value);
      if (parsed === undefined)
        throw new UserError(`Input '${name}' must be a duration such as 90s, 10m or 1h30m, not '${value}'.`);
      return within(name, parsed, bounds, (milliseconds) => `${milliseconds / 1000}s`);
    },
  };
}

function within(name: string, value: number, { min, max }: Bounds, show: (bound: number) => string): number {
  if (min !== undefined && value < min)
    throw new UserError(`Input '${name}' must be at least ${show(min)}, not ${show(value)}.`);
  if (max !== undefined && value > max)
    throw new UserError(`Input '${name}' must be at most ${show(max)}, not ${show(value)}.`);
  return value;
}

const UNIT_MILLISECONDS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A duration such as `90s`, `10m`, `1h30m` in milliseconds; `undefined` if it is not one. A bare number is seconds. */
export function parseDuration(text: string): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (!/^(\d+(\.\d+)?(ms|[smhd]))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g))
    total += Number(amount) * UNIT_MILLISECONDS[unit!]!;
  return total;
}
