"""CD19 CAR-T cells with 4-1BB, made in 12 days: the standard product."""

from immunoreset.therapy.families.car_t_product import car_t_product

DRUG = car_t_product(
    "cd19-car-t",
    file=__file__,
    module="car_t",
    meaning="CD19 CAR-T cells with 4-1BB, made in 12 days",
    aliases=("cd19-car-t-4-1bb",),
)
