"""CAR-T cells that carry two receptors, against CD19 and BCMA, made within days."""

from immunoreset.therapy.families.car_t_kinds import CD19_AND_BCMA
from immunoreset.therapy.families.car_t_product import car_t_product

DRUG = car_t_product(
    "gc012f",
    file=__file__,
    module="gc012f",
    meaning="compound CAR-T cells against CD19 and BCMA, made within days",
    aliases=("cd19-bcma-car-t-rapid",),
    kind=CD19_AND_BCMA,
    example="2e5 cells/kg on day 0",
)
