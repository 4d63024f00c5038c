"""Elranatamab ties T cells to BCMA, as teclistamab does, with kinetics of its own."""

from immunoreset.therapy.families.engager import engager

DRUG = engager(
    "elranatamab",
    file=__file__,
    meaning="engager of T cells and BCMA, under the skin, at flat doses; at a concentration it does what teclistamab does",
    units=("mg",),
    example="76 mg on day 4 then weekly until 25",
)
