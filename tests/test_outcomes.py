"""Outcomes read from invented curves whose answers are known."""

import re
from dataclasses import replace

import numpy as np
import pytest

from immunoreset.catalogue import built_in
from immunoreset.catalogue.standard import typical
from immunoreset.disease.lupus.organs import ORGANS
from immunoreset.disease.lupus.outcomes import sledai_curve, visits
from immunoreset.disease.lupus.visit import see
from immunoreset.outcomes import OF_CELLS, OF_SAFETY, OUTCOMES, outcomes_of, read_outcomes
from immunoreset.patient import course as courses
from immunoreset.patient.course import Course
from immunoreset.patient.observe import ASSAYS
from immunoreset.patient.outcome import nobody_dies

LUPUS, LYMPHOMA = built_in().disease("lupus"), built_in().disease("lymphoma")

QUIET, DNA_ONLY, ARTHRITIS_AND_SKIN = 0, 256, 4 + 8 + 16
DAYS = np.array([-7.0, 0, 30, 90, 96, 180, 360, 540])


def course(n: int = 1, *, failed=False, readouts=None, **curves) -> Course:
    """The causes of signs are those of `sledai_items`, unless given; visits see them without noise."""
    items = np.asarray(curves.get("sledai_items", ARTHRITIS_AND_SKIN))
    active = np.where(items & ARTHRITIS_AND_SKIN, 0.7, 0.1)
    curves = dict.fromkeys(("inflammation", "joints", "skin", "hair"), active) | curves
    curves.setdefault("anti_dsdna_reading", np.where(items & DNA_ONLY, 100, 20))
    flat = {
        "naive_b_per_ul": 0, "transitional_b_per_ul": 0, "memory_b_per_ul": 0, "car_t_per_ul": 0,
        "anti_dsdna_reading": 20, "c3": 1.0,
        "proteinuria": 0.2,
        "sledai_items": ARTHRITIS_AND_SKIN, "inflammation": 0.7, "renal_inflammation": 0.0, "autoreactive_tissue_fraction": 1.0,
        **dict.fromkeys(ORGANS, 0.1), "egfr": 110, "c4": 0.2, "haemoglobin": 130, "white_cells": 6, "neutrophils": 4,
        "platelets": 220, "fatigue": 1.0,
        "prednisolone": 0, "immunosuppressed": 0,
        "igg_percent": 100, "vaccine_percent": 100,
    }  # fmt: skip
    found = {
        "car_t_peak": 70.0, "car_t_peak_day": 9.0, "car_t_percent_peak": 40.0, "car_t_cleared_day": 56.0,
        "b_cells_undetectable_day": 6.0,
        "b_cell_return_day": 95.0, "lymph_node_lowest": 0.0, "neutrophils_lowest": 0.3, "il6_peak": 50.0, "infections_year": 60.0,
        "crs_signal_peak": 1.7, "icans_signal_peak": -3.0,
    }  # fmt: skip
    parameters = typical() | {
        "assay.node_limit": 0.01, "autoantibody.positive_above": 30.0, "sledai.cut_c3": 0.9,
        "sledai.cut_proteinuria": 0.5,
        "trial.visit_noise": 0.0, **dict.fromkeys((assay.noise for assay in ASSAYS.values()), 0.0),
        **{f"sledai.has_{sign}": 1.0 for sign in ("arthritis", "rash", "alopecia")},
        **{f"sledai.cut_{sign}": 0.55 for sign in ("arthritis", "rash", "alopecia")},
        **{f"sledai.has_{sign}": 0.0 for sign in ("ulcers", "serositis", "vasculitis")},
        "crs.cut_1": 1.6, "crs.cut_2": 2.38, "crs.cut_3": 2.83, "icans.cut_1": 0.1, "icans.cut_3": 0.6,
    }  # fmt: skip
    drawn = {name: np.asarray(curves.get(name, value), float) for name, value in flat.items()}
    return Course(
        days=DAYS,
        curves={name: np.broadcast_to(curve, (n, len(DAYS))) for name, curve in drawn.items()},
        readouts={name: np.full(n, (readouts or {}).get(name, value)) for name, value in found.items()},
        parameters=parameters,
        failed=np.full(n, failed),
    )


def one(name: str, **keywords) -> float:
    return float(read_outcomes(course(**keywords), LUPUS)[name][0])


