"""Glucocorticoids as prednisone: the daily dose in prednisone equivalents, on which remission and low activity depend.

Equivalents are the textbook table of anti-inflammatory potency, recalled: sources differ on betamethasone (0.6 or 0.75 mg for
5 mg of prednisone) and deflazacort (6 to 7.5 mg). Only doses by mouth or vein count; joints, skin and inhalers do not.
"""

from __future__ import annotations

from collections.abc import Mapping

from numpy.typing import ArrayLike

from immunoreset.endpoints.known import Range
from immunoreset.endpoints.quantities import Prednisone
from immunoreset.endpoints.tables import read
from immunoreset.endpoints.together import total
from immunoreset.errors import unknown

PREDNISONE_MG = 5.0  # the amount of prednisone to which the table compares each drug
MG_FOR_5_MG_PREDNISONE = {row["drug"]: float(row["mg_equal_to_5_mg_prednisone"]) for row in read("gc_equivalents")}
DRUGS = tuple(MG_FOR_5_MG_PREDNISONE)

_SALTS = {"sodium", "hydrogen", "succinate", "hemisuccinate", "phosphate", "acetate", "acetonide", "hexacetonide", "dipropionate"}
_OTHER_NAMES = {
    "cortisone": "cortisone acetate",
    "cortisol": "hydrocortisone",
    "prednisolon": "prednisolone",
    "prednison": "prednisone",
    "methylprednisolon": "methylprednisolone",
    "6-methylprednisolone": "methylprednisolone",
    "methyl-prednisolone": "methylprednisolone",
    "methyl prednisolone": "methylprednisolone",
}


def drug(name: str) -> str:
    """The drug as the table of equivalents names it, from its name in any case and with or without its salt. Raises UnknownName.

    >>> drug("METHYLPREDNISOLONE SODIUM SUCCINATE"), drug("Cortisone")
    ('methylprednisolone', 'cortisone acetate')
    """
    plain = " ".join(word for word in name.lower().split() if word not in _SALTS)
    found = _OTHER_NAMES.get(plain, plain)
    if found not in MG_FOR_5_MG_PREDNISONE:
        raise unknown("glucocorticoid", name, DRUGS)
    return found


def prednisone_equivalent(daily_mg: Mapping[str, Range | ArrayLike | None]) -> Prednisone:
    """The daily dose of all glucocorticoids together, in mg of prednisone.

    `daily_mg` holds mg a day by drug, one value or one per visit; None or nan is a dose that is not known and leaves a least
    dose. Raises UnknownName for a drug without an equivalent and InvalidValue for a negative dose.

    >>> prednisone_equivalent({"methylprednisolone": 8, "Hydrocortisone": 20}).to("mg/day")
    Range(15)
    >>> prednisone_equivalent({"prednisone": 10, "dexamethasone": None}).to("mg/day") <= 5
    Answer(False)

    Source: tables/gc_equivalents.csv.
    """
    doses = [Range.of(mg, lowest=0) * (PREDNISONE_MG / MG_FOR_5_MG_PREDNISONE[drug(name)]) for name, mg in daily_mg.items()]
    return Prednisone(total(doses), "mg/day")
