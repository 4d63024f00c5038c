"""A calibration, ready to be simulated: unknowns, arms, and for each row where its number comes from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from immunoreset.calibration.document import Arm, Document
from immunoreset.calibration.readings import Reading, parse
from immunoreset.catalogue import Catalogue, Theta, catalogue_of
from immunoreset.disease.disease import Disease
from immunoreset.errors import ImmunoresetError, InvalidFile, InvalidRegimen, InvalidValue, quoted, unknown
from immunoreset.evidence.library import Evidence, assemble
from immunoreset.evidence.reading import read_publication, shipped
from immunoreset.evidence.rows import Row
from immunoreset.inference.targets import Target, blocks, target_of
from immunoreset.inference.unknowns import SPREAD, Unknown, live, prior_of
from immunoreset.patient.birth_certificates import STANDINGS
from immunoreset.population.twins import TWINS_OF
from immunoreset.therapy import Regimen

_ROW = re.compile(r"(?P<reading>.+?) in (?P<arm>.+?)(?: less (?P<against>.+))?")


@dataclass(frozen=True)
class PlannedArm:
    """Patients under a treatment, and the readings that rows ask of them."""

    name: str
    arm: Arm
    regimen: Regimen
    readings: tuple[Reading, ...]


@dataclass(frozen=True)
class PlannedRow:
    """A row and its target: the reading of an arm, less that of another arm in the same patients where there is one."""

    row: Row
    target: Target
    reading: str
    arm: str
    against: str = ""


@dataclass(frozen=True)
class Plan:
    """All that a calibration needs.

    `arms` have the readings of `rows`, `watched_arms` those of `watched`: validation rows, which are only shown. `unused` are
    calibration rows of the evidence that the document does not name.
    """

    document: Document
    catalogue: Catalogue
    base: Theta
    unknowns: tuple[Unknown, ...]
    arms: Mapping[str, PlannedArm]
    rows: tuple[PlannedRow, ...]
    watched_arms: Mapping[str, PlannedArm]
    watched: tuple[PlannedRow, ...]
    evidence: Evidence
    unused: tuple[str, ...]

    @property
    def targets(self) -> tuple[Target, ...]:
        return tuple(row.target for row in self.rows)

    @property
    def diseases(self) -> tuple[Disease, ...]:
        """The diseases of all arms, in the order of the catalogue."""
        arms = (*self.arms.values(), *self.watched_arms.values())
        found = {self.catalogue.population(planned.arm.population or TWINS_OF)[0].name for planned in arms}
        return tuple(disease for disease in self.catalogue.diseases.values() if disease.name in found)

    @property
    def points(self) -> int:
        """Points of the first wave."""
        return self.document.design.points or max(512, 20 * len(self.unknowns))


def plan_of(document: Document, catalogue: Catalogue | None = None) -> Plan:
    """The plan of a document. Raises an ImmunoresetError for a name that does not exist or a row that cannot be used."""
    within = catalogue_of(document, catalogue)
    base = within.theta.with_values(document.parameters)
    evidence = _evidence(document)
    regimens = {name: _regimen(name, arm, within) for name, arm in document.arms.items()}
    rows = _rows(document, document.rows, evidence, ("calibration",))
    watched = _rows(document, document.validation, evidence, ("validation", "contained"))
    arms, watched_arms = (_arms(document, regimens, some) for some in (rows, watched))
    idle = [name for name in document.arms if name not in arms and name not in watched_arms]
    if idle:
        raise InvalidValue(f"no row is read in arm '{idle[0]}'; name it in [rows], or leave the arm out")
    used = {row.row.id for row in rows}
    unused = tuple(row.id for row in evidence.of_role("calibration") if row.id not in used)
    unknowns = _unknowns(document, base, arms, within)
    return Plan(document, within, base, unknowns, arms, rows, watched_arms, watched, evidence, unused)


def _arms(document: Document, regimens: Mapping[str, Regimen], rows: Sequence[PlannedRow]) -> dict[str, PlannedArm]:
    """The arms that rows read, in the order of the document, each with what is read of its patients."""
    asked: dict[str, dict[str, Reading]] = {}
    for row in rows:
        for arm in filter(None, (row.arm, row.against)):
            reading = parse(row.reading, visits=bool(document.arms[arm].visits))
            asked.setdefault(arm, {}).setdefault(row.reading, reading)
    return {
        name: PlannedArm(name, arm, regimens[name], tuple(asked[name].values()))
        for name, arm in document.arms.items()
        if name in asked
    }


def _evidence(document: Document) -> Evidence:
    """The evidence of the package with the documents beside this one. Raises InvalidFile for a complaint about one of these."""
    own = [read_publication(document.folder / name) for name in document.evidence]
    found = assemble([*shipped(), *own])
    files = {publication.file for publication in own}
    for complaint in found.complaints:
        if complaint.file in files:
            raise InvalidFile(str(complaint))
    return found


def _regimen(name: str, arm: Arm, within: Catalogue) -> Regimen:
    try:
        regimen = Regimen.parse(arm.treatment, within.drugs)
    except InvalidRegimen as fault:
        raise InvalidRegimen(f"arm '{name}': {fault}") from None
    if arm.population:
        within.population(arm.population)
    return regimen


def _rows(document: Document, said_of: Mapping[str, str], evidence: Evidence, roles: Sequence[str]) -> tuple[PlannedRow, ...]:
    """The rows of one table of the document, each of one of these roles."""
    found: list[tuple[Row, dict[str, str]]] = []
    for name, text in said_of.items():
        row = evidence.row(name)
        said = _ROW.fullmatch(" ".join(text.split()))
        if said is None:
            raise InvalidValue(f"row '{name}': {quoted(text)} is not 'READING in ARM' or 'READING in ARM less ARM'")
        parts = {key: value or "" for key, value in said.groupdict().items()}
        for arm in filter(None, (parts["arm"], parts["against"])):
            if arm not in document.arms:
                raise unknown(f"arm in row '{name}'", arm, document.arms)
        if row.role not in roles and "validation" in roles:
            raise InvalidValue(
                f"row '{row.id}' is no validation row: its role is '{row.role}'; name it in [rows], or leave it out"
            )
        if row.role not in roles:
            why = "its patients are counted already" if row.role == "contained" else f"its role is '{row.role}'"
            raise InvalidValue(f"row '{row.id}' cannot be calibrated to: {why}; leave it out, or see docs/evidence.md")
        if (row.statistic.kind == "difference") != bool(parts["against"]):
            need = "needs 'less ARM'" if row.statistic.kind == "difference" else "is of one arm, without 'less'"
            raise InvalidValue(f"row '{row.id}' is a {row.statistic.kind} and {need}")
        found.append((row, parts))
    doubled = {row.id for row, _ in found}
    if len(doubled) != len(found):
        raise InvalidValue("a row is named twice, by name and by target; name it once")
    of = blocks([row for row, _ in found], evidence.cohorts)
    made = []
    for row, parts in found:
        try:
            target = target_of(row, block=of[row.id])
        except ImmunoresetError as fault:
            raise InvalidValue(str(fault)) from None
        made.append(PlannedRow(row, target, **parts))
    return tuple(made)


def _unknowns(document: Document, base: Theta, arms: Mapping[str, PlannedArm], within: Catalogue) -> tuple[Unknown, ...]:
    """The unknowns in the order of the document. Raises InvalidValue for one that reaches no patient of any arm."""
    reached: set[str] = set()
    by_population: dict[str, list[Regimen]] = {}
    for arm in arms.values():
        by_population.setdefault(arm.arm.population or "cart", []).append(arm.regimen)
    for population, regimens in by_population.items():
        reached |= set(live(base, population, regimens, within))
    names = [*_named(document.free, base, reached), *(SPREAD + name for name in document.spreads)]
    sds = {_flat(base, name): sd for name, sd in document.prior.items()}
    unknowns = [prior_of(base, name, sds.get(_flat(base, name))) for name in names]
    for extra in sds.keys() - {own.name for own in unknowns}:
        raise InvalidValue(f"[prior] names '{extra}', which is not free; add it to 'free' or 'spreads'")
    for own in unknowns:
        if own.parameter not in reached:
            raise InvalidValue(f"'{own.parameter}' reaches no patient of these arms, so that no row can tell of it; leave it out")
    if len({own.name for own in unknowns}) != len(unknowns):
        raise InvalidValue("a number is named twice among 'free' and 'spreads'")
    return tuple(unknowns)


def _flat(base: Theta, name: str) -> str:
    return SPREAD + base.find(name.removeprefix(SPREAD)) if name.startswith(SPREAD) else base.find(name)


def _named(free: Sequence[str], base: Theta, reached: set[str]) -> list[str]:
    """The numbers that `free` names, those of a standing written out."""
    names: list[str] = []
    for entry in free:
        if not entry.startswith("standing "):
            names.append(base.find(entry))
            continue
        standing = entry.removeprefix("standing ").strip()
        if standing not in STANDINGS:
            raise unknown("standing", standing, STANDINGS)
        names += [name for name, own in base.table.items() if own.standing == standing and name in reached and name not in names]
    return names
