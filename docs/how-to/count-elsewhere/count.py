"""Counts a table with Spark as a definition.json asks for, and writes counts.json.

    spark-submit count.py definition.json counts.json orders.parquet
    spark-submit count.py definition.json counts.json warehouse.sales.orders

What is counted, and the form of both files, is said in counts.schema.json and in README.md beside this script. All columns are counted in one
pass over the table; each check of uniqueness is one more.
"""

import json
import math
import sys
from functools import reduce

from pyspark import __version__ as spark_version
from pyspark.sql import SparkSession, functions as F
from pyspark.sql.types import (
    BooleanType, DateType, DecimalType, DoubleType, FloatType, IntegralType, StringType, TimestampNTZType, TimestampType
)

NUMBER = (
    r"^([+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?"
    r"|[+-]?[iI][nN][fF]([iI][nN][iI][tT][yY])?|[nN][aA][nN])\z"
)
TIMESTAMP = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?"
    r"([Zz]|[+-](0[0-9]|1[0-3]):?[0-5][0-9])?)?\z"
)
DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\z"
TEXTS = {
    "integer": r"^[+-]?[0-9]+\z",
    "number": NUMBER,
    "boolean": r"^([tT][rR][uU][eE]|[fF][aA][lL][sS][eE])\z",
    "time": r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?\z",
}
MISSING, OTHER, NAN = -1, -2, -3
LARGEST = sys.float_info.max


class Cells:
    """One column, read as what the definition asks for."""

    def __init__(self, frame, name, missing=()):
        quoted = "`" + name.replace("`", "``") + "`"
        self.name, self.column, self.type = name, frame[quoted], frame.schema[name].dataType
        self.is_text = isinstance(self.type, StringType)
        self.is_moment = isinstance(self.type, (DateType, TimestampType, TimestampNTZType))
        self.is_float = isinstance(self.type, (FloatType, DoubleType, DecimalType))
        self.missing = self.column.isNull() | self.is_one_of([*([""] if self.is_text else []), *missing])

    def text(self):
        if isinstance(self.type, (StringType, BooleanType, IntegralType, DateType)):
            return self.column.cast("string")
        raise SystemExit(f"The column '{self.name}' is {self.type.simpleString()}, which engines write differently as text.")

    def is_one_of(self, texts):
        if self.is_float:
            numbers = [number for number in map(plain_number, texts) if number is not None]
            return self.number().isin(numbers) if numbers else F.lit(False)
        if self.is_moment and not isinstance(self.type, DateType):
            return self.moment().isin([F.unix_millis(F.lit(text).cast("timestamp")) for text in texts]) if texts else F.lit(False)
        return self.text().isin(list(texts)) if texts else F.lit(False)

    def number(self):
        """A double, or null for what is no number."""
        if self.is_text:
            return F.when(self.column.rlike(NUMBER), F.expr(f"try_cast({self.sql()} AS double)"))
        if self.is_float or isinstance(self.type, IntegralType):
            return self.column.cast("double")
        return F.lit(None).cast("double")

    def moment(self):
        """Milliseconds since 1970, or null for what is no point in time."""
        if self.is_text:
            zoned = F.concat(
                F.regexp_replace(
                    F.regexp_replace(F.upper(self.column), r"(\.[0-9]{3})[0-9]+", "$1"),
                    r"([+-][0-9]{2})([0-9]{2})$",
                    "$1:$2",
                ),
                F.when(self.column.rlike(r"[Zz]$|:.*[+-]"), "").when(F.length(self.column) > 10, "Z").otherwise("T00:00:00Z"),
            )
            millis = F.unix_millis(F.try_to_timestamp(zoned))
            return F.when(self.column.rlike(TIMESTAMP) & ~self.column.startswith("0000"), millis)
        if self.is_moment:
            # Without a zone it is UTC, as the session's zone is set to be.
            return F.unix_millis(self.column.cast("timestamp"))
        return F.lit(None).cast("long")

    def sql(self):
        return "`" + self.name.replace("`", "``") + "`"


def plain_number(text):
    """The finite number that is written like this, if any: `1`, `0.5`, but not `1.0`."""
    try:
        number = float(text)
    except ValueError:
        return None
    written = repr(number).removesuffix(".0")
    return number if math.isfinite(number) and written == text else None


def column_slot(cells, column):
    """The slot that a row is in: a bin, a category, or one of the codes."""
    if column["kind"] == "categorical":
        slot = F.lit(OTHER)
        for index, category in enumerate(column["categories"]):
            slot = F.when(cells.is_one_of([category]), index).otherwise(slot)
        return F.when(cells.missing, MISSING).otherwise(slot), F.lit(None).cast("double")
    value = (cells.number() if column["kind"] == "numeric" else cells.moment()).cast("double")
    edges = F.array(*[F.lit(float(edge)) for edge in column["edges"]]) if column["edges"] else F.array().cast("array<double>")
    # NaN is above every number in Spark; it is told apart before.
    bin_of = F.size(F.filter(edges, lambda edge: edge <= value))
    slot = (
        F.when(cells.missing, MISSING).when(value.isNull(), OTHER).when(F.isnan(value), NAN).otherwise(bin_of)
    )
    return slot, F.when(slot >= 0, value)


def condition(check, cells):
    """Whether a present value meets a check; null is not met."""
    test = check["test"]
    if test == "type":
        return is_of_type(check["type"], cells)
    if test == "range":
        return in_range(check, cells)
    if test == "multiple-of":
        quotient = cells.number() / F.lit(float(check["divisor"]))
        return (F.abs(cells.number()) <= LARGEST) & (F.rint(quotient) == quotient)
    if test == "length":
        length = F.char_length(cells.text())
        return (length >= check.get("minimum", 0)) & (length <= check.get("maximum", 2**31 - 1))
    if test == "pattern":
        return cells.text().rlike(check["pattern"])
    if test == "values":
        found = cells.is_one_of(check["values"])
        return ~found if check.get("not") else found
    raise SystemExit(f"This script does not know the test '{test}'.")


