"""The numbers of a scoring run: what was read, what was scored, and what each score came to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from immunoreset.endpoints.scoring.protocol import Protocol
from immunoreset.score_tables import ScoreTables

if TYPE_CHECKING:
    from immunoreset.exchange.intake import Intake

OF_SCORES = """
SELECT count(*) AS visits, count(value) AS known,
       avg(value) AS mean, min(value) AS lowest, median(value) AS median, max(value) AS highest
FROM scores WHERE score = '{name}'
"""
OF_MEASURES = """
SELECT count(*) AS patients, count(value) AS known, avg(value) AS mean, median(value) AS median
FROM patients WHERE measure = '{name}'
"""
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
        "scores": {row["name"]: _score_row(row, words) for row in _each(tables, "kind <> 'measure'", OF_SCORES)},
        "patients": {row["name"]: _measure_row(row) for row in _each(tables, "kind = 'measure'", OF_MEASURES)},
        "missing": tables.query(REASONS).to_dict("records"),
    }


def _each(tables: ScoreTables, kinds: str, question: str) -> Iterator[dict[str, Any]]:
    """The answer for each score or measure by itself: a median needs all its values in memory, so one at a time."""
    for label in tables.query(f"SELECT * FROM labels WHERE {kinds} ORDER BY rowid").to_dict("records"):
        (row,) = tables.query(question.format(name=label["name"])).to_dict("records")
        yield {**label, **row}


def _score_row(row: dict[str, Any], words: Mapping[str, dict[str, int]]) -> dict[str, Any]:
    found = {name: row[name] for name in ("label", "unit", "visits", "known")}
    if not row["known"]:
        return found | {"result": "never known"}
    if row["kind"] == "answer":
        yes = round(row["mean"] * row["known"])
        return found | {"yes": yes, "result": f"yes at {yes:,} of {row['known']:,} visits"}
    if row["name"] in words:
        told = ", ".join(f"{word} {visits:,}" for word, visits in words[row["name"]].items())
        return found | {"categories": words[row["name"]], "result": told}
    numbers = {name: row[name] for name in ("lowest", "median", "highest")}
    unit = f" {row['unit']}" if row["unit"] else ""
    return found | numbers | {"result": f"median {row['median']:.3g} ({row['lowest']:.3g} to {row['highest']:.3g}){unit}"}


def _measure_row(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("label", "unit", "patients", "known", "mean", "median")}
