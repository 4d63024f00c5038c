"""ADRS, one record for each patient, score and visit: the value or its limits, why it is not known, baseline and change.

AVAL is a score, a grade, the number of a category (AVALC its word) or 1 and 0 for yes and no (AVALC Y and N). What is not known
is missing; AVALLO and AVALHI say what it could be (missing for no limit) and MISSRSN what was not written down.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from immunoreset.endpoints.known import DECIMALS, Booleans, Floats
from immunoreset.endpoints.scoring.result import Result
from immunoreset.endpoints.scoring.sheet import Rows
from immunoreset.exchange.adam_out.names import CTCAE_PREFIX, score_code
from immunoreset.exchange.adam_out.records import (
    MISSING,
    STUDY,
    Part,
    Values,
    day_column,
    flag,
    number,
    records,
    split_reasons,
    study_day,
    text,
    whole,
    yes_no,
)
from immunoreset.exchange.dataset import Column, Row

NAME, LABEL = "ADRS", "Scores and Responses by Visit"
PARAMETER = (text("PARAMCD", "Parameter Code", key=3), text("PARAM", "Parameter"))
WHEN = (
    text("AVISIT", "Analysis Visit"),
    whole("AVISITN", "Analysis Visit (N)"),
    day_column("ADT", "Analysis Date"),
    whole("ADY", "Analysis Relative Day"),
    number("RELDAY", "Days from Infusion (Infusion Is Day 0)", key=4),
)
COLUMNS: tuple[Column, ...] = (
    *STUDY,
    *PARAMETER,
    *WHEN,
    number("AVAL", "Analysis Value"),
    text("AVALC", "Analysis Value (C)"),
    number("AVALLO", "Lowest Attainable Value"),
    number("AVALHI", "Highest Attainable Value"),
    number("BASE", "Baseline Value"),
    number("CHG", "Change from Baseline"),
    text("ABLFL", "Baseline Record Flag"),
    text("ANL01FL", "Analysis Flag 01"),
    text("CRIT1", "Analysis Criterion 1"),
    text("CRIT1FL", "Criterion 1 Evaluation Result Flag"),
    text("CRIT2", "Analysis Criterion 2"),
    text("CRIT2FL", "Criterion 2 Evaluation Result Flag"),
    *MISSING,
)
CRITERIA_OF, CRITERIA = "sledai", {"CRIT1": "doris", "CRIT2": "lldas"}
WITHOUT_BASELINE = ("crs", "icans", "iec_hs_prompt")  # toxicity of the treatment itself


@dataclass(frozen=True, eq=False)
class Parameter:
    """One score; `rows` (m,) are the visits that have it, all else is by these; `base` is the value at baseline."""

    code: str
    label: str
    rows: Rows
    low: Floats
    high: Floats
    base: Floats
    at_baseline: Booleans
    change: Floats
    analysed: Booleans
    words: NDArray[np.object_]
    reason: NDArray[np.object_]
    criteria: dict[str, tuple[str, NDArray[np.object_]]]

    @property
    def value(self) -> Floats:
        return np.where(self.low == self.high, self.low, np.nan)


def rows(part: Part) -> Iterator[list[Row]]:
    """Records by patient, score and day, some patients at a time."""
    results = [result for result in part.scored.results if not result.name.startswith(CTCAE_PREFIX)]
    parameters = sorted((_parameter(part, result) for result in results), key=lambda parameter: parameter.code)
    if not parameters:
        return
    for begin, end in part.slices():
        yield _slice(part, parameters, begin, end)


def _parameter(part: Part, result: Result) -> Parameter:
    rows = np.flatnonzero(result.shown)
    low, high = result.limits()
    value = np.where(result.known, low, np.nan)
    base_rows = part.sheet.baseline_rows(result.shown & (result.name not in WITHOUT_BASELINE))
    base = np.where(base_rows < 0, np.nan, value[base_rows])[rows]
    after = part.sheet.after_baseline()[rows] & (not result.is_answer and not result.categories)
    criteria = {}
    if result.name == CRITERIA_OF:
        criteria = {name: _criterion(part, score, rows) for name, score in CRITERIA.items()}
    return Parameter(
        code=score_code(result.name),
        label=f"{result.label} ({result.unit})" if result.unit else result.label,
        rows=rows,
        low=low[rows],
        high=high[rows],
        base=base,
        at_baseline=base_rows[rows] == rows,
        change=np.where(after, np.round(value[rows] - base, DECIMALS), np.nan),
        analysed=last_known_of_day(part, rows, result.known[rows]),
        words=_words(result, value[rows]),
        reason=result.why_missing()[rows],
        criteria=criteria,
    )


def _words(result: Result, value: Floats) -> NDArray[np.object_]:
    if result.is_answer:
        return np.array(yes_no(value), dtype=object)
    words = np.array(["", *result.categories], dtype=object)
    return words[np.where(np.isnan(value) | (not result.categories), -1, value).astype(int) + 1]


def _criterion(part: Part, score: str, rows: Rows) -> tuple[str, NDArray[np.object_]]:
    """What the criterion is called and whether it is met; both empty for a score that the file does not allow."""
    found = next((result for result in part.scored.results if result.name == score), None)
    if found is None:
        return "", np.full(len(rows), "", dtype=object)
    low, _ = found.limits()
    met = np.where(found.known & found.shown, low, np.nan)
    return found.label, np.array(yes_no(met[rows]), dtype=object)


def last_known_of_day(part: Part, rows: Rows, known: Booleans) -> Booleans:
    """Of the rows of one parameter, the last one of each patient and whole day that has a value."""
    visits = part.scored.visits
    places = np.flatnonzero(known)
    patient, day = visits.patient[rows[places]], np.floor(visits.day[rows[places]])
    last = np.ones(len(places), dtype=bool)
    last[:-1] = (patient[1:] != patient[:-1]) | (day[1:] != day[:-1])
    flags = np.zeros(len(rows), dtype=bool)
    flags[places[last]] = True
    return flags


def when(part: Part, rows: Rows) -> dict[str, Values]:
    """Study, patient and the columns of time of these visits."""
    visits = part.scored.visits
    day = visits.day[rows]
    return {
        "STUDYID": part.study,
        "USUBJID": part.names[visits.patient[rows]],
        "AVISIT": [f"Day {one:.0f}" for one in np.floor(day).tolist()],
        "AVISITN": np.floor(day),
        "ADT": part.dates_on(visits.patient[rows], day),
        "ADY": study_day(day),
        "RELDAY": day,
    }


def in_order(part: Part, rows: Rows) -> Rows:
    """By patient; the rows come by parameter and day, and stay so within a patient."""
    return np.argsort(part.scored.visits.patient[rows], kind="stable")


def _slice(part: Part, parameters: Sequence[Parameter], begin: int, end: int) -> list[Row]:
    pieces = [(one, slice(*np.searchsorted(one.rows, (begin, end)))) for one in parameters]
    counts = [piece.stop - piece.start for _, piece in pieces]

    def joined(attribute: str) -> np.ndarray:
        return np.concatenate([getattr(one, attribute)[piece] for one, piece in pieces])

    rows = joined("rows")
    if not len(rows):
        return []
    values = when(part, rows)
    for name, attribute in {"PARAMCD": "code", "PARAM": "label"}.items():
        values[name] = np.repeat(np.array([getattr(one, attribute) for one in parameters], dtype=object), counts)
    arrays = {"AVAL": "value", "AVALC": "words", "AVALLO": "low", "AVALHI": "high", "BASE": "base", "CHG": "change"}
    values |= {name: joined(attribute) for name, attribute in arrays.items()}
    values |= {"ABLFL": flag(joined("at_baseline")), "ANL01FL": flag(joined("analysed"))}
    for name in CRITERIA:
        values[name] = [label for one, piece in pieces for label in _criterion_text(one, name, piece)]
        values[f"{name}FL"] = [met for one, piece in pieces for met in _criterion_met(one, name, piece)]
    values |= split_reasons(joined("reason").tolist())
    return records(COLUMNS, values, in_order(part, rows))


def _criterion_text(parameter: Parameter, name: str, piece: slice) -> list[str]:
    label = parameter.criteria[name][0] if name in parameter.criteria else ""
    return [label] * len(parameter.rows[piece])


def _criterion_met(parameter: Parameter, name: str, piece: slice) -> list[str]:
    count = len(parameter.rows[piece])
    return parameter.criteria[name][1][piece].tolist() if name in parameter.criteria else [""] * count
