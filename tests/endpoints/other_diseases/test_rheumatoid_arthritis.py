"""DAS28, SDAI and CDAI match published values and tests, and categories change exactly at their limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.known import Range
from immunoreset.endpoints.other_diseases.rheumatoid_arthritis import (
    BOOLEAN_GLOBAL,
    CATEGORIES,
    EULAR_RESPONSES,
    activity,
    boolean_remission,
    cdai,
    das28_crp,
    das28_esr,
    eular_response,
    index_remission,
    sdai,
)
from immunoreset.endpoints.quantities import Crp, Esr, GlobalAssessment
from immunoreset.endpoints.together import named
from immunoreset.errors import InvalidValue, UnknownName

JOINTS, SCALE = st.integers(0, 28), st.integers(0, 100).map(lambda n: n / 10)
CRP, ESR = st.integers(0, 300), st.integers(0, 140)
GLOBAL = SCALE.map(lambda value: GlobalAssessment(value, "0-10"))
BOUNDARIES = [
    ("DAS28-ESR", (2.6, 3.2, 5.1), ("low", "low", "moderate")),
    ("DAS28-CRP", (2.4, 2.9, 4.6), ("low", "low", "moderate")),
    ("SDAI", (3.3, 11, 26), ("remission", "low", "moderate")),
    ("CDAI", (2.8, 10, 22), ("remission", "low", "moderate")),
]


def all_scores(tender, swollen, by_patient, by_physician, crp, esr):
    globals_ = {"patient_global": by_patient, "physician_global": by_physician}
    return {
        "DAS28-CRP": das28_crp(tender, swollen, crp=crp, patient_global=by_patient),
        "DAS28-ESR": das28_esr(tender, swollen, esr=esr, patient_global=by_patient),
        "SDAI": sdai(tender, swollen, crp=crp, **globals_),
        "CDAI": cdai(tender, swollen, **globals_),
        "remission": boolean_remission(tender, swollen, crp=crp, patient_global=by_patient, version="2.0"),
    }


@pytest.mark.parametrize(("cut_offs", "limits", "at_limit"), BOUNDARIES)
def test_categories_change_at_the_published_limits(cut_offs, limits, at_limit):
    scores = Range.of([limit + step for limit in limits for step in (-0.01, 0, 0.01)])
    found = named(activity(scores, cut_offs=cut_offs), CATEGORIES).tolist()
    below = ("remission", "low", "moderate")
    assert found == [word for k in range(3) for word in (below[k], at_limit[k], CATEGORIES[k + 1])]


def test_eular_response_matches_the_tests_of_rheumtools():
    before = [5.21, 4.2, 3.1, 4.3, 4.0, 4.4, 7.46, 7.43, 7.19]
    now = [1.8, 3.2, 2.9, 3.3, 3.3, 4.2, 6.19, 6.81, 6.70]
    expected = ["good", "moderate", "none", "moderate", "moderate", "none", "moderate", "none", "none"]
    assert named(eular_response(Range.of(before), Range.of(now)), EULAR_RESPONSES).tolist() == expected


def test_das28_esr_takes_a_rate_of_0_as_1():
    calm = GlobalAssessment(0, "0-100")
    zero, one = (das28_esr(1, 1, esr=Esr(rate, "mm/h"), patient_global=calm).value for rate in (0, 1))
    assert zero == one == pytest.approx(0.84)


@given(JOINTS, JOINTS, GLOBAL, GLOBAL, CRP, ESR)
def test_scores_do_not_depend_on_units(tender, swollen, by_patient, by_physician, crp, esr):
    first = all_scores(tender, swollen, by_patient, by_physician, Crp(crp, "mg/L"), Esr(esr, "mm/h"))
    in_mm = [GlobalAssessment(scale.value * 10, "mm") for scale in (by_patient, by_physician)]
    second = all_scores(tender, swollen, *in_mm, Crp(crp / 10, "mg/dL"), Esr(esr, "mm/h"))
    for name in ("DAS28-CRP", "DAS28-ESR", "SDAI", "CDAI"):
        assert first[name].value == pytest.approx(second[name].value, abs=1e-9)
    assert first["remission"].value is second["remission"].value


@given(st.data())
def test_more_inflammation_never_lowers_a_score(data):
    parts = [data.draw(part) for part in (JOINTS, JOINTS, SCALE, SCALE, CRP, ESR)]
    place = data.draw(st.integers(0, 5))
    worse = list(parts)
    worse[place] = data.draw(st.integers(int(np.ceil(parts[place])), (28, 28, 10, 10, 300, 140)[place]))

    def score(t, s, pt, ph, crp, esr):
        return all_scores(t, s, GlobalAssessment(pt, "cm"), GlobalAssessment(ph, "cm"), Crp(crp, "mg/L"), Esr(esr, "mm/h"))

    if worse[place] >= parts[place]:
        low, high = score(*parts), score(*worse)
        for name in ("DAS28-CRP", "DAS28-ESR", "SDAI", "CDAI"):
            assert high[name].low >= low[name].low - 1e-9
        assert not (high["remission"].yes and low["remission"].no)


@given(st.tuples(JOINTS, JOINTS, GLOBAL, GLOBAL, CRP, ESR), st.integers(0, 5))
def test_a_missing_part_leaves_open_and_changes_nothing(allows, parts, missing):
    *clinical, crp, esr = parts
    full = [*clinical, Crp(crp, "mg/L"), Esr(esr, "mm/h")]
    partial = [None if place == missing else part for place, part in enumerate(full)]
    for name, known in all_scores(*full).items():
        assert allows(all_scores(*partial)[name], known)


@given(st.lists(st.tuples(JOINTS, SCALE, CRP, st.booleans()), min_size=1, max_size=6))
def test_many_visits_are_scored_as_one(same, rows):
    rows = [(tender, scale, np.nan if missing else crp) for tender, scale, crp, missing in rows]

    def score(tender, scale, crp):
        well = GlobalAssessment(scale, "0-10")
        return das28_crp(tender, tender, crp=Crp(crp, "mg/L"), patient_global=well)

    tender, scale, crp = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    many = score(tender, scale, crp)
    assert np.array_equal(many.known, ~np.isnan(crp))
    assert np.allclose(many.low, [score(*row).low for row in rows])
    assert same(activity(many, cut_offs="DAS28-CRP"), [activity(score(*row), cut_offs="DAS28-CRP") for row in rows])


@given(JOINTS, JOINTS, GLOBAL, CRP)
def test_boolean_remission_of_2011_implies_that_of_2022(tender, swollen, by_patient, crp):
    old, new = (
        boolean_remission(tender, swollen, crp=Crp(crp, "mg/L"), patient_global=by_patient, version=version).value
        for version in BOOLEAN_GLOBAL
    )
    assert new or not old


def test_index_remission_includes_its_limit():
    assert index_remission(Range.of([2.8, 2.9]), index="CDAI").values.tolist() == [1, 0]
    assert index_remission(Range.of([3.3, 3.4]), index="SDAI").values.tolist() == [1, 0]


def test_unknown_choices_and_impossible_values_are_refused():
    with pytest.raises(UnknownName, match="cut-offs"):
        activity(Range.of(2), cut_offs="DAS28")  # type: ignore[arg-type]
    with pytest.raises(UnknownName, match="Boolean"):
        boolean_remission(0, 0, crp=None, patient_global=None, version="3.0")  # type: ignore[arg-type]
    with pytest.raises(UnknownName, match="index"):
        index_remission(Range.of(2), index="DAS28-ESR")  # type: ignore[arg-type]
    with pytest.raises(InvalidValue, match="tender joints: 29"):
        cdai(29, 0, patient_global=None, physician_global=None)
    with pytest.raises(InvalidValue, match="no unit"):
        das28_crp(1, 1, crp=7, patient_global=None)  # type: ignore[arg-type]
