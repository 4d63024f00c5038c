"""ADLB, one record for each patient, laboratory value and visit, with the laboratory's limits and the grade of CTCAE.

A grade that is not known is missing; TOXLO and TOXHI say what it could be. The limits are those written down at the visit; the
grade also uses limits of an earlier visit. A value written as <0.5 stands in AVALC, AVAL is its limit and CHG is missing.
ATOXVER names the version of CTCAE, which is never mixed within a study.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from immunoreset.endpoints.known import DECIMALS, Booleans, Floats
from immunoreset.endpoints.scoring.result import Result
from immunoreset.endpoints.scoring.sheet import Rows
from immunoreset.exchange.adam_out.aditem import ATTRIBUTION, attributions
from immunoreset.exchange.adam_out.bds import PARAMETER, WHEN, in_order, last_known_of_day, when
from immunoreset.exchange.adam_out.names import CTCAE_PREFIX, laboratory_items
from immunoreset.exchange.adam_out.records import MISSING, STUDY, Part, flag, number, records, split_reasons, text, whole
from immunoreset.exchange.dataset import Column, Row

NAME, LABEL = "ADLB", "Laboratory Values by Visit"
COLUMNS: tuple[Column, ...] = (
    *STUDY,
    *PARAMETER,
    *WHEN,
    number("AVAL", "Analysis Value"),
    text("AVALC", "Analysis Value (C)"),
    number("BASE", "Baseline Value"),
    number("CHG", "Change from Baseline"),
    number("ANRLO", "Analysis Normal Range Lower Limit"),
    number("ANRHI", "Analysis Normal Range Upper Limit"),
    text("ATOXDSC", "Analysis Toxicity Description"),
    text("ATOXGR", "Analysis Toxicity Grade"),
    text("BTOXGR", "Baseline Toxicity Grade"),
    whole("TOXLO", "Lowest Attainable Toxicity Grade"),
    whole("TOXHI", "Highest Attainable Toxicity Grade"),
    text("ATOXVER", "CTCAE Version of the Toxicity Grade"),
    text("ABLFL", "Baseline Record Flag"),
    text("ANL01FL", "Analysis Flag 01"),
    ATTRIBUTION,
    *MISSING,
)


@dataclass(frozen=True, eq=False)
class Measured:
    """One laboratory value; `rows` (m,) are its visits, all else is by these; grades are nan where CTCAE has no term."""

    code: str
    label: str
    rows: Rows
    value: Floats
    words: NDArray[np.object_]
    base: Floats
    change: Floats
    lower: Floats
    upper: Floats
    term: str
    grade: Floats
    base_grade: Floats
    low_grade: Floats
    high_grade: Floats
    version: str
    at_baseline: Booleans
    analysed: Booleans
    cause: NDArray[np.object_]
    reason: NDArray[np.object_]


def rows(part: Part) -> Iterator[list[Row]]:
    """Records by patient, laboratory value and day, some patients at a time."""
    found = [(code, item) for code, item in sorted(laboratory_items().items()) if part.scored.visits.has(item.code)]
    grades = {result.name: result for result in part.scored.results}
    measured = [
        _measured(part, code, (item.code, f"{item.label} ({item.unit})"), grades.get(CTCAE_PREFIX + item.code.lower()))
        for code, item in found
    ]
    if not measured:
        return
    for begin, end in part.slices():
        yield _slice(part, measured, begin, end)


def _measured(part: Part, code: str, named: tuple[str, str], graded: Result | None) -> Measured:
    item, label = named
    visits, made = part.scored.visits, part.sheet.made(item)
    rows = np.flatnonzero(made)
    value = visits.column(item)
    base_rows = part.sheet.baseline_rows(made)[rows]
    base = np.where(base_rows < 0, np.nan, value[base_rows])
    low, high = graded.limits() if graded is not None else (np.full(len(visits), np.nan),) * 2
    grade = np.where(low == high, low, np.nan)
    after = part.sheet.after_baseline()[rows]
    exact = visits.exact(item)
    changed = after & exact[rows] & (base_rows >= 0) & exact[base_rows]
    return Measured(
        code=code,
        label=label,
        rows=rows,
        value=value[rows],
        words=np.array(visits.written(item), dtype=object)[rows],
        base=base,
        change=np.where(changed, np.round(value[rows] - base, DECIMALS), np.nan),
        lower=visits.lower_limit(item)[rows],
        upper=visits.upper_limit(item)[rows],
        term=graded.label.split(" (CTCAE")[0] if graded is not None else "",
        grade=grade[rows],
        base_grade=np.where(base_rows < 0, np.nan, grade[base_rows]),
        low_grade=low[rows],
        high_grade=high[rows],
        version=part.scored.protocol.ctcae if graded is not None else "",
        at_baseline=base_rows == rows,
        analysed=last_known_of_day(part, rows, np.ones(len(rows), dtype=bool)),
        cause=attributions(visits.cause.get(item, np.full(len(visits), np.nan))[rows]),
        reason=graded.why_missing()[rows] if graded is not None else np.full(len(rows), "", dtype=object),
    )


def _slice(part: Part, measured: Sequence[Measured], begin: int, end: int) -> list[Row]:
    pieces = [(one, slice(*np.searchsorted(one.rows, (begin, end)))) for one in measured]
    counts = [piece.stop - piece.start for _, piece in pieces]

    def joined(attribute: str) -> np.ndarray:
        return np.concatenate([getattr(one, attribute)[piece] for one, piece in pieces])

    def repeated(attribute: str) -> list[str]:
        return np.repeat(np.array([getattr(one, attribute) for one in measured], dtype=object), counts).tolist()

    rows = joined("rows")
    if not len(rows):
        return []
    values = when(part, rows)
    texts = {"PARAMCD": "code", "PARAM": "label", "ATOXDSC": "term", "ATOXVER": "version"}
    values |= {name: repeated(attribute) for name, attribute in texts.items()}
    numbers = {"AVAL": "value", "BASE": "base", "CHG": "change", "ANRLO": "lower", "ANRHI": "upper"}
    values |= {name: joined(attribute) for name, attribute in numbers.items()}
    values |= {"TOXLO": joined("low_grade"), "TOXHI": joined("high_grade")}
    values |= {"ATOXGR": _grade_texts(joined("grade")), "BTOXGR": _grade_texts(joined("base_grade"))}
    values |= {"ABLFL": flag(joined("at_baseline")), "ANL01FL": flag(joined("analysed")), "ATTRIB": joined("cause")}
    values["AVALC"] = joined("words")
    values |= split_reasons(joined("reason").tolist())
    return records(COLUMNS, values, in_order(part, rows))


def _grade_texts(grades: Floats) -> list[str]:
    return ["" if grade != grade else f"{grade:.0f}" for grade in grades.tolist()]