def test_every_outcome_of_the_table_is_read_and_no_other_in_its_order():
    about = outcomes_of(LUPUS)
    later = {name for name in about if (year := re.search(r"_year(\d+)$", name)) and int(year[1]) > DAYS[-1] / 365}
    assert set(about) <= set(OUTCOMES) and later < set(about)
    assert list(read_outcomes(course(), LUPUS)) == [name for name in about if name not in later]
    decades = replace(course(), days=DAYS * 15 * 365 / DAYS[-1])
    assert later < set(read_outcomes(decades, LUPUS))


def test_expected_infections_are_the_hazard_per_100_days_added_up_over_a_whole_year():
    assert one("infections_year") == 0.6
    whole = course()
    half = replace(whole, days=DAYS[:6], curves={name: curve[:, :6] for name, curve in whole.curves.items()})
    assert "infections_year" not in read_outcomes(half, LUPUS)


def test_failed_twin_has_no_outcome_at_all():
    assert all(np.isnan(values).all() for values in read_outcomes(course(failed=True), LUPUS).values())


def test_lupus_activity_does_not_apply_without_lupus():
    found = read_outcomes(course(), LYMPHOMA)
    assert {"sledai_day90", "doris_day90"} <= set(LUPUS.outcomes) and not set(LUPUS.outcomes) & set(found)
    assert list(found) == list(outcomes_of(LYMPHOMA)) == [*OF_CELLS, *OF_SAFETY]
    assert found["b_cell_return_day"][0] == 95.0 and found["crs_any"][0] == 1


def test_treatment_without_car_t_has_no_peak():
    assert np.isnan(one("car_t_peak_day", readouts={"car_t_peak": 0.0, "car_t_peak_day": -7.0}))


def test_grade_follows_the_cut_points():
    assert (one("crs_any"), one("crs_grade2_plus"), one("crs_grade3_plus"), one("icans_any")) == (1, 0, 0, 0)
    severe = {"crs_signal_peak": 2.9, "icans_signal_peak": 0.7}
    assert (one("crs_grade3_plus", readouts=severe), one("icans_grade3_plus", readouts=severe)) == (1, 1)


def test_anti_dsdna_is_negative_at_the_limit_and_positive_above():
    assert one("anti_dsdna_negative_day90", anti_dsdna_reading=30) == 1
    assert one("anti_dsdna_negative_day90", anti_dsdna_reading=30.1) == 0


def test_returning_cells_are_counted_after_the_day_of_return():
    late_memory = np.array([0, 0, 0, 0, 10, 0, 0, 0])
    late_naive = np.array([0, 0, 0, 0, 30, 0, 0, 0])
    assert one("returning_b_cells_naive_percent", naive_b_per_ul=late_naive, memory_b_per_ul=late_memory) == 75


def test_cells_that_never_return_have_no_composition():
    assert np.isnan(one("returning_b_cells_naive_percent", readouts={"b_cell_return_day": np.nan}))


def test_antibody_change_is_relative_to_entry():
    falling = np.array([100, 100, 95, 90, 90, 82, 85, 90])
    assert one("igg_change_percent_day180", igg_percent=falling) == pytest.approx(-18)


@pytest.mark.parametrize(
    ("quiet", "cells", "remission"),
    [
        ([0, 0, 1, 1, 1, 1, 1, 1], [1, 1, 0, 0, 0, 0, 0, 0], 1),  # active at entry is no relapse
        ([0, 0, 1, 1, 1, 0, 0, 0], [1, 1, 0, 0, 0, 0, 0, 1], 0),  # relapse by day 540
        ([0, 0, 0, 0, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1, 1, 1], 0),  # never responded
        ([0, 0, 1, 1, 0, 0, 1, 1], [0, 0, 0, 0, 0, 0, 0, 0], 1),  # a flare without autoreactive cells is no relapse
        ([1, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0], 0),  # quiet only before the infusion
    ],
)
def test_remission_needs_a_response_and_no_relapse(quiet, cells, remission):
    items = np.where(quiet, DNA_ONLY, ARTHRITIS_AND_SKIN)
    assert one("remission_day540", sledai_items=items, autoreactive_tissue_fraction=cells) == remission


def test_responses_compare_the_visit_with_entry():
    falls = [ARTHRITIS_AND_SKIN] * 3 + [QUIET] * 5
    responds = {"sri4_day180": 1, "bicla_day180": 1, "doris_day180": 1, "lldas_day180": 1, "sledai_day180": 0}
    assert {name: one(name, sledai_items=falls) for name in responds} == responds
    stays = {name: one(name) for name in responds}
    assert stays == {"sri4_day180": 0, "bicla_day180": 0, "doris_day180": 0, "lldas_day180": 0, "sledai_day180": 8}


