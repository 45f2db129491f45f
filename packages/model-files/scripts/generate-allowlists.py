"""Writes which names of the popular frameworks a pickle may use, from the libraries that are installed.

    python generate-allowlists.py ../src/pickle/allowlists

Run it once for every generation of a library that is to be known: what a file lists already stays listed. `classes` may be
constructed by a pickle with any arguments that are themselves allowed; `references` may only be held as a value. A class gets in if its
library means it to be saved with a model and its constructor and `__setstate__` merely store what they are given: estimators, kernels,
losses, trees, layers. Modules that load, download, compile or run something are left out.
"""

import importlib
import inspect
import json
import pkgutil
import sys
import warnings
from pathlib import Path

warnings.simplefilter("ignore")


def walk(package, leave_out):
    """Every importable module of a package, save those whose path has one of the given parts."""
    root = importlib.import_module(package)
    yield root
    for info in pkgutil.walk_packages(root.__path__, f"{package}."):
        if any(part in leave_out for part in info.name.split(".")):
            continue
        try:
            yield importlib.import_module(info.name)
        except BaseException:  # an optional dependency is missing
            continue


def own_names(module):
    """A Cython module may have been compiled under its last name alone, and then its members are saved under that."""
    return module.__name__, module.__name__.rpartition(".")[2]


def own_classes(module):
    for _, member in inspect.getmembers(module, inspect.isclass):
        if member.__module__ in own_names(module) and member.__qualname__ == member.__name__:
            yield member


class Listing:
    def __init__(self, library):
        self.version = f"{library.__name__} {library.__version__}"
        self.classes, self.references = {}, {}

    def add(self, kind, module, name):
        kind.setdefault(module, set()).add(name)

    def add_class(self, cls):
        self.add(self.classes, cls.__module__, cls.__name__)

    def write(self, path):
        old = json.loads(path.read_text()) if path.exists() else {"versions": [], "classes": {}, "references": {}}
        for section, new in (("classes", self.classes), ("references", self.references)):
            for module, names in old[section].items():
                for name in names:
                    self.add(new, module, name)
        content = {
            "versions": sorted({*old["versions"], self.version}),
            "classes": {module: sorted(names) for module, names in sorted(self.classes.items())},
            "references": {module: sorted(names) for module, names in sorted(self.references.items())},
        }
        path.write_text(json.dumps(content, indent=1) + "\n")


def sklearn_listing():
    import sklearn
    from sklearn.base import BaseEstimator

    listing = Listing(sklearn)
    # Helpers of estimators that are pickled with them, by the module that defines them.
    helpers = {
        "sklearn.calibration",
        "sklearn.cluster._birch",
        "sklearn.cluster._bisect_k_means",
        "sklearn.compose._column_transformer",
        "sklearn.gaussian_process.kernels",
        "sklearn.impute._iterative",
        "sklearn.linear_model._sgd_fast",
        "sklearn._loss._loss",
        "sklearn._loss.link",
        "sklearn._loss.loss",
        "sklearn.metrics._dist_metrics",
        "sklearn.metrics._scorer",
        "sklearn.model_selection._split",
        "sklearn.neighbors._ball_tree",
        "sklearn.neighbors._kd_tree",
        "sklearn.neural_network._stochastic_optimizers",
        "sklearn.tree._classes",
        "sklearn.tree._criterion",
        "sklearn.tree._splitter",
        "sklearn.tree._tree",
        "sklearn.ensemble._gb_losses",
        "sklearn.ensemble._hist_gradient_boosting.binning",
        "sklearn.ensemble._hist_gradient_boosting.predictor",
        "sklearn.utils._bunch",
        "sklearn.utils._metadata_requests",
        "sklearn.frozen._frozen",
    }
    calls_anything = {"PyFuncDistance", "PyFuncDistance32", "PyFuncDistance64"}
    leave_out = {"tests", "conftest", "externals", "datasets", "_testing", "estimator_checks", "setup", "__check_build"}
    for module in walk("sklearn", leave_out):
        for cls in own_classes(module):
            if cls.__name__ in calls_anything:
                continue
            if issubclass(cls, BaseEstimator) or module.__name__ in helpers:
                listing.add_class(cls)
        for name in dir(module):
            if name.startswith("__pyx_unpickle_") or (name == "newObj" and module.__name__ in helpers):
                home = getattr(module, name).__module__
                listing.add(listing.classes, home if home in own_names(module) else module.__name__, name)
    for name in ("_kmeans_single_lloyd", "_kmeans_single_elkan"):
        listing.add(listing.references, "sklearn.cluster._kmeans", name)
    for package in ("metrics", "metrics.pairwise", "feature_selection", "preprocessing"):
        module = importlib.import_module(f"sklearn.{package}")
        for name, member in inspect.getmembers(module, inspect.isfunction):
            if member.__module__.startswith(f"sklearn.{package.split('.')[0]}."):
                listing.add(listing.references, member.__module__, name)
    return listing


def extension_listing(package, *helpers):
    """The estimators of a library that extends scikit-learn, and classes that they keep."""
    from sklearn.base import BaseEstimator

    listing = Listing(importlib.import_module(package))
    for module in walk(package, {"tests", "conftest", "datasets", "utils", "keras", "tensorflow", "examples"}):
        for cls in own_classes(module):
            if issubclass(cls, BaseEstimator) or f"{cls.__module__}.{cls.__name__}" in helpers:
                listing.add_class(cls)
    return listing


