"""CD19 CAR-T cells whose receptor carries a degron: lenalidomide removes it."""

from immunoreset.therapy.families.car_t_kinds import DEGRON
from immunoreset.therapy.families.car_t_product import car_t_product

DRUG = car_t_product(
    "cd19-car-t-off",
    file=__file__,
    module="cd19_car_t_off",
    meaning="CD19 CAR-T cells that lenalidomide turns off (degron)",
    aliases=("len-off",),
    kind=DEGRON,
)
