"""Writes harmless models of frameworks around scikit-learn and of gradient boosting, for the tests of packages/model-files.

    python generate-framework-fixtures.py ../../../test/fixtures/model-files/benign

Made with scikit-learn 1.9.1, imbalanced-learn 0.14.2, category_encoders 2.11.2, hmmlearn 0.3.3, xgboost 3.2.0, lightgbm 4.7.0, catboost
1.2.10, skops 0.16.0, onnxmltools 1.16.0, torch 2.15.0, dill 0.4.1, cloudpickle 3.1.3.
"""

import pickle
import sys
import warnings
from pathlib import Path

import joblib
import numpy as np
import pandas as pd

warnings.simplefilter("ignore")
ROOT = Path(sys.argv[1])
rng = np.random.default_rng(0)
X = pd.DataFrame({"age": rng.integers(18, 80, 80).astype(float), "amount": rng.random(80), "job": rng.choice(list("abc"), 80)})
N = X[["age", "amount"]]
C = X.astype({"job": "category"})
y = (rng.random(80) > 0.5).astype(int)
classes = rng.integers(0, 3, 80)


def target(name):
    path = ROOT / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return str(path)


def save(name, model, protocol=4):
    Path(target(f"{name}.pkl")).write_bytes(pickle.dumps(model, protocol))


def around_sklearn():
    import category_encoders
    from hmmlearn.hmm import GaussianHMM
    from imblearn.ensemble import BalancedRandomForestClassifier, EasyEnsembleClassifier
    from imblearn.over_sampling import SMOTE
    from imblearn.pipeline import make_pipeline
    from sklearn.ensemble import StackingClassifier, AdaBoostClassifier
    from sklearn.experimental import enable_iterative_imputer  # noqa: F401
    from sklearn.feature_selection import RFECV
    from sklearn.impute import IterativeImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier

    save("imblearn/smote", make_pipeline(SMOTE(k_neighbors=2), LogisticRegression()).fit(N, y))
    save("imblearn/forest", BalancedRandomForestClassifier(n_estimators=2, max_depth=2).fit(N, y), 5)
    save("imblearn/easy", EasyEnsembleClassifier(n_estimators=1, estimator=LogisticRegression()).fit(N, y), 2)
    for index, name in enumerate(("BinaryEncoder", "CatBoostEncoder", "CountEncoder", "JamesSteinEncoder", "OneHotEncoder",
                                  "OrdinalEncoder", "TargetEncoder", "WOEEncoder")):
        save(f"category_encoders/{name}", getattr(category_encoders, name)(cols=["job"]).fit(X, y), index % 6)
    save("hmmlearn/gaussian", GaussianHMM(2, n_iter=3).fit(N.to_numpy()))
    stack = [("a", LogisticRegression()), ("b", AdaBoostClassifier(n_estimators=2))]
    joblib.dump(StackingClassifier(stack, cv=2).fit(N, y), target("sklearn/stacking.joblib"))
    joblib.dump(IterativeImputer(max_iter=2).fit(N), target("sklearn/iterative-imputer.joblib"))
    save("sklearn/elimination", RFECV(LogisticRegression(), cv=2).fit(N, y))
    save("sklearn/one-vs-rest", OneVsRestClassifier(LogisticRegression()).fit(N, classes), 0)


def boosting():
    import catboost
    import lightgbm
    import xgboost

    small = {"n_estimators": 2, "max_depth": 2}
    boosters = {
        "dart": xgboost.XGBClassifier(**small, booster="dart").fit(N, y),
        "linear": xgboost.XGBRegressor(n_estimators=2, booster="gblinear").fit(N, y),
        "categories": xgboost.XGBClassifier(**small, enable_categorical=True).fit(C, y),
        "classes": xgboost.XGBClassifier(**small).fit(N, classes),
    }
    for name, model in boosters.items():
        save(f"xgboost/{name}", model)
        for form in ("json", "ubj"):
            model.save_model(target(f"xgboost/{name}.{form}"))
    small = {"n_estimators": 2, "num_leaves": 4, "verbose": -1, "min_child_samples": 5}
    boosters = {
        "dart": lightgbm.LGBMClassifier(**small, boosting_type="dart").fit(N, y),
        "linear": lightgbm.LGBMRegressor(**small, linear_tree=True).fit(N, y),
        "categories": lightgbm.LGBMClassifier(**small, min_data_per_group=5, cat_smooth=1).fit(C, classes),
    }
    for name, model in boosters.items():
        joblib.dump(model, target(f"lightgbm/{name}.joblib"))
        model.booster_.save_model(target(f"lightgbm/{name}.txt"))
    small = {"iterations": 2, "depth": 2, "verbose": 0, "allow_writing_files": False}
    for policy in ("Lossguide", "Depthwise"):
        catboost.CatBoostClassifier(**small, grow_policy=policy).fit(N, y).save_model(target(f"catboost/{policy}.cbm"))
    texts = pd.DataFrame({"note": rng.choice(["good pay", "late pay", "no pay at all"], 80), "amount": rng.random(80)})
    catboost.CatBoostClassifier(**small, text_features=["note"]).fit(texts, y).save_model(target("catboost/text.cbm"))


def others():
    import cloudpickle
    import dill
    import onnxmltools
    import skops.io
    import torch
    from lightgbm import LGBMClassifier
    from onnxmltools.convert.common.data_types import FloatTensorType
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.naive_bayes import GaussianNB

    skops.io.dump(HistGradientBoostingClassifier(max_iter=2, max_leaf_nodes=4).fit(N, y), target("skops/boosting.skops"))
    bayes = GaussianNB().fit(N, y)
    Path(target("dill/bayes.dill")).write_bytes(dill.dumps(bayes))
    Path(target("cloudpickle/bayes.pkl")).write_bytes(cloudpickle.dumps(bayes))
    model = LGBMClassifier(n_estimators=2, verbose=-1).fit(N.to_numpy(np.float32), y)
    types = [("x", FloatTensorType([None, 2]))]
    onnx = onnxmltools.convert_lightgbm(model, initial_types=types, target_opset=15, zipmap=False)
    Path(target("onnx/lightgbm.onnx")).write_bytes(onnx.SerializeToString())

    torch.manual_seed(0)
    torch.save(torch.nn.TransformerEncoderLayer(4, 2, 8), target("torch/transformer.pt"))
    layer = torch.nn.Linear(2, 1)
    torch.save({"optimizer": torch.optim.AdamW(layer.parameters()).state_dict(), "random": torch.get_rng_state()}, target("torch/training.pt"))


for make in (around_sklearn, boosting, others):
    make()
