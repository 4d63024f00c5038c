"""Constants of lupus cohorts and trials; no equation of the patient uses them."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.module import Module, Nothing
from immunoreset.patient.vocabulary import Num


class Trial(NamedTuple):
    """How active patients are at enrolment, and how well background care works."""

    enrolment_excess: Num
    enrolment_excess_nephritis: Num
    care_median: Num
    care_median_nephritis: Num
    adherence: Num
    drop_out: Num
    visit_noise: Num
    bicla_cut: Num
    item_cut: Num


MODULE = Module("trial", __file__, Nothing, Trial)
