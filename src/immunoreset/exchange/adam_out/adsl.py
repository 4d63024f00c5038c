"""ADSL, one record for each patient: who it is, the infusion, death, activity at baseline and what the visits add up to.

A number or answer that is not known is missing. Day 0 is the infusion if one was written down; TRTSDT is given only then. Site,
race, arm and treatment are as DM or ADSL told them, blank where the visits came without.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from immunoreset.endpoints.known import Answer, Booleans, Floats
from immunoreset.endpoints.scoring.patients import Summary
from immunoreset.exchange.adam_out.records import STUDY, Part, Values, day_column, flag, number, records, study_day, text, whole
from immunoreset.exchange.adam_out.records import yes_no as as_yes_no
from immunoreset.exchange.cdisc.study_days import TOLD
from immunoreset.exchange.dataset import Column, Row

NAME, LABEL = "ADSL", "Subject-Level Analysis Dataset"
AT_BASELINE = {  # score and what ADSL calls its baseline value
    "sledai": number("SLEDAIBL", "Baseline SLEDAI (points)"),
    "csledai": number("CSLEDABL", "Baseline Clinical SLEDAI (points)"),
    "pga": number("PGABL", "Baseline Physician Global (0-3)"),
    "bilag": number("BILAGBL", "Baseline BILAG-2004 Numeric (points)"),
    "egfr": number("EGFRBL", "Baseline eGFR (mL/min/1.73m2)"),
}
SUMMARIES = {  # measure of a patient and what ADSL calls it
    "doris_ever": text("DORISEV", "DORIS Remission Ever"),
    "doris_sustained": text("DORISSUS", "DORIS Remission Sustained"),
    "doris_visits": number("DORISPV", "DORIS Remission, % of Visits"),
    "doris_days": number("DORISPD", "DORIS Remission, % of Days"),
    "drug_free_doris_ever": text("DORDFEV", "Drug-Free DORIS Ever"),
    "drug_free_doris_sustained": text("DORDFSUS", "Drug-Free DORIS Sustained"),
    "drug_free_doris_visits": number("DORDFPV", "Drug-Free DORIS, % of Visits"),
    "drug_free_doris_days": number("DORDFPD", "Drug-Free DORIS, % of Days"),
    "lldas_ever": text("LLDASEV", "LLDAS Ever"),
    "lldas_sustained": text("LLDASSUS", "LLDAS Sustained"),
    "lldas_visits": number("LLDASPV", "LLDAS, % of Visits"),
    "lldas_days": number("LLDASPD", "LLDAS, % of Days"),
    "crs_worst": whole("CRSMAX", "Worst ASTCT Grade of CRS"),
    "icans_worst": whole("ICANSMAX", "Worst ASTCT Grade of ICANS"),
    "icaht_early_neutrophils": whole("ICAHTEN", "Early ICAHT Grade, Neutrophils"),
    "icaht_late_neutrophils": whole("ICAHTLN", "Late ICAHT Grade, Neutrophils"),
    "icaht_early_platelets": whole("ICAHTEP", "Early ICAHT Grade, Platelets"),
    "icaht_late_platelets": whole("ICAHTLP", "Late ICAHT Grade, Platelets"),
}
COLUMNS: tuple[Column, ...] = (
    *STUDY,
    text("SUBJID", "Subject Identifier for the Study"),
    text("SITEID", "Study Site Identifier"),
    number("AGE", "Age"),
    text("AGEU", "Age Units"),
    text("SEX", "Sex"),
    text("RACE", "Race"),
    text("ETHNIC", "Ethnicity"),
    text("COUNTRY", "Country"),
    text("ARM", "Description of Planned Arm"),
    text("ACTARM", "Description of Actual Arm"),
    text("TRT01P", "Planned Treatment for Period 01"),
    text("TRT01A", "Actual Treatment for Period 01"),
    text("INFFL", "Infusion Recorded Flag"),
    day_column("TRTSDT", "Date of First Exposure to Treatment"),
    day_column("DAY0DT", "Date of Day 0"),
    whole("NVISITS", "Number of Days with a Record"),
    whole("LSTVDY", "Study Day of Last Record"),
    text("DTHFL", "Subject Death Flag"),
    day_column("DTHDT", "Date of Death"),
    whole("DTHDY", "Study Day of Death"),
    text("DCSFL", "Left the Study Flag"),
    *AT_BASELINE.values(),
    *SUMMARIES.values(),
)


def rows(part: Part) -> Iterator[list[Row]]:
    """One record for each patient."""
    visits = part.scored.visits
    everybody = np.arange(len(visits.patients))
    age = _first_value(part, "AGE")
    sex = _first_value(part, "SEX")
    died = first_day(part, visits.column("DEATH") == 1)
    infused = first_day(part, visits.column("INFUSION") == 1)
    last = np.full(len(everybody), -np.inf)
    np.maximum.at(last, visits.patient, visits.day)
    values: dict[str, Values] = {
        "STUDYID": part.study,
        "USUBJID": part.names,
        "SUBJID": part.names,
        "AGE": age,
        "AGEU": ["" if value != value else "YEARS" for value in age.tolist()],
        "SEX": ["" if value != value else "FM"[int(value)] for value in sex.tolist()],
        **{name: part.told(name) for name in TOLD},
        "INFFL": flag(np.isfinite(infused)),
        "TRTSDT": part.dates_on(everybody, infused),
        "DAY0DT": part.dates_on(everybody, np.zeros(len(everybody))),
        "NVISITS": np.bincount(visits.patient, minlength=len(everybody)),
        "LSTVDY": study_day(last),
        "DTHFL": flag(np.isfinite(died)),
        "DTHDT": part.dates_on(everybody, died),
        "DTHDY": study_day(died),
        "DCSFL": flag(np.isfinite(first_day(part, visits.column("DROPOUT") == 1))),
    }
    for score, column in AT_BASELINE.items():
        values[column.name] = _baseline(part, score)
    for name, column in SUMMARIES.items():
        found = next((summary for summary in part.scored.summaries if summary.name == name), None)
        numbers = _spread(found, len(everybody))
        values[column.name] = numbers if column.is_number else as_yes_no(numbers)
    yield records(COLUMNS, values)


def first_day(part: Part, happened: Booleans) -> Floats:
    """For every patient the first day on which something was written down, nan for never."""
    visits = part.scored.visits
    first = np.full(len(visits.patients), np.inf)
    np.minimum.at(first, visits.patient[happened], visits.day[happened])
    return np.where(np.isinf(first), np.nan, first)


def _first_value(part: Part, code: str) -> Floats:
    """What was written down first and is known exactly; of all patients."""
    visits = part.scored.visits
    made = np.flatnonzero(visits.exact(code))[::-1]
    found = np.full(len(visits.patients), np.nan)
    found[visits.patient[made]] = visits.column(code)[made]
    return found


def _baseline(part: Part, score: str) -> Floats:
    visits = part.scored.visits
    found = np.full(len(visits.patients), np.nan)
    result = next((result for result in part.scored.results if result.name == score), None)
    if result is not None:
        base = part.sheet.baseline_rows(result.shown)
        low, _ = result.limits()
        values = np.where(result.known, low, np.nan)
        found[visits.patient] = np.where(base < 0, np.nan, values[base])
    return found


def _spread(summary: Summary | None, patients: int) -> Floats:
    """The known values of a measure, nan for every other patient."""
    values = np.full(patients, np.nan)
    if summary is not None:
        known = summary.value.values
        values[summary.patient] = known if isinstance(summary.value, Answer) else np.where(np.isfinite(known), known, np.nan)
    return values
