"""The total improvement score follows the published weights and only ever rises with improvement."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.known import Range
from immunoreset.endpoints.other_diseases.myositis import (
    CATEGORIES,
    Enzyme,
    MyositisVisit,
    highest_improvement,
    improvement_category,
    improvement_percents,
    improvement_points,
    total_improvement,
)
from immunoreset.endpoints.quantities import Aldolase, Alt, CreatineKinase, Crp, GlobalAssessment, Ldh
from immunoreset.endpoints.together import named
from immunoreset.errors import InvalidValue, UnknownName

PARTS = [field.name for field in fields(MyositisVisit)]
MEASURES = ("physician_global", "patient_global", "haq", "enzyme", "extramuscular", "strength")
NUMBERS = st.tuples(*[st.integers(0, 20)] * 3, st.integers(0, 12), st.integers(0, 80), st.integers(0, 60), st.integers(0, 20))


def visit(physician, patient, extramuscular, haq, strength, ck, aldolase):
    """Scales in half centimetres, HAQ in quarters, CK in units of 100 U/L with a limit of 200, aldolase with a limit of 7.5."""
    return MyositisVisit(
        physician_global=GlobalAssessment(physician / 2, "cm"),
        patient_global=GlobalAssessment(patient / 2, "cm"),
        extramuscular=GlobalAssessment(extramuscular / 2, "cm"),
        haq=haq / 4,
        strength=strength,
        enzymes=[
            Enzyme(CreatineKinase(ck * 100, "U/L"), CreatineKinase(200, "U/L")),
            Enzyme(Aldolase(aldolase, "U/L"), Aldolase(7.5, "U/L")),
        ],
    )


def tis(before, now):
    return total_improvement(visit(*before), visit(*now), mmt="MMT-8 unilateral").score


def test_each_step_is_reached_above_its_limit_and_not_at_it():
    percents = Range.of([-50, 5, 5.01, 15, 15.01, 25, 25.01, 40, 40.01])
    assert improvement_points("extramuscular", percents).low.tolist() == [0, 0, 7.5, 7.5, 12.5, 12.5, 15, 15, 20]
    muscle = improvement_points("strength", Range.of([2, 2.01, 10, 10.01, 20, 20.01, 30, 30.01]))
    assert muscle.low.tolist() == [0, 10, 10, 20, 20, 27.5, 27.5, 32.5]


def test_the_six_measures_give_100_together():
    assert highest_improvement() == 100


@pytest.mark.parametrize(("population", "limits"), [("adult", (20, 40, 60)), ("JDM", (30, 45, 70))])
def test_categories_start_at_the_published_scores(population, limits):
    scores = Range.of([0, *(limit + step for limit in limits for step in (-0.5, 0))])
    found = named(improvement_category(scores, population=population), CATEGORIES).tolist()
    assert found == ["none", "none", "minimal", "minimal", "moderate", "moderate", "major"]


@given(NUMBERS, NUMBERS)
def test_score_lies_between_0_and_100_and_is_0_without_change(before, now):
    assert 0 <= tis(before, now).value <= 100
    assert tis(before, before).value == 0


def test_worsening_scores_0_and_takes_nothing_away():
    better = replace(visit(12, 12, 12, 6, 40, 20, 5), haq=2.75)
    now = replace(better, physician_global=GlobalAssessment(2, "cm"), haq=3)
    result = total_improvement(better, now, mmt="MMT-8 unilateral")
    assert {measure: part.value for measure, part in result.parts.items() if part.value} == {"physician_global": 17.5}
    assert result.score.value == 17.5


@given(NUMBERS, NUMBERS, st.integers(0, 6))
def test_a_better_second_visit_never_lowers_the_score(before, now, place):
    better = list(now)
    better[place] = 80 if place == 4 else 0
    assert tis(before, better).value >= tis(before, now).value


@given(NUMBERS, NUMBERS, st.sampled_from(PARTS), st.booleans())
def test_a_missing_measure_widens_the_score_around_the_truth(allows, before, now, part, first):
    nothing = () if part == "enzymes" else None
    less = [visit(*before), visit(*now)]
    less[0 if first else 1] = replace(less[0 if first else 1], **{part: nothing})
    if part != "enzymes" or not first:
        assert allows(total_improvement(*less, mmt="MMT-8 unilateral").score, tis(before, now))


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=5), st.data())
def test_many_visits_are_scored_as_one(same, pairs, data):
    table = np.array(pairs, dtype=float)
    hidden = np.array(data.draw(st.lists(st.booleans(), min_size=table.size, max_size=table.size))).reshape(table.shape)
    table[hidden] = np.nan
    assert same(tis(table[:, 0].T, table[:, 1].T), [tis(before, now) for before, now in table])


def test_the_enzyme_that_uses_most_of_its_range_before_is_followed():
    """CK at 5 of 15 times its limit is less abnormal than aldolase at 3 of 6 times."""
    before, now = visit(0, 0, 0, 0, 80, 10, 22.5), visit(0, 0, 0, 0, 80, 0, 22.5)
    assert total_improvement(before, now, mmt="MMT-8 unilateral").parts["enzyme"].value == 0
    percents = improvement_percents(before, visit(0, 0, 0, 0, 80, 10, 0), mmt="MMT-8 unilateral")
    assert percents["enzyme"].value == pytest.approx(50)


def test_an_unmeasured_enzyme_may_have_been_the_most_abnormal():
    limit = CreatineKinase(200, "U/L")
    before = MyositisVisit(enzymes=[Enzyme(CreatineKinase(2000, "U/L"), limit), Enzyme(Ldh(None, "U/L"), Ldh(250, "U/L"))])

    def part(ldh: float):
        enzymes = [Enzyme(CreatineKinase(200, "U/L"), limit), Enzyme(Ldh(ldh, "U/L"), Ldh(250, "U/L"))]
        return total_improvement(before, MyositisVisit(enzymes=enzymes), mmt="MMT-24").parts["enzyme"]

    assert (part(500).low, part(500).high) == (0, 7.5)
    assert part(250).value == 7.5  # LDH was followed only if it was above two thirds of its range, and is at one third now


@given(NUMBERS, NUMBERS)
def test_units_do_not_matter(before, now):
    def converted(numbers):
        one = visit(*numbers)
        scales = {name: GlobalAssessment(getattr(one, name).value * 10, "mm") for name in ("physician_global", "patient_global")}
        enzymes = [
            Enzyme(type(e.value)(e.value.value / 60, "ukat/L"), type(e.value)(e.upper_limit.value / 60, "ukat/L"))
            for e in one.enzymes
        ]
        return replace(one, enzymes=enzymes, **scales)

    other = total_improvement(converted(before), converted(now), mmt="MMT-8 unilateral")
    assert other.score.value == tis(before, now).value


def test_the_version_of_muscle_testing_sets_the_range():
    before, now = MyositisVisit(strength=60), MyositisVisit(strength=72)
    points = [total_improvement(before, now, mmt=mmt).parts["strength"].value for mmt in ("MMT-8 unilateral", "MMT-24")]
    assert points == [20, 10]


def test_unusable_input_is_refused():
    ck, limit = CreatineKinase(300, "U/L"), CreatineKinase(200, "U/L")
    with pytest.raises(InvalidValue, match="one of CreatineKinase"):
        Enzyme(Crp(3, "mg/L"), Crp(1, "mg/L"))
    with pytest.raises(InvalidValue, match="upper_limit: CreatineKinase is needed"):
        Enzyme(ck, Alt(40, "U/L"))
    with pytest.raises(InvalidValue, match="above 0"):
        Enzyme(ck, CreatineKinase(0, "U/L"))
    with pytest.raises(InvalidValue, match="given twice"):
        twice = MyositisVisit(enzymes=[Enzyme(ck, limit), Enzyme(ck, limit)])
        total_improvement(twice, twice, mmt="MMT-24")
    with pytest.raises(InvalidValue, match="MMT-8 unilateral: 120"):
        total_improvement(MyositisVisit(strength=120), MyositisVisit(), mmt="MMT-8 unilateral")
    with pytest.raises(UnknownName, match="manual muscle testing"):
        total_improvement(MyositisVisit(), MyositisVisit(), mmt="MMT-8")  # type: ignore[arg-type]
    with pytest.raises(UnknownName, match="population"):
        improvement_category(Range.of(20), population="child")  # type: ignore[arg-type]
    with pytest.raises(UnknownName, match="measure"):
        improvement_points("skin", Range.of(20))  # type: ignore[arg-type]
