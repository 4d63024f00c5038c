"""Dasatinib, which blocks LCK, and so pauses CAR cells of any kind within the hour; they work again when it is left out."""

from immunoreset.therapy.drug import ANY_CAR
from immunoreset.therapy.families.switch import switch_drug

DRUG = switch_drug(
    "dasatinib",
    file=__file__,
    meaning="pauses all CAR cells while it is given (blocks LCK)",
    moves=("block_car_t",),
    switches=(ANY_CAR,),
    example="100 mg twice daily from 4 until 11",
    usual=(100.0, 2),
    aliases=("pause",),
)
