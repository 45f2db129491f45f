"""Executes GoogleSQL by Google's own analyser and reference implementation (PyPI `zetasql`, compiled to WebAssembly).

Reads requests, one JSON object a line, and answers each by one line:
  {"table": "p.d.t", "columns": [{"name", "type"}], "rows": [[text or null]], "sql", "parameters": [{"name", "type", "value"}]}
  -> {"rows": [{column: value}]} or {"error": text}
"""

import json
import math
import sys

from zetasql.core import ZetaSqlLocalService
from zetasql.types import LanguageOptions, TypeKind
from zetasql.wasi._pb2.zetasql.local_service.local_service_pb2 import (
    EvaluateQueryRequest,
    EvaluateQueryResponse,
    TableContent,
)
from zetasql.wasi._pb2.zetasql.proto.options_pb2 import AnalyzerOptionsProto
from zetasql.wasi._pb2.zetasql.proto.simple_catalog_pb2 import SimpleCatalogProto
from zetasql.wasi._pb2.zetasql.public.options_pb2 import PRODUCT_EXTERNAL
from zetasql.wasi._pb2.zetasql.public.type_pb2 import TypeProto
from zetasql.wasi._pb2.zetasql.public.value_pb2 import ValueProto

LANGUAGE = LanguageOptions.maximum_features().to_proto()
LANGUAGE.product_mode = PRODUCT_EXTERNAL
SERVICE = ZetaSqlLocalService.get_instance().wasm_client
KINDS = {
    "STRING": TypeKind.TYPE_STRING,
    "INT64": TypeKind.TYPE_INT64,
    "FLOAT64": TypeKind.TYPE_DOUBLE,
    "NUMERIC": TypeKind.TYPE_NUMERIC,
    "BOOL": TypeKind.TYPE_BOOL,
    "DATE": TypeKind.TYPE_DATE,
    "DATETIME": TypeKind.TYPE_DATETIME,
    "TIMESTAMP": TypeKind.TYPE_TIMESTAMP,
    "TIME": TypeKind.TYPE_TIME,
}
PARAMETER_KINDS = {"number": "FLOAT64", "numbers": "FLOAT64", "text": "STRING", "texts": "STRING"}


def evaluate(sql, table, columns, content, parameters=()):
    """The rows of a statement over one table, and the names of its columns."""
    catalog = SimpleCatalogProto(name="catalog")
    catalog.builtin_function_options.language_options.CopyFrom(LANGUAGE)
    described = catalog.table.add(name=table)
    for name, kind in columns:
        described.column.add(name=name, type=simple(kind))
    options = AnalyzerOptionsProto(language_options=LANGUAGE)
    # Not BigQuery's default, so that a statement that depends on the default shows it.
    options.default_timezone = "Asia/Kathmandu"
    request = EvaluateQueryRequest(sql=sql, simple_catalog=catalog, table_content={table: content})
    for parameter in parameters:
        options.query_parameters.add(name=parameter["name"], type=parameter_type(parameter))
        request.params.add(name=parameter["name"], value=parameter_value(parameter))
    request.options.CopyFrom(options)
    answer = SERVICE.call_grpc_func("ZetaSqlLocalService_EvaluateQuery", request, EvaluateQueryResponse)
    return [column.name for column in answer.prepared.columns], answer.content.table_data.row


def simple(kind):
    return TypeProto(type_kind=int(kind))


def parameter_type(parameter):
    element = simple(KINDS[PARAMETER_KINDS[parameter["type"]]])
    if not parameter["type"].endswith("s"):
        return element
    array = TypeProto(type_kind=int(TypeKind.TYPE_ARRAY))
    array.array_type.element_type.CopyFrom(element)
    return array


def parameter_value(parameter):
    def one(value):
        number = parameter["type"].startswith("number")
        return ValueProto(double_value=float(value)) if number else ValueProto(string_value=value)

    value = parameter["value"]
    if not isinstance(value, list):
        return one(value)
    array = ValueProto()
    array.array_value.SetInParent()
    array.array_value.element.extend(one(element) for element in value)
    return array


def typed(columns, rows):
    """Rows of texts as rows of the columns' types, cast by GoogleSQL itself."""
    raw = TableContent()
    raw.table_data.SetInParent()
    for row in rows:
        raw.table_data.row.add(cell=[ValueProto() if text is None else ValueProto(string_value=text) for text in row])
    names = [(f"c{i}", TypeKind.TYPE_STRING) for i in range(len(columns))]
    casts = ", ".join(cast(i, column["type"]) for i, column in enumerate(columns))
    content = TableContent()
    content.table_data.SetInParent()
    content.table_data.row.extend(evaluate(f"SELECT {casts} FROM raw", "raw", names, raw)[1])
    return content


def cast(index, type_name):
    zone = "CONCAT(c{0}, ' UTC')" if type_name == "TIMESTAMP" else "c{0}"
    return f"CAST({zone.format(index)} AS {type_name}) AS c{index}"


def plain(value):
    field = value.WhichOneof("value")
    found = None if field is None else getattr(value, field)
    return str(found) if isinstance(found, float) and not math.isfinite(found) else found


def run(request):
    columns = [(column["name"], KINDS[column["type"]]) for column in request["columns"]]
    content = typed(request["columns"], request["rows"])
    names, rows = evaluate(request["sql"], request["table"], columns, content, request["parameters"])
    return [dict(zip(names, (plain(cell) for cell in row.cell))) for row in rows]


for line in sys.stdin:
    try:
        result = {"rows": run(json.loads(line))}
    except Exception as error:  # noqa: BLE001: whatever it is, the test should show it
        result = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(result), flush=True)
