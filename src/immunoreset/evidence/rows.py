"""Published facts as values: a publication counts patients in cohorts, and each row says one thing about one cohort."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

Role = Literal["calibration", "validation", "contained", "context", "sealed"]
Standing = Literal["published", "secondary", "unverified"]
Kind = Literal[
    "share", "mean", "sd", "median", "geometric mean", "range", "rate", "free", "difference", "ratio", "value", "text", "sealed"
]
Product = Literal["cd19 4-1bb", "cd19 cd28", "dual", "bcma", "allogeneic", "in vivo", "engager", "mixed", ""]

ROLES: tuple[Role, ...] = get_args(Role)
STANDINGS: tuple[Standing, ...] = get_args(Standing)
"""From the best known to the least."""


@dataclass(frozen=True)
class Statistic:
    """What was published about one quantity; None where a number was not given. A share is a fraction of 1.

    `interval` is the published 95 % interval, `range` smallest and largest patient, `iqr` the quartiles, `cv` a fraction.
    `count` of `of` patients had the event; `against_count` of `against_of` in the arm that a difference is taken from.
    `events` happened in `patient_days`; `horizon_days` is the day at which a patient is still free of the event.
    """

    kind: Kind
    value: float | None = None
    n: int | None = None
    count: int | None = None
    of: int | None = None
    against_count: int | None = None
    against_of: int | None = None
    sd: float | None = None
    se: float | None = None
    cv: float | None = None
    range: tuple[float, float] | None = None
    iqr: tuple[float, float] | None = None
    interval: tuple[float, float] | None = None
    events: int | None = None
    patient_days: float | None = None
    horizon_days: float | None = None
    limit: Literal["<", ">", "~", ""] = ""
    text: str = ""

    @property
    def patients(self) -> int | None:
        """How many patients the number rests on."""
        return self.of if self.of is not None else self.n


@dataclass(frozen=True)
class Tolerance:
    """A band that we chose because the publication leaves none, and why it is as it is."""

    low: float
    high: float
    why: str


@dataclass(frozen=True)
class Overlap:
    """Patients shared with another cohort; `n` is None where nobody knows how many."""

    cohort: str
    n: int | None


@dataclass(frozen=True)
class Cohort:
    """The patients that a row counts. `id` is publication/name."""

    id: str
    who: str
    n: int | None = None
    disease: str = "lupus"
    population: str = ""
    arm: str = ""
    product: Product = ""
    contains: tuple[str, ...] = ()
    overlaps: tuple[Overlap, ...] = ()


@dataclass(frozen=True)
class Move:
    """A change of role, which only goes from validation to calibration; `date` is empty where it was not written down."""

    before: Role
    after: Role
    why: str
    date: str = ""


@dataclass(frozen=True)
class Row:
    """One published fact. `id` is publication/name; arm, disease and product are those of the cohort unless the row names them.

    `written` is the role that the file gives, `role` the one that holds after the rules against double counting. `target` is
    the short name by which a calibration of the model knows the row. `derived` and `sources` name the rows behind it. A sealed
    row shows only its hash.
    """

    id: str
    publication: str
    cohort: str
    quantity: str
    statistic: Statistic
    unit: str
    arm: str
    disease: str
    product: Product
    population: str
    role: Role
    written: Role
    standing: Standing
    place: str
    family: str
    day: float | None = None
    since: float | None = None
    against: str = ""
    label: str = ""
    outcome: str = ""
    target: str = ""
    proxy: str = ""
    note: str = ""
    derived: str = ""
    sources: tuple[str, ...] = ()
    tolerance: Tolerance | None = None
    kept_because: str = ""
    history: tuple[Move, ...] = ()
    sha256: str = ""

    @property
    def name(self) -> str:
        return self.id.partition("/")[2]

    @property
    def cohorts(self) -> tuple[str, ...]:
        """Every cohort whose patients the row counts."""
        return (self.cohort, self.against) if self.against else (self.cohort,)


@dataclass(frozen=True)
class Point:
    """Published values over time, to be drawn; as the file has them."""

    output: str
    label: str
    standing: Standing
    days: tuple[float, ...]
    columns: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    limit: tuple[str, ...] = ()


@dataclass(frozen=True)
class Publication:
    """One evidence document; `read` says what of the publication was read."""

    id: str
    name: str
    doi: str
    read: str
    file: str
    cohorts: tuple[Cohort, ...]
    rows: tuple[Row, ...]
    points: tuple[Point, ...]
