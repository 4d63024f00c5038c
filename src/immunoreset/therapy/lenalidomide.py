"""Lenalidomide, here a switch of cells built for it: it holds a split receptor together, or removes one with a degron."""

from immunoreset.therapy.families.switch import switch_drug

DRUG = switch_drug(
    "lenalidomide",
    file=__file__,
    meaning="switch of cd19-car-t-on and cd19-car-t-off, its effect on myeloma left out",
    moves=(
        "car_dimerised",
        "car_degraded",
    ),
    switches=(
        "cd19-car-t-on",
        "cd19-car-t-off",
    ),
    example="5 mg daily from 0 until 28",
)
