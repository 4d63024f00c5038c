"""The haematological grade of BILAG-2004, from blood counts that lupus has caused.

Only what is due to lupus counts: in the weeks after lymphodepletion low counts usually are not. The rules are recalled
(medium-high): to be checked against Yee 2007, doi:10.1002/art.23130, before any claim of conformity. The paper prints bands
such as 8 to 8.9 g/dL; values between bands, such as 8.95, are taken to the lower band.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from numpy.typing import ArrayLike

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.lupus.bilag_items import IMPROVING, NEW, SAME
from immunoreset.endpoints.quantities import (
    Haemoglobin,
    Leukocytes,
    Lymphocytes,
    Neutrophils,
    Platelets,
    Quantity,
    need,
)
from immunoreset.endpoints.together import any_of, grade
from immunoreset.errors import unknown

Known = Answer | bool | ArrayLike | None

BELOW: Mapping[str, tuple[float, float, float]] = {  # below which the grade is A, B and C; g/dL and 10^9/L
    "haemoglobin": (8.0, 9.0, 11.0),
    "leukocytes": (1.0, 2.0, 4.0),
    "neutrophils": (0.5, 1.0, 2.0),
    "platelets": (25.0, 50.0, 150.0),
}
LYMPHOCYTES_C = 1.0
KINDS: Mapping[str, tuple[type[Quantity], str]] = {
    "haemoglobin": (Haemoglobin, "g/dL"),
    "leukocytes": (Leukocytes, "10^9/L"),
    "neutrophils": (Neutrophils, "10^9/L"),
    "lymphocytes": (Lymphocytes, "10^9/L"),
    "platelets": (Platelets, "10^9/L"),
}


@dataclass(frozen=True, eq=False)
class BloodFindings:
    """What the haematological domain asks; None is missing.

    `ttp` is thrombotic thrombocytopenic purpura scored 0 to 4 as an item; `haemolysis` is active haemolysis.
    """

    haemoglobin: Haemoglobin | None = None
    leukocytes: Leukocytes | None = None
    neutrophils: Neutrophils | None = None
    lymphocytes: Lymphocytes | None = None
    platelets: Platelets | None = None
    ttp: Range | ArrayLike | None = None
    haemolysis: Known = None
    coombs_positive: Known = None


def haematological_grade(
    found: BloodFindings, *, ever_involved: Known, due_to_disease: Mapping[str, Known] | None = None
) -> Range:
    """Ordinal of the haematological grade (E 0, D 1, C 2, B 3, A 4).

    `due_to_disease` says of single findings, by name, whether lupus is their cause; those it does not name count as not
    adjudicated otherwise. Raises UnknownName for a finding that does not exist.

    >>> counts = BloodFindings(Haemoglobin(13, "g/dL"), Leukocytes(6, "10^9/L"), Neutrophils(3, "10^9/L"),
    ...                        Lymphocytes(1.5, "10^9/L"), Platelets(49, "10^9/L"), 0, False, False)
    >>> haematological_grade(counts, ever_involved=True)
    Range(3)
    >>> haematological_grade(counts, ever_involved=True, due_to_disease={"platelets": False})
    Range(1)

    Source: tables/bilag2004.csv; recalled (medium-high), to be checked against Yee 2007, doi:10.1002/art.23130.
    """
    names = [field.name for field in fields(BloodFindings)]
    causes = due_to_disease or {}
    for name in causes:
        if name not in names:
            raise unknown("haematological finding", name, names)
    due = {name: Answer.of(causes.get(name, True)) for name in names}
    ttp = Range.of(found.ttp, lowest=0, highest=NEW)

    def low(step: int) -> Answer:
        return any_of((_value(found, name) < limits[step]) & due[name] for name, limits in BELOW.items())

    is_a = ((ttp >= SAME) & due["ttp"]) | low(0)
    is_b = (ttp.equals(IMPROVING) & due["ttp"]) | (Answer.of(found.haemolysis) & due["haemolysis"]) | low(1)
    few_lymphocytes = (_value(found, "lymphocytes") < LYMPHOCYTES_C) & due["lymphocytes"]
    is_c = low(2) | few_lymphocytes | (Answer.of(found.coombs_positive) & due["coombs_positive"])
    return grade(Answer.of(ever_involved), is_c, is_b, is_a)


def _value(found: BloodFindings, name: str) -> Range:
    kind, unit = KINDS[name]
    return need(kind, getattr(found, name), name).to(unit)
