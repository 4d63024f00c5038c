"""ADAE, one record for each episode of CRS or ICANS found in the visits, with its ASTCT grade.

ASTCT grades never go into AETOXGR, which belongs to CTCAE and is not here at all. An episode ends on the first day on which its
signs are proved to be gone, and lasts from its start to that day; a start or end that was not seen is missing, and its limits
are given. Events are not coded by MedDRA and nobody says whether they were serious: those variables are blank.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from immunoreset.endpoints.known import Floats
from immunoreset.exchange.adam_out.records import STUDY, Part, day_column, number, records, study_day, text, whole
from immunoreset.exchange.dataset import Column, Row

NAME, LABEL = "ADAE", "Episodes of CRS and ICANS"
NOT_CODED = (  # the levels of MedDRA, which is licensed and not used here: present and blank
    text("AEBODSYS", "Body System or Organ Class"),
    whole("AEBDSYCD", "Body System or Organ Class Code"),
    text("AESOC", "Primary System Organ Class"),
    whole("AESOCCD", "Primary System Organ Class Code"),
    text("AEHLGT", "High Level Group Term"),
    whole("AEHLGTCD", "High Level Group Term Code"),
    text("AEHLT", "High Level Term"),
    whole("AEHLTCD", "High Level Term Code"),
    text("AELLT", "Lowest Level Term"),
    whole("AELLTCD", "Lowest Level Term Code"),
    whole("AEPTCD", "Preferred Term Code"),
)
COLUMNS: tuple[Column, ...] = (
    *STUDY,
    whole("AESEQ", "Sequence Number", key=3),
    text("AETERM", "Reported Term for the Adverse Event"),
    text("AEDECOD", "Dictionary-Derived Term"),
    *NOT_CODED,
    text("AESER", "Serious Event"),
    day_column("ASTDT", "Analysis Start Date"),
    whole("ASTDY", "Analysis Start Relative Day"),
    day_column("AENDT", "Analysis End Date"),
    whole("AENDY", "Analysis End Relative Day"),
    number("ADURN", "AE Duration (N)"),
    text("ADURU", "AE Duration Units"),
    text("AEOUT", "Outcome of Adverse Event"),
    text("ASTCTGR", "ASTCT 2019 Grade"),
    whole("ASTCTGRN", "ASTCT 2019 Grade (N)"),
    whole("ASTCTLO", "Lowest Attainable ASTCT Grade"),
    whole("ASTCTHI", "Highest Attainable ASTCT Grade"),
    number("STARTLO", "Earliest Start, Days from Infusion"),
    number("STARTHI", "Latest Start, Days from Infusion"),
    number("ENDLO", "Earliest End, Days from Infusion"),
    number("ENDHI", "Latest End, Days from Infusion"),
    text("TRTEMFL", "Treatment Emergent Analysis Flag"),
    text("AESIFL", "AE of Special Interest Flag"),
    text("CRSFL", "Cytokine Release Syndrome Flag"),
    text("ICANSFL", "ICANS Flag"),
)
TERMS = {"CRS": "Cytokine release syndrome", "ICANS": "Immune effector cell-associated neurotoxicity syndrome"}
OUTCOMES = {1.0: "RECOVERED/RESOLVED", 0.0: "NOT RECOVERED/NOT RESOLVED"}
UNKNOWN_OUTCOME = "UNKNOWN"


def rows(part: Part) -> Iterator[list[Row]]:
    """Records by patient, then CRS before ICANS, in the order of the episodes."""
    table = part.scored.episodes
    if not len(table):
        return
    place = {name: number for number, name in enumerate(part.scored.visits.patients)}
    patient = np.array([place[name] for name in table["patient"]], dtype=np.int64)
    toxicity = table["toxicity"].tolist()
    low, high = _column(table, "grade"), _column(table, "grade_highest")
    grade = np.where(low == high, low, np.nan)
    earliest = _column(table, "start")
    latest = _certain_start(part, table, patient)
    first_end, last_end = _column(table, "end"), _column(table, "end_latest")
    start = np.where(earliest == latest, earliest, np.nan)
    end = np.where(first_end == last_end, first_end, np.nan)
    values = {
        "STUDYID": part.study,
        "USUBJID": part.names[patient],
        "AESEQ": table.groupby("patient", sort=False).cumcount().to_numpy() + 1,
        "AETERM": toxicity,
        "AEDECOD": [TERMS[name] for name in toxicity],
        **{column.name: np.full(len(table), np.nan) if column.is_number else "" for column in NOT_CODED},
        "AESER": "",
        "ASTDT": part.dates_on(patient, start),
        "ASTDY": study_day(start),
        "AENDT": part.dates_on(patient, end),
        "AENDY": study_day(end),
        "ADURN": end - start,
        "ADURU": ["" if days != days else "DAYS" for days in (end - start).tolist()],
        "AEOUT": [OUTCOMES.get(resolved, UNKNOWN_OUTCOME) for resolved in _column(table, "resolved").tolist()],
        "ASTCTGR": ["" if one != one else f"{one:.0f}" for one in grade.tolist()],
        "ASTCTGRN": grade,
        "ASTCTLO": low,
        "ASTCTHI": high,
        "STARTLO": earliest,
        "STARTHI": latest,
        "ENDLO": first_end,
        "ENDHI": last_end,
        "TRTEMFL": "Y",
        "AESIFL": "Y",
        "CRSFL": ["Y" if name == "CRS" else "" for name in toxicity],
        "ICANSFL": ["Y" if name == "ICANS" else "" for name in toxicity],
    }
    yield records(COLUMNS, values, np.argsort(patient, kind="stable"))


def _column(table: pd.DataFrame, name: str) -> Floats:
    return table[name].to_numpy(dtype=float)


def _certain_start(part: Part, table: pd.DataFrame, patient: np.ndarray) -> Floats:
    """The first day from the earliest start on with a grade of at least 1 for certain; nan where there is none."""
    visits = part.scored.visits
    days, rank = np.unique(visits.day, return_inverse=True)
    at = visits.patient * len(days) + rank
    earliest = patient * len(days) + np.searchsorted(days, _column(table, "start"))
    found = np.full(len(table), np.nan)
    for toxicity in TERMS:
        result = next((result for result in part.scored.results if result.name == toxicity.lower()), None)
        episodes = np.flatnonzero((table["toxicity"] == toxicity).to_numpy())
        if result is None or not len(episodes):
            continue
        low, _ = result.limits()
        certain = np.flatnonzero(result.shown & (low >= 1))
        following = np.searchsorted(at[certain], earliest[episodes])
        episodes, following = episodes[following < len(certain)], following[following < len(certain)]
        same = visits.patient[certain[following]] == patient[episodes]
        found[episodes[same]] = visits.day[certain[following[same]]]
    return found
