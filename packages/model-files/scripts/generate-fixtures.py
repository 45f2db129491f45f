"""Writes model files of real frameworks, harmless and poisoned, for the tests of packages/model-files.

    python generate-fixtures.py ../../../test/fixtures/model-files

Made with the versions that the manifest names. A poisoned file holds an object whose unpickling would run `true`, a command without effect.
"""

import gzip
import io
import json
import os
import pickle
import sys
import warnings
import zipfile
import zlib
from pathlib import Path

os.environ["KERAS_BACKEND"] = "torch"

import catboost
import gguf
import joblib
import keras
import lightgbm
import numpy as np
import pandas as pd
import scipy.sparse
import sklearn
import skops
import skops.io
import torch
import xgboost
from safetensors.numpy import save_file
from skl2onnx import to_onnx
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, IsolationForest, RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, WhiteKernel
from sklearn.linear_model import LogisticRegression, Ridge, SGDClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, PowerTransformer, SplineTransformer, StandardScaler
from sklearn.svm import SVC

warnings.simplefilter("ignore")
ROOT = Path(sys.argv[1])
MANIFEST = []


def target(name, technique, verdict, rule=None):
    path = ROOT / verdict / name
    path.parent.mkdir(parents=True, exist_ok=True)
    MANIFEST.append({"path": f"{verdict}/{name}", "technique": technique, "verdict": verdict, **({"rule": rule} if rule else {})})
    return path


class Command:
    """Runs a command when it is unpickled."""

    def __reduce__(self):
        return os.system, ("true",)


class Bound:
    """Reaches a method by getattr when it is unpickled."""

    def __reduce__(self):
        return getattr, (np.arange(3), "tofile")


def data():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {"age": rng.integers(18, 80, 60), "amount": rng.gamma(2, 100, 60), "job": rng.choice(["a", "b", "c"], 60)}
    )
    return frame, (rng.random(60) > 0.5).astype(int)


def pipeline(model):
    columns = ColumnTransformer(
        [("numbers", StandardScaler(), ["age", "amount"]), ("words", OneHotEncoder(handle_unknown="ignore"), ["job"])]
    )
    return Pipeline([("columns", columns), ("model", model)])


def sklearn_models():
    frame, y = data()
    numbers = frame[["age", "amount"]]
    models = {
        "scorecard": (pipeline(LogisticRegression()), frame),
        "boosting": (pipeline(GradientBoostingClassifier(n_estimators=3, max_depth=2)), frame),
        "histogram-boosting": (pipeline(HistGradientBoostingClassifier(max_iter=2, max_leaf_nodes=4)), frame),
        "forest": (RandomForestClassifier(n_estimators=2, max_depth=3), numbers),
        "isolation": (IsolationForest(n_estimators=2, max_samples=16), numbers),
        "svm": (SVC(), numbers),
        "neighbours": (KNeighborsClassifier(algorithm="kd_tree"), numbers),
        "process": (GaussianProcessRegressor(RBF() + WhiteKernel()), numbers[:10]),
        "calibrated": (CalibratedClassifierCV(LogisticRegression(), cv=2), numbers),
        "searched": (GridSearchCV(LogisticRegression(), {"C": [1, 2]}, cv=2, scoring="roc_auc"), numbers),
        "splines": (make_pipeline(SplineTransformer(n_knots=3), Ridge()), numbers),
        "functions": (make_pipeline(FunctionTransformer(np.log1p), PowerTransformer(), SGDClassifier(max_iter=5)), numbers),
        "network": (MLPClassifier((2,), max_iter=2), numbers),
    }
    for name, (model, x) in models.items():
        model.fit(x, y[: len(x)])
        joblib.dump(model, target(f"sklearn/{name}.joblib", "joblib", "benign"))
        pickle.dump(model, target(f"sklearn/{name}.pkl", "pickle, default protocol", "benign").open("wb"))
    scorecard = models["scorecard"][0]
    for protocol in range(6):
        pickle.dump(scorecard, target(f"sklearn/protocol-{protocol}.pkl", f"protocol {protocol}", "benign").open("wb"), protocol)
    joblib.dump(scorecard, target("sklearn/zlib.joblib", "joblib, zlib", "benign"), compress=3)
    joblib.dump(scorecard, target("sklearn/gzip.joblib.gz", "joblib, gzip", "benign"))
    text = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(["good credit", "bad credit", "a", "late pay"] * 3, [0, 1, 0, 1] * 3)
    joblib.dump(text, target("sklearn/text.joblib", "joblib with a vocabulary", "benign"))

    forest = models["forest"][0]
    forest.poison_ = Command()
    joblib.dump(forest, target("sklearn/attribute.joblib", "command in an attribute, behind arrays", "malicious", "MV102"))
    joblib.dump(forest, target("sklearn/attribute-zlib.joblib", "the same, zlib", "malicious", "MV102"), compress=3)
    joblib.dump(forest, target("sklearn/attribute-lzma.joblib", "the same, lzma", "malicious", "MV102"), compress=("lzma", 3))
    for protocol in range(6):
        pickle.dump(forest, target(f"sklearn/attribute-{protocol}.pkl", f"command, protocol {protocol}", "malicious", "MV102").open("wb"), protocol)
    pickle.dump(Bound(), target("sklearn/getattr.pkl", "method by getattr", "malicious", "MV102").open("wb"))
    joblib.dump(np.array([1, Command()], dtype=object), target("sklearn/object-array.joblib", "command in an array of objects", "malicious", "MV102"))
    target("sklearn/zlib.pkl", "command, zlib without joblib", "malicious", "MV102").write_bytes(zlib.compress(pickle.dumps(Command())))
    target("sklearn/appended.pkl", "command in a second pickle", "malicious", "MV102").write_bytes(pickle.dumps({}) + pickle.dumps(Command()))
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("readme.txt", "nothing here")
    target("sklearn/prefix.zip", "command before a zip archive", "malicious", "MV102").write_bytes(pickle.dumps(Command()) + zipped.getvalue())
    target("sklearn/gzip.gz", "command, gzip", "malicious", "MV102").write_bytes(gzip.compress(pickle.dumps(Command()), mtime=0))


