"""Says of mutated files whether Python would still do what the malicious file does that they come from.

    python oracle.py BENIGN... < pairs

Pairs are lines of JSON, [base, mutated]; the answer to each is a line of JSON: the calls that both make and no benign file does. Nothing is
imported or called: names are resolved to stubs that write down that they were called.
"""

import bz2
import gzip
import io
import json
import lzma
import pickle
import sys
import zipfile
import zlib


HARMLESS = {"argparse.Namespace", "builtins.str"}
"""Calls that malicious files make beside the harmful one, that do nothing by themselves, and that no benign file here happens to make."""


def stub(name, calls):
    class Stub:
        def __new__(cls, *args, **kwargs):
            calls.add(name)
            return object.__new__(cls)

        def __init__(self, *args, **kwargs):
            pass

        def __setstate__(self, state):
            calls.add(name)

        def __call__(self, *args, **kwargs):
            calls.add(name)
            return self

        def append(self, item):
            pass

        def extend(self, items):
            list(items)

        def __setitem__(self, key, value):
            pass

    return Stub


class Recorder(pickle._Unpickler):
    def __init__(self, file, calls):
        super().__init__(file)
        self.calls = calls

    def find_class(self, module, name):
        return stub(f"{module}.{name}", self.calls)

    def persistent_load(self, pid):
        return pid


def pickles(content):
    """The pickles that a loader would find in a file."""
    yield content
    for unpack in (zlib.decompress, gzip.decompress, bz2.decompress, lzma.decompress):
        try:
            yield unpack(content)
        except Exception:
            pass
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in archive.infolist():
                if entry.file_size < 1 << 24:
                    try:
                        yield archive.read(entry)
                    except Exception:
                        pass
    except Exception:
        pass


def calls_of(path):
    with open(path, "rb") as file:
        content = file.read()
    calls = set()
    for data in pickles(content):
        stream = io.BytesIO(data)
        # Several pickles may follow each other, as those of older PyTorch files do.
        for _ in range(8):
            before = stream.tell()
            try:
                Recorder(stream, calls).load()
            except (Exception, RecursionError):
                break
            if stream.tell() in (before, len(data)):
                break
    return calls


def main():
    sys.setrecursionlimit(2000)
    benign = set(HARMLESS)
    for path in sys.argv[1:]:
        benign |= calls_of(path)
    known = {}
    for line in sys.stdin:
        base, mutated = json.loads(line)
        if base not in known:
            known[base] = calls_of(base) - benign
        print(json.dumps(sorted(known[base] & calls_of(mutated))), flush=True)


main()
