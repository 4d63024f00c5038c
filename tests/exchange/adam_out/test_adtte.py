"""Every time to an event agrees with the records of the score in which it shows; nothing undecided counts as an event."""

import numpy as np
import pandas as pd
import pytest

from immunoreset.endpoints.scoring.example import USUAL
from immunoreset.endpoints.scoring.score import score
from immunoreset.endpoints.visits import Visits
from immunoreset.exchange.adam_out.adtte import B_CELLS_BACK, EVENT, FREE, GONE, NOT_AT_RISK, UNDECIDED
from immunoreset.exchange.adam_out.names import PARAMCD, TIMES
from immunoreset.exchange.adam_out.write import adam_datasets
from immunoreset.followed import B_CELLS_BACK as B_CELLS_BACK_OF_THE_MODEL


def times(**long) -> pd.DataFrame:
    """ADTTE of a long table, by patient and code."""
    with adam_datasets([score(Visits.from_long(**long), USUAL)], study="S") as datasets:
        adtte = datasets["ADTTE"]
        table = pd.DataFrame(list(adtte.rows()), columns=list(adtte.names))
    return table.set_index(["USUBJID", "PARAMCD"])


@pytest.mark.parametrize("time", TIMES, ids=lambda time: time.code)
def test_times_agree_with_the_records_of_the_score(tables, time):
    adtte = tables["ADTTE"][tables["ADTTE"]["PARAMCD"] == time.code].set_index("USUBJID")
    adrs = tables["ADRS"]
    at_risk = adrs["RELDAY"] >= 0 if time.from_infusion else adrs["RELDAY"] > USUAL.baseline_until
    of_score = adrs[(adrs["PARAMCD"] == PARAMCD[time.score]) & at_risk]
    for patient, found in adtte.iterrows():
        visits = of_score[of_score["USUBJID"] == patient]
        surely = visits.loc[visits["AVALLO"] >= 1, "RELDAY"].min()
        perhaps = visits.loc[visits["AVALHI"] >= 1, "RELDAY"].min()
        if found["CNSR"] == EVENT:
            assert found["AVAL"] == surely == perhaps
        elif found["CNSR"] == UNDECIDED:
            before = visits.loc[(visits["AVALHI"] < 1) & (visits["RELDAY"] < perhaps), "RELDAY"].max()
            assert found["AVAL"] == (0 if np.isnan(before) else before)
            assert found["EVENTLO"] == perhaps and (found["EVENTHI"] == surely or np.isnan(surely))
            assert found["MISSRSN"], "what was missing is named"
        else:
            assert np.isnan(perhaps)
            assert found["AVAL"] == (visits["RELDAY"].max() if len(visits) else 0)


def test_return_of_b_cells_agrees_with_the_counts(tables):
    adtte = tables["ADTTE"][tables["ADTTE"]["PARAMCD"] == "TTBREC"].set_index("USUBJID")
    adlb = tables["ADLB"]
    assert set(adtte["CNSR"]) >= {EVENT, FREE}
    for patient, found in adtte.iterrows():
        counts = adlb[(adlb["USUBJID"] == patient) & (adlb["PARAMCD"] == "BLYCE") & (adlb["RELDAY"] >= 0)]
        few = counts[counts["AVAL"] < B_CELLS_BACK]["RELDAY"].min()
        back = counts[(counts["AVAL"] >= B_CELLS_BACK) & (counts["RELDAY"] > few)]["RELDAY"].min()
        if found["CNSR"] == EVENT:
            assert found["AVAL"] == back
        else:
            assert np.isnan(back) and (found["CNSR"] == NOT_AT_RISK) == (np.isnan(few) and len(counts) > 0)


def test_b_cells_are_back_where_the_model_says_so():
    assert B_CELLS_BACK == B_CELLS_BACK_OF_THE_MODEL


def test_every_patient_has_one_record_of_every_event_that_somebody_was_assessed_for(tables, scored):
    counts = tables["ADTTE"].groupby("PARAMCD")["USUBJID"].agg(["size", "nunique"])
    assert (counts == len(scored.visits.patients)).to_numpy().all()
    assert len(counts) == len(TIMES) + 2


