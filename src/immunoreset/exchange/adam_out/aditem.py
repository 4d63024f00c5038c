"""ADITEM, one record for each patient, item and visit: what the scores were made from, so that a reader can work them out again.

SLEDAI items, BILAG grades, signs of toxicity, vital signs and doses, as AVAL, or AVALC for yes, no, words and numbers such as
<5. Laboratory values stand in ADLB, what a person is in ADSL, and what is an item and a score at once, such as PGA, in ADRS.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from immunoreset.endpoints.items import Item, items
from immunoreset.endpoints.known import Floats
from immunoreset.endpoints.scoring.result import Result
from immunoreset.endpoints.scoring.sheet import Rows
from immunoreset.endpoints.visits import DISEASE, OTHER, RELEASE
from immunoreset.exchange.adam_out.bds import PARAMETER, WHEN, in_order, when
from immunoreset.exchange.adam_out.names import LABORATORY_DOMAINS, score_code
from immunoreset.exchange.adam_out.records import STUDY, Part, number, records, text, yes_no
from immunoreset.exchange.cdisc.domains import item_of
from immunoreset.exchange.dataset import Column, Row

NAME, LABEL = "ADITEM", "Items by Visit"
ATTRIBUTION = text("ATTRIB", "What the Finding Is Put Down To")
COLUMNS: tuple[Column, ...] = (
    *STUDY,
    *PARAMETER,
    *WHEN,
    number("AVAL", "Analysis Value"),
    text("AVALC", "Analysis Value (C)"),
    ATTRIBUTION,
)
ELSEWHERE = (*LABORATORY_DOMAINS, "DM")
CAUSES = {DISEASE: "DISEASE", RELEASE: "CRS", OTHER: "OTHER"}


def attributions(causes: Floats) -> NDArray[np.object_]:
    """What findings (n,) are put down to in words, empty where nobody judged.

    >>> attributions(np.array([DISEASE, OTHER, np.nan])).tolist()
    ['DISEASE', 'OTHER', '']
    """
    words = np.full(len(causes), "", dtype=object)
    for cause, word in CAUSES.items():
        words[causes == cause] = word
    return words


def rows(part: Part) -> Iterator[list[Row]]:
    """Records by patient, item and day, some patients at a time."""
    found = _items(part)
    if not found:
        return
    visits = part.scored.visits
    written = [(item, visits.column(item.code), visits.cause.get(item.code)) for item in found]
    places = [np.flatnonzero(~np.isnan(values)) for _, values, _ in written]
    for begin, end in part.slices():
        pieces = [rows[slice(*np.searchsorted(rows, (begin, end)))] for rows in places]
        joined = np.concatenate(pieces)
        if not len(joined):
            continue
        counts = [len(piece) for piece in pieces]
        nothing = np.full(len(visits), np.nan)
        causes = [(nothing if cause is None else cause)[piece] for (_, _, cause), piece in zip(written, pieces, strict=True)]
        values = when(part, joined)
        values["PARAMCD"] = np.repeat(np.array([item.parameter_code for item in found], dtype=object), counts)
        values["PARAM"] = np.repeat(np.array([_label(item) for item in found], dtype=object), counts)
        values["AVAL"] = np.concatenate([column[piece] for (_, column, _), piece in zip(written, pieces, strict=True)])
        words = [_words(item, part, column, piece) for (item, column, _), piece in zip(written, pieces, strict=True)]
        values["AVALC"] = [word for piece in words for word in piece]
        values["ATTRIB"] = attributions(np.concatenate(causes))
        yield records(COLUMNS, values, in_order(part, joined))


def _items(part: Part) -> list[Item]:
    """The items of these visits that stand in no other dataset, by code."""
    visits = part.scored.visits
    scores = [item_of(score_code(result.name), "ADRS") for result in part.scored.results if _is_item(part, result)]
    found = [items()[code] for code in visits.values]
    kept = [item for item in found if item.domain not in ELSEWHERE and item.parameter_code and item not in scores]
    return sorted(kept, key=lambda item: item.parameter_code)


def _is_item(part: Part, result: Result) -> bool:
    """Whether a score is nothing but what was written down as the item of its name."""
    if result.name.upper() not in part.scored.visits.values:
        return False
    low, _ = result.limits()
    written = part.scored.visits.column(result.name.upper())
    return np.array_equal(np.where(result.shown & result.known, low, np.nan), written, equal_nan=True)


def _label(item: Item) -> str:
    return f"{item.label} ({item.unit})" if item.unit else item.label


def _words(item: Item, part: Part, column: Floats, rows: Rows) -> list[str]:
    if item.kind == "yes_no":
        return yes_no(column[rows])
    if item.words:
        return [item.words[int(value)] for value in column[rows].tolist()]
    return np.array(part.scored.visits.written(item.code), dtype=object)[rows].tolist()
