"""The running case: the customer tables of an invented small firm, made from a seed.

Stone Bridge roasts coffee and blends tea. It has supplied cafés and offices since 2015; in January 2022 it
opened a mail-order club for consumers. The tables cover the 36 months 2022-01 to 2024-12; money is in yuan.
Nothing here is data about a real firm or a real person. `TRUE_PARAMETERS` holds what the tables were made with,
so that a lesson can compare an estimate with the truth; `course/data/README.md` describes every column.
"""

from crmlib.running_case.businesses import INFORMATION_SENSITIVITY, STAGES, YEARS_AHEAD
from crmlib.running_case.making import DEFAULT_SEED, generate, write
from crmlib.running_case.months import FIRST_DAY, LAST_DAY, MONTHS, SURVEY_DAY
from crmlib.running_case.tables import DATA_FOLDER, SCHEMA, TABLES, active_on, load, tiers, yearly_contribution
from crmlib.running_case.truth import TRUE_PARAMETERS, TrueParameters, expected_retention, true_retention

__all__ = [
    "DATA_FOLDER",
    "DEFAULT_SEED",
    "FIRST_DAY",
    "INFORMATION_SENSITIVITY",
    "LAST_DAY",
    "MONTHS",
    "SCHEMA",
    "STAGES",
    "SURVEY_DAY",
    "TABLES",
    "TRUE_PARAMETERS",
    "YEARS_AHEAD",
    "TrueParameters",
    "active_on",
    "expected_retention",
    "generate",
    "load",
    "tiers",
    "true_retention",
    "write",
    "yearly_contribution",
]
