"""Teclistamab ties T cells to BCMA: plasma cells, short- and long-lived, and B cells in part; given in steps up."""

from immunoreset.therapy.families.engager import engager

DRUG = engager(
    "teclistamab",
    file=__file__,
    meaning="engager of T cells and BCMA, under the skin: plasma cells, long-lived ones too, and B cells; begun with small doses",
    units=("mg/kg", "mg"),
    example="1.5 mg/kg on days 4 32",
)
