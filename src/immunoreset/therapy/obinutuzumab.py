"""Obinutuzumab, an antibody against CD20 that reaches deeper into tissue than rituximab."""

from immunoreset.therapy.families.antibody import antibody
from immunoreset.therapy.rituximab import CLASS, AntiCd20, does, occupies

DRUG = antibody(
    "obinutuzumab",
    file=__file__,
    numbers=AntiCd20,
    does=does,
    offers=occupies,
    meaning="antibody against CD20 that reaches deeper into tissue than rituximab",
    units=("mg",),
    example="1000 mg on days 0 14 168 182",
    kind=CLASS,
)
