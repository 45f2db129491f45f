"""
Validates orders.csv of the working directory by the expectations that are named. Great Expectations keeps the result of the suite under
gx/uncommitted/validations; what its checkpoint tells of it is written to checkpoint.json.
"""

import sys

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas

EXPECTATIONS = {
    "not-null": gxe.ExpectColumnValuesToNotBeNull(column="kind"),
    "unique": gxe.ExpectColumnValuesToBeUnique(column="id"),
    "between": gxe.ExpectColumnValuesToBeBetween(column="price", min_value=0, severity="warning"),
    "rows": gxe.ExpectTableRowCountToBeBetween(min_value=1, max_value=1000),
    "no-column": gxe.ExpectColumnValuesToNotBeNull(column="nope"),
}

context = gx.get_context(mode="file", project_root_dir=".")
context.variables.progress_bars = {"globally": False}
asset = context.data_sources.add_or_update_pandas("shop").add_dataframe_asset("orders")
batch = asset.add_batch_definition_whole_dataframe("all")
expectations = [EXPECTATIONS[name] for name in sys.argv[1:]]
suite = context.suites.add_or_update(gx.ExpectationSuite(name="orders", expectations=expectations))
validation = context.validation_definitions.add_or_update(
    gx.ValidationDefinition(name="orders", data=batch, suite=suite)
)
checkpoint = context.checkpoints.add_or_update(gx.Checkpoint(name="nightly", validation_definitions=[validation]))
result = checkpoint.run(batch_parameters={"dataframe": pandas.read_csv("orders.csv")})
with open("checkpoint.json", "w") as file:
    file.write(result.describe())
