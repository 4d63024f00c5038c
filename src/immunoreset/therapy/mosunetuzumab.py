"""Mosunetuzumab ties T cells to CD20, which plasma cells do not carry; antibodies against CD20 take its target from it."""

from immunoreset.therapy.families.antibody import IV, SC
from immunoreset.therapy.families.engager import engager

DRUG = engager(
    "mosunetuzumab",
    file=__file__,
    meaning="engager of T cells and CD20, under the skin; rituximab and obinutuzumab take its target from it",
    units=("mg",),
    example="45 mg on days 7 14 then every 21 days until 56",
    routes=(SC, IV),
)
