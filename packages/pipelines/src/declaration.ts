import { closest, UserError } from '@mlops-actions/action-kit';
import { isObject, type Json, type JsonObject } from './json.ts';

export type ParameterType = 'text' | 'integer' | 'number' | 'boolean' | 'list' | 'object' | 'any';

/** One parameter of a pipeline. */
export interface Parameter {
  readonly name: string;
  readonly type: ParameterType;
  /** Whether a run needs a value for it: it has no default and is not optional. */
  readonly required: boolean;
  readonly nullable?: boolean;
  /** The only values that it may have. */
  readonly choices?: readonly Json[];
}

/** What a pipeline declares of its parameters. */
export interface Declaration {
  readonly parameters: readonly Parameter[];
  /** Whether the engine passes others on too. */
  readonly open: boolean;
}

/** A parameter as a user gave it: text, which is read by the declared type, or a value, whose type must be the declared one. */
export type Given = { readonly text: string } | { readonly value: Json };

export type GivenParameters = ReadonlyMap<string, Given>;

/**
 * Checks parameters by a pipeline's declaration, and gives them their types.
 *
 * @returns the values to send, and names that the pipeline does not declare and gets all the same
 * @throws UserError that names every parameter that is unknown, missing or of another type
 */
export function checkParameters(
  { parameters, open }: Declaration,
  given: GivenParameters,
  pipeline: string,
): { values: JsonObject; undeclared: string[] } {
  const declared = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  const problems: string[] = [];
  const undeclared: string[] = [];
  const values: [string, Json][] = [];
  for (const [name, one] of given) {
    const parameter = declared.get(name);
    if (parameter === undefined) {
      const near = closest(name, declared.keys());
      if (open && near === undefined) {
        undeclared.push(name);
        values.push([name, 'text' in one ? one.text : one.value]);
      } else problems.push(unknown(name, near, declared));
      continue;
    }
    const read = 'text' in one ? readText(parameter, one.text) : checkType(parameter, one.value);
    if ('problem' in read) problems.push(read.problem);
    else values.push([name, read.value]);
  }
  for (const { name, required } of parameters) {
    if (required && !given.has(name)) problems.push(`'${name}' is missing.`);
  }
  if (problems.length > 0) {
    throw new UserError(`The parameters do not fit the pipeline ${pipeline}: ${problems.join(' ')}`, {
      fix: "Correct 'parameters'; nothing was submitted.",
    });
  }
  return { values: Object.fromEntries(values), undeclared };
}

function unknown(name: string, near: string | undefined, declared: ReadonlyMap<string, Parameter>): string {
  if (near !== undefined) return `it has no '${name}', did you mean '${near}'?`;
  return `it has no '${name}', it takes ${declared.size === 0 ? 'none' : [...declared.keys()].join(', ')}.`;
}

type Read = { value: Json } | { problem: string };

const TYPE_NAMES: Record<ParameterType, string> = {
  text: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  list: 'a list',
  object: 'an object',
  any: 'a value',
};

function readText(parameter: Parameter, text: string): Read {
  const value = valueOfText(parameter, text);
  return value === undefined ? { problem: mismatch(parameter, JSON.stringify(text)) } : checkType(parameter, value);
}

function valueOfText({ type, choices, nullable }: Parameter, text: string): Json | undefined {
  switch (type) {
    case 'integer':
    case 'number':
      return /^[-+]?(\d|\.\d)[\d.eE+-]*$/.test(text) ? Number(text) : undefined;
    case 'boolean':
      return /^true$/i.test(text) ? true : /^false$/i.test(text) ? false : undefined;
    case 'list':
    case 'object':
      return parseJson(text);
    case 'any': {
      // A choice that is not text can still be meant by its text.
      const chosen = choices?.find((choice) => choice === text || JSON.stringify(choice) === text);
      return chosen ?? (nullable === true && text === 'null' ? null : text);
    }
    case 'text':
      return text;
  }
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function checkType(parameter: Parameter, value: Json): Read {
  const { name, type, choices, nullable = false } = parameter;
  if (!(value === null && nullable) && !isOfType(type, value)) return { problem: mismatch(parameter, show(value)) };
  if (choices !== undefined && !choices.some((choice) => choice === value)) {
    const near =
      typeof value === 'string'
        ? closest(
            value,
            choices.filter((choice) => typeof choice === 'string'),
          )
        : undefined;
    const hint = near === undefined ? '' : ` (did you mean '${near}'?)`;
    return { problem: `'${name}' must be one of ${choices.map(show).join(', ')}, not ${show(value)}${hint}.` };
  }
  return { value };
}

function isOfType(type: ParameterType, value: Json): boolean {
  switch (type) {
    case 'integer':
      return Number.isSafeInteger(value);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'list':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    case 'text':
      return typeof value === 'string';
    case 'any':
      return true;
  }
}

const mismatch = ({ name, type }: Parameter, value: string): string =>
  `'${name}' must be ${TYPE_NAMES[type]}, not ${value}.`;

const LONGEST_SHOWN = 80;

function show(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN - 3)}...` : text;
}
