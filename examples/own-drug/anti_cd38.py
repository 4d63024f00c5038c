"""An antibody against CD38 kills plasma cells, long-lived ones too. An example with assumed numbers, not a drug to rely on."""

from typing import NamedTuple

from immunoreset.patient.vocabulary import Effects, Num
from immunoreset.therapy.families.antibody import antibody


class AntiCd38(NamedTuple):
    clearance: Num
    volume: Num
    exchange: Num
    volume_peripheral: Num
    half_effect: Num
    kill_long_lived: Num
    kill_plasmablasts: Num


def does(concentration: Num, my: AntiCd38) -> Effects:
    share = concentration / (my.half_effect + concentration)
    return Effects(kill_long_lived=my.kill_long_lived * share, kill_plasmablasts=my.kill_plasmablasts * share)


DRUG = antibody(
    "anti-cd38",
    file=__file__,
    numbers=AntiCd38,
    does=does,
    meaning="antibody against CD38; kills plasma cells, which CAR-T cells against CD19 do not see",
    units=("mg/kg", "mg"),
    example="16 mg/kg on days 0 7 14 21",
)
