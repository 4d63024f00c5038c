"""How ill neurotoxicity makes the patient: one set of cuts on the activation of the endothelium for all diseases.

Each patient has one logistic deviate (`shift`) of his or her own; the grade comes from the signs (`signs.py`). Only a rise of the
activation above the untreated level passes a cut.
"""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.engine.arithmetic import log10, maximum, minimum, where
from immunoreset.patient.module import Module, Nothing, Reading
from immunoreset.patient.vocabulary import Num, View


class Icans(NamedTuple):
    """Cuts of ICANS on the logarithm of endothelial activation, and the patient's own shift."""

    cut_1: Num
    cut_2: Num
    cut_3: Num
    cut_4: Num
    spread: Num
    shift: Num
    floor: Num


def signal(my: Icans, view: View) -> Num:
    """log10 of endothelial activation, with the patient's shift; without a rise, at most the lowest cut."""
    felt = log10(maximum(view.found.endothelium, my.floor)) + my.spread * my.shift
    risen = view.found.endothelium > view.untreated.endothelium + my.floor
    return where(risen, felt, minimum(felt, my.cut_1))


MODULE = Module(
    "icans",
    __file__,
    Nothing,
    Icans,
    readings={"icans_signal": Reading("ICANS signal (log10 endothelial activation)", "1", signal)},
)
