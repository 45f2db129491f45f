"""A fitted pipeline as an ONNX graph. Every permitted attribute is an input; all are [rows, 1], as is the output."""

from importlib.metadata import version

import numpy as np
import onnx
import onnxruntime
import pandas as pd
from lightgbm import LGBMClassifier
from onnx import GraphProto, ModelProto, NodeProto, helper, numpy_helper
from onnxmltools.convert.lightgbm.operator_converters.LightGbm import convert_lightgbm
from skl2onnx import convert_sklearn, update_registered_converter
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, StringTensorType
from skl2onnx.common.shape_calculator import calculate_linear_classifier_output_shapes
from sklearn.pipeline import Pipeline

from attributes import PERMITTED, Attribute, Categorical

update_registered_converter(
    LGBMClassifier,
    "LightGbmLGBMClassifier",
    calculate_linear_classifier_output_shapes,
    convert_lightgbm,
    options={"nocl": [True, False], "zipmap": [True, False, "columns"]},
)


def to_onnx(pipeline: Pipeline, name: str, properties: dict[str, str]) -> ModelProto:
    """Converts, keeps the probability of class 1 alone, and names each encoder after the attribute it encodes.

    ONNX Runtime says that name when a level is unknown, so that a server can tell the caller which attribute it was.
    """
    converted = convert_sklearn(
        pipeline,
        name=name,
        initial_types=[(attribute.name, input_type(attribute)) for attribute in PERMITTED],
        options={"zipmap": False},
        target_opset={"": 17, "ai.onnx.ml": 3},
    )
    graph = converted.graph
    graph.initializer.append(numpy_helper.from_array(np.array([1], dtype=np.int64), "class_bad"))
    graph.node.append(helper.make_node("Gather", ["probabilities", "class_bad"], ["probability"], "Gather", axis=1))
    for node in graph.node:
        if node.op_type == "OneHotEncoder":
            node.name = node.input[0]
    model = helper.make_model(
        helper.make_graph(
            needed_for("probability", graph),
            name,
            graph.input,
            [helper.make_tensor_value_info("probability", onnx.TensorProto.FLOAT, [None, 1])],
            sorted(graph.initializer, key=lambda tensor: tensor.name),
        ),
        producer_name="skl2onnx",
        producer_version=version("skl2onnx"),
        ir_version=converted.ir_version,
        opset_imports=sorted(converted.opset_import, key=lambda opset: opset.domain),
    )
    helper.set_model_props(model, properties)
    onnx.checker.check_model(model, full_check=True)
    return model


def needed_for(output: str, graph: GraphProto) -> list[NodeProto]:
    """The nodes that the output depends on, in an order that is the same in every run."""
    makers = {name: node for node in graph.node for name in node.output}
    ordered: dict[str, NodeProto] = {}

    def visit(name: str) -> None:
        node = makers.get(name)
        if node is None or node.output[0] in ordered:
            return
        for each in node.input:
            visit(each)
        ordered[node.output[0]] = node

    visit(output)
    return list(ordered.values())


def input_type(attribute: Attribute) -> StringTensorType | Int64TensorType | FloatTensorType:
    if isinstance(attribute, Categorical):
        return StringTensorType([None, 1])
    return Int64TensorType([None, 1]) if attribute.whole else FloatTensorType([None, 1])


def run_onnx(model: ModelProto, rows: pd.DataFrame) -> np.ndarray:
    """The probabilities that ONNX Runtime gets for the rows."""
    types = {"tensor(string)": object, "tensor(int64)": np.int64, "tensor(float)": np.float32}
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    feeds = {each.name: rows[[each.name]].to_numpy().astype(types[each.type]) for each in session.get_inputs()}
    (probability,) = session.run(["probability"], feeds)
    return probability[:, 0]
