import { messageOf } from '@mlops-actions/action-kit';
import type { ExpressionData } from '@actions/expressions/data/expressiondata';
import type { Token } from '@actions/expressions/lexer';
import { Evaluator, isBasicExpression, isMapping, isSequence, Lexer, Parser } from './github.ts';
import { complaint, type Template } from './tokens.ts';
import { dictionary, fromData, scalarText, toData, truthy, type Value, type ValueMap } from './value.ts';

/** What an expression can see: contexts by name, and the functions that the place offers beside GitHub's general ones. */
export interface Scope {
  contexts: Record<string, Value>;
  functions: Record<string, (...args: Value[]) => Value>;
}

/** The value of a template: literals as they are, expressions evaluated, lists and maps item by item. */
export function evaluate(template: Template, scope: Scope): Value {
  const { token, file } = template;
  if (isBasicExpression(token)) return evaluateExpression(token.expression, template, scope);
  if (isSequence(token)) return [...token].map((item) => evaluate({ token: item, file }, scope));
  if (isMapping(token)) {
    const map = Object.create(null) as ValueMap;
    for (const { key, value } of token) {
      const item = evaluate({ token: value, file }, scope);
      // `${{ insert }}: ${{ expression }}` lays the map of the expression into this one.
      if (key.isExpression && !isBasicExpression(key)) Object.assign(map, asMap(item));
      else map[evaluateText({ token: key, file }, scope)] = item;
    }
    return map;
  }
  return literalValue(template);
}

function literalValue({ token }: Template): Value {
  if ('value' in token) return token.value as Value;
  return null;
}

/** The text of a scalar template. */
export function evaluateText(template: Template, scope: Scope): string {
  const text = scalarText(evaluate(template, scope));
  if (text === undefined)
    throw complaint(template, 'a text is expected here, not a list or a map.', 'Wrap it in toJSON().');
  return text;
}

/** A map of texts, such as `env` or `with`. */
export function evaluateTextMap(template: Template | undefined, scope: Scope): Record<string, string> {
  const texts = Object.create(null) as Record<string, string>;
  if (template === undefined) return texts;
  for (const [name, value] of Object.entries(asMap(evaluate(template, scope)))) {
    const text = scalarText(value);
    if (text === undefined)
      throw complaint(template, `'${name}' must be a text, not a list or a map.`, 'Wrap it in toJSON().');
    texts[name] = text;
  }
  return texts;
}

/** A template that must be true or false. */
export function evaluateFlag(template: Template | undefined, scope: Scope): boolean {
  if (template === undefined) return false;
  const value = evaluate(template, scope);
  if (typeof value !== 'boolean') throw complaint(template, 'true or false is expected here.');
  return value;
}

/** A template that must be a number. */
export function evaluateNumber(template: Template, scope: Scope): number {
  const value = evaluate(template, scope);
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || Number.isNaN(number)) throw complaint(template, 'a number is expected here.');
  return number;
}

/** Whether an `if` holds; its template is already an expression with the implied `success()`. */
export function evaluateCondition(template: Template, scope: Scope): boolean {
  return truthy(evaluate(template, scope));
}

/** Evaluates the text of an expression; `template` says where it stands. */
export function evaluateExpression(expression: string, template: Template, scope: Scope): Value {
  const functions = Object.entries(scope.functions).map(([name, call]) => ({
    name,
    minArgs: 0,
    maxArgs: 255,
    call: (...args: ExpressionData[]) => toData(call(...args.map(fromData))),
  }));
  const contexts = dictionary(Object.entries(scope.contexts).map(([key, value]) => ({ key, value: toData(value) })));
  try {
    const tokens = new Lexer(expression).lex().tokens.map(unescapeQuotes);
    const tree = new Parser(tokens, Object.keys(scope.contexts), functions).parse();
    const byName = new Map(functions.map((item) => [item.name.toLowerCase(), item]));
    return fromData(new Evaluator(tree, contexts, byName).evaluate());
  } catch (error) {
    const reason = error instanceof Error && error.cause !== undefined ? `: ${messageOf(error.cause)}` : '';
    throw complaint(template, `the expression '${expression}' cannot be evaluated: ${messageOf(error)}${reason}`);
  }
}

/** Reads every `''` in a quoted text as one quote; the published lexer stops after the first. */
function unescapeQuotes(token: Token): Token {
  return token.lexeme.startsWith("'") ? { ...token, value: token.lexeme.slice(1, -1).replaceAll("''", "'") } : token;
}

function asMap(value: Value): ValueMap {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
}