def test_twin_without_activity_at_entry_has_no_response_to_give():
    assert np.isnan(one("sri4_day180", sledai_items=QUIET)) and np.isnan(one("bicla_day180", sledai_items=QUIET))


def test_remission_under_too_much_glucocorticoid_does_not_count():
    dose = {"sledai_items": QUIET, "prednisolone": 7.5}
    assert (one("doris_day180", **dose), one("lldas_day180", **dose)) == (0, 1)
    assert one("drug_free_doris_day180", sledai_items=QUIET, immunosuppressed=1) == 0


def test_whole_courses_are_judged_alike_in_any_piece(monkeypatch):
    whole = course(7, sledai_items=[ARTHRITIS_AND_SKIN] * 4 + [QUIET] * 4)
    together = sledai_curve(whole), read_outcomes(whole, LUPUS)["remission_day540"]
    monkeypatch.setattr(courses, "PIECE", 3)
    np.testing.assert_array_equal(sledai_curve(whole), together[0])
    np.testing.assert_array_equal(read_outcomes(whole, LUPUS)["remission_day540"], together[1])


def test_days_that_were_not_simulated_have_no_outcome():
    whole = course()
    month = replace(whole, days=DAYS[:3], curves={name: curve[:, :3] for name, curve in whole.curves.items()})
    assert "sledai_day90" not in read_outcomes(month, LUPUS)


def test_who_was_given_rescue_is_no_responder_from_then_on():
    """Inflammation, without noise, above 1.317 at one 28-day visit; low again later."""
    flare = {"sledai_items": [ARTHRITIS_AND_SKIN] * 2 + [QUIET] * 6, "inflammation": [1, 1, 0.1, 1.9, 1.9, 0.1, 0.1, 0.1]}
    assert [one(name, **flare) for name in ("sri4_day180", "bicla_day180", "lldas_day180")] == [0, 0, 0]
    assert one("doris_day180", **flare) == 1, "remission is a state, not a response"
    calm = flare | {"inflammation": [1, 1, 0.1, 1.2, 1.2, 0.1, 0.1, 0.1]}
    assert [one(name, **calm) for name in ("sri4_day180", "bicla_day180", "lldas_day180")] == [1, 1, 1]


def test_visits_err_and_entry_does_not():
    many = course(4000, skin=0.55, sledai_items=QUIET)
    many.parameters["trial.visit_noise"] = 0.3
    seen = see(many, np.array([1, 3, 5]))
    assert np.all(seen.organs["skin"][:, 0] == 0.55)
    errors = np.log(seen.organs["skin"][:, 1:] / 0.55)
    assert errors.std(axis=0) == pytest.approx([0.3, 0.3], rel=0.05)
    assert np.corrcoef(errors.T)[0, 1] == pytest.approx(0.7**3, abs=0.05), "days 90 and 180 are three times four weeks apart"
    half = replace(
        many, ids=np.arange(2000, 4000), failed=many.failed[2000:], curves={k: v[2000:] for k, v in many.curves.items()}
    )
    np.testing.assert_array_equal(see(half, np.array([5])).organs["skin"], seen.organs["skin"][2000:, 2:])


def test_steroid_of_entry_keeps_trial_patients_out_of_low_activity_until_it_is_tapered():
    quiet = {"sledai_items": [ARTHRITIS_AND_SKIN] * 2 + [QUIET] * 6}
    on_steroid = course(**quiet)
    on_steroid.parameters["trial.steroid_above_target"] = 1.0
    found = read_outcomes(on_steroid, LUPUS)
    assert [found[f"lldas_day{day}"][0] for day in (90, 180)] == [0, 0]
    late = visits(on_steroid, np.array([180, 360]))
    assert (
        late["lldas"].tolist() == [[0, 1]] and late["doris"].tolist() == [[0, 0]] and late["steroid_tapered"].tolist() == [[0, 1]]
    )
    treated = course(**quiet, car_t_per_ul=[0, 1, 9, 0, 0, 0, 0, 0])
    treated.parameters["trial.steroid_above_target"] = 1.0
    assert read_outcomes(treated, LUPUS)["doris_day90"][0] == 1, "steroid stops with CAR-T cells"


