import type { Cursor } from '../cursor.ts';
import type { CallValue, GlobalValue, SpanValue, Value } from './values.ts';

/** How a pickle can differ from what Python's own pickler writes, in a way that one reader may see and another not. */
export type Oddity = 'number' | 'text' | 'frame' | 'protocol' | 'memo' | 'buffer' | 'bomb';

/** What the machine tells of. It never judges by itself: a listener that ignores an event lets it pass. */
export interface PickleListener {
  /** A name is looked up; the listener says what it is. Operands that could not be resolved are `undefined`. */
  global(module: string | undefined, name: string | undefined, offset: number, protocol: number): GlobalValue;
  /** A call (REDUCE, INST, OBJ, NEWOBJ, NEWOBJ_EX) is made. */
  call(call: CallValue): void;
  /** BUILD sets `state` on `target`. What is returned takes the target's place. The cursor stands behind the opcode. */
  build(target: Value, state: Value, offset: number, machine: PickleRun): Value;
  /** APPEND(S), SETITEM(S) or ADDITEMS works on something that is not a plain list, dict or set. */
  mutate(target: Value, how: 'append' | 'setitem' | 'add', offset: number): void;
  /** EXT1, EXT2 or EXT4 looks a code up in a registry that is not in the file. */
  extension(code: number, offset: number): void;
  /** A persistent id asks the loader for an object; the listener says what it is. */
  persistent(id: Value, offset: number): Value;
  /** A text long enough to hide something, or bytes that begin like a pickle. */
  data(value: string | SpanValue): void;
  oddity(kind: Oddity, message: string, offset: number): void;
}

/** What a listener may do with the machine that it listens to. */
export interface PickleRun {
  /** End of the current frame; 0 outside of one. */
  readonly frameEnd: number;
  /** A machine in the same state that reads on from `cursor` and tells another listener. */
  fork(cursor: Cursor, listener: PickleListener): PickleRun;
  /** Runs from the cursor to STOP, or to where it breaks. */
  run(): PickleEnd;
}

/** How a run ended. `broken`: Python would raise an error at `offset`. `limit`: this machine gave up there, Python would go on. */
export type PickleEnd =
  | { how: 'stop'; value: Value; protocol: number }
  | { how: 'broken'; reason: string; offset: number }
  | { how: 'limit'; reason: string; offset: number };

/** Something that makes Python raise: the end of the run. Listeners may throw it too. */
export class PickleError extends Error {}

/** A limit of this machine, not of Python's. */
export class PickleLimit extends PickleError {}
