"""CAR-T cells that carry two receptors, against BCMA and CD19, made the usual way."""

from immunoreset.therapy.families.car_t_kinds import CD19_AND_BCMA
from immunoreset.therapy.families.car_t_product import car_t_product

DRUG = car_t_product(
    "ccar",
    file=__file__,
    module="ccar",
    meaning="compound CAR-T cells against BCMA and CD19",
    aliases=("cd19-bcma-car-t",),
    kind=CD19_AND_BCMA,
    example="3e6 cells/kg on day 0",
)
