/**
 * Names that are known to give an attacker something. The list decides nothing: what is not allowed is refused anyway. It only says why, and
 * keeps a user from allowing such a name by mistake.
 */
const DANGEROUS: readonly (readonly [why: string, patterns: readonly string[]])[] = [
  [
    'runs a command or starts a process',
    [
      ...['os.*', 'posix.*', 'nt.*', 'subprocess.*', 'commands.*', 'popen2.*', 'pty.*', 'platform.*'],
      ...[
        'multiprocessing.*',
        'concurrent.*',
        'asyncio.*',
        'webbrowser.*',
        'antigravity.*',
        'distutils.*',
        'setuptools.*',
        'pip.*',
      ],
      ...[
        'ensurepip.*',
        'venv.*',
        'pydoc.*',
        '_osx_support.*',
        '_aix_support.*',
        '_posixsubprocess.*',
        'imaplib.*',
        'torch.hub.*',
      ],
      ...[
        'numpy.distutils.*',
        'numpy.f2py.*',
        'torch.utils.cpp_extension.*',
        'ctypes.util.*',
        'nbconvert.*',
        'sh.*',
        'plumbum.*',
      ],
    ],
  ],
  [
    'runs Python code that is given as text or bytes',
    [
      ...[
        'builtins.eval',
        'builtins.exec',
        'builtins.execfile',
        'builtins.compile',
        'builtins.__import__',
        'builtins.input',
      ],
      ...[
        'builtins.breakpoint',
        'importlib.*',
        'imp.*',
        'runpy.*',
        'code.*',
        'codeop.*',
        'pdb.*',
        'bdb.*',
        'cProfile.*',
        'profile.*',
      ],
      ...[
        'timeit.*',
        'trace.*',
        'doctest.*',
        'unittest.*',
        'test.*',
        'lib2to3.*',
        'pkgutil.*',
        'zipimport.*',
        'pyclbr.*',
        'site.*',
      ],
      ...[
        '_frozen_importlib.*',
        '_frozen_importlib_external.*',
        'idlelib.*',
        '_pyrepl.*',
        'marshal.*',
        'IPython.*',
        'jinja2.*',
        'mako.*',
      ],
      ...[
        'sympy.*',
        'numpy.testing.*',
        'numpy.core._ufunc_reconstruct',
        'numpy._core._ufunc_reconstruct',
        'pandas.eval',
        'numexpr.*',
      ],
      ...[
        'pandas.core.computation.*',
        'scipy.stats._distn_infrastructure.*',
        'scipy.stats._continuous_distns.*',
        'logging.config.*',
      ],
      ...['scipy.stats._discrete_distns.*', 'torch.jit.*', 'torch.fx.*', 'torch._dynamo.*', 'torch._inductor.*'],
      ...['numba.*', 'cffi.*', 'annotationlib.*'],
    ],
  ],
  [
    'carries compiled Python code, which runs when the object is used',
    [
      ...[
        'types.CodeType',
        'types.FunctionType',
        'types.LambdaType',
        'types.MethodType',
        'types.ModuleType',
        'builtins.type',
      ],
      ...['cloudpickle.*', 'dill.*', 'joblib.externals.*', 'new.*'],
    ],
  ],
  [
    'unpickles or loads other data without review',
    [
      ...[
        'pickle.*',
        '_pickle.*',
        'cPickle.*',
        'shelve.*',
        'joblib.load',
        'joblib.numpy_pickle.*',
        'joblib.numpy_pickle_compat.*',
      ],
      ...[
        'numpy.load',
        'numpy.lib.*',
        'pandas.read_pickle',
        'pandas.io.*',
        'torch.load',
        'torch.serialization.load',
        'yaml.*',
        'ruamel.*',
      ],
      ...['jsonpickle.*', 'sklearn.externals.*', 'sklearn.datasets.*', 'torch.package.*', 'srsly.*', 'pandas.compat.*'],
    ],
  ],
  [
    'reaches attributes or functions of other objects, the way to everything else',
    [
      ...[
        'builtins.getattr',
        'builtins.setattr',
        'builtins.delattr',
        'builtins.globals',
        'builtins.locals',
        'builtins.vars',
        'builtins.dir',
      ],
      ...[
        'builtins.map',
        'builtins.filter',
        'builtins.apply',
        'builtins.super',
        'builtins.classmethod',
        'builtins.staticmethod',
      ],
      ...[
        'builtins.property',
        'builtins.callable',
        'builtins.iter',
        'builtins.next',
        'operator.*',
        '_operator.*',
        'functools.*',
      ],
      ...['itertools.*', 'inspect.*', 'gc.*', 'sys.*', 'types.*', 'weakref.*', 'atexit.*', 'signal.*', 'copyreg.*'],
      ...[
        'threading.*',
        '_thread.*',
        'sched.*',
        'contextlib.*',
        'linecache.*',
        'traceback.*',
        'rlcompleter.*',
        'reprlib.*',
      ],
    ],
  ],
  [
    'reads, writes or deletes files',
    [
      ...[
        'builtins.open',
        'builtins.file',
        'io.*',
        '_io.*',
        'codecs.*',
        'shutil.*',
        'tempfile.*',
        'pathlib.*',
        'glob.*',
        'fileinput.*',
      ],
      ...[
        'zipfile.*',
        'tarfile.*',
        'gzip.*',
        'bz2.*',
        'lzma.*',
        'sqlite3.*',
        'dbm.*',
        'mmap.*',
        'numpy.memmap',
        'numpy.fromfile',
      ],
      ...[
        'numpy.save',
        'numpy.savez',
        'numpy.savetxt',
        'numpy.loadtxt',
        'numpy.genfromtxt',
        'torch.from_file',
        'torch.save',
      ],
      ...['joblib.dump', 'logging.*', 'fcntl.*', 'filecmp.*', 'compileall.*', 'py_compile.*'],
    ],
  ],
  [
    'talks to the network',
    [
      ...[
        'socket.*',
        '_socket.*',
        'ssl.*',
        'http.*',
        'httplib.*',
        'urllib.*',
        'urllib2.*',
        'ftplib.*',
        'smtplib.*',
        'smtpd.*',
        'poplib.*',
      ],
      ...[
        'nntplib.*',
        'telnetlib.*',
        'xmlrpc.*',
        'socketserver.*',
        'requests.*',
        'aiohttp.*',
        'httpx.*',
        'urllib3.*',
        'paramiko.*',
        'boto3.*',
      ],
      ...['google.cloud.*', 'fsspec.*', 's3fs.*', 'gcsfs.*', 'huggingface_hub.*'],
    ],
  ],
  ['runs native code', ['ctypes.*', '_ctypes.*', 'torch.ops.*', 'torch.classes.*', 'torch._C.*']],
];

const EXACT = new Map<string, string>();
const PACKAGES = new Map<string, string>();
for (const [why, patterns] of DANGEROUS) {
  for (const pattern of patterns) {
    if (pattern.endsWith('.*')) PACKAGES.set(pattern.slice(0, -2), why);
    else EXACT.set(pattern, why);
  }
}

/** Why a name is dangerous, as a clause that begins with a verb; `undefined` for names that nothing bad is known of. */
export function dangerOf(module: string, name: string): string | undefined {
  const path = `${module === '__builtin__' ? 'builtins' : module}.${name}`;
  const exact = EXACT.get(path);
  if (exact !== undefined) return exact;
  for (let end = path.length; end > 0; end = path.lastIndexOf('.', end - 1)) {
    const why = PACKAGES.get(path.slice(0, end));
    if (why !== undefined) return why;
  }
  // An attribute path walks from an allowed module to whatever it imported: `random:_os.system`.
  const inner = name
    .split('.')
    .find((part) => part.startsWith('__') || /^_?(os|sys|subprocess|builtins|eval|exec|system)$/.test(part));
  return inner === undefined || name === inner ? undefined : `reaches '${inner}' through another module`;
}
