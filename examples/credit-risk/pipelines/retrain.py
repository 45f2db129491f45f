"""The retraining pipeline, compiled by `python retrain.py` (kfp of requirements.txt) to retrain.yaml, which is what run-pipeline submits."""

from pathlib import Path
from typing import NamedTuple

from kfp import compiler, dsl

# What retrain-model.yml releases, by the names that it looks for.
Retrained = NamedTuple("Retrained", auc=float, model=dsl.Model, predictions=dsl.Dataset, golden=dsl.Dataset)
TRAINING_IMAGE = "europe-west4-docker.pkg.dev/acme-bank-platform/training/credit-risk:1"


@dsl.component(base_image=TRAINING_IMAGE)
def extract(table: str, until: str, rows: dsl.Output[dsl.Dataset]) -> int:
    """Takes the applications decided by `until` and returns how many there are."""
    from credit_risk import extraction

    return extraction.extract(table, until, rows.path)


@dsl.component(base_image=TRAINING_IMAGE)
def train(rows: dsl.Input[dsl.Dataset], seed: int, model: dsl.Output[dsl.Model]) -> None:
    """Fits the boosting, its size chosen by cross-validation."""
    from credit_risk import training

    training.train(rows.path, seed, model.path)


@dsl.component(base_image=TRAINING_IMAGE)
def evaluate(
    rows: dsl.Input[dsl.Dataset],
    model: dsl.Input[dsl.Model],
    predictions: dsl.Output[dsl.Dataset],
    golden: dsl.Output[dsl.Dataset],
) -> float:
    """Scores the test rows for the gate, some of them for the probes of the image, and returns the AUC, for people to see."""
    from credit_risk import evaluation

    return evaluation.evaluate(rows.path, model.path, predictions.path, golden.path)


@dsl.pipeline(name="credit-risk-retrain", description="Fits the credit-risk model again on the applications to date.")
def retrain(table: str, until: str, seed: int = 20000) -> Retrained:
    extraction = extract(table=table, until=until)
    training = train(rows=extraction.outputs["rows"], seed=seed)
    evaluation = evaluate(rows=extraction.outputs["rows"], model=training.outputs["model"])
    return Retrained(
        auc=evaluation.outputs["Output"],
        model=training.outputs["model"],
        predictions=evaluation.outputs["predictions"],
        golden=evaluation.outputs["golden"],
    )


if __name__ == "__main__":
    compiler.Compiler().compile(retrain, str(Path(__file__).with_suffix(".yaml")))
