"""Reviews files with another scanner, for scripts/corpus.ts: paths on standard input, a JSON line for each on standard output.

    python peers.py picklescan|modelscan|fickling|modelaudit < paths

A line is "finding" where the tool names a problem, "error" where it fails or says that it scanned nothing, and "clean". The first line is its version.
"""

import io
import json
import logging
import os
import sys
import warnings
from contextlib import redirect_stderr, redirect_stdout
from importlib.metadata import version


def picklescan():
    from picklescan.scanner import scan_file_path

    def scan(path):
        result = scan_file_path(path)
        return "finding" if result.issues_count else "error" if result.scan_err else "clean"

    return scan


def modelscan():
    from modelscan.modelscan import ModelScan

    def scan(path):
        scanner = ModelScan()
        summary = scanner.scan(path)["summary"]
        if summary["total_issues"]:
            return "finding"
        return "clean" if summary["scanned"]["total_scanned"] and not scanner._errors else "error"

    return scan


def fickling():
    from fickling.analysis import Severity, check_safety
    from fickling.fickle import StackedPickle

    def scan(path):
        with open(path, "rb") as file:
            stacked = StackedPickle.load(file)
        return "finding" if any(check_safety(pickled).severity > Severity.LIKELY_SAFE for pickled in stacked) else "clean"

    return scan


def modelaudit():
    os.environ["PROMPTFOO_DISABLE_TELEMETRY"] = "1"
    from modelaudit.core import scan_file

    def scan(path):
        result = scan_file(path)
        if any(issue.severity.value in ("critical", "warning") for issue in result.issues):
            return "finding"
        return "clean" if result.success else "error"

    return scan


def main(tool):
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    scan = {"picklescan": picklescan, "modelscan": modelscan, "fickling": fickling, "modelaudit": modelaudit}[tool]()
    print(json.dumps(version(tool)), flush=True)
    for path in sys.stdin.read().splitlines():
        # What they print is no answer.
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            try:
                answer = scan(path)
            except (Exception, SystemExit):
                answer = "error"
        print(json.dumps(answer), flush=True)
    # A file may have left a thread of the tool behind.
    sys.stdout.flush()
    os._exit(0)


main(sys.argv[1])
