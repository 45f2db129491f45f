"""The three models, as scikit-learn pipelines that take a data frame of applications."""

from lightgbm import LGBMClassifier
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from attributes import PERMITTED, Attribute, Categorical

SEED = 20_000

APPLICATION_FORM = ("duration_months", "credit_amount", "savings", "employment", "housing")
"""What the old scorecard was built on: the application form. It saw neither the account nor the credit history."""

BOOSTING_GRID = {
    "lgbmclassifier__n_estimators": [100, 200, 400],
    "lgbmclassifier__num_leaves": [4, 7],
    "lgbmclassifier__min_child_samples": [10, 20],
}
"""What cross-validation on the training rows chooses from."""


def encoder(attributes: tuple[Attribute, ...], numbers: object):
    """One-hot columns for the documented levels, then the numbers. A level outside the documentation is an error."""
    categorical = [attribute for attribute in attributes if isinstance(attribute, Categorical)]
    one_hot = OneHotEncoder(
        categories=[list(attribute.levels.values()) for attribute in categorical], sparse_output=False
    )
    return make_column_transformer(
        (one_hot, [attribute.name for attribute in categorical]),
        (numbers, [attribute.name for attribute in attributes if not isinstance(attribute, Categorical)]),
        verbose_feature_names_out=False,
    ).set_output(transform="pandas")


def scorecard() -> Pipeline:
    """The champion: a logistic regression on the application form."""
    attributes = tuple(attribute for attribute in PERMITTED if attribute.name in APPLICATION_FORM)
    return make_pipeline(encoder(attributes, StandardScaler()), LogisticRegression(C=1.0))


def gradient_boosting() -> Pipeline:
    """The better candidate: small regularised trees on every permitted attribute."""
    return make_pipeline(
        encoder(PERMITTED, "passthrough"),
        LGBMClassifier(
            learning_rate=0.03,
            reg_lambda=5.0,
            colsample_bytree=0.5,
            subsample=0.7,
            subsample_freq=1,
            random_state=SEED,
            deterministic=True,
            force_row_wise=True,
            n_jobs=1,
            verbose=-1,
        ),
    )


def overfitted() -> Pipeline:
    """The worse candidate: one tree, grown until every leaf is pure. It knows the training rows by heart."""
    return make_pipeline(encoder(PERMITTED, "passthrough"), DecisionTreeClassifier(random_state=SEED))
