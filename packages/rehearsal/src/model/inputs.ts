import { closest, UserError } from '@mlops-actions/action-kit';
import { complaint, fieldsOf, itemsOf, isTrue, textOf, type Template } from '../language/tokens.ts';
import { lookUp, scalarText, type Value, type ValueMap } from '../language/value.ts';

/** An input of `workflow_dispatch` or `workflow_call`. */
export interface InputDefinition {
  name: string;
  type: InputType;
  required: boolean;
  /** May be an expression for `workflow_call`. */
  default?: Template;
  /** The words of a `choice`. */
  options: string[];
}

const TYPES = ['string', 'boolean', 'number', 'choice', 'environment'] as const;
type InputType = (typeof TYPES)[number];

/** Reads the `inputs` of a trigger. */
export function inputDefinitions(inputs: Template | undefined): InputDefinition[] {
  return [...fieldsOf(inputs)].map(([name, input]) => {
    const fields = fieldsOf(input);
    const written = fields.get('type');
    const word = written === undefined ? 'string' : textOf(written);
    const type = TYPES.find((candidate) => candidate === word);
    if (type === undefined) throw complaint(input, `the input '${name}' has the unknown type '${word}'.`);
    return {
      name,
      type,
      required: isTrue(fields.get('required')),
      default: fields.get('default'),
      options: itemsOf(fields.get('options')).map(textOf),
    };
  });
}

/** How the values of inputs reach a workflow. */
export interface InputSource {
  /** Who gave the values, for complaints: `the rehearsal` or `file:line`. */
  from: string;
  /**
   * Whether texts stand for booleans and numbers, as they do on a command line and in `workflow_dispatch`.
   * A caller's `with` is typed: `"true"` is no boolean there.
   */
  textsAreTyped: boolean;
}

/**
 * The typed value of every defined input: given, default, or the type's empty value.
 * Names are checked by {@link checkNames}. @throws UserError for a wrongly typed input.
 */
export function resolveInputs(
  definitions: readonly InputDefinition[],
  given: ValueMap,
  evaluateDefault: (template: Template) => Value,
  source: InputSource,
): ValueMap {
  const inputs = Object.create(null) as ValueMap;
  for (const definition of definitions) {
    const value = lookUp(given, definition.name);
    if (value !== undefined) inputs[definition.name] = typed(definition, value, source);
    else if (definition.default !== undefined) {
      inputs[definition.name] = typed(definition, evaluateDefault(definition.default), {
        ...source,
        textsAreTyped: true,
      });
    } else inputs[definition.name] = definition.type === 'boolean' ? false : definition.type === 'number' ? 0 : '';
  }
  return inputs;
}

/**
 * Checks that no input is unknown and no required one is missing; needs no values, so a call can be checked before it runs.
 * Where a person fills a form, a default stands in for a required input; a calling workflow must give it all the same.
 */
export function checkNames(
  definitions: readonly InputDefinition[],
  given: readonly string[],
  from: string,
  defaultSuffices: boolean,
): void {
  const lower = (name: string): string => name.toLowerCase();
  for (const name of given) {
    if (definitions.some((definition) => lower(definition.name) === lower(name))) continue;
    const near = closest(
      name,
      definitions.map((definition) => definition.name),
    );
    throw new UserError(`${from}: the workflow has no input '${name}'.`, {
      ...(near !== undefined && { fix: `Did you mean '${near}'?` }),
    });
  }
  const missing = definitions.find(
    ({ name, required, default: fallback }) =>
      required &&
      !(defaultSuffices && fallback !== undefined) &&
      !given.some((candidate) => lower(candidate) === lower(name)),
  );
  if (missing !== undefined) throw new UserError(`${from}: the input '${missing.name}' is required.`);
}

function typed(definition: InputDefinition, value: Value, { from, textsAreTyped }: InputSource): Value {
  const { name, type, options } = definition;
  const text = scalarText(value);
  const wrong = (expected: string): UserError =>
    new UserError(`${from}: the input '${name}' must be ${expected}, not ${JSON.stringify(value)}.`);
  switch (type) {
    case 'boolean':
      if (typeof value === 'boolean') return value;
      if (textsAreTyped && (text === 'true' || text === 'false')) return text === 'true';
      throw wrong('true or false');
    case 'number': {
      if (typeof value === 'number') return value;
      const number = textsAreTyped && typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;
      if (Number.isNaN(number)) throw wrong('a number');
      return number;
    }
    case 'choice':
      if (text === undefined || !options.includes(text)) throw wrong(`one of ${options.join(', ')}`);
      return text;
    case 'string':
    case 'environment':
      if (text === undefined) throw wrong('a text');
      return text;
  }
}
