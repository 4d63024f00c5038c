"""Daily medicine as exposure: what it blocks, how fast it comes and goes, and what stopping it does to who took it at entry."""

from typing import Any

import numpy as np
import pytest

from immunoreset.patient.course import Course, prepare, solve
from immunoreset.population import Cohort, sample
from immunoreset.therapy import Regimen, standard

DAYS = np.array([0.0, 7.0, 28.0, 84.0])
READ = ("inflammation", "on.block_help", "on.block_inflammation", "on.lose_help", "on.block_proteinuria", "immunosuppressed")


@pytest.fixture(scope="module")
def people() -> Cohort:
    return sample("cart", 16, seed=3)


def course(people: Cohort, text: str, *, read: tuple[str, ...] = (), start: float = -28.0, **numbers: float) -> Course:
    """Twelve weeks of a regimen, without flares; `numbers` of 'module__number' stand in place of everybody's own."""
    own = {name.replace("__", "."): np.full(len(people.ids), value) for name, value in numbers.items()}
    cohort: Any = Cohort({**people.parameters, **own}, people.ids, people.seed, people.population, people.covariates)
    arm = prepare(cohort, Regimen.parse(text), start=start, stop=84.0, chance=False)
    found, _, failures = solve(arm, cohort, outputs=(*READ, *read), readouts={}, grid=DAYS, rtol=1e-5, threads=1)
    assert not failures
    return found


@pytest.fixture(scope="module")
def untreated(people: Cohort) -> Course:
    return course(people, "no treatment")


STARTED = {
    "azathioprine 2 mg/kg daily from 0": {"azathioprine__help_block": 0.0},
    "methotrexate 15 mg weekly from 0": {"methotrexate__inflammation_block": 0.0},
    "hydroxychloroquine 400 mg daily from 0": {"hydroxychloroquine__inflammation_block": 0.0},
    "deucravacitinib 3 mg twice daily from 0": {"deucravacitinib__inflammation_block": 0.0},
    "litifilimab 450 mg on days 0 14 28 then every 28 days until 84": {"litifilimab__inflammation_block": 0.0},
    "tacrolimus 2 mg twice daily from 0": {"tacrolimus__most_effect": 0.0},
}


@pytest.mark.parametrize("text", STARTED)
def test_inflammation_falls_in_everybody_and_not_without_the_effect(text: str, people: Cohort, untreated: Course) -> None:
    fall = untreated.on(84, "inflammation") - course(people, text).on(84, "inflammation")
    assert np.all(fall > 0)
    assert fall.mean() > 4 * fall.std() / np.sqrt(len(fall)) > 0
    without = course(people, text, **STARTED[text]).on(84, "inflammation")
    np.testing.assert_allclose(without, untreated.on(84, "inflammation"), rtol=1e-4)


TAKEN = {
    "azathioprine 2 mg/kg daily": "on.block_help",
    "mycophenolate 1 g twice daily": "on.block_help",
    "methotrexate 15 mg weekly": "on.block_inflammation",
    "hydroxychloroquine 400 mg daily": "on.block_inflammation",
    "deucravacitinib 3 mg twice daily": "on.block_inflammation",
}


@pytest.mark.parametrize("text", TAKEN)
def test_what_is_taken_since_entry_changes_nothing_until_it_is_stopped(text: str, people: Cohort, untreated: Course) -> None:
    on = course(people, f"{text} since entry")
    assert np.max(np.abs(on.curves[TAKEN[text]])) < 1e-15
    np.testing.assert_allclose(on.curves["inflammation"], untreated.curves["inflammation"], rtol=1e-4)
    stopped = course(people, f"{text} since entry until 0")
    assert np.all(np.abs(stopped.on(0, TAKEN[text])) < 1e-15) or text.startswith("mycophenolate"), (
        "its effect ends with the last dose"
    )
    assert np.all(stopped.on(84, TAKEN[text]) < 0) and np.all(stopped.on(84, "inflammation") > untreated.on(84, "inflammation"))
    halved = course(people, f"{text} since entry, {0.5 * float(text.split()[1])} from 0").on(84, TAKEN[text])
    assert np.all(stopped.on(84, TAKEN[text]) < halved) and np.all(halved < 0)


def test_what_is_left_is_the_ratio_of_what_both_doses_leave(people: Cohort) -> None:
    """Therapies specification 5.1: (1 - eHc) / (1 - eHc0)."""
    kept = {"hydroxychloroquine__clearance": 237.36, "hydroxychloroquine__half_effect": 0.7}
    names = ("hydroxychloroquine.concentration",)
    text = "hydroxychloroquine 400 mg daily since entry until 0"
    found = course(people, text, read=names, hydroxychloroquine__inflammation_block=0.3, **kept)
    level = 400 * 0.746 * 0.775 / 237.36
    assert level == pytest.approx(0.976, rel=0.01)
    left = level * np.exp(-0.0154 * DAYS)
    np.testing.assert_allclose(found.curves[names[0]], np.tile(left, (16, 1)), rtol=1e-4)

    def untouched(x: Any) -> Any:
        return 1 - 0.3 * x / (0.7 + x)

    blocked = found.curves["on.block_inflammation"]
    np.testing.assert_allclose(1 - blocked, np.tile(untouched(left) / untouched(level), (16, 1)), rtol=1e-4)


