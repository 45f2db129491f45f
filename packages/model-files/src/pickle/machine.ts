import { FormatError, type Cursor } from '../cursor.ts';
import { HeldMemory, SIZE } from './held.ts';
import { PickleError, PickleLimit, type PickleEnd, type PickleListener, type PickleRun } from './listener.ts';
import { Memo } from './memo.ts';
import { longOfBytes } from './numbers.ts';
import { OP } from './opcodes.ts';
import { OperandReader, SHORT_LINE } from './operands.ts';
import {
  CallValue,
  DictValue,
  FLOAT,
  isKind,
  ListValue,
  SetValue,
  TupleValue,
  UnknownValue,
  type Value,
} from './values.ts';

/** References that containers may keep, a pickle: enough for every fact, too few to hurt. */
const KEPT_ITEMS = 2_000_000;
/** Longest tuple that is kept whole; longer ones carry no call's arguments. */
const KEPT_TUPLE = 64;
/** Nothing shorter is a secret or a pickle of its own. */
const LONG_DATA = 16;
/** Steps of hashing that an honest key is far from. */
const MAX_HASHED = 1_000_000;

const EMPTY_TUPLE = new TupleValue([]);

/**
 * Follows a pickle as CPython's C unpickler does (Modules/_pickle.c), with its stack, marks, fence and memo, without importing, calling or
 * building anything. Where Python readers differ from each other, it tells so as an `Oddity`.
 */
export class PickleMachine implements PickleRun {
  readonly #cursor: Cursor;
  readonly #listener: PickleListener;
  readonly #memo: Memo;
  readonly #held: HeldMemory;
  readonly #operands: OperandReader;
  #stack: Value[] = [];
  #marks: number[] = [];
  #fence = 0;
  #protocol = 0;
  #kept = 0;
  #frameEnd = 0;
  #steps = 0;

  /** @param held what the values may take; shared by the machines whose values are held at the same time */
  constructor(cursor: Cursor, listener: PickleListener, held = new HeldMemory(), memo = new Memo()) {
    this.#cursor = cursor;
    this.#listener = listener;
    this.#held = held;
    this.#memo = memo;
    this.#operands = new OperandReader(cursor, (kind, message, offset) => listener.oddity(kind, message, offset));
  }

