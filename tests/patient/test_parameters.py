"""Every parameter has a birth certificate, is used, and can be found and replaced by name."""

from __future__ import annotations

import doctest
from typing import Any

import numpy as np
import pytest

from immunoreset import errors
from immunoreset.patient import parameters
from immunoreset.patient.chart import CRS_CUTS, ICANS_CUTS
from immunoreset.patient.loop_map import loop_map, stable_untreated
from immunoreset.patient.model import derivative, initial_state
from immunoreset.patient.observe import ASSAYS
from immunoreset.patient.outputs import OUTPUTS
from immunoreset.patient.parameters import (
    STANDINGS,
    Parameters,
    build,
    check,
    find,
    find_set,
    sets,
    standing_counts,
    table,
    typical,
)

# Used outside the equations: by doses and infusions, and by the random shocks of the flare drive.
USED_BY_THERAPY = {
    "body.surface_area",
    "fludarabine.active_share",
    "car_t.engraftment_fraction",
    "car_t.product_memory_share",
    "car_t.product_activation",
    "car_t.founder_fraction",
    "car_t.absent_below",
    "flare.sd",
}


class Watched:
    """A group of parameters that notes which of its fields are read."""

    def __init__(self, group: str, values: Any, seen: set[str]) -> None:
        self._group, self._values, self._seen = group, values, seen

    def __getattr__(self, field: str) -> Any:
        self._seen.add(f"{self._group}.{field}")
        return getattr(self._values, field)


def watched_parameters(seen: set[str]) -> Any:
    p = build(typical())
    return Parameters(*(Watched(group, values, seen) for group, values in zip(Parameters._fields, p, strict=True)))


def test_every_parameter_is_used_by_an_equation_an_assay_the_chart_or_a_therapy() -> None:
    seen: set[str] = set()
    p = watched_parameters(seen)
    s = initial_state(p)
    derivative(0.0, s, p)
    for output in OUTPUTS.values():
        output.read(0.0, s, p)
    loop_map(0.5, p)
    stable_untreated(p)
    by_assays = {name for assay in ASSAYS.values() for name in (assay.noise, assay.limit, assay.whole) if name}
    by_the_chart = {*CRS_CUTS, *ICANS_CUTS} | {
        f"sledai.{name}" for name in ("severe_above", "assessment_scale", "relapse_autoreactive", "relapse_points")
    }
    cohort_constants = {name for name in table() if name.startswith("trial.")}
    assert set(table()) - seen - by_assays - by_the_chart - cohort_constants == USED_BY_THERAPY


def test_every_field_of_every_group_has_an_entry_in_the_same_order() -> None:
    groups = parameters._groups()
    fields = [f"{group}.{field}" for group in Parameters._fields for field in groups[group]._fields]
    assert fields == list(table())


def test_every_birth_certificate_is_complete() -> None:
    for name, entry in table().items():
        low, high = entry.bounds
        assert low <= entry.value <= high, name
        assert entry.standing in STANDINGS, name
        assert all((entry.symbol, entry.unit, entry.spread, entry.source, entry.note)), name


def test_symbols_and_names_are_unique() -> None:
    symbols = [entry.symbol for entry in table().values()]
    assert len(set(symbols)) == len(symbols)
    assert not set(symbols) & set(table())


def test_number_of_parameters_by_standing_adds_up() -> None:
    counts = standing_counts()
    assert tuple(counts) == STANDINGS and sum(counts.values()) == len(table())
    assert counts["assumed"] > counts["published"] > counts["adapted"] > counts["unverified"] > 0


def test_values_of_named_sets_are_within_bounds_and_have_a_source() -> None:
    for name in sets():
        for parameter, entry in find_set(name).parameters.items():
            check(parameter, entry.value)
            assert entry.standing in STANDINGS and entry.source and entry.note, f"{name} {parameter}"
            assert entry.value != table()[parameter].value, f"{name} {parameter} changes nothing"


def test_named_sets_replace_what_they_name_and_nothing_else() -> None:
    usual, cd28 = typical(), typical("cd28")
    assert {name for name in usual if usual[name] != cd28[name]} == set(find_set("cd28").values)
    assert set(sets()) == {"4-1bb-rapid", "cd28", "lymphoma", "leukaemia", "obinutuzumab"}


def test_a_single_value_wins_over_a_named_set() -> None:
    assert typical("cd28", kexp=2.2)["car_t.expansion_max"] == 2.2
    assert typical(**{"car_t.expansion_max": 2.2}) == typical(kexp=2.2)


def test_find_accepts_names_and_symbols() -> None:
    assert find("penA") == find("killing.access_autoreactive") == "killing.access_autoreactive"


@pytest.mark.parametrize(("wrong", "meant"), [("kexpp", "kexp"), ("car_t.expansion_maxx", "car_t.expansion_max")])
def test_a_misspelt_parameter_gets_a_suggestion(wrong: str, meant: str) -> None:
    with pytest.raises(errors.UnknownName, match=f"did you mean '{meant}'.*`immunoreset parameters` lists all") as caught:
        typical(**{wrong: 1.0})
    assert "\n" not in str(caught.value)


def test_a_misspelt_set_gets_a_suggestion() -> None:
    with pytest.raises(errors.UnknownName, match="did you mean 'lymphoma'"):
        typical("lymfoma")


@pytest.mark.parametrize("value", [99.0, -1.0, float("nan"), float("inf"), "fast", np.array([2.0, 99.0])])
def test_an_impossible_value_is_refused_in_one_line(value: Any) -> None:
    with pytest.raises(errors.InvalidValue, match=r"'kexp' is .*1\.5 to 3\.5") as caught:
        typical(kexp=value)
    assert "\n" not in str(caught.value)


def test_arrays_over_patients_reach_the_equations() -> None:
    p = build(typical(kexp=np.array([1.8, 2.0, 2.4])))
    assert p.car_t.expansion_max.tolist() == [1.8, 2.0, 2.4]


def test_build_says_which_parameter_is_missing() -> None:
    values = typical()
    del values["car_t.expansion_max"]
    with pytest.raises(errors.InvalidValue, match=r"car_t\.expansion_max"):
        build(values)


def test_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(parameters).failed == 0
