import { FormatError, type Cursor } from '../cursor.ts';
import { Memo } from './memo.ts';
import { integerOfLine, memoIndexOfLine, longOfBytes, textOfEscapes } from './numbers.ts';
import { OP } from './opcodes.ts';
import {
  CallValue,
  DictValue,
  FLOAT,
  isKind,
  ListValue,
  SetValue,
  SpanValue,
  TupleValue,
  UnknownValue,
  type GlobalValue,
  type Value,
} from './values.ts';

/** How a pickle can differ from what Python's own pickler writes, in a way that one reader may see and another not. */
export type Oddity = 'number' | 'text' | 'frame' | 'protocol' | 'memo' | 'buffer';

/** What the machine tells of. It never judges by itself: a listener that ignores an event lets it pass. */
export interface PickleListener {
  /** A name is looked up; the listener says what it is. Operands that could not be resolved are `undefined`. */
  global(module: string | undefined, name: string | undefined, offset: number, protocol: number): GlobalValue;
  /** A call (REDUCE, INST, OBJ, NEWOBJ, NEWOBJ_EX) is made. */
  call(call: CallValue): void;
  /** BUILD sets `state` on `target`. What is returned takes the target's place. The cursor stands behind the opcode. */
  build(target: Value, state: Value, offset: number, machine: PickleMachine): Value;
  /** APPEND(S), SETITEM(S) or ADDITEMS works on something that is not a plain list, dict or set. */
  mutate(target: Value, how: 'append' | 'setitem' | 'add', offset: number): void;
  /** EXT1, EXT2 or EXT4 looks a code up in a registry that is not in the file. */
  extension(code: number, offset: number): void;
  /** A persistent id asks the loader for an object; the listener says what it is. */
  persistent(id: Value, offset: number): Value;
  oddity(kind: Oddity, message: string, offset: number): void;
}

/** How a run ended. `broken`: Python would raise an error at `offset`, or this machine could not follow. */
export type PickleEnd =
  { how: 'stop'; value: Value; protocol: number } | { how: 'broken'; reason: string; offset: number };

/** Texts up to this many bytes are read; longer ones stay in the file. No module, name or key that matters is longer. */
const SHORT_TEXT = 256;
/** Lines that carry numbers or names. */
const SHORT_LINE = 4096;
/** References that containers may keep, a pickle: enough for every fact, too few to hurt. */
const KEPT_ITEMS = 2_000_000;
/** Longest tuple that is kept whole; longer ones carry no call's arguments. */
const KEPT_TUPLE = 64;

/** Values on the stack and in the memo; beyond, the review gives up (and says so) rather than run out of memory. */
const HELD_VALUES = 30_000_000;

/** Something that makes Python raise: the end of the run. Listeners may throw it too. */
export class PickleError extends Error {}

/**
 * Follows a pickle as CPython's C unpickler does (Modules/_pickle.c), with its stack, marks, fence and memo, without importing, calling or
 * building anything. Where Python readers differ from each other, it tells so as an {@link Oddity}.
 */
export class PickleMachine {
  readonly #cursor: Cursor;
  readonly #listener: PickleListener;
  readonly #memo: Memo;
  #stack: Value[] = [];
  #marks: number[] = [];
  #fence = 0;
  #protocol = 0;
  #kept = 0;
  #frameEnd = 0;
  #steps = 0;

  constructor(cursor: Cursor, listener: PickleListener, memo = new Memo()) {
    this.#cursor = cursor;
    this.#listener = listener;
    this.#memo = memo;
  }

