"""CD19 CAR-T cells of a healthy donor, edited so that the host does not reject them and they do not attack the host."""

from immunoreset.therapy.families.car_t_product import car_t_product

DRUG = car_t_product(
    "tyu19",
    file=__file__,
    module="tyu19",
    meaning="CD19 CAR-T cells of a donor, edited against rejection and graft-versus-host disease",
    aliases=("donor-edited",),
)
