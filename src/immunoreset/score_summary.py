"""The numbers of a scoring run: what was read, what was scored, and what each score came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from immunoreset.endpoints.scoring.protocol import Protocol
from immunoreset.score_tables import ScoreTables

if TYPE_CHECKING:
    from immunoreset.exchange.intake import Intake

OF_SCORES = """
SELECT s.score, any_value(l.label) AS label, any_value(l.unit) AS unit, any_value(l.kind) AS kind,
       count(*) AS visits, count(s.value) AS known,
       avg(s.value) AS mean, min(s.value) AS lowest, median(s.value) AS median, max(s.value) AS highest
FROM scores s JOIN labels l ON l.name = s.score GROUP BY s.score ORDER BY min(l.rowid)
"""
OF_MEASURES = """
SELECT m.measure, any_value(l.label) AS label, any_value(l.unit) AS unit,
       count(*) AS patients, count(m.value) AS known, avg(m.value) AS mean, median(m.value) AS median
FROM patients m JOIN labels l ON l.name = m.measure GROUP BY m.measure ORDER BY min(l.rowid)
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
        "scores": {row["score"]: _score_row(row, words) for row in tables.query(OF_SCORES).to_dict("records")},
        "patients": {row["measure"]: _measure_row(row) for row in tables.query(OF_MEASURES).to_dict("records")},
        "missing": tables.query(REASONS).to_dict("records"),
    }


def _score_row(row: dict[str, Any], words: Mapping[str, dict[str, int]]) -> dict[str, Any]:
    found = {name: row[name] for name in ("label", "unit", "visits", "known")}
    if not row["known"]:
        return found | {"result": "never known"}
    if row["kind"] == "answer":
        yes = round(row["mean"] * row["known"])
        return found | {"yes": yes, "result": f"yes at {yes:,} of {row['known']:,} visits"}
    if row["score"] in words:
        told = ", ".join(f"{word} {visits:,}" for word, visits in words[row["score"]].items())
        return found | {"categories": words[row["score"]], "result": told}
    numbers = {name: row[name] for name in ("lowest", "median", "highest")}
    unit = f" {row['unit']}" if row["unit"] else ""
    return found | numbers | {"result": f"median {row['median']:.3g} ({row['lowest']:.3g} to {row['highest']:.3g}){unit}"}


def _measure_row(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("label", "unit", "patients", "known", "mean", "median")}