def is_of_type(wanted, cells):
    if cells.is_text:
        if wanted == "string":
            return F.lit(True)
        if wanted == "timestamp":
            return cells.moment().isNotNull()
        if wanted == "date":
            return cells.column.rlike(DATE) & cells.moment().isNotNull()
        return cells.column.rlike(TEXTS[wanted])
    if wanted == "integer" and cells.is_float:
        return (F.abs(cells.number()) <= LARGEST) & (cells.number() % 1 == 0)
    kinds = {
        "integer": (IntegralType,),
        "number": (IntegralType, FloatType, DoubleType, DecimalType),
        "boolean": (BooleanType,),
        "date": (DateType,),
        "timestamp": (DateType, TimestampType, TimestampNTZType),
    }
    return F.lit(isinstance(cells.type, kinds.get(wanted, ())))


def in_range(check, cells):
    value = {"number": cells.number, "timestamp": cells.moment, "string": cells.text}[check["type"]]()
    bounds = check["bounds"]
    comparisons = {
        "minimum": lambda bound: value >= bound,
        "maximum": lambda bound: value <= bound,
        "exclusiveMinimum": lambda bound: value > bound,
        "exclusiveMaximum": lambda bound: value < bound,
    }
    met = [compare(F.lit(bounds[name])) for name, compare in comparisons.items() if bounds.get(name) is not None]
    if check["type"] != "string":
        met.append(~F.isnan(value.cast("double")))
    return reduce(lambda a, b: a & b, met, F.lit(True))


def count(frame, definition):
    """The counts of a table, as counts.json has them."""
    items = []
    for index, column in enumerate(definition["columns"]):
        slot, number = column_slot(Cells(frame, column["name"], column.get("missing", ())), column)
        items.append((f"column {index}", slot, number))
    for index, check in enumerate(definition["checks"]):
        if check["test"] == "unique":
            continue
        cells = Cells(frame, check["column"], check.get("missing", ()))
        if check["test"] == "present":
            slot = F.when(cells.missing, 1).otherwise(0)
        else:
            slot = F.when(~cells.missing, F.when(condition(check, cells), 0).otherwise(1))
        items.append((f"check {index}", slot, F.lit(None).cast("double")))

    rows = frame.count()
    structs = [
        F.struct(F.lit(item).alias("item"), slot.cast("int").alias("slot"), number.alias("number"))
        for item, slot, number in items
    ]
    found = {}
    if structs:
        exploded = frame.select(F.explode(F.array(*structs)).alias("e")).select("e.*").where("slot IS NOT NULL")
        grouped = exploded.groupBy("item", "slot").agg(
            F.count("*").alias("n"), F.min("number").alias("least"), F.max("number").alias("greatest")
        )
        for row in grouped.collect():
            found.setdefault(row["item"], {})[row["slot"]] = row
    return {
        "counts-version": 1,
        "definition": definition["digest"],
        "engine": f"Spark {spark_version}",
        "rows": rows,
        "columns": [
            column_counts(column, found.get(f"column {index}", {}))
            for index, column in enumerate(definition["columns"])
        ],
        "checks": [
            {"id": check["id"], **(unique_counts(frame, check) if check["test"] == "unique" else check_counts(found.get(f"check {index}", {})))}
            for index, check in enumerate(definition["checks"])
        ],
    }


def column_counts(column, slots):
    n = lambda slot: slots[slot]["n"] if slot in slots else 0
    head = {"name": column["name"], "kind": column["kind"], "nulls": n(MISSING)}
    if column["kind"] == "categorical":
        return {**head, "categories": [n(index) for index in range(len(column["categories"]))], "other": n(OTHER)}
    binned = [row for slot, row in slots.items() if slot >= 0]
    return {
        **head,
        "nans": n(NAN),
        "invalid": n(OTHER),
        "bins": [n(index) for index in range(len(column["edges"]) + 1)],
        "minimum": as_json(min((row["least"] for row in binned), default=None)),
        "maximum": as_json(max((row["greatest"] for row in binned), default=None)),
    }


def as_json(number):
    """JSON has no infinities."""
    if number is None or math.isfinite(number):
        return number
    return "Infinity" if number > 0 else "-Infinity"


def check_counts(slots):
    return {"checked": sum(row["n"] for row in slots.values()), "failed": slots[1]["n"] if 1 in slots else 0}


def unique_counts(frame, check):
    parts = [Cells(frame, name, check.get("missing", ())) for name in check["columns"]]
    whole = reduce(lambda a, b: a & b, [~cells.missing for cells in parts])
    keys = frame.where(whole).groupBy(*[cells.column for cells in parts]).agg(F.count("*").alias("n"))
    row = keys.agg(F.sum("n").alias("rows"), F.count("*").alias("keys"), F.count_if(F.col("n") > 1).alias("repeated")).first()
    rows = row["rows"] or 0
    return {"checked": rows, "failed": row["repeated"] if check.get("count") == "keys" else rows - row["keys"]}


def main(definition_file, counts_file, data):
    spark = SparkSession.builder.appName("count.py").config("spark.sql.session.timeZone", "UTC").getOrCreate()
    with open(definition_file, encoding="utf-8") as file:
        definition = json.load(file)
    frame = spark.read.parquet(data) if "/" in data or data.endswith(".parquet") else spark.table(data)
    with open(counts_file, "w", encoding="utf-8") as file:
        json.dump(count(frame, definition), file, ensure_ascii=False, allow_nan=False, indent=1)
    spark.stop()


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
