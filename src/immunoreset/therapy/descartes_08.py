"""CAR-T cells against BCMA that carry mRNA of the receptor: weekly, without conditioning, gone within days."""

from immunoreset.therapy.families.car_t_kinds import BCMA
from immunoreset.therapy.families.car_t_product import car_t_product

DRUG = car_t_product(
    "descartes-08",
    file=__file__,
    module="descartes_08",
    meaning="CAR-T cells against BCMA made with mRNA: weekly, no conditioning, gone within days",
    aliases=("descartes08",),
    kind=BCMA,
    example="52.5e6 cells/kg every 7 days from 0 x 6",
    conditioned=False,
)
