"""Saves the estimators of the installed scikit-learn, fitted, as harmless files for the tests of packages/model-files.

    python generate-estimators.py ../../../test/fixtures/model-files/benign PART PARTS

Estimators are dealt out to PARTS environments, so that each generation of the library gives others; this one writes those of PART (from 0). The
ways of saving take turns: joblib, plain and compressed, and every protocol of pickle. What is larger than 8 KiB is left out.
"""

import io
import pickle
import sys
import warnings
from pathlib import Path

warnings.simplefilter("ignore")

import joblib
import numpy as np
import sklearn
from sklearn.datasets import make_classification
from sklearn.utils import all_estimators

LARGEST = 8192


def fitted(estimator, x, y):
    for data in (x, [" ".join("abc"[: 1 + i % 3]) for i in range(len(y))]):
        try:
            return estimator.fit(data, y)
        except Exception:
            continue
    return estimator


def saved(model, way):
    """File ending and content."""
    if way < 6:
        return f"{way}.pkl", pickle.dumps(model, protocol=way)
    compress = {6: 0, 7: ("zlib", 3), 8: ("gzip", 3), 9: ("bz2", 3), 10: ("lzma", 3), 11: ("xz", 3)}[way]
    file = io.BytesIO()
    joblib.dump(model, file, compress=compress)
    return ("joblib" if compress == 0 else f"{compress[0]}.joblib"), file.getvalue()


def main(target, part, parts):
    folder = Path(target) / f"sklearn-{sklearn.__version__}"
    folder.mkdir(parents=True, exist_ok=True)
    x, y = make_classification(40, 4, random_state=0)
    x = np.abs(x)
    for index, (name, cls) in enumerate(all_estimators()):
        if index % parts != part:
            continue
        try:
            model = fitted(cls(), x, y)
        except TypeError:  # it wants another estimator
            continue
        ending, content = saved(model, index // parts % 12)
        if len(content) <= LARGEST:
            (folder / f"{name}.{ending}").write_bytes(content)


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
