"""Writes models of TensorFlow, Core ML and CatBoost for the tests of packages/model-files.

    python generate-graph-fixtures.py tensorflow|coreml|catboost ../../../test/fixtures/model-files

Each needs the framework that it names: made with tensorflow 2.21.0, coremltools 9.0, catboost 1.2.10. The harmful ones do nothing here: one
reads a file when it is run, the other asks its app for a class.
"""

import os
import sys
import warnings
from pathlib import Path

import numpy as np

os.environ["CUDA_VISIBLE_DEVICES"] = ""
warnings.simplefilter("ignore")
ROOT = Path(sys.argv[2])


def target(name):
    path = ROOT / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return str(path)


def tensorflow():
    import tensorflow as tf

    tf.random.set_seed(0)
    layers = tf.keras.layers
    dense = tf.keras.Sequential([tf.keras.Input((4,), name="features"), layers.Dense(3, activation="relu"), layers.Dense(1)])
    converter = tf.lite.TFLiteConverter.from_keras_model(dense)
    Path(target("benign/tflite/dense.tflite")).write_bytes(converter.convert())
    texts = tf.TensorSpec([None], tf.string)
    Path(target("benign/tflite/select.tflite")).write_bytes(selected(lambda x: tf.strings.length(tf.strings.lower(x)), texts))
    name = tf.TensorSpec([], tf.string)
    Path(target("malicious/tflite/read-file.tflite")).write_bytes(selected(tf.io.read_file, name))
    tf.saved_model.save(dense, target("folders/saved-model"))


def selected(function, spec):
    """A model that needs operators of TensorFlow itself."""
    import tensorflow as tf

    module = tf.Module()
    module.f = tf.function(function, input_signature=[spec])
    converter = tf.lite.TFLiteConverter.from_concrete_functions([module.f.get_concrete_function()], module)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS, tf.lite.OpsSet.SELECT_TF_OPS]
    return converter.convert()


def coreml():
    import coremltools
    from coremltools.converters.mil import Builder
    from coremltools.models import datatypes
    from coremltools.models.neural_network import NeuralNetworkBuilder

    weights = np.random.default_rng(0).random((64, 4)).astype(np.float32)

    @Builder.program(input_specs=[Builder.TensorSpec(shape=(1, 4))])
    def program(x):
        return Builder.softmax(x=Builder.linear(x=x, weight=weights), axis=-1)

    coremltools.convert(program, convert_to="neuralnetwork").save(target("benign/coreml/network.mlmodel"))
    precision = coremltools.precision.FLOAT32
    coremltools.convert(program, convert_to="mlprogram", compute_precision=precision).save(target("folders/program.mlpackage"))

    builder = NeuralNetworkBuilder([("x", datatypes.Array(4))], [("y", datatypes.Array(4))])
    layer = builder.spec.neuralNetwork.layers.add()
    layer.name, layer.custom.className = "custom", "Run"
    layer.input.append("x")
    layer.output.append("y")
    coremltools.models.utils.save_spec(builder.spec, target("malicious/coreml/custom-layer.mlmodel"))


def catboost():
    import catboost
    import pandas as pd

    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"age": rng.integers(18, 80, 60), "job": rng.choice(list("abc"), 60), "amount": rng.random(60)})
    y = (rng.random(60) > 0.5).astype(int)
    small = {"iterations": 3, "depth": 2, "verbose": 0, "allow_writing_files": False}
    model = catboost.CatBoostClassifier(**small, cat_features=["job"]).fit(frame, y)
    model.save_model(target("benign/catboost/categories.cbm"))
    pool = catboost.Pool(frame, y, cat_features=["job"])
    model.save_model(target("benign/catboost/categories.json"), format="json", pool=pool)
    unnamed = catboost.CatBoostRegressor(**small).fit(frame[["age", "amount"]].to_numpy(), y)
    unnamed.save_model(target("benign/catboost/unnamed.cbm"))


{"tensorflow": tensorflow, "coreml": coreml, "catboost": catboost}[sys.argv[1]]()
