import { isKind, type Value } from './values.ts';

const MAX_DEPTH = 4;
const MAX_ITEMS = 6;
const MAX_LENGTH = 300;

/** A value as the Python expression that would build it, cut to a length that a person reads: `os.system('id')`. */
export function expressionOf(value: Value): string {
  const text = render(value, 0);
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH - 1)}…`;
}

function render(value: Value, depth: number): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return quote(value);
  if (typeof value !== 'object') return String(value);
  if (depth > MAX_DEPTH) return '…';
  switch (value.kind) {
    case 'float':
      return '<float>';
    case 'span':
      return `<${value.length} bytes${value.type === 'text' ? ' of text' : ''} at ${value.offset}>`;
    case 'list':
      return `[${items(value.items, depth)}]`;
    case 'set':
      return `{${items(value.items, depth)}}`;
    case 'tuple':
      return value.items.length === 1 ? `(${render(value.items[0]!, depth + 1)},)` : `(${items(value.items, depth)})`;
    case 'dict':
      return `{${value.keys
        .slice(0, MAX_ITEMS)
        .map((key, index) => `${render(key, depth + 1)}: ${render(value.values[index]!, depth + 1)}`)
        .join(', ')}${value.keys.length > MAX_ITEMS ? ', …' : ''}}`;
    case 'global':
      return value.module === 'builtins' ? value.name : value.path;
    case 'call':
      return `${render(value.callee, depth + 1)}(${callArguments(value.args, value.kwargs, depth)})`;
    case 'persistent':
      return `<persistent ${render(value.id, depth + 1)}>`;
    case 'unknown':
      return `<${value.what}>`;
  }
}

function callArguments(args: Value, kwargs: Value | undefined, depth: number): string {
  const positional = isKind(args, 'tuple') ? items(args.items, depth) : `*${render(args, depth + 1)}`;
  if (kwargs === undefined) return positional;
  return [positional, `**${render(kwargs, depth + 1)}`].filter((part) => part !== '').join(', ');
}

function items(values: readonly Value[], depth: number): string {
  const shown = values.slice(0, MAX_ITEMS).map((value) => render(value, depth + 1));
  if (values.length > MAX_ITEMS) shown.push('…');
  return shown.join(', ');
}

function quote(text: string): string {
  const cut = text.length > 120 ? `${text.slice(0, 119)}…` : text;
  return `'${cut.replace(/[\\']/g, '\\$&').replace(/\n/g, '\\n')}'`;
}