  fork(cursor: Cursor, listener: PickleListener): PickleMachine {
    const fork = new PickleMachine(cursor, listener, this.#held, this.#memo.copy());
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

  get frameEnd(): number {
    return this.#frameEnd;
  }

  run(): PickleEnd {
    const start = this.#cursor.position;
    let offset = start;
    try {
      for (;;) {
        offset = this.#cursor.position;
        const opcode = this.#cursor.byte();
        if (opcode === OP.STOP) return { how: 'stop', value: this.#pop(), protocol: this.#protocol };
        this.#step(opcode, offset, start);
        if ((++this.#steps & 0xffff) === 0) this.#held.check(this.#stack.length + this.#marks.length);
        if (this.#frameEnd !== 0 && this.#cursor.position >= this.#frameEnd) this.#leaveFrame(offset);
      }
    } catch (error) {
      if (error instanceof PickleError || error instanceof FormatError) {
        return { how: error instanceof PickleLimit ? 'limit' : 'broken', reason: error.message, offset };
      }
      throw error;
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
        return this.#push(this.#operands.integerLine(offset, true));
      case OP.LONG:
        return this.#push(this.#operands.integerLine(offset, false));
      case OP.LONG1:
        return this.#push(longOfBytes(cursor.bytes(cursor.byte())));
      case OP.LONG4:
        return this.#push(this.#operands.long4());
      case OP.FLOAT:
        cursor.line(SHORT_LINE);
        return this.#push(FLOAT);
      case OP.BINFLOAT:
        cursor.skip(8);
        return this.#push(FLOAT);

      // Text and bytes
      case OP.STRING:
        return this.#pushData(this.#operands.stringLine(offset));
      case OP.UNICODE:
        return this.#pushData(this.#operands.unicodeLine(offset));
      case OP.SHORT_BINSTRING:
        return this.#pushData(this.#operands.binaryString(cursor.byte(), offset));
      case OP.BINSTRING:
        return this.#pushData(this.#operands.binaryString(cursor.int32(), offset));
      case OP.SHORT_BINUNICODE:
        return this.#pushData(this.#operands.text(cursor.byte()));
      case OP.BINUNICODE:
        return this.#pushData(this.#operands.text(cursor.uint32()));
      case OP.BINUNICODE8:
        return this.#pushData(this.#operands.text(cursor.uint64()));
      case OP.SHORT_BINBYTES:
        return this.#pushData(this.#operands.span('bytes', cursor.byte()));
      case OP.BINBYTES:
        return this.#pushData(this.#operands.span('bytes', cursor.uint32()));
      case OP.BINBYTES8:
      case OP.BYTEARRAY8:
        return this.#pushData(this.#operands.span('bytes', cursor.uint64()));
      case OP.NEXT_BUFFER:
        this.#listener.oddity('buffer', 'it takes a buffer that is not in the file', offset);
        return this.#push(new UnknownValue('buffer from outside'));
      case OP.READONLY_BUFFER:
        this.#top();
        return;

      // Containers
      case OP.EMPTY_LIST:
        return this.#pushNode(new ListValue(), SIZE.list);
      case OP.EMPTY_TUPLE:
        return this.#push(EMPTY_TUPLE);
      case OP.EMPTY_DICT:
        return this.#pushNode(new DictValue(), SIZE.dict);
      case OP.EMPTY_SET:
        return this.#pushNode(new SetValue(), SIZE.list);
      case OP.LIST:
        return this.#pushNode(this.#list(this.#popMark()), SIZE.list);
      case OP.TUPLE:
        return this.#push(this.#tuple(this.#popMark()));
      case OP.TUPLE1:
        return this.#push(this.#tuple([this.#pop()]));
      case OP.TUPLE2:
      case OP.TUPLE3:
        return this.#push(this.#tuple(this.#popMany(opcode === OP.TUPLE2 ? 2 : 3)));
      case OP.DICT:
        return this.#pushNode(this.#dict(this.#popMark(), offset), SIZE.dict);
      case OP.FROZENSET:
        return this.#pushNode(this.#frozenSet(this.#popMark(), offset), SIZE.list);
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
        return this.#push(this.#recall(this.#operands.memoLine(offset)));
      case OP.BINGET:
        return this.#push(this.#recall(cursor.byte()));
      case OP.LONG_BINGET:
        return this.#push(this.#recall(cursor.uint32()));
      case OP.PUT:
        return this.#memoize(this.#operands.memoLine(offset), offset);
      case OP.BINPUT:
        return this.#memoize(cursor.byte(), offset);
      case OP.LONG_BINPUT:
        return this.#memoize(cursor.uint32(), offset);
      case OP.MEMOIZE:
        return this.#memoize(this.#memo.size, offset);

      // Names and calls
      case OP.GLOBAL: {
        const module = this.#operands.nameLine();
        return this.#push(this.#listener.global(module, this.#operands.nameLine(), offset, this.#protocol));
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
        const module = this.#operands.nameLine();
        const callee = this.#listener.global(module, this.#operands.nameLine(), offset, this.#protocol);
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

  /** Texts and bytes. */
  #pushData(value: Value): void {
    if (typeof value === 'string') {
      this.#held.take(SIZE.text + value.length);
      if (value.length >= LONG_DATA) this.#listener.data(value);
    } else if (isKind(value, 'span')) {
      this.#held.take(SIZE.span);
      if (value.length >= LONG_DATA && (value.type === 'text' || value.startsPickle)) this.#listener.data(value);
    }
    this.#stack.push(value);
  }

  /** Containers and the results of calls. */
  #pushNode(value: Value, size: number): void {
    this.#held.take(size);
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
    this.#held.take(SIZE.reference * items.length);
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
    if (items.length === 0) return EMPTY_TUPLE;
    this.#held.take(SIZE.tuple + SIZE.reference * Math.min(items.length, KEPT_TUPLE));
    return items.length <= KEPT_TUPLE ? new TupleValue(items) : new TupleValue(items.slice(0, KEPT_TUPLE), true);
  }

  #frozenSet(items: Value[], offset: number): SetValue {
    for (const item of items) this.#hash(item, offset);
    return new SetValue(this.#keep(items));
  }

  /** Python computes a key's hash anew wherever it stands, through all tuples in it: a few shared ones can take it years. */
  #hash(key: Value, offset: number): void {
    if (isKind(key, 'tuple') && key.leaves > MAX_HASHED) {
      this.#listener.oddity('bomb', `a key takes Python more than ${MAX_HASHED} steps to hash`, offset);
    }
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
      this.#hash(key, offset);
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
    for (const item of items) this.#hash(item, offset);
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
    this.#held.take(SIZE.reference);
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
    this.#pushNode(call, SIZE.call);
  }
}

function nameOf(value: Value | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Attributes that the pickle machine itself or Python's object protocol would use. */
const HIJACKING = /^(__(?!doc__$).*__|append|extend|add)$/;

function hijackOf(key: Value): string | undefined {
  if (typeof key === 'string') return HIJACKING.test(key) ? key : undefined;
  // A key that is computed may turn out to be any name; numbers, tuples and the like are no attribute names.
  return isKind(key, 'call') || isKind(key, 'unknown') || isKind(key, 'persistent') ? '<computed>' : undefined;
}
