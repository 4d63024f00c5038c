"""How the patient feels: fatigue (FACIT-F) and physical health (SF-36 PCS) from the state of fatigue, damage and activity."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.patient.module import Module, Nothing
from immunoreset.patient.vocabulary import Num

Floats = NDArray[np.float64]

FACIT_RANGE, PCS_RANGE = (0.0, 52.0), (0.0, 100.0)


class WellBeing(NamedTuple):
    """Scores without lupus, and what fatigue, damage and activity take from them."""

    facit_well: Num
    facit_fatigue: Num
    facit_per_damage: Num
    pcs_well: Num
    pcs_activity: Num
    active_assessment: Num
    pcs_fatigue: Num
    pcs_per_damage: Num


MODULE = Module("well_being", __file__, Nothing, WellBeing)


def facit_f(my: WellBeing, *, fatigue: ArrayLike, damage: ArrayLike) -> Floats:
    """FACIT-F, 0 to 52 (no fatigue). `fatigue` is the state, 1 in active disease; `damage` points of the SLICC/ACR index."""
    taken = my.facit_fatigue * np.asarray(fatigue) + my.facit_per_damage * np.asarray(damage)
    return np.clip(my.facit_well - taken, *FACIT_RANGE)


def sf36_pcs(my: WellBeing, *, fatigue: ArrayLike, damage: ArrayLike, pga: ArrayLike) -> Floats:
    """SF-36 physical component summary, 50 in the general population. `pga` is the physician's assessment on 0 to 3."""
    of_activity = my.pcs_activity * np.asarray(pga) / my.active_assessment
    taken = of_activity + my.pcs_fatigue * np.asarray(fatigue) + my.pcs_per_damage * np.asarray(damage)
    return np.clip(my.pcs_well - taken, *PCS_RANGE)
