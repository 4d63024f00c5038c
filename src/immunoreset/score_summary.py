"""The numbers of a scoring run: what was read, what was scored, and what each score came to."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from immunoreset.endpoints.items import items
from immunoreset.endpoints.scoring.protocol import Protocol
from immunoreset.report.words import interval, number
from immunoreset.score_tables import ScoreTables

if TYPE_CHECKING:
    from immunoreset.exchange.intake import Intake

OF_SCORES = """
SELECT count(*) AS visits, count(value) AS known, count(*) FILTER (value = 1) AS yes,
       min(value) AS lowest, median(value) AS median, max(value) AS highest,
       median(low) AS median_low, median(high) AS median_high
FROM scores WHERE score = '{name}'
"""
OF_MEASURES = """
SELECT count(*) AS patients, count(value) AS known, count(*) FILTER (value = 1) AS yes,
       avg(value) AS mean, median(value) AS median, avg(low) AS mean_low, avg(high) AS mean_high
FROM patients WHERE measure = '{name}'
"""
INPUTS = """
SELECT score, input, count(*) AS visits
FROM (SELECT score, unnest(string_split(missing, ', ')) AS input FROM scores WHERE missing <> '')
GROUP BY score, input QUALIFY row_number() OVER (PARTITION BY score ORDER BY count(*) DESC, input) <= {most}
ORDER BY score, visits DESC, input
"""
SLEDAI_ITEM = "SLEDAI item: "
SCALE = re.compile(r"\d+-\d+")  # a unit that is a scale, such as 0-3
MOST_INPUTS = 3  # that are named beside a result
CATEGORIES = """
SELECT score, category, count(*) AS visits FROM scores WHERE category <> '' GROUP BY ALL ORDER BY score, min(value)
"""
REASONS = """
SELECT score, missing, count(*) AS visits FROM scores WHERE missing <> '' GROUP BY ALL
ORDER BY visits DESC, score, missing LIMIT 40
"""


def summary_of(tables: ScoreTables, intake: Intake, protocol: Protocol) -> dict[str, Any]:
    """The document of summary.json."""
    words: dict[str, dict[str, int]] = {}
    for row in tables.query(CATEGORIES).to_dict("records"):
        words.setdefault(row["score"], {})[row["category"]] = row["visits"]
    inputs: dict[str, dict[str, int]] = {}
    for row in tables.query(INPUTS.format(most=MOST_INPUTS)).to_dict("records"):
        inputs.setdefault(row["score"], {})[input_in_words(row["input"])] = row["visits"]
    visits = int(tables.query("SELECT count(*) AS n FROM visits")["n"].iloc[0])
    return {
        "research_only": "Research software: not for treatment decisions.",
        "read": {
            "files": list(intake.files),
            "rows": intake.read,
            "kept": intake.kept,
            "faulty": intake.faulty,
            "duplicates": intake.duplicates,
            "without_value": intake.without_value,
            "patients": intake.patients,
            "visits": visits,
            "conversions": [str(conversion) for conversion in intake.conversions],
            "censored": dict(intake.censored),
            "notes": list(intake.notes),
        },
        "protocol": asdict(protocol),
        "scores": {
            row["name"]: _score_row(row, words, inputs) for row in _each(tables, "kind IN ('answer', 'number')", OF_SCORES)
        },
        "patients": {
            row["name"]: _measure_row(row) for row in _each(tables, "kind IN ('measure', 'patient answer')", OF_MEASURES)
        },
        "missing": [_reason_row(row) for row in tables.query(REASONS).to_dict("records")],
    }


def _reason_row(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"inputs": ", ".join(input_in_words(name) for name in row["missing"].split(", "))}


def _each(tables: ScoreTables, kinds: str, question: str) -> Iterator[dict[str, Any]]:
    """The answer for each score or measure by itself: a median needs all its values in memory, so one at a time."""
    for label in tables.query(f"SELECT * FROM labels WHERE {kinds} ORDER BY rowid").to_dict("records"):
        (row,) = tables.query(question.format(name=label["name"])).to_dict("records")
        yield {**label, **row}


def _score_row(row: dict[str, Any], words: Mapping[str, dict[str, int]], inputs: Mapping[str, dict[str, int]]) -> dict[str, Any]:
    missing = inputs.get(row["name"], {})
    found = {name: row[name] for name in ("label", "unit", "visits", "known")} | {"missing_inputs": missing}
    why = f"; missing most often: {', '.join(missing)}" if missing else ""
    if row["kind"] == "answer":
        counts = _counts(row, row["visits"])
        return found | counts | {"result": answer_in_words(**counts) + why}
    if not row["known"]:
        return found | {"result": f"never known{why}"}
    if row["name"] in words:
        told = ", ".join(f"{word} {visits:,}" for word, visits in words[row["name"]].items())
        open_ones = row["visits"] - row["known"]
        return found | {
            "categories": words[row["name"]],
            "result": f"{told}, not known {open_ones:,}{why}" if open_ones else told,
        }
    numbers = {name: row[name] for name in ("lowest", "median", "highest", "median_low", "median_high")}
    return found | numbers | {"result": _number_in_words(row) + why}


def _counts(row: Mapping[str, Any], of: int) -> dict[str, int]:
    """Yes, no and not decided: never a share among the decided, for what is missing may decide which answer can be known."""
    return {"yes": int(row["yes"]), "no": int(row["known"] - row["yes"]), "undecided": int(of - row["known"])}


def answer_in_words(*, yes: int, no: int, undecided: int) -> str:
    """How often an answer was yes, no and not decided, and how often it may have been yes.

    >>> answer_in_words(yes=0, no=82, undecided=158)
    '0 yes, 82 no, 158 not decided: yes at 0 to 158 of 240 (0–66 %)'
    >>> answer_in_words(yes=12, no=228, undecided=0)
    'yes at 12 of 240 (5 %)'
    """
    every = yes + no + undecided
    if not undecided:
        return f"yes at {yes:,} of {every:,} ({number(yes / every, 'fraction')})"
    share = interval(yes / every, (yes + undecided) / every, "fraction")
    return f"{yes:,} yes, {no:,} no, {undecided:,} not decided: yes at {yes:,} to {yes + undecided:,} of {every:,} ({share})"


def _number_in_words(row: Mapping[str, Any]) -> str:
    """The median of what is known, with its range; and what the median of all visits may be where some are not known."""
    unit = f" {row['unit']}" if row["unit"] and not SCALE.fullmatch(row["unit"]) else ""
    scale = f" on the scale {row['unit']}" if row["unit"] and not unit else ""
    told = f"median {number(row['median'])}{unit}, range {number(row['lowest'])} to {number(row['highest'])}{scale}"
    if row["known"] == row["visits"]:
        return told
    low, high = row["median_low"], row["median_high"]
    possible = f"{number(low)} to {number(high)}" if math.isfinite(high) else f"{number(low)} or more"
    return f"{told}, of {row['known']:,} known; of all {row['visits']:,}, median {possible}"


def input_in_words(name: str) -> str:
    """What an input of a score is called: an item by its label, anything else by its own name.

    >>> input_in_words("EGFR_PREFLARE"), input_in_words("RASH"), input_in_words("baseline SLEDAI")
    ('eGFR before the present flare', 'rash', 'baseline SLEDAI')
    """
    return items()[name].label.removeprefix(SLEDAI_ITEM) if name in items() else name


def _measure_row(row: dict[str, Any]) -> dict[str, Any]:
    found = {name: row[name] for name in ("label", "unit", "patients", "known")}
    if row["kind"] == "patient answer":
        counts = _counts(row, row["patients"])
        return found | counts | {"result": answer_in_words(**counts)}
    return found | {name: row[name] for name in ("mean", "median", "mean_low", "mean_high")}
