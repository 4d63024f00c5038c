"""LICATS, low IgG and infections."""

import pytest

from immunoreset.endpoints.quantities import Igg
from immunoreset.endpoints.toxicity import hypogammaglobulinaemia, infections, licats
from immunoreset.errors import InvalidValue, UnknownName

MET = {"new_or_worse": True, "organ_affected_before": True, "other_cause": False, "self_limited": True, "b_cell_aplasia": True}


@pytest.mark.parametrize("condition", list(MET))
def test_every_condition_of_the_definition_is_needed(condition):
    assert licats.present(**MET).value is True
    assert licats.present(**(MET | {condition: not MET[condition]})).value is False
    assert licats.present(**(MET | {condition: None})).value is None


def test_grade_follows_the_most_that_was_done():
    steps = {"glucocorticoid": False, "hospitalised": False, "intensive_care": False}
    assert licats.grade(**steps).value == 1
    assert licats.grade(**(steps | {"hospitalised": True})).value == 3
    assert licats.grade(**(steps | {"intensive_care": True})).value == 4
    assert licats.grade(**(steps | {"intensive_care": True}), licats=False).value == 0
    unsure = licats.grade(**(steps | {"glucocorticoid": None}))
    assert (unsure.low, unsure.high) == (1, 2)


def test_onset_classes_meet_at_days_14_and_30():
    assert licats.onset([14, 14.5, 30, 31, float("nan")]).tolist() == ["early", "intermediate", "intermediate", "late", ""]
    assert licats.onset(None) is None


def test_low_igg_is_graded_by_the_sponsors_limits_in_any_unit():
    limits = [Igg(7, "g/L"), Igg(400, "mg/dL")]
    assert hypogammaglobulinaemia.grade(Igg([700, 699, 399], "mg/dL"), limits=limits).values.tolist() == [0, 1, 2]
    assert hypogammaglobulinaemia.consider_replacement(Igg(4, "g/L")).value is False
    with pytest.raises(InvalidValue, match="must fall"):
        hypogammaglobulinaemia.grade(Igg(5, "g/L"), limits=list(reversed(limits)))


@pytest.mark.parametrize(
    ("term", "oral", "intravenous", "grade"),
    [
        ("Lung infection", True, False, 2),
        ("Lung infection", True, True, 3),
        ("Lung infection", False, False, 0),
        ("Infections - other", False, False, 1),
    ],
)
def test_infection_is_graded_by_its_treatment(term, oral, intravenous, grade):
    found = infections.grade(term, version="5.0", oral_or_local=oral, intravenous_or_invasive=intravenous)
    assert found.value == grade


def test_infection_terms_of_version_6_are_refused():
    with pytest.raises(UnknownName, match="use version="):
        infections.grade("Lung infection", version="6.0", oral_or_local=True, intravenous_or_invasive=False)


def test_rate_has_the_exact_poisson_interval():
    none, ten = infections.rate(0, 1.0), infections.rate(10, 2.0)
    assert none.low == 0 and none.high == pytest.approx(3.6889, abs=1e-4)
    assert (ten.low * 2, ten.high * 2) == (pytest.approx(4.7954, abs=1e-4), pytest.approx(18.3904, abs=1e-4))
    with pytest.raises(InvalidValue, match="time above 0"):
        infections.rate(1, 0)


def test_rates_by_kind_add_up_and_refuse_other_kinds():
    found = infections.rates_by_kind(["viral", "bacterial", "viral"], 2.0)
    assert sum(one.events for one in found.values()) == 3 and found["viral"].per_year == 1
    with pytest.raises(UnknownName, match="did you mean 'bacterial'"):
        infections.rates_by_kind(["bacteriel"], 1.0)


def test_a_finding_in_an_organ_that_was_never_affected_is_no_licats():
    needed = {"glucocorticoid": True, "hospitalised": True, "intensive_care": False}
    assert licats.grade(**needed, organ_affected_before=False).value == 0
    assert licats.grade(**needed).value == 3
    unknown = licats.grade(**needed, organ_affected_before=None)
    assert (unknown.low, unknown.high) == (0, 3)
