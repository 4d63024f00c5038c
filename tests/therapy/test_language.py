"""The one-line language of regimens: what it reads, and what it says when it cannot."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from immunoreset.errors import InvalidRegimen
from immunoreset.therapy import DRUGS, STANDARD, Course, Dose, Regimen, Rescue, standard
from immunoreset.therapy.language.items import SINCE_ENTRY, TOXICITIES, WEEKLY, in_turns

CAR_T = "fludarabine 25 mg/m2 on days -5 -4 -3; cyclophosphamide 1000 mg/m2 on day -3; cd19-car-t 1e6 cells/kg on day 0"


def test_car_t_course_is_three_drugs_in_order_of_time():
    regimen = Regimen.parse(CAR_T)
    assert regimen.items == (
        Dose("fludarabine", 25, "mg/m2", (-5, -4, -3)),
        Dose("cyclophosphamide", 1000, "mg/m2", (-3,)),
        Dose("cd19-car-t", 1e6, "cells/kg", (0,)),
    )
    assert str(regimen) == CAR_T


@pytest.mark.parametrize("name", STANDARD)
def test_standard_regimens_read_back(name):
    regimen = standard(name)
    assert Regimen.parse(str(regimen)) == regimen


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("rituximab 1 g on days 0 14", "rituximab 1000mg on days 14, 0"),
        ("Fludarabine 25 mg/m² on day -5", "fludarabine 25 MG/M^2 on day -5.0"),
        (
            "belimumab 10 mg/kg on days 0 14 28 then every 28 until 364",
            "belimumab 10 mg/kg on days 0 14 28 then every 4 weeks x 12",
        ),
        ("anifrolumab 300 mg every 28 days from 0 until 336", "anifrolumab 300 mg every 28 from 0 x 13"),
        (
            "prednisolone 20 mg daily from 0, 10 from 56 until 84",
            "prednisolone 20 mg daily from 0, 10 mg daily from 56, 0 from 84",
        ),
        ("mycophenolate 1 g twice daily from 0 until 364", "mmf 1000 mg twice daily from 0 until 364"),
        ("background-care", "background-care from 0"),
        ("tocilizumab 8 mg/kg if CRS grade >= 2 after 24 h at most 1", "tocilizumab 8 mg/kg if crs grade ≥ 2 after 1 day"),
        ("no treatment", "untreated"),
        ("rituximab 1 g on day 0;", "rituximab 1 g on day 0"),
        ("belimumab 200 mg SC weekly from 0 until 357", "belimumab 200 mg sc every 7 days from 0 x 52"),
        ("belimumab 10 mg/kg IV on days 0 7 then weekly until 28", "belimumab 10 mg/kg on days 0 7 14 21 28"),
        ("rituximab 1 g IV on day 0", "rituximab 1 g on day 0"),
    ],
)
def test_one_regimen_can_be_written_in_several_ways(written, same):
    assert Regimen.parse(written) == Regimen.parse(same)


def test_series_are_printed_short():
    assert str(standard("belimumab")) == "belimumab 10 mg/kg on days 0 14 28 then every 28 days until 364"
    assert str(standard("anifrolumab")) == "anifrolumab 300 mg every 28 days from 0 until 336"


def test_a_route_is_written_back_unless_it_is_the_usual_one():
    assert str(Regimen.parse("belimumab 200 mg SC on days 0 7")) == "belimumab 200 mg SC on days 0 7"
    assert str(Regimen.parse("belimumab 10 mg/kg IV on day 0")) == "belimumab 10 mg/kg on day 0"
    both = Regimen.parse("belimumab 200 mg SC on day 0; belimumab 200 mg on day 0")
    assert len(both.items) == 2 and both.shift(7).shift(-7) == both


def test_taper_steps_and_adherence_are_read():
    assert Regimen.parse("prednisolone 20 mg daily from 0, 15 from 28, 10 from 56, 0 from 84").items == (
        Course("prednisolone", ((0, 20), (28, 15), (56, 10), (84, 0)), "mg"),
    )
    assert Regimen.parse("mycophenolate 2 g daily from 0 until 364 (adherence 0.6)").items == (
        Course("mycophenolate", ((0, 2000), (364, 0)), "mg", adherence=0.6),
    )


def test_what_is_taken_since_entry_or_weekly_is_read_and_shifted():
    item = Course("hydroxychloroquine", ((SINCE_ENTRY, 400), (-28, 0)), "mg")
    regimen = Regimen.parse("hcq 400 mg daily since entry until -28")
    assert regimen.items == (item,) and regimen.first_day == -28
    assert str(regimen.shift(14)) == "hydroxychloroquine 400 mg daily since entry until -14"
    assert Regimen.parse("hydroxychloroquine 400 mg daily since entry").first_day == 0
    assert Regimen.parse("mtx 15 mg weekly from 0").items == (Course("methotrexate", ((0, 15),), "mg", WEEKLY),)


def test_rescue_is_read():
    assert Regimen.parse("dexamethasone 10 mg twice daily if ICANS grade >= 2 for 3 days at most 2, 72 h apart").items == (
        Rescue("dexamethasone", 10, "mg", "ICANS", 2, 0, 3, 2, 2, 72),
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the regimen is empty; write 'no treatment'"),
        ("cyclofosfamide 1 g on day 0", "did you mean 'cyclophosphamide'"),
        ("rituximab 1 g on day 0; cyclophosphamid 1 g on day 0", "item 2 .* at character 25: no drug 'cyclophosphamid'"),
        ("rituximab on day 0", "rituximab needs a dose"),
        ("rituximab 1000 on day 0", "no unit 'on'; rituximab is given in mg or mg/m2"),
        ("rituximab 1000 mgs on day 0", "no unit 'mgs'"),
        ("rituximab 1000 cells/kg on day 0", "item 1 .* rituximab is given in mg or mg/m2, not in cells/kg"),
        ("cd19-car-t 1e6 mg on day 0", "cd19-car-t is given in cells/kg or cells, not in mg"),
        ("fludarabine 25 mg/kg on day 0", "fludarabine is given in mg/m2 or mg, not in mg/kg"),
        ("rituximab -5 mg on day 0", "below zero"),
        ("rituximab 0 mg on day 0", "is 0 mg"),
        ("rituximab nan mg on day 0", "'nan' is not finite"),
        ("rituximab 1 g on day inf", "'inf' is not finite"),
        ("rituximab 1 g on day Monday", "at character 22: 'Monday' is no number; expected a day"),
        ("rituximab 1 g on days", "the text ends; expected a day"),
        ("rituximab 1 g 0 14", "found '0'; expected 'on days"),
        ("rituximab 1 g daily from 0", "cannot be given as a course"),
        ("rituximab 1 g daily on day 0", "cannot be daily as well"),
        ("prednisolone 20 mg on day 0", "cannot be given as single doses"),
        ("prednisolone 20 mg from 0", "say how often prednisolone is taken"),
        ("prednisolone 20 mg daily from 0, 10 from 0", "do not increase"),
        ("prednisolone 20 mg daily from 0, 10 g from 5", "is not the unit of the first dose"),
        ("prednisolone 0 mg daily from 0", "is 0 throughout"),
        ("mycophenolate 2 g daily from 0 (adherence 1.5)", "share between 0 and 1"),
        ("background-care from 0 (adherence 0.5)", "has no adherence"),
        ("background-care 120 % from 0", "more than 100 %"),
        ("belimumab 10 mg/kg every 0 days from 0 until 9", "above 0 days"),
        ("belimumab 10 mg/kg every 28 days from 0 until -9", "before the first day"),
        ("belimumab 10 mg/kg every 0.001 days from 0 until 999", "at most 10000"),
        ("cd19-car-t 1e300 cells/kg on day 0", "more than anybody is given; write at most 1e10 cells/kg"),
        ("rituximab 1e6 g on day 0", "write at most 100000 mg"),
        ("tocilizumab 8 mg/kg if fever grade >= 2", "the toxicities are CRS, ICANS and neutropenia"),
        ("tocilizumab 8 mg/kg if CRS grade >= 7", "the grades are 1, 2, 3 and 4"),
        ("tocilizumab 8 mg/kg if CRS grade 2", "expected '>='"),
        ("tocilizumab 8 mg/kg if CRS grade >= 2 at most 0", "from 1 up"),
        ("tocilizumab 8 mg/kg if CRS grade >= 2 before 5 h", "found 'before'"),
        ("dexamethasone 10 mg if ICANS grade >= 2", "say for how long"),
        ("rituximab 1 g on day 0 and 14", "'and' is no number"),
        ("rituximab 1 g SC on day 0", "rituximab is not given SC; it is given IV"),
        ("cd19-car-t 1e6 cells/kg IV on day 0", "is given without a route"),
        ("tocilizumab 8 mg/kg IV if CRS grade >= 2", "a dose IV is given on days"),
        ("belimumab 200 mg weekly until 28", "expected 'from'"),
        ("voclosporin 23.7 mg twice daily since entry", "voclosporin cannot be taken since entry.*write the day"),
        ("azathioprine 150 mg daily since 5", "found '5'; expected 'entry'"),
        ("azathioprine 0 mg daily since entry, 100 from 5", "a dose of 0 since entry is none"),
        ("methotrexate 15 mg daily from 0", "methotrexate is taken weekly, not daily"),
        ("prednisolone 15 mg weekly from 0", "prednisolone is taken daily, not weekly"),
        ("dexamethasone 10 mg weekly if ICANS grade >= 2 for 3 days", "0.142857 times a day; choose 1, 2, 3 or 4"),
        (
            "azathioprine 100 mg daily since entry; azathioprine 50 mg daily since entry",
            "azathioprine is taken 'since entry' at two doses",
        ),
    ],
)
def test_unreadable_text_says_where_and_what_to_do(text, says):
    with pytest.raises(InvalidRegimen, match=says) as fault:
        Regimen.parse(text)
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize(
    ("text", "drugs"),
    [
        ("rituximab 1 g on day 0; obinutuzumab 1 g on day 0", ("obinutuzumab", "rituximab")),
        ("cd19-car-t 1e6 cells/kg on day 0; cd19-car-t-cd28 1e6 cells/kg on day 9", ("cd19-car-t", "cd19-car-t-cd28")),
    ],
)
def test_two_drugs_of_one_family_can_be_given(text, drugs):
    regimen = Regimen.parse(text)
    assert set(regimen.drugs) == set(drugs) and Regimen.parse(str(regimen)) == regimen


def test_a_later_product_without_conditioning_of_its_own_is_warned_of():
    bare = Regimen.parse(f"{CAR_T}; cd19-car-t-cd28 1e6 cells/kg on day 150")
    assert bare.warnings() == ["CAR-T cells on day 150 without conditioning in the 14 days before"]
    assert (bare + Regimen.parse("cyclophosphamide 1 g on day 147")).warnings() == []
    assert Regimen.parse(CAR_T).warnings() == Regimen.parse("cd19-car-t 1e6 cells/kg on day 0").warnings() == []


days = st.integers(-400, 4000).map(lambda quarter: quarter / 4)
amounts = st.floats(1e-3, 1e4, allow_nan=False)


def one_dose_of_entry(listed):
    taken = [item.drug for item in listed if isinstance(item, Course) and item.since_entry]
    return len(set(taken)) == len(taken)


@st.composite
def items(draw):
    drug = draw(st.sampled_from(list(DRUGS.values())))
    form = draw(st.sampled_from(drug.forms))
    unit = draw(st.sampled_from(drug.units))
    amount = min(draw(amounts), 100.0) if unit == "%" else 1.0 if unit == "own" else draw(amounts)
    if form is Dose:
        given = tuple(draw(st.lists(days, min_size=1, max_size=8)))
        waits = unit.startswith("cells") and draw(st.booleans())
        return Dose(drug.name, 1.0 if unit == "own" else amount, unit, given, draw(st.sampled_from(["", *drug.routes])), waits)
    if form is Course:
        starts = sorted(set(draw(st.lists(days, min_size=1, max_size=5))))
        if drug.since_entry and draw(st.booleans()):
            starts = [SINCE_ENTRY, *starts]
        steps = [(day, amount if k == 0 else draw(st.sampled_from([0.0, amount, amount / 2]))) for k, day in enumerate(starts)]
        often = 1 if unit in ("own", "%") else draw(st.sampled_from(drug.times_a_day))
        adherence = None if "own" in drug.units else draw(st.none() | st.floats(0, 1))
        if not drug.switches:
            return Course(drug.name, tuple(steps), unit, often, adherence)
        off_below = draw(st.none() | st.floats(0.1, 100.0))
        if draw(st.booleans()):
            turns = in_turns(starts[0], starts[0] + draw(st.integers(1, 60)), amount, *draw(st.tuples(*[st.integers(1, 9)] * 2)))
            return Course(drug.name, turns, unit, often, adherence, off_below)
        return Course(drug.name, (*steps, (starts[-1] + 7.0, 0.0)), unit, often, adherence, off_below)
    more = {"for_days": draw(st.integers(1, 9)), "times_a_day": draw(st.integers(1, 4))} if Course in drug.forms else {}
    hours = draw(st.integers(0, 72))
    return Rescue(drug.name, amount, unit, draw(st.sampled_from(TOXICITIES)), draw(st.integers(1, 4)), hours, at_most=2, **more)


regimens = st.lists(items(), max_size=4).filter(one_dose_of_entry).map(lambda listed: Regimen(tuple(listed)))


@given(regimens)
def test_what_is_printed_is_read_back(regimen):
    assert Regimen.parse(str(regimen)) == regimen


@given(regimens, regimens, regimens)
def test_adding_is_associative_and_commutative(a, b, c):
    assume(one_dose_of_entry((*a.items, *b.items, *c.items)))
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
    assert a + Regimen() == a


@given(regimens, days, days)
def test_shifts_add_up(regimen, first, second):
    assert regimen.shift(first).shift(second) == regimen.shift(first + second)


@given(regimens, regimens, days)
def test_shift_spreads_over_a_sum(a, b, day):
    assume(one_dose_of_entry((*a.items, *b.items)))
    assert (a + b).shift(day) == a.shift(day) + b.shift(day)
