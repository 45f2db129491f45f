"""Writes the operators of TensorFlow and ONNX, by which validate-model knows those that need a library of their own.

    python generate-operators.py tensorflow ../src/formats/operators/tensorflow.json
    python generate-operators.py onnx ../src/formats/operators/onnx.json

The first needs tensorflow, the second onnx and onnxruntime.
"""

import json
import sys


def tensorflow():
    import tensorflow as tf
    from tensorflow.core.framework import op_def_pb2
    from tensorflow.python.client import pywrap_tf_session

    names = {name for name in dir(tf.raw_ops) if not name.startswith("_")}
    operations = op_def_pb2.OpList()
    operations.ParseFromString(pywrap_tf_session.TF_GetBuffer(pywrap_tf_session.TF_GetAllOpList()))
    names |= {operation.name for operation in operations.op}
    return {"versions": [f"tensorflow {tf.__version__}"], "operators": sorted(names)}


def onnx():
    import onnx
    import onnxruntime
    from onnxruntime.capi.onnxruntime_pybind11_state import get_all_operator_schema

    domains = {}
    for schema in onnx.defs.get_all_schemas_with_history():
        domains.setdefault(schema.domain, set()).add(schema.name)
    for schema in get_all_operator_schema():
        domains.setdefault(schema.domain, set()).add(schema.name)
    return {
        "versions": [f"onnx {onnx.__version__}", f"onnxruntime {onnxruntime.__version__}"],
        "operators": {domain: sorted(names) for domain, names in sorted(domains.items())},
    }


def main():
    made = {"tensorflow": tensorflow, "onnx": onnx}[sys.argv[1]]()
    with open(sys.argv[2], "w") as file:
        json.dump(made, file, separators=(",", ":"))
        file.write("\n")


main()
