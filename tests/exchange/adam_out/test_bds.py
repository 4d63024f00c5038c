"""Records of scores and laboratory values say what the scoring says, with baseline, change and flags by definition."""

import numpy as np
import pytest

from immunoreset.endpoints.scoring.example import USUAL
from immunoreset.endpoints.scoring.score import score
from immunoreset.endpoints.visits import Visits
from immunoreset.exchange.adam_out.names import CTCAE_PREFIX, PARAMCD, laboratory_items
from immunoreset.exchange.adam_out.write import adam_datasets

KEYS = {"ADRS": ["USUBJID", "PARAMCD", "RELDAY"], "ADLB": ["USUBJID", "PARAMCD", "RELDAY"]}


def test_every_score_of_every_visit_is_there_with_its_limits_and_what_is_missing(scored, tables):
    adrs = tables["ADRS"].set_index(KEYS["ADRS"]).sort_index()
    by_visit = scored.by_visit()
    by_visit = by_visit[~by_visit["score"].astype(str).str.startswith(CTCAE_PREFIX)].copy()
    by_visit["code"] = by_visit["score"].astype(str).map(PARAMCD)
    by_visit = by_visit.astype({"patient": str}).set_index(["patient", "code", "day"]).sort_index()
    assert adrs.index.tolist() == by_visit.index.tolist()
    np.testing.assert_array_equal(adrs["AVAL"].astype(float), by_visit["value"])
    for ours, theirs in (("AVALLO", "low"), ("AVALHI", "high")):
        limit = by_visit[theirs].where(np.isfinite(by_visit[theirs]))
        np.testing.assert_array_equal(adrs[ours].astype(float), limit)
    told = (adrs["MISSRSN"] + ", " + adrs["MISSRSN2"]).str.strip(", ").str.replace(", , ", ", ")
    assert told.tolist() == by_visit["missing"].tolist()


def test_words_and_answers_stand_beside_their_numbers(scored, tables):
    adrs = tables["ADRS"]
    for result in scored.results:
        if result.name not in PARAMCD:
            continue
        of_it = adrs[(adrs["PARAMCD"] == PARAMCD[result.name]) & adrs["AVAL"].notna()]
        words = result.categories or (("N", "Y") if result.is_answer else ())
        assert of_it["AVALC"].tolist() == [words[int(value)] if words else "" for value in of_it["AVAL"]]
    assert (adrs.loc[adrs["AVAL"].isna(), "AVALC"] == "").all()


@pytest.mark.parametrize("name", ["ADRS", "ADLB"])
def test_what_is_unknown_is_missing_never_filled_in(tables, name):
    table = tables[name]
    if name == "ADRS":
        unknown = table["AVAL"].isna()
        assert unknown.any() and (table.loc[unknown, "MISSRSN"] != "").all()
        assert (table.loc[~unknown, "MISSRSN"] == "").all()
        assert (table["AVALLO"] == table["AVALHI"]).equals(~unknown)
    else:
        graded = table["ATOXVER"] != ""
        known = graded & (table["TOXLO"] == table["TOXHI"])
        assert (table.loc[known, "ATOXGR"].astype(float) == table.loc[known, "TOXLO"]).all()
        assert (table.loc[~known, "ATOXGR"] == "").all()


@pytest.mark.parametrize("name", ["ADRS", "ADLB"])
def test_baseline_is_the_flagged_record_and_change_is_counted_from_it(tables, name):
    table = tables[name]
    flagged = table[table["ABLFL"] == "Y"]
    assert (flagged["RELDAY"] <= USUAL.baseline_until).all()
    assert not flagged.duplicated(["USUBJID", "PARAMCD"]).any()
    base = flagged.set_index(["USUBJID", "PARAMCD"])["AVAL"].astype(float)
    expected = base.reindex(table.set_index(["USUBJID", "PARAMCD"]).index).to_numpy()
    np.testing.assert_array_equal(table["BASE"].to_numpy(dtype=float), expected)
    changed = table[table["CHG"].notna()]
    assert len(changed) and (changed["RELDAY"] > USUAL.baseline_until).all()
    np.testing.assert_allclose((changed["AVAL"] - changed["BASE"]).astype(float), changed["CHG"].astype(float), atol=1e-6)


