"""CD19 CAR-T cells with 4-1BB, made within days: quieter at infusion, more memory, a later peak."""

from immunoreset.therapy.families.car_t_product import car_t_product

DRUG = car_t_product(
    "cd19-car-t-rapid",
    file=__file__,
    module="car_t_rapid",
    meaning="CD19 CAR-T cells with 4-1BB, made fast: quieter, more memory, peak later",
)
