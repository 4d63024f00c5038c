"""All evidence: the documents of the package and of the user, read once, with the rules against double counting applied."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from immunoreset.errors import unknown
from immunoreset.evidence import rules
from immunoreset.evidence.cohorts import Cohorts
from immunoreset.evidence.derived import compute
from immunoreset.evidence.reading import read_publication, shipped
from immunoreset.evidence.rows import Publication, Row
from immunoreset.evidence.rules import Remark
from immunoreset.outcomes import OUTCOMES


@dataclass(frozen=True)
class Evidence:
    """Publications and rows by name, the cohorts behind them, what was set by code, and what a file must change."""

    publications: dict[str, Publication]
    rows: dict[str, Row]
    cohorts: Cohorts
    set_by_code: tuple[Remark, ...]
    complaints: tuple[Remark, ...]

    def row(self, name: str) -> Row:
        """The row of this name (publication/name) or target. Raises UnknownName."""
        if name in self.rows:
            return self.rows[name]
        targets = {row.target: row for row in self.rows.values() if row.target}
        if name in targets:
            return targets[name]
        raise unknown("evidence row", name, [*self.rows, *targets])

    def of_role(self, role: str) -> tuple[Row, ...]:
        return tuple(row for row in self.rows.values() if row.role == role)

    def calibrating(self, row: Row) -> tuple[Row, ...]:
        """The calibration rows that share patients with a row: itself, those of its family, then those nearest in time."""
        found = [other for other in self.of_role("calibration") if rules.share_patients(row, other, self.cohorts)]

        def distance(other: Row) -> tuple[bool, bool, float]:
            days = math.inf if row.day is None or other.day is None else abs(row.day - other.day)
            return other.id != row.id, other.family != row.family, days

        return tuple(sorted(found, key=distance))

    def tuned(self, row: Row) -> bool | str:
        """True for a calibration row; "indirectly" where a calibration row shares its patients; False otherwise."""
        calibrating = self.calibrating(row)
        return True if row in calibrating else "indirectly" if calibrating else False


@cache
def evidence() -> Evidence:
    """The evidence that comes with the package."""
    return assemble(shipped())


def evidence_with(paths: Iterable[Path]) -> Evidence:
    """The evidence of the package with documents of the user added. Raises InvalidFile."""
    return assemble([*shipped(), *(read_publication(path) for path in paths)])


def calibration_rows() -> tuple[Row, ...]:
    """The rows to which the model is calibrated, in the order of their names."""
    return evidence().of_role("calibration")


def validation_rows() -> tuple[Row, ...]:
    """The rows that the model never saw and whose patients no calibration row of their kind counts."""
    return evidence().of_role("validation")


def assemble(publications: Sequence[Publication]) -> Evidence:
    """Publications with their rules applied."""
    files = {publication.id: publication.file for publication in publications}
    cohorts = Cohorts({cohort.id: cohort for publication in publications for cohort in publication.cohorts})
    by_id = {row.id: row for publication in publications for row in publication.rows}
    complaints = [*_told_twice(publications), *_bad_cohorts(publications, cohorts)]
    faults: list[tuple[Row, str]] = []
    for row in [row for row in by_id.values() if row.derived]:
        by_id[row.id], fault = compute(row, by_id, cohorts)
        if fault:
            faults.append((row, fault))
    rows = list(by_id.values())
    faults += [*rules.known_cohorts(rows, cohorts), *rules.moves(rows), *_bad_names(rows)]
    faults += [*rules.one_block(rows, cohorts), *rules.borrowed(rows, cohorts, by_id)]
    complaints += [Remark(files[row.publication], row.name, text) for row, text in faults]
    settled, set_by_code, more = rules.settle(rows, cohorts, files)
    return Evidence(
        publications={publication.id: publication for publication in publications},
        rows={row.id: row for row in settled},
        cohorts=cohorts,
        set_by_code=tuple(set_by_code),
        complaints=tuple(complaints + more),
    )


def _told_twice(publications: Sequence[Publication]) -> list[Remark]:
    """Two documents of one name or one DOI."""
    remarks, names, dois = [], {}, {}
    for publication in publications:
        for seen, key, what in ((names, publication.id, "name"), (dois, publication.doi.lower(), "doi")):
            if key and key in seen:
                text = f"has the {what} '{key}' of '{seen[key].file}'; one publication is one file"
                remarks.append(Remark(publication.file, publication.id, text, "publication"))
            seen.setdefault(key, publication)
    return remarks


def _bad_cohorts(publications: Sequence[Publication], cohorts: Cohorts) -> list[Remark]:
    """Cohorts that name one that nobody declares, contain themselves, or are smaller than what they contain."""
    circles = set(cohorts.circles())
    remarks = []
    for publication in publications:
        for cohort in publication.cohorts:
            named = (*cohort.contains, *(other.cohort for other in cohort.overlaps))
            faults = [f"names the cohort '{name}', which no document declares" for name in named if name not in cohorts.by_id]
            if cohort.id in circles:
                faults.append("contains itself by a detour")
            for part in cohort.contains:
                inner = cohorts.by_id.get(part)
                if inner is not None and (inner.n or 0) > (cohort.n or math.inf):
                    faults.append(f"has {cohort.n} patients and cannot contain '{part}', which has {inner.n}")
            name = cohort.id.partition("/")[2]
            remarks += [Remark(publication.file, name, fault, "cohort") for fault in faults]
    return remarks


def _bad_names(rows: Iterable[Row]) -> list[tuple[Row, str]]:
    """Outcomes that the simulation does not have, and targets given to two rows."""
    faults, targets = [], {}
    for row in rows:
        if row.outcome and row.outcome not in OUTCOMES:
            faults.append((row, str(unknown("outcome", row.outcome, OUTCOMES))))
        if row.target and row.target in targets:
            faults.append((row, f"has the target '{row.target}' of row '{targets[row.target].id}'"))
        targets.setdefault(row.target, row)
    return faults
