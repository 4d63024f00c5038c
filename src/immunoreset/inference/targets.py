"""What a calibration aims at: a published row as an observation with its law, on the scale on which the model is emulated."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from immunoreset.errors import InvalidValue
from immunoreset.evidence import bands
from immunoreset.evidence.cohorts import Cohorts
from immunoreset.evidence.row_bands import STEP, band, point
from immunoreset.evidence.rows import Row
from immunoreset.inference.laws import Law

Scale = Literal["as it is", "log", "logit"]
FACTOR = 2.0
"""A median is taken in logs where its band lies above 0 and spans this factor: then it is known relatively (chosen by us)."""
OF: dict[str, Scale] = {
    "share": "logit",
    "free": "logit",
    "sd": "log",
    "rate": "log",
    "geometric mean": "log",
    "mean": "as it is",
    "difference": "as it is",
    "median": "as it is",
    "range": "as it is",
}
"""The scale of each kind of statistic; medians and ranges can be in logs."""


@dataclass(frozen=True)
class Target:
    """One row of a calibration.

    `kind` is the statistic that is simulated, a range standing for a median. `patients` are those of each of `cohorts` (none
    where nobody said). Rows of one `block` share patients; rows of one `study` and `family` share what is peculiar to a study.
    Rows of one `fact`, arm and day can be compared between studies. `steps` away multiply the width by 1.5 each; `ours` marks a
    width that we chose. A rate is per day where events and patient-days were published, else in the unit of its row.
    """

    name: str
    kind: str
    scale: Scale
    law: Law
    cohorts: tuple[str, ...]
    patients: tuple[int | None, ...]
    block: str
    study: str
    family: str
    arm: str
    fact: str = ""
    day: float | None = None
    outcome: str = ""
    steps: int = 0
    ours: bool = False
    how: str = ""

    @property
    def value(self) -> float:
        """The observed value on the scale of the target."""
        return float(self.law.observed())

    @property
    def sd(self) -> float:
        """Its own sd on that scale, at the observed value."""
        return float(self.law.spread(self.value))


def target_of(row: Row, *, block: str = "", steps: int = 0) -> Target:
    """The target of a row. Raises InvalidValue for one whose statistic cannot be simulated, or that has no width.

    >>> from immunoreset.evidence import evidence
    >>> target_of(evidence().row("pooled-sle-2025/crs-any")).law
    Law(kind='binomial', value=81, size=145, df=0.0, width=1.0)
    """
    s = row.statistic
    if s.kind not in OF:
        raise InvalidValue(f"row '{row.id}' is of kind '{s.kind}', which is no statistic of simulated patients; leave it out")
    found = None if row.tolerance is not None else _exact(row, STEP**steps)
    how, ours, scale = "counts and spreads as published", False, OF[s.kind]
    if found is None:
        limits = band(row)
        if limits is None:
            raise InvalidValue(
                f"row '{row.id}' has no width: no counts, no spread, no interval; give it a tolerance, or leave it out"
            )
        positive = limits.low > 0 and limits.high >= FACTOR * limits.low
        scale = "log" if s.kind in ("median", "range") and positive else scale
        low, high = (on_scale(limit, scale, row.id) for limit in (limits.low, limits.high))
        published = None if limits.ours else point(s)
        middle = (low + high) / 2 if published is None else on_scale(published, scale, row.id)
        z = bands.normal_quantile((1 + bands.CONFIDENCE) / 2)
        found = Law("normal", middle, (high - low) / (2 * z), width=STEP**steps)
        how, ours = limits.how, limits.ours
        if found.size <= 0:
            raise InvalidValue(f"row '{row.id}' has a band from {limits.low:g} to {limits.high:g}, which has no width")
    return Target(
        name=row.id,
        kind="median" if s.kind == "range" else s.kind,
        scale=scale,
        law=found,
        cohorts=row.cohorts,
        patients=(s.patients, s.against_of or s.patients)[: len(row.cohorts)],
        block=block or row.cohort,
        study=row.publication,
        family=row.family,
        arm=row.arm,
        fact=f"{row.quantity}, {row.disease}, {row.product}",
        day=row.day,
        outcome=row.outcome,
        steps=steps,
        ours=ours,
        how=how,
    )


def on_scale(value: float, scale: Scale, name: str) -> float:
    """A number on its scale. Raises InvalidValue, with the name of the row, where it has none."""
    if scale == "as it is":
        return value
    if value <= 0 or (scale == "logit" and value >= 1):
        edge = "0 and 1" if scale == "logit" else "0 and infinity"
        raise InvalidValue(f"row '{name}' says {value:g}, which has no {scale}; give counts, or a number between {edge}")
    return math.log(value / (1 - value)) if scale == "logit" else math.log(value)


def _exact(row: Row, width: float) -> Law | None:
    """The law where the publication gives what its likelihood needs."""
    s = row.statistic
    if s.limit in ("<", ">"):
        return None
    match s.kind:
        case "share" if s.of and (s.count is not None or s.value is not None):
            return Law("binomial", s.count if s.count is not None else (s.value or 0.0) * s.of, s.of, width=width)
        case "rate" if s.events is not None and s.patient_days:
            return Law("poisson", s.events, s.patient_days, width=width)
        case "free" if s.events is not None and s.patient_days and s.horizon_days:
            return Law("free", s.events, s.patient_days / s.horizon_days, width=width)
        case "mean" if s.value is not None and s.sd and s.n and s.n > 1 and s.interval is None:
            return Law("student", s.value, s.sd / math.sqrt(s.n), s.n - 1, width)
        case "sd" if s.value and s.n and s.n > 1 and s.interval is None:
            return Law("chi-square", math.log(s.value), 1.0, s.n - 1, width)
        case "geometric mean" if s.value and s.cv and s.n and s.n > 1 and s.interval is None:
            return Law("student", math.log(s.value), math.sqrt(math.log1p(s.cv**2) / s.n), s.n - 1, width)
        case _:
            return None


def blocks(rows: Sequence[Row], cohorts: Cohorts) -> dict[str, str]:
    """The block of each row by its id: rows that share patients, also through a third, have one block, named by its first row."""
    of: dict[str, str] = {}
    for row in rows:
        joined = {of[o.id] for o in rows if o.id in of and any(cohorts.share(a, b) for a in row.cohorts for b in o.cohorts)}
        name = min(joined, default=row.id)
        of |= {other: name for other, block in of.items() if block in joined}
        of[row.id] = name
    return of
