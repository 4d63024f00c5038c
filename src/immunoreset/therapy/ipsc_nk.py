"""CD19 CAR-NK cells made of induced pluripotent stem cells: weekly doses, without memory."""

from immunoreset.therapy.families.car_t_product import car_t_product

DRUG = car_t_product(
    "ipsc-nk",
    file=__file__,
    module="ipsc_nk",
    meaning="CD19 CAR-NK cells from stem cells, off the shelf: no memory, little cytokine",
    example="1e9 cells on days 0 7 14",
)
