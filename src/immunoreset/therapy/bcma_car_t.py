"""CAR-T cells against BCMA: they empty the plasma cells, and see B cells in part."""

from immunoreset.therapy.families.car_t_kinds import BCMA
from immunoreset.therapy.families.car_t_product import car_t_product

DRUG = car_t_product(
    "bcma-car-t",
    file=__file__,
    module="bcma_car_t",
    meaning="CAR-T cells against BCMA: plasma cells, long-lived ones too, and B cells in part",
    aliases=("bcma",),
    kind=BCMA,
)