def boosters():
    frame, y = data()
    numbers = frame[["age", "amount"]]
    gbm = lightgbm.LGBMClassifier(n_estimators=2, verbose=-1, min_child_samples=5, n_jobs=1).fit(numbers, y)
    joblib.dump(gbm, target("lightgbm/classifier.joblib", "LightGBM classifier", "benign"))
    pickle.dump(gbm.booster_, target("lightgbm/booster.pkl", "LightGBM booster", "benign").open("wb"))
    gbm.booster_.save_model(target("lightgbm/model.txt", "LightGBM text", "benign"))
    xgb = xgboost.XGBClassifier(n_estimators=2, max_depth=2).fit(numbers, y)
    pickle.dump(xgb, target("xgboost/classifier.pkl", "XGBoost classifier", "benign").open("wb"))
    xgb.save_model(target("xgboost/model.json", "XGBoost JSON", "benign"))
    xgb.save_model(target("xgboost/model.ubj", "XGBoost UBJSON", "benign"))
    model = LogisticRegression().fit(numbers.to_numpy(), y)
    onnx = to_onnx(model, numbers.to_numpy()[:1].astype(np.float32)).SerializeToString()
    target("onnx/model.onnx", "ONNX", "benign").write_bytes(onnx)


def arrays():
    frame, _ = data()
    small = frame[:4]
    pickle.dump(small, target("pandas/frame.pkl", "DataFrame", "benign").open("wb"))
    pickle.dump(small.astype({"job": "category"}), target("pandas/categories.pkl", "DataFrame with categories", "benign").open("wb"))
    pickle.dump(small.set_index(pd.date_range("2026", periods=4)), target("pandas/dates.pkl", "DataFrame by dates", "benign").open("wb"))
    pickle.dump(scipy.sparse.eye(4, format="csr"), target("scipy/sparse.pkl", "sparse matrix", "benign").open("wb"))
    pickle.dump(np.random.default_rng(0), target("numpy/generator.pkl", "random generator", "benign").open("wb"))
    pickle.dump(np.random.RandomState(0), target("numpy/state.pkl", "random state", "benign").open("wb"))
    np.save(target("numpy/numbers.npy", "npy", "benign"), np.arange(10.0))
    np.savez_compressed(target("numpy/arrays.npz", "npz", "benign"), a=np.arange(3), b=np.array(["x", "y"]))
    save_file({"w": np.zeros((2, 3), np.float32), "b": np.ones(2)}, target("safetensors/model.safetensors", "safetensors", "benign"))
    objects = np.array([Command()], dtype=object)
    np.save(target("numpy/objects.npy", "command in an npy of objects", "malicious", "MV102"), objects, allow_pickle=True)
    np.savez(target("numpy/objects.npz", "command in an npz of objects", "malicious", "MV102"), a=objects)


