"""CD19 CAR-T cells whose receptor carries a protease that cuts it, unless grazoprevir blocks the protease."""

from immunoreset.therapy.families.car_t_kinds import PROTEASE
from immunoreset.therapy.families.car_t_product import car_t_product

DRUG = car_t_product(
    "cd19-car-t-snip",
    file=__file__,
    module="cd19_car_t_snip",
    meaning="CD19 CAR-T cells that work only with grazoprevir (protease switch)",
    aliases=("snip",),
    kind=PROTEASE,
    needs="grazoprevir",
)
