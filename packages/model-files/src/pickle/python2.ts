/**
 * What Python 3 makes of Python 2's names in pickles below protocol 3 (CPython's `_compat_pickle`), as far as names that models or
 * attackers use go. Names that are not here stay as they are, and are then on no list.
 */
const MODULES: Record<string, string> = {
  __builtin__: 'builtins',
  copy_reg: 'copyreg',
  cPickle: 'pickle',
  cStringIO: 'io',
  StringIO: 'io',
  commands: 'subprocess',
  httplib: 'http.client',
  urllib: 'urllib.request',
  urllib2: 'urllib.request',
  urlparse: 'urllib.parse',
  Queue: 'queue',
  SocketServer: 'socketserver',
  UserDict: 'collections',
  UserList: 'collections',
  UserString: 'collections',
  anydbm: 'dbm',
  whichdb: 'dbm',
  dumbdbm: 'dbm.dumb',
  gdbm: 'dbm.gnu',
  test: 'test.support',
  thread: '_thread',
  dummy_thread: '_dummy_thread',
  repr: 'reprlib',
  xmlrpclib: 'xmlrpc.client',
  SimpleXMLRPCServer: 'xmlrpc.server',
  DocXMLRPCServer: 'xmlrpc.server',
  BaseHTTPServer: 'http.server',
  SimpleHTTPServer: 'http.server',
  CGIHTTPServer: 'http.server',
  Cookie: 'http.cookies',
  cookielib: 'http.cookiejar',
  _winreg: 'winreg',
  Tkinter: 'tkinter',
  robotparser: 'urllib.robotparser',
};

const NAMES: Record<string, readonly [module: string, name: string]> = {
  '__builtin__.xrange': ['builtins', 'range'],
  '__builtin__.reduce': ['functools', 'reduce'],
  '__builtin__.intern': ['sys', 'intern'],
  '__builtin__.unichr': ['builtins', 'chr'],
  '__builtin__.unicode': ['builtins', 'str'],
  '__builtin__.long': ['builtins', 'int'],
  'itertools.izip': ['builtins', 'zip'],
  'itertools.imap': ['builtins', 'map'],
  'itertools.ifilter': ['builtins', 'filter'],
  'UserDict.UserDict': ['collections', 'UserDict'],
  'UserList.UserList': ['collections', 'UserList'],
  'os.getcwdu': ['os', 'getcwd'],
  'socket.fromfd': ['socket', 'fromfd'],
};

/** Module and name as Python 3 looks them up for a pickle of the given protocol. */
export function python3Name(module: string, name: string, protocol: number): readonly [module: string, name: string] {
  if (protocol >= 3) return [module, name];
  const path = `${module}.${name}`;
  if (Object.hasOwn(NAMES, path)) return NAMES[path]!;
  return [Object.hasOwn(MODULES, module) ? MODULES[module]! : module, name];
}
