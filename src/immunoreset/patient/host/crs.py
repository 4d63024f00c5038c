"""How ill cytokine release makes the patient: one set of cuts on the IL-6 signal for all diseases.

Patients differ in how severely the same cytokines make them ill: each has one logistic deviate (`shift`). Above a cut the patient
shows the signs of that grade; the grade itself comes from the signs (`signs.py`). Only a rise of the signal above the untreated
level passes a cut: nobody has cytokine release without a cause, however sensitive he or she is.
"""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.engine.arithmetic import log10, minimum, where
from immunoreset.patient.module import Module, Nothing, Reading
from immunoreset.patient.vocabulary import Num, View


class Crs(NamedTuple):
    """Cuts of CRS on the logarithm of the IL-6 signal, and the patient's own shift."""

    cut_1: Num
    cut_2: Num
    cut_3: Num
    cut_4: Num
    spread: Num
    shift: Num
    il6_unit: Num
    smallest_rise: Num


def signal(my: Crs, view: View) -> Num:
    """log10 of the IL-6 signal (pg/mL), with the patient's shift; without a rise, at most the lowest cut."""
    felt = log10(view.found.il6_signal / my.il6_unit) + my.spread * my.shift
    risen = view.found.il6_signal > my.smallest_rise * view.untreated.il6_signal
    return where(risen, felt, minimum(felt, my.cut_1))


MODULE = Module("crs", __file__, Nothing, Crs, readings={"crs_signal": Reading("CRS signal (log10 IL-6)", "1", signal)})