@pytest.mark.parametrize("name", ["ADRS", "ADLB"])
def test_one_record_with_a_value_is_flagged_for_analysis_per_patient_parameter_and_visit(tables, name):
    table = tables[name]
    key = ["USUBJID", "PARAMCD", "AVISITN"]
    flagged = table[table["ANL01FL"] == "Y"]
    assert flagged["AVAL"].notna().all() and not flagged.duplicated(key).any()
    with_value = table[table["AVAL"].notna()].drop_duplicates(key)
    assert len(with_value) == len(flagged)


def test_of_two_values_on_one_day_the_last_is_analysed():
    visits = Visits.from_long(patient=["A"] * 3, day=[3.2, 3.6, 4.0], item=["PGA"] * 3, value=[1.0, 2.0, np.nan])
    with adam_datasets([score(visits, USUAL)], study="S") as datasets:
        adrs = datasets["ADRS"]
        flags = [(row[adrs.index("RELDAY")], row[adrs.index("ANL01FL")]) for row in adrs.rows()]
    assert flags == [(3.2, ""), (3.6, "Y")]


@pytest.mark.parametrize("name", ["ADRS", "ADLB"])
def test_the_day_of_infusion_is_study_day_1_and_there_is_no_study_day_0(tables, dates, name):
    table = tables[name]
    begun = np.floor(table["RELDAY"])
    assert (table["ADY"] == begun.where(begun < 0, begun + 1)).all() and (table["ADY"] != 0).all()
    assert (table["AVISITN"] == begun).all()
    first = table["USUBJID"] == "P00"
    assert table.loc[first, "ADT"].isna().all(), "nobody gave the date of day 0 of the first patient"
    for row in table[~first].sample(50, random_state=1).itertuples():
        assert (np.datetime64(row.ADT) - np.datetime64(dates[row.USUBJID])).astype(int) == row.AVISITN


def test_remission_and_low_activity_are_criteria_of_sledai(tables):
    adrs = tables["ADRS"]
    sledai = adrs[adrs["PARAMCD"] == "SLEDAI"].set_index(["USUBJID", "RELDAY"])
    for criterion, code, label in (("CRIT1", "DORIS", "DORIS 2021 remission"), ("CRIT2", "LLDAS", "LLDAS")):
        answers = adrs[adrs["PARAMCD"] == code].set_index(["USUBJID", "RELDAY"])["AVALC"]
        assert sledai[f"{criterion}FL"].equals(answers.rename(f"{criterion}FL"))
        assert (sledai[criterion] == label).all()
        assert (adrs.loc[adrs["PARAMCD"] != "SLEDAI", criterion] == "").all()


def test_laboratory_values_stand_with_the_limits_of_the_visit_and_the_grade_of_ctcae(scored, tables):
    adlb, visits = tables["ADLB"], scored.visits
    names = np.array(visits.patients)
    for code, item in laboratory_items().items():
        rows = np.flatnonzero(~np.isnan(visits.column(item.code)))
        of_it = adlb[adlb["PARAMCD"] == code]
        assert of_it["USUBJID"].tolist() == names[visits.patient[rows]].tolist()
        for column, values in (("AVAL", visits.column), ("ANRLO", visits.lower_limit), ("ANRHI", visits.upper_limit)):
            np.testing.assert_array_equal(of_it[column].to_numpy(dtype=float), values(item.code)[rows])
        graded = next((result for result in scored.results if result.name == CTCAE_PREFIX + item.code.lower()), None)
        if graded is not None:
            low, _ = graded.limits()
            grades = ["" if not there else f"{grade:.0f}" for grade, there in zip(low[rows], graded.known[rows], strict=True)]
            assert of_it["ATOXGR"].tolist() == grades
            assert set(of_it["ATOXVER"]) == {scored.protocol.ctcae}


def test_the_grade_at_baseline_is_that_of_the_flagged_record(tables):
    adlb = tables["ADLB"]
    base = adlb[adlb["ABLFL"] == "Y"].set_index(["USUBJID", "PARAMCD"])["ATOXGR"]
    expected = base.reindex(adlb.set_index(["USUBJID", "PARAMCD"]).index).fillna("")
    assert adlb["BTOXGR"].tolist() == expected.tolist() and (adlb["BTOXGR"] != "").any()
