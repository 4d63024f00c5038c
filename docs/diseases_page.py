"""docs/diseases.md, from the catalogue and from cohorts simulated for it: `python docs/refresh.py diseases`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from reset_page import table

from immunoreset.catalogue import built_in
from immunoreset.disease.disease import Disease
from immunoreset.evidence import evidence
from immunoreset.patient.birth_certificates import standing_counts
from immunoreset.report.comparison_words import LESS_KNOWN
from immunoreset.report.words import counted, interval, number
from immunoreset.validation.compared import Compared
from immunoreset.validation.diseases import compare, diseases

PAGE = Path(__file__).resolve().parent / "diseases.md"
PATIENTS, SEED = 500, 15
HEADS = ("row", "published", "band", "simulated (95 % by chance)", "verdict", "read as")


def name(row: Compared) -> str:
    """What was counted, on which day, of whom, and by whom."""
    found = evidence()
    who, day = found.cohorts.by_id[row.row.cohort].who, row.row.day
    when = "" if day is None else f", day {day:g}"
    return f"{row.row.quantity}{when}: {who} ({found.publications[row.row.publication].name.split(',')[0]})"


def _unit(row: Compared) -> str:
    return "fraction" if row.row.statistic.kind == "share" else ""


def _published(row: Compared) -> str:
    less = LESS_KNOWN.get(row.row.standing, "")
    said = row.row.statistic.text if row.published is None else number(row.published, _unit(row))
    return f"{row.row.statistic.limit}{said}" + (f" ({less})" if less else "")


def _verdict(row: Compared) -> str:
    if row.verdict == "outside":
        return "**outside**, near" if row.near else "**outside**"
    return row.verdict


def _line(row: Compared) -> tuple[str, ...]:
    found, unit = row.simulated, _unit(row)
    band = interval(row.band.low, row.band.high, unit) if row.band else "none"
    simulated = f"{number(found.value, unit)} ({interval(found.low, found.high, unit)})" if found else "–"
    return name(row), _published(row), band, simulated, _verdict(row), row.how


def summary(rows: Sequence[Compared]) -> str:
    """How many rows are met."""
    counts = Counter(row.verdict for row in rows)
    near = sum(row.near for row in rows if row.verdict == "outside")
    banded = counts["inside"] + counts["outside"]
    return (
        f"{counted(len(rows), 'row')}: {banded} with a band, of which {counts['inside']} inside, {near} near and "
        f"**{counts['outside'] - near} outside**; {counts['no band']} without a band, {counts['not simulated']} not simulated."
    )


def _assumed(disease: Disease) -> str:
    """How the numbers that only this disease has stand."""
    theta, shared = built_in().theta, {module.name for module in built_in().disease("rheumatoid-arthritis").modules}
    own = {module.name for module in disease.modules} - (shared if disease.name != "rheumatoid-arthritis" else set())
    numbers = {n: p for n, p in theta.table.items() if n.split(".")[0] in own} | dict(theta.host(disease.name).parameters)
    told = ", ".join(f"{count} {standing}" for standing, count in standing_counts(numbers).items() if count)
    return f"Of {counted(len(numbers), 'number')} of its own: {told}."


def part(disease: Disease, rows: Sequence[Compared]) -> str:
    """What the page says of one disease."""
    groups = "; ".join(f"`{group.name}` ({group.title})" for group in disease.populations)
    return "\n".join(
        [
            f"## {disease.title[:1].upper()}{disease.title[1:]}",
            "",
            f"`{disease.name}`. **Known.** {disease.known} **Missed.** {disease.missed} **Assumed.** {_assumed(disease)}",
            "",
            f"Populations: {groups}. Scores: {', '.join(disease.scores)}.",
            "",
            summary(rows),
            "",
            table(HEADS, [_line(row) for row in rows]),
        ]
    )


def refresh() -> dict[str, str]:
    """What stands between the marks of the page, by mark."""
    found = {disease: list(compare(disease, patients=PATIENTS, seed=SEED)) for disease in diseases()}
    everything = [row for rows in found.values() for row in rows]
    return {
        "diseases summary": f"Over all diseases, {summary(everything)} {PATIENTS} patients an arm, seed {SEED}.\n",
        "diseases": "\n".join(part(built_in().disease(disease), rows) for disease, rows in found.items()),
    }
