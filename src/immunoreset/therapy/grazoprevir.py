"""Grazoprevir, which blocks the protease by which the receptor of SNIP CAR-T cells cuts itself."""

from immunoreset.therapy.families.switch import switch_drug

DRUG = switch_drug(
    "grazoprevir",
    file=__file__,
    meaning="switch of cd19-car-t-snip: keeps the receptor whole",
    moves=("car_protected",),
    switches=("cd19-car-t-snip",),
    example="100 mg daily from 0 until 28",
)
