"""CD19 CAR-T cells with CD28: faster, shorter-lived, more toxic."""

from immunoreset.therapy.families.car_t_product import car_t_product

DRUG = car_t_product(
    "cd19-car-t-cd28",
    file=__file__,
    module="car_t_cd28",
    meaning="CD19 CAR-T cells with CD28: faster, shorter-lived, more toxic",
)
