"""BVAS v3 caps organs, keeps to its columns and counts creatinine at the first visit only."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.other_diseases.vasculitis import (
    bvas,
    bvas_items,
    bvas_maximum,
    bvas_remission,
    creatinine_findings,
)
from immunoreset.endpoints.quantities import Creatinine
from immunoreset.errors import UnknownName

NAMES = list(bvas_items())
ALWAYS_NEW = [name for name, item in bvas_items().items() if item.persistent is None]
BANDS = [name for name, item in bvas_items().items() if item.first_visit_only]
FINDINGS = st.lists(st.sampled_from(NAMES), unique=True, max_size=12)


def score(names, *, persistent=False, first_visit=True):
    return bvas(dict.fromkeys(names, True), all_persistent=persistent, first_visit=first_visit).value


def test_the_form_has_56_items_and_maxima_of_33_and_63():
    assert (len(NAMES), bvas_maximum("persistent"), bvas_maximum("new_worse")) == (56, 33, 63)
    assert score(NAMES) == 63
    assert score([name for name in NAMES if name not in ALWAYS_NEW], persistent=True) == 33


def test_each_organ_is_capped_at_its_maximum():
    assert score(["Fever >=38", "Weight loss >=2 kg", "Myalgia"]) == 3
    assert score(["Fever >=38", "Weight loss >=2 kg", "Myalgia"], persistent=True) == 2
    assert score(["Hypertension", "Proteinuria >1+", "Haematuria >=10/hpf"]) == 12
    assert score(["Hypertension", "Proteinuria >1+", "Haematuria >=10/hpf", "Ulcer"], persistent=True) == 7


def test_the_three_items_with_a_star_make_the_disease_not_only_persistent():
    assert len(ALWAYS_NEW) == 3
    assert score(["Mouth ulcers"], persistent=True) == 1
    assert score(["Mouth ulcers", "Nodules/cavities"], persistent=True) == 2 + 3
    assert score(["Nodules/cavities*"]) == 3


def test_creatinine_bands_count_at_the_first_visit_only_and_only_the_highest():
    assert [score([band]) for band in BANDS] == [4, 6, 8]
    assert [score([band], first_visit=False) for band in BANDS] == [0, 0, 0]
    assert score(BANDS) == 8
    assert bvas({BANDS[0]: True}, all_persistent=False, first_visit=None).high == 4


@pytest.mark.parametrize(("value", "points"), [(124, 0), (125, 4), (249.5, 4), (250, 6), (499, 6), (500, 8)])
def test_creatinine_is_read_into_its_band(value, points):
    for creatinine in (Creatinine(value, "umol/L"), Creatinine(value / 88.42, "mg/dL")):
        assert bvas(creatinine_findings(creatinine), all_persistent=False, first_visit=True).value == points
    assert bvas(creatinine_findings(None), all_persistent=False, first_visit=True).high == 8


@given(FINDINGS, st.sampled_from(NAMES), st.booleans())
def test_one_more_finding_never_lowers_the_score(names, more, persistent):
    assert score({*names, more}, persistent=persistent) >= score(names, persistent=persistent)


@given(FINDINGS)
def test_persistent_disease_never_scores_more_than_new_disease(names):
    assert score(names, persistent=True) <= score(names)


@given(FINDINGS, st.sampled_from(NAMES), st.booleans(), st.booleans(), st.booleans())
def test_what_is_missing_widens_the_score_around_the_truth(allows, names, hidden, persistent, first_visit, hide_column):
    findings = dict.fromkeys(names, True)
    full = bvas(findings, all_persistent=persistent, first_visit=first_visit)
    column, visit = (None, first_visit) if hide_column else (persistent, None)
    assert allows(bvas(findings | {hidden: None}, all_persistent=persistent, first_visit=first_visit), full)
    partial = bvas(findings | {hidden: None}, all_persistent=column, first_visit=visit)
    assert allows(partial, full) and allows(bvas_remission(partial), bvas_remission(full))


@given(st.lists(st.sampled_from(NAMES), unique=True, min_size=1, max_size=8), st.integers(1, 4), st.data())
def test_many_visits_are_scored_as_one(same, names, visits, data):
    column = st.lists(st.sampled_from([0, 1, float("nan")]), min_size=visits, max_size=visits)
    table = {name: np.array(data.draw(column)) for name in names}
    persistent, first = np.array(data.draw(column)), np.array(data.draw(column))
    ones = [
        bvas({name: values[k] for name, values in table.items()}, all_persistent=persistent[k], first_visit=first[k])
        for k in range(visits)
    ]
    assert same(bvas(table, all_persistent=persistent, first_visit=first), ones)


def test_no_finding_is_remission():
    assert bvas_remission(bvas({}, all_persistent=None, first_visit=False)).value is True
    assert bvas_remission(bvas({"Myalgia": None}, all_persistent=False, first_visit=False)).value is None


def test_a_name_that_two_organs_share_needs_its_organ():
    with pytest.raises(UnknownName, match="Ischaemic pain"):
        score(["Ischaemic pain"])
    assert score(["Abdominal: Ischaemic pain", "Cardiovascular: Ischaemic pain"]) == 10
    with pytest.raises(UnknownName, match="column"):
        bvas_maximum("new")  # type: ignore[arg-type]