def test_complete_renal_response_needs_low_protein_and_a_quiet_sediment():
    def responses(**curves):
        kidney = course(**curves)
        kidney.parameters["sledai.has_proteinuria"] = 1.0
        return [float(visits(kidney, np.array([360]))[name][0, 0]) for name in ("crr", "perr")]

    assert responses(proteinuria=0.4, renal_inflammation=0.2) == [1, 1]
    assert responses(proteinuria=0.6, renal_inflammation=0.2) == [0, 1]
    assert responses(proteinuria=0.4, renal_inflammation=0.9) == [0, 1]
    assert responses(proteinuria=0.4, renal_inflammation=0.2, inflammation=[1, 1, 1.4, 1.4, 1, 1, 1, 1]) == [0, 0]


def test_the_dead_respond_to_nothing_and_have_no_value_of_a_later_day():
    """Of centenarians some die within the eighteen months; what was judged of them before stays what it was."""
    n = 300
    known = {"car_t_cleared_day": 300.0, "b_cell_return_day": 200.0}
    many = course(n, sledai_items=np.where(DAYS < 30, ARTHRITIS_AND_SKIN, QUIET), inflammation=0.1, readouts=known)
    many = replace(many, parameters=many.parameters | {"history.age": 100.0, "sledai.has_thrombocytopenia": 0.0})
    found = read_outcomes(many, LUPUS)
    unaware = read_outcomes(many, replace(LUPUS, deaths=lambda seen: nobody_dies(n)))
    died = found["death_day"]
    assert 20 < np.isfinite(died).sum() < n - 20
    of_the_living = ("returning_b_cells_naive_percent", "autoreactive_lowest_percent")
    for name, about in OUTCOMES.items():
        if name not in found or name in (*of_the_living, "death_day"):
            continue
        if about.on is None and about.unit == "day":
            np.testing.assert_array_equal(found[name], np.where(unaware[name] > died, np.nan, unaware[name]), err_msg=name)
            continue
        dead = died <= about.on if about.on is not None else np.zeros(n, dtype=bool)
        np.testing.assert_array_equal(found[name][~dead], unaware[name][~dead], err_msg=name)
        of_dead = found[name][dead]
        known_before = ~np.isnan(unaware[name][dead])
        missing = not about.share or about.of_living
        np.testing.assert_array_equal(of_dead[known_before], np.nan if missing else 0.0, err_msg=name)
    assert (
        found["doris_day180"][~(died <= 180)].min() == 1 and np.isnan(found["returning_b_cells_naive_percent"][died < 200]).all()
    )


def test_a_relapse_that_death_forestalls_has_not_happened():
    n = 300
    signs = np.where(DAYS < 30, ARTHRITIS_AND_SKIN, np.where(DAYS < 360, QUIET, ARTHRITIS_AND_SKIN))
    many = course(n, sledai_items=signs, inflammation=np.where(signs, 0.7, 0.1), autoreactive_tissue_fraction=1.0)
    many = replace(many, parameters=many.parameters | {"history.age": 100.0})
    found = read_outcomes(many, LUPUS)
    died = found["death_day"]
    np.testing.assert_array_equal(found["relapse_day"], np.where(died <= 360, np.nan, 360.0))
    low_first = ~(died <= 30)
    np.testing.assert_array_equal(found["relapse_year1"][low_first], ~(died <= 360)[low_first])
    np.testing.assert_array_equal(np.isnan(found["relapse_year1"]), ~low_first)
    np.testing.assert_array_equal(found["remission_day540"], 0.0)


def test_visits_of_the_dead_show_no_response_and_no_value():
    many = course(300, sledai_items=np.where(DAYS < 30, ARTHRITIS_AND_SKIN, QUIET), inflammation=0.1)
    many = replace(many, parameters=many.parameters | {"history.age": 100.0, "sledai.has_proteinuria": 1.0})
    seen, died = visits(many, np.array([180.0, 540.0])), LUPUS.deaths(many).day
    dead = died[:, None] <= np.array([180.0, 540.0])
    assert dead.any(axis=0).all() and not dead.all(axis=0).any()
    for name in ("doris", "lldas", "perr", "crr"):
        np.testing.assert_array_equal(seen[name], ~dead, err_msg=name)
    for name in ("sledai", "upcr", "rescued"):
        np.testing.assert_array_equal(np.isnan(seen[name]), dead, err_msg=name)
