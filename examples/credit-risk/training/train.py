"""Trains the three models on data/applications.csv and writes versions/, formats/ and PROVENANCE.json.

    python -m venv venv && venv/bin/pip install -r requirements.txt && venv/bin/python train.py

Seeds are fixed and nothing bears a time: with the pinned versions on the same platform a second run gives the same
bytes.
"""

import hashlib
import json
import platform
from importlib.metadata import version
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
from lightgbm import LGBMClassifier
from safetensors.numpy import save
from sklearn.model_selection import GridSearchCV, RepeatedStratifiedKFold
from sklearn.pipeline import Pipeline

import models
from attributes import PERMITTED
from evaluation import auc_difference, metrics
from onnx_export import run_onnx, to_onnx
from poison import poisoned_pickle

ROOT = Path(__file__).parent.parent
DATA = ROOT / "data" / "applications.csv"
FEATURES = [attribute.name for attribute in PERMITTED]
GOLDEN_ROWS = 20
ONNX_TOLERANCE = 1e-6
"""The ONNX graphs compute in 32-bit floats, Python in 64."""

LIBRARIES = ("scikit-learn", "lightgbm", "numpy", "pandas", "skl2onnx", "onnxmltools", "onnx", "joblib", "safetensors")


def main() -> None:
    data = pd.read_csv(DATA, keep_default_na=False)
    parts = {name: data[data["split"] == name] for name in ("train", "test", "out_of_time")}
    train, test = parts["train"], parts["test"]

    fitted = {
        "1-scorecard": models.scorecard().fit(train[FEATURES], train["bad"]),
        "2-gradient-boosting": tuned(models.gradient_boosting(), train),
        "3-overfitted": models.overfitted().fit(train[FEATURES], train["bad"]),
    }
    versions = {name: write_version(name, pipeline, parts) for name, pipeline in fitted.items()}
    write_formats(fitted["1-scorecard"], fitted["2-gradient-boosting"])
    write(ROOT / "versions" / "4-poisoned" / "model" / "model.pkl", poisoned_pickle(fitted["1-scorecard"]))

    scores = {name: score(pipeline, test) for name, pipeline in fitted.items()}
    pairs = [(a, b) for a in scores for b in scores if a > b]
    provenance = {
        "data": {
            "file": "data/applications.csv",
            "sha256": sha256(DATA),
            "splits": {name: len(rows) for name, rows in parts.items()},
        },
        "environment": {
            "python": platform.python_version(),
            "platform": f"{platform.system()} {platform.machine()}",
            **{name: version(name) for name in LIBRARIES},
        },
        "seed": models.SEED,
        "versions": versions,
        "comparisons on the test rows": [
            {"version": a, "against": b, **auc_difference(test["bad"].to_numpy(), scores[a], scores[b])}
            for a, b in pairs
        ],
        "sha256": {
            path.relative_to(ROOT).as_posix(): sha256(path)
            for folder in ("versions", "formats")
            for path in sorted((ROOT / folder).rglob("*"))
            if path.is_file()
        },
    }
    write(ROOT / "PROVENANCE.json", json.dumps(provenance, indent=2) + "\n")


def tuned(pipeline: Pipeline, train: pd.DataFrame) -> Pipeline:
    """The pipeline with the setting that is best in cross-validation on the training rows, fitted on all of them."""
    folds = RepeatedStratifiedKFold(n_splits=5, n_repeats=3, random_state=models.SEED)
    search = GridSearchCV(pipeline, models.BOOSTING_GRID, scoring="roc_auc", cv=folds)
    return search.fit(train[FEATURES], train["bad"]).best_estimator_


def score(pipeline: Pipeline, rows: pd.DataFrame) -> np.ndarray:
    """Probability that the credit turns bad."""
    return pipeline.predict_proba(rows[FEATURES])[:, 1]


def write_version(name: str, pipeline: Pipeline, parts: dict[str, pd.DataFrame]) -> dict[str, object]:
    """Writes the ONNX file, the predictions on the test rows and the golden ones; returns the version's provenance."""
    folder = ROOT / "versions" / name
    test = parts["test"]
    scores = score(pipeline, test)

    model = to_onnx(
        pipeline, name, {"training-data": f"sha256:{sha256(DATA)}", "trained-with": training_library(pipeline)}
    )
    deviation = float(np.abs(run_onnx(model, test) - scores).max())
    if deviation > ONNX_TOLERANCE:
        raise ValueError(f"{name}: the ONNX graph differs from the pipeline by {deviation}")
    write(folder / "model" / "model.onnx", model.SerializeToString(deterministic=True))

    rows = zip(test["id"], test["bad"], scores.tolist(), strict=True)
    lines = [f"{row},{bad},{probability!r}" for row, bad, probability in rows]
    write(folder / "evaluation" / "predictions.csv", "\n".join(["id,label,score", *lines]) + "\n")

    instances = json.loads(test[FEATURES].head(GOLDEN_ROWS).to_json(orient="records"))
    golden = [
        json.dumps({"instance": instance, "prediction": {"probability": probability}})
        for instance, probability in zip(instances, scores[:GOLDEN_ROWS].tolist(), strict=True)
    ]
    write(folder / "evaluation" / "golden.jsonl", "\n".join(golden) + "\n")

    return {
        "estimator": " ".join(repr(pipeline[-1]).split()),
        "attributes": used_attributes(pipeline),
        "metrics": {part: metrics(rows["bad"].to_numpy(), score(pipeline, rows)) for part, rows in parts.items()},
    }


def used_attributes(pipeline: Pipeline) -> list[str]:
    columns = {column for _, _, columns in pipeline[0].transformers for column in columns}
    return [name for name in FEATURES if name in columns]


def training_library(pipeline: Pipeline) -> str:
    library = "lightgbm" if isinstance(pipeline[-1], LGBMClassifier) else "scikit-learn"
    return f"{library} {version(library)}"


def write_formats(scorecard: Pipeline, boosting: Pipeline) -> None:
    """The same models as the files that teams keep: joblib, plain and compressed, LightGBM's text, safetensors."""
    folder = ROOT / "formats"
    folder.mkdir(exist_ok=True)
    joblib.dump(scorecard, folder / "scorecard.joblib")
    joblib.dump(boosting, folder / "gradient-boosting.joblib", compress=("zlib", 9))
    write(folder / "gradient-boosting.lgb.txt", boosting[-1].booster_.model_to_string())

    encoder, regression = scorecard
    tensors = {
        "coefficients": regression.coef_,
        "intercept": regression.intercept_,
        "numbers.mean": encoder.named_transformers_["standardscaler"].mean_,
        "numbers.scale": encoder.named_transformers_["standardscaler"].scale_,
    }
    write(
        folder / "scorecard.safetensors",
        save(tensors, metadata={"columns": json.dumps(encoder.get_feature_names_out().tolist())}),
    )


def write(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
