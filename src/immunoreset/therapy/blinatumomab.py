"""Blinatumomab ties T cells to CD19. It is gone within hours, so that a pump gives it; its effect ends with the pump."""

from immunoreset.therapy.families.engager import engager

DRUG = engager(
    "blinatumomab",
    file=__file__,
    meaning="engager of T cells and CD19, by a pump: so much a day, day and night; its effect ends with the pump",
    units=("mg", "mg/m2"),
    example="9 ug daily from 0, 28 from 7 until 28",
    continuous=True,
)
