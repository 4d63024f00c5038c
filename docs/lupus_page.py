"""The tables of docs/lupus.md, from cohorts simulated for it: `python docs/refresh.py lupus`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from compared_cells import name, published, simulated, unit
from reset_page import table

from immunoreset.disease.lupus.outcomes import sledai_curve
from immunoreset.evidence import band, evidence
from immunoreset.report.comparison_words import TUNED
from immunoreset.report.words import counted, interval, number
from immunoreset.validation.lupus.compare import (
    Compared,
    Patients,
    by_class,
    compare,
    patients_in_words,
    taken_from,
)
from immunoreset.validation.lupus.published import ANCHORS, CLASSES, REGISTER, ROWS, Reading

PAGE = Path(__file__).resolve().parent / "lupus.md"
PATIENTS, SEED = 2000, 14
HEADS = ("published", "band", "simulated (95 % by chance)", "n", "verdict", "patients", "read as", "not independent of")


def _band(row: Compared) -> str:
    return interval(row.band.low, row.band.high, unit(row)) if row.band else "none published"


def _said(row: Compared) -> tuple[str, str, str]:
    return name(row), published(row), _band(row)


def _dependence(row: Compared) -> str:
    tuned = evidence().tuned(row.row)
    parts = [f"`{one}`" for one in taken_from(row.row)]
    return ", ".join([*parts, *(["rows tuned to, of the same patients"] if tuned == TUNED["indirectly"] else [])])


def _verdict(row: Compared) -> str:
    if row.verdict == "no band" and row.simulated and row.published:
        return f"no band; {number(row.simulated.value / row.published)} times the published"
    return f"**{row.verdict}**" if row.verdict == "outside" else row.verdict


def _read(rows: Sequence[Compared]) -> str:
    lines = [
        (*_said(row), simulated(row.simulated, unit(row)), str(row.simulated.patients), _verdict(row),
         patients_in_words(row), row.how, _dependence(row))
        for row in rows
        if row.simulated
    ]  # fmt: skip
    return table(("row", *HEADS), lines)


def _unread(rows: Sequence[Compared]) -> str:
    lines = [(*_said(row), row.how) for row in rows if not row.simulated]
    return table(("row", "published", "band", "not simulated because"), lines)


def _classes(patients: Patients) -> str:
    lines = [
        (what, *(f"{simulated(found[kind], 'fraction')}, n {found[kind].patients}" for kind in CLASSES))
        for what, found in by_class(patients).items()
    ]
    return table(("of patients with nephritis", *CLASSES), lines)


def published_cells() -> list[str]:
    """The first cells of every row, which follow from the evidence alone."""
    rows = (Compared(row, band(row), "", None) for row in map(evidence().row, ROWS))
    return ["| " + " | ".join(_said(row)) + " |" for row in rows]


def _activity(patients: Patients) -> str:
    """How active the mixed patients are as years go by."""

    def on(day: float) -> str:
        found = patients.simulated(Reading(REGISTER, "", lambda seen: sledai_curve(seen.course)[:, seen.place(day)]))
        return f"{found.value:.1f}"

    return f"Mean SLEDAI-2K of the mixed patients: {on(0.0)} at entry, {on(360.0)} after one year, {on(1830.0)} after five."


def refresh() -> dict[str, str]:
    """What stands between the marks of the page, by mark."""
    patients = Patients(PATIENTS, seed=SEED)
    rows = compare(patients)
    anchors, others = ([row for row in rows if (row.row.id in ANCHORS) == which] for which in (True, False))
    counts = Counter(row.verdict for row in rows)
    summary = (
        f"Of {counted(len(ROWS), 'row')}, {counts['inside']} lie inside their band, **{counts['outside']} outside**, "
        f"{counts['no band']} have no published band, and {counts['not simulated']} cannot be simulated. "
        f"{PATIENTS:,} patients an arm, seed {SEED}. {_activity(patients)}\n"
    )
    return {
        "lupus summary": summary,
        "lupus anchors": _read(anchors),
        "lupus rows": _read(others),
        "lupus classes": _classes(patients),
        "lupus not simulated": _unread(rows),
    }
