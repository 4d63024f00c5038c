"""Systemic activity of Sjögren's disease, glands that are inflamed and scar, and fatigue."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Num, Rest, Signals


class State(NamedTuple):
    systemic_activity: Num
    gland_inflammation: Num
    gland_scar: Num
    fatigue: Num


class Glands(NamedTuple):
    """How fast organs and glands follow inflammation, and what is found at entry."""

    systemic_pace: Num
    gland_pace: Num
    scar_rate: Num
    scar_at_entry: Num
    fatigue_pace: Num
    fatigue_without_activity: Num
    essdai: Num
    full_flow: Num
    flow_of_inflammation: Num
    symptoms: Num
    expectation: Num
    activity_noise: Num
    symptom_noise: Num
    flow_noise: Num


def start(my: Glands) -> State:
    """As at entry."""
    return State(1.0, 1.0, my.scar_at_entry, 1.0)


def change(me: State, my: Glands, seen: Signals, on: Effects, rest: Rest) -> State:
    """Organs follow within weeks, glands over a year; scars add up with the square of inflammation; fatigue follows in part."""
    tiring = (1 - my.fatigue_without_activity) * seen.inflammation + my.fatigue_without_activity
    return State(
        systemic_activity=my.systemic_pace * (seen.inflammation - me.systemic_activity),
        gland_inflammation=my.gland_pace * (seen.inflammation - me.gland_inflammation),
        gland_scar=my.scar_rate * seen.inflammation * seen.inflammation * (1 - me.gland_scar),
        fatigue=my.fatigue_pace * (tiring - me.fatigue),
    )


MODULE = Module("glands", __file__, State, Glands, start, change)
