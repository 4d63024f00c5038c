"""Small vessels and granulomas of ANCA-associated vasculitis, which follow inflammation; the kidney has a module of its own."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Num, Rest, Signals


class State(NamedTuple):
    vessel_inflammation: Num
    granuloma: Num


class Vessels(NamedTuple):
    """How fast vessels and granulomas follow inflammation, and what an examiner finds of them."""

    vessel_pace: Num
    granuloma_pace: Num
    bvas_wg: Num
    quiet_below: Num
    granuloma_margin: Num
    noise: Num


def change(me: State, my: Vessels, seen: Signals, on: Effects, rest: Rest) -> State:
    """Both follow inflammation, granulomas slowly."""
    return State(
        vessel_inflammation=my.vessel_pace * (seen.inflammation - me.vessel_inflammation),
        granuloma=my.granuloma_pace * (seen.inflammation - me.granuloma),
    )


MODULE = Module("vessels", __file__, State, Vessels, lambda my: State(1.0, 1.0), change)
