"""Tables of visits get the scores that their definitions give, and say what is missing."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.lupus import sledai as lupus_sledai
from immunoreset.endpoints.lupus import states
from immunoreset.endpoints.lupus.sledai_items import CODES
from immunoreset.endpoints.quantities import Pga, Prednisone
from immunoreset.endpoints.scoring.example import USUAL
from immunoreset.endpoints.scoring.protocol import Protocol
from immunoreset.endpoints.scoring.score import Scored, score
from immunoreset.endpoints.visits import DISEASE, OTHER, RELEASE, Visits
from immunoreset.errors import InvalidValue, UnknownName

LISTED = replace(USUAL, unlisted_items="absent")
BILAG = ("CONST", "MUCO", "NEURO", "MSK", "CARDIO", "GI", "OPHTH", "RENAL", "HAEM")
EDCBA = "EDCBA"


def visits(*rows, lower=None, upper=None, due=None) -> Visits:
    """From (patient, day, {item: value}) with limits and attribution by (patient, day, item)."""
    long = [(who, day, item, value) for who, day, values in rows for item, value in values.items()]
    patient, day, item, value = zip(*long, strict=True)

    def extra(given):
        return [(given or {}).get((who, when, what), np.nan) for who, when, what, _ in long]

    return Visits.from_long(
        patient=patient, day=day, item=item, value=value, lower=extra(lower), upper=extra(upper), cause=extra(due)
    )


def bilag(letters: str) -> dict[str, float]:
    return {f"BILAG_{domain}": EDCBA.index(letter) for domain, letter in zip(BILAG, letters, strict=True)}


def rows_of(scored: Scored, name: str) -> list[tuple[float, float | None]]:
    """(day, value or None) of a score."""
    table = scored.by_visit()
    found = table[table["score"] == name]
    return [(day, None if np.isnan(value) else value) for day, value in zip(found["day"], found["value"], strict=True)]


def cell(scored: Scored, name: str, day: float, column: str):
    table = scored.by_visit()
    return table[(table["score"] == name) & (table["day"] == day)][column].item()


def measure(scored: Scored, name: str, patient: str = "A") -> tuple[float, float]:
    table = scored.by_patient()
    found = table[(table["measure"] == name) & (table["patient"] == patient)]
    return found["low"].item(), found["high"].item()


ALL_ABSENT = dict.fromkeys(CODES, 0)


def test_sledai_is_the_sum_of_its_items_and_clinical_sledai_leaves_serology_out():
    scored = score(visits(("A", 0, ALL_ABSENT | {"RASH": 1, "DNA": 1, "SEIZURE": 1})), USUAL)
    assert rows_of(scored, "sledai") == [(0, 12)] and rows_of(scored, "csledai") == [(0, 10)]
    assert cell(scored, "sledai_category", 0, "category") == "high"


def test_an_item_that_nobody_judged_leaves_a_range_and_is_named():
    judged = {code: 0 for code in CODES if code not in ("RASH", "DNA")}
    scored = score(visits(("A", 0, judged)), USUAL)
    assert (cell(scored, "sledai", 0, "low"), cell(scored, "sledai", 0, "high")) == (0, 4)
    assert cell(scored, "sledai", 0, "missing") == "RASH, DNA"
    assert cell(scored, "csledai", 0, "missing") == "RASH"


def test_protocol_says_what_an_unlisted_item_means():
    listed = visits(("A", 0, {"RASH": 1}))
    assert rows_of(score(listed, USUAL), "sledai") == [(0, None)]
    assert rows_of(score(listed, LISTED), "sledai") == [(0, 2)]


@pytest.mark.parametrize(("window", "total"), [(10, 0), (28, 2), (30, 2)])
def test_an_item_counts_over_the_window_of_the_protocol(window, total):
    table = visits(("A", 0, {"RASH": 1}), ("A", 20, {"RASH": 0}))
    assert rows_of(score(table, replace(LISTED, sledai_window=window)), "sledai")[-1] == (20, total)


def test_laboratory_values_decide_items_unless_the_clinician_did_or_another_cause_is_named():
    values = {"WBC": 2.0, "PLAT": 80, "UPCR": 0.6, "C3": 0.7, "DSDNA": 50, "TEMP": 38.5, "URBC": 9, "UWBC": 2, "FEVER": 0}
    limits = {"lower": {("A", 0, "C3"): 0.9}, "upper": {("A", 0, "DSDNA"): 30}, "due": {("A", 0, "WBC"): 0}}
    limits = {kind: {(who, -7, item): value for (who, _, item), value in given.items()} for kind, given in limits.items()}
    scored = score(visits(("A", -7, values), **limits), LISTED)
    # thrombocytopenia 1, proteinuria 4, haematuria 4, low complement 2, DNA 2; leukopenia is not due to lupus, fever judged no
    assert rows_of(scored, "sledai") == [(-7, 13)]


def test_fever_after_the_infusion_scores_for_whatever_it_was_put_down_to():
    assessed = ALL_ABSENT | {"TEMP": 39.0, "HYPOTENSION": 0, "PRESSORS": 0, "OXYGEN": 0}
    del assessed["FEVER"]
    causes = {None: (None, 1), DISEASE: (1, 0), RELEASE: (0, 1), OTHER: (0, 0)}
    for cause, (sledai, crs) in causes.items():
        due = {} if cause is None else {("A", 3, "TEMP"): cause}
        scored = score(visits(("A", 3, assessed), due=due), USUAL)
        assert (rows_of(scored, "sledai"), rows_of(scored, "crs")) == ([(3, sledai)], [(3, crs)]), cause
    late = score(visits(("A", 60, assessed)), USUAL)
    assert rows_of(late, "sledai") == [(60, 1)]


@pytest.mark.parametrize(
    ("then", "now", "window", "present"),
    [
        ({"PLAT": 80}, {"THROMBOCYTOPENIA": 0}, 30, 1),  # present in the window before the visit
        ({"PLAT": 80}, {"THROMBOCYTOPENIA": 0}, 10, 0),  # 20 days ago is outside this one
        ({"PLAT": 80, "THROMBOCYTOPENIA": 0}, {"THROMBOCYTOPENIA": 0}, 30, 0),  # judged on its own day
        ({"PLAT": 80}, {"PLAT": 180}, 30, 1),
        ({"THROMBOCYTOPENIA": 1}, {"THROMBOCYTOPENIA": 0}, 30, 1),
        ({"PLAT": 180}, {"THROMBOCYTOPENIA": 0}, 30, 0),
    ],
)
def test_a_finding_of_the_laboratory_counts_over_the_window_whatever_is_said_later(then, now, window, present):
    table = visits(("A", -40, then), ("A", -20, now))
    total = rows_of(score(table, replace(LISTED, sledai_window=window)), "sledai")[-1]
    assert total == (-20, present)


def test_a_finding_put_down_to_something_else_does_not_count_later():
    table = visits(("A", -40, {"PLAT": 80}), ("A", -20, {"THROMBOCYTOPENIA": 0}))
    judged = replace(table, cause={"PLAT": np.array([OTHER, np.nan])})
    assert rows_of(score(judged, LISTED), "sledai")[-1] == (-20, 0)


def test_remission_asks_for_activity_assessment_and_dose():
    quiet = ALL_ABSENT | {"PGA": 0.4, "PREDNISONE": 5}
    scored = score(visits(("A", 0, quiet), ("A", 28, quiet | {"PREDNISONE": 5.1}), ("A", 56, ALL_ABSENT | {"PGA": 0.4})), USUAL)
    assert rows_of(scored, "doris") == [(0, 1), (28, 0), (56, None)]
    assert cell(scored, "doris", 56, "missing") == "PREDNISONE"


def test_low_activity_needs_an_earlier_visit_to_know_what_is_new():
    quiet = {"PGA": 1.0, "PREDNISONE": 7.5, "RASH": 1}
    scored = score(visits(("A", 0, quiet), ("A", 40, quiet), ("A", 80, quiet | {"ULCERS": 1})), LISTED)
    assert rows_of(scored, "lldas") == [(0, None), (40, 1), (80, 0)]
    assert "earlier visit" in cell(scored, "lldas", 0, "missing")


def test_responses_compare_with_the_last_visit_before_the_infusion():
    before = {"RASH": 1, "ARTHRITIS": 1, "PGA": 2.0} | bilag("EBEAEEEEE")
    after = {"PGA": 0.2} | bilag("EDEDEEEEE")
    table = visits(("A", -30, {"RASH": 1, "PGA": 0.1}), ("A", -1, before), ("A", 90, after | {"RASH": 0}))
    scored = score(table, replace(LISTED, sledai_window=10))
    assert rows_of(scored, "sri4") == [(90, 1)] and rows_of(scored, "sri6") == [(90, 1)] and rows_of(scored, "bicla") == [(90, 1)]
    assert rows_of(scored, "sri8") == [], "SLEDAI of 6 cannot fall by 8"
    failed = score(
        visits(("A", -1, before), ("A", 60, {"TREATMENT_FAILURE": 1}), ("A", 90, after | {"RASH": 0})),
        replace(LISTED, sledai_window=10),
    )
    assert rows_of(failed, "sri4") == [(90, 0)]


def test_patients_never_borrow_from_each_other():
    rows = [("A", 0, ALL_ABSENT | {"RASH": 1}), ("B", 5, ALL_ABSENT), ("B", 40, ALL_ABSENT | {"PGA": 1.0})]
    together, alone = score(visits(*rows), USUAL), score(visits(*rows[1:]), USUAL)
    mine = together.by_visit().query("patient == 'B'").drop(columns="patient").reset_index(drop=True)
    assert mine.astype({"score": str}).equals(alone.by_visit().drop(columns="patient").astype({"score": str}))


def test_time_in_remission_and_sustained_remission_are_counted():
    quiet = ALL_ABSENT | {"PGA": 0.1, "PREDNISONE": 0}
    active = quiet | {"RASH": 1, "PGA": 1.5}
    days = [("A", 0, active), ("A", 60, quiet), ("A", 150, quiet), ("A", 240, quiet), ("A", 300, active)]
    scored = score(visits(*days), USUAL)
    assert measure(scored, "doris_first_day") == (60, 60) and measure(scored, "doris_visits") == (75, 75)
    assert measure(scored, "doris_days") == (100, 100), "held from day 60 to the visit on day 300"
    assert measure(scored, "doris_sustained") == (1, 1)
    assert measure(score(visits(*days[:3]), USUAL), "doris_sustained") == (0, 0)


def test_crs_is_graded_by_assessment_and_by_episode():
    calm = {"TEMP": 36.8, "HYPOTENSION": 0, "PRESSORS": 0, "OXYGEN": 0}
    ill = calm | {"TEMP": 39.0}
    days = [("A", 1, calm), ("A", 2, ill), ("A", 3, ill | {"HYPOTENSION": 1}), ("A", 4, calm), ("A", 9, ill), ("A", 10, calm)]
    scored = score(visits(*days), USUAL)
    assert rows_of(scored, "crs") == [(1, 0), (2, 1), (3, 2), (4, 0), (9, 1), (10, 0)]
    table = scored.episodes
    assert table[["start", "end", "grade"]].to_numpy().tolist() == [[2, 4, 2], [9, 10, 1]]
    assert measure(scored, "crs_worst") == (2, 2)


def test_icans_takes_a_sign_that_the_file_never_mentions_as_absent():
    scored = score(visits(("A", 5, {"ICE": 10, "CONSCIOUSNESS": 0}), ("A", 6, {"ICE": 2, "CONSCIOUSNESS": 0})), USUAL)
    assert rows_of(scored, "icans") == [(5, 0), (6, 3)]


def test_versions_of_ctcae_are_never_mixed():
    table = visits(("A", 5, {"NEUT": 0.3}), lower={("A", 5, "NEUT"): 1.8})
    grades = [rows_of(score(table, replace(USUAL, ctcae=version)), "ctcae_neut") for version in ("5.0", "6.0")]
    assert grades == [[(5, 4)], [(5, 3)]]


def test_early_icaht_counts_the_days_of_a_patient():
    days = [("A", day, {"NEUT": 0.3 if 3 <= day < 12 else 2.0}) for day in range(31)]
    assert measure(score(visits(*days), USUAL), "icaht_early_neutrophils") == (2, 2)


def test_filtration_comes_from_creatinine_age_and_sex_and_renal_response_from_both():
    first = {"UPCR": 2.0, "CREAT": 1.0, "AGE": 40, "SEX": 0}
    scored = score(visits(("A", 0, first), ("A", 200, {"UPCR": 0.3, "CREAT": 1.0})), USUAL)
    assert rows_of(scored, "egfr")[0][1] == pytest.approx(73, abs=0.5)
    assert rows_of(scored, "crr_regency") == [(200, 1)] and rows_of(scored, "prr_aurora") == [(200, 1)]
    assert rows_of(scored, "perr") == [(200, 1)], "an eGFR above 60 needs no value from before the flare"


def test_other_diseases_are_scored_from_their_items():
    joints = {"TJC28": 4, "SJC28": 5, "CRP": 7, "GH": 5.0, "PTGA": 5, "PHGA": 6}
    scored = score(visits(("A", 0, joints | {"MGADL": 9, "EDSS": 3.0, "BVAS": 0})), USUAL)
    found = {name: rows_of(scored, name)[0][1] for name in ("das28_crp", "cdai", "mgadl", "edss", "bvas_remission")}
    assert found == pytest.approx({"das28_crp": 4.15, "cdai": 20, "mgadl": 9, "edss": 3, "bvas_remission": 1}, abs=0.005)


def test_vasculitis_is_in_complete_remission_at_zero_points_without_glucocorticoids():
    visit = {"active": (3, 0), "on prednisone": (0, 10), "off": (0, 0), "not asked": (0, None)}
    for name, (points, dose) in visit.items():
        scored = score(visits(("A", 0, {"BVASWG": points} | ({} if dose is None else {"PREDNISONE": dose}))), USUAL)
        assert rows_of(scored, "bvaswg") == [(0, points)]
        assert rows_of(scored, "bvaswg_remission") == [(0, points == 0)]
        (day, complete), *more = rows_of(scored, "bvaswg_complete")
        assert not more and day == 0
        assert complete == (None if name == "not asked" else name == "off")


def test_the_myasthenia_composite_answers_at_three_points_and_at_five():
    scored = score(visits(("A", 0, {"MGC": 18}), ("A", 90, {"MGC": 14}), ("A", 180, {"MGC": 13})), USUAL)
    assert rows_of(scored, "mgc_response") == [(90, 1), (180, 1)]
    assert rows_of(scored, "mgc_response_5") == [(90, 0), (180, 1)]


def test_an_empty_table_has_no_scores():
    empty = Visits((), np.empty(0, dtype=np.int64), np.empty(0), {})
    scored = score(empty, USUAL)
    assert not scored.results and scored.by_visit().empty and scored.by_patient().empty and scored.episodes.empty


@given(st.data())
def test_the_table_says_what_the_plain_functions_say_of_each_visit(data):
    items = {code: data.draw(st.sampled_from([0, 1, None]), label=code) for code in CODES}
    pga, dose = data.draw(st.sampled_from([None, 0.2, 0.5, 1.0])), data.draw(st.sampled_from([None, 0, 5, 7.5, 20]))
    given_values = {**items, "PGA": pga, "PREDNISONE": dose}
    known = {name: value for name, value in given_values.items() if value is not None}
    if not any(items[code] is not None for code in CODES):
        return
    scored = score(visits(("A", 0, known)), USUAL)
    total = lupus_sledai.sledai(items, version="2K")
    assert (cell(scored, "sledai", 0, "low"), cell(scored, "sledai", 0, "high")) == (total.total.low, total.total.high)
    remission = states.doris(total.clinical, pga=Pga(pga, "0-3"), prednisone=Prednisone(dose, "mg/day"))
    assert rows_of(scored, "doris") == [(0, None if remission.value is None else float(remission.value))]


@given(st.data())
def test_a_value_that_goes_missing_never_turns_one_answer_into_the_other(data):
    full = ALL_ABSENT | {code: data.draw(st.integers(0, 1)) for code in ("RASH", "ULCERS", "DNA", "FEVER")}
    full |= {"PGA": data.draw(st.sampled_from([0.2, 0.5, 1.0, 2.0])), "PREDNISONE": data.draw(st.sampled_from([0, 5, 7.5, 9]))}
    lost = data.draw(st.sampled_from(sorted(full)))
    fewer = {name: value for name, value in full.items() if name != lost}
    before = dict(rows_of(score(visits(("A", 0, full)), USUAL), "doris"))
    after = dict(rows_of(score(visits(("A", 0, fewer)), USUAL), "doris"))
    assert after[0] in (before[0], None)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sledai": "3K"}, "no sledai '3K'"),
        ({"ctcae": "5"}, "did you mean '5.0'"),
        ({"sledai_window": 14}, "10, 28 or 30 days, not 14"),
        ({"sustained_weeks": 0}, "lasts some weeks, not 0"),
    ],
)
def test_protocol_refuses_versions_that_do_not_exist(change, message):
    with pytest.raises((UnknownName, InvalidValue), match=message):
        replace(USUAL, **change)


def test_protocol_has_no_default():
    with pytest.raises(TypeError):
        Protocol()  # type: ignore[call-arg]


def test_what_a_file_never_records_does_not_depend_on_how_patients_are_batched():
    ill = {"TEMP": 39.0, "HYPOTENSION": 0, "PRESSORS": 0, "OXYGEN": 0}
    alone = visits(("A", 2, ill))
    assert rows_of(score(alone, USUAL), "crs") == [(2, 1)]
    part = replace(alone, recorded=frozenset({*ill, "VASOPRESSIN"}))
    assert rows_of(score(part, USUAL), "crs") == [(2, None)]
    assert cell(score(part, USUAL), "crs", 2, "missing") == "VASOPRESSIN"


@pytest.mark.parametrize("ctcae", ["5.0", "6.0"])
def test_a_baseline_is_graded_by_the_limit_and_only_what_follows_by_the_baseline(ctcae):
    days, values = (-7, 0, 14, 28), (100, 100, 100, 310)
    limits = {("A", day, "ALT"): 40 for day in days}
    table = visits(*(("A", day, {"ALT": value}) for day, value in zip(days, values, strict=True)), upper=limits)
    grades = [grade for _, grade in rows_of(score(table, replace(USUAL, ctcae=ctcae)), "ctcae_alt")]
    by_limit = {"5.0": 1, "6.0": 1}[ctcae]
    assert grades[:2] == [by_limit, by_limit]
    assert grades[2:] == {"5.0": [0, 2], "6.0": [1, 3]}[ctcae]


def test_low_fibrinogen_at_baseline_is_graded_by_its_limit():
    limits = {("A", day, "FIBRINO"): 2.0 for day in (0, 7)}
    table = visits(("A", 0, {"FIBRINO": 1.6}), ("A", 7, {"FIBRINO": 0.8}), lower=limits)
    assert [grade for _, grade in rows_of(score(table, USUAL), "ctcae_fibrino")] == [1, 3]


@pytest.mark.parametrize(
    ("code", "value", "limit", "grade"),
    [
        ("ALT", 100, {"upper": 40}, 1),
        ("CREAT", 2.5, {"upper": 1.2}, 2),
        ("FIBRINO", 1.4, {"lower": 2.0}, 2),
        ("BILI", 40, {"upper": 20}, 2),
    ],
)
def test_no_value_is_graded_against_itself(code, value, limit, grade):
    """At baseline and before it the limits of normal grade; an abnormal baseline counts for the visits after it."""
    limits = {name: [one] * 3 for name, one in limit.items()}
    visits = Visits.from_long(patient=["A"] * 3, day=[-7, 0, 14], item=[code] * 3, value=[value] * 3, **limits)
    grades = score(visits, USUAL).result(f"ctcae_{code.lower()}").limits()
    assert [low for low, _ in zip(*grades, strict=True)][:2] == [high for _, high in zip(*grades, strict=True)][:2] == [grade] * 2


def test_age_and_pre_flare_function_of_a_visit_are_not_decided_by_what_was_written_later():
    rows = [(-10, "AGE", 30), (700, "AGE", 70), (-10, "SEX", 0), (0, "CREAT", 1.0), (700, "CREAT", 1.0)]
    day, item, value = zip(*rows, strict=True)
    rate = score(Visits.from_long(patient=["A"] * len(rows), day=day, item=item, value=value), USUAL).result("egfr")
    alone = Visits.from_long(patient=["A"] * 3, day=[-10, -10, 0], item=["AGE", "SEX", "CREAT"], value=[30, 0, 1.0])
    low, _ = rate.limits()
    assert low[1] == pytest.approx(score(alone, USUAL).result("egfr").limits()[0][1]) and low[2] < low[1]


def test_age_that_is_written_down_only_later_holds_before():
    rows = [(0, "CREAT", 1.0), (20, "AGE", 30), (20, "SEX", 0)]
    day, item, value = zip(*rows, strict=True)
    rate = score(Visits.from_long(patient=["A"] * 3, day=day, item=item, value=value), USUAL).result("egfr")
    assert rate.known.tolist()[0]
