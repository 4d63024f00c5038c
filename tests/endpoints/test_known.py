"""Laws of what is known: three-valued logic, and ranges that always hold the number that would have been there."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.together import all_of, any_of, choose, count, grade, is_any, maximum, minimum, named, rising, total
from immunoreset.errors import ImmunoresetError, InvalidValue, UnknownName

YES_NO = (True, False, None)
numbers = st.integers(-1000, 1000).map(lambda whole: whole / 8)
answers = st.sampled_from(YES_NO)


@st.composite
def known_within(draw):
    """A number and limits that hold it."""
    number, below, above = draw(numbers), draw(st.integers(0, 80)) / 8, draw(st.integers(0, 80)) / 8
    return number, Range(np.array(number - below), np.array(number + above))


def holds(limits: Range, number: float) -> bool:
    return bool(limits.low <= number + 1e-9 and number - 1e-9 <= limits.high)


@pytest.mark.parametrize("left", YES_NO)
@pytest.mark.parametrize("right", YES_NO)
def test_and_or_and_not_follow_kleene(left, right):
    both = False if False in (left, right) else None if None in (left, right) else True
    either = True if True in (left, right) else None if None in (left, right) else False
    assert (Answer.of(left) & right).value is both
    assert (Answer.of(left) | right).value is either
    assert (left & Answer.of(right)).value is both
    assert (left | Answer.of(right)).value is either
    assert (~Answer.of(left)).value is (None if left is None else not left)


@given(st.lists(answers, max_size=6))
def test_any_all_and_count_agree_with_what_missing_answers_could_be(given_answers):
    filled = [[bool(one) if one is not None else guess for one in given_answers] for guess in (False, True)]
    one, every = any_of(map(Answer.of, given_answers)), all_of(map(Answer.of, given_answers))
    assert one.value is (any(filled[0]) if any(filled[0]) == any(filled[1]) else None)
    assert every.value is (all(filled[0]) if all(filled[0]) == all(filled[1]) else None)
    how_many = count(map(Answer.of, given_answers))
    assert (how_many.low, how_many.high) == (sum(filled[0]), sum(filled[1]))


def test_an_answer_is_no_bool_and_takes_nothing_but_yes_no_and_missing():
    with pytest.raises(InvalidValue, match="undecided"):
        bool(Answer.of(True))
    for wrong in (2, "yes", [0, 1, 0.5]):
        with pytest.raises(ImmunoresetError):
            Answer.of(wrong)


def test_answers_come_from_arrays_of_numbers_booleans_and_objects():
    assert Answer.of([1, 0, np.nan]).values.tolist()[:2] == [1.0, 0.0]
    assert Answer.of(np.array([True, False])).values.tolist() == [1.0, 0.0]
    mixed = Answer.of([True, None, False])
    assert (mixed.yes.tolist(), mixed.no.tolist()) == ([True, False, False], [False, False, True])


@given(known_within(), known_within())
def test_sums_differences_and_extremes_hold_the_true_value(first, second):
    (a, in_a), (b, in_b) = first, second
    assert holds(in_a + in_b, a + b)
    assert holds(in_a - in_b, a - b)
    assert holds(5 - in_a, 5 - a)
    assert holds(maximum(in_a, in_b), max(a, b))
    assert holds(minimum(in_a, in_b), min(a, b))
    assert holds(total([in_a, in_b, 1]), a + b + 1)
    assert holds(in_a.clip(-3, 4), min(max(a, -3), 4))


@given(known_within(), st.integers(-5, 5))
def test_products_with_a_plain_number_hold_the_true_value(number, factor):
    assert holds(number[1] * factor, number[0] * factor)


@given(known_within(), st.integers(1, 400), st.integers(0, 80))
def test_quotients_by_a_positive_number_hold_the_true_value(number, divisor, above):
    limits = Range(np.array(divisor / 8), np.array((divisor + above) / 8))
    assert holds(number[1] / limits, number[0] / (divisor / 8))


def test_nothing_by_nothing_is_anything():
    ratio = Range.of(0) / Range.of(0)
    assert (ratio.low, ratio.high) == (-np.inf, np.inf)


@given(known_within(), known_within())
def test_a_decided_comparison_is_true_of_the_true_values(first, second):
    (a, in_a), (b, in_b) = first, second
    for decided, truth in (
        (in_a <= in_b, a <= b),
        (in_a < in_b, a < b),
        (in_a >= in_b, a >= b),
        (in_a > in_b, a > b),
        (in_a.equals(in_b), a == b),
    ):
        assert decided.value in (None, truth)


@given(known_within(), known_within(), answers)
def test_choosing_holds_whatever_may_be_chosen(first, second, condition):
    (a, in_a), (b, in_b) = first, second
    chosen = choose(Answer.of(condition), in_a, in_b)
    assert condition is False or holds(chosen, a)
    assert condition is True or holds(chosen, b)


def test_decimal_fractions_compare_as_written():
    assert (Range.of(1.5) - 1.2 >= 0.3).value
    assert not (Range.of(1.49) - 1.2 >= 0.3).value
    assert (Range.of(0.1) + 0.2 <= 0.3).value


@given(st.integers(0, 10**6))
def test_rounding_is_half_up_at_every_decimal(thousandths):
    assert Range.of(thousandths / 1000).rounded(2).value == pytest.approx((thousandths + 5) // 10 / 100)


@given(st.lists(answers, min_size=1, max_size=5))
def test_a_grade_is_the_highest_step_reached_whatever_the_missing_steps_are(steps):
    limits = grade(*map(Answer.of, steps))
    reached = [
        max((n for n, step in enumerate(steps, 1) if step or (step is None and guess)), default=0) for guess in (False, True)
    ]
    assert (limits.low, limits.high) == tuple(reached)


def test_missing_numbers_lie_between_the_stated_limits_and_known_ones_must():
    limits = Range.of([2, np.nan], lowest=0, highest=3)
    assert (limits.low.tolist(), limits.high.tolist(), limits.known.tolist()) == ([2, 0], [2, 3], [True, False])
    with pytest.raises(InvalidValue, match="4 is outside the possible 0 to 3"):
        Range.of([1, 4], lowest=0, highest=3)
    with pytest.raises(InvalidValue, match="a number"):
        Range.of("three")


@given(st.lists(st.tuples(st.one_of(st.none(), numbers), st.one_of(st.none(), numbers)), min_size=1, max_size=8))
def test_many_visits_at_once_give_what_each_gives_alone(pairs):
    first, second = (np.array([np.nan if one is None else one for one in column]) for column in zip(*pairs, strict=True))
    many = (Range.of(first, lowest=-200, highest=200) - second) > 3
    for place, (a, b) in enumerate(pairs):
        alone = (Range.of(a, lowest=-200, highest=200) - Range.of(b)) > 3
        assert (bool(alone.yes), bool(alone.no)) == (many.yes[place], many.no[place])


def test_points_may_be_negative_weights():
    assert (Answer.of(None).points(-2).low, Answer.of(None).points(-2).high) == (-2, 0)


def test_words_are_read_as_answers_and_unknown_words_refused():
    answer = is_any(["rapid", "", None, "none"], ["rapid"], known=["none", "rapid"])
    assert (answer.yes.tolist(), answer.no.tolist()) == ([True, False, False, False], [False, False, False, True])
    assert is_any(None, ["rapid"], known=["rapid"]).value is None
    with pytest.raises(UnknownName, match="did you mean 'rapid'"):
        is_any("rapidd", ["rapid"], known=["none", "rapid"])


def test_categories_are_named_where_known():
    assert named(Range.of(1), ["low", "high"]) == "high"
    assert named(Range.of(None, lowest=0, highest=1), ["low", "high"]) is None


@given(st.integers(0, 100), st.integers(0, 100))
def test_rising_functions_keep_their_limits(low, width):
    limits = rising(np.sqrt, Range(np.array(float(low)), np.array(float(low + width))))
    assert limits.low**2 == pytest.approx(low)
    assert limits.high**2 == pytest.approx(low + width)
