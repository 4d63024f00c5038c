"""CD19 CAR-T cells with truncated EGFR: cetuximab kills them over days."""

from immunoreset.therapy.families.car_t_kinds import EGFRT
from immunoreset.therapy.families.car_t_product import car_t_product

DRUG = car_t_product(
    "cd19-car-t-egfrt",
    file=__file__,
    module="cd19_car_t_egfrt",
    meaning="CD19 CAR-T cells that cetuximab kills (truncated EGFR)",
    aliases=("egfrt",),
    kind=EGFRT,
)
