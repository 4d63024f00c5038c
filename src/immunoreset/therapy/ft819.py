"""CD19 CAR-T cells made of induced pluripotent stem cells: off the shelf, without memory, rejected within weeks."""

from immunoreset.therapy.families.car_t_product import car_t_product

DRUG = car_t_product(
    "ft819",
    file=__file__,
    module="ft819",
    meaning="CD19 CAR-T cells from stem cells, off the shelf: no memory",
    example="9e8 cells on day 0",
)
