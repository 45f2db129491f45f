import { UserError } from '@mlops-actions/action-kit';
import type { Given, GivenParameters } from './declaration.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { readYaml } from './yaml.ts';

/**
 * Reads parameters from lines of `key=value`, or from a JSON or YAML object.
 *
 * @param what where the text is from, for messages
 */
export function parseParameters(text: string, what = "Input 'parameters'"): GivenParameters {
  const lines = text.split('\n').map((line) => line.trim());
  const filled = lines.filter((line) => line !== '' && !line.startsWith('#'));
  if (filled.length === 0) return new Map();
  if (!text.trimStart().startsWith('{') && filled.every((line) => /^[^\s:={}[\]"'#][^\s:={}[\]"']*\s*=/.test(line))) {
    return parsePairs(filled, what);
  }
  const fail = (problem: string): UserError =>
    new UserError(`${what} is neither lines of key=value nor a JSON or YAML object: ${problem}.`);
  const [values, ...more] = readYaml(text, fail);
  if (more.length > 0) throw fail('it has several documents');
  if (!isObject(values)) throw new UserError(`${what} must be lines of key=value, or a JSON or YAML object.`);
  return valuesGiven(values, what);
}

/** Parameters that have their types already, as those of model.yaml. */
export function valuesGiven(values: JsonObject, what: string): GivenParameters {
  checkNumbers(values, what);
  return new Map(Object.entries(values).map(([name, value]) => [name, { value }]));
}

function parsePairs(lines: readonly string[], what: string): GivenParameters {
  const pairs = new Map<string, Given>();
  for (const line of lines) {
    const at = line.indexOf('=');
    const key = line.slice(0, at).trim();
    if (pairs.has(key)) throw new UserError(`${what} has '${key}' twice.`);
    pairs.set(key, { text: line.slice(at + 1).trim() });
  }
  return pairs;
}

/** YAML can say what JSON cannot: .nan and .inf would arrive as null. */
function checkNumbers(value: Json, what: string): void {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new UserError(`${what} has a number that is not finite, which no pipeline can be given.`);
  }
  if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) checkNumbers(item, what);
}