  /** A machine in the same state that reads on from `cursor` and tells another listener. */
  fork(cursor: Cursor, listener: PickleListener): PickleMachine {
    const fork = new PickleMachine(cursor, listener, this.#memo.copy());
    fork.#stack = [...this.#stack];
    fork.#marks = [...this.#marks];
    fork.#fence = this.#fence;
    fork.#protocol = this.#protocol;
    return fork;
  }

  /** Protocol that the pickle announced last; 0 before. */
  get protocol(): number {
    return this.#protocol;
  }

  /** End of the current frame; 0 outside of one. */
  get frameEnd(): number {
    return this.#frameEnd;
  }

  /** Runs from the cursor to STOP, or to where it breaks. */
  run(): PickleEnd {
    const start = this.#cursor.position;
    let offset = start;
    try {
      for (;;) {
        offset = this.#cursor.position;
        const opcode = this.#cursor.byte();
        if (opcode === OP.STOP) return { how: 'stop', value: this.#pop(), protocol: this.#protocol };
        this.#step(opcode, offset, start);
        if ((++this.#steps & 0xffff) === 0) this.#checkMemory();
        if (this.#frameEnd !== 0 && this.#cursor.position >= this.#frameEnd) this.#leaveFrame(offset);
      }
    } catch (error) {
      if (error instanceof PickleError || error instanceof FormatError) {
        return { how: 'broken', reason: error.message, offset };
      }
      throw error;
    }
  }

  #checkMemory(): void {
    if (this.#stack.length + this.#marks.length + this.#memo.size > HELD_VALUES) {
      throw new PickleError(`it holds more than ${HELD_VALUES} values at once`);
    }
  }

  #leaveFrame(offset: number): void {
    if (this.#cursor.position > this.#frameEnd) {
      this.#listener.oddity('frame', 'an opcode reaches over the end of its frame', offset);
    }
    this.#frameEnd = 0;
  }

  #step(opcode: number, offset: number, start: number): void {
    const cursor = this.#cursor;
    switch (opcode) {
      // Constants
      case OP.NONE:
        return this.#push(null);
      case OP.NEWTRUE:
        return this.#push(true);
      case OP.NEWFALSE:
        return this.#push(false);
      case OP.BININT:
        return this.#push(cursor.int32());
      case OP.BININT1:
        return this.#push(cursor.byte());
      case OP.BININT2:
        return this.#push(cursor.uint16());
      case OP.INT:
        return this.#push(this.#integerLine(offset, true));
      case OP.LONG:
        return this.#push(this.#integerLine(offset, false));
      case OP.LONG1:
        return this.#push(longOfBytes(cursor.bytes(cursor.byte())));
      case OP.LONG4:
        return this.#push(this.#long4());
      case OP.FLOAT:
        cursor.line(SHORT_LINE);
        return this.#push(FLOAT);
      case OP.BINFLOAT:
        cursor.skip(8);
        return this.#push(FLOAT);

      // Text and bytes
      case OP.STRING:
        return this.#push(this.#stringLine(offset));
      case OP.UNICODE:
        return this.#push(this.#unicodeLine(offset));
      case OP.SHORT_BINSTRING:
        return this.#push(this.#binaryString(cursor.byte(), offset));
      case OP.BINSTRING:
        return this.#push(this.#binaryString(cursor.int32(), offset));
      case OP.SHORT_BINUNICODE:
        return this.#push(this.#text(cursor.byte()));
      case OP.BINUNICODE:
        return this.#push(this.#text(cursor.uint32()));
      case OP.BINUNICODE8:
        return this.#push(this.#text(cursor.uint64()));
      case OP.SHORT_BINBYTES:
        return this.#push(this.#span('bytes', cursor.byte()));
      case OP.BINBYTES:
        return this.#push(this.#span('bytes', cursor.uint32()));
      case OP.BINBYTES8:
      case OP.BYTEARRAY8:
        return this.#push(this.#span('bytes', cursor.uint64()));
      case OP.NEXT_BUFFER:
        this.#listener.oddity('buffer', 'it takes a buffer that is not in the file', offset);
        return this.#push(new UnknownValue('buffer from outside'));
      case OP.READONLY_BUFFER:
        this.#top();
        return;

      // Containers
      case OP.EMPTY_LIST:
        return this.#push(new ListValue());
      case OP.EMPTY_TUPLE:
        return this.#push(new TupleValue([]));
      case OP.EMPTY_DICT:
        return this.#push(new DictValue());
      case OP.EMPTY_SET:
        return this.#push(new SetValue());
      case OP.LIST:
        return this.#push(this.#list(this.#popMark()));
      case OP.TUPLE:
        return this.#push(this.#tuple(this.#popMark()));
      case OP.TUPLE1:
        return this.#push(new TupleValue([this.#pop()]));
      case OP.TUPLE2:
      case OP.TUPLE3:
        return this.#push(new TupleValue(this.#popMany(opcode === OP.TUPLE2 ? 2 : 3)));
      case OP.DICT:
        return this.#push(this.#dict(this.#popMark(), offset));
      case OP.FROZENSET:
        return this.#push(new SetValue(this.#keep(this.#popMark())));
      case OP.APPEND: {
        const [item] = this.#popMany(1);
        return this.#append([item!], offset);
      }
      case OP.APPENDS:
        return this.#append(this.#popMark(), offset);
      case OP.SETITEM:
        return this.#setItems(this.#popMany(2), offset);
      case OP.SETITEMS:
        return this.#setItems(this.#popMark(), offset);
      case OP.ADDITEMS:
        return this.#addItems(this.#popMark(), offset);

      // Stack and memo
      case OP.MARK:
        this.#marks.push(this.#stack.length);
        this.#fence = this.#stack.length;
        return;
      case OP.POP:
        if (this.#marks.length > 0 && this.#marks[this.#marks.length - 1] === this.#stack.length) this.#popMark();
        else this.#pop();
        return;
      case OP.POP_MARK:
        this.#popMark();
        return;
      case OP.DUP:
        return this.#push(this.#top());
      case OP.GET:
        return this.#push(this.#recall(this.#memoLine(offset)));
      case OP.BINGET:
        return this.#push(this.#recall(cursor.byte()));
      case OP.LONG_BINGET:
        return this.#push(this.#recall(cursor.uint32()));
      case OP.PUT:
        return this.#memoize(this.#memoLine(offset), offset);
      case OP.BINPUT:
        return this.#memoize(cursor.byte(), offset);
      case OP.LONG_BINPUT:
        return this.#memoize(cursor.uint32(), offset);
      case OP.MEMOIZE:
        return this.#memoize(this.#memo.size, offset);

      // Names and calls
      case OP.GLOBAL: {
        const module = this.#nameLine();
        return this.#push(this.#listener.global(module, this.#nameLine(), offset, this.#protocol));
      }
      case OP.STACK_GLOBAL:
        return this.#stackGlobal(offset);
      case OP.EXT1:
        return this.#extension(cursor.byte(), offset);
      case OP.EXT2:
        return this.#extension(cursor.uint16(), offset);
      case OP.EXT4:
        return this.#extension(cursor.int32(), offset);
      case OP.REDUCE: {
        const [callee, args] = this.#popMany(2);
        return this.#call(callee!, args!, undefined, offset);
      }
      case OP.NEWOBJ: {
        const [callee, args] = this.#popMany(2);
        return this.#call(callee!, args!, undefined, offset);
      }
      case OP.NEWOBJ_EX: {
        const [callee, args, kwargs] = this.#popMany(3);
        return this.#call(callee!, args!, kwargs, offset);
      }
      case OP.INST: {
        const module = this.#nameLine();
        const callee = this.#listener.global(module, this.#nameLine(), offset, this.#protocol);
        return this.#call(callee, this.#tuple(this.#popMark()), undefined, offset);
      }
      case OP.OBJ: {
        const [callee, ...args] = this.#popMark();
        if (callee === undefined) throw new PickleError('OBJ finds nothing above the mark');
        return this.#call(callee, this.#tuple(args), undefined, offset);
      }
      case OP.BUILD: {
        const [target, state] = this.#popMany(2);
        if (isKind(target, 'call')) target.state = state;
        // The listener may move the cursor, which is no business of the frame.
        if (this.#frameEnd !== 0 && cursor.position >= this.#frameEnd) this.#leaveFrame(offset);
        return this.#push(this.#listener.build(target!, state!, offset, this));
      }
      case OP.PERSID: {
        const line = cursor.line(SHORT_LINE);
        const id = line === undefined ? new UnknownValue('long id') : line.toString('latin1');
        return this.#push(this.#listener.persistent(id, offset));
      }
      case OP.BINPERSID:
        return this.#push(this.#listener.persistent(this.#pop(), offset));

      // Protocol
      case OP.PROTO: {
        const protocol = cursor.byte();
        if (protocol > 5) throw new PickleError(`protocol ${protocol} does not exist`);
        if (offset !== start) this.#listener.oddity('protocol', 'the protocol is announced again', offset);
        this.#protocol = protocol;
        return;
      }
      case OP.FRAME: {
        const length = cursor.uint64();
        if (length > cursor.remaining) {
          // CPython's C unpickler raises here, the one in Python reads on.
          this.#listener.oddity('frame', 'a frame is longer than what is left', offset);
          return;
        }
        if (this.#frameEnd !== 0) this.#listener.oddity('frame', 'a frame begins within a frame', offset);
        this.#frameEnd = cursor.position + length;
        return;
      }
      default:
        throw new PickleError(`0x${opcode.toString(16).padStart(2, '0')} is no opcode`);
    }
  }

  #push(value: Value): void {
    this.#stack.push(value);
  }

  #top(): Value {
    if (this.#stack.length <= this.#fence) throw new PickleError('the stack is empty');
    return this.#stack[this.#stack.length - 1]!;
  }

  #pop(): Value {
    if (this.#stack.length <= this.#fence) throw new PickleError('the stack is empty');
    return this.#stack.pop()!;
  }

  #popMany(count: number): Value[] {
    if (this.#stack.length - count < this.#fence) throw new PickleError('the stack is empty');
    return this.#stack.splice(this.#stack.length - count);
  }

  #popMark(): Value[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw new PickleError('there is no mark');
    this.#fence = this.#marks.length === 0 ? 0 : this.#marks[this.#marks.length - 1]!;
    return this.#stack.splice(mark);
  }

  /** Takes `items` for keeping if the budget allows. */
  #keep(items: Value[]): Value[] {
    if (this.#kept + items.length > KEPT_ITEMS) return [];
    this.#kept += items.length;
    return items;
  }

  #list(items: Value[]): ListValue {
    const list = new ListValue();
    this.#extend(list, items);
    return list;
  }

  #extend(list: ListValue, items: Value[]): void {
    const kept = this.#keep(items);
    if (kept.length < items.length) list.truncated = true;
    for (const item of kept) list.items.push(item);
  }

  #tuple(items: Value[]): TupleValue {
    return items.length <= KEPT_TUPLE ? new TupleValue(items) : new TupleValue(items.slice(0, KEPT_TUPLE), true);
  }

