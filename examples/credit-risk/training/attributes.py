"""The 20 attributes of the Statlog German Credit data: readable names and levels, in the source's order.

One definition serves the decoding of the source, the encoders of the models, and the inputs of the ONNX graphs.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Categorical:
    """An attribute with named levels. `levels` maps the code of the Statlog documentation to the level's name."""

    name: str
    source: str
    levels: dict[str, str]


@dataclass(frozen=True)
class Numeric:
    """A number. `whole` numbers are 64-bit integers in the models' inputs, others 32-bit floats."""

    name: str
    source: str
    whole: bool = True


Attribute = Categorical | Numeric

ATTRIBUTES: tuple[Attribute, ...] = (
    Categorical(
        "checking_account",
        "CheckingAccountStatus",
        {"A11": "overdrawn", "A12": "under_200", "A13": "200_or_more", "A14": "none"},
    ),
    Numeric("duration_months", "Duration"),
    Categorical(
        "credit_history",
        "CreditHistory",
        {
            "A30": "none_or_all_repaid",
            "A31": "all_repaid_at_this_bank",
            "A32": "repaid_to_date",
            "A33": "past_delay",
            "A34": "critical_or_credits_elsewhere",
        },
    ),
    Categorical(
        "purpose",
        "Purpose",
        {
            "A40": "new_car",
            "A41": "used_car",
            "A42": "furniture_or_equipment",
            "A43": "radio_or_television",
            "A44": "domestic_appliance",
            "A45": "repairs",
            "A46": "education",
            "A47": "vacation",
            "A48": "retraining",
            "A49": "business",
            "A410": "other",
        },
    ),
    Numeric("credit_amount", "Amount", whole=False),
    Categorical(
        "savings",
        "SavingsAccountBonds",
        {
            "A61": "under_100",
            "A62": "100_to_500",
            "A63": "500_to_1000",
            "A64": "1000_or_more",
            "A65": "unknown_or_none",
        },
    ),
    Categorical(
        "employment",
        "EmploymentDuration",
        {
            "A71": "unemployed",
            "A72": "under_1_year",
            "A73": "1_to_4_years",
            "A74": "4_to_7_years",
            "A75": "7_years_or_more",
        },
    ),
    Numeric("instalment_rate_percent", "InstallmentRatePercentage"),
    Categorical(
        "personal_status_sex",
        "Personal",
        {
            "A91": "male_divorced_or_separated",
            "A92": "female_divorced_separated_or_married",
            "A93": "male_single",
            "A94": "male_married_or_widowed",
            "A95": "female_single",
        },
    ),
    Categorical(
        "other_debtors", "OtherDebtorsGuarantors", {"A101": "none", "A102": "co_applicant", "A103": "guarantor"}
    ),
    Numeric("residence_years", "ResidenceDuration"),
    Categorical(
        "property",
        "Property",
        {
            "A121": "real_estate",
            "A122": "savings_agreement_or_life_insurance",
            "A123": "car_or_other",
            "A124": "unknown_or_none",
        },
    ),
    Numeric("age_years", "Age"),
    Categorical("other_instalment_plans", "OtherInstallmentPlans", {"A141": "bank", "A142": "stores", "A143": "none"}),
    Categorical("housing", "Housing", {"A151": "rent", "A152": "own", "A153": "rent_free"}),
    Numeric("existing_credits", "NumberExistingCredits"),
    Categorical(
        "job",
        "Job",
        {
            "A171": "unemployed_or_unskilled_non_resident",
            "A172": "unskilled_resident",
            "A173": "skilled",
            "A174": "management_or_highly_qualified",
        },
    ),
    Numeric("dependants", "NumberPeopleMaintenance"),
    Categorical("telephone", "Telephone", {"A191": "none", "A192": "registered"}),
    Categorical("foreign_worker", "ForeignWorker", {"A201": "yes", "A202": "no"}),
)

PROTECTED = ("personal_status_sex", "age_years", "foreign_worker")
"""Kept in the data to measure fairness by, never an input of a model."""

PERMITTED: tuple[Attribute, ...] = tuple(attribute for attribute in ATTRIBUTES if attribute.name not in PROTECTED)
"""What a request carries: every model version takes all of them and uses those it needs, so that the versions behind
one endpoint can be exchanged, or share its traffic, without a caller noticing."""
