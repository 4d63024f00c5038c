"""CD19 CAR-T cells with a split receptor, which works only while lenalidomide holds its halves together."""

from immunoreset.therapy.families.car_t_kinds import SPLIT
from immunoreset.therapy.families.car_t_product import car_t_product

DRUG = car_t_product(
    "cd19-car-t-on",
    file=__file__,
    module="cd19_car_t_on",
    meaning="CD19 CAR-T cells that work only with lenalidomide (split receptor)",
    aliases=("len-on",),
    kind=SPLIT,
    needs="lenalidomide",
)
