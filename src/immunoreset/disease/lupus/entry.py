"""Constants of how patients with lupus present at entry, by population; no equation of the patient uses them."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.module import Module, Nothing
from immunoreset.patient.vocabulary import Num


class Entry(NamedTuple):
    """What grows with chronicity, the class of nephritis, and medians of laboratory values."""

    chronicity_with_age: Num
    other_with_chronicity: Num
    other_in_refractory: Num
    floor_with_chronicity: Num
    structural_with_chronicity: Num
    structural_share_class_v: Num
    structural_pure_over_mixed: Num
    class_v_share: Num
    class_v_pure_share: Num
    egfr_nephritis: Num
    egfr_without_nephritis: Num
    item_cut_cv: Num
    c3_median_refractory: Num
    c3_median_trial: Num
    c3_median_nephritis: Num
    c4_median_refractory: Num
    c4_median_trial: Num
    c4_median_nephritis: Num
    c4_with_c3: Num
    quiet_share: Num
    quiet_intensity: Num
    healthy_egfr: Num
    anti_dsdna_median_refractory: Num
    anti_dsdna_median_trial: Num
    anti_dsdna_median_nephritis: Num


MODULE = Module("entry", __file__, Nothing, Entry)
