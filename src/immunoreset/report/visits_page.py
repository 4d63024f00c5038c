"""The report of scored visits: one self-contained HTML page that prints well and needs no network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from immunoreset.report.svg import inline_svg
from immunoreset.report.timeline import ACTIVITY, TOXICITY, courses_of, draw_shares, draw_timeline
from immunoreset.report.words import counted, number

if TYPE_CHECKING:
    import pandas as pd

Query = Callable[[str], "pd.DataFrame"]
PATIENTS_DRAWN, PATIENTS_LISTED = 30, 200
INTERVAL = 28
_DRAWN = ", ".join(f"'{score}'" for score in (*ACTIVITY, *TOXICITY))
SHARES = f"""
SELECT score, {INTERVAL} * floor(day / {INTERVAL}) AS day, CASE WHEN count(value) = count(*) THEN avg(value) END AS share,
       avg(low) AS low, avg(high) AS high, count(*) AS n
FROM scores WHERE score IN ('doris', 'lldas') AND day >= -{INTERVAL} GROUP BY ALL ORDER BY score, day
"""
LISTED = {  # column of the table of patients: measure
    "DORIS, first day": "doris_first_day",
    "DORIS, % of days": "doris_days",
    "DORIS, sustained": "doris_sustained",
    "LLDAS, first day": "lldas_first_day",
    "LLDAS, % of days": "lldas_days",
    "CRS, worst": "crs_worst",
    "ICANS, worst": "icans_worst",
    "ICAHT early, neutrophils": "icaht_early_neutrophils",
    "ICAHT late, neutrophils": "icaht_late_neutrophils",
}
PROTOCOL = {
    "sledai": "SLEDAI version",
    "sledai_window": "SLEDAI window, days",
    "flare_index": "SELENA flare index",
    "ctcae": "CTCAE",
    "icaht_count": "ICAHT counts days",
    "das28_cut_offs": "Cut-offs for DAS28-CRP",
    "mmt": "Manual muscle testing",
    "unlisted_items": "SLEDAI items not written down",
    "antimalarial_allowed": "Antimalarial allowed in drug-free DORIS",
    "urine": "Urine specimen of UPCR",
    "baseline_until": "Baseline until day",
    "judge_until": "Laboratory findings need a cause until day",
    "sustained_weeks": "Sustained means, weeks",
}


def build_visits_page(query: Query, summary: Mapping[str, Any]) -> str:
    """The whole page as text; `query` answers SQL on the tables scores, patients, episodes and visits."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(loader=PackageLoader("immunoreset.report", "."), autoescape=True, undefined=StrictUndefined)
    listed = _patient_rows(query)
    return environment.get_template("visits_page.html.j2").render(
        title=f"Scores of {counted(summary['read']['patients'], 'patient')}",
        counted=counted,
        read=summary["read"],
        protocol=[(label, _setting(summary["protocol"][name])) for name, label in PROTOCOL.items()],
        scores=list(summary["scores"].values()),
        missing=summary["missing"],
        labels={name: row["label"] for name, row in summary["scores"].items()},
        **_figures(query, summary["read"]["patients"]),
        columns=listed["columns"],
        patients=listed["rows"],
        patients_listed=len(listed["rows"]),
        episodes=query(f"SELECT * FROM episodes ORDER BY patient, start, toxicity LIMIT {PATIENTS_LISTED}").to_dict("records"),
        number=number,
    )


def _setting(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value) or "not recorded"


def _figures(query: Query, patients: int) -> dict[str, Any]:
    """The timeline of the first patients; with many patients the shares of all as well."""
    drawn = query(
        f"SELECT patient, day, score, value FROM scores WHERE score IN ({_DRAWN}) AND patient IN "
        f"(SELECT DISTINCT patient FROM scores WHERE score IN ({_DRAWN}) ORDER BY patient LIMIT {PATIENTS_DRAWN}) "
        "ORDER BY patient, day"
    )
    courses = courses_of(drawn)
    shares = query(SHARES)
    timeline = inline_svg(draw_timeline(courses), "Toxicity and activity of each patient over time") if courses else ""
    several = patients > 1 and len(shares) > 0 and bool((shares["high"] - shares["low"] < 1).to_numpy().any())
    return {
        "timeline": timeline,
        "drawn": len(courses),
        "shares": inline_svg(draw_shares(shares), "Share of patients in remission and low activity over time") if several else "",
    }


def _patient_rows(query: Query) -> dict[str, Any]:
    """What is listed of each patient, and only the columns that some patient has."""
    table = query(
        f"SELECT patient, measure, value, low, high FROM patients WHERE patient IN "
        f"(SELECT DISTINCT patient FROM visits ORDER BY patient LIMIT {PATIENTS_LISTED})"
    )
    measures = set(table["measure"])
    columns = {label: measure for label, measure in LISTED.items() if measure in measures}
    rows: dict[str, dict[str, str]] = {}
    for row in table.to_dict("records"):
        rows.setdefault(str(row["patient"]), {})[str(row["measure"])] = _cell(row)
    return {
        "columns": list(columns),
        "rows": [
            {"patient": name, "cells": [cells.get(measure, "–") for measure in columns.values()]}
            for name, cells in sorted(rows.items())
        ],
    }


def _cell(row: Mapping[str, Any]) -> str:
    """A value, or what it may be."""
    low, high = row["low"], row["high"]
    answer = str(row["measure"]).endswith(("_ever", "_sustained"))
    if low == high:
        if answer:
            return "yes" if low else "no"
        return "never" if low == float("inf") else number(low)
    if answer:
        return "not known"
    return f"{number(low)} or later" if high == float("inf") else f"{number(low)} to {number(high)}"
