"""CD19 CAR-T cells with inducible caspase 9: rimiducid kills most of them within minutes."""

from immunoreset.therapy.families.car_t_kinds import ICASP9
from immunoreset.therapy.families.car_t_product import car_t_product

DRUG = car_t_product(
    "cd19-car-t-icasp9",
    file=__file__,
    module="cd19_car_t_icasp9",
    meaning="CD19 CAR-T cells that rimiducid kills (inducible caspase 9)",
    aliases=("icasp9",),
    kind=ICASP9,
)
