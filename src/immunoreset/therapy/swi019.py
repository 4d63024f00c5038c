"""SWI019, a Fab against CD19 that bridges the receptor of adaptor CAR-T cells to B cells."""

from immunoreset.therapy.families.switch import switch_drug

DRUG = switch_drug(
    "swi019",
    file=__file__,
    meaning="adaptor that bridges cd19-car-t-adaptor to B cells, into the vein",
    moves=("car_bridged",),
    switches=("cd19-car-t-adaptor",),
    example="3 mg daily from 0 until 21",
    into="central",
)
