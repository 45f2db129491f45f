/** A small assembler of pickles, for files that no pickler would write. */
const bytes = (...parts: (number | string | Buffer)[]): Buffer =>
  Buffer.concat(
    parts.map((part) =>
      typeof part === 'number' ? Buffer.of(part) : typeof part === 'string' ? Buffer.from(part) : part,
    ),
  );

const uint32 = (value: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
};

const uint64 = (value: number): Buffer => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt(value));
  return buffer;
};

/** Opcodes as functions that give their bytes. */
export const op = {
  proto: (version: number) => bytes(0x80, version),
  frame: (length: number) => bytes(0x95, uint64(length)),
  stop: bytes('.'),
  mark: bytes('('),
  pop: bytes('0'),
  popMark: bytes('1'),
  dup: bytes('2'),
  none: bytes('N'),
  int: (text: string) => bytes('I', text, '\n'),
  long: (text: string) => bytes('L', text, '\n'),
  binint1: (value: number) => bytes('K', value),
  long1: (...value: number[]) => bytes(0x8a, value.length, Buffer.from(value)),
  float: (text: string) => bytes('F', text, '\n'),
  string: (text: string) => bytes('S', text, '\n'),
  unicodeLine: (text: string) => bytes('V', text, '\n'),
  shortString: (text: string) => bytes('U', Buffer.byteLength(text), text),
  text: (value: string) => bytes(0x8c, Buffer.byteLength(value), value),
  text4: (value: string) => bytes('X', uint32(Buffer.byteLength(value)), value),
  text8: (value: string) => bytes(0x8d, uint64(Buffer.byteLength(value)), value),
  binbytes: (value: Buffer) => bytes('B', uint32(value.length), value),
  shortBytes: (value: Buffer) => bytes('C', value.length, value),
  emptyList: bytes(']'),
  emptyDict: bytes('}'),
  emptyTuple: bytes(')'),
  emptySet: bytes(0x8f),
  list: bytes('l'),
  dict: bytes('d'),
  tuple: bytes('t'),
  tuple1: bytes(0x85),
  tuple2: bytes(0x86),
  tuple3: bytes(0x87),
  append: bytes('a'),
  appends: bytes('e'),
  setitem: bytes('s'),
  setitems: bytes('u'),
  additems: bytes(0x90),
  global: (module: string, name: string) => bytes('c', module, '\n', name, '\n'),
  stackGlobal: bytes(0x93),
  inst: (module: string, name: string) => bytes('i', module, '\n', name, '\n'),
  obj: bytes('o'),
  reduce: bytes('R'),
  newobj: bytes(0x81),
  newobjEx: bytes(0x92),
  build: bytes('b'),
  ext1: (code: number) => bytes(0x82, code),
  ext2: (code: number) => bytes(0x83, code, 0),
  ext4: (code: number) => bytes(0x84, uint32(code)),
  persid: (id: string) => bytes('P', id, '\n'),
  binpersid: bytes('Q'),
  get: (index: string) => bytes('g', index, '\n'),
  binget: (index: number) => bytes('h', index),
  put: (index: string) => bytes('p', index, '\n'),
  binput: (index: number) => bytes('q', index),
  longBinput: (index: number) => bytes('r', uint32(index)),
  memoize: bytes(0x94),
  nextBuffer: bytes(0x97),
};

/** A pickle of the given opcodes, with PROTO before and STOP behind them. */
export const pickle = (version: number, ...opcodes: Buffer[]): Buffer =>
  Buffer.concat([...(version >= 2 ? [op.proto(version)] : []), ...opcodes, op.stop]);

/** `module.name(argument)`, the plainest attack. */
export const callOf = (module: string, name: string, argument = 'id'): Buffer =>
  Buffer.concat([op.global(module, name), op.text(argument), op.tuple1, op.reduce]);

/** A pickle that runs `os.system('id')`. */
export const evil = pickle(4, callOf('os', 'system'));
/** A harmless pickle. */
export const harmless = pickle(4, op.emptyList);