def torches():
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2), torch.nn.ReLU(), torch.nn.Linear(2, 1))
    optimizer = torch.optim.Adam(model.parameters())
    model(torch.ones(2, 3)).sum().backward()
    optimizer.step()
    state = model.state_dict()
    torch.save(state, target("torch/state.pt", "state dict", "benign"))
    torch.save(model, target("torch/module.pt", "whole module", "benign"))
    torch.save({"model": state, "optimizer": optimizer.state_dict(), "epoch": 1}, target("torch/checkpoint.ckpt", "checkpoint", "benign"))
    torch.save(state, target("torch/legacy.pth", "state dict, legacy", "benign"), _use_new_zipfile_serialization=False)
    torch.save({"a": torch.zeros(2, dtype=torch.bfloat16), "b": torch.ones(2, 3)[:, 1:], "c": torch.tensor([True])}, target("torch/types.pt", "types and views", "benign"))
    script = script_entries(torch.jit.script(torch.nn.Linear(3, 1)))
    write_zip(target("torch/script.pt", "TorchScript", "benign"), script)
    pickle.dump(torch.zeros(2), target("torch/tensor.pkl", "tensor in a plain pickle", "benign").open("wb"))

    poisoned = {**state, "x": Command()}
    torch.save(poisoned, target("torch/state.pt", "command in a state dict", "malicious", "MV102"))
    torch.save(poisoned, target("torch/legacy.pt", "command, legacy", "malicious", "MV102"), _use_new_zipfile_serialization=False)
    torch.save(poisoned, target("torch/model.onnx", "command under a wrong extension", "malicious", "MV102"))
    folder = script[0][0].split("/")[0]
    payload = (f"{folder}/data.pkl", pickle.dumps(Command(), 2))
    write_zip(target("torch/duplicate.pt", "second data.pkl in a TorchScript archive", "malicious", "MV202"), [payload, *script])


def script_entries(module):
    """The entries of a TorchScript archive, save the source positions, which name folders of this machine."""
    buffer = io.BytesIO()
    torch.jit.save(module, buffer)
    with zipfile.ZipFile(buffer) as archive:
        return [(info.filename, archive.read(info)) for info in archive.infolist() if not info.filename.endswith(".debug_pkl")]


def write_zip(path, entries):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in entries:
            archive.writestr(name, content)


def others():
    frame, y = data()
    numbers = frame[["age", "amount"]].to_numpy()
    boosted = catboost.CatBoostClassifier(iterations=2, depth=2, verbose=0, allow_writing_files=False).fit(numbers, y)
    boosted.save_model(str(target("catboost/model.cbm", "CatBoost", "benign")))
    pickle.dump(boosted, target("catboost/classifier.pkl", "CatBoost classifier", "benign").open("wb"))
    skops.io.dump(pipeline(LogisticRegression()).fit(frame, y), target("skops/scorecard.skops", "skops", "benign"))
    skops.io.dump({"f": os.system}, target("skops/function.skops", "skops with a function", "malicious", "MV313"))

    writer = gguf.GGUFWriter(target("gguf/model.gguf", "GGUF", "benign"), "llama")
    writer.add_chat_template("{% for m in messages %}{{ m['content'] }}{% endfor %}")
    writer.add_tensor("w", np.zeros((2, 4), np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()

    layers = keras.layers
    plain = keras.Sequential([keras.Input((4,)), layers.Dense(2, activation="relu"), layers.Dense(1)])
    plain.compile("adam", "mse")
    entry = keras.Input((8,))
    text = keras.Model(entry, layers.Dense(2, activation="softmax")(layers.LSTM(2)(layers.Embedding(5, 2)(entry))))
    coded = keras.Sequential([keras.Input((4,)), layers.Lambda(lambda x: x * 2), layers.Dense(1)])
    for suffix in ("keras", "h5"):
        plain.save(target(f"keras/sequential.{suffix}", "Keras sequential model", "benign"))
        text.save(target(f"keras/functional.{suffix}", "Keras functional model", "benign"))
        coded.save(target(f"keras/lambda.{suffix}", "Keras Lambda", "malicious", "MV301"))


def main():
    for make in (sklearn_models, boosters, arrays, torches, others):
        make()
    versions = {
        "python": sys.version.split()[0],
        **{m.__name__: m.__version__ for m in (sklearn, joblib, np, pd, scipy, lightgbm, xgboost, catboost, torch, keras, skops)},
    }
    manifest = {"versions": versions, "files": sorted(MANIFEST, key=lambda entry: entry["path"])}
    (ROOT / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


main()
