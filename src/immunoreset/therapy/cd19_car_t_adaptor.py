"""CAR-T cells whose receptor sees an adaptor, and CD19 only by it."""

from immunoreset.therapy.families.car_t_kinds import ADAPTOR
from immunoreset.therapy.families.car_t_product import car_t_product

DRUG = car_t_product(
    "cd19-car-t-adaptor",
    file=__file__,
    module="cd19_car_t_adaptor",
    meaning="CAR-T cells that work only with the adaptor swi019, as CLBR001",
    aliases=("scar",),
    kind=ADAPTOR,
    needs="swi019",
)
