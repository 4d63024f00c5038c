"""Skin score, CRISS and revised CRISS follow their published rules."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.known import Range
from immunoreset.endpoints.other_diseases.systemic_sclerosis import (
    HIGHEST_SKIN_SCORE,
    SITES,
    CrissMeasures,
    SclerosisVisit,
    criss,
    criss_changes,
    criss_improved,
    criss_improvements,
    revised_criss,
    skin_score,
)
from immunoreset.endpoints.quantities import GlobalAssessment
from immunoreset.errors import InvalidValue, UnknownName

PARTS = [field.name for field in fields(SclerosisVisit)]
NUMBERS = st.tuples(
    st.integers(0, 51), st.integers(30, 120), st.integers(0, 10), st.integers(0, 10), st.sampled_from([0, 0.25, 1, 2.5, 3])
)


def visit(skin, capacity, by_patient, by_physician, haq):
    scales = GlobalAssessment(by_patient, "0-10"), GlobalAssessment(by_physician, "0-10")
    return SclerosisVisit(skin=skin, capacity=capacity, patient_global=scales[0], physician_global=scales[1], haq=haq)


def probability(before, now):
    return criss(criss_changes(visit(*before), visit(*now)), event=False)


def revised(before, now, percent=20):
    return revised_criss(criss_improvements(visit(*before), visit(*now)), percent=percent, event=False)


def measures(*numbers):
    return CrissMeasures(*(Range.of(number) for number in numbers))


def test_skin_score_has_17_sites_and_a_maximum_of_51():
    assert (len(set(SITES)), HIGHEST_SKIN_SCORE) == (17, 51)
    assert skin_score(dict.fromkeys(SITES, 3)).value == 51


def test_probability_is_the_logistic_of_the_published_equation():
    x = -5.54 - 0.81 * -5 + 0.21 * 3 - 0.40 * -1 - 0.44 * -2 - 3.41 * 0.25
    assert criss(measures(-5, 3, -1, -2, 0.25), event=False).value == pytest.approx(np.exp(x) / (1 + np.exp(x)))


@given(NUMBERS, NUMBERS)
def test_an_event_sets_the_probability_to_0_and_rules_out_response(before, now):
    assert criss(criss_changes(visit(*before), visit(*now)), event=True).value == 0
    assert revised_criss(criss_improvements(visit(*before), visit(*now)), percent=20, event=True).value is False


@given(NUMBERS, NUMBERS, st.integers(0, 4))
def test_a_better_second_visit_never_lowers_probability_or_response(before, now, place):
    better = list(now)
    better[place] = 120 if place == 1 else 0
    assert probability(before, better).value >= probability(before, now).value
    assert revised(before, better).value >= revised(before, now).value


@given(NUMBERS, NUMBERS)
def test_criss50_implies_criss30_implies_criss25_implies_criss20(before, now):
    answers = [revised(before, now, percent).value for percent in (20, 25, 30, 50)]
    assert answers == sorted(answers, reverse=True)


@given(NUMBERS, NUMBERS, st.sampled_from(PARTS), st.booleans())
def test_missing_data_never_turn_one_answer_into_the_other(allows, before, now, part, first):
    full = [visit(*before), visit(*now)]
    less = list(full)
    less[0 if first else 1] = replace(less[0 if first else 1], **{part: None})
    assert allows(criss(criss_changes(*less), event=False), probability(before, now))
    assert allows(criss_improved(criss(criss_changes(*less), event=False)), criss_improved(probability(before, now)))
    assert allows(revised_criss(criss_improvements(*less), percent=20, event=False), revised(before, now))
    assert allows(revised_criss(criss_improvements(*full), percent=20, event=None), revised(before, now))


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=5), st.data())
def test_many_visits_are_judged_as_one(same, pairs, data):
    table = np.array(pairs, dtype=float)
    hidden = np.array(data.draw(st.lists(st.booleans(), min_size=table.size, max_size=table.size))).reshape(table.shape)
    table[hidden] = np.nan
    before, now = table[:, 0], table[:, 1]
    assert same(probability(before.T, now.T), [probability(*pair) for pair in table])
    assert same(revised(before.T, now.T), [revised(*pair) for pair in table])


@pytest.mark.parametrize("percent", [20, 25, 30, 50])
def test_capacity_needs_5_percent_whatever_the_others_need(percent):
    assert revised_criss(measures(percent, 5, percent, 0, 0), percent=percent, event=False).value is True
    assert revised_criss(measures(percent, 4.9, percent, 0, 0), percent=percent, event=False).value is False
    assert revised_criss(measures(percent - 0.1, 5, percent, 0, 0), percent=percent, event=False).value is False


def test_a_rise_of_capacity_and_a_fall_of_the_others_is_improvement():
    better = criss_improvements(visit(20, 80, 5, 4, 2), visit(15, 76, 6, 4, 1))
    assert [part.value for part in better] == pytest.approx([25, -5, -20, 0, 50])


def test_the_limit_of_the_probability_counts_as_improved():
    assert criss_improved(Range.of([0.599, 0.6])).values.tolist() == [0, 1]


def test_impossible_input_is_refused():
    with pytest.raises(UnknownName, match="revised CRISS"):
        revised_criss(measures(0, 0, 0, 0, 0), percent=40, event=False)  # type: ignore[arg-type]
    with pytest.raises(InvalidValue, match="skin: 52"):
        SclerosisVisit(skin=52).measures()
    with pytest.raises(UnknownName, match="skin site"):
        skin_score({"neck": 1})
