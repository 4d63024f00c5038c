"""Attacks on astrocytes: activated B cells, whose plasmablasts enter the nervous system, and little the titre, bring them."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.disease.families.autoimmune.attacks import per_day
from immunoreset.engine.arithmetic import exp
from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Num, Rest, Signals


class State(NamedTuple):
    attacks_expected: Num


class Astrocytes(NamedTuple):
    """How often attacks come and what causes them, in shares; disability at entry, and what an attack leaves."""

    attack_rate: Num
    weight_activated: Num
    weight_antibody: Num
    days_per_year: Num
    disability_at_entry: Num
    attack_leaves: Num


def attacks_a_year(my: Astrocytes, seen: Signals, on: Effects) -> Num:
    """Attacks to be expected in a year: flares raise what activated cells do, not what the titre does; care blocks both."""
    causes = my.weight_activated * seen.autoreactive_activated * exp(seen.flare) + my.weight_antibody * seen.immune_complexes
    return my.attack_rate * causes / (my.weight_activated + my.weight_antibody) * (1 - on.block_inflammation)


def change(me: State, my: Astrocytes, seen: Signals, on: Effects, rest: Rest) -> State:
    """Expected attacks add up."""
    return State(attacks_expected=per_day(attacks_a_year(my, seen, on), my.days_per_year))


MODULE = Module("astrocytes", __file__, State, Astrocytes, lambda my: State(0.0), change)
