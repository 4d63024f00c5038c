"""ADSL has one record for each patient, ADAE one for each episode; grades of ASTCT and of CTCAE never share a variable."""

import numpy as np
import pytest

from immunoreset.endpoints.known import Answer
from immunoreset.exchange.adam_out.adae import COLUMNS as OF_EPISODES
from immunoreset.exchange.adam_out.adsl import AT_BASELINE, SUMMARIES
from immunoreset.exchange.adam_out.names import PARAMCD


def test_adsl_has_one_record_for_each_patient(scored, tables):
    assert tables["ADSL"]["USUBJID"].tolist() == list(scored.visits.patients)


def test_every_patient_of_every_dataset_is_in_adsl(tables):
    known = set(tables["ADSL"]["USUBJID"])
    assert all(set(table["USUBJID"]) <= known for table in tables.values())


@pytest.mark.parametrize("score", AT_BASELINE)
def test_values_at_baseline_are_those_of_the_flagged_records(tables, score):
    adrs = tables["ADRS"]
    flagged = adrs[(adrs["PARAMCD"] == PARAMCD[score]) & (adrs["ABLFL"] == "Y")].set_index("USUBJID")["AVAL"]
    adsl = tables["ADSL"].set_index("USUBJID")[AT_BASELINE[score].name]
    assert adsl.notna().any()
    np.testing.assert_array_equal(adsl.to_numpy(dtype=float), flagged.reindex(adsl.index).to_numpy(dtype=float))


def test_measures_of_patients_are_those_of_the_scoring_and_missing_where_not_known(scored, tables):
    adsl = tables["ADSL"]
    by_name = {summary.name: summary for summary in scored.summaries}
    assert set(SUMMARIES) <= set(by_name), "the invented visits allow every measure"
    for name, column in SUMMARIES.items():
        summary = by_name[name]
        known = np.full(len(adsl), np.nan)
        known[summary.patient] = summary.value.values
        if isinstance(summary.value, Answer):
            expected = ["" if np.isnan(value) else "NY"[int(value)] for value in known]
            assert adsl[column.name].tolist() == expected
        else:
            np.testing.assert_array_equal(adsl[column.name].to_numpy(dtype=float), known)


def test_the_date_of_treatment_is_day_0_of_those_who_were_infused(tables, dates):
    adsl = tables["ADSL"].set_index("USUBJID")
    for patient, day in dates.items():
        infused = adsl.loc[patient, "INFFL"] == "Y"
        assert adsl.loc[patient, "DAY0DT"] == day.isoformat()
        assert adsl.loc[patient, "TRTSDT"] == (day.isoformat() if infused else None)


def test_episodes_are_those_of_the_scoring(scored, tables):
    adae, episodes = tables["ADAE"], scored.episodes
    assert adae["USUBJID"].tolist() == episodes["patient"].tolist()
    assert adae["AETERM"].tolist() == episodes["toxicity"].tolist()
    for ours, theirs in (("ASTCTLO", "grade"), ("ASTCTHI", "grade_highest"), ("STARTLO", "start"), ("ENDLO", "end")):
        np.testing.assert_array_equal(adae[ours].astype(float), episodes[theirs].astype(float))
    assert not adae.duplicated(["USUBJID", "AESEQ"]).any()


def test_ambiguous_starts_ends_and_grades_are_missing_with_their_limits(tables):
    adae = tables["ADAE"]
    for value, low, high in (("ASTDY", "STARTLO", "STARTHI"), ("AENDY", "ENDLO", "ENDHI"), ("ASTCTGRN", "ASTCTLO", "ASTCTHI")):
        agree = adae[low] == adae[high]
        assert agree.any() and not agree.all()
        assert (adae[value].notna() == agree).all()
    assert (adae["ADURN"].notna() == (adae["ASTDY"].notna() & adae["AENDY"].notna())).all()


def test_an_episode_starts_at_the_first_visit_that_is_certain(tables):
    adae, adrs = tables["ADAE"], tables["ADRS"]
    for row in adae.itertuples():
        grades = adrs[(adrs["USUBJID"] == row.USUBJID) & (adrs["PARAMCD"] == f"{row.AETERM}GR")]
        certain = grades.loc[(grades["AVALLO"] >= 1) & (grades["RELDAY"] >= row.STARTLO), "RELDAY"].min()
        assert certain == row.STARTHI or (np.isnan(certain) and np.isnan(row.STARTHI))


def test_grades_of_astct_never_stand_in_a_variable_of_ctcae(tables):
    names = {column.name for column in OF_EPISODES}
    assert "ASTCTGR" in names and not names & {"AETOXGR", "ATOXGR", "AETOXGRN", "ATOXVER"}
    assert set(tables["ADAE"]["AESIFL"]) == {"Y"}
    assert (tables["ADAE"]["CRSFL"] == "Y").equals(tables["ADAE"]["AETERM"] == "CRS")
    assert (tables["ADAE"]["ICANSFL"] == "Y").equals(tables["ADAE"]["AETERM"] == "ICANS")


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("ADSL", ("SITEID", "RACE", "ARM", "ACTARM", "TRT01P", "TRT01A")),
        ("ADAE", ("AESER", "AEBODSYS", "AESOC", "AEHLGT", "AEHLT", "AELLT", "AEPTCD")),
    ],
)
def test_variables_that_the_standard_asks_for_are_there_and_blank_where_nothing_is_known(tables, name, columns):
    table = tables[name]
    assert set(columns) <= set(table.columns)
    assert all(value in ("", None) or value != value for column in columns for value in table[column])