def test_drugs_come_as_slowly_as_they_are_said_to(people: Cohort) -> None:
    for text, module, sustained, approach in (
        ("azathioprine 2 mg/kg daily from 0", "azathioprine", 2.0, 0.035),
        ("methotrexate 14 mg weekly from 0", "methotrexate", 2.0, 0.05),
        ("deucravacitinib 6 mg daily from 0", "deucravacitinib", 1.0, 1.0),
    ):
        found = course(people, text, read=(f"{module}.exposure",), **{f"{module}__approach": approach})
        rising = sustained * -np.expm1(-approach * DAYS)
        np.testing.assert_allclose(found.curves[f"{module}.exposure"], np.tile(rising, (16, 1)), rtol=1e-3)


def test_doses_beyond_what_is_known_do_no_more(people: Cohort) -> None:
    for most, more, word in (
        ("azathioprine 3 mg/kg daily from 0", "azathioprine 9 mg/kg daily from 0", "on.block_help"),
        ("methotrexate 30 mg weekly from 0", "methotrexate 90 mg weekly from 0", "on.block_inflammation"),
        ("deucravacitinib 6 mg daily from 0", "deucravacitinib 12 mg daily from 0", "on.block_inflammation"),
    ):
        np.testing.assert_allclose(course(people, more).on(84, word), course(people, most).on(84, word), rtol=1e-9)


def test_tacrolimus_acts_on_the_kidney_and_on_help(people: Cohort) -> None:
    found = course(people, "tacrolimus 4 mg daily from 0", tacrolimus__clearance=372.0, read=("tacrolimus.concentration",))
    level = 4 / 372.0
    np.testing.assert_allclose(found.on(84, "tacrolimus.concentration"), level, rtol=1e-4)
    np.testing.assert_allclose(found.on(84, "on.block_proteinuria"), 0.3 * 1.7 * level / (0.005 + level), rtol=1e-4)
    assert np.all(found.on(84, "on.lose_help") > 0)


def test_an_antimalarial_is_no_immunosuppressant(people: Cohort) -> None:
    assert not course(people, "hydroxychloroquine 400 mg daily since entry").curves["immunosuppressed"].any()
    azathioprine = course(people, "azathioprine 2 mg/kg daily since entry until 28").curves["immunosuppressed"]
    assert azathioprine[:, :2].all() and not azathioprine[:, 3].any()


def test_glucocorticoid_below_the_dose_of_entry_lets_inflammation_rise_and_rescue_counts_on_top(
    people: Cohort, untreated: Course
) -> None:
    read = ("prednisolone",)
    on = course(people, "prednisolone 10 mg daily since entry", read=read)
    assert not on.curves["prednisolone"].any() and not on.curves["on.block_inflammation"].any()
    np.testing.assert_allclose(on.curves["inflammation"], untreated.curves["inflammation"], rtol=1e-4)
    stopped = course(people, "prednisolone 10 mg daily since entry until 0", read=read)
    np.testing.assert_allclose(stopped.curves["on.block_inflammation"][:, 1:], -0.6 * 10 / (20 + 10))  # specification 5.1
    assert np.all(stopped.on(84, "inflammation") > untreated.on(84, "inflammation"))
    idle = course(people, "prednisolone 10 mg daily since entry until 0", glucocorticoid_below_entry__inflammation_rise=0.0)
    np.testing.assert_allclose(idle.on(84, "inflammation"), untreated.on(84, "inflammation"), rtol=1e-4)
    text = "prednisolone 10 mg daily since entry, 20 from 3, 5 from 14; dexamethasone 3 mg daily from 21 until 35"
    whole = course(people, text, read=read).curves["prednisolone"][0]
    np.testing.assert_allclose(whole, [0, 10, -5 + 3 * 6.7, -5], atol=1e-12)


@pytest.mark.parametrize("name", ["euro-lupus", "nih-cyclophosphamide"])
def test_pulses_of_cyclophosphamide_leave_an_effect_on_help_that_fades(name: str, people: Cohort, untreated: Course) -> None:
    pulses = str(standard(name)).split(";")[0]
    found = course(people, pulses)
    assert np.all(found.on(84, "on.block_help") > 0.05)
    assert np.all(found.on(84, "inflammation") < untreated.on(84, "inflammation"))
    idle = course(people, pulses, cyclophosphamide_pulse__help_block=0.0)
    assert np.all(idle.on(84, "inflammation") > found.on(84, "inflammation")) and not idle.curves["on.block_help"].any()
    once = course(people, "cyclophosphamide-pulse 500 mg on day 0", read=("cyclophosphamide_pulse.lasting",))
    left = once.curves["cyclophosphamide_pulse.lasting"]
    np.testing.assert_allclose(left[:, 3] / left[:, 2], np.exp(-0.035 * 56), rtol=1e-3)


def test_two_doses_of_litifilimab_on_one_day_are_one_of_their_sum(people: Cohort) -> None:
    """As doses of every other drug are."""
    doses = ("450 mg on day 0", "225 mg on days 0 0", "225 mg on day 0")
    once, twice, half = (course(people, f"litifilimab {given}").on(28, "on.block_inflammation") for given in doses)
    np.testing.assert_array_equal(once, twice)
    assert (half < once).all()
