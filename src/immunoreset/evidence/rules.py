"""The five rules against counting a patient twice, applied when documents are read.

1. Calibration rows of one family, arm and time come from disjoint cohorts: the largest is used, the others become contained.
2. A validation row that shares patients with a calibration row of the same family, arm and time becomes contained.
3. A row computed from others is computed by code, from cohorts that are declared to be parts.
4. One cohort is one block: no fact stands twice in it, and none counts more patients than it has.
5. What is borrowed says so: a row about something else names it, and a pooled band declares the cohorts that it pools.

docs/evidence.md explains them; docs/decisions/evidence.md says why.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from immunoreset.evidence.cohorts import Cohorts
from immunoreset.evidence.rows import Row

WINDOW = 45.0
"""Days within which two rows are about the same time."""


@dataclass(frozen=True)
class Remark:
    """One line about one row, cohort or publication of one file."""

    file: str
    row: str
    text: str
    kind: str = "row"

    def __str__(self) -> str:
        return f"{self.file}: {self.kind} '{self.row}': {self.text}"


def same_fact(one: Row, other: Row) -> bool:
    """Whether two rows speak of the same family of facts, under the same arm, within 45 days."""
    if (one.family, one.arm) != (other.family, other.arm):
        return False
    return one.day is None or other.day is None or abs(one.day - other.day) <= WINDOW


def share_patients(one: Row, other: Row, cohorts: Cohorts) -> bool:
    return any(cohorts.share(a, b) for a in one.cohorts for b in other.cohorts)


def used_once(rows: Sequence[Row], cohorts: Cohorts) -> dict[str, Row]:
    """Rule 1: calibration rows that a larger overlapping one replaces, each with that one."""
    kept: list[Row] = []
    replaced: dict[str, Row] = {}
    wanted = [row for row in rows if row.written == "calibration"]
    for row in sorted(wanted, key=lambda row: (-(row.statistic.patients or 0), row.id)):
        larger = (other for other in kept if other.cohort != row.cohort and same_fact(row, other))
        found = next((other for other in larger if share_patients(row, other, cohorts)), None)
        if found is None:
            kept.append(row)
        else:
            replaced[row.id] = found
    return replaced


def not_independent(rows: Sequence[Row], cohorts: Cohorts, replaced: Mapping[str, Row]) -> dict[str, Row]:
    """Rule 2: validation rows that share patients with a calibration row of the same kind, each with that one."""
    by_kind: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row.written == "calibration" and row.id not in replaced:
            by_kind[row.family, row.arm].append(row)
    found = {}
    for row in rows:
        if row.written == "validation":
            used = (other for other in by_kind[row.family, row.arm] if same_fact(row, other))
            other = next((other for other in used if share_patients(row, other, cohorts)), None)
            if other is not None:
                found[row.id] = other
    return found


def settle(rows: Sequence[Row], cohorts: Cohorts, files: Mapping[str, str]) -> tuple[list[Row], list[Remark], list[Remark]]:
    """The rows with the roles that hold, what was set by code (rules 1 and 2), and what a file must change."""
    replaced = used_once(rows, cohorts)
    shared = not_independent(rows, cohorts, replaced)
    place = {row.id: order for order, row in enumerate(rows)}
    settled, set_by_code, complaints = [], [], []
    for row in rows:
        larger, used = replaced.get(row.id), shared.get(row.id)
        if larger is not None:
            later, earlier = (row, larger) if place[row.id] > place[larger.id] else (larger, row)
            text = f"calibrates on patients whom '{earlier.id}' counts too; only the larger counts: make one 'validation'"
            complaints.append(Remark(files[later.publication], later.name, text))
        elif used is not None:
            kept = f"kept as validation although it shares patients with '{used.id}': {row.kept_because}"
            text = kept if row.kept_because else f"contained: shares patients with '{used.id}', to which the model is calibrated"
            set_by_code.append(Remark(files[row.publication], row.name, text))
        elif row.kept_because:
            text = "'kept_because' is not needed: no calibration row of its kind shares its patients; leave it out"
            complaints.append(Remark(files[row.publication], row.name, text))
        holds = larger is None and (used is None or bool(row.kept_because))
        settled.append(row if holds else replace(row, role="contained"))
    return settled, set_by_code, complaints


def one_block(rows: Iterable[Row], cohorts: Cohorts) -> list[tuple[Row, str]]:
    """Rule 4: what stands twice in a cohort, and rows that count more patients than their cohort has."""
    faults, seen = [], {}
    for row in rows:
        cohort = cohorts.by_id.get(row.cohort)
        if cohort is None:
            continue
        s = row.statistic
        if cohort.n is not None and s.patients is not None and s.patients > cohort.n:
            faults.append((row, f"counts {s.patients} patients in cohort '{row.cohort}', which has {cohort.n}"))
        if s.kind in ("value", "text", "sealed"):
            continue
        key = (row.cohort, row.against, row.arm, row.quantity, s.kind, row.since, row.day, row.disease, row.proxy)
        if key in seen:
            faults.append((row, f"says again what row '{seen[key].id}' says of cohort '{row.cohort}'; keep one of them"))
        seen[key] = row
    return faults


def borrowed(rows: Iterable[Row], cohorts: Cohorts, by_id: Mapping[str, Row]) -> list[tuple[Row, str]]:
    """Rule 5: sources that do not exist, are not declared to be parts, or whose pooled band is not marked as ours."""
    faults = []
    for row in rows:
        if row.sources and row.tolerance is None:
            faults.append((row, "is drawn from other rows, so its band is ours: add 'tolerance' with low, high and why"))
        for name in row.sources:
            source = by_id.get(name)
            if source is None:
                faults.append((row, f"names the source '{name}', which is no row"))
            elif not all(any(cohorts.contains(whole, part) for whole in row.cohorts) for part in source.cohorts):
                faults.append((row, f"draws on '{name}': declare its cohort '{source.cohort}' in 'contains' of '{row.cohort}'"))
        if row.proxy and row.written == "calibration" and row.tolerance is None:
            faults.append((row, "is a proxy used for calibration, so its band is ours: add 'tolerance' with low, high and why"))
    return faults


def known_cohorts(rows: Iterable[Row], cohorts: Cohorts) -> list[tuple[Row, str]]:
    """Rows of a cohort that nobody declared."""
    return [
        (row, f"counts patients of cohort '{name}', which no document declares; add [cohort.{name.partition('/')[2]}]")
        for row in rows
        for name in row.cohorts
        if name not in cohorts.by_id
    ]


def moves(rows: Iterable[Row]) -> list[tuple[Row, str]]:
    """Roles move from validation to calibration, with a reason, and never back; 'contained' is set by code alone."""
    faults = []
    for row in rows:
        if row.written == "contained":
            faults.append((row, "role 'contained' is set by code; write 'validation' and declare whose patients it shares"))
        for move in row.history:
            if (move.before, move.after) != ("validation", "calibration"):
                faults.append(
                    (row, f"moved from {move.before} to {move.after}; a role only moves from validation to calibration")
                )
            elif not move.why:
                faults.append((row, "moved to calibration without a reason; add 'why'"))
            elif row.written != "calibration":
                faults.append((row, f"moved to calibration but has role '{row.written}'; a role never moves back"))
    return faults
