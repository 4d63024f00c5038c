"""Remission and low activity: every boundary of the tables, and how the three states imply each other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.known import Answer
from immunoreset.endpoints.lupus import states
from immunoreset.endpoints.lupus.sledai import sledai
from immunoreset.endpoints.lupus.sledai_items import CODES, ITEMS, only
from immunoreset.endpoints.lupus.states import doris, drug_free_doris, lldas, new_items
from immunoreset.endpoints.quantities import Pga, Prednisone
from immunoreset.errors import InvalidValue

pgas = st.sampled_from([0, 0.4, 0.49, 0.5, 1, 1.01, 2, None])
doses = st.sampled_from([0, 2.5, 5, 5.1, 7.5, 7.6, 20, None])
yes_no = st.sampled_from([True, False, None])
item_sets = st.builds(
    lambda codes, gaps: {**only(*codes), **dict.fromkeys(gaps)}, *[st.sets(st.sampled_from(CODES), max_size=2)] * 2
)


def pga(value):
    return Pga(value, "0-3")


def dose(value):
    return Prednisone(value, "mg/day")


def low(items, new=None, **changed):
    given_values = {"pga": pga(1), "prednisone": dose(7.5), "haemolytic_anaemia": False, "gi_activity": False, **changed}
    return lldas(items, new=only() if new is None else new, **given_values).value


@pytest.mark.parametrize(
    ("score", "global_assessment", "mg", "remission"),
    [(0, 0.49, 5, True), (0, 0.5, 5, False), (0, 0, 5.1, False), (1, 0, 0, False), (0, 0.494, 0, True)],
)
def test_doris_asks_for_no_clinical_sign_pga_below_half_and_at_most_5_mg(score, global_assessment, mg, remission):
    assert doris(score, pga=pga(global_assessment), prednisone=dose(mg)).value is remission


def test_doris_does_not_hold_while_background_treatment_changes():
    assert doris(0, pga=pga(0), prednisone=dose(0), background_stable=False).value is False


def test_drug_free_doris_leaves_the_antimalarial_to_the_protocol():
    free = {"pga": pga(0), "prednisone": dose(0), "immunosuppressant": False}
    assert drug_free_doris(0, **free, antimalarial=True).value is True
    assert drug_free_doris(0, **free, antimalarial=None).value is True
    assert drug_free_doris(0, **free, antimalarial=True, antimalarial_allowed=False).value is False
    assert drug_free_doris(0, **{**free, "prednisone": dose(2.5)}, antimalarial=False).value is False
    assert drug_free_doris(0, **{**free, "immunosuppressant": True}, antimalarial=False).value is False


def test_lldas_holds_at_all_its_boundaries_and_not_beyond():
    assert low(only("LOWCOMP", "DNA")) is True
    assert low(only("LOWCOMP", "DNA", "LEUKOPENIA")) is False
    assert low(only("RASH"), pga=pga(1.01)) is False
    assert low(only("RASH"), prednisone=dose(7.51)) is False
    assert low(only("RASH"), maintenance_tolerated=False) is False


@pytest.mark.parametrize("code", [item.code for item in ITEMS if item.weight <= 4])
def test_lldas_allows_no_major_organ(code):
    major = next(item.lldas_major_organ for item in ITEMS if item.code == code)
    assert low(only(code)) is not major


@pytest.mark.parametrize("organ", ["haemolytic_anaemia", "gi_activity"])
def test_lldas_allows_no_haemolysis_and_no_gastrointestinal_activity(organ):
    assert low(only(), **{organ: True}) is False
    assert low(only(), **{organ: None}) is None


def test_only_clinical_items_count_as_new_unless_asked_for():
    now = only("RASH", "DNA")
    assert low(now, new_items(only("RASH", "DNA"), now)) is True
    assert low(now, new_items(only("RASH"), now)) is True
    assert low(now, new_items(only("RASH"), now), serology_counts_as_new=True) is False
    assert low(now, new_items(only("DNA"), now)) is False
    assert low(now, {}) is None


@given(item_sets, pgas, doses, yes_no, yes_no)
def test_drug_free_doris_implies_doris(items, global_assessment, mg, immunosuppressant, antimalarial):
    measured = {"pga": pga(global_assessment), "prednisone": dose(mg)}
    clinical = sledai(items, version="2K").clinical
    drugs = {"immunosuppressant": immunosuppressant, "antimalarial": antimalarial}
    remission = doris(clinical, **measured).value
    drug_free = drug_free_doris(clinical, **measured, **drugs).value
    strict = drug_free_doris(clinical, **measured, **drugs, antimalarial_allowed=False).value
    assert drug_free is not True or remission is True
    assert strict is not True or drug_free is True


@given(item_sets, item_sets, pgas, doses)
def test_doris_implies_lldas_apart_from_haemolysis_and_bowel(before, now, global_assessment, mg):
    measured = {"pga": pga(global_assessment), "prednisone": dose(mg)}
    remission = doris(sledai(now, version="2K").clinical, **measured)
    state = lldas(now, new=new_items(before, now), **measured, haemolytic_anaemia=False, gi_activity=False)
    assert not remission.value or state.value is True


@given(item_sets, pgas, doses, st.sampled_from([*CODES, "pga", "prednisone", "new", "gi_activity"]))
def test_missing_data_never_decide_otherwise(items, global_assessment, mg, lost):
    whole = {"pga": pga(global_assessment), "prednisone": dose(mg), "gi_activity": False, "new": only()}
    gaps = {**whole, **({lost: {} if lost == "new" else None} if lost in whole else {})}
    fewer = {**items, lost: None} if lost in CODES else items
    state, open_state = (lldas(one, **rest, haemolytic_anaemia=False).value for one, rest in ((items, whole), (fewer, gaps)))
    assert open_state in (None, state)
    remission, open_remission = (
        doris(sledai(one, version="2K").clinical, pga=rest["pga"], prednisone=rest["prednisone"]).value
        for one, rest in ((items, whole), (fewer, gaps))
    )
    assert open_remission in (None, remission)


@given(st.lists(st.tuples(item_sets, pgas, doses), min_size=1, max_size=5))
def test_many_visits_at_once_give_what_each_gives_alone(visits):
    def column(values):
        return np.array([np.nan if one is None else float(one) for one in values])

    items = {code: column([Answer.of(one[code]).value for one, _, _ in visits]) for code in CODES}
    measured = {"pga": pga(column([one[1] for one in visits])), "prednisone": dose(column([one[2] for one in visits]))}
    organs = {"haemolytic_anaemia": False, "gi_activity": False}
    states = lldas(items, new=only(), **measured, **organs)
    remissions = doris(sledai(items, version="2K").clinical, **measured)
    for place, (one, assessment, mg) in enumerate(visits):
        alone = {"pga": pga(assessment), "prednisone": dose(mg)}
        assert states.yes[place] == (lldas(one, new=only(), **alone, **organs).value is True)
        remission = doris(sledai(one, version="2K").clinical, **alone)
        assert (remissions.yes[place], remissions.no[place]) == (bool(remission.yes), bool(remission.no))


@given(item_sets, st.sampled_from([0, 0.4, 0.5, 1, 2]), doses)
def test_the_scale_of_the_pga_does_not_matter(items, value, mg):
    clinical = sledai(items, version="2K").clinical
    for other in (Pga(value / 0.3, "0-10"), Pga(value / 0.03, "0-100")):
        assert doris(clinical, pga=other, prednisone=dose(mg)).value is doris(clinical, pga=pga(value), prednisone=dose(mg)).value
        assert low(items, pga=other) is low(items, pga=pga(value))


def test_a_bare_number_and_an_impossible_score_are_refused():
    with pytest.raises(InvalidValue, match="no unit"):
        doris(0, pga=0.4, prednisone=dose(0))  # type: ignore[arg-type]
    with pytest.raises(InvalidValue, match="102 is outside"):
        doris(102, pga=pga(0), prednisone=dose(0))


FINE = {"pga": Pga(0.2, "0-3"), "prednisone": Prednisone(0, "mg/day")}


@pytest.mark.parametrize(
    ("total", "known", "expected"),
    [
        (0, {}, True),
        (2, {}, None),
        (3, {}, False),
        (4, {}, None),
        (5, {}, False),
        (4, {"clinical": 0}, True),
        (4, {"clinical": 2}, False),
        (4, {"low_complement": True, "dna_binding": True}, True),
        (4, {"low_complement": True, "dna_binding": False}, False),
        (2, {"low_complement": False}, None),
        (None, {"clinical": 0}, True),
        (6, {"low_complement": True, "dna_binding": True}, False),
    ],
)
def test_doris_from_a_recorded_total_is_decided_by_what_is_left_for_the_clinical_part(total, known, expected):
    assert states.doris_recorded(total, **known, **FINE).value is expected


@pytest.mark.parametrize(
    "wrong", [(2, {"clinical": 4}), (8, {"clinical": 2}), (2, {"low_complement": True, "dna_binding": True})]
)
def test_a_clinical_part_that_does_not_fit_its_total_is_refused(wrong):
    with pytest.raises(InvalidValue):
        states.doris_recorded(wrong[0], **wrong[1], **FINE)