def test_an_event_has_a_description_and_a_censored_time_a_reason(tables):
    event = tables["ADTTE"]["CNSR"] == EVENT
    assert event.any() and not event.all()
    assert ((tables["ADTTE"]["EVNTDESC"] != "") == event).all()
    assert ((tables["ADTTE"]["CNSDTDSC"] == "") == event).all()


def test_dates_are_those_of_the_days(tables, dates):
    adtte = tables["ADTTE"]
    assert adtte.loc[adtte["USUBJID"] == "P00", ["STARTDT", "ADT"]].isna().all().all()
    for row in adtte[adtte["USUBJID"] != "P00"].itertuples():
        assert dates[row.USUBJID].isoformat() == row.STARTDT
        assert (np.datetime64(row.ADT) - np.datetime64(row.STARTDT)).astype(int) == np.floor(row.AVAL) == row.ADY - 1


def test_death_is_an_event_of_its_own_and_ends_all_others():
    found = times(
        patient=["A"] * 4 + ["B"] * 3,
        day=[0, 1, 5, 9, 0, 1, 5],
        item=["B_CELLS", "B_CELLS", "B_CELLS", "DEATH", "B_CELLS", "B_CELLS", "DROPOUT"],
        value=[80, 0, 0, 1, 80, 0, 1],
    )
    death = found.loc[("A", "TTDEATH")]
    assert (death["CNSR"], death["AVAL"], death["EVNTDESC"]) == (EVENT, 9, "death")
    assert found.loc[("A", "TTBREC"), ["CNSR", "AVAL"]].tolist() == [GONE, 5]
    assert found.loc[("A", "TTBREC"), "CNSDTDSC"] == "last count of B cells, not back, died"
    assert found.loc[("B", "TTBREC"), "CNSDTDSC"] == "last count of B cells, not back, left the study"
    assert found.loc[("B", "TTDEATH"), ["CNSR", "AVAL", "CNSDTDSC"]].tolist() == [FREE, 5, "alive at the last visit"]


def test_b_cells_that_never_fell_cannot_come_back():
    found = times(patient=["A"] * 2, day=[0, 28], item=["B_CELLS"] * 2, value=[80, 90])
    assert found.loc[("A", "TTBREC"), ["CNSR", "AVAL"]].tolist() == [NOT_AT_RISK, 0]


def test_b_cells_are_back_at_the_threshold_itself():
    found = times(patient=["A"] * 3, day=[0, 28, 90], item=["B_CELLS"] * 3, value=[4.99, 4.99, 5.0])
    assert found.loc[("A", "TTBREC"), ["CNSR", "AVAL"]].tolist() == [EVENT, 90]


def test_who_was_never_assessed_after_the_infusion_is_censored_on_its_day():
    found = times(patient=["A", "A", "B"], day=[0, 28, -3], item=["B_CELLS"] * 3, value=[2, 9, 80])
    assert found.loc[("A", "TTBREC"), "CNSR"] == EVENT
    late = found.loc[("B", "TTBREC")]
    assert (late["CNSR"], late["AVAL"], late["CNSDTDSC"]) == (FREE, 0, "no assessment after the infusion")


def test_an_undecided_visit_between_two_decided_ones_leaves_an_interval():
    temperature = {"patient": ["A"] * 4, "day": [0, 1, 2, 3], "item": ["TEMP"] * 4, "value": [36.5, 36.5, np.nan, 39.0]}
    signs = [("HYPOTENSION", 0.0), ("PRESSORS", 0.0), ("OXYGEN", 0.0)]
    for code, value in signs:
        for day in range(4):
            for name, one in zip(temperature, ("A", day, code, value), strict=True):
                temperature[name].append(one)
    found = times(**temperature).loc[("A", "TTCRS")]
    assert (found["CNSR"], found["AVAL"], found["EVENTLO"], found["EVENTHI"]) == (UNDECIDED, 1, 2, 3)
    assert "TEMP" in found["MISSRSN"]
    assert found["CNSDTDSC"] == "not known whether the event was there on day 2"
