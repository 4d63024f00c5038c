"""SRI and BICLA: their boundaries, the order among SRI-4 to SRI-8, and missing data that never make a responder."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.lupus.responses import (
    SRI_POINTS,
    Activity,
    bicla,
    bicla_evaluable,
    pga_worsened,
    sri,
    sri_evaluable,
)
from immunoreset.endpoints.quantities import Pga
from immunoreset.errors import InvalidValue

BEFORE = Activity(10, "ABEEEEEEE", Pga(2, "0-3"))
BETTER = Activity(6, "BCEEEEEEE", Pga(1, "0-3"))

few_grades = st.text("ABCDE", min_size=2, max_size=2).map(lambda letters: letters + "E" * 7)
activities = st.builds(
    Activity,
    sledai=st.integers(0, 24),
    bilag=few_grades,
    pga=st.integers(0, 60).map(lambda twentieths: Pga(twentieths / 20, "0-3")),
)


@st.composite
def responses_in_reach(draw):
    """Two visits of which the second is often better."""
    before, now = draw(activities), draw(activities)
    better = replace(now, sledai=max(0, before.sledai - draw(st.integers(0, 10))), pga=before.pga)
    return before, better if draw(st.booleans()) else now


def test_sri_4_needs_4_points():
    assert sri(BEFORE, BETTER, k=4).value is True
    assert sri(BEFORE, replace(BETTER, sledai=7), k=4).value is False


def test_sri_allows_one_new_b_and_no_new_a():
    assert sri(BEFORE, replace(BETTER, bilag="BCBEEEEEE"), k=4).value is True
    assert sri(BEFORE, replace(BETTER, bilag="BCBBEEEEE"), k=4).value is False
    assert sri(BEFORE, replace(BETTER, bilag="BAEEEEEEE"), k=4).value is False
    assert sri(BEFORE, replace(BETTER, bilag="ABEEEEEEE"), k=4).value is True


@pytest.mark.parametrize(("after", "worse"), [(1.49, False), (1.494, False), (1.5, True), (1.495, True)])
def test_pga_is_worse_by_0_30_after_rounding(after, worse):
    assert pga_worsened(Pga(1.2, "0-3"), Pga(after, "0-3")).value is worse


@pytest.mark.parametrize("event", ["treatment_failure", "death", "dropout"])
@pytest.mark.parametrize("response", [lambda *visits, **events: sri(*visits, k=4, **events), bicla])
def test_failure_death_and_dropout_are_non_responses(event, response):
    assert response(BEFORE, BETTER).value is True
    assert response(BEFORE, BETTER, **{event: True}).value is False
    assert response(BEFORE, BETTER, **{event: None}).value is None


def test_bicla_needs_every_a_and_b_to_improve():
    assert bicla(BEFORE, BETTER).value is True
    assert bicla(BEFORE, replace(BETTER, bilag="BBEEEEEEE")).value is False
    assert bicla(BEFORE, replace(BETTER, bilag="ACEEEEEEE")).value is False
    assert bicla(BEFORE, replace(BETTER, sledai=10)).value is True
    assert bicla(BEFORE, replace(BETTER, sledai=11)).value is False


def test_bicla_needs_something_to_improve():
    inactive = replace(BEFORE, bilag="CEEEEEEEE")
    assert bicla(inactive, inactive).value is False
    assert bicla_evaluable("BEEEEEEEE").value is True
    assert bicla_evaluable("BEEEEEEEE", least_b=2).value is False
    assert bicla_evaluable("AEEEEEEEE", least_b=2).value is True
    assert bicla_evaluable("?EEEEEEEE").value is None


def test_bicla_decides_a_domain_that_is_inactive_now_whatever_it_was():
    assert bicla(replace(BEFORE, bilag="A?EEEEEEE"), replace(BETTER, bilag="BEEEEEEEE")).value is True


@given(responses_in_reach())
def test_a_stricter_sri_implies_the_laxer_ones(visits):
    by_k = [sri(*visits, k=k).value for k in SRI_POINTS]
    assert by_k == sorted(by_k, reverse=True)


@given(responses_in_reach(), st.sampled_from(SRI_POINTS))
def test_only_evaluable_patients_respond(visits, k):
    assert not sri(*visits, k=k).value or sri_evaluable(visits[0].sledai, k=k).value
    assert not bicla(*visits).value or bicla_evaluable(visits[0].bilag).value


@given(responses_in_reach(), st.integers(0, 1), st.sampled_from(["sledai", "bilag", "pga"]))
def test_missing_data_never_decide_otherwise(visits, place, lost):
    gaps = list(visits)
    gaps[place] = replace(gaps[place], **{lost: None})
    assert sri(*gaps, k=4).value in (None, sri(*visits, k=4).value)
    assert bicla(*gaps).value in (None, bicla(*visits).value)


@given(responses_in_reach(), st.integers(0, 1), st.integers(0, 8))
def test_one_missing_grade_never_decides_otherwise(visits, place, domain):
    gaps = list(visits)
    word = gaps[place].bilag
    gaps[place] = replace(gaps[place], bilag=word[:domain] + "?" + word[domain + 1 :])
    assert sri(*gaps, k=4).value in (None, sri(*visits, k=4).value)
    assert bicla(*gaps).value in (None, bicla(*visits).value)


@given(responses_in_reach())
def test_the_scale_of_the_pga_does_not_matter(visits):
    percent = [replace(visit, pga=Pga(visit.pga.value / 0.03, "0-100")) for visit in visits]
    assert sri(*percent, k=4).value is sri(*visits, k=4).value
    assert bicla(*percent).value is bicla(*visits).value


@given(st.lists(responses_in_reach(), min_size=1, max_size=5))
def test_many_patients_at_once_give_what_each_gives_alone(pairs):
    columns = [
        Activity(
            np.array([pair[place].sledai for pair in pairs]),
            np.array([pair[place].bilag for pair in pairs]),
            Pga([pair[place].pga.value for pair in pairs], "0-3"),
        )
        for place in (0, 1)
    ]
    assert sri(*columns, k=4).yes.tolist() == [sri(*pair, k=4).value for pair in pairs]
    assert bicla(*columns).yes.tolist() == [bicla(*pair).value for pair in pairs]


def test_impossible_input_is_refused():
    with pytest.raises(InvalidValue, match="k of 4 to 8, not 3"):
        sri(BEFORE, BETTER, k=3)
    with pytest.raises(InvalidValue, match="no unit"):
        sri(BEFORE, replace(BETTER, pga=1.0), k=4)  # type: ignore[arg-type]
