"""Twenty simulated patients score the same from SDTM as from the tidy CSV, and their ADaM datasets read back unchanged."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pytest
from pandas.testing import assert_frame_equal

from immunoreset.cli import guarded
from immunoreset.endpoints.items import items

CHARTS = Path(__file__).parents[3] / "examples" / "twenty-patients.csv"
INFUSED = date(2025, 3, 3)
SHEETS = {"BILAG": "BILAG-2004", "SLE": "SLEDAI-2K"}
SIGNS = ("HYPOTENSION", "VASOPRESSIN", "HAEMOLYSIS", "GI_ACTIVITY")
WARD = ("ICE", "OXYGEN", "CONSCIOUSNESS", "PRESSORS")
DRUGS = {"IMMUNOSUPPRESSANT": "MYCOPHENOLATE MOFETIL", "ANTIMALARIAL": "HYDROXYCHLOROQUINE"}


def run(folder, *arguments):
    """A run of the command; its exit status has to be 0."""
    assert guarded(["score", *map(str, arguments), "--window", "10", "--out", str(folder)]) == 0
    return folder


def table(run, name):
    return duckdb.sql(f"SELECT * FROM '{run / name}.parquet'").df()


def each_value(visits):
    """Patient, ISO date, item, value, lower and upper limit of everything that stands in a table of visits."""
    for code, values in visits.values.items():
        lower, upper = visits.lower_limit(code), visits.upper_limit(code)
        for row in np.flatnonzero(~np.isnan(values)).tolist():
            when = (INFUSED + timedelta(days=visits.day[row])).isoformat()
            yield (
                visits.patients[visits.patient[row]],
                when,
                items()[code],
                values[row].item(),
                lower[row].item(),
                upper[row].item(),
            )


def finding(domain, patient, when, item, value):
    """A row of findings with a result as text or number."""
    row = {"USUBJID": patient, f"{domain}TESTCD": item.test_code, f"{domain}DTC": when}
    if item.kind == "yes_no":
        return row | {f"{domain}STRESC": "Y" if value else "N"}
    if item.kind == "word":
        return row | {f"{domain}STRESC": item.words[int(value)]}
    return row | {f"{domain}STRESN": float(value), f"{domain}STRESU": item.unit}


def sdtm_of(visits):
    """DM, DS, EX, LB, VS, RS, QS, CE and CM of the patients, by name."""
    found = {name: [] for name in ("DM", "DS", "EX", "LB", "VS", "RS", "QS", "CE", "CM")}
    infused = INFUSED.isoformat()
    people = {name: {"USUBJID": name, "RFSTDTC": infused, "ARM": "CAR-T"} for name in visits.patients}
    for patient, when, item, value, lower, upper in each_value(visits):
        if item.code == "AGE":
            people[patient] |= {"AGE": float(value), "AGEU": "YEARS"}
        elif item.code == "SEX":
            people[patient] |= {"SEX": item.words[int(value)]}
        elif item.code == "TREATMENT_FAILURE":
            if value:
                found["DS"].append({"USUBJID": patient, "DSDECOD": "TREATMENT FAILURE", "DSCAT": "OTHER EVENT", "DSSTDTC": when})
        elif item.code == "INFUSION":
            found["EX"].append({"USUBJID": patient, "EXTRT": "CD19 CAR-T CELLS", "EXDOSE": 1e8, "EXSTDTC": f"{when}T10:30"})
        elif item.domain in ("LB", "CP"):
            row = finding("LB", patient, when, item, value) | {"LBSPEC": "URINE" if item.code == "UPCR" else "BLOOD"}
            limits = {"LBSTNRLO": lower, "LBSTNRHI": upper}
            found["LB"].append(row | {name: limit for name, limit in limits.items() if not np.isnan(limit)})
        elif item.code in SIGNS:
            more = {"CEPRESP": "Y", "CEOCCUR": "Y" if value else "N", "CEDTC": when}
            found["CE"].append({"USUBJID": patient, "CETERM": item.label, "CEDECOD": item.code, **more})
        elif item.code == "PREDNISONE":
            dose = {"CMDOSE": float(value), "CMDOSU": "mg", "CMDOSFRQ": "QD", "CMROUTE": "ORAL"}
            found["CM"].append({"USUBJID": patient, "CMDECOD": "PREDNISONE", **dose, "CMSTDTC": when, "CMENDTC": when})
        elif item.code in DRUGS:
            if value:
                found["CM"].append({"USUBJID": patient, "CMDECOD": DRUGS[item.code], "CMSTDTC": when, "CMENDTC": when})
        else:
            domain = "QS" if item.code in WARD else item.domain
            category = {"RSCAT": next((text for start, text in SHEETS.items() if item.label.startswith(start)), "")}
            found[domain].append(finding(domain, patient, when, item, value) | (category if domain == "RS" else {}))
    found["DM"] = list(people.values())
    return {name: rows for name, rows in found.items() if rows}


def with_subjects_on_day_0(visits):
    """The same with age and sex on day 0, from which ADSL counts."""
    moved = {}
    for code in {"AGE", "SEX"} & set(visits.values):
        written = visits.column(code)
        moved[code] = np.full(len(visits), np.nan)
        moved[code][visits.day == 0] = written[~np.isnan(written)]
    return replace(visits, values={**visits.values, **moved})


@pytest.fixture(scope="module")
def charts(studies):
    visits, _, faults = studies.read(CHARTS)
    assert not faults
    return visits


@pytest.fixture(scope="module")
def tidy(tmp_path_factory):
    return run(tmp_path_factory.mktemp("tidy") / "run", CHARTS, "--adam", "json")


@pytest.mark.parametrize("ending", [".xpt", ".json"])
def test_sdtm_scores_as_the_tidy_csv_does(studies, charts, tidy, tmp_path, ending):
    folder = studies.write(tmp_path / "sdtm", sdtm_of(charts), ending)
    found = run(tmp_path / "run", folder, "--all-drugs-listed")
    for name in ("scores", "patients", "episodes"):
        assert_frame_equal(table(found, name), table(tidy, name))


def test_adam_scores_as_the_tidy_csv_does(charts, studies, tidy, tmp_path):
    found = run(tmp_path / "run", tidy / "adam")
    for name in ("scores", "patients", "episodes"):
        assert_frame_equal(table(found, name), table(tidy, name))
    visits, _, faults = studies.read(tidy / "adam")
    assert not faults
    studies.assert_same(visits, with_subjects_on_day_0(charts))


def test_episodes_read_back_from_adam_as_adverse_events_with_their_grades(studies, tidy):
    _, intake, _ = studies.read(tidy / "adam")
    events, episodes = intake.adverse_events.table(), table(tidy, "episodes")
    assert len(events) == len(episodes) > 0
    assert sorted(zip(events["patient"], events["kind"], events["grade"], strict=True)) == sorted(
        zip(episodes["patient"], episodes["toxicity"].str.lower(), episodes["grade"], strict=True)
    )
