"""Skin that hardens where it is inflamed, alveolitis, and fibrosis of the lung that adds up."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Num, Rest, Signals


class State(NamedTuple):
    skin_inflammation: Num
    skin_hardness: Num
    alveolitis: Num
    lung_fibrosis: Num


class Sclerosis(NamedTuple):
    """How fast skin and lung follow inflammation, and what an examiner and a laboratory find at entry."""

    skin_pace: Num
    hardening_pace: Num
    alveolitis_pace: Num
    fibrosis_rate: Num
    skin_score: Num
    skin_scar: Num
    vital_capacity: Num
    diffusing_capacity: Num
    capacity_of_alveolitis: Num
    diffusion_of_fibrosis: Num
    litres_per_percent: Num
    physician_global: Num
    patient_global: Num
    disability: Num
    expectation: Num
    skin_noise: Num
    capacity_noise: Num
    diffusion_noise: Num
    judgement_noise: Num


def change(me: State, my: Sclerosis, seen: Signals, on: Effects, rest: Rest) -> State:
    """Skin and lung follow inflammation; fibrosis of the lung adds up with the square of alveolitis."""
    fibrosis_made = my.fibrosis_rate * me.alveolitis * me.alveolitis * (1 - on.block_fibrosis)
    return State(
        skin_inflammation=my.skin_pace * (seen.inflammation - me.skin_inflammation),
        skin_hardness=my.hardening_pace * (me.skin_inflammation - me.skin_hardness),
        alveolitis=my.alveolitis_pace * (seen.inflammation - me.alveolitis),
        lung_fibrosis=fibrosis_made * (1 - me.lung_fibrosis),
    )


MODULE = Module("sclerosis", __file__, State, Sclerosis, lambda my: State(1.0, 1.0, 1.0, 0.0), change)