def scipy_listing():
    import scipy
    import scipy.interpolate
    import scipy.sparse
    import scipy.spatial
    import scipy.special
    import numpy

    listing = Listing(scipy)
    for name, cls in inspect.getmembers(scipy.sparse, inspect.isclass):
        if name.endswith(("_matrix", "_array")):
            listing.add_class(cls)
            # Before SciPy 1.8 the modules had no underscore.
            listing.add(listing.classes, cls.__module__.replace("scipy.sparse._", "scipy.sparse."), name)
    for name in ("BSpline", "PPoly", "BPoly", "CubicSpline", "PchipInterpolator", "Akima1DInterpolator", "interp1d",
                 "UnivariateSpline", "RegularGridInterpolator"):
        listing.add_class(getattr(scipy.interpolate, name))
    for name in ("KDTree", "cKDTree"):
        listing.add_class(getattr(scipy.spatial, name))
    for name, member in inspect.getmembers(scipy.special):
        if isinstance(member, numpy.ufunc):
            for module in ("scipy.special", "scipy.special._ufuncs"):
                listing.add(listing.references, module, name)
    return listing


def numpy_listing():
    import numpy

    listing = Listing(numpy)
    for name, member in inspect.getmembers(numpy):
        if isinstance(member, type) and issubclass(member, numpy.generic):
            listing.add(listing.classes, "numpy", name)
        elif isinstance(member, numpy.ufunc):
            for module in ("numpy", "numpy.core._multiarray_umath"):
                listing.add(listing.references, module, name)
    for name in ("abs", "all", "amax", "amin", "any", "argmax", "argmin", "around", "asarray", "atleast_2d", "average", "clip",
                 "cumsum", "diff", "identity", "max", "mean", "median", "min", "nan_to_num", "nanmax", "nanmean", "nanmedian", "nanmin",
                 "nanpercentile", "nansum", "percentile", "prod", "quantile", "ravel", "reshape", "round", "squeeze", "std", "sum",
                 "transpose", "unique", "var", "where"):
        member = getattr(numpy, name)
        for module in {"numpy", getattr(member, "__module__", "numpy")}:
            listing.add(listing.references, module, member.__name__)
    return listing


def xgboost_listing():
    import xgboost
    import xgboost.core
    import xgboost.sklearn

    listing = Listing(xgboost)
    for cls in own_classes(xgboost.sklearn):
        if issubclass(cls, xgboost.sklearn.XGBModel):
            listing.add_class(cls)
    listing.add_class(xgboost.core.Booster)
    return listing


def lightgbm_listing():
    import lightgbm
    import lightgbm.basic
    import lightgbm.sklearn

    listing = Listing(lightgbm)
    for cls in own_classes(lightgbm.sklearn):
        if issubclass(cls, lightgbm.sklearn.LGBMModel):
            listing.add_class(cls)
    listing.add_class(lightgbm.basic.Booster)
    listing.add(listing.classes, "lightgbm.compat", "LGBMLabelEncoder")
    listing.add(listing.classes, "lightgbm.compat", "_LGBMLabelEncoder")
    return listing


def torch_listing():
    import torch
    import torch._utils
    import torch.nn.modules

    listing = Listing(torch)
    for module in walk("torch.nn.modules", {"tests"}):
        for cls in own_classes(module):
            if issubclass(cls, torch.nn.Module):
                listing.add_class(cls)
    for name in dir(torch._utils):
        if name.startswith("_rebuild_") and not name.endswith("_from_type_v2"):
            listing.add(listing.classes, "torch._utils", name)
    for module in walk("torch.optim", {"tests", "_multi_tensor"}):
        for cls in own_classes(module):
            if issubclass(cls, torch.optim.Optimizer):
                listing.add_class(cls)
    for name, member in inspect.getmembers(torch):
        if isinstance(member, (torch.dtype, torch.layout, torch.memory_format)):
            listing.add(listing.references, "torch", name)
        if name.endswith("Storage") and isinstance(member, type):
            listing.add(listing.classes, "torch", name)
    for name in ("Size", "device", "Tensor", "Generator"):
        listing.add(listing.classes, "torch", name)
    for module, name in (("torch.nn.parameter", "Parameter"), ("torch.nn.parameter", "Buffer"), ("torch._tensor", "Tensor"),
                         ("torch.storage", "UntypedStorage"), ("torch.storage", "TypedStorage"),
                         ("torch.serialization", "_get_layout")):
        listing.add(listing.classes, module, name)
    for name, member in inspect.getmembers(torch.nn.functional):
        if name in ("relu", "gelu", "silu", "elu", "selu", "softmax", "log_softmax", "leaky_relu", "softplus", "sigmoid", "tanh"):
            listing.add(listing.references, member.__module__, name)
    return listing


def main():
    target = Path(sys.argv[1])
    for name, make in (("sklearn", sklearn_listing), ("scipy", scipy_listing), ("numpy", numpy_listing), ("xgboost", xgboost_listing),
                       ("lightgbm", lightgbm_listing), ("torch", torch_listing),
                       ("imblearn", lambda: extension_listing("imblearn")),
                       ("category_encoders", lambda: extension_listing("category_encoders")),
                       ("hmmlearn", lambda: extension_listing("hmmlearn", "hmmlearn.base.ConvergenceMonitor"))):
        try:
            listing = make()
        except ImportError as error:
            print(f"{name}: left as it is ({error})")
            continue
        listing.write(target / f"{name}.json")
        print(f"{listing.version}: {sum(map(len, listing.classes.values()))} classes, "
              f"{sum(map(len, listing.references.values()))} references")


main()
