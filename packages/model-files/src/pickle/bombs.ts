import { isKind, type CallValue, type Value } from './values.ts';

/** Numbers that an announced size may reach: what honest frameworks pass is far below. */
const MAX_ANNOUNCED = 100_000_000;

/** Built-in types that make as many zeros as an integer says. */
const SIZED = new Set(['builtins.bytes', 'builtins.bytearray']);

/** How a call of an allowed name makes something huge out of a few bytes; `undefined` where it does not. */
export function bombOf({ callee, args }: CallValue): string | undefined {
  if (!isKind(callee, 'global') || !isKind(args, 'tuple')) return undefined;
  const [first, second] = args.items;
  if (SIZED.has(callee.path) && (typeof first === 'number' || typeof first === 'bigint')) {
    return first > MAX_ANNOUNCED ? 'make that many zeros' : undefined;
  }
  if (callee.path === 'numpy.ndarray') return announced(first) > MAX_ANNOUNCED ? 'allot that many numbers' : undefined;
  if (/^numpy\._?core\.multiarray\._reconstruct$/.test(callee.path)) {
    return announced(second) > MAX_ANNOUNCED ? 'allot that many numbers' : undefined;
  }
  // A range takes no memory before something runs through it.
  if (callee.path !== 'builtins.slice' && args.items.some((arg) => rangeLength(arg) > MAX_ANNOUNCED)) {
    return 'run through a range of that length';
  }
  return undefined;
}

/** Elements of a shape: an integer, or the product of a tuple of them. */
function announced(shape: Value | undefined): number {
  if (isKind(shape, 'tuple'))
    return shape.items.reduce((product: number, size) => product * Math.max(1, announced(size)), 1);
  return typeof shape === 'number' || typeof shape === 'bigint' ? Number(shape) : 0;
}

function rangeLength(value: Value): number {
  if (!isKind(value, 'call') || !isKind(value.callee, 'global') || value.callee.path !== 'builtins.range') return 0;
  const numbers = isKind(value.args, 'tuple') ? value.args.items.map(Number) : [];
  const [start = 0, stop = 0, step = 1] = numbers.length === 1 ? [0, ...numbers] : numbers;
  return Math.abs((stop - start) / step);
}
