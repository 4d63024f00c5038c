"""Constants of lupus cohorts and trials; no equation of the patient uses them."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.module import Module, Nothing
from immunoreset.patient.vocabulary import Num


class Trial(NamedTuple):
    """How active patients are at enrolment, how well background care works, and how visits are scored."""

    enrolment_excess: Num
    enrolment_excess_nephritis: Num
    care_median: Num
    care_median_nephritis: Num
    adherence: Num
    drop_out: Num
    rescue_above: Num
    taper_below: Num
    steroid_above_target_share: Num
    steroid_above_target: Num
    responder_sediment: Num
    visit_noise: Num
    visit_correlation: Num
    item_cut: Num


MODULE = Module("trial", __file__, Nothing, Trial)
