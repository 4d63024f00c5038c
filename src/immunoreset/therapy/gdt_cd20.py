"""Gamma-delta CAR-T cells of a donor against CD20: they spare the host, and are rejected within weeks."""

from immunoreset.therapy.families.car_t_kinds import CD20
from immunoreset.therapy.families.car_t_product import car_t_product

DRUG = car_t_product(
    "gdt-cd20",
    file=__file__,
    module="gdt_cd20",
    meaning="gamma-delta CAR-T cells of a donor against CD20: no memory",
    kind=CD20,
    example="1e9 cells on day 0",
)
