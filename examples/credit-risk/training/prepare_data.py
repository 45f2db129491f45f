"""Writes data/applications.csv from the copy of the Statlog German Credit data that Debian's r-cran-caret carries.

    apt-get download r-cran-caret && dpkg-deb -x r-cran-caret_*.deb caret
    python prepare_data.py caret/usr/lib/R/site-library/caret/data/GermanCredit.RData [german.data]

caret holds the 13 categorical attributes as indicator columns; they are turned back into categories. Where UCI's own
german.data is given too, the result is compared with it value by value.
"""

import argparse
import hashlib
from pathlib import Path

import pandas as pd
import rdata

from attributes import ATTRIBUTES, Categorical, Numeric

OUTPUT = Path(__file__).parent.parent / "data" / "applications.csv"

OUT_OF_TIME_ROWS = 100
TEST_ROWS = 400

CARET_LEVELS = {
    "CheckingAccountStatus": {"A11": "lt.0", "A12": "0.to.200", "A13": "gt.200", "A14": "none"},
    "CreditHistory": {
        "A30": "NoCredit.AllPaid",
        "A31": "ThisBank.AllPaid",
        "A32": "PaidDuly",
        "A33": "Delay",
        "A34": "Critical",
    },
    "Purpose": {
        "A40": "NewCar",
        "A41": "UsedCar",
        "A42": "Furniture.Equipment",
        "A43": "Radio.Television",
        "A44": "DomesticAppliance",
        "A45": "Repairs",
        "A46": "Education",
        "A47": "Vacation",
        "A48": "Retraining",
        "A49": "Business",
        "A410": "Other",
    },
    "SavingsAccountBonds": {
        "A61": "lt.100",
        "A62": "100.to.500",
        "A63": "500.to.1000",
        "A64": "gt.1000",
        "A65": "Unknown",
    },
    "EmploymentDuration": {
        "A71": "Unemployed",
        "A72": "lt.1",
        "A73": "1.to.4",
        "A74": "4.to.7",
        "A75": "gt.7",
    },
    "Personal": {
        "A91": "Male.Divorced.Seperated",
        "A92": "Female.NotSingle",
        "A93": "Male.Single",
        "A94": "Male.Married.Widowed",
        "A95": "Female.Single",
    },
    "OtherDebtorsGuarantors": {"A101": "None", "A102": "CoApplicant", "A103": "Guarantor"},
    "Property": {"A121": "RealEstate", "A122": "Insurance", "A123": "CarOther", "A124": "Unknown"},
    "OtherInstallmentPlans": {"A141": "Bank", "A142": "Stores", "A143": "None"},
    "Housing": {"A151": "Rent", "A152": "Own", "A153": "ForFree"},
    "Job": {
        "A171": "UnemployedUnskilled",
        "A172": "UnskilledResident",
        "A173": "SkilledEmployee",
        "A174": "Management.SelfEmp.HighlyQualified",
    },
}
"""The suffix of caret's indicator column for each Statlog code."""

CARET_FLAGS = {"Telephone": "A191", "ForeignWorker": "A201"}
"""Two-level attributes are one column; 1 stands for this code (for the telephone that is "none", unlike its name)."""


def categories(source: pd.DataFrame, attribute: Categorical) -> pd.Series:
    """The level of each row, from the attribute's indicator columns, exactly one of which must be 1."""
    if attribute.source in CARET_FLAGS:
        first, second = attribute.levels
        assert first == CARET_FLAGS[attribute.source]
        indicators = pd.DataFrame({first: source[attribute.source], second: 1 - source[attribute.source]})
    else:
        suffixes = CARET_LEVELS[attribute.source]
        indicators = pd.DataFrame({code: source[f"{attribute.source}.{suffixes[code]}"] for code in attribute.levels})
    if not (indicators.isin((0, 1)).all(axis=None) and (indicators.sum(axis=1) == 1).all()):
        raise ValueError(f"{attribute.source}: the indicator columns do not name exactly one level in every row")
    return indicators.idxmax(axis=1).map(attribute.levels)


def split(ids: list[str]) -> list[str]:
    """The last 100 rows stand in for a later period; of the others, the 400 smallest SHA-256 of the id are the test."""
    earlier = ids[:-OUT_OF_TIME_ROWS]
    test = set(sorted(earlier, key=lambda row: hashlib.sha256(row.encode()).hexdigest())[:TEST_ROWS])
    return ["test" if row in test else "train" for row in earlier] + ["out_of_time"] * OUT_OF_TIME_ROWS


def decode(source: pd.DataFrame) -> pd.DataFrame:
    """caret's 62 columns as id, split, the 20 attributes and the label."""
    ids = [f"app-{number:04d}" for number in range(1, len(source) + 1)]
    columns: dict[str, object] = {"id": ids, "split": split(ids)}
    for attribute in ATTRIBUTES:
        match attribute:
            case Numeric():
                columns[attribute.name] = source[attribute.source].astype(int).to_list()
            case Categorical():
                columns[attribute.name] = categories(source, attribute).to_list()
    columns["bad"] = (source["Class"] == "Bad").astype(int).to_list()
    return pd.DataFrame(columns)


def compare_with_uci(table: pd.DataFrame, german_data: Path) -> None:
    """Raises where the decoded table and UCI's german.data differ in any value."""
    original = pd.read_csv(german_data, sep=r"\s+", header=None)
    for position, attribute in enumerate(ATTRIBUTES):
        values = original[position]
        if isinstance(attribute, Categorical):
            values = values.map(attribute.levels)
        if values.to_list() != table[attribute.name].to_list():
            raise ValueError(f"{attribute.name} differs from {german_data}")
    if (original[20] - 1).to_list() != table["bad"].to_list():
        raise ValueError(f"the label differs from {german_data}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Write data/applications.csv from caret's GermanCredit.RData.")
    parser.add_argument("rdata", type=Path)
    parser.add_argument("german_data", type=Path, nargs="?")
    arguments = parser.parse_args()

    table = decode(rdata.read_rda(arguments.rdata)["GermanCredit"])
    if arguments.german_data is not None:
        compare_with_uci(table, arguments.german_data)
        print("every value equals UCI's german.data")
    table.to_csv(OUTPUT, index=False, lineterminator="\n")
    print(f"{OUTPUT.name}: {len(table)} rows, {table['bad'].sum()} bad")
    print(table.groupby("split")["bad"].agg(rows="size", bad="sum").to_string())


if __name__ == "__main__":
    main()