  #dict(items: Value[], offset: number): DictValue {
    const dict = new DictValue();
    this.#update(dict, items, offset);
    return dict;
  }

  #update(dict: DictValue, items: Value[], offset: number): void {
    if (items.length % 2 !== 0) throw new PickleError(`an odd number of items for a dict at ${offset}`);
    const keep = this.#keep(items).length === items.length;
    if (!keep) dict.truncated = true;
    for (let index = 0; index < items.length; index += 2) {
      const key = items[index]!;
      dict.hijack ??= hijackOf(key);
      if (keep) {
        dict.keys.push(key);
        dict.values.push(items[index + 1]!);
      }
    }
  }

  #append(items: Value[], offset: number): void {
    const target = this.#top();
    if (isKind(target, 'list')) this.#extend(target, items);
    else if (items.length > 0) this.#listener.mutate(target, 'append', offset);
  }

  #setItems(items: Value[], offset: number): void {
    const target = this.#top();
    if (isKind(target, 'dict')) return this.#update(target, items, offset);
    if (items.length === 0) return;
    this.#listener.mutate(target, 'setitem', offset);
    if (isKind(target, 'call')) this.#update((target.entries ??= new DictValue()), items, offset);
  }

  #addItems(items: Value[], offset: number): void {
    const target = this.#top();
    if (isKind(target, 'set')) target.items.push(...this.#keep(items).slice(0, KEPT_TUPLE));
    else if (items.length > 0) this.#listener.mutate(target, 'add', offset);
  }

  #recall(index: number): Value {
    const value = this.#memo.get(index);
    if (value === undefined) throw new PickleError(`nothing was memoized as ${index}`);
    return value;
  }

  #memoize(index: number, offset: number): void {
    // Python allocates memory in proportion to the largest index, and every honest index took at least one byte of the file.
    if (index > offset) this.#listener.oddity('memo', `memo index ${index} is larger than the pickle`, offset);
    this.#memo.set(index, this.#top());
  }

  #stackGlobal(offset: number): void {
    const [module, name] = this.#popMany(2);
    this.#push(this.#listener.global(nameOf(module), nameOf(name), offset, this.#protocol));
  }

  #extension(code: number, offset: number): void {
    this.#listener.extension(code, offset);
    this.#push(new UnknownValue(`extension ${code}`));
  }

  #call(callee: Value, args: Value, kwargs: Value | undefined, offset: number): void {
    const call = new CallValue(callee, args, kwargs, offset);
    this.#listener.call(call);
    this.#push(call);
  }

  #span(type: 'text' | 'bytes', length: number): SpanValue {
    const span = new SpanValue(type, this.#cursor.position, length);
    this.#cursor.skip(length);
    return span;
  }

  #text(length: number): Value {
    return length <= SHORT_TEXT ? this.#cursor.text(length) : this.#span('text', length);
  }

  #binaryString(length: number, offset: number): Value {
    if (length < 0) throw new PickleError('a string has a negative length');
    if (length > SHORT_TEXT) return this.#span('text', length);
    const bytes = this.#cursor.bytes(length);
    // Python decodes it as ASCII unless the loader says otherwise; numpy asks for latin1.
    if (bytes.some((byte) => byte > 0x7f)) return new SpanValue('text', offset, length);
    return bytes.toString('latin1');
  }

  #stringLine(offset: number): Value {
    const line = this.#cursor.line(SHORT_LINE);
    if (line === undefined) return new SpanValue('text', offset + 1, this.#cursor.position - offset - 2);
    const text = line.toString('latin1').trimEnd();
    const quoted = /^(['"])(.*)\1$/s.exec(text);
    if (quoted === null) throw new PickleError('a STRING is not in quotes');
    if (/[^\x20-\x7e\t]/.test(text)) {
      this.#listener.oddity('text', 'a STRING holds bytes that only some readers accept', offset);
    }
    return textOfEscapes(quoted[2]!) ?? new UnknownValue('text');
  }

  #unicodeLine(offset: number): Value {
    const line = this.#cursor.line(SHORT_LINE);
    if (line === undefined) return new SpanValue('text', offset + 1, this.#cursor.position - offset - 2);
    const text = line.toString('latin1');
    // Whether a doubled backslash starts an escape is where readers differ; Python's pickler writes none.
    if (text.includes('\\\\')) {
      this.#listener.oddity('text', 'a UNICODE line holds a doubled backslash', offset);
      return new UnknownValue('text');
    }
    return text.replace(/\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g, (whole, short?: string, long?: string) => {
      const point = parseInt(short ?? long!, 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    });
  }

  #integerLine(offset: number, booleans: boolean): Value {
    const line = this.#cursor.line(SHORT_LINE);
    const parsed = line === undefined ? undefined : integerOfLine(line.toString('latin1'), booleans);
    if (parsed === undefined) {
      this.#listener.oddity('number', 'a number is not written as Python writes numbers', offset);
      return new UnknownValue('number');
    }
    return parsed;
  }

  #long4(): Value {
    const length = this.#cursor.int32();
    if (length < 0) throw new PickleError('a number has a negative length');
    if (length <= SHORT_TEXT) return longOfBytes(this.#cursor.bytes(length));
    this.#cursor.skip(length);
    return new UnknownValue('large number');
  }

  #memoLine(offset: number): number {
    const line = this.#cursor.line(SHORT_LINE)?.toString('latin1') ?? '';
    const index = memoIndexOfLine(line);
    if (index === undefined) throw new PickleError('a memo index is no number');
    if (!/^\d+$/.test(line)) {
      this.#listener.oddity('number', 'a memo index is not written as Python writes numbers', offset);
    }
    return index;
  }

  #nameLine(): string | undefined {
    return this.#cursor.line(SHORT_LINE)?.toString('utf8');
  }
}

function nameOf(value: Value | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Attributes that the pickle machine itself or Python's object protocol would use. */
const HIJACKING = /^(__.*__|append|extend|add)$/;

function hijackOf(key: Value): string | undefined {
  if (typeof key === 'string') return HIJACKING.test(key) ? key : undefined;
  // A key that is computed may turn out to be any name; numbers, tuples and the like are no attribute names.
  return isKind(key, 'call') || isKind(key, 'unknown') || isKind(key, 'persistent') ? '<computed>' : undefined;
}
