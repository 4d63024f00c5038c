"""Switches of CAR cells: each turns them on, off or kills them, and no longer does where its effect is zero. Twelve patients."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from immunoreset.catalogue.standard import typical
from immunoreset.engine import Solution, simulate
from immunoreset.errors import InvalidRegimen
from immunoreset.patient.course import prepare
from immunoreset.population import Cohort, sample
from immunoreset.therapy import Regimen

FLU_CY = "fludarabine 25 mg/m2 on days -5 -4 -3; cyclophosphamide 1000 mg/m2 on day -3"
PEOPLE = sample("cart", 12, seed=18)
READ = ("car_t_per_ul", "cd20_positive_per_ul", "on.kill_b_tissue")
ONE = Cohort(typical(), np.zeros(1, dtype=np.int64), 1, "cart", {})


@cache
def course(text: str, changed: tuple[tuple[str, float], ...] = (), stop: float = 40.0) -> Solution:
    """Courses after lymphodepletion, read every six hours."""
    people = PEOPLE.with_values(dict(changed), beyond_bounds=True)
    arm = prepare(people, Regimen.parse(f"{FLU_CY}; {text}"), start=-7.0, stop=stop, chance=False)
    outputs = {name: arm.patient.output(name).read for name in READ}
    found = simulate(arm.patient.model, **arm.arguments(), outputs=outputs, grid=np.arange(-7.0, stop + 0.1, 0.25))
    assert not found.failed.any()
    return found


def on(found: Solution, name: str, day: float) -> np.ndarray:
    return found.outputs[name][:, np.searchsorted(found.days, day)]


def days_of(found: Solution, name: str, patient: int) -> np.ndarray:
    """Days on which something was done to a patient."""
    events = found.events_named(name)
    return events["day"][events["patient"] == patient]


def cells(kind: str = "") -> str:
    return f"cd19-car-t{kind} 1e6 cells/kg on day 0"


def test_dasatinib_pauses_killing_and_the_cells_work_again_when_it_is_left_out():
    text = f"{cells()}; dasatinib 100 mg twice daily from 4 until 11"
    found, alone = course(text), course(cells())
    paused = on(found, "on.kill_b_tissue", 8.25) / on(alone, "on.kill_b_tissue", 8.25)
    assert np.median(paused) < 0.3
    assert np.median(on(found, "on.kill_b_tissue", 20) / on(alone, "on.kill_b_tissue", 20)) > 0.5
    harmless = course(text, (("dasatinib.block_car_t_on", 0.0),))
    np.testing.assert_allclose(on(harmless, "car_t_per_ul", 20), on(alone, "car_t_per_ul", 20), rtol=1e-3)


@pytest.mark.parametrize(
    ("kind", "drug", "rate"),
    [
        ("-on", "lenalidomide 5 mg daily", "lenalidomide.car_dimerised_on"),
        ("-snip", "grazoprevir 100 mg daily", "grazoprevir.car_protected_on"),
        ("-adaptor", "swi019 30 mg daily", "swi019.car_bridged_on"),
    ],
)
def test_cells_with_an_on_switch_work_only_while_the_drug_is_given(kind: str, drug: str, rate: str):
    text = f"{cells(kind)}; {drug} from 2 until 21"
    found, idle = course(text), course(text, ((rate, 0.0),))
    assert np.all(on(found, "on.kill_b_tissue", 1.75) < 1e-9) and np.all(idle.outputs["on.kill_b_tissue"] < 1e-9)
    assert np.all(on(found, "on.kill_b_tissue", 14) > 0)
    assert np.median(on(found, "on.kill_b_tissue", 38) / on(found, "on.kill_b_tissue", 20.75)) < 0.05
    assert np.all(found.outputs["car_t_per_ul"].max(axis=1) >= idle.outputs["car_t_per_ul"].max(axis=1))


def test_an_off_switch_stops_the_cells_while_lenalidomide_is_given():
    text = f"{cells('-off')}; lenalidomide 5 mg daily from 7 until 14"
    found, alone = course(text), course(cells())
    np.testing.assert_allclose(on(found, "car_t_per_ul", 6.75), on(alone, "car_t_per_ul", 6.75), rtol=1e-3)
    assert np.median(on(found, "on.kill_b_tissue", 9) / on(alone, "on.kill_b_tissue", 9)) < 0.3
    kept = course(text, (("lenalidomide.car_degraded_on", 0.0),))
    np.testing.assert_allclose(on(kept, "on.kill_b_tissue", 9), on(alone, "on.kill_b_tissue", 9), rtol=1e-3)


def test_rimiducid_kills_nine_in_ten_within_half_an_hour_and_each_later_dose_less():
    text = f"{cells('-icasp9')}; rimiducid 0.4 mg/kg on days 10 11"
    arm = prepare(ONE, Regimen.parse(f"{FLU_CY}; {text}"), start=-7.0, stop=12.0, chance=False)
    grid = np.array([10.0 - 1e-6, 10 + 0.5 / 24, 11 - 1e-6, 11 + 0.5 / 24])
    counts = simulate(
        arm.patient.model, **arm.arguments(), outputs={"car": arm.patient.output("car_t_per_ul").read}, grid=grid
    ).outputs["car"][0]
    assert 0.85 <= 1 - counts[1] / counts[0] <= 0.95, "published: 85 to 95 % of circulating cells within 30 minutes"
    assert 1 - counts[3] / counts[2] == pytest.approx(0.54, abs=0.1)
    spared = course(text, (("rimiducid.killed", 0.0),))
    np.testing.assert_allclose(on(spared, "car_t_per_ul", 15), on(course(cells()), "car_t_per_ul", 15), rtol=1e-3)


def test_cetuximab_kills_cells_with_truncated_egfr_over_days():
    text = f"{cells('-egfrt')}; cetuximab 400 mg/m2 on day 10"
    found, alone = course(text), course(cells())
    left = on(found, "car_t_per_ul", 14) / on(alone, "car_t_per_ul", 14)
    assert np.median(left) < 0.1
    spared = course(text, (("cetuximab.kill", 0.0),))
    np.testing.assert_allclose(on(spared, "car_t_per_ul", 14), on(alone, "car_t_per_ul", 14), rtol=1e-3)


def test_a_pause_begins_with_cytokine_release_and_lasts_its_days():
    easily = (("crs.cut_1", 1.0),)
    found, alone = course(f"{cells()}; pause if CRS grade >= 1 for 3 days", easily), course(cells(), easily)
    paused = 0
    for place, patient in enumerate(found.patients):
        begun, given = (days_of(found, f"dasatinib for CRS{what}", patient) for what in ("", ", doses"))
        if not len(begun):
            assert not len(given)
            continue
        np.testing.assert_allclose(given - begun[0], np.arange(6) / 2, atol=0.01)
        killing = [on(one, "on.kill_b_tissue", np.ceil(begun[0]) + 1)[place] for one in (found, alone)]
        paused += killing[0] < 0.5 * killing[1]
    assert paused >= 6


def test_a_course_stops_for_good_when_b_cells_are_gone():
    text = f"{cells('-on')}; lenalidomide 5 mg daily from 0 until 35"
    through, stopped = course(text), course(f"{text}, off when B cells < 1 per uL")
    ended = 0
    for place, patient in enumerate(stopped.patients):
        for day in days_of(stopped, "lenalidomide off", patient):
            killing = [on(one, "on.kill_b_tissue", min(np.ceil(day) + 5, 34.0))[place] for one in (stopped, through)]
            ended += killing[0] < 0.1 * killing[1]
    assert ended >= 8


def test_the_sentences_of_switches_say_the_same_in_other_words():
    same = {
        "pause if CRS grade >= 2 for 3 days": "dasatinib 100 mg twice daily if CRS grade >= 2 for 3 days at most 1",
        "lenalidomide 5 mg daily on days 0 to 28": "lenalidomide 5 mg daily from 0 until 29",
        "swi019 3 mg daily from 0 until 14, 7 days on 3 off": "swi019 3 mg daily from 0, 0 from 7, 3 from 10 until 14",
        "cd19-car-t 1e5 cells/kg on days 0 to 2": "cd19-car-t 1e5 cells/kg on days 0 1 2",
    }
    for text, plain in same.items():
        assert Regimen.parse(text) == Regimen.parse(plain), text
    turns = Regimen.parse("lenalidomide 5 mg daily from 0 until 56, 7 days on 7 off, off when B cells < 1 per uL")
    assert str(turns) == "lenalidomide 5 mg daily from 0 until 49, 7 days on 7 off, off when B cells < 1 per uL"
    assert Regimen.parse(str(turns)) == turns


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lenalidomide 5 mg daily from 0", "lenalidomide needs an end"),
        ("prednisolone 5 mg daily from 0 until 9, off when B cells < 1 per uL", "prednisolone is not stopped by B cells"),
        ("lenalidomide 5 mg daily from 0 until 9, off when B cells < 0 per uL", "write a number above 0"),
        ("lenalidomide 5 mg daily from 0 until 9, 0 days on 7 off", "must be above 0"),
        ("lenalidomide 5 mg daily from 0, 10 from 7 until 9, 7 days on 7 off", "has one dose and an end"),
    ],
)
def test_what_a_switch_cannot_be_is_refused_in_one_line(text: str, said: str):
    with pytest.raises(InvalidRegimen, match=said) as fault:
        Regimen.parse(text)
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{cells()}; lenalidomide 5 mg daily from 0 until 9", "lenalidomide only switches cd19-car-t-on or cd19-car-t-off"),
        (f"{cells()}; rimiducid 0.4 mg/kg on day 9", "rimiducid only switches cd19-car-t-icasp9"),
        ("dasatinib 100 mg twice daily from 4 until 11", "dasatinib only switches any CAR cells"),
    ],
)
def test_a_switch_without_what_it_switches_is_refused_in_one_line(text: str, said: str):
    with pytest.raises(InvalidRegimen, match=said) as fault:
        prepare(ONE, Regimen.parse(text), start=-7.0, stop=30.0)
    assert "\n" not in str(fault.value)
    assert Regimen.parse(cells("-on")).warnings() == ["cd19-car-t-on does nothing without lenalidomide, which is not given"]
